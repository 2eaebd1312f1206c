#include "engine/feel/lexer.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/text.h"

namespace anjuan::feel {

namespace {

struct Between {
  char32_t first;
  char32_t last;
};

// Rule 27, less the full-width block (FF00-FFEF) and the CJK punctuation inside 3001-D7FF.
constexpr std::array kNameStarts = {
    Between{U'?', U'?'},     Between{U'A', U'Z'},     Between{U'_', U'_'},
    Between{U'a', U'z'},     Between{0xC0, 0xD6},     Between{0xD8, 0xF6},
    Between{0xF8, 0x2FF},    Between{0x370, 0x37D},   Between{0x37F, 0x1FFF},
    Between{0x200C, 0x200D}, Between{0x2070, 0x218F}, Between{0x2C00, 0x2FEF},
    Between{0x3005, 0x3007}, Between{0x3021, 0x302F}, Between{0x3031, 0xD7FF},
    Between{0xF900, 0xFDCF}, Between{0xFDF0, 0xFEFE}, Between{0x10000, 0xEFFFF},
};

constexpr std::array kSpaces = {
    Between{0x09, 0x0D},     Between{0x20, 0x20},     Between{0x85, 0x85},
    Between{0xA0, 0xA0},     Between{0x1680, 0x1680}, Between{0x180E, 0x180E},
    Between{0x2000, 0x200B}, Between{0x2028, 0x2029}, Between{0x202F, 0x202F},
    Between{0x205F, 0x205F}, Between{0x3000, 0x3000}, Between{0xFEFF, 0xFEFF},
};

template <size_t N>
constexpr bool In(const std::array<Between, N>& ranges, char32_t c) {
  return std::any_of(ranges.begin(), ranges.end(),
                     [c](const Between& r) { return r.first <= c && c <= r.last; });
}

bool IsDigit(char32_t c) {
  return c >= U'0' && c <= U'9';
}
bool IsSpace(char32_t c) {
  return In(kSpaces, c);
}

// Signs a Chinese input method or a word processor puts where FEEL wants another.
struct Wrong {
  char32_t sign;
  std::string_view right;
};
constexpr std::array kWrongSigns = {
    Wrong{U'、', ","}, Wrong{U'。', "."}, Wrong{U'【', "["}, Wrong{U'】', "]"}, Wrong{U'〔', "["},
    Wrong{U'〕', "]"}, Wrong{U'×', "*"},  Wrong{U'÷', "/"},  Wrong{U'−', "-"},  Wrong{U'–', "-"},
    Wrong{U'—', "-"},  Wrong{U'≥', ">="}, Wrong{U'≤', "<="}, Wrong{U'≠', "!="}, Wrong{U'…', ".."},
};

// "" where the sign stands for none of ours.
std::string RightSign(char32_t c) {
  for (const Wrong& wrong : kWrongSigns) {
    if (wrong.sign == c) return std::string(wrong.right);
  }
  if (c >= 0xFF01 && c <= 0xFF5E) return std::string(1, static_cast<char>(c - 0xFEE0));
  return "";
}

std::string OneSign(char32_t c) {
  std::string out;
  AppendUtf8(out, c);
  return out;
}

constexpr std::array<std::string_view, 17> kKeywords = {
    "and", "between", "else", "every",  "external",  "false", "for",  "function", "if",
    "in",  "null",    "or",   "return", "satisfies", "some",  "then", "true"};

constexpr std::array<std::string_view, 6> kPairs = {"**", "..", "<=", ">=", "!=", "->"};
constexpr std::string_view kSingles = "+-*/<>=()[]{},:.@";

// Other languages' operators, read as FEEL's.
struct Foreign {
  std::string_view text;
  std::string_view right;
};
constexpr std::array kForeign = {Foreign{"==", "="}, Foreign{"&&", "and"}, Foreign{"||", "or"},
                                 Foreign{"<>", "!="}};

}  // namespace

namespace {

// Most of what is asked.
constexpr std::array<bool, 128> kAsciiNameStarts = [] {
  std::array<bool, 128> out{};
  for (char32_t c = 0; c < out.size(); ++c) out[c] = In(kNameStarts, c);
  return out;
}();
bool IsUnifiedIdeograph(char32_t c) {
  return c >= 0x4E00 && c <= 0x9FFF;
}

}  // namespace

bool IsNameStart(char32_t c) {
  if (c < kAsciiNameStarts.size()) return kAsciiNameStarts[c];
  return IsUnifiedIdeograph(c) || In(kNameStarts, c);
}

bool IsNamePart(char32_t c) {
  return IsNameStart(c) || IsDigit(c) || c == 0xB7 || (c >= 0x300 && c <= 0x36F) ||
         (c >= 0x203F && c <= 0x2040);
}

bool IsPlainName(std::string_view name) {
  if (name.empty() || IsKeyword(name)) return false;
  Utf8Cursor cursor(name);
  if (!IsNameStart(cursor.Next())) return false;
  while (!cursor.done()) {
    if (!IsNamePart(cursor.Next())) return false;
  }
  return true;
}

bool IsKeyword(std::string_view word) {
  return std::find(kKeywords.begin(), kKeywords.end(), word) != kKeywords.end();
}

char32_t Lexer::PeekAt(size_t offset) const {
  if (offset >= text_.size()) return U'\0';
  const auto byte = static_cast<unsigned char>(text_[offset]);
  return byte < 0x80 ? byte : Utf8Cursor(text_.substr(offset)).Peek();
}

std::string_view Lexer::Keep(std::string text) {
  return kept_.emplace_front(std::move(text));
}

void Lexer::Report(Span span, std::string message, std::string hint) {
  if (span.begin < reported_) return;
  reported_ = span.begin + 1;
  constexpr int kMostReports = 20;  // a binary file pasted by mistake needs no more
  if (++reports_ == kMostReports) reported_ = text_.size() + 1;
  problems_.push_back(
      Problem(text_, at_, span, "feel.syntax", std::move(message), std::move(hint)));
}

void Lexer::SkipSpace() {
  while (offset_ < text_.size()) {
    const char first = text_[offset_];
    if (first > ' ' && first != '/') return;  // ASCII, and neither space nor comment
    if (first == ' ') {
      ++offset_;
    } else if (text_.substr(offset_).starts_with("//")) {
      offset_ = std::min(text_.find('\n', offset_), text_.size());
    } else if (text_.substr(offset_).starts_with("/*")) {
      const size_t end = text_.find("*/", offset_ + 2);
      if (end == std::string_view::npos) {
        Report({offset_, offset_ + 2}, "this comment has no end", "close it with */");
      }
      offset_ = end == std::string_view::npos ? text_.size() : end + 2;
    } else if (Utf8Cursor cursor(text_.substr(offset_)); IsSpace(cursor.Peek())) {
      cursor.Next();
      offset_ += cursor.offset();
    } else {
      return;
    }
  }
}

Token Lexer::Next() {
  for (;;) {
    Token token = ReadToken();
    if (token.kind != Token::Kind::kSymbol || !token.text.empty()) return token;
  }
}

// A character that begins nothing is reported and comes out as a symbol without text.
Token Lexer::ReadToken() {
  SkipSpace();
  if (offset_ >= text_.size()) return {Token::Kind::kEnd, {text_.size(), text_.size()}, "", false};
  const char32_t c = PeekAt(offset_);
  if (IsDigit(c) || (c == U'.' && IsDigit(PeekAt(offset_ + 1)))) return ReadNumber();
  if (c == U'"') return ReadString(U'"');
  if (c == U'\'') return ReadString(U'\'');
  if (c == U'“' || c == U'”') return ReadString(U'”');
  if (c == U'‘' || c == U'’') return ReadString(U'’');
  if (c == U'＂') return ReadString(U'＂');
  if (c == U'`') return ReadQuotedName();
  if (IsNameStart(c)) return ReadName();
  return ReadSymbol();
}

Token Lexer::ReadNumber() {
  const size_t begin = offset_;
  const auto digits = [this] {
    while (IsDigit(PeekAt(offset_))) ++offset_;
  };
  digits();
  if (PeekAt(offset_) == U'.' && IsDigit(PeekAt(offset_ + 1))) {
    ++offset_;
    digits();
  }
  if (PeekAt(offset_) == U'e' || PeekAt(offset_) == U'E') {
    const char32_t sign = PeekAt(offset_ + 1);
    const size_t first = offset_ + (sign == U'+' || sign == U'-' ? 2 : 1);
    if (IsDigit(PeekAt(first))) {
      offset_ = first;
      digits();
    }
  }
  const Span number{begin, offset_};
  if (IsNameStart(PeekAt(offset_))) {
    const Token rest = ReadName();
    Report({begin, rest.span.end}, "a name cannot begin with a digit",
           StrCat("write ", text_.substr(begin, rest.span.end - begin), " in backquotes: `",
                  text_.substr(begin, rest.span.end - begin), "`"));
    return {Token::Kind::kName,
            {begin, rest.span.end},
            text_.substr(begin, rest.span.end - begin),
            true};
  }
  return {Token::Kind::kNumber, number, text_.substr(begin, offset_ - begin), false};
}

namespace {

// Whether a string that ends with `close` may end, or hold an escape, at this byte.
bool IsStop(char byte, char32_t close) {
  const bool begins_close = close < 0x80 ? byte == static_cast<char>(close) : byte < 0;
  return byte == '"' || byte == '\\' || begins_close;
}

}  // namespace

// A string that ends with `close`; any other quote than the ASCII double one has been a mistake.
Token Lexer::ReadString(char32_t close) {
  const size_t begin = offset_;
  offset_ += OneSign(PeekAt(begin)).size();
  if (close != U'"') {
    Report({begin, offset_},
           StrCat("a string is quoted with \", not with ", text_.substr(begin, offset_ - begin)),
           "write \"…\"");
  }
  const size_t first = offset_;
  while (offset_ < text_.size() && !IsStop(text_[offset_], close)) ++offset_;
  if (close == U'"' && offset_ < text_.size() && text_[offset_] == '"') {  // as it is written
    ++offset_;
    return {
        Token::Kind::kString, {begin, offset_}, text_.substr(first, offset_ - 1 - first), false};
  }
  std::string out(text_.substr(first, offset_ - first));
  while (offset_ < text_.size()) {
    const char32_t c = PeekAt(offset_);
    if (c == close || (close != U'"' && c == U'"')) {
      offset_ += OneSign(c).size();
      return {Token::Kind::kString, {begin, offset_}, Keep(std::move(out)), false};
    }
    if (c == U'\\') {
      if (!ReadEscape(out)) {
        Report({offset_, std::min(offset_ + 2, text_.size())}, "unknown escape in a string",
               "known: \\n \\r \\t \\\" \\' \\\\ \\uXXXX \\UXXXXXX");
        ++offset_;
      }
      continue;
    }
    // As far as nothing needs to be looked at.
    size_t end = offset_ + 1;
    while (end < text_.size() && !IsStop(text_[end], close)) ++end;
    out += text_.substr(offset_, end - offset_);
    offset_ = end;
  }
  Report({begin, begin + 1}, "this string has no end", "close it with \"");
  return {Token::Kind::kString, {begin, offset_}, Keep(std::move(out)), false};
}

namespace {

std::optional<char32_t> HexDigits(std::string_view text) {
  char32_t out = 0;
  for (const char c : text) {
    out <<= 4;
    if (c >= '0' && c <= '9') {
      out |= static_cast<char32_t>(c - '0');
    } else if (c >= 'a' && c <= 'f') {
      out |= static_cast<char32_t>(c - 'a' + 10);
    } else if (c >= 'A' && c <= 'F') {
      out |= static_cast<char32_t>(c - 'A' + 10);
    } else {
      return std::nullopt;
    }
  }
  return out;
}

}  // namespace

// At a backslash. False, and nothing consumed, where the escape is unknown.
bool Lexer::ReadEscape(std::string& out) {
  const char32_t letter = PeekAt(offset_ + 1);
  constexpr std::array<std::pair<char32_t, char>, 6> kSimple = {
      {{U'n', '\n'}, {U'r', '\r'}, {U't', '\t'}, {U'"', '"'}, {U'\'', '\''}, {U'\\', '\\'}}};
  for (const auto& [name, value] : kSimple) {
    if (letter == name) {
      out += value;
      offset_ += 2;
      return true;
    }
  }
  // Escapes of regular expressions stay as they are: "\d{3}" need not be written "\\d{3}".
  constexpr std::u32string_view kOfPatterns = U" dDsSwWiIcCpP0123456789|.-^?*+{}()[]$";
  if (letter != U'\0' && kOfPatterns.find(letter) != std::u32string_view::npos) {
    out += '\\';
    out += static_cast<char>(letter);
    offset_ += 2;
    return true;
  }
  if (letter != U'u' && letter != U'U') return false;
  const size_t width = letter == U'u' ? 4 : 6;
  if (offset_ + 2 + width > text_.size()) return false;
  auto code = HexDigits(text_.substr(offset_ + 2, width));
  if (!code) return false;
  size_t size = 2 + width;
  if (*code >= 0xD800 && *code <= 0xDBFF) {  // a pair of UTF-16 surrogates is one character
    const std::string_view low = text_.substr(std::min(offset_ + size, text_.size()));
    if (low.size() < 6 || !low.starts_with("\\u")) return false;
    const auto second = HexDigits(low.substr(2, 4));
    if (!second || *second < 0xDC00 || *second > 0xDFFF) return false;
    code = 0x10000 + ((*code - 0xD800) << 10) + (*second - 0xDC00);
    size += 6;
  }
  if (*code > 0x10FFFF || (*code >= 0xD800 && *code <= 0xDFFF)) return false;
  AppendUtf8(out, *code);
  offset_ += size;
  return true;
}

Token Lexer::ReadQuotedName() {
  const size_t begin = offset_;
  const size_t end = text_.find('`', begin + 1);
  if (end == std::string_view::npos) {
    Report({begin, begin + 1}, "this name has no end", "close it with `");
    offset_ = text_.size();
    return {Token::Kind::kName, {begin, offset_}, text_.substr(begin + 1), true};
  }
  offset_ = end + 1;
  return {Token::Kind::kName, {begin, offset_}, text_.substr(begin + 1, end - begin - 1), true};
}

Token Lexer::ReadName() {
  const size_t begin = offset_;
  while (offset_ < text_.size()) {
    Utf8Cursor cursor(text_.substr(offset_));
    if (!IsNamePart(cursor.Next())) break;
    offset_ += cursor.offset();
  }
  return {Token::Kind::kName, {begin, offset_}, text_.substr(begin, offset_ - begin), false};
}

Token Lexer::Symbol(size_t begin, std::string_view text) {
  const bool word = text == "and" || text == "or";
  return {word ? Token::Kind::kName : Token::Kind::kSymbol, {begin, offset_}, text, false};
}

Token Lexer::ReadSymbol() {
  const size_t begin = offset_;
  const std::string_view rest = text_.substr(begin);
  const bool pair = rest.size() > 1 && std::string_view("=*.>&|").find(rest[1]) != rest.npos;
  for (const Foreign& foreign : kForeign) {
    if (!pair || !rest.starts_with(foreign.text)) continue;
    // The type of a function without parameters: function<>->string.
    if (foreign.text == "<>" && text_.substr(0, begin).ends_with("function")) continue;
    offset_ += foreign.text.size();
    Report({begin, offset_}, StrCat("FEEL has no operator ", foreign.text),
           StrCat("write ", foreign.right));
    return Symbol(begin, foreign.right);
  }
  for (const std::string_view symbol : kPairs) {
    if (!pair || !rest.starts_with(symbol)) continue;
    offset_ += symbol.size();
    return Symbol(begin, symbol);
  }
  if (kSingles.find(rest.front()) != std::string_view::npos) {
    ++offset_;
    return Symbol(begin, rest.substr(0, 1));
  }
  const char32_t c = PeekAt(begin);
  std::string right = RightSign(c);
  offset_ += c == 0xFFFD ? 1 : OneSign(c).size();
  if (right.empty()) {
    Report({begin, offset_}, StrCat("unexpected character ", text_.substr(begin, offset_ - begin)));
    return Symbol(begin, "");
  }
  const std::string sign(text_.substr(begin, offset_ - begin));
  if (IsNamePart(static_cast<char32_t>(right[0]))) {  // full-width letters and digits
    Report({begin, offset_}, StrCat("full-width ", sign, " in an expression"),
           StrCat("write half-width ", right));
    return {IsDigit(static_cast<char32_t>(right[0])) ? Token::Kind::kNumber : Token::Kind::kName,
            {begin, offset_},
            Keep(right),
            false};
  }
  // ＞＝ is two full-width signs for one operator.
  if (right == "<" || right == ">" || right == "!") {
    const char32_t next = PeekAt(offset_);
    if (next == U'＝' || next == U'=') {
      offset_ += OneSign(next).size();
      right += "=";
    }
  }
  Report({begin, offset_},
         StrCat("full-width or foreign sign ", text_.substr(begin, offset_ - begin)),
         StrCat("write half-width ", right));
  return Symbol(begin, Keep(right));
}

}  // namespace anjuan::feel
