// Named time zones (Asia/Shanghai) with their history, read from compiled zone data (TZif).
//
// Source:  RFC 8536 (the file format) and POSIX.1 TZ strings (the rule after the last change).
// Errors:  a name without data, or data that are malformed, is an unknown zone.
// Threads: any number may ask one Zones at once.
// Owns:    a NamedZone lives as long as the program, so that values may point at it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace anjuan {

class NamedZone {
 public:
  // nullopt: not zone data. `data` are the bytes of a TZif file.
  static std::optional<NamedZone> Read(std::string_view name, std::string_view data);

  const std::string& name() const { return name_; }
  // Seconds east of UTC at an instant (seconds since 1970 UTC).
  std::int32_t OffsetAt(std::int64_t utc_s) const;
  // At a local time (its seconds as if it were UTC). Where the clock was set back and the time came
  // twice, the first one; where it was set forward over it, as if it had not been set yet.
  std::int32_t OffsetAtLocal(std::int64_t local_s) const;
  // Without a date there is no summer.
  std::int32_t standard_offset_s() const;

 private:
  struct Day {      // of a year, on which the clock is set
    char kind = 0;  // 'M' month, week, weekday; 'J' day 1-365 without 29 February; 'D' day 0-365
    int month = 0;
    int week = 0;
    int day = 0;
    std::int32_t time_s = 7200;
  };
  struct Rule {
    std::int32_t standard_s = 0;
    std::int32_t summer_s = 0;
    bool has_summer = false;
    Day begin;
    Day end;
  };
  static std::int64_t DayNumber(const Day& day, std::int32_t year);
  static std::optional<Rule> ReadRule(std::string_view text);
  std::int32_t OffsetByRule(std::int64_t utc_s) const;

  std::string name_;
  std::vector<std::int64_t> changes_utc_s_;
  std::vector<std::int32_t> offsets_s_;  // from the change of the same index on
  std::int32_t first_offset_s_ = 0;      // before the first change
  std::optional<Rule> rule_;             // after the last change
};

// The zones a caller offers; it reads no file itself.
class Zones {
 public:
  // The bytes of the zone's file, or nullopt. Asked once for each name.
  using Reader = std::function<std::optional<std::string>(std::string_view name)>;
  explicit Zones(Reader reader) : reader_(std::move(reader)) {}

  const NamedZone* Find(std::string_view name) const;  // null: unknown

 private:
  Reader reader_;
  mutable std::mutex mutex_;
  mutable std::map<std::string, const NamedZone*, std::less<>> known_;
};

// Letters, digits and `_ - + /`, beginning with a letter; no `.`, so never a way out of a folder.
bool IsZoneName(std::string_view name);

}  // namespace anjuan
