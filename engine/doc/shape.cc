#include "engine/doc/shape.h"

#include "engine/base/text.h"

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

// Why no paper may carry the character, as a clerk reads it; "" if it may.
std::string_view Refusal(char32_t c) {
  if (c < 0x20 || (c >= 0x7F && c < 0xA0)) return "是控制字符";
  if (c == 0xFFFD) return "是乱码，原来的字已经丢失";
  if ((c & 0xFFFE) == 0xFFFE || (c >= 0xFDD0 && c < 0xFDF0)) return "不是字符";
  if (c >= 0xD800 && c < 0xE000) return "是不完整的字符";
  if ((c >= 0xE000 && c < 0xF900) || c >= 0xF0000) {
    return "是自造字，别的电脑上没有";
  }
  if ((c >= 0x200C && c <= 0x200F) || (c >= 0x2028 && c <= 0x202E) ||
      (c >= 0x2060 && c <= 0x206F)) {
    return "是看不见的排版控制符";
  }
  return "";
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
        Append(span.text, span.face, span.at, out);
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
    }
  }
  return out;
}

std::vector<Atom> Shaper::Shape(std::string_view text, Face face) {
  std::vector<Atom> out;
  Append(text, face, {}, out);
  return out;
}

void Shaper::Append(std::string_view text, Face face, const Location& at, std::vector<Atom>& out) {
  for (Utf8Cursor cursor(text); !cursor.done();) Add(cursor.Next(), face, at, out);
}

void Shaper::Add(char32_t character, Face face, const Location& at, std::vector<Atom>& out) {
  if (character == '\n') {
    out.push_back({.kind = AtomKind::kParagraphBreak,
                   .checked = false,
                   .character = 0,
                   .glyph = {},
                   .width_em = 0});
    return;
  }
  if (Dropped(character)) return;
  if (character == '\t' || character == 0xA0) character = ' ';
  if (const std::string_view why = Refusal(character); !why.empty()) {
    return Refuse(character, at, why);
  }
  character = Canonical(character);
  const auto glyph = fonts_.Find(face, character);
  if (!glyph) return Refuse(character, at, "字库里没有，印不出来");
  if (glyph->substituted && substituted_.emplace(face, character).second) {
    std::string shown;
    AppendUtf8(shown, character);
    notes_.push_back(
        Diagnostic{.severity = Severity::kWarning,
                   .code = "doc.substitute",
                   .message = StrCat(Place(), "里的“", shown, "”（", CodePoint(character), "）",
                                     FaceName(face), "里没有，改用", fonts_.Info(glyph->font).name),
                   .at = at});
  }
  out.push_back({.kind = AtomKind::kGlyph,
                 .checked = false,
                 .character = character,
                 .glyph = *glyph,
                 .width_em = static_cast<float>(glyph->width) / 1000.0F});
}

void Shaper::Refuse(char32_t character, const Location& at, std::string_view why) {
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
      .hint = "请改用规范汉字或者通用标点"});
}

std::string Shaper::Place() const {
  return from_ == nullptr ? "模板文字" : StrCat("{", Trim(from_->expression.text()), "}");
}

}  // namespace anjuan::doc
