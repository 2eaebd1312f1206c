#include "engine/doc/shape.h"

#include "engine/base/text.h"
#include "engine/doc/limits.h"

namespace anjuan::doc {
namespace {

std::string CodePoint(char32_t c) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string hex;
  for (char32_t rest = c; rest != 0 || hex.size() < 4; rest >>= 4) {
    hex.insert(hex.begin(), kDigits[rest & 15]);
  }
  return "U+" + hex;
}

// Invisible marks that say nothing on paper: zero width space, byte order mark, soft hyphen,
// carriage return before a line end, variation selectors for emoji.
bool Dropped(char32_t c) {
  return c == 0x200B || c == 0xFEFF || c == 0xAD || c == '\r' || c == 0xFE0E || c == 0xFE0F;
}

// Variation selectors: which of several shapes of a hanzi is meant. No font of the table has them.
bool SelectsShape(char32_t c) {
  return (c >= 0xFE00 && c < 0xFE0E) || (c >= 0xE0100 && c < 0xE01F0);
}

bool IsNoBreakSpace(char32_t c) {
  return c == 0xA0 || c == 0x202F;
}

// Why no paper may carry the character, as a clerk reads it; "" if it may.
std::string_view Refusal(char32_t c) {
  if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return "是控制字符";
  if (c == 0xFFFD) return "是乱码，原来的字已经丢失";
  if ((c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c < 0xFDF0)) return "不是字符";
  if (c >= 0xD800 && c < 0xE000) return "是不完整的字符";
  if ((c >= 0xE000 && c < 0xF900) || c >= 0xF0000) {
    return "是自造字，别的电脑上没有";
  }
  // Zero width joiners, line and paragraph separators, bidi embeddings, overrides and isolates.
  if ((c >= 0x200C && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
      (c >= 0x2060 && c <= 0x206F) || c == 0x061C || c == 0x180E || (c >= 0xE0000 && c < 0xE0080)) {
    return "是看不见的排版控制符";
  }
  return "";
}

// "；见“…”": the readable beginning of a value, to find it among the data by.
std::string Excerpt(std::string_view text) {
  constexpr int kShown = 12;
  std::string shown;
  int count = 0;
  for (Utf8Cursor cursor(text); !cursor.done() && count < kShown;) {
    const char32_t c = cursor.Next();
    if (c < 0x20 || !Refusal(c).empty()) continue;
    AppendUtf8(shown, c);
    ++count;
  }
  return shown.empty() ? "" : StrCat("；见“", shown, "”");
}

bool NeedsComposing(std::string_view text) {
  for (Utf8Cursor cursor(text); !cursor.done();) {
    if (MayCompose(cursor.Next())) return true;
  }
  return false;
}

bool IsHanzi(const Atom& atom) {
  return atom.kind == AtomKind::kGlyph && atom.character >= 0x3400 && atom.role == Role::kOther;
}

// A name, and each name of a list: a value of at most four hanzi between 、 or · stays on one line
// where there is room.
void JoinNames(std::span<Atom> atoms) {
  constexpr size_t kLongest = 4;
  const auto separates = [](const Atom& a) { return a.character == U'、' || a.character == U'·'; };
  size_t length = 0;
  for (const Atom& atom : atoms) {
    length = separates(atom) ? 0 : length + 1;
    if (length > kLongest || (length > 0 && !IsHanzi(atom))) return;
  }
  for (size_t i = 1; i < atoms.size(); ++i) {
    if (!separates(atoms[i]) && !separates(atoms[i - 1])) atoms[i].join = Join::kPrefer;
  }
}

}  // namespace

std::string FaceName(Face face) {
  switch (face) {
    case Face::kFangSong:
      return "仿宋";
    case Face::kBiaoSong:
      return "小标宋";
    case Face::kHeiTi:
      return "黑体";
    case Face::kKaiTi:
      return "楷体";
    case Face::kSongTi:
      return "宋体";
  }
  return "";
}

std::vector<Atom> Shaper::Shape(std::span<const Span> spans) {
  std::vector<Atom> out;
  size_t bytes = 0;
  for (const Span& span : spans) bytes += span.text.size();
  out.reserve(bytes / 3 + spans.size());
  for (const Span& span : spans) {
    switch (span.kind) {
      case SpanKind::kText:
        from_ = span.from;
        if (from_ == nullptr) {
          Append(span.text, span.face, span.at, out);
        } else {
          const size_t first = out.size();
          Append(span.text, span.face, span.at, out);
          JoinNames(std::span(out).subspan(first));
        }
        from_ = nullptr;
        break;
      case SpanKind::kBlank:
        out.push_back({.kind = AtomKind::kBlank,
                       .checked = false,
                       .character = 0,
                       .glyph = {},
                       .width_em = static_cast<float>(span.width)});
        break;
      case SpanKind::kCheck:
        out.push_back({.kind = AtomKind::kCheck,
                       .checked = span.checked,
                       .character = 0,
                       .glyph = {},
                       .width_em = 1});
        break;
      case SpanKind::kBreak:
        out.push_back({.kind = AtomKind::kLineBreak,
                       .checked = false,
                       .character = 0,
                       .glyph = {},
                       .width_em = 0});
        break;
      case SpanKind::kFill:
        Fill(span, out);
        break;
      case SpanKind::kNote:
        Mark(span, out);
        break;
    }
  }
  return out;
}

// A blank of the width, or the value in the middle of it; a longer value makes
// it longer.
void Shaper::Fill(const Span& span, std::vector<Atom>& out) {
  constexpr double kUsualEm = 8;
  constexpr double kLeastMarginEm = 0.25;
  const double wanted = span.width > 0 ? span.width : kUsualEm;
  std::vector<Atom> value = Shape(span.inner);
  double width = 0;
  for (Atom& atom : value) {
    atom.underlined = true;
    width += static_cast<double>(atom.width_em);
  }
  Atom blank;
  blank.kind = AtomKind::kBlank;
  blank.underlined = true;
  if (value.empty()) {
    blank.width_em = static_cast<float>(wanted);
    out.push_back(blank);
    return;
  }
  blank.width_em = static_cast<float>(std::max((wanted - width) / 2, kLeastMarginEm));
  out.push_back(blank);
  value.front().join = Join::kMust;
  out.insert(out.end(), value.begin(), value.end());
  blank.join = Join::kMust;
  out.push_back(blank);
}

std::vector<Atom> Shaper::NoteMark(int number) {
  constexpr int kCircled = 10;
  std::string text;
  if (note_count_ <= kCircled) {
    AppendUtf8(text, U'①' + static_cast<char32_t>(number - 1));
  } else {
    text = std::to_string(number);
  }
  return Shape(text, Face::kFangSong);
}

void Shaper::Mark(const Span& note, std::vector<Atom>& out) {
  footnotes_.emplace(note.note, &note);
  for (Atom atom : NoteMark(note.note)) {
    atom.role = Role::kRaised;
    atom.note = note.note;
    atom.width_em *= static_cast<float>(kRaisedSizeEm);
    out.push_back(atom);
  }
}

const Span* Shaper::Note(int number) const {
  const auto found = footnotes_.find(number);
  return found == footnotes_.end() ? nullptr : found->second;
}

std::vector<Atom> Shaper::Shape(std::string_view text, Face face) {
  std::vector<Atom> out;
  Append(text, face, {}, out);
  return out;
}

void Shaper::Append(std::string_view text, Face face, const Location& at, std::vector<Atom>& out) {
  const bool settled = !NeedsComposing(text);
  const std::string composed = settled ? std::string() : Composed(text);
  text_ = settled ? text : composed;
  for (Utf8Cursor cursor(text_); !cursor.done();) Add(cursor.Next(), face, at, out);
  text_ = {};
}

void Shaper::Add(char32_t character, Face face, const Location& at, std::vector<Atom>& out) {
  if (++characters_ > kMostCharacters) {
    if (characters_ > kMostCharacters + 1) return;
    mistakes_.push_back(
        Diagnostic{.code = "doc.budget",
                   .message = StrCat("文书超过", kMostCharacters, "个字，排不下去了；到", Place()),
                   .at = at,
                   .hint = "请分成几份文书，或者改用表格文件"});
    return;
  }
  Atom atom;
  if (character == '\n') {
    atom.kind = AtomKind::kParagraphBreak;
    out.push_back(atom);
    return;
  }
  if (Dropped(character)) return;
  if (SelectsShape(character)) {
    if (!out.empty())
      Remark(out.back().character, at, "doc.variant", "要求的异体字形印不出来，改用通常的字形");
    return;
  }
  const bool no_break = IsNoBreakSpace(character);
  if (character == '\t' || no_break) character = ' ';
  if (const std::string_view why = Refusal(character); !why.empty()) {
    return Refuse(character, at, why);
  }
  character = Canonical(character);
  const auto glyph = fonts_.Find(face, character);
  if (!glyph) return Refuse(character, at, "字库里没有，印不出来");
  if (glyph->substituted && substituted_.emplace(face, character).second) {
    Remark(character, at, "doc.substitute",
           StrCat(FaceName(face), "里没有，改用", fonts_.Info(glyph->font).name));
  }
  atom.character = character;
  atom.role = no_break ? Role::kOther : RoleOf(character);
  atom.join = no_break || after_no_break_ ? Join::kMust : Join::kFree;
  after_no_break_ = no_break;
  atom.glyph = *glyph;
  atom.width_em = static_cast<float>(glyph->width) / 1000.0F;
  out.push_back(atom);
}

void Shaper::Remark(char32_t character, const Location& at, std::string code,
                    const std::string& what) {
  std::string shown;
  AppendUtf8(shown, character);
  notes_.push_back(Diagnostic{
      .severity = Severity::kWarning,
      .code = std::move(code),
      .message = StrCat(Place(), "里的“", shown, "”（", CodePoint(character), "）", what),
      .at = at});
}

void Shaper::Refuse(char32_t character, const Location& at, std::string_view why) {
  if (!refused_.emplace(from_, at.line, at.column, character).second) return;
  std::string shown;
  if (character >= 0x20 && Refusal(character).empty()) {
    shown += "“";
    AppendUtf8(shown, character);
    shown += "”";
  }
  mistakes_.push_back(Diagnostic{
      .code = "doc.character",
      .message = StrCat(Place(), "里的字符", shown, "（", CodePoint(character), "）", why),
      .at = at,
      .hint = StrCat("请改用规范汉字或者通用标点", from_ == nullptr ? "" : Excerpt(text_))});
}

std::string Shaper::Place() const {
  return from_ == nullptr ? "模板文字" : StrCat("{", Trim(from_->expression.text()), "}");
}

}  // namespace anjuan::doc
