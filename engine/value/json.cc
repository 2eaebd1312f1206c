#include "engine/value/json.h"

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "engine/base/check.h"
#include "engine/base/text.h"

namespace anjuan {

namespace {

constexpr size_t kDeepest = 200;
constexpr std::int64_t kSafeInteger = std::int64_t{1} << 53;

// Builds values from nlohmann's events; numbers arrive as their text.
class Builder : public nlohmann::json_sax<nlohmann::json> {
 public:
  bool null() override { return Add(Value()); }
  bool boolean(bool value) override { return Add(Value(value)); }
  bool number_integer(number_integer_t value) override { return Add(Value(std::int64_t{value})); }
  bool number_unsigned(number_unsigned_t value) override {
    return Add(Value(*Decimal::Parse(std::to_string(value))));
  }
  bool number_float(number_float_t, const string_t& text) override {
    const std::optional<Decimal> number = Decimal::Parse(text);
    return number ? Add(Value(*number)) : Refuse(StrCat("number ", text, " is too large"));
  }
  bool string(string_t& text) override { return Add(Value(std::move(text))); }
  bool binary(binary_t&) override { return Refuse("binary data"); }
  bool start_object(size_t) override { return Open(true); }
  bool end_object() override { return Close(); }
  bool start_array(size_t) override { return Open(false); }
  bool end_array() override { return Close(); }
  bool key(string_t& name) override {
    Frame& top = frames_.back();
    if (top.entries.Find(name) != nullptr) return Refuse(StrCat("key \"", name, "\" stands twice"));
    top.key = std::move(name);
    return true;
  }
  bool parse_error(size_t position, const std::string&,
                   const nlohmann::detail::exception& error) override {
    position_ = position;
    message_ = error.what();
    // "[json.exception.parse_error.101] parse error at line 1, column 5: syntax error ..."
    const size_t colon = message_.find(": ");
    if (colon != std::string::npos) message_.erase(0, colon + 2);
    return false;
  }

  Value result;

  const std::string& message() const { return message_; }
  size_t position() const { return position_; }

 private:
  struct Frame {
    bool object = false;
    Context entries;
    List items;
    std::string key;
  };

  bool Refuse(std::string message) {
    message_ = std::move(message);
    return false;
  }
  bool Open(bool object) {
    if (frames_.size() >= kDeepest) return Refuse("nested deeper than 200 levels");
    frames_.push_back({.object = object, .entries = {}, .items = {}, .key = {}});
    return true;
  }
  bool Close() {
    Frame frame = std::move(frames_.back());
    frames_.pop_back();
    return Add(frame.object ? Value(std::move(frame.entries)) : Value(std::move(frame.items)));
  }
  bool Add(Value value) {
    if (frames_.empty()) {
      result = std::move(value);
    } else if (Frame& top = frames_.back(); top.object) {
      top.entries.entries().emplace_back(std::move(top.key), std::move(value));
    } else {
      top.items.push_back(std::move(value));
    }
    return true;
  }

  std::vector<Frame> frames_;
  std::string message_;
  size_t position_ = 0;
};

Location PlaceOf(std::string_view text, size_t offset, std::string_view file) {
  const std::string_view before = text.substr(0, std::min(offset, text.size()));
  const size_t line_start = before.rfind('\n') + 1;  // npos + 1 == 0
  return {std::string(file), static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1,
          static_cast<int>(CountCodePoints(before.substr(line_start))) + 1};
}

}  // namespace

Result<Value> ReadJson(std::string_view text, std::string_view file) {
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);
  Builder builder;
  if (nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
    return std::move(builder.result);
  }
  // Our own refusals carry no offset: the reader does not tell the handler where it stands.
  if (builder.position() == 0) {
    return Fail({.code = "json.syntax", .message = builder.message(), .at = {std::string(file)}});
  }
  // nlohmann reports the offset behind the offending character.
  const size_t offset = builder.position() - 1;
  return Fail(
      {.code = "json.syntax", .message = builder.message(), .at = PlaceOf(text, offset, file)});
}

// ---- canonical form ---------------------------------------------------------------------------

