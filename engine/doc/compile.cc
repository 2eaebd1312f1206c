#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "engine/base/text.h"
#include "engine/doc/node.h"
#include "engine/doc/vocabulary.h"
#include "engine/feel/text.h"

namespace anjuan::doc {
namespace {

struct KindName {
  std::string_view element;
  NodeKind kind;
};

constexpr double kSmallestTextPt = 6;
constexpr double kLargestTextPt = 22;
constexpr double kBlockMm = 156;
constexpr double kSidewaysBlockMm = 225;  // on a sheet turned sideways
constexpr int kMostFillLines = 22;        // of a page

constexpr std::array kKinds = {
    KindName{"copy-number", NodeKind::kCopyNumber},
    KindName{"secrecy", NodeKind::kSecrecy},
    KindName{"urgency", NodeKind::kUrgency},
    KindName{"signer", NodeKind::kSigner},
    KindName{"attendance", NodeKind::kAttendance},
    KindName{"annex", NodeKind::kAnnex},
    KindName{"entry", NodeKind::kEntry},
    KindName{"image", NodeKind::kImage},
    KindName{"qr", NodeKind::kQr},
    KindName{"group", NodeKind::kGroup},
    KindName{"issuer", NodeKind::kIssuer},
    KindName{"number", NodeKind::kNumber},
    KindName{"title", NodeKind::kTitle},
    KindName{"to", NodeKind::kTo},
    KindName{"p", NodeKind::kParagraph},
    KindName{"h", NodeKind::kHeading},
    KindName{"list", NodeKind::kList},
    KindName{"item", NodeKind::kItem},
    KindName{"table", NodeKind::kTable},
    KindName{"row", NodeKind::kRow},
    KindName{"cell", NodeKind::kCell},
    KindName{"attachments", NodeKind::kAttachments},
    KindName{"sign", NodeKind::kSign},
    KindName{"party", NodeKind::kParty},
    KindName{"line", NodeKind::kLine},
    KindName{"date", NodeKind::kDate},
    KindName{"receipt", NodeKind::kReceipt},
    KindName{"note", NodeKind::kNote},
    KindName{"cc", NodeKind::kCc},
    KindName{"print-office", NodeKind::kPrintOffice},
    KindName{"page-break", NodeKind::kPageBreak},
    KindName{"picture", NodeKind::kPicture},
    KindName{"include", NodeKind::kInclude},
    KindName{"sideways", NodeKind::kSideways},
    KindName{"fill", NodeKind::kFill},
    KindName{"footnote", NodeKind::kFootnote},
    KindName{"b", NodeKind::kBold},
    KindName{"blank", NodeKind::kBlank},
    KindName{"field", NodeKind::kField},
    KindName{"check", NodeKind::kCheck},
    KindName{"br", NodeKind::kBreak},
};

bool IsSpace(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

bool IsAsciiWord(char c) {
  return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
}

// White space with a line end in it is the author's layout of the source and says nothing, except
// between two Latin words, where it stands for one space.
std::string SettleSpace(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size();) {
    if (!IsSpace(text[i])) {
      out += text[i++];
      continue;
    }
    size_t end = i;
    while (end < text.size() && IsSpace(text[end])) ++end;
    const std::string_view space = text.substr(i, end - i);
    if (space.find('\n') == std::string_view::npos) {
      out += space;
    } else if (i > 0 && end < text.size() && IsAsciiWord(text[i - 1]) && IsAsciiWord(text[end])) {
      out += ' ';
    }
    i = end;
  }
  return out;
}

// The places of the first characters of the expressions in `text`, in order.
std::vector<Location> ExpressionPlaces(std::string_view text, Location at) {
  std::vector<Location> out;
  int depth = 0;
  bool quoted = false;
  char32_t last = 0;
  for (Utf8Cursor cursor(text); !cursor.done();) {
    const char32_t c = cursor.Next();
    if (c == '\n') {
      ++at.line;
      at.column = 1;
    } else {
      ++at.column;
    }
    if (depth == 0) {
      if (c == '{' && !cursor.done() && cursor.Peek() == '{') {
        cursor.Next();
        ++at.column;
      } else if (c == '{') {
        depth = 1;
        out.push_back(at);
      }
    } else if (quoted) {
      quoted = c != '"' || last == '\\';
    } else if (c == '"') {
      quoted = true;
    } else if (c == '{') {
      ++depth;
    } else if (c == '}') {
      --depth;
    }
    last = c;
  }
  return out;
}

const std::u32string_view kAlwaysFixed = U"0123456789年月日号第〔〕（）《》、，。：；";

// Characters the engine itself adds for this kind of element, as far as most papers have them: what
// stands here is in every file.
std::u32string_view Generated(NodeKind kind) {
  switch (kind) {
    case NodeKind::kHeading:
    case NodeKind::kList:
      return U"一二三、（）.";
    case NodeKind::kReceipt:
      return U"签收：年月日\u3000";
    case NodeKind::kAttachments:
      return U"附件：.";
    case NodeKind::kCc:
      return U"抄送：，。";
    case NodeKind::kPrintOffice:
      return U"印发";
    case NodeKind::kLine:
    case NodeKind::kAttendance:
    case NodeKind::kFill:
      return U"：";
    case NodeKind::kFootnote:
      return U"①②③";
    case NodeKind::kSigner:
      return U"\u3000";
    case NodeKind::kCopyNumber:
    case NodeKind::kSecrecy:
    case NodeKind::kUrgency:
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
    case NodeKind::kItem:
    case NodeKind::kTable:
    case NodeKind::kRow:
    case NodeKind::kCell:
    case NodeKind::kSign:
    case NodeKind::kParty:
    case NodeKind::kDate:
    case NodeKind::kNote:
    case NodeKind::kPageBreak:
    case NodeKind::kPicture:
    case NodeKind::kInclude:
    case NodeKind::kSideways:
    case NodeKind::kBold:
    case NodeKind::kBlank:
    case NodeKind::kField:
    case NodeKind::kCheck:
    case NodeKind::kBreak:
    case NodeKind::kText:
      return U"";
  }
  return U"";
}

}  // namespace

Face FaceOf(const Node& node, Face outer) {
  switch (node.kind) {
    case NodeKind::kIssuer:
    case NodeKind::kTitle:
      return Face::kBiaoSong;
    case NodeKind::kHeading:
      return node.level == 1 ? Face::kHeiTi : node.level == 2 ? Face::kKaiTi : Face::kFangSong;
    case NodeKind::kBold:
      return Face::kHeiTi;
    case NodeKind::kAnnex:
      return Face::kBiaoSong;
    case NodeKind::kSecrecy:
    case NodeKind::kUrgency:
      return Face::kHeiTi;
    case NodeKind::kSigner:
      return Face::kKaiTi;
    case NodeKind::kRow:
      return node.head ? Face::kHeiTi : outer;
    case NodeKind::kParagraph:
      return node.face.value_or(outer);
    case NodeKind::kCopyNumber:
    case NodeKind::kAttendance:
    case NodeKind::kEntry:
    case NodeKind::kImage:
    case NodeKind::kQr:
    case NodeKind::kGroup:
    case NodeKind::kNumber:
    case NodeKind::kTo:
    case NodeKind::kList:
    case NodeKind::kItem:
    case NodeKind::kTable:
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
    case NodeKind::kFill:
    case NodeKind::kBlank:
    case NodeKind::kField:
    case NodeKind::kCheck:
    case NodeKind::kBreak:
    case NodeKind::kText:
      return outer;
    case NodeKind::kFootnote:
      return Face::kFangSong;
  }
  return outer;
}

class TemplateCompiler {
 public:
  explicit TemplateCompiler(const Template& source) : source_(source) {}

