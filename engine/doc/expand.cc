#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/doc/block.h"
#include "engine/doc/limits.h"
#include "engine/feel/text.h"

namespace anjuan::doc {
namespace {

class Expander {
 public:
  Expander(std::span<const Value> variables, feel::Host& host, Diagnostics& mistakes,
           Preview* preview)
      : variables_(variables.begin(), variables.end()),
        host_(host),
        mistakes_(mistakes),
        preview_(preview) {}

  void Blocks(const std::vector<Node>& nodes, Face outer, std::vector<Block>& out) {
    for (const Node& node : nodes) {
      if (node.kind == NodeKind::kList) {
        OneList(node, outer, out);
        continue;
      }
      Repeat(node, [&] {
        if (node.kind == NodeKind::kInclude) {
          Blocks(node.children, outer, out);
        } else {
          out.push_back(One(node, outer));
        }
      });
    }
  }

 private:
  // <list for=…> repeats its items, not the list: the numbers run on.
  void OneList(const Node& node, Face outer, std::vector<Block>& out) {
    Block list;
    list.node = &node;
    Repeat(node, [&] { Children(node, FaceOf(node, outer), list); });
    if (!list.children.empty()) out.push_back(std::move(list));
  }

  Block One(const Node& node, Face outer) {
    const Face face = FaceOf(node, outer);
    Block block;
    block.node = &node;
    Text(node.text, face, block.spans);
    const bool black = node.kind == NodeKind::kAttendance || node.kind == NodeKind::kAnnex;
    Text(node.second, black ? Face::kHeiTi : face, block.second);
    const bool drawn = node.kind == NodeKind::kPicture || node.kind == NodeKind::kImage ||
                       node.kind == NodeKind::kQr || node.kind == NodeKind::kParty;
    if (drawn && node.value) {
      auto value = Evaluate(node.value->expression);
      if (value) {
        block.value = std::move(*value);
      } else {
        Failed(*node.value, value.error());
      }
    }
    if (node.kind == NodeKind::kFill) Filled(node, face, block.spans);
    Children(node, face, block);
    return block;
  }

  // Text and inline elements become spans, everything else blocks.
  void Children(const Node& node, Face face, Block& block) {
    for (const Node& child : node.children) {
      Repeat(child, [&] {
        if (!Inline(child, face, block.spans)) block.children.push_back(One(child, face));
      });
    }
  }

  bool Inline(const Node& node, Face face, std::vector<Span>& out) {
    switch (node.kind) {
      case NodeKind::kText:
        Text(node.text, face, out);
        return true;
      case NodeKind::kBold:
        for (const Node& child : node.children) {
          Repeat(child, [&] { Inline(child, FaceOf(node, face), out); });
        }
        return true;
      case NodeKind::kBlank:
        out.push_back({.kind = SpanKind::kBlank,
                       .face = face,
                       .text = {},
                       .width = node.size,
                       .checked = false,
                       .at = node.at});
        return true;
      case NodeKind::kField:
        Field(node, face, out);
        return true;
      case NodeKind::kFill: {
        Span fill{.kind = SpanKind::kFill,
                  .face = face,
                  .text = {},
                  .width = node.size,
                  .checked = false,
                  .at = node.at};
        Filled(node, face, fill.inner);
        out.push_back(std::move(fill));
        return true;
      }
      case NodeKind::kFootnote: {
        Span note{.kind = SpanKind::kNote,
                  .face = face,
                  .text = {},
                  .width = 0,
                  .checked = false,
                  .at = node.at};
        note.note = ++footnotes_;
        for (const Node& child : node.children) {
          Repeat(child, [&] { Inline(child, FaceOf(node, face), note.inner); });
        }
        out.push_back(std::move(note));
        return true;
      }
      case NodeKind::kCheck:
        Check(node, face, out);
        return true;
      case NodeKind::kBreak:
        out.push_back({.kind = SpanKind::kBreak,
                       .face = face,
                       .text = {},
                       .width = 0,
                       .checked = false,
                       .at = node.at});
        return true;
      case NodeKind::kCopyNumber:
      case NodeKind::kSecrecy:
      case NodeKind::kUrgency:
      case NodeKind::kSigner:
      case NodeKind::kAttendance:
      case NodeKind::kAnnex:
      case NodeKind::kEntry:
      case NodeKind::kImage:
      case NodeKind::kQr:
      case NodeKind::kGroup:
      case NodeKind::kIssuer:
      case NodeKind::kNumber:
      case NodeKind::kTitle:
      case NodeKind::kTo:
      case NodeKind::kParagraph:
      case NodeKind::kHeading:
      case NodeKind::kList:
      case NodeKind::kItem:
      case NodeKind::kTable:
      case NodeKind::kRow:
      case NodeKind::kCell:
      case NodeKind::kAttachments:
      case NodeKind::kSign:
      case NodeKind::kParty:
      case NodeKind::kLine:
      case NodeKind::kDate:
      case NodeKind::kReceipt:
      case NodeKind::kNote:
      case NodeKind::kCc:
      case NodeKind::kPrintOffice:
      case NodeKind::kPageBreak:
      case NodeKind::kPicture:
      case NodeKind::kInclude:
      case NodeKind::kSideways:
        return false;
    }
    return false;
  }