namespace {

void WriteEscaped(std::string& out, char c) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  switch (c) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\b':
      out += "\\b";
      break;
    case '\f':
      out += "\\f";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      out += "\\u00";
      out += kDigits[static_cast<unsigned char>(c) >> 4U];
      out += kDigits[static_cast<unsigned char>(c) & 15U];
  }
}

void WriteString(std::string& out, std::string_view text) {
  const auto escaped = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || c == '"' || c == '\\';
  };
  out += '"';
  while (!text.empty()) {
    const auto end = std::find_if(text.begin(), text.end(), escaped);
    const auto plain = static_cast<size_t>(end - text.begin());
    out.append(text, 0, plain);
    if (end == text.end()) break;
    WriteEscaped(out, *end);
    text.remove_prefix(plain + 1);
  }
  out += '"';
}

// RFC 8785 orders keys by UTF-16 code units: only a supplementary character (a surrogate pair,
// D800..) against U+E000..U+FFFF differs from the order of UTF-8 bytes.
std::u16string Utf16(std::string_view text) {
  std::u16string out;
  for (Utf8Cursor cursor(text); !cursor.done();) {
    const char32_t c = cursor.Next();
    if (c >= 0x10000) {
      out += static_cast<char16_t>(0xD800 + ((c - 0x10000) >> 10));
      out += static_cast<char16_t>(0xDC00 + ((c - 0x10000) & 0x3FF));
    } else {
      out += static_cast<char16_t>(c);
    }
  }
  return out;
}

