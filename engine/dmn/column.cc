#include "engine/dmn/column.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"

namespace anjuan::dmn {

namespace {

using Base = Type::Base;

struct Literals {
  std::vector<Value> values;
  bool decidable = true;  // nothing but literals and comparisons
};

Value EvaluateLiteral(std::string text) {
  const feel::Scope scope(feel::Dialect::kStandard);
  const Expression expression({std::move(text), {}}, scope);
  feel::Meter meter;
  Course course{meter};
  return expression.Evaluate({}, course);
}

bool IsWordByte(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         static_cast<unsigned char>(c) >= 0x80;
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Finds the literals of a cell without its grammar: what remains must be signs and words of
// comparison. Arithmetic, names and calls make it undecidable.
class LiteralFinder {
 public:
  explicit LiteralFinder(std::string_view text) : text_(text) {}

  Literals Find() {
    while (at_ < text_.size() && out_.decidable) Step();
    return std::move(out_);
  }

 private:
  void Step() {
    const char c = text_[at_];
    if (c == '"') {
      Take(at_, EndOfString(at_));
    } else if (c == '@' && at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
      Take(at_, EndOfString(at_ + 1));
    } else if (IsDigit(c) || (c == '.' && IsDigitAt(at_ + 1) && !IsDot(at_ - 1))) {
      Take(at_, EndOfNumber());
    } else if (c == '-' && (IsDigitAt(at_ + 1) || (IsDot(at_ + 1) && IsDigitAt(at_ + 2))) &&
               !after_operand_) {
      const size_t begin = at_++;
      Take(begin, EndOfNumber());
    } else if (IsWordByte(c)) {
      Word();
    } else {
      constexpr std::string_view kSigns = "<>=!,.[]()? \t\r\n";
      if (kSigns.find(c) == std::string_view::npos) out_.decidable = false;
      after_operand_ = after_operand_ && (c == ' ' || c == '\t');
      ++at_;
    }
  }

  bool IsDigitAt(size_t i) const { return i < text_.size() && IsDigit(text_[i]); }
  bool IsDot(size_t i) const { return i < text_.size() && text_[i] == '.'; }

  size_t EndOfString(size_t quote) const {
    size_t i = quote + 1;
    while (i < text_.size() && text_[i] != '"') i += text_[i] == '\\' ? 2 : 1;
    return std::min(i + 1, text_.size());
  }

  size_t EndOfNumber() const {
    size_t i = at_;
    while (IsDigitAt(i)) ++i;
    if (IsDot(i) && IsDigitAt(i + 1)) {
      ++i;
      while (IsDigitAt(i)) ++i;
    }
    return i;
  }

  void Take(size_t begin, size_t end) {
    const Value value = EvaluateLiteral(std::string(text_.substr(begin, end - begin)));
    if (value.is_null()) out_.decidable = false;
    out_.values.push_back(value);
    at_ = end;
    after_operand_ = true;
  }

  // date("…") and the like are literals; true, false, null values; the rest must be comparison.
  void Word() {
    size_t end = at_;
    while (end < text_.size() && IsWordByte(text_[end])) ++end;
    const std::string_view word = text_.substr(at_, end - at_);
    for (const std::string_view call : {"date and time(\"", "date(\"", "time(\"", "duration(\""}) {
      if (!text_.substr(at_).starts_with(call)) continue;
      const size_t close = text_.find(')', EndOfString(at_ + call.size() - 1));
      if (close == std::string_view::npos) break;
      Take(at_, close + 1);
      return;
    }
    if (word == "true" || word == "false") {
      Take(at_, end);
      return;
    }
    constexpr std::string_view kWords[] = {"not", "null", "and", "or", "between", "in"};
    if (std::find(std::begin(kWords), std::end(kWords), word) == std::end(kWords)) {
      out_.decidable = false;
    }
    after_operand_ = false;
    at_ = end;
  }

  std::string_view text_;
  size_t at_ = 0;
  bool after_operand_ = false;
  Literals out_;
};

// Numbers and temporals as one line: order, and something between or beyond.
bool Less(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return a.kind() < b.kind();
  if (a.number() != nullptr) return *a.number() < *b.number();
  if (a.date() != nullptr) return *a.date() < *b.date();
  if (a.months() != nullptr) return *a.months() < *b.months();
  if (a.days() != nullptr) return *a.days() < *b.days();
  if (a.time() != nullptr) return a.time()->nanos < b.time()->nanos;
  if (a.date_time() != nullptr) return ToInstant(*a.date_time()) < ToInstant(*b.date_time());
  if (a.string() != nullptr) return *a.string() < *b.string();
  return false;
}

// The value one step away: a whole number, a day, a second, a month.
std::optional<Value> Step(const Value& value, std::int64_t by) {
  if (value.number() != nullptr) {
    const auto moved = value.number()->Add(Decimal(by));
    return moved ? std::optional(Value(*moved)) : std::nullopt;
  }
  if (value.date() != nullptr) return Value(AddDays(*value.date(), by));
  if (value.months() != nullptr) return Value(MonthsDuration{value.months()->months + by});
  if (value.days() != nullptr) {
    DaysDuration moved = *value.days();
    moved.seconds += by;
    return Value(moved);
  }
  if (value.time() != nullptr) {
    Time moved = *value.time();
    moved.nanos += by * 1'000'000'000;
    const bool same_day = moved.nanos >= 0 && moved.nanos < 86'400'000'000'000;
    return same_day ? std::optional(Value(moved)) : std::nullopt;
  }
  if (value.date_time() != nullptr) {
    DateTime moved = *value.date_time();
    moved.date = AddDays(moved.date, by);
    return Value(moved);
  }
  return std::nullopt;
}

// Something strictly between; the next step where it fits, so that examples are plain.
std::optional<Value> Between(const Value& low, const Value& high) {
  if (auto next = Step(low, 1); next && Less(*next, high)) return next;
  if (low.number() == nullptr || high.number() == nullptr) return std::nullopt;
  const auto sum = low.number()->Add(*high.number());
  const auto middle = sum ? sum->Divide(Decimal(2)) : std::nullopt;
  return middle ? std::optional(Value(*middle)) : std::nullopt;
}

std::vector<Value> OfLine(std::vector<Value> ends) {
  std::sort(ends.begin(), ends.end(), Less);
  ends.erase(std::unique(ends.begin(), ends.end()), ends.end());
  std::vector<Value> out;
  if (const auto below = Step(ends.front(), -1)) out.push_back(*below);
  for (size_t i = 0; i < ends.size(); ++i) {
    out.push_back(ends[i]);
    if (i + 1 == ends.size()) continue;
    if (const auto between = Between(ends[i], ends[i + 1])) out.push_back(*between);
  }
  if (const auto above = Step(ends.back(), 1)) out.push_back(*above);
  return out;
}

// One of each piece.
std::vector<Value> Examples(const std::vector<Value>& literals, Base base, bool closed) {
  if (base == Base::kAny) {
    for (const Value& literal : literals) {
      if (literal.boolean() != nullptr) base = Base::kBoolean;
      if (literal.string() != nullptr) base = Base::kString;
    }
  }
  if (base == Base::kBoolean) return {Value(true), Value(false)};
  if (base == Base::kString) {
    std::vector<Value> out;
    for (const Value& literal : literals) {
      const bool new_one = std::find(out.begin(), out.end(), literal) == out.end();
      if (literal.string() != nullptr && new_one) out.push_back(literal);
    }
    if (!closed) out.emplace_back("…");  // any other text
    return out;
  }
  return literals.empty() ? std::vector<Value>{Value()} : OfLine(literals);
}

}  // namespace

std::optional<Column> CutColumn(const Table& table, size_t input, const ItemTypePointer& type,
                                feel::Meter& meter) {
  const InputClause& clause = table.inputs[input];
  Column out;
  std::vector<Value> literals;
  bool closed = false;
  std::vector<const Text*> domains;
  if (clause.values) domains.push_back(&*clause.values);
  if (type != nullptr && type->allowed) domains.push_back(&type->allowed->text());
  for (const Text* domain : domains) {
    const Literals found = LiteralFinder(domain->text).Find();
    closed = closed || found.decidable;
    literals.insert(literals.end(), found.values.begin(), found.values.end());
  }
  for (const Rule& rule : table.rules) {
    const Literals found = LiteralFinder(rule.inputs[input].text).Find();
    const std::string_view text = Trim(rule.inputs[input].text);
    const bool always = text.empty() || text == "-";
    out.undecided.push_back(!always && !found.decidable);
    if (!found.decidable) continue;
    literals.insert(literals.end(), found.values.begin(), found.values.end());
  }
  constexpr size_t kMostLiterals = 2'000;
  if (literals.size() > kMostLiterals) return std::nullopt;
  const Type tested = type == nullptr ? Type::Any() : type->feel;
  const feel::Scope scope = ForTests(feel::Scope(feel::Dialect::kStandard), tested);
  std::vector<Tests> cells;
  cells.reserve(table.rules.size());
  for (const Rule& rule : table.rules) cells.emplace_back(rule.inputs[input], scope);
  std::vector<Tests> allowed;
  allowed.reserve(domains.size());
  for (const Text* domain : domains) allowed.emplace_back(*domain, scope);
  Course course{meter};
  Row row;
  for (const Value& example : Examples(literals, tested.base, closed)) {
    const bool possible = std::all_of(allowed.begin(), allowed.end(), [&](const Tests& tests) {
      return example.is_null() || tests.Hold(example, row, course);
    });
    // Each piece is compared with those found before it.
    const auto compared = static_cast<std::int64_t>(out.pieces.size());
    if (!course.Spend(compared, clause.at)) return std::nullopt;
    if (!possible) continue;
    Column::Piece piece{example, {}};
    for (size_t i = 0; i < cells.size(); ++i) {
      piece.holds.push_back(out.undecided[i] || cells[i].Hold(example, row, course));
    }
    const bool known = std::any_of(out.pieces.begin(), out.pieces.end(),
                                   [&](const auto& other) { return other.holds == piece.holds; });
    if (!known) out.pieces.push_back(std::move(piece));
  }
  if (!course.Spend(0, clause.at)) return std::nullopt;  // the last answers may be wrong
  return out;
}

}  // namespace anjuan::dmn