  // To be filled in by hand where the case does not know the value (yet), so
  // every failure on the way to it means "not known", as does an empty text.
  std::optional<Value> Known(const CompiledExpression& from) {
    Diagnostics ignored;
    Value value = feel::EvaluateLenient(from.expression, variables_, host_, ignored, Fresh());
    if (value.is_null() || (value.string() != nullptr && value.string()->empty())) {
      Tell(from, "");
      return std::nullopt;
    }
    return value;
  }

  void Field(const Node& node, Face face, std::vector<Span>& out) {
    if (const std::optional<Value> value = Known(*node.value)) {
      return Show(*value, *node.value, face, out);
    }
    out.push_back({.kind = SpanKind::kBlank,
                   .face = face,
                   .text = {},
                   .width = node.size,
                   .checked = false,
                   .at = node.at});
  }

  void Filled(const Node& node, Face face, std::vector<Span>& out) {
    if (!node.value) return;
    if (const std::optional<Value> value = Known(*node.value)) Show(*value, *node.value, face, out);
  }

  void Check(const Node& node, Face face, std::vector<Span>& out) {
    const auto value = Evaluate(node.value->expression);
    if (!value) return Failed(*node.value, value.error());
    const bool* checked = value->boolean();
    out.push_back({.kind = SpanKind::kCheck,
                   .face = face,
                   .text = {},
                   .width = 1,
                   .checked = checked != nullptr && *checked,
                   .at = node.at});
  }

  void Text(const CompiledText& text, Face face, std::vector<Span>& out) {
    for (const CompiledText::Piece& piece : text.pieces) {
      if (const auto* fixed = std::get_if<std::string>(&piece)) {
        out.push_back({.kind = SpanKind::kText,
                       .face = face,
                       .text = *fixed,
                       .width = 0,
                       .checked = false,
                       .at = text.at});
        continue;
      }
      const auto& compiled = std::get<CompiledExpression>(piece);
      const auto value = Evaluate(compiled.expression);
      if (!value) {
        Failed(compiled, value.error());
        if (Drafting()) Blank(compiled, face, out);
      } else {
        Show(*value, compiled, face, out);
      }
    }
  }

  bool Drafting() const { return preview_ != nullptr && preview_->blanks; }

  void Tell(const CompiledExpression& from, std::optional<std::string> shown) {
    if (preview_ == nullptr) return;
    preview_->entries.push_back({.expression = std::string(Trim(from.expression.text())),
                                 .at = from.at,
                                 .reads = from.expression.read_paths(),
                                 .shown = std::move(shown)});
  }

  // Room for what is missing, in a draft.
  static void Blank(const CompiledExpression& from, Face face, std::vector<Span>& out) {
    constexpr double kCharacters = 6;
    out.push_back({.kind = SpanKind::kBlank,
                   .face = face,
                   .text = {},
                   .width = kCharacters,
                   .checked = false,
                   .at = from.at});
  }

  void Show(const Value& value, const CompiledExpression& from, Face face, std::vector<Span>& out) {
    if (value.is_null()) {
      Tell(from, std::nullopt);
      if (Drafting()) return Blank(from, face, out);
      mistakes_.push_back(Diagnostic{
          .code = "doc.missing",
          .message = StrCat("文书缺少内容：{", Trim(from.expression.text()), "}没有值"),
          .at = from.at,
          .hint = "请先填写这一项；可以留空由人手填的，模板里用 <field expr= blank=> 印横线"});
      return;
    }
    auto shown = feel::Display(value);
    if (!shown) {
      for (Diagnostic& mistake : shown.error()) {
        if (mistake.at.line == 0) mistake.at = from.at;
        mistake.message = StrCat("{", Trim(from.expression.text()), "}印不出来：", mistake.message);
      }
      Append(mistakes_, std::move(shown).error());
      return;
    }
    Tell(from, *shown);
    out.push_back({.kind = SpanKind::kText,
                   .face = face,
                   .text = std::move(*shown),
                   .width = 0,
                   .checked = false,
                   .at = from.at,
                   .from = &from});
  }

