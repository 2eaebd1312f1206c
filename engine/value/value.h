// The one value type: what FEEL computes with, what a case's data are, what events carry.
//
// A regular type: copies are cheap (trees are shared and immutable), == compares values. Equality
// here is structural identity (1.0 == 1.00, but 1 != "1", null == null); FEEL's three-valued
// equality lives in engine/feel.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "engine/base/decimal.h"
#include "engine/base/temporal.h"

namespace anjuan {

class Value;
struct Range;

// Anything callable made by an evaluator; opaque here.
struct FunctionObject {
  virtual ~FunctionObject() = default;
  int depth = 0;  // of the values it keeps, for Value::depth
};

enum class Kind {
  kNull,
  kBoolean,
  kNumber,
  kString,
  kDate,
  kTime,
  kDateTime,
  kMonthsDuration,
  kDaysDuration,
  kList,
  kContext,
  kRange,
  kFunction,
};

std::string_view KindName(Kind kind);  // FEEL's names: "number", "date and time", ...

using List = std::vector<Value>;

// A context keeps the order in which entries were made; names are unique.
class Context {
 public:
  using Entry = std::pair<std::string, Value>;
  Context();
  explicit Context(std::vector<Entry> entries);  // a later entry of the same name wins
  Context(const Context&);
  Context(Context&&) noexcept;
  Context& operator=(const Context&);
  Context& operator=(Context&&) noexcept;
  ~Context();

  const Value* Find(std::string_view name) const;  // null where absent
  Value* Find(std::string_view name);
  void Set(std::string_view name, Value value);
  bool Erase(std::string_view name);
  const std::vector<Entry>& entries() const { return entries_; }
  std::vector<Entry>& entries() { return entries_; }
  size_t size() const;
  bool empty() const { return size() == 0; }

 private:
  std::vector<Entry> entries_;
};

class Value {
 public:
  Value() = default;  // null
  explicit Value(bool b) : data_(b) {}
  explicit Value(Decimal number) : data_(number) {}
  explicit Value(int number) : data_(Decimal(number)) {}
  explicit Value(std::int64_t number) : data_(Decimal(number)) {}
  explicit Value(std::string text) : data_(std::move(text)) {}
  explicit Value(std::string_view text) : data_(std::string(text)) {}
  explicit Value(const char* text) : data_(std::string(text)) {}
  explicit Value(Date date) : data_(date) {}
  explicit Value(Time time) : data_(time) {}
  explicit Value(DateTime date_time) : data_(date_time) {}
  explicit Value(MonthsDuration duration) : data_(duration) {}
  explicit Value(DaysDuration duration) : data_(duration) {}
  explicit Value(List list);
  explicit Value(Context context);
  explicit Value(Range range);
  explicit Value(std::shared_ptr<const FunctionObject> function) : data_(std::move(function)) {}

  Kind kind() const { return static_cast<Kind>(data_.index()); }
  bool is_null() const { return kind() == Kind::kNull; }

  // Null where the value is of another kind.
  const bool* boolean() const { return std::get_if<bool>(&data_); }
  const Decimal* number() const { return std::get_if<Decimal>(&data_); }
  const std::string* string() const { return std::get_if<std::string>(&data_); }
  const Date* date() const { return std::get_if<Date>(&data_); }
  const Time* time() const { return std::get_if<Time>(&data_); }
  const DateTime* date_time() const { return std::get_if<DateTime>(&data_); }
  const MonthsDuration* months() const { return std::get_if<MonthsDuration>(&data_); }
  const DaysDuration* days() const { return std::get_if<DaysDuration>(&data_); }
  const List* list() const;
  const Context* context() const;
  const Range* range() const;
  const FunctionObject* function() const;

  // Lists, contexts and functions inside one another: 0 for anything else, 1 for [1]. Known without
  // a walk, as is weight: whoever makes values can bound them before somebody walks them.
  int depth() const;
  // Values inside, itself included; one that is shared counts as often as it stands there. At most
  // kHeaviest.
  std::int64_t weight() const;
  static constexpr std::int64_t kHeaviest = std::int64_t{1} << 40;
  bool holds_function() const;

  // The entry of a context, or null value where this is no context or has no such entry.
  const Value& operator[](std::string_view name) const;

  friend bool operator==(const Value& a, const Value& b);

 private:
  struct Measure {
    int depth = 1;
    std::int64_t weight = 1;
    bool holds_function = false;
    void Add(const Value& value);
  };
  struct Listed;
  struct Entered;
  const Measure* measure() const;  // null: neither list nor context

  // The order is Kind's order.
  std::variant<std::monostate, bool, Decimal, std::string, Date, Time, DateTime, MonthsDuration,
               DaysDuration, std::shared_ptr<const Listed>, std::shared_ptr<const Entered>,
               std::shared_ptr<const Range>, std::shared_ptr<const FunctionObject>>
      data_;
};

// Here because the size of an entry is that of a complete Value.
inline size_t Context::size() const {
  return entries_.size();
}

// A FEEL range; a null endpoint means unbounded on that side.
struct Range {
  // How it was written: [1..5], or as a test: (< 5), (>= 5), (= 5) with both ends, (!= 5), which
  // holds all but its ends. Ranges written differently are never equal.
  enum class Form { kInterval, kTest, kNot };
  Value low;
  Value high;
  bool low_included = true;
  bool high_included = true;
  Form form = Form::kInterval;
};

}  // namespace anjuan