  Result<CompiledTemplate> Run(const feel::Scope& scope) {
    AddFixed(Face::kFangSong, kAlwaysFixed);
    nodes_->blocks = Children(*source_.root, scope, Face::kFangSong);
    Marks(*source_.root);
    if (!mistakes_.empty()) return Unexpected(WithSourceLines());
    SettleFixed();
    CompiledTemplate out;
    out.code_ = source_.code;
    out.title_ = source_.title;
    out.form_ = source_.form;
    out.sheet_ = source_.sheet;
    out.one_sided_ = source_.one_sided;
    out.nodes_ = std::move(nodes_);
    return out;
  }

 private:
  std::vector<Node> Children(const xml::Element& element, const feel::Scope& scope, Face face) {
    std::vector<Node> out;
    for (const xml::Node& child : element.children) {
      if (const auto* text = std::get_if<xml::Text>(&child)) {
        Node node;
        node.at = text->at;
        node.text = Text(text->text, text->at, scope, face);
        if (!node.text.pieces.empty()) out.push_back(std::move(node));
        continue;
      }
      const xml::Element& inner = *std::get<std::unique_ptr<xml::Element>>(child);
      if (inner.name != "col") out.push_back(Compile(inner, scope, face));
    }
    return out;
  }

  Node Compile(const xml::Element& element, const feel::Scope& scope, Face outer) {
    Node node;
    node.at = element.at;
    for (const KindName& name : kKinds) {
      if (name.element == element.name) node.kind = name.kind;
    }
    feel::Scope inner = scope;
    if (const xml::Attribute* loop = element.Find("for")) Loop(*loop, inner, node);
    if (const xml::Attribute* condition = element.Find("if")) {
      auto compiled = Expression(*condition, inner, Type::Of(Type::Base::kBoolean));
      (node.kind == NodeKind::kCheck ? node.value : node.condition) = std::move(compiled);
    } else if (node.kind == NodeKind::kCheck) {
      Mistake(element.at, "<check> has no if");
    }
    Attributes(element, inner, outer, node);
    const Face face = FaceOf(node, outer);
    AddFixed(face, Generated(node.kind));
    if (node.kind == NodeKind::kSigner) AddFixed(Face::kFangSong, U"签发人：");
    if (node.kind == NodeKind::kAttendance) AddFixed(Face::kHeiTi, U"：");
    if (node.kind == NodeKind::kAnnex) AddFixed(Face::kHeiTi, U"附件0123456789");
    const bool sideways = node.kind == NodeKind::kSideways;
    if (sideways) block_mm_ = kSidewaysBlockMm;
    node.children = Children(element, inner, face);
    if (sideways) block_mm_ = kBlockMm;
    nodes_->footnotes = nodes_->footnotes || node.kind == NodeKind::kFootnote;
    return node;
  }