  // An expression that stumbles (over a null, as a rule) is told as what it means to the clerk.
  void Failed(const CompiledExpression& from, const Diagnostics& why) {
    Tell(from, std::nullopt);
    if (Drafting()) return;
    for (Diagnostic mistake : why) {
      mistake.message =
          StrCat("文书内容{", Trim(from.expression.text()), "}算不出来：", mistake.message);
      mistakes_.push_back(std::move(mistake));
    }
  }

  // All expressions of a document share the steps; the memory is each one's own.
  feel::Meter& Fresh() {
    meter_.bytes = 0;
    return meter_;
  }

  Result<Value> Evaluate(const feel::Expression& expression) {
    return feel::Evaluate(expression, variables_, host_, Fresh());
  }

  // Nothing more is evaluated once a limit is passed; said once, with where it was.
  bool Stopped(const Node& node) {
    if (stopped_) return true;
    std::string why;
    if (count_ >= kMostBlocks) why = StrCat("文书超过", kMostBlocks, "个元素，太长了");
    if (meter_.steps >= kMostSteps) why = "文书里的表达式算得太久";
    if (mistakes_.size() >= kMostMistakes) why = StrCat("文书的错误超过", kMostMistakes, "处");
    if (why.empty()) return false;
    stopped_ = true;
    mistakes_.push_back(Diagnostic{.code = "doc.budget",
                                   .message = StrCat(why, "，到这里为止"),
                                   .at = node.loop ? node.loop->at : node.at,
                                   .hint = "请分成几份文书，或者改用表格文件"});
    return true;
  }

  template <typename Body>
  void Repeat(const Node& node, const Body& body) {
    if (Stopped(node)) return;
    // A condition about the whole loop comes first: where it fails, the list may not be there.
    const bool each = node.loop && node.condition && ReadsItem(node);
    if (!each && !Holds(node)) return;
    if (!node.loop) return Count(body);
    const auto list = Evaluate(node.loop->expression);
    if (!list) return Failed(*node.loop, list.error());
    if (list->list() == nullptr) {
      if (list->is_null()) return;  // nothing said, nothing printed
      mistakes_.push_back(Diagnostic{.code = "doc.loop",
                                     .message = StrCat("{", node.loop->expression.text(), "} is a ",
                                                       KindName(list->kind()), ", not a list"),
                                     .at = node.loop->at});
      return;
    }
    const auto slot = static_cast<size_t>(node.loop_slot);
    if (variables_.size() <= slot) variables_.resize(slot + 1);
    for (const Value& item : *list->list()) {
      if (Stopped(node)) return;
      variables_[slot] = item;
      if (!each || Holds(node)) Count(body);
    }
  }

  static bool ReadsItem(const Node& node) {
    const std::vector<int>& slots = node.condition->expression.reads();
    return std::find(slots.begin(), slots.end(), node.loop_slot) != slots.end();
  }

  template <typename Body>
  void Count(const Body& body) {
    ++count_;
    body();
  }

  bool Holds(const Node& node) {
    if (!node.condition) return true;
    const auto value = Evaluate(node.condition->expression);
    if (!value) {
      Failed(*node.condition, value.error());
      return false;
    }
    return value->boolean() != nullptr && *value->boolean();
  }

  std::vector<Value> variables_;
  feel::Host& host_;
  Diagnostics& mistakes_;
  feel::Meter meter_{.budget = {.steps = kMostSteps, .bytes = kMostBytes}};
  Preview* preview_;
  int count_ = 0;
  int footnotes_ = 0;
  bool stopped_ = false;
};

}  // namespace

int CountNotes(std::span<const Block> blocks) {
  int count = 0;
  for (const Block& block : blocks) {
    for (const Span& span : block.spans) count += span.kind == SpanKind::kNote ? 1 : 0;
    count += CountNotes(block.children);
  }
  return count;
}

std::vector<Block> Expand(const CompiledTemplate& compiled, std::span<const Value> variables,
                          feel::Host& host, Diagnostics& mistakes, Preview* preview) {
  std::vector<Block> out;
  Expander(variables, host, mistakes, preview)
      .Blocks(compiled.nodes().blocks, Face::kFangSong, out);
  return out;
}

}  // namespace anjuan::doc
