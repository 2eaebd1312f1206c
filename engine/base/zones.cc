#include "engine/base/zones.h"

#include <algorithm>
#include <memory>

#include "engine/base/temporal.h"

namespace anjuan {

namespace {

constexpr std::int64_t kSecondsPerDay = 86'400;

// Big-endian fields of the file; reading beyond its end sets `bad`.
class Bytes {
 public:
  explicit Bytes(std::string_view data) : data_(data) {}

  std::string_view Take(size_t count) {
    if (count > data_.size()) {
      bad = true;
      return {};
    }
    const std::string_view out = data_.substr(0, count);
    data_.remove_prefix(count);
    return out;
  }
  std::int64_t Signed(size_t width) {
    const std::string_view bytes = Take(width);
    std::uint64_t out = !bytes.empty() && (bytes.front() & 0x80) != 0 ? ~std::uint64_t{0} : 0;
    for (const char c : bytes) out = (out << 8) | static_cast<unsigned char>(c);
    return static_cast<std::int64_t>(out);
  }
  std::string_view rest() const { return data_; }

  bool bad = false;

 private:
  std::string_view data_;
};

struct Counts {
  char version = 0;
  size_t utc_flags = 0;
  size_t standard_flags = 0;
  size_t leaps = 0;
  size_t changes = 0;
  size_t types = 0;
  size_t letters = 0;
};

std::optional<Counts> ReadHeader(Bytes& bytes) {
  if (bytes.Take(4) != "TZif") return std::nullopt;
  Counts out;
  const std::string_view version = bytes.Take(1);
  if (!version.empty()) out.version = version.front();
  bytes.Take(15);
  for (size_t* count :
       {&out.utc_flags, &out.standard_flags, &out.leaps, &out.changes, &out.types, &out.letters}) {
    const std::int64_t value = bytes.Signed(4);
    constexpr std::int64_t kMost = 100'000;
    if (value < 0 || value > kMost) return std::nullopt;
    *count = static_cast<size_t>(value);
  }
  if (bytes.bad || out.types == 0) return std::nullopt;
  return out;
}

// The parts of a POSIX TZ string.
class RuleText {
 public:
  explicit RuleText(std::string_view text) : rest_(text) {}

  bool done() const { return rest_.empty(); }
  bool Take(char c) {
    if (!rest_.starts_with(c)) return false;
    rest_.remove_prefix(1);
    return true;
  }
  bool SkipName() {
    if (Take('<')) {
      const size_t end = rest_.find('>');
      if (end == std::string_view::npos) return false;
      rest_.remove_prefix(end + 1);
      return true;
    }
    const size_t end = std::min(rest_.find_first_of("+-0123456789,"), rest_.size());
    rest_.remove_prefix(end);
    return end > 0;
  }
  std::optional<int> Number() {
    size_t count = 0;
    int out = 0;
    while (count < rest_.size() && count < 4 && rest_[count] >= '0' && rest_[count] <= '9') {
      out = out * 10 + (rest_[count++] - '0');
    }
    rest_.remove_prefix(count);
    return count == 0 ? std::nullopt : std::optional(out);
  }
  // [+-]h[h][:mm[:ss]]
  std::optional<std::int32_t> Clock() {
    const bool negative = Take('-');
    if (!negative) Take('+');
    const auto hours = Number();
    if (!hours) return std::nullopt;
    std::int32_t out = *hours * 3600;
    for (const int unit : {60, 1}) {
      if (!Take(':')) break;
      const auto part = Number();
      if (!part) return std::nullopt;
      out += *part * unit;
    }
    return negative ? -out : out;
  }
  bool AtClock() const { return !rest_.empty() && rest_.front() != ','; }