  // for="x in FEEL": the variable gets the next slot, hiding another of its name.
  void Loop(const xml::Attribute& attribute, feel::Scope& scope, Node& node) {
    const std::string& text = attribute.value;
    const size_t in = text.find(" in ");
    const std::string_view name =
        in == std::string::npos ? "" : Trim(std::string_view(text).substr(0, in));
    if (name.empty() || name.find(' ') != std::string_view::npos) {
      Mistake(attribute.at, "for is not of the form \"name in list\"");
      return;
    }
    const std::string_view list = std::string_view(text).substr(in + 4);
    Location at = attribute.at;
    at.column += static_cast<int>(CountCodePoints(std::string_view(text).substr(0, in + 4)));
    node.loop = Expression(list, at, scope, Type::Any());
    Type element = Type::Any();
    if (node.loop) {
      const Type& type = node.loop->expression.type();
      if (type.base == Type::Base::kList && type.element != nullptr) element = *type.element;
      if (type.base != Type::Base::kList && type.base != Type::Base::kAny &&
          type.base != Type::Base::kNull) {
        Mistake(at, StrCat("for runs over a list, not over ", ToString(type)));
      }
    }
    node.loop_slot = scope.DeclareVariable(std::string(name), std::move(element));
  }

  void Attributes(const xml::Element& element, const feel::Scope& scope, Face face, Node& node) {
    if (element.name == "p") node.size = Number(element, "indent", 2);
    if (element.name == "blank") node.size = Number(element, "width", 8);
    if (element.name == "field") node.size = Number(element, "blank", 8);
    if (element.name == "fill") {
      node.size = Number(element, "width", 0);
      node.lines = Whole(element, "lines", 1, kMostFillLines);
    }
    if (element.name == "row") node.size = Number(element, "height", 0);
    if (element.name == "h") node.level = Whole(element, "level", 1, 4);
    if (element.name == "cell") {
      node.colspan = Whole(element, "colspan", 1, 100);
      node.rowspan = Whole(element, "rowspan", 1, 100);
      if (const xml::Attribute* valign = element.Find("valign")) {
        node.top = valign->value == "top";
        if (!node.top && valign->value != "middle")
          Mistake(valign->at, "valign is not top or middle");
      }
    }
    node.head = element.name == "row" && element.Get("head") == "true";
    if (const xml::Attribute* align = element.Find("align")) node.align = AlignOf(*align);
    if (const xml::Attribute* marker = element.Find("marker")) node.marker = MarkerOf(*marker);
    if (const xml::Attribute* keep = element.Find("keep")) {
      node.keep_next = keep->value == "next";
      if (!node.keep_next) Mistake(keep->at, "keep is not next");
    }
    if (element.name == "p" || element.name == "table") {
      node.text_pt = Number(element, "text", 0);
      if (node.text_pt > 0 && (node.text_pt < kSmallestTextPt || node.text_pt > kLargestTextPt)) {
        Mistake(element.Find("text")->at, "text is not a size from 6 to 22 points");
      }
    }
    if (const xml::Attribute* page = element.Find("page")) {
      node.own_page = page->value == "own";
      if (!node.own_page) Mistake(page->at, "page is not own");
    }
    if (const xml::Attribute* place = element.Find("place")) {
      node.at_foot = place->value == "foot";
      if (!node.at_foot) Mistake(place->at, "place is not foot");
    }
    if (const xml::Attribute* sealed = element.Find("sealed")) {
      node.unsealed = sealed->value == "no";
      if (!node.unsealed && sealed->value != "yes") Mistake(sealed->at, "sealed is not yes or no");
    }
    if (const xml::Attribute* chosen = element.Find("face")) node.face = FaceNamed(*chosen);
    Drawn(element, scope, node);
    Texts(element, scope, node.face.value_or(face), node);
    if (element.name == "table") node.columns = Columns(element);
  }

