// Strings, by code point: a Chinese character counts as one.
//
// Patterns of split, replace and matches are XPath's (regex.h).
#include <utf8proc.h>

#include <array>
#include <cstring>
#include <optional>

#include "engine/base/text.h"
#include "engine/feel/builtin.h"
#include "engine/feel/regex.h"

namespace anjuan::feel {

namespace {

const std::string& Text(const Value* value) {
  return *value->string();
}

// For making a text.
bool ChargeFor(Services& services, size_t bytes) {
  return services.Charge(1, static_cast<std::int64_t>(bytes));
}

// For going through one.
bool ChargeScan(Services& services, const std::string& text) {
  constexpr size_t kBytesInAStep = 32;
  return services.Charge(static_cast<std::int64_t>(text.size() / kBytesInAStep), 0);
}

// Where `part` begins, npos where it does not. memmem's time grows with the lengths together,
// std::string's with their product.
size_t Find(const std::string& text, const std::string& part) {
  const void* found = memmem(text.data(), text.size(), part.data(), part.size());
  if (found == nullptr) return std::string::npos;
  return static_cast<size_t>(static_cast<const char*>(found) - text.data());
}

// The byte offset of code point `index`; the size of the text where it is shorter.
size_t OffsetOf(std::string_view text, std::int64_t index) {
  Utf8Cursor cursor(text);
  for (; index > 0 && !cursor.done(); --index) cursor.Next();
  return cursor.offset();
}

Answer StringFrom(Arguments args, Services& services);

Answer StringLength(Arguments args, Services& services) {
  if (!ChargeScan(services, Text(args[0]))) return BudgetSpent();
  return Value(static_cast<std::int64_t>(CountCodePoints(Text(args[0]))));
}

Answer Substring(Arguments args, Services& services) {
  const std::string_view text = Text(args[0]);
  if (!ChargeScan(services, Text(args[0]))) return BudgetSpent();
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

// By character, as Unicode's simple mappings have it, except that ß becomes SS.
template <utf8proc_int32_t (*map)(utf8proc_int32_t)>
Answer ShiftCase(Arguments args, Services& services) {
  if (!ChargeFor(services, 2 * Text(args[0]).size())) return BudgetSpent();
  if (!ChargeScan(services, Text(args[0]))) return BudgetSpent();
  std::string out;
  for (Utf8Cursor cursor(Text(args[0])); !cursor.done();) {
    const auto c = static_cast<utf8proc_int32_t>(cursor.Next());
    if (c == 0xDF && map(c) != c) {
      out += "SS";
      continue;
    }
    AppendUtf8(out, static_cast<char32_t>(map(c)));
  }
  return Value(std::move(out));
}

Answer SubstringBefore(Arguments args, Services& services) {
  const std::string_view text = Text(args[0]);
  if (!ChargeScan(services, Text(args[0])) || !ChargeFor(services, text.size())) {
    return BudgetSpent();
  }
  const size_t at = Find(Text(args[0]), Text(args[1]));
  return Value(at == std::string_view::npos ? std::string_view() : text.substr(0, at));
}

Answer SubstringAfter(Arguments args, Services& services) {
  const std::string_view text = Text(args[0]);
  if (!ChargeScan(services, Text(args[0])) || !ChargeFor(services, text.size())) {
    return BudgetSpent();
  }
  const size_t at = Find(Text(args[0]), Text(args[1]));
  if (at == std::string_view::npos) return Value("");
  return Value(text.substr(at + Text(args[1]).size()));
}

Answer ContainsText(Arguments args, Services& services) {
  if (!ChargeScan(services, Text(args[0]))) return BudgetSpent();
  return Value(Find(Text(args[0]), Text(args[1])) != std::string::npos);
}

Answer StartsWith(Arguments args, Services& services) {
  if (!ChargeScan(services, Text(args[1]))) return BudgetSpent();
  return Value(Text(args[0]).starts_with(Text(args[1])));
}

Answer EndsWith(Arguments args, Services& services) {
  if (!ChargeScan(services, Text(args[1]))) return BudgetSpent();
  return Value(Text(args[0]).ends_with(Text(args[1])));
}

Answer TrimText(Arguments args, Services& services) {
  if (!ChargeFor(services, Text(args[0]).size())) return BudgetSpent();
  return Value(Trim(Text(args[0])));
}

std::string OptionalText(const Value* value) {
  return value == nullptr || value->is_null() ? "" : Text(value);
}

// A pattern and the text it is tried on.
class Search {
 public:
  Search(const Value* text, const Value* pattern, const Value* flags, Services& services)
      : text_(Text(text)), services_(services) {
    Regex::Mistake mistake;
    regex_ = Regex::Compile(Text(pattern), OptionalText(flags), mistake);
    if (regex_ == nullptr) {
      trouble =
          ArgumentError(StrCat("\"", Text(pattern), "\" is no regular expression: ", mistake.text));
    }
  }

  // False: no further match, or trouble.
  bool Next(size_t from) {
    if (trouble || from > text_.size()) return false;
    std::int64_t cost = 0;
    const Regex::Outcome outcome = regex_->Find(text_, from, match, cost);
    if (outcome == Regex::Outcome::kBadText) trouble = ArgumentError("the text is not UTF-8");
    const bool paid = services_.Charge(cost, 0);
    if (outcome == Regex::Outcome::kTooCostly || !paid) {
      trouble = NoAnswer{"feel.budget", "the pattern takes too long to match"};
    }
    return !trouble && outcome == Regex::Outcome::kFound;
  }

  // Where to go on: an empty match must not be found for ever.
  size_t After() const {
    if (match.end() > match.begin()) return match.end();
    if (match.end() >= text_.size()) return text_.size() + 1;
    return match.end() + OffsetOf(std::string_view(text_).substr(match.end()), 1);
  }
  const std::string& text() const { return text_; }
  size_t group_count() const { return regex_->group_count(); }

  Regex::Match match;
  std::optional<NoAnswer> trouble;

 private:
  const std::string& text_;
  Services& services_;
  std::shared_ptr<const Regex> regex_;
};

Answer MatchesText(Arguments args, Services& services) {
  Search search(args[0], args[1], args[2], services);
  const bool found = search.Next(0);
  if (search.trouble) return *search.trouble;
  return Value(found);
}

Answer SplitText(Arguments args, Services& services) {
  Search search(args[0], args[1], nullptr, services);
  const std::string_view text = search.text();
  List out;
  size_t begin = 0;
  for (size_t from = 0; search.Next(from); from = search.After()) {
    // A delimiter of no length parts nothing.
    if (search.match.end() == search.match.begin()) continue;
    const std::string_view piece = text.substr(begin, search.match.begin() - begin);
    if (!ChargeFor(services, piece.size() + sizeof(Value))) return BudgetSpent();
    out.emplace_back(piece);
    begin = search.match.end();
  }
  if (search.trouble) return *search.trouble;
  if (!ChargeFor(services, text.size() - begin + sizeof(Value))) return BudgetSpent();
  out.emplace_back(text.substr(begin));
  return Value(std::move(out));
}

// $0 to $9 stand for groups (one more digit counts where there are so many), \$ and \\ for
// themselves. False: malformed.
bool AppendReplacement(std::string_view replacement, const Search& search, std::string& out) {
  for (size_t i = 0; i < replacement.size(); ++i) {
    const char c = replacement[i];
    const char next = i + 1 < replacement.size() ? replacement[i + 1] : '\0';
    if (c == '\\') {
      if (next != '$' && next != '\\') return false;
      out += next;
      ++i;
    } else if (c == '$') {
      if (next < '0' || next > '9') return false;
      auto group = static_cast<size_t>(next - '0');
      ++i;
      while (i + 1 < replacement.size() && replacement[i + 1] >= '0' && replacement[i + 1] <= '9') {
        const size_t longer = group * 10 + static_cast<size_t>(replacement[i + 1] - '0');
        if (longer > search.group_count() || longer == group) break;
        group = longer;
        ++i;
      }
      if (group > search.group_count()) continue;  // a group that is not there is empty
      const auto& [begin, end] = search.match.groups[group];
      out += search.text().substr(begin, end - begin);
    } else {
      out += c;
    }
  }
  return true;
}

Answer ReplaceText(Arguments args, Services& services) {
  Search search(args[0], args[1], args[3], services);
  const bool literal = OptionalText(args[3]).find('q') != std::string::npos;
  std::string out;
  size_t begin = 0;
  for (size_t from = 0; search.Next(from); from = search.After()) {
    if (search.match.end() == search.match.begin()) {
      return ArgumentError("a pattern that matches nothing at all cannot be replaced");
    }
    const size_t before = out.size();
    out += search.text().substr(begin, search.match.begin() - begin);
    if (literal) {
      out += Text(args[2]);
    } else if (!AppendReplacement(Text(args[2]), search, out)) {
      return ArgumentError("in a replacement $ stands before a digit; write \\$ or \\\\");
    }
    begin = search.match.end();
    if (!ChargeFor(services, out.size() - before)) return BudgetSpent();
  }
  if (search.trouble) return *search.trouble;
  if (!ChargeFor(services, search.text().size() - begin)) return BudgetSpent();
  out += search.text().substr(begin);
  return Value(std::move(out));
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

// "(< " of (< 5).
std::string TestText(const Range& range) {
  if (range.form == Range::Form::kNot) return "(!= ";
  if (range.low.is_null()) return range.high_included ? "(<= " : "(< ";
  if (range.high.is_null()) return range.low_included ? "(>= " : "(> ";
  return "(= ";
}

// Inside lists and contexts strings are quoted; alone they are themselves.
bool AppendText(const Value& value, bool inside, Services& services, std::string& out);

bool AppendList(const List& list, Services& services, std::string& out) {
  if (!ChargeFor(services, 2)) return false;
  out += '[';
  for (size_t i = 0; i < list.size(); ++i) {
    if (i > 0) out += ", ";
    if (!AppendText(list[i], true, services, out)) return false;
  }
  out += ']';
  return true;
}

bool AppendContext(const Context& context, Services& services, std::string& out) {
  if (!ChargeFor(services, 2)) return false;
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
      if (range.form != Range::Form::kInterval) {
        out += TestText(range);
        return AppendText(range.low.is_null() ? range.high : range.low, true, services, out) &&
               (out += ')', ChargeFor(services, out.size() - before));
      }
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

Answer StringOfNull(Arguments, Services& services) {
  if (services.dialect() == Dialect::kStandard) return Value();
  return NullTrouble("string needs a value");
}

Answer StringFrom(Arguments args, Services& services) {
  std::string out;
  if (!AppendText(*args[0], false, services, out)) return BudgetSpent();
  return Value(std::move(out));
}

constexpr std::array kRows = {
    BuiltinRow{"string", "from: any", "string", StringFrom},
    BuiltinRow{"string", "from: null?", "string", StringOfNull},
    BuiltinRow{"string length", "string: string", "number", StringLength},
    BuiltinRow{"substring", "string: string, start position: number, length?: number", "string",
               Substring},
    BuiltinRow{"substring before", "string: string, match: string", "string", SubstringBefore},
    BuiltinRow{"substring after", "string: string, match: string", "string", SubstringAfter},
    BuiltinRow{"upper case", "string: string", "string", ShiftCase<utf8proc_toupper>},
    BuiltinRow{"lower case", "string: string", "string", ShiftCase<utf8proc_tolower>},
    BuiltinRow{"contains", "string: string, match: string", "boolean", ContainsText},
    BuiltinRow{"starts with", "string: string, match: string", "boolean", StartsWith},
    BuiltinRow{"ends with", "string: string, match: string", "boolean", EndsWith},
    BuiltinRow{"trim", "string: string", "string", TrimText},
    BuiltinRow{"split", "string: string, delimiter: string", "list<string>", SplitText},
    BuiltinRow{"replace", "input: string, pattern: string, replacement: string, flags?: string?",
               "string", ReplaceText},
    BuiltinRow{"matches", "input: string, pattern: string, flags?: string?", "boolean",
               MatchesText},
    BuiltinRow{"string join", "list: list<string>, delimiter?: string?", "string", StringJoin},
};

}  // namespace

std::span<const BuiltinRow> StringRows() {
  return kRows;
}

}  // namespace anjuan::feel
