#include "tests/feel/show.h"

#include <vector>

#include "engine/base/text.h"

namespace anjuan::feel {

std::string Show(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return "null";
    case Kind::kBoolean:
      return *value.boolean() ? "true" : "false";
    case Kind::kNumber:
      return value.number()->ToString();
    case Kind::kString:
      return "\"" + *value.string() + "\"";
    case Kind::kDate:
      return ToString(*value.date());
    case Kind::kTime:
      return ToString(*value.time());
    case Kind::kDateTime:
      return ToString(*value.date_time());
    case Kind::kMonthsDuration:
      return ToString(*value.months());
    case Kind::kDaysDuration:
      return ToString(*value.days());
    case Kind::kList: {
      std::vector<std::string> items;
      for (const Value& item : *value.list()) items.push_back(Show(item));
      return "[" + Join(items, ", ") + "]";
    }
    case Kind::kContext: {
      std::vector<std::string> entries;
      for (const auto& [name, entry] : value.context()->entries()) {
        entries.push_back(name + ": " + Show(entry));
      }
      return "{" + Join(entries, ", ") + "}";
    }
    case Kind::kRange: {
      const Range& range = *value.range();
      if (range.form == Range::Form::kNot) return StrCat("(!= ", Show(range.low), ")");
      if (range.form == Range::Form::kTest) {
        if (range.low.is_null()) {
          return StrCat(range.high_included ? "(<= " : "(< ", Show(range.high), ")");
        }
        if (range.high.is_null()) {
          return StrCat(range.low_included ? "(>= " : "(> ", Show(range.low), ")");
        }
        return StrCat("(= ", Show(range.low), ")");
      }
      return StrCat(range.low_included ? "[" : "(", Show(range.low), "..", Show(range.high),
                    range.high_included ? "]" : ")");
    }
    case Kind::kFunction:
      return "function";
  }
  return "";
}

}  // namespace anjuan::feel
