#include "engine/describe/cells.h"

#include <algorithm>
#include <array>
#include <optional>
#include <vector>

#include "engine/base/decimal.h"
#include "engine/base/temporal.h"
#include "engine/base/text.h"

namespace anjuan::describe {
namespace {

// `text` cut at commas that stand in no string, list or call. nullopt: it is not balanced.
std::optional<std::vector<std::string_view>> CutAtCommas(std::string_view text) {
  std::vector<std::string_view> out;
  size_t begin = 0;
  int depth = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"') {
      for (++i; i < text.size() && text[i] != '"'; ++i) {
        if (text[i] == '\\') ++i;
      }
      if (i >= text.size()) return std::nullopt;
    } else if (c == '(' || c == '[' || c == '{') {
      ++depth;
    } else if (c == ')' || c == ']' || c == '}') {
      --depth;
    } else if (c == ',' && depth == 0) {
      out.push_back(Trim(text.substr(begin, i - begin)));
      begin = i + 1;
    }
  }
  if (depth != 0) return std::nullopt;
  out.push_back(Trim(text.substr(begin)));
  return out;
}

// The inside of a string literal without escapes; nullopt: it is something else.
std::optional<std::string_view> Quoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  const std::string_view inside = text.substr(1, text.size() - 2);
  if (inside.find_first_of("\"\\") != std::string_view::npos) return std::nullopt;
  return inside;
}

std::optional<Date> DateLiteral(std::string_view text) {
  constexpr std::string_view kCall = "date(";
  if (text.starts_with(kCall) && text.ends_with(")")) {
    text = Trim(text.substr(kCall.size(), text.size() - kCall.size() - 1));
  } else if (text.starts_with("@")) {
    text.remove_prefix(1);
  } else {
    return std::nullopt;
  }
  const auto inside = Quoted(text);
  return inside ? ParseDate(*inside) : std::nullopt;
}

// A literal as a person writes it; nullopt: it is none.
std::optional<std::string> LiteralInWords(std::string_view text, const ValueName& name) {
  if (const auto inside = Quoted(text)) return name(*inside);
  if (text == "true") return "是";
  if (text == "false") return "否";
  if (text == "null") return "未填";
  if (const auto date = DateLiteral(text)) return ToChinese(*date);
  if (Decimal::Parse(text)) return std::string(text);
  return std::nullopt;
}

// Numbers and days alone are more or less than others.
std::optional<std::string> Point(std::string_view text) {
  text = Trim(text);
  if (const auto date = DateLiteral(text)) return ToChinese(*date);
  if (Decimal::Parse(text)) return std::string(text);
  return std::nullopt;
}

struct Sign {
  std::string_view text, before, after;
};

std::optional<std::string> ComparisonInWords(std::string_view text) {
  constexpr std::array kSigns = {Sign{"<=", "", "以下"}, Sign{">=", "", "以上"},
                                 Sign{"<", "不满", ""}, Sign{">", "超过", ""}};
  for (const Sign& sign : kSigns) {
    if (!text.starts_with(sign.text)) continue;
    const auto point = Point(text.substr(sign.text.size()));
    if (!point) return std::nullopt;
    return StrCat(sign.before, *point, sign.after);
  }
  return std::nullopt;
}

std::optional<std::string> RangeInWords(std::string_view text) {
  const size_t dots = text.find("..");
  if (text.size() < 2 || dots == std::string_view::npos) return std::nullopt;
  const char open = text.front();
  const char close = text.back();
  const bool opens = open == '[' || open == '(' || open == ']';
  const bool closes = close == ']' || close == ')' || close == '[';
  if (!opens || !closes) return std::nullopt;
  const auto low = Point(text.substr(1, dots - 1));
  const auto high = Point(text.substr(dots + 2, text.size() - dots - 3));
  if (!low || !high) return std::nullopt;
  return StrCat(open == '[' ? StrCat(*low, "以上") : StrCat("超过", *low), "、",
                close == ']' ? StrCat(*high, "以下") : StrCat("不满", *high));
}

std::optional<std::string> AnyInWords(std::string_view tests, const ValueName& name);

std::optional<std::string> OneInWords(std::string_view test, const ValueName& name) {
  if (auto literal = LiteralInWords(test, name)) return literal;
  if (auto comparison = ComparisonInWords(test)) return comparison;
  if (auto range = RangeInWords(test)) return range;
  constexpr std::string_view kNot = "not(";
  if (!test.starts_with(kNot) || !test.ends_with(")")) return std::nullopt;
  const auto inside = AnyInWords(test.substr(kNot.size(), test.size() - kNot.size() - 1), name);
  return inside ? std::optional(StrCat("除", *inside, "以外")) : std::nullopt;
}

std::optional<std::string> AnyInWords(std::string_view tests, const ValueName& name) {
  const auto pieces = CutAtCommas(tests);
  if (!pieces) return std::nullopt;
  std::vector<std::string> words;
  for (const std::string_view piece : *pieces) {
    auto one = OneInWords(piece, name);
    if (!one) return std::nullopt;
    words.push_back(*std::move(one));
  }
  return Join(words, "，或者");
}

std::string AsWritten(std::string_view feel) {
  return StrCat("〔", Trim(feel), "〕");
}

}  // namespace

std::string TestsInWords(std::string_view tests, const ValueName& name) {
  tests = Trim(tests);
  if (tests.empty() || tests == "-") return "";
  return AnyInWords(tests, name).value_or(AsWritten(tests));
}

std::string OutputInWords(std::string_view expression, const ValueName& name) {
  expression = Trim(expression);
  if (auto literal = LiteralInWords(expression, name)) return *std::move(literal);
  if (expression.starts_with("[") && expression.ends_with("]")) {
    const auto pieces = CutAtCommas(expression.substr(1, expression.size() - 2));
    std::vector<std::string> words;
    for (const std::string_view piece : pieces.value_or(std::vector<std::string_view>())) {
      const auto word = LiteralInWords(piece, name);
      if (!word) return AsWritten(expression);
      words.push_back(*word);
    }
    if (!words.empty()) return Join(words, "、");
  }
  return AsWritten(expression);
}

}  // namespace anjuan::describe
