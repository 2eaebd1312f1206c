#include "engine/doc/markdown.h"

#include "engine/base/text.h"
#include "engine/doc/block.h"
#include "engine/doc/compose.h"

namespace anjuan::doc {
namespace {

constexpr std::string_view kMarks = "\\`*_{}[]<>#|";

std::string Escaped(std::string_view text, std::string_view line_end) {
  std::string out;
  for (const char c : text) {
    if (c == '\n') {
      out += line_end;
      continue;
    }
    if (kMarks.find(c) != std::string_view::npos) out += '\\';
    out += c;
  }
  return out;
}

// `notes` gets the texts of the footnotes.
std::string Inline(const std::vector<Span>& spans, std::string_view line_end,
                   std::vector<std::string>& notes) {
  std::string out;
  for (const Span& span : spans) {
    switch (span.kind) {
      case SpanKind::kText: {
        const std::string text = Escaped(span.text, line_end);
        const bool bold = span.face == Face::kHeiTi && !Trim(text).empty();
        out += bold ? StrCat("**", text, "**") : text;
        break;
      }
      case SpanKind::kBlank:
        out += "＿＿＿＿";
        break;
      case SpanKind::kCheck:
        out += span.checked ? "☑" : "☐";
        break;
      case SpanKind::kBreak:
        out += line_end;
        break;
      case SpanKind::kFill:
        out += span.inner.empty() ? "＿＿＿＿" : Inline(span.inner, line_end, notes);
        break;
      case SpanKind::kNote:
        out += StrCat("[^", span.note, "]");
        notes.push_back(StrCat("[^", span.note, "]: ", Inline(span.inner, " ", notes), "\n"));
        break;
    }
  }
  return out;
}

class Writer {
 public:
  explicit Writer(std::string_view picture) : picture_(picture) {}

  std::string Write(const std::vector<Block>& blocks) {
    for (const Block& block : blocks) One(block);
    for (const std::string& note : notes_) out_ += note;
    return std::move(out_);
  }

 private:
  std::string Line(const std::vector<Span>& spans, std::string_view line_end) {
    return Inline(spans, line_end, notes_);
  }

  void One(const Block& block) {
    switch (block.node->kind) {
      case NodeKind::kTitle:
        return Add(StrCat("# ", Line(block.spans, " ")));
      case NodeKind::kHeading:
        return Heading(block);
      case NodeKind::kAnnex:
        Add(StrCat("附件", Line(block.second, " ")));
        return Add(StrCat("# ", Line(block.spans, " ")));
      case NodeKind::kAttendance:
      case NodeKind::kEntry:
        return Add(StrCat("**", Plain(block.second), "**：", Line(block.spans, "  \n")));
      case NodeKind::kSigner:
        return Add(StrCat("签发人：", Line(block.spans, " ")));
      case NodeKind::kCopyNumber:
      case NodeKind::kSecrecy:
      case NodeKind::kUrgency:
      case NodeKind::kIssuer:
      case NodeKind::kNumber:
      case NodeKind::kTo:
      case NodeKind::kParagraph:
      case NodeKind::kNote:
      case NodeKind::kCc:
      case NodeKind::kPrintOffice:
      case NodeKind::kReceipt:
        return Add(Line(block.spans, "  \n"));
      case NodeKind::kList:
      case NodeKind::kAttachments:
        return Items(block);
      case NodeKind::kTable:
        return Table(block);
      case NodeKind::kSign:
        return Sign(block);
      case NodeKind::kPicture:
        return Add(StrCat("![", Line(block.spans, " "), "](", picture_, ")"));
      case NodeKind::kSideways:
        for (const Block& child : block.children) One(child);
        return;
      case NodeKind::kFill: {
        const std::string value = block.spans.empty() ? "＿＿＿＿" : Line(block.spans, "  \n");
        return Add(block.second.empty() ? value : StrCat(Plain(block.second), "：", value));
      }
      case NodeKind::kImage:
      case NodeKind::kQr:
      case NodeKind::kPageBreak:
      case NodeKind::kItem:
      case NodeKind::kGroup:
      case NodeKind::kRow:
      case NodeKind::kCell:
      case NodeKind::kParty:
      case NodeKind::kLine:
      case NodeKind::kDate:
      case NodeKind::kInclude:
      case NodeKind::kBold:
      case NodeKind::kBlank:
      case NodeKind::kField:
      case NodeKind::kCheck:
      case NodeKind::kBreak:
      case NodeKind::kFootnote:
      case NodeKind::kText:
        return;
    }
  }

