// Strings, by code point: a Chinese character counts as one.
//
// Patterns of split, replace and matches: literal text only, with XPath escapes (\. \| ...). A
// pattern with a live sign of regular expressions is refused, so that none changes its meaning when
// expressions come.
#include <array>
#include <optional>

#include "engine/base/text.h"
#include "engine/feel/builtin.h"

namespace anjuan::feel {

namespace {

const std::string& Text(const Value* value) {
  return *value->string();
}

bool ChargeFor(Services& services, size_t bytes) {
  return services.Charge(1, static_cast<std::int64_t>(bytes));
}

// The byte offset of code point `index`; the size of the text where it is shorter.
size_t OffsetOf(std::string_view text, std::int64_t index) {
  Utf8Cursor cursor(text);
  for (; index > 0 && !cursor.done(); --index) cursor.Next();
  return cursor.offset();
}

Answer StringFrom(Arguments args, Services& services);

Answer StringLength(Arguments args, Services&) {
  return Value(static_cast<std::int64_t>(CountCodePoints(Text(args[0]))));
}

Answer Substring(Arguments args, Services& services) {
  const std::string_view text = Text(args[0]);
  const auto start = args[1]->number()->ToInteger();
  if (!start || *start == 0) return RangeTrouble("positions count from 1, or from -1 at the end");
  const auto count = static_cast<std::int64_t>(CountCodePoints(text));
  const std::int64_t first = *start > 0 ? *start - 1 : count + *start;
  if (first < 0 || first > count) return RangeTrouble("the start lies outside the string");
  std::int64_t length = count;
  if (args[2] != nullptr) {
    const auto given = args[2]->number()->Round(0, Decimal::Rounding::kDown)->ToInteger();
    if (!given || *given < 1) return RangeTrouble("a length is 1 or more");
    length = *given;
  }
  const size_t begin = OffsetOf(text, first);
  const std::string_view rest = text.substr(begin);
  if (!ChargeFor(services, rest.size())) return BudgetSpent();
  return Value(rest.substr(0, OffsetOf(rest, length)));
}

template <char32_t first, char32_t last, int shift>
Answer ShiftCase(Arguments args, Services& services) {
  if (!ChargeFor(services, Text(args[0]).size())) return BudgetSpent();
  std::string out = Text(args[0]);
  for (char& c : out) {
    if (c >= static_cast<char>(first) && c <= static_cast<char>(last)) {
      c = static_cast<char>(c + shift);
    }
  }
  return Value(out);
}

Answer SubstringBefore(Arguments args, Services&) {
  const std::string_view text = Text(args[0]);
  const size_t at = text.find(Text(args[1]));
  return Value(at == std::string_view::npos ? std::string_view() : text.substr(0, at));
}

Answer SubstringAfter(Arguments args, Services&) {
  const std::string_view text = Text(args[0]);
  const size_t at = text.find(Text(args[1]));
  if (at == std::string_view::npos) return Value("");
  return Value(text.substr(at + Text(args[1]).size()));
}

Answer ContainsText(Arguments args, Services&) {
  return Value(Text(args[0]).find(Text(args[1])) != std::string::npos);
}

Answer StartsWith(Arguments args, Services&) {
  return Value(Text(args[0]).starts_with(Text(args[1])));
}

Answer EndsWith(Arguments args, Services&) {
  return Value(Text(args[0]).ends_with(Text(args[1])));
}

Answer TrimText(Arguments args, Services&) {
  return Value(Trim(Text(args[0])));
}

// The text a pattern stands for, or nullopt where it is more than literal text.
std::optional<std::string> LiteralPattern(std::string_view pattern) {
  std::string out;
  for (size_t i = 0; i < pattern.size(); ++i) {
    if (pattern[i] == '\\') {
      constexpr std::string_view kEscapable = "\\|.-^?*+{}()[]$/";
      if (i + 1 == pattern.size() || kEscapable.find(pattern[i + 1]) == std::string_view::npos) {
        return std::nullopt;
      }
      ++i;
    } else if (std::string_view("|.^?*+{}()[]$").find(pattern[i]) != std::string_view::npos) {
      return std::nullopt;
    }
    out += pattern[i];
  }
  if (out.empty()) return std::nullopt;
  return out;
}

NoAnswer NotLiteral(const Value* pattern) {
  return ArgumentError(StrCat("the pattern \"", Text(pattern),
                              "\" is a regular expression (or empty); only literal text is "
                              "supported, with \\ before each of . | ^ $ ? * + ( ) [ ] { }"));
}

Answer SplitText(Arguments args, Services& services) {
  const auto delimiter = LiteralPattern(Text(args[1]));
  if (!delimiter) return NotLiteral(args[1]);
  std::string_view rest = Text(args[0]);
  List out;
  for (;;) {
    const size_t at = rest.find(*delimiter);
    const std::string_view piece = rest.substr(0, at);
    if (!ChargeFor(services, piece.size() + sizeof(Value))) return BudgetSpent();
    out.emplace_back(piece);
    if (at == std::string_view::npos) return Value(std::move(out));
    rest.remove_prefix(at + delimiter->size());
  }
}

// $1 stands for a group, which literal text has none of; \$ is a dollar.
std::optional<std::string> LiteralReplacement(std::string_view text) {
  std::string out;
  for (size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '$') return std::nullopt;
    if (text[i] == '\\') {
      if (i + 1 == text.size() || (text[i + 1] != '$' && text[i + 1] != '\\')) return std::nullopt;
      ++i;
    }
    out += text[i];
  }
  return out;
}

Answer ReplaceText(Arguments args, Services& services) {
  const auto pattern = LiteralPattern(Text(args[1]));
  if (!pattern) return NotLiteral(args[1]);
  const auto replacement = LiteralReplacement(Text(args[2]));
  if (!replacement) return ArgumentError("the replacement has a $ or \\; write \\$ or \\\\");
  std::string_view rest = Text(args[0]);
  std::string out;
  for (;;) {
    const size_t at = rest.find(*pattern);
    out += rest.substr(0, at);
    if (at == std::string_view::npos) return Value(std::move(out));
    out += *replacement;
    if (!ChargeFor(services, at + replacement->size())) return BudgetSpent();
    rest.remove_prefix(at + pattern->size());
  }
}

Answer MatchesText(Arguments args, Services&) {
  const auto pattern = LiteralPattern(Text(args[1]));
  if (!pattern) return NotLiteral(args[1]);
  return Value(Text(args[0]).find(*pattern) != std::string::npos);
}

std::string OptionalText(const Value* value) {
  return value == nullptr || value->is_null() ? "" : Text(value);
}

// Null items are left out, as the standard says.
Answer StringJoin(Arguments args, Services& services) {
  const std::string delimiter = OptionalText(args[1]);
  std::string out;
  bool first = true;
  for (const Value& item : *args[0]->list()) {
    if (item.is_null()) continue;
    if (item.string() == nullptr) {
      return NoAnswer{"feel.type",
                      StrCat("string join needs strings, found ", KindName(item.kind()))};
    }
    if (!ChargeFor(services, item.string()->size() + delimiter.size())) return BudgetSpent();
    if (!first) out += delimiter;
    out += *item.string();
    first = false;
  }
  return Value(std::move(out));
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + "\"";
}

// Inside lists and contexts strings are quoted; alone they are themselves.
bool AppendText(const Value& value, bool inside, Services& services, std::string& out);

bool AppendList(const List& list, Services& services, std::string& out) {
  out += '[';
  for (size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += ", ";
    if (!AppendText(list[i], true, services, out)) return false;
  }
  out += ']';
  return true;
}

bool AppendContext(const Context& context, Services& services, std::string& out) {
  out += '{';
  bool first = true;
  for (const auto& [name, value] : context.entries()) {
    out += StrCat(first ? "" : ", ", name, ": ");
    first = false;
    if (!AppendText(value, true, services, out)) return false;
  }
  out += '}';
  return true;
}

bool AppendText(const Value& value, bool inside, Services& services, std::string& out) {
  const size_t before = out.size();
  switch (value.kind()) {
    case Kind::kNull:
      out += "null";
      break;
    case Kind::kBoolean:
      out += *value.boolean() ? "true" : "false";
      break;
    case Kind::kNumber:
      out += value.number()->ToString();
      break;
    case Kind::kString:
      out += inside ? Quoted(*value.string()) : *value.string();
      break;
    case Kind::kDate:
      out += ToString(*value.date());
      break;
    case Kind::kTime:
      out += ToString(*value.time());
      break;
    case Kind::kDateTime:
      out += ToString(*value.date_time());
      break;
    case Kind::kMonthsDuration:
      out += ToString(*value.months());
      break;
    case Kind::kDaysDuration:
      out += ToString(*value.days());
      break;
    case Kind::kList:
      return AppendList(*value.list(), services, out);
    case Kind::kContext:
      return AppendContext(*value.context(), services, out);
    case Kind::kRange: {
      const Range& range = *value.range();
      out += range.low_included ? "[" : "(";
      if (!AppendText(range.low, true, services, out)) return false;
      out += "..";
      if (!AppendText(range.high, true, services, out)) return false;
      out += range.high_included ? "]" : ")";
      break;
    }
    case Kind::kFunction:
      out += "function";
      break;
  }
  return ChargeFor(services, out.size() - before);
}

Answer StringFrom(Arguments args, Services& services) {
  std::string out;
  if (!AppendText(*args[0], false, services, out)) return BudgetSpent();
  return Value(std::move(out));
}

constexpr std::array kRows = {
    BuiltinRow{"string", "from: any", "string", StringFrom},
    BuiltinRow{"string length", "string: string", "number", StringLength},
    BuiltinRow{"substring", "string: string, start position: number, length?: number", "string",
               Substring},
    BuiltinRow{"substring before", "string: string, match: string", "string", SubstringBefore},
    BuiltinRow{"substring after", "string: string, match: string", "string", SubstringAfter},
    BuiltinRow{"upper case", "string: string", "string", ShiftCase<U'a', U'z', 'A' - 'a'>},
    BuiltinRow{"lower case", "string: string", "string", ShiftCase<U'A', U'Z', 'a' - 'A'>},
    BuiltinRow{"contains", "string: string, match: string", "boolean", ContainsText},
    BuiltinRow{"starts with", "string: string, match: string", "boolean", StartsWith},
    BuiltinRow{"ends with", "string: string, match: string", "boolean", EndsWith},
    BuiltinRow{"trim", "string: string", "string", TrimText},
    BuiltinRow{"split", "string: string, delimiter: string", "list<string>", SplitText},
    BuiltinRow{"replace", "input: string, pattern: string, replacement: string", "string",
               ReplaceText},
    BuiltinRow{"matches", "input: string, pattern: string", "boolean", MatchesText},
    BuiltinRow{"string join", "list: list<string>, delimiter?: string?", "string", StringJoin},
};

}  // namespace

std::span<const BuiltinRow> StringRows() {
  return kRows;
}

}  // namespace anjuan::feel