bool IsAscii(std::string_view text) {
  return std::all_of(text.begin(), text.end(),
                     [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool KeyLess(const std::string& a, const std::string& b) {
  if (IsAscii(a) && IsAscii(b)) return a < b;
  return Utf16(a) < Utf16(b);
}

std::string Tagged(const Value& value) {
  switch (value.kind()) {
    case Kind::kNumber:
      return "@n:" + value.number()->ToString();
    case Kind::kDate:
      return "@d:" + ToString(*value.date());
    case Kind::kTime:
      return "@t:" + ToString(*value.time());
    case Kind::kDateTime:
      return "@dt:" + ToString(*value.date_time());
    case Kind::kMonthsDuration:
      return "@ym:" + ToString(*value.months());
    case Kind::kDaysDuration:
      return "@p:" + ToString(*value.days());
    case Kind::kString:
      return value.string()->starts_with('@') ? "@s:" + *value.string() : *value.string();
    case Kind::kNull:
    case Kind::kBoolean:
    case Kind::kList:
    case Kind::kContext:
    case Kind::kRange:
    case Kind::kFunction:
      break;
  }
  ANJUAN_CHECK(false);  // a value without a stored form
}

std::optional<std::int64_t> SafeInteger(const Decimal& number) {
  const std::optional<std::int64_t> integer = number.ToInteger();
  if (integer && *integer <= kSafeInteger && *integer >= -kSafeInteger) return integer;
  return std::nullopt;
}

void WriteCanonicalTo(std::string& out, const Value& value) {
  if (value.is_null()) {
    out += "null";
  } else if (const std::string* text = value.string(); text && !text->starts_with('@')) {
    WriteString(out, *text);
  } else if (const bool* boolean = value.boolean()) {
    out += *boolean ? "true" : "false";
  } else if (const List* list = value.list()) {
    out += '[';
    for (size_t i = 0; i < list->size(); ++i) {
      if (i > 0) out += ',';
      WriteCanonicalTo(out, (*list)[i]);
    }
    out += ']';
  } else if (const Context* context = value.context()) {
    std::vector<const Context::Entry*> entries;
    entries.reserve(context->size());
    for (const Context::Entry& entry : context->entries()) entries.push_back(&entry);
    std::sort(entries.begin(), entries.end(),
              [](const auto* a, const auto* b) { return KeyLess(a->first, b->first); });
    out += '{';
    for (size_t i = 0; i < entries.size(); ++i) {
      if (i > 0) out += ',';
      WriteString(out, entries[i]->first);
      out += ':';
      WriteCanonicalTo(out, entries[i]->second);
    }
    out += '}';
  } else if (const Decimal* number = value.number(); number != nullptr && SafeInteger(*number)) {
    out += std::to_string(*SafeInteger(*number));
  } else {
    WriteString(out, Tagged(value));
  }
}

template <typename T>
std::optional<Value> Wrap(const std::optional<T>& parsed) {
  return parsed ? std::optional(Value(*parsed)) : std::nullopt;
}

std::optional<Value> Untag(const std::string& text) {
  const size_t colon = text.find(':');
  if (colon == std::string::npos) return std::nullopt;
  const std::string_view tag = std::string_view(text).substr(1, colon - 1);
  const std::string_view body = std::string_view(text).substr(colon + 1);
  if (tag == "s") return Value(body);
  if (tag == "n") return Wrap(Decimal::Parse(body));
  if (tag == "d") return Wrap(ParseDate(body));
  if (tag == "t") return Wrap(ParseTime(body));
  if (tag == "dt") return Wrap(ParseDateTime(body));
  if (tag == "ym") return Wrap(ParseMonthsDuration(body));
  if (tag == "p") return Wrap(ParseDaysDuration(body));
  return std::nullopt;
}

std::optional<Value> UntagAll(const Value& value) {
  if (const std::string* text = value.string()) {
    return text->starts_with('@') ? Untag(*text) : value;
  }
  if (const List* list = value.list()) {
    List out;
    out.reserve(list->size());
    for (const Value& item : *list) {
      std::optional<Value> untagged = UntagAll(item);
      if (!untagged) return std::nullopt;
      out.push_back(std::move(*untagged));
    }
    return Value(std::move(out));
  }
  if (const Context* context = value.context()) {
    Context out;
    for (const auto& [name, item] : context->entries()) {
      std::optional<Value> untagged = UntagAll(item);
      if (!untagged) return std::nullopt;
      out.entries().emplace_back(name, std::move(*untagged));
    }
    return Value(std::move(out));
  }
  return value;
}

}  // namespace

std::string WriteCanonical(const Value& value) {
  std::string out;
  WriteCanonicalTo(out, value);
  return out;
}

Result<Value> ReadCanonical(std::string_view text) {
  Result<Value> read = ReadJson(text, "");
  if (!read) return read;
  std::optional<Value> value = UntagAll(*read);
  // One form only, or two texts would stand for one hashed value.
  if (!value || WriteCanonical(*value) != text) {
    return Fail("canonical.form", "not the canonical form of any value");
  }
  return std::move(*value);
}

namespace {

void Break(std::string& out, int indent, int depth) {
  if (indent == 0) return;
  out += '\n';
  out.append(static_cast<size_t>(indent * depth), ' ');
}

void WriteJsonTo(std::string& out, const Value& value, int indent, int depth) {
  if (const List* list = value.list()) {
    out += '[';
    for (size_t i = 0; i < list->size(); ++i) {
      if (i > 0) out += ',';
      Break(out, indent, depth + 1);
      WriteJsonTo(out, (*list)[i], indent, depth + 1);
    }
    if (!list->empty()) Break(out, indent, depth);
    out += ']';
  } else if (const Context* context = value.context()) {
    out += '{';
    bool first = true;
    for (const auto& [name, item] : context->entries()) {
      if (!first) out += ',';
      first = false;
      Break(out, indent, depth + 1);
      WriteString(out, name);
      out += indent == 0 ? ":" : ": ";
      WriteJsonTo(out, item, indent, depth + 1);
    }
    if (!context->empty()) Break(out, indent, depth);
    out += '}';
  } else if (const Decimal* number = value.number()) {
    out += number->ToString();
  } else if (value.is_null() || value.boolean() != nullptr) {
    WriteCanonicalTo(out, value);
  } else if (const std::string* text = value.string()) {
    WriteString(out, *text);
  } else {
    const std::string tagged = Tagged(value);
    WriteString(out, std::string_view(tagged).substr(tagged.find(':') + 1));
  }
}

}  // namespace

std::string WriteJson(const Value& value, int indent) {
  std::string out;
  WriteJsonTo(out, value, indent, 0);
  return out;
}

}  // namespace anjuan