  // What is printed from an expression: fields, pictures, codes, seals.
  void Drawn(const xml::Element& element, const feel::Scope& scope, Node& node) {
    const std::string& name = element.name;
    if (name == "image") node.width_mm = Number(element, "width", 0);
    if (name == "qr" || name == "party") node.width_mm = Number(element, "size", 0);
    if (name == "party") {
      const xml::Attribute* seal = element.Find("seal");
      const xml::Attribute* stamp = element.Find("stamp");
      if (seal != nullptr && stamp != nullptr) {
        Mistake(stamp->at, "a party has a seal or a stamp, not both");
      }
      node.stamp = stamp != nullptr;
      const xml::Attribute* mark = stamp != nullptr ? stamp : seal;
      if (mark != nullptr) node.value = Expression(*mark, scope, Type::Any());
      return;
    }
    if (name != "field" && name != "fill" && name != "picture" && name != "image" && name != "qr") {
      return;
    }
    const xml::Attribute* value = element.Find("expr");
    if (value == nullptr && name == "fill") return;  // always filled in by hand
    if (value == nullptr) {
      Mistake(element.at, StrCat("<", name, "> has no expr"));
    } else {
      node.value = Expression(*value, scope, Type::Any());
    }
  }

  // Attributes that are text with expressions in braces.
  void Texts(const xml::Element& element, const feel::Scope& scope, Face face, Node& node) {
    const std::string& name = element.name;
    const bool labelled = name == "attendance" || name == "entry" || name == "fill";
    const std::string_view first = name == "party"          ? "name"
                                   : name == "print-office" ? "date"
                                   : labelled               ? ""
                                                            : "label";
    const std::string_view second = name == "issuer"  ? "word"
                                    : name == "annex" ? "number"
                                    : labelled        ? "label"
                                                      : "role";
    const xml::Attribute* text = element.Find(first);
    if (text != nullptr) node.text = Text(text->value, text->at, scope, face);
    const Face other = name == "attendance" || name == "annex" ? Face::kHeiTi : face;
    const xml::Attribute* more = element.Find(second);
    if (more != nullptr) node.second = Text(more->value, more->at, scope, other);
    if (name == "line" && text == nullptr) Mistake(element.at, "<line> has no label");
    if (labelled && name != "fill" && more == nullptr)
      Mistake(element.at, StrCat("<", name, "> has no label"));
  }