  void Add(const std::string& paragraph) { out_ += StrCat(paragraph, "\n\n"); }

  // A heading's spans are set in its own face, which says nothing here.
  static std::string Plain(const std::vector<Span>& spans) {
    std::string out;
    for (const Span& span : spans) out += Escaped(span.text, " ");
    return out;
  }

  void Heading(const Block& block) {
    const auto level = static_cast<size_t>(block.node->level);
    const int number = ++heading_[level - 1];
    for (size_t deeper = level; deeper < 4; ++deeper) heading_[deeper] = 0;
    std::string prefix = StrCat(ChineseNumber(number), "、");
    if (level == 2) prefix = StrCat("（", ChineseNumber(number), "）");
    if (level == 3) prefix = StrCat(number, ". ");
    if (level == 4) prefix = StrCat("（", number, "）");
    Add(StrCat(std::string(level + 1, '#'), " ", prefix, Plain(block.spans)));
  }

  void Items(const Block& block) {
    int number = 0;
    for (const Block& item : block.children) {
      out_ += StrCat(++number, ". ", Line(item.spans, "<br>"), "\n");
    }
    out_ += '\n';
  }

  std::string CellText(const Block& cell, bool head) {
    std::string out = head ? Plain(cell.spans) : Line(cell.spans, "<br>");
    for (const Block& paragraph : cell.children) {
      if (!out.empty()) out += "<br>";
      out += head ? Plain(paragraph.spans) : Line(paragraph.spans, "<br>");
    }
    return out;
  }

  // A table without a head row gets an empty one: Markdown knows no other.
  void Table(const Block& block) {
    bool headed = false;
    std::vector<const Block*> rows;
    for (const Block& child : block.children) {
      if (child.node->kind != NodeKind::kGroup) rows.push_back(&child);
      for (const Block& row : child.children) {
        if (child.node->kind == NodeKind::kGroup) rows.push_back(&row);
      }
    }
    for (const Block* one : rows) {
      const Block& row = *one;
      std::string line = "|";
      int columns = 0;
      for (const Block& cell : row.children) {
        line += StrCat(" ", CellText(cell, row.node->head), " |");
        for (int i = 1; i < cell.node->colspan; ++i) line += " |";
        columns += cell.node->colspan;
      }
      std::string rule = "|";
      std::string empty = "|";
      for (int i = 0; i < columns; ++i) {
        rule += "---|";
        empty += " |";
      }
      if (!headed && !row.node->head) out_ += StrCat(empty, "\n", rule, "\n");
      out_ += StrCat(line, "\n");
      if (!headed && row.node->head) out_ += StrCat(rule, "\n");
      headed = true;
    }
    out_ += '\n';
  }

  void Sign(const Block& block) {
    for (const Block& child : block.children) {
      std::string line = Line(child.spans, " ");
      if (child.node->kind == NodeKind::kLine) line += "：＿＿＿＿＿＿";
      const std::string role = Line(child.second, " ");
      if (!role.empty()) line += StrCat("（", role, "）");
      Add(line);
    }
  }

  std::string_view picture_;
  std::string out_;
  std::vector<std::string> notes_;
  int heading_[4] = {0, 0, 0, 0};
};

}  // namespace

Result<std::string> ToMarkdown(const CompiledTemplate& compiled, std::span<const Value> variables,
                               feel::Host& host, std::string_view picture) {
  Diagnostics mistakes;
  const std::vector<Block> blocks = Expand(compiled, variables, host, mistakes);
  if (HasError(mistakes)) return Unexpected(std::move(mistakes));
  return Writer(picture).Write(blocks);
}

}  // namespace anjuan::doc
