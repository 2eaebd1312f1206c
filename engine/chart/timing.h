// Instants of deadlines, delays and durations, counted as the law and CSS count them.
#pragma once

#include <optional>
#include <string_view>

#include "engine/base/temporal.h"
#include "engine/value/value.h"

namespace anjuan::chart {

// A delay in milliseconds: CSS2 times ("5s", ".5s", "500ms") and FEEL durations ("P3D", "PT1H").
std::optional<std::int64_t> ParseDelay(std::string_view text);
std::optional<std::int64_t> ToDelay(const Value& value);  // a text or a duration

// The end of a period: 24:00 Beijing time of a date, or the instant of a date and time.
std::optional<Instant> ToDue(const Value& value);

// `instant` moved by a duration value; months count from the Beijing date whose 24:00 it is, when
// it is one. nullopt where `duration` is no duration.
std::optional<Instant> MoveBy(Instant instant, const Value& duration, int sign);

// The last day that still belongs to a period ending at `due`.
Date LastDay(Instant due);
bool IsBeijingMidnight(Instant instant);

}  // namespace anjuan::chart