  std::optional<Face> FaceNamed(const xml::Attribute& attribute) {
    for (const Face face : kAllFaces) {
      if (FaceName(face) == attribute.value) return face;
    }
    Mistake(attribute.at, "face is not 仿宋, 小标宋, 黑体, 楷体 or 宋体");
    return std::nullopt;
  }

  void Marks(const xml::Element& root) {
    const auto choice = [&](std::string_view name, std::string_view values) -> std::string {
      const xml::Attribute* attribute = root.Find(name);
      if (attribute == nullptr) return "";
      if (!HasWord(values, attribute->value)) {
        Mistake(attribute->at, StrCat(name, " is \"", attribute->value, "\", not one of ", values));
      }
      return attribute->value;
    };
    const std::string marks = choice("marks", "close grid hang");
    nodes_->marks.grid = marks == "grid";
    nodes_->marks.hang = marks == "hang";
    nodes_->marks.latin_gap = choice("latin", "none gap") == "gap";
  }

  std::vector<Column> Columns(const xml::Element& table) {
    std::vector<Column> out;
    double total_mm = 0;
    for (const xml::Element* col : table.Elements()) {
      if (col->name != "col") continue;
      const xml::Attribute* width = col->Find("width");
      const std::string text = width == nullptr ? "*" : width->value;
      Column column;
      char* end = nullptr;
      const double number = std::strtod(text.c_str(), &end);
      const std::string_view unit = end;
      if (unit == "mm" && number > 0) {
        column.width_mm = number;
      } else if (unit == "*" && (number > 0 || text == "*")) {
        column.shares = text == "*" ? 1 : number;
      } else {
        Mistake(width->at, StrCat("column width \"", text, "\" is neither 30mm nor 2*"));
      }
      if (const xml::Attribute* align = col->Find("align")) {
        column.decimal = align->value == "decimal";
        if (!column.decimal) column.align = AlignOf(*align);
      }
      total_mm += column.width_mm;
      out.push_back(column);
    }
    if (total_mm > block_mm_) {
      Mistake(table.at, StrCat("the columns take ", static_cast<int>(total_mm), " mm of the ",
                               static_cast<int>(block_mm_), " mm there are"));
    }
    return out;
  }

  double Number(const xml::Element& element, std::string_view name, double otherwise) {
    const xml::Attribute* attribute = element.Find(name);
    if (attribute == nullptr) return otherwise;
    char* end = nullptr;
    const double number = std::strtod(attribute->value.c_str(), &end);
    const bool whole = end != attribute->value.c_str() && (*end == 0 || std::string(end) == "mm");
    if (!whole || !(number >= 0 && number <= 220)) {
      Mistake(attribute->at, StrCat(name, " is not a number from 0 to 220"));
      return otherwise;
    }
    return number;
  }

  int Whole(const xml::Element& element, std::string_view name, int low, int high) {
    const xml::Attribute* attribute = element.Find(name);
    if (attribute == nullptr) return low;
    const auto number = ParseInteger(attribute->value);
    if (!number || *number < low || *number > high) {
      Mistake(attribute->at, StrCat(name, " is not a whole number from ", low, " to ", high));
      return low;
    }
    return static_cast<int>(*number);
  }

  Align AlignOf(const xml::Attribute& attribute) {
    if (attribute.value == "left") return Align::kStart;
    if (attribute.value == "center") return Align::kCenter;
    if (attribute.value == "right") return Align::kEnd;
    Mistake(attribute.at, "align is not left, center or right");
    return Align::kDefault;
  }

