#include "engine/dmn/as_feel.h"

#include <vector>

#include "engine/base/text.h"

namespace anjuan::dmn {

namespace {

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string Call(std::string_view function, std::string_view text) {
  return StrCat(function, "(\"", text, "\")");
}

std::string RangeText(const Range& range) {
  return StrCat(range.low_included ? "[" : "(", range.low.is_null() ? "" : AsFeel(range.low), "..",
                range.high.is_null() ? "" : AsFeel(range.high), range.high_included ? "]" : ")");
}

}  // namespace

std::string AsFeel(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return "null";
    case Kind::kBoolean:
      return *value.boolean() ? "true" : "false";
    case Kind::kNumber:
      return value.number()->ToString();
    case Kind::kString:
      return Quoted(*value.string());
    case Kind::kDate:
      return Call("date", ToString(*value.date()));
    case Kind::kTime:
      return Call("time", ToString(*value.time()));
    case Kind::kDateTime:
      return Call("date and time", ToString(*value.date_time()));
    case Kind::kMonthsDuration:
      return Call("duration", ToString(*value.months()));
    case Kind::kDaysDuration:
      return Call("duration", ToString(*value.days()));
    case Kind::kList: {
      std::vector<std::string> items;
      for (const Value& item : *value.list()) items.push_back(AsFeel(item));
      return StrCat("[", Join(items, ", "), "]");
    }
    case Kind::kContext: {
      std::vector<std::string> entries;
      for (const auto& [name, entry] : value.context()->entries()) {
        entries.push_back(StrCat(name, ": ", AsFeel(entry)));
      }
      return StrCat("{", Join(entries, ", "), "}");
    }
    case Kind::kRange:
      return RangeText(*value.range());
    case Kind::kFunction:
      return "function";
  }
  return "null";
}

}  // namespace anjuan::dmn
