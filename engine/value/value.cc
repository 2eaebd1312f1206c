#include "engine/value/value.h"

#include <algorithm>

namespace anjuan {

std::string_view KindName(Kind kind) {
  switch (kind) {
    case Kind::kNull:
      return "null";
    case Kind::kBoolean:
      return "boolean";
    case Kind::kNumber:
      return "number";
    case Kind::kString:
      return "string";
    case Kind::kDate:
      return "date";
    case Kind::kTime:
      return "time";
    case Kind::kDateTime:
      return "date and time";
    case Kind::kMonthsDuration:
      return "years and months duration";
    case Kind::kDaysDuration:
      return "days and time duration";
    case Kind::kList:
      return "list";
    case Kind::kContext:
      return "context";
    case Kind::kRange:
      return "range";
    case Kind::kFunction:
      return "function";
  }
  return "";
}

Context::Context() = default;
Context::Context(const Context&) = default;
Context::Context(Context&&) noexcept = default;
Context& Context::operator=(const Context&) = default;
Context& Context::operator=(Context&&) noexcept = default;
Context::~Context() = default;

Context::Context(std::vector<Entry> entries) {
  entries_.reserve(entries.size());
  for (Entry& entry : entries) Set(entry.first, std::move(entry.second));
}

const Value* Context::Find(std::string_view name) const {
  const auto it = std::find_if(entries_.begin(), entries_.end(),
                               [&](const Entry& entry) { return entry.first == name; });
  return it == entries_.end() ? nullptr : &it->second;
}

Value* Context::Find(std::string_view name) {
  return const_cast<Value*>(std::as_const(*this).Find(name));
}

void Context::Set(std::string_view name, Value value) {
  if (Value* found = Find(name)) {
    *found = std::move(value);
  } else {
    entries_.emplace_back(std::string(name), std::move(value));
  }
}

bool Context::Erase(std::string_view name) {
  return std::erase_if(entries_, [&](const Entry& entry) { return entry.first == name; }) > 0;
}

void Value::Measure::Add(const Value& value) {
  if (value.kind() < Kind::kList) {  // one, and nothing inside
    weight = std::min(kHeaviest, weight + 1);
    return;
  }
  depth = std::max(depth, value.depth() + 1);
  weight = std::min(kHeaviest, weight + value.weight());
  holds_function = holds_function || value.holds_function();
}

struct Value::Listed {
  List list;
  Measure measure;
};

struct Value::Entered {
  Context context;
  Measure measure;
};

Value::Value(List list) {
  Measure measure;
  for (const Value& item : list) measure.Add(item);
  data_ = std::make_shared<const Listed>(Listed{std::move(list), measure});
}

Value::Value(Context context) {
  Measure measure;
  for (const Context::Entry& entry : context.entries()) measure.Add(entry.second);
  data_ = std::make_shared<const Entered>(Entered{std::move(context), measure});
}

Value::Value(Range range) : data_(std::make_shared<const Range>(std::move(range))) {}

namespace {

template <typename T>
const T* Shared(const auto& data) {
  const auto* pointer = std::get_if<std::shared_ptr<const T>>(&data);
  return pointer == nullptr ? nullptr : pointer->get();
}

}  // namespace

const List* Value::list() const {
  const auto* listed = Shared<Listed>(data_);
  return listed == nullptr ? nullptr : &listed->list;
}
const Context* Value::context() const {
  const auto* entered = Shared<Entered>(data_);
  return entered == nullptr ? nullptr : &entered->context;
}
const Range* Value::range() const {
  return Shared<Range>(data_);
}
const FunctionObject* Value::function() const {
  return Shared<FunctionObject>(data_);
}

const Value::Measure* Value::measure() const {
  if (const auto* listed = Shared<Listed>(data_)) return &listed->measure;
  const auto* entered = Shared<Entered>(data_);
  return entered == nullptr ? nullptr : &entered->measure;
}

int Value::depth() const {
  if (const Measure* measured = measure()) return measured->depth;
  const FunctionObject* made = function();
  return made == nullptr ? 0 : made->depth;
}

std::int64_t Value::weight() const {
  if (const Measure* measured = measure()) return measured->weight;
  // A page of text is more than one number to whoever compares, copies or prints it.
  constexpr std::size_t kTextOfOne = 256;
  const std::string* text = string();
  return text == nullptr ? 1 : 1 + static_cast<std::int64_t>(text->size() / kTextOfOne);
}

bool Value::holds_function() const {
  const Measure* measured = measure();
  return measured == nullptr ? kind() == Kind::kFunction : measured->holds_function;
}

const Value& Value::operator[](std::string_view name) const {
  static const Value kNullValue;
  const Context* entries = context();
  const Value* found = entries == nullptr ? nullptr : entries->Find(name);
  return found == nullptr ? kNullValue : *found;
}

namespace {

// Order of entries does not matter to equality.
bool SameEntries(const Context& a, const Context& b) {
  return a.size() == b.size() &&
         std::all_of(a.entries().begin(), a.entries().end(), [&](const Context::Entry& entry) {
           const Value* other = b.Find(entry.first);
           return other != nullptr && *other == entry.second;
         });
}

}  // namespace

bool operator==(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kBoolean:
      return *a.boolean() == *b.boolean();
    case Kind::kNumber:
      return *a.number() == *b.number();
    case Kind::kString:
      return *a.string() == *b.string();
    case Kind::kDate:
      return *a.date() == *b.date();
    case Kind::kTime:
      return *a.time() == *b.time();
    case Kind::kDateTime:
      return *a.date_time() == *b.date_time();
    case Kind::kMonthsDuration:
      return *a.months() == *b.months();
    case Kind::kDaysDuration:
      return *a.days() == *b.days();
    case Kind::kList:
      return *a.list() == *b.list();
    case Kind::kContext:
      return SameEntries(*a.context(), *b.context());
    case Kind::kRange: {
      const Range& x = *a.range();
      const Range& y = *b.range();
      return x.low == y.low && x.high == y.high && x.low_included == y.low_included &&
             x.high_included == y.high_included && x.form == y.form;
    }
    case Kind::kFunction:
      return a.function() == b.function();
  }
  return false;
}

}  // namespace anjuan
