// XPath's regular expressions -> PCRE2's.
#include <algorithm>
#include <array>

#include "engine/base/text.h"
#include "engine/feel/regex.h"
#include "engine/feel/unicode_blocks.h"

namespace anjuan::feel {

namespace {

// Parts of a PCRE2 class (what stands between the brackets).
constexpr std::string_view kSpace = "\\x{20}\\t\\n\\r";
constexpr std::string_view kNameStart =
    ":A-Z_a-z\\x{C0}-\\x{D6}\\x{D8}-\\x{F6}\\x{F8}-\\x{2FF}\\x{370}-\\x{37D}\\x{37F}-\\x{1FFF}"
    "\\x{200C}-\\x{200D}\\x{2070}-\\x{218F}\\x{2C00}-\\x{2FEF}\\x{3001}-\\x{D7FF}"
    "\\x{F900}-\\x{FDCF}\\x{FDF0}-\\x{FFFD}\\x{10000}-\\x{EFFFF}";
constexpr std::string_view kNameMore = "\\-.0-9\\x{B7}\\x{300}-\\x{36F}\\x{203F}-\\x{2040}";
constexpr std::string_view kNotWord = "\\p{P}\\p{Z}\\p{C}";

constexpr std::array<std::string_view, 37> kCategories = {
    "L",  "Lu", "Ll", "Lt", "Lm", "Lo", "M",  "Mn", "Mc", "Me", "N",  "Nd", "Nl",
    "No", "P",  "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po", "Z",  "Zs", "Zl", "Zp",
    "S",  "Sm", "Sc", "Sk", "So", "C",  "Cc", "Cf", "Co", "Cn", "Cs"};

std::string Literal(char32_t c) {
  const bool plain =
      (c >= U'0' && c <= U'9') || (c >= U'A' && c <= U'Z') || (c >= U'a' && c <= U'z') || c == U'_';
  if (plain) return std::string(1, static_cast<char>(c));
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  std::string hex;
  for (auto rest = static_cast<std::uint32_t>(c); rest != 0 || hex.empty(); rest >>= 4U) {
    hex.insert(hex.begin(), kDigits[rest & 15U]);
  }
  return StrCat("\\x{", hex, "}");
}

// One set of characters: the inside of a PCRE2 class, taken or left out.
struct Set {
  std::string inside;
  bool negated = false;
};

class Translator {
 public:
  Translator(std::string_view pattern, bool spaces_ignored, bool dot_is_all,
             Regex::Mistake& mistake)
      : dot_is_all_(dot_is_all), mistake_(mistake) {
    int classes = 0;
    bool escaped = false;
    for (Utf8Cursor cursor(pattern); !cursor.done();) {
      const char32_t c = cursor.Next();
      const bool space = c == U' ' || c == U'\t' || c == U'\n' || c == U'\r';
      if (spaces_ignored && space && classes == 0) continue;  // an escape may be split as well
      if (!escaped && c == U'[') ++classes;
      if (!escaped && c == U']' && classes > 0) --classes;
      escaped = !escaped && c == U'\\';
      text_.push_back(c);
    }
  }

  std::optional<std::string> Run() {
    std::string out = Branches(0);
    if (!failed_ && at_ < text_.size()) Fail("unexpected )");
    if (failed_) return std::nullopt;
    return out;
  }

  size_t groups() const { return groups_; }

