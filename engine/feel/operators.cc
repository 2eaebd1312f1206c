#include "engine/feel/operators.h"

#include <algorithm>
#include <cstdlib>

#include "engine/base/text.h"
#include "engine/base/zones.h"
#include "engine/feel/types.h"

namespace anjuan::feel {

namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::int64_t kNanosPerDay = 86'400 * kNanosPerSecond;
constexpr std::int32_t kYearLimit = 999'999'999;

std::int32_t OffsetOf(const Zone& zone) {
  return zone.given ? zone.offset_s : kBeijingOffsetS;
}

// Seconds and nanoseconds since the epoch: whole nanoseconds overflow beyond year 2262.
struct Point {
  std::int64_t seconds;
  std::int64_t nanos;
  auto operator<=>(const Point&) const = default;
};

Point ToPoint(const DateTime& at) {
  return {ToDayNumber(at.date) * 86'400 + at.time.nanos / kNanosPerSecond - OffsetOf(at.time.zone),
          at.time.nanos % kNanosPerSecond};
}

std::int64_t UtcNanos(const Time& time) {
  return time.nanos - OffsetOf(time.zone) * kNanosPerSecond;
}

bool YearFits(const Date& date) {
  return date.year >= -kYearLimit && date.year <= kYearLimit;
}

// Far beyond the years allowed, and far below what day arithmetic can overflow.
constexpr std::int64_t kDayLimit = 366'000'000'000;

std::optional<Date> ShiftDays(const Date& date, std::int64_t days) {
  if (days > kDayLimit || days < -kDayLimit) return std::nullopt;
  const std::int64_t day = ToDayNumber(date) + days;
  static const std::int64_t kFirst = ToDayNumber({-kYearLimit, 1, 1});
  static const std::int64_t kLast = ToDayNumber({kYearLimit, 12, 31});
  if (day < kFirst || day > kLast) return std::nullopt;
  return FromDayNumber(day);
}

std::optional<Date> ShiftMonths(const Date& date, std::int64_t months) {
  constexpr std::int64_t kMonthLimit = std::int64_t{kYearLimit} * 24;
  if (months > kMonthLimit || months < -kMonthLimit) return std::nullopt;
  const std::int64_t year = date.year + months / 12;
  if (year > kYearLimit || year < -kYearLimit) return std::nullopt;
  const Date out = AddMonths(date, months);
  if (!YearFits(out)) return std::nullopt;
  return out;
}

std::int64_t FloorDivide(std::int64_t a, std::int64_t b) {
  return a / b - (a % b != 0 && (a % b < 0) != (b < 0) ? 1 : 0);
}

std::optional<DateTime> Shift(const DateTime& at, const DaysDuration& by) {
  // Nanoseconds of one day and of the duration's part below a day fit easily.
  const std::int64_t days = by.seconds / 86'400;
  const std::int64_t rest =
      at.time.nanos + (by.seconds % 86'400) * kNanosPerSecond + std::int64_t{by.nanos};
  const std::int64_t carry = FloorDivide(rest, kNanosPerDay);
  const auto date = ShiftDays(at.date, days + carry);
  if (!date) return std::nullopt;
  DateTime out{*date, Time{rest - carry * kNanosPerDay, at.time.zone}};
  if (out.time.zone.named == nullptr) return out;
  // Hours pass alike whatever is done to clocks: counted in UTC, then read off the local clock.
  const std::int64_t utc =
      ToDayNumber(out.date) * 86'400 + out.time.nanos / kNanosPerSecond - at.time.zone.offset_s;
  const std::int32_t offset = out.time.zone.named->OffsetAt(utc);
  const std::int64_t local = utc + offset;
  const std::int64_t day = FloorDivide(local, 86'400);
  out.date = FromDayNumber(day);
  out.time.nanos = (local - day * 86'400) * kNanosPerSecond + out.time.nanos % kNanosPerSecond;
  out.time.zone.offset_s = offset;
  if (!YearFits(out.date)) return std::nullopt;
  return out;
}

Time Shift(const Time& time, const DaysDuration& by) {
  const std::int64_t rest =
      time.nanos + (by.seconds % 86'400) * kNanosPerSecond + std::int64_t{by.nanos};
  return {rest - FloorDivide(rest, kNanosPerDay) * kNanosPerDay, time.zone};
}

DaysDuration Opposite(const DaysDuration& d) {
  return {-d.seconds, -d.nanos};
}

DaysDuration Between(const Point& from, const Point& to) {
  std::int64_t seconds = to.seconds - from.seconds;
  std::int64_t nanos = to.nanos - from.nanos;
  if (seconds > 0 && nanos < 0) {
    --seconds;
    nanos += kNanosPerSecond;
  } else if (seconds < 0 && nanos > 0) {
    ++seconds;
    nanos -= kNanosPerSecond;
  }
  return {seconds, static_cast<std::int32_t>(nanos)};
}

bool ZonesDiffer(const Zone& a, const Zone& b, Dialect dialect) {
  return dialect == Dialect::kStandard && a.given != b.given;
}

std::int64_t WholeSeconds(std::int64_t nanos) {
  return nanos / kNanosPerSecond - (nanos % kNanosPerSecond < 0 ? 1 : 0);
}

bool EqualTimes(const Time& a, const Time& b, Dialect dialect) {
  if (dialect == Dialect::kStrict) return UtcNanos(a) == UtcNanos(b);
  return a.zone.given == b.zone.given && WholeSeconds(UtcNanos(a)) == WholeSeconds(UtcNanos(b));
}

bool EqualDateTimes(const DateTime& a, const DateTime& b, Dialect dialect) {
  if (dialect == Dialect::kStrict) return ToPoint(a) == ToPoint(b);
  return a.time.zone.given == b.time.zone.given && ToPoint(a).seconds == ToPoint(b).seconds;
}

std::optional<bool> EqualLists(const List& a, const List& b, Dialect dialect) {
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i) {
    if (!Equal(a[i], b[i], dialect).value_or(false)) return false;
  }
  return true;
}

std::optional<bool> EqualContexts(const Context& a, const Context& b, Dialect dialect) {
  if (a.size() != b.size()) return false;
  for (const auto& [name, value] : a.entries()) {
    const Value* other = b.Find(name);
    if (other == nullptr || !Equal(value, *other, dialect).value_or(false)) return false;
  }
  return true;
}

}  // namespace

std::optional<bool> Equal(const Value& a, const Value& b, Dialect dialect) {
  if (a.is_null() || b.is_null()) return a.is_null() && b.is_null();
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case Kind::kTime:
      return EqualTimes(*a.time(), *b.time(), dialect);
    case Kind::kDateTime:
      return EqualDateTimes(*a.date_time(), *b.date_time(), dialect);
    case Kind::kList:
      return EqualLists(*a.list(), *b.list(), dialect);
    case Kind::kContext:
      return EqualContexts(*a.context(), *b.context(), dialect);
    case Kind::kRange: {
      const Range& x = *a.range();
      const Range& y = *b.range();
      return x.form == y.form && x.low_included == y.low_included &&
             x.high_included == y.high_included && Equal(x.low, y.low, dialect).value_or(false) &&
             Equal(x.high, y.high, dialect).value_or(false);
    }
    case Kind::kNull:
    case Kind::kBoolean:
    case Kind::kNumber:
    case Kind::kString:
    case Kind::kDate:
    case Kind::kMonthsDuration:
    case Kind::kDaysDuration:
    case Kind::kFunction:
      return a == b;
  }
  return std::nullopt;
}

std::optional<std::strong_ordering> Order(const Value& a, const Value& b, Dialect dialect) {
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case Kind::kNumber:
      return *a.number() <=> *b.number();
    case Kind::kString:
      return a.string()->compare(*b.string()) <=> 0;  // UTF-8 keeps the order of code points
    case Kind::kDate:
      return *a.date() <=> *b.date();
    case Kind::kTime:
      if (ZonesDiffer(a.time()->zone, b.time()->zone, dialect)) return std::nullopt;
      return UtcNanos(*a.time()) <=> UtcNanos(*b.time());
    case Kind::kDateTime:
      if (ZonesDiffer(a.date_time()->time.zone, b.date_time()->time.zone, dialect)) {
        return std::nullopt;
      }
      return ToPoint(*a.date_time()) <=> ToPoint(*b.date_time());
    case Kind::kMonthsDuration:
      return *a.months() <=> *b.months();
    case Kind::kDaysDuration:
      return *a.days() <=> *b.days();
    case Kind::kNull:
    case Kind::kBoolean:
    case Kind::kList:
    case Kind::kContext:
    case Kind::kRange:
    case Kind::kFunction:
      return std::nullopt;
  }
  return std::nullopt;
}

std::optional<bool> Contains(const Range& range, const Value& value, Dialect dialect) {
  if (range.form == Range::Form::kNot) {
    const auto equal = Equal(range.low, value, dialect);
    return equal ? std::optional(!*equal) : std::nullopt;
  }
  // Only a range written as a test has no end on one side; null..10 has one that is not known.
  const bool open = range.form == Range::Form::kTest;
  if (!open && (range.low.is_null() || range.high.is_null())) return std::nullopt;
  if (!range.low.is_null()) {
    const auto order = Order(range.low, value, dialect);
    if (!order) return std::nullopt;
    if (*order > 0 || (*order == 0 && !range.low_included)) return false;
  }
  if (!range.high.is_null()) {
    const auto order = Order(value, range.high, dialect);
    if (!order) return std::nullopt;
    if (*order > 0 || (*order == 0 && !range.high_included)) return false;
  }
  return true;
}

Decimal ToNanos(const DaysDuration& duration) {
  const auto product = Decimal(duration.seconds).Multiply(Decimal(kNanosPerSecond));
  return *product->Add(Decimal(std::int64_t{duration.nanos}));
}

std::optional<DaysDuration> FromNanos(const Decimal& nanos) {
  const auto whole = nanos.Round(0, Decimal::Rounding::kDown);
  const auto quotient = whole ? whole->Divide(Decimal(kNanosPerSecond)) : std::nullopt;
  const auto seconds = quotient ? quotient->Round(0, Decimal::Rounding::kDown) : std::nullopt;
  const auto count = seconds ? seconds->ToInteger() : std::nullopt;
  constexpr std::int64_t kLimit = 100'000'000'000'000'000;  // leaves room to add without overflow
  if (!count || *count > kLimit || *count < -kLimit) return std::nullopt;
  const auto rest = whole->Subtract(*seconds->Multiply(Decimal(kNanosPerSecond)));
  return DaysDuration{*count, static_cast<std::int32_t>(*rest->ToInteger())};
}

namespace {

Answer RangeError(std::string message) {
  return NoAnswer{"feel.range", std::move(message)};
}

template <typename T>
Answer ValueOr(const std::optional<T>& value, std::string_view message) {
  if (value) return Value(*value);
  return RangeError(std::string(message));
}

constexpr std::string_view kNumberTooLarge = "the result is not a number of at most 34 digits";
constexpr std::string_view kDateTooFar = "the date is out of range";
constexpr std::string_view kDurationTooLong = "the duration is out of range";

// Integer powers by multiplication, which keeps 2 ** 10 exact; the rest by exp and log.
std::optional<Decimal> Power(const Decimal& base, const Decimal& exponent) {
  const auto whole = exponent.ToInteger();
  constexpr std::int64_t kMostSquarings = 10'000;
  if (!whole || *whole > kMostSquarings || *whole < -kMostSquarings) return base.Power(exponent);
  std::optional<Decimal> out = Decimal(1);
  std::optional<Decimal> square = base;
  for (std::int64_t rest = std::llabs(*whole); rest != 0; rest /= 2) {
    if (!square || !out) return std::nullopt;
    if (rest % 2 != 0) out = out->Multiply(*square);
    if (rest > 1) square = square->Multiply(*square);
  }
  if (!out || *whole >= 0) return out;
  if (out->Sign() == 0) return std::nullopt;
  return Decimal(1).Divide(*out);
}

Answer Numbers(Operator op, const Decimal& a, const Decimal& b) {
  switch (op) {
    case Operator::kAdd:
      return ValueOr(a.Add(b), kNumberTooLarge);
    case Operator::kSubtract:
      return ValueOr(a.Subtract(b), kNumberTooLarge);
    case Operator::kMultiply:
      return ValueOr(a.Multiply(b), kNumberTooLarge);
    case Operator::kDivide:
      if (b.Sign() == 0) return RangeError("division by zero");
      return ValueOr(a.Divide(b), kNumberTooLarge);
    case Operator::kPower:
      return ValueOr(Power(a, b), kNumberTooLarge);
    case Operator::kEqual:
    case Operator::kNotEqual:
    case Operator::kLess:
    case Operator::kLessEqual:
    case Operator::kGreater:
    case Operator::kGreaterEqual:
      break;
  }
  return NoAnswer{"feel.type", "not an arithmetic operator"};
}

Answer Months(const std::optional<Decimal>& months) {
  const auto whole = months ? months->Round(0, Decimal::Rounding::kDown) : std::nullopt;
  const auto count = whole ? whole->ToInteger() : std::nullopt;
  constexpr std::int64_t kLimit = 1'000'000'000'000'000;
  if (!count || *count > kLimit || *count < -kLimit)
    return RangeError(std::string(kDurationTooLong));
  return Value(MonthsDuration{*count});
}

Answer Days(const std::optional<Decimal>& nanos) {
  return ValueOr(nanos ? FromNanos(*nanos) : std::nullopt, kDurationTooLong);
}

// date + P1D is a date: the time of day that a longer duration brings is dropped.
Answer AddToTemporal(const Value& a, const Value& b, bool subtract) {
  if (const MonthsDuration* months = b.months()) {
    const std::int64_t count = subtract ? -months->months : months->months;
    if (const Date* date = a.date()) return ValueOr(ShiftMonths(*date, count), kDateTooFar);
    if (const DateTime* at = a.date_time()) {
      const auto date = ShiftMonths(at->date, count);
      if (!date) return RangeError(std::string(kDateTooFar));
      DateTime out{*date, at->time};
      SettleOffset(out);
      return Value(out);
    }
    return NoAnswer{"feel.type", ""};
  }
  const DaysDuration by = subtract ? Opposite(*b.days()) : *b.days();
  if (const Time* time = a.time()) return Value(Shift(*time, by));
  if (const DateTime* at = a.date_time()) return ValueOr(Shift(*at, by), kDateTooFar);
  if (const Date* date = a.date()) {
    const auto at = Shift(DateTime{*date, Time{}}, by);
    if (!at) return RangeError(std::string(kDateTooFar));
    return Value(at->date);
  }
  return NoAnswer{"feel.type", ""};
}

bool IsDuration(const Value& value) {
  return value.kind() == Kind::kMonthsDuration || value.kind() == Kind::kDaysDuration;
}

bool IsPoint(const Value& value) {
  return value.kind() == Kind::kDate || value.kind() == Kind::kTime ||
         value.kind() == Kind::kDateTime;
}

Answer AddOrSubtractDurations(const Value& a, const Value& b, bool subtract) {
  if (a.kind() != b.kind()) return NoAnswer{"feel.type", ""};
  const auto combine = [subtract](const Decimal& x, const Decimal& y) {
    return subtract ? x.Subtract(y) : x.Add(y);
  };
  if (const MonthsDuration* x = a.months()) {
    return Months(combine(Decimal(x->months), Decimal(b.months()->months)));
  }
  return Days(combine(ToNanos(*a.days()), ToNanos(*b.days())));
}

// In the standard a date beside a date-time is its midnight in UTC.
std::optional<DateTime> AsDateTime(const Value& value, Dialect dialect) {
  if (const DateTime* at = value.date_time()) return *at;
  if (value.date() == nullptr || dialect == Dialect::kStrict) return std::nullopt;
  Time midnight;
  midnight.zone.given = true;
  return DateTime{*value.date(), midnight};
}

Answer SubtractPoints(const Value& a, const Value& b, Dialect dialect) {
  if (a.date() != nullptr && b.date() != nullptr) {
    return Value(DaysDuration{(ToDayNumber(*a.date()) - ToDayNumber(*b.date())) * 86'400, 0});
  }
  if (a.time() != nullptr && b.time() != nullptr) {
    if (ZonesDiffer(a.time()->zone, b.time()->zone, dialect)) {
      return NoAnswer{"feel.type", "one of the times has a zone and the other has none"};
    }
    const std::int64_t nanos = UtcNanos(*a.time()) - UtcNanos(*b.time());
    return Value(
        DaysDuration{nanos / kNanosPerSecond, static_cast<std::int32_t>(nanos % kNanosPerSecond)});
  }
  const auto x = AsDateTime(a, dialect);
  const auto y = AsDateTime(b, dialect);
  if (!x || !y) return NoAnswer{"feel.type", ""};
  if (ZonesDiffer(x->time.zone, y->time.zone, dialect)) {
    return NoAnswer{"feel.type", "one of the two has a zone and the other has none"};
  }
  return Value(Between(ToPoint(*y), ToPoint(*x)));
}

Answer ScaleDuration(Operator op, const Value& duration, const Decimal& by) {
  if (op == Operator::kDivide && by.Sign() == 0) return RangeError("division by zero");
  const auto scale = [op, &by](const Decimal& x) {
    return op == Operator::kMultiply ? x.Multiply(by) : x.Divide(by);
  };
  if (const MonthsDuration* months = duration.months())
    return Months(scale(Decimal(months->months)));
  return Days(scale(ToNanos(*duration.days())));
}

Answer DivideDurations(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return NoAnswer{"feel.type", ""};
  if (const MonthsDuration* months = a.months()) {
    return Numbers(Operator::kDivide, Decimal(months->months), Decimal(b.months()->months));
  }
  return Numbers(Operator::kDivide, ToNanos(*a.days()), ToNanos(*b.days()));
}

Answer Temporals(Operator op, const Value& a, const Value& b, Dialect dialect) {
  const bool subtract = op == Operator::kSubtract;
  if (op == Operator::kAdd || subtract) {
    if (IsPoint(a) && IsDuration(b)) return AddToTemporal(a, b, subtract);
    if (IsDuration(a) && IsDuration(b)) return AddOrSubtractDurations(a, b, subtract);
    if (subtract && IsPoint(a) && IsPoint(b)) return SubtractPoints(a, b, dialect);
    if (!subtract && IsDuration(a) && IsPoint(b)) return AddToTemporal(b, a, false);
  }
  if (op == Operator::kMultiply && IsDuration(a) && b.number() != nullptr) {
    return ScaleDuration(op, a, *b.number());
  }
  if (op == Operator::kMultiply && IsDuration(b) && a.number() != nullptr) {
    return ScaleDuration(op, b, *a.number());
  }
  if (op == Operator::kDivide && IsDuration(a)) {
    if (b.number() != nullptr) return ScaleDuration(op, a, *b.number());
    if (IsDuration(b)) return DivideDurations(a, b);
  }
  return NoAnswer{"feel.type", ""};
}

}  // namespace

Answer Arithmetic(Operator op, const Value& a, const Value& b, Dialect dialect) {
  if (a.number() != nullptr && b.number() != nullptr) return Numbers(op, *a.number(), *b.number());
  if (op == Operator::kAdd && a.string() != nullptr && b.string() != nullptr) {
    return Value(*a.string() + *b.string());
  }
  Answer answer = Temporals(op, a, b, dialect);
  if (auto* none = std::get_if<NoAnswer>(&answer); none != nullptr && none->message.empty()) {
    none->message = StrCat("`", ToString(op), "` does not take ", KindName(a.kind()), " and ",
                           KindName(b.kind()));
  }
  return answer;
}

Answer Negate(const Value& a) {
  if (const Decimal* number = a.number()) return Value(number->Negate());
  if (const MonthsDuration* months = a.months()) return Value(MonthsDuration{-months->months});
  if (const DaysDuration* days = a.days()) return Value(Opposite(*days));
  return NoAnswer{"feel.type", StrCat("`-` does not take ", KindName(a.kind()))};
}

namespace {

std::optional<Value> DateProperty(const Date& date, std::string_view name) {
  if (name == "year") return Value(int{date.year});
  if (name == "month") return Value(int{date.month});
  if (name == "day") return Value(int{date.day});
  if (name == "weekday") return Value(Weekday(date));
  return std::nullopt;
}

std::optional<Value> TimeProperty(const Time& time, std::string_view name) {
  const std::int64_t seconds = time.nanos / kNanosPerSecond;
  if (name == "hour") return Value(seconds / 3600);
  if (name == "minute") return Value(seconds / 60 % 60);
  if (name == "second") return Value(seconds % 60);
  if (name == "time offset") {
    if (!time.zone.given) return Value();
    return Value(DaysDuration{time.zone.offset_s, 0});
  }
  if (name == "timezone") {
    return time.zone.named == nullptr ? Value() : Value(time.zone.named->name());
  }
  return std::nullopt;
}

std::optional<Value> DaysProperty(const DaysDuration& d, std::string_view name) {
  if (name == "days") return Value(d.seconds / 86'400);
  if (name == "hours") return Value(d.seconds / 3600 % 24);
  if (name == "minutes") return Value(d.seconds / 60 % 60);
  if (name == "seconds") return Value(d.seconds % 60);
  return std::nullopt;
}

}  // namespace

std::optional<Value> Property(const Value& value, std::string_view name) {
  if (const Date* date = value.date()) return DateProperty(*date, name);
  if (const Time* time = value.time()) return TimeProperty(*time, name);
  if (const DateTime* at = value.date_time()) {
    auto out = DateProperty(at->date, name);
    return out ? out : TimeProperty(at->time, name);
  }
  if (const DaysDuration* days = value.days()) return DaysProperty(*days, name);
  if (const MonthsDuration* months = value.months()) {
    if (name == "years") return Value(months->months / 12);
    if (name == "months") return Value(months->months % 12);
  }
  if (const Range* range = value.range()) {
    if (name == "start") return range->low;
    if (name == "end") return range->high;
    if (name == "start included") return Value(range->low_included);
    if (name == "end included") return Value(range->high_included);
  }
  return std::nullopt;
}

namespace {

bool IsInstanceOfList(const List& list, const Type& type) {
  if (type.element == nullptr) return true;
  return std::all_of(list.begin(), list.end(), [&](const Value& item) {
    return item.is_null() || IsInstance(item, *type.element);
  });
}

bool IsInstanceOfContext(const Context& context, const Type& type) {
  if (type.fields == nullptr) return true;
  return std::all_of(type.fields->begin(), type.fields->end(), [&](const Type::Field& field) {
    const Value* value = context.Find(field.first);
    return value != nullptr && (value->is_null() || IsInstance(*value, field.second));
  });
}

bool IsInstanceOfRange(const Range& range, const Type& type) {
  if (type.element == nullptr) return true;
  const auto fits = [&](const Value& end) {
    return end.is_null() || IsInstance(end, *type.element);
  };
  return fits(range.low) && fits(range.high);
}

// A function may stand for another that is given less and gives more.
bool IsInstanceOfFunction(const FunctionObject& object, const Type& type) {
  const auto* function = dynamic_cast<const Function*>(&object);
  if (type.fields == nullptr || function == nullptr) return true;
  const std::vector<Parameter>& parameters = function->parameters();
  if (parameters.size() != type.fields->size()) return false;
  for (size_t i = 0; i < parameters.size(); ++i) {
    if (!Fits((*type.fields)[i].second, parameters[i].type)) return false;
  }
  return type.element == nullptr || Fits(function->result(), *type.element);
}

bool IsInstanceOfString(const std::string& text, const Type& type) {
  return type.values.empty() ||
         std::find(type.values.begin(), type.values.end(), text) != type.values.end();
}

}  // namespace

bool IsInstance(const Value& value, const Type& type) {
  switch (type.base) {
    case Type::Base::kAny:
      return !value.is_null();
    case Type::Base::kNull:
      return value.is_null();
    case Type::Base::kBoolean:
      return value.boolean() != nullptr;
    case Type::Base::kNumber:
      return value.number() != nullptr && (type.name != "integer" || value.number()->IsInteger());
    case Type::Base::kString:
      return value.string() != nullptr && IsInstanceOfString(*value.string(), type);
    case Type::Base::kDate:
      return value.date() != nullptr;
    case Type::Base::kTime:
      return value.time() != nullptr;
    case Type::Base::kDateTime:
      return value.date_time() != nullptr;
    case Type::Base::kMonthsDuration:
      return value.months() != nullptr;
    case Type::Base::kDaysDuration:
      return value.days() != nullptr;
    case Type::Base::kList:
      return value.list() != nullptr && IsInstanceOfList(*value.list(), type);
    case Type::Base::kContext:
      return value.context() != nullptr && IsInstanceOfContext(*value.context(), type);
    case Type::Base::kRange:
      return value.range() != nullptr && IsInstanceOfRange(*value.range(), type);
    case Type::Base::kFunction:
      return value.function() != nullptr && IsInstanceOfFunction(*value.function(), type);
  }
  return false;
}

}  // namespace anjuan::feel