  Marker MarkerOf(const xml::Attribute& attribute) {
    if (attribute.value == "1.") return Marker::kNumber;
    if (attribute.value == "（1）") return Marker::kBracket;
    if (attribute.value == "（一）") return Marker::kChinese;
    if (attribute.value == "none") return Marker::kNone;
    Mistake(attribute.at, "marker is not \"1.\", \"（1）\", \"（一）\" or \"none\"");
    return Marker::kNumber;
  }

  std::optional<CompiledExpression> Expression(const xml::Attribute& attribute,
                                               const feel::Scope& scope, const Type& wanted) {
    return Expression(attribute.value, attribute.at, scope, wanted);
  }

  std::optional<CompiledExpression> Expression(std::string_view text, const Location& at,
                                               const feel::Scope& scope, const Type& wanted) {
    auto compiled = feel::Compile(text, scope, at, wanted);
    if (!compiled) {
      Append(mistakes_, std::move(compiled).error());
      return std::nullopt;
    }
    Reads(*compiled, at);
    return CompiledExpression{std::move(*compiled), at};
  }

  CompiledText Text(std::string_view text, const Location& at, const feel::Scope& scope,
                    Face face) {
    CompiledText out;
    out.at = at;
    auto compiled = feel::CompileText(text, scope, at);
    if (!compiled) {
      Append(mistakes_, std::move(compiled).error());
      return out;
    }
    const std::vector<Location> places = ExpressionPlaces(text, at);
    size_t next = 0;
    for (auto& piece : compiled->pieces) {
      if (auto* fixed = std::get_if<std::string>(&piece)) {
        std::string settled = SettleSpace(*fixed);
        if (settled.empty()) continue;
        AddFixed(face, settled);
        out.pieces.emplace_back(std::move(settled));
      } else {
        const Location place = next < places.size() ? places[next] : at;
        ++next;
        auto& expression = std::get<feel::Expression>(piece);
        Reads(expression, place);
        out.pieces.emplace_back(CompiledExpression{std::move(expression), place});
      }
    }
    return out;
  }

  void Reads(const feel::Expression& expression, const Location& at) {
    for (const std::string& path : expression.read_paths()) nodes_->fields.push_back({path, at});
  }

  void AddFixed(Face face, std::u32string_view characters) { fixed_[face].append(characters); }

  void AddFixed(Face face, std::string_view text) {
    std::u32string& to = fixed_[face];
    for (Utf8Cursor cursor(text); !cursor.done();) to += cursor.Next();
  }

  void SettleFixed() {
    for (auto& [face, characters] : fixed_) {
      std::sort(characters.begin(), characters.end());
      characters.erase(std::unique(characters.begin(), characters.end()), characters.end());
      if (!characters.empty()) nodes_->fixed.push_back({face, std::move(characters)});
    }
  }

  void Mistake(const Location& at, std::string message) {
    mistakes_.push_back(
        Diagnostic{.code = "doc.attribute", .message = std::move(message), .at = at});
  }

  Diagnostics WithSourceLines() {
    for (Diagnostic& mistake : mistakes_) {
      const auto file = source_.lines.find(mistake.at.file);
      if (!mistake.source_line.empty() || file == source_.lines.end()) continue;
      const auto index = static_cast<size_t>(mistake.at.line - 1);
      if (mistake.at.line > 0 && index < file->second.size()) {
        mistake.source_line = file->second[index];
      }
    }
    return std::move(mistakes_);
  }

  const Template& source_;
  std::shared_ptr<CompiledNodes> nodes_ = std::make_shared<CompiledNodes>();
  std::map<Face, std::u32string> fixed_;
  double block_mm_ = kBlockMm;  // the width a table may take
  Diagnostics mistakes_;
};

Result<CompiledTemplate> Compile(const Template& source, const feel::Scope& scope) {
  return TemplateCompiler(source).Run(scope);
}

std::vector<FieldUse> Fields(const CompiledTemplate& compiled) {
  return compiled.nodes().fields;
}

}  // namespace anjuan::doc