 private:
  void Fail(std::string text) {
    if (!failed_) mistake_.text = std::move(text);
    failed_ = true;
    at_ = text_.size();
  }
  bool done() const { return at_ >= text_.size(); }
  char32_t Peek(size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : U'\0';
  }
  bool Take(char32_t c) {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string Branches(int depth) {
    constexpr int kDeepest = 100;
    if (depth > kDeepest) Fail("nested too deeply");
    std::string out;
    while (!done() && Peek() != U')') {
      if (Take(U'|')) {
        out += '|';
        continue;
      }
      const std::string atom = Atom(depth);
      out += atom + Quantifier(atom == "^" || atom == "$");
    }
    return out;
  }

  std::string Atom(int depth) {
    const char32_t c = text_[at_++];
    switch (c) {
      case U'^':
        return "^";
      case U'$':
        return "$";
      case U'.':
        return dot_is_all_ ? "(?s:.)" : "[^\\n\\r]";
      case U'(':
        return Group(depth);
      case U'[':
        return Class(depth);
      case U'\\':
        return Escape();
      case U'?':
      case U'*':
      case U'+':
      case U'{':
        Fail("there is nothing to repeat");
        return "";
      case U'}':
      case U']':
        Fail("an unescaped ] or }");
        return "";
      default:
        return Literal(c);
    }
  }

  std::string Group(int depth) {
    bool captures = true;
    if (Take(U'?')) {
      if (!Take(U':')) Fail("of the groups beginning with (? only (?: is known");
      captures = false;
    }
    const size_t number = captures ? ++groups_ : 0;
    if (captures) open_.push_back(number);
    std::string out = StrCat(captures ? "(" : "(?:", Branches(depth + 1), ")");
    if (!Take(U')')) Fail("a group without )");
    if (captures) open_.pop_back();
    return out;
  }

  std::optional<size_t> Number() {
    size_t out = 0;
    size_t count = 0;
    while (Peek() >= U'0' && Peek() <= U'9' && count < 5) {
      out = out * 10 + (Peek() - U'0');
      ++at_;
      ++count;
    }
    return count == 0 ? std::nullopt : std::optional(out);
  }

  std::string Quantifier(bool after_anchor) {
    std::string out;
    if (Peek() == U'?' || Peek() == U'*' || Peek() == U'+') {
      if (done()) return "";
      out = std::string(1, static_cast<char>(text_[at_++]));
    } else if (Take(U'{')) {
      const auto least = Number();
      std::optional<size_t> most = least;
      const bool ranged = Take(U',');
      if (ranged) most = Number();
      constexpr size_t kMost = 1000;
      const bool bad =
          !least || !Take(U'}') || *least > kMost || (most && (*most > kMost || *most < *least));
      if (bad) {
        Fail("a count is written {2}, {2,} or {2,5}, up to 1000");
        return "";
      }
      out = StrCat("{", *least, ranged ? "," : "");
      if (ranged && most) out += std::to_string(*most);
      out += '}';
    } else {
      return "";
    }
    if (after_anchor) Fail("an anchor cannot be repeated");
    if (Take(U'?')) out += '?';
    return out;
  }

  // Behind a backslash, outside of classes.
  std::string Escape() {
    if (Peek() >= U'1' && Peek() <= U'9') return BackReference();
    const auto set = SetEscape();
    if (!set) return "";
    return StrCat(set->negated ? "[^" : "[", set->inside, "]");
  }

  // \12 is group 12 if there are so many, else group 1 and a 2.
  std::string BackReference() {
    size_t number = text_[at_++] - U'0';
    while (Peek() >= U'0' && Peek() <= U'9' && number * 10 + (Peek() - U'0') <= groups_) {
      number = number * 10 + (text_[at_++] - U'0');
    }
    if (number > groups_ || std::find(open_.begin(), open_.end(), number) != open_.end()) {
      Fail(StrCat("\\", number, " refers to a group that is not complete before it"));
    }
    return StrCat("(?:\\g{", number, "})");
  }

  std::optional<Set> SetEscape() {
    if (done()) {
      Fail("a \\ at the end");
      return std::nullopt;
    }
    const char32_t c = text_[at_++];
    switch (c) {
      case U'n':
        return Set{"\\n"};
      case U'r':
        return Set{"\\r"};
      case U't':
        return Set{"\\t"};
      case U's':
      case U'S':
        return Set{std::string(kSpace), c == U'S'};
      case U'i':
      case U'I':
        return Set{std::string(kNameStart), c == U'I'};
      case U'c':
      case U'C':
        return Set{StrCat(kNameStart, kNameMore), c == U'C'};
      case U'd':
      case U'D':
        return Set{"\\p{Nd}", c == U'D'};
      case U'w':
      case U'W':
        return Set{std::string(kNotWord), c == U'w'};
      case U'p':
      case U'P':
        return Property(c == U'P');
      default:
        break;
    }
    constexpr std::u32string_view kEscapable = U"\\|.-^?*+{}()[]$";
    if (kEscapable.find(c) == std::u32string_view::npos) {
      Fail("an unknown escape");
      return std::nullopt;
    }
    return Set{Literal(c)};
  }

  std::optional<Set> Property(bool negated) {
    std::string name;
    if (Take(U'{')) {
      while (!done() && Peek() != U'}') AppendUtf8(name, text_[at_++]);
    }
    if (!Take(U'}')) {
      Fail("a category is written \\p{Lu}");
      return std::nullopt;
    }
    if (std::find(kCategories.begin(), kCategories.end(), name) != kCategories.end()) {
      return Set{StrCat("\\p{", name, "}"), negated};
    }
    for (const UnicodeBlock& block : kUnicodeBlocks) {
      if (name != StrCat("Is", block.name)) continue;
      return Set{StrCat(Literal(block.first), "-", Literal(block.last)), negated};
    }
    Fail(StrCat("no category or block \"", name, "\""));
    return std::nullopt;
  }

  // Behind "[". Sets that are left out (\S) cannot stand inside a class: they become alternatives.
  std::string Class(int depth) {
    constexpr int kDeepest = 20;
    if (depth > kDeepest) Fail("nested too deeply");
    const bool negated = Take(U'^');
    std::string inside;
    std::string others;
    std::string subtracted;
    bool any = false;
    while (!failed_ && Peek() != U']') {
      if (done()) {
        Fail("a class without ]");
        return "";
      }
      if (any && Peek() == U'-' && Peek(1) == U'[') {
        at_ += 2;
        subtracted = StrCat("(?!", Class(depth + 1), ")");
        if (Peek() != U']') Fail("nothing may follow what is subtracted");
        break;
      }
      Element(inside, others);
      any = true;
    }
    if (!Take(U']') || !any) Fail("an empty class");
    std::string out;
    if (others.empty()) {
      out = StrCat(negated ? "[^" : "[", inside, "]");
    } else {
      const std::string all = inside.empty() ? others.substr(1) : StrCat("[", inside, "]", others);
      out = negated ? StrCat("(?:(?!", all, ")(?s:.))") : StrCat("(?:", all, ")");
    }
    return subtracted.empty() ? out : StrCat("(?:", subtracted, out, ")");
  }

  // One character, range or set.
  void Element(std::string& inside, std::string& others) {
    const auto first = OneOf(inside, others);
    if (!first) return;
    const bool range = Peek() == U'-' && Peek(1) != U']' && Peek(1) != U'[' && Peek(1) != U'\0';
    if (!range) {
      inside += Literal(*first);
      return;
    }
    ++at_;
    std::string set;
    const auto last = OneOf(set, set);
    if (failed_) return;
    if (!last || *last < *first) {
      Fail("a range from a greater to a lesser character");
      return;
    }
    inside += StrCat(Literal(*first), "-", Literal(*last));
  }

  // A single character; nullopt where it was a set, which has been added.
  std::optional<char32_t> OneOf(std::string& inside, std::string& others) {
    const char32_t c = text_[at_++];
    if (c == U'[') {
      Fail("an unescaped [ in a class");
      return std::nullopt;
    }
    if (c != U'\\') return c;
    const char32_t next = Peek();
    const auto set = SetEscape();
    if (!set) return std::nullopt;
    constexpr std::u32string_view kSingle = U"nrt\\|.-^?*+{}()[]$";
    if (kSingle.find(next) != std::u32string_view::npos) {
      return next == U'n' ? U'\n' : next == U'r' ? U'\r' : next == U't' ? U'\t' : next;
    }
    if (set->negated) {
      others += StrCat("|[^", set->inside, "]");
    } else {
      inside += set->inside;
    }
    return std::nullopt;
  }

  const bool dot_is_all_;
  Regex::Mistake& mistake_;
  std::u32string text_;
  size_t at_ = 0;
  bool failed_ = false;
  size_t groups_ = 0;
  std::vector<size_t> open_;
};

}  // namespace

std::optional<std::string> TranslatePattern(std::string_view pattern, bool spaces_ignored,
                                            bool dot_is_all, size_t& groups,
                                            Regex::Mistake& mistake) {
  Translator translator(pattern, spaces_ignored, dot_is_all, mistake);
  auto out = translator.Run();
  groups = translator.groups();
  return out;
}

}  // namespace anjuan::feel
