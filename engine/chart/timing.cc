#include "engine/chart/timing.h"

#include <string>

#include "engine/base/decimal.h"
#include "engine/base/text.h"

namespace anjuan::chart {

namespace {

constexpr std::int64_t kSecond = 1000;

std::int64_t Milliseconds(const DaysDuration& duration) {
  return duration.seconds * kSecond + duration.nanos / 1'000'000;
}

std::optional<std::int64_t> CssTime(std::string_view text) {
  std::int64_t unit_ms = 0;
  if (text.ends_with("ms")) {
    unit_ms = 1;
    text.remove_suffix(2);
  } else if (text.ends_with('s')) {
    unit_ms = kSecond;
    text.remove_suffix(1);
  } else {
    return std::nullopt;
  }
  // CSS2 writes half a second ".5s"; Decimal wants the leading zero.
  const std::string digits = text.starts_with('.') ? StrCat("0", text) : std::string(text);
  const std::optional<Decimal> number = Decimal::Parse(digits);
  if (!number || number->Sign() < 0) return std::nullopt;
  const std::optional<Decimal> product = number->Multiply(Decimal(unit_ms));
  const std::optional<Decimal> whole =
      product ? product->Round(0, Decimal::Rounding::kHalfUp) : std::nullopt;
  return whole ? whole->ToInteger() : std::nullopt;
}

}  // namespace

std::optional<std::int64_t> ParseDelay(std::string_view text) {
  text = Trim(text);
  if (const auto css = CssTime(text)) return css;
  const std::optional<DaysDuration> duration = ParseDaysDuration(text);
  if (!duration || duration->seconds < 0) return std::nullopt;
  return Milliseconds(*duration);
}

std::optional<std::int64_t> ToDelay(const Value& value) {
  if (value.string() != nullptr) return ParseDelay(*value.string());
  if (value.days() != nullptr && value.days()->seconds >= 0) return Milliseconds(*value.days());
  return std::nullopt;
}

std::optional<Instant> ToDue(const Value& value) {
  if (value.date() != nullptr) return BeijingMidnight(AddDays(*value.date(), 1));
  if (value.date_time() != nullptr) return ToInstant(*value.date_time());
  return std::nullopt;
}

std::optional<Instant> MoveBy(Instant instant, const Value& duration, int sign) {
  if (duration.days() != nullptr) return instant + sign * Milliseconds(*duration.days());
  if (duration.months() == nullptr) return std::nullopt;
  const std::int64_t months = sign * duration.months()->months;
  if (IsBeijingMidnight(instant)) {
    return BeijingMidnight(AddDays(AddMonths(LastDay(instant), months), 1));
  }
  const Date day = BeijingDate(instant);
  return BeijingMidnight(AddMonths(day, months)) + (instant - BeijingMidnight(day));
}

Date LastDay(Instant due) {
  return BeijingDate(due - 1);
}

bool IsBeijingMidnight(Instant instant) {
  return BeijingMidnight(BeijingDate(instant)) == instant;
}

}  // namespace anjuan::chart