 private:
  std::string_view rest_;
};

}  // namespace

std::optional<NamedZone::Rule> NamedZone::ReadRule(std::string_view text) {
  RuleText in(text);
  Rule out;
  if (!in.SkipName()) return std::nullopt;
  const auto standard = in.Clock();
  if (!standard) return std::nullopt;
  out.standard_s = -*standard;  // POSIX counts west
  if (in.done()) return out;
  if (!in.SkipName()) return std::nullopt;
  out.has_summer = true;
  out.summer_s = out.standard_s + 3600;
  if (in.AtClock()) {
    const auto summer = in.Clock();
    if (!summer) return std::nullopt;
    out.summer_s = -*summer;
  }
  for (Day* day : {&out.begin, &out.end}) {
    if (!in.Take(',')) return std::nullopt;
    if (in.Take('M')) {
      const auto month = in.Number();
      if (!month || *month < 1 || *month > 12 || !in.Take('.')) return std::nullopt;
      const auto week = in.Number();
      if (!week || *week < 1 || *week > 5 || !in.Take('.')) return std::nullopt;
      const auto weekday = in.Number();
      if (!weekday || *weekday > 6) return std::nullopt;
      *day = {'M', *month, *week, *weekday, 7200};
    } else {
      const char kind = in.Take('J') ? 'J' : 'D';
      const auto number = in.Number();
      if (!number || *number > 365) return std::nullopt;
      *day = {kind, 0, 0, *number, 7200};
    }
    if (in.Take('/')) {
      const auto time = in.Clock();
      if (!time) return std::nullopt;
      day->time_s = *time;
    }
  }
  return in.done() ? std::optional(out) : std::nullopt;
}

std::int64_t NamedZone::DayNumber(const Day& day, std::int32_t year) {
  const std::int64_t new_year = ToDayNumber({year, 1, 1});
  if (day.kind == 'D') return new_year + day.day;
  if (day.kind == 'J') return new_year + day.day - (IsLeapYear(year) && day.day >= 60 ? 0 : 1);
  const auto month = static_cast<std::uint8_t>(day.month);
  const Date first{year, month, 1};
  const int shift = (day.day - Weekday(first) % 7 + 7) % 7;  // POSIX: Sunday is 0
  int in_month = 1 + shift + (day.week - 1) * 7;
  if (in_month > DaysInMonth(year, day.month)) in_month -= 7;
  return ToDayNumber(first) + in_month - 1;
}

std::optional<NamedZone> NamedZone::Read(std::string_view name, std::string_view data) {
  Bytes bytes(data);
  auto counts = ReadHeader(bytes);
  if (!counts) return std::nullopt;
  size_t width = 4;
  if (counts->version >= '2') {  // the first block is for readers of 32 bits
    bytes.Take(counts->changes * 5 + counts->types * 6 + counts->letters + counts->leaps * 8 +
               counts->standard_flags + counts->utc_flags);
    counts = ReadHeader(bytes);
    if (!counts) return std::nullopt;
    width = 8;
  }
  NamedZone out;
  out.name_ = std::string(name);
  for (size_t i = 0; i < counts->changes; ++i) out.changes_utc_s_.push_back(bytes.Signed(width));
  const std::string_view types = bytes.Take(counts->changes);
  std::vector<std::int32_t> offsets;
  for (size_t i = 0; i < counts->types; ++i) {
    offsets.push_back(static_cast<std::int32_t>(bytes.Signed(4)));
    bytes.Take(2);  // summer time or not, and its letters
  }
  bytes.Take(counts->letters + counts->leaps * (width + 4) + counts->standard_flags +
             counts->utc_flags);
  if (bytes.bad) return std::nullopt;
  for (const char type : types) {
    const auto index = static_cast<unsigned char>(type);
    if (index >= offsets.size()) return std::nullopt;
    out.offsets_s_.push_back(offsets[index]);
  }
  if (!std::is_sorted(out.changes_utc_s_.begin(), out.changes_utc_s_.end())) return std::nullopt;
  out.first_offset_s_ = offsets.front();
  if (width == 8) {
    bytes.Take(1);  // a line feed before and after
    const std::string_view rest = bytes.rest();
    out.rule_ = ReadRule(rest.substr(0, rest.find('\n')));
  }
  return out;
}

std::int32_t NamedZone::OffsetByRule(std::int64_t utc_s) const {
  const Rule& rule = *rule_;
  if (!rule.has_summer) return rule.standard_s;
  const std::int64_t local = utc_s + rule.standard_s;
  const std::int64_t day = local / kSecondsPerDay - (local % kSecondsPerDay < 0 ? 1 : 0);
  const std::int32_t year = FromDayNumber(day).year;
  const std::int64_t begin =
      DayNumber(rule.begin, year) * kSecondsPerDay + rule.begin.time_s - rule.standard_s;
  const std::int64_t end =
      DayNumber(rule.end, year) * kSecondsPerDay + rule.end.time_s - rule.summer_s;
  const bool summer = begin < end ? utc_s >= begin && utc_s < end : utc_s >= begin || utc_s < end;
  return summer ? rule.summer_s : rule.standard_s;
}

std::int32_t NamedZone::OffsetAt(std::int64_t utc_s) const {
  const auto after = std::upper_bound(changes_utc_s_.begin(), changes_utc_s_.end(), utc_s);
  if (after == changes_utc_s_.end() && rule_) return OffsetByRule(utc_s);
  if (after == changes_utc_s_.begin()) return first_offset_s_;
  return offsets_s_[static_cast<size_t>(after - changes_utc_s_.begin() - 1)];
}

std::int32_t NamedZone::OffsetAtLocal(std::int64_t local_s) const {
  // No zone lies further than a day from UTC, and none changes twice within two days.
  const std::int32_t before = OffsetAt(local_s - kSecondsPerDay);
  if (OffsetAt(local_s - before) == before) return before;
  const std::int32_t after = OffsetAt(local_s + kSecondsPerDay);
  return OffsetAt(local_s - after) == after ? after : before;
}

std::int32_t NamedZone::standard_offset_s() const {
  if (rule_) return rule_->standard_s;
  return offsets_s_.empty() ? first_offset_s_ : offsets_s_.back();
}

bool IsZoneName(std::string_view name) {
  const auto letter = [](char c) { return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z'); };
  constexpr size_t kLongest = 64;
  if (name.empty() || name.size() > kLongest || !letter(name.front())) return false;
  return std::all_of(name.begin(), name.end(), [&](char c) {
    return letter(c) || (c >= '0' && c <= '9') || c == '_' || c == '-' || c == '+' || c == '/';
  });
}

namespace {

// One object for one zone and one set of data, however many Zones there are.
const NamedZone* Intern(NamedZone zone, std::string_view data) {
  static std::mutex mutex;
  static auto& all = *new std::map<std::string, std::unique_ptr<const NamedZone>, std::less<>>;
  std::string key = zone.name() + '\n';
  key += data;
  const std::lock_guard lock(mutex);
  auto& place = all[std::move(key)];
  if (place == nullptr) place = std::make_unique<const NamedZone>(std::move(zone));
  return place.get();
}

}  // namespace

const NamedZone* Zones::Find(std::string_view name) const {
  if (!IsZoneName(name)) return nullptr;
  const std::lock_guard lock(mutex_);
  const auto it = known_.find(name);
  if (it != known_.end()) return it->second;
  const NamedZone* found = nullptr;
  if (const auto data = reader_(name)) {
    if (auto zone = NamedZone::Read(name, *data)) found = Intern(std::move(*zone), *data);
  }
  // A text may ask for any number of names that do not exist; only so many are remembered.
  constexpr size_t kMostNames = 2000;
  if (known_.size() < kMostNames) known_.emplace(name, found);
  return found;
}

}  // namespace anjuan
