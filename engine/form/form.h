// Entry forms (填报表单): what a person is asked when firing an event, and the check of the answer.
//
// Source:  the vocabulary of the form-js JSON schema (components, key, label, validate, values,
//          conditional.hide), conditions in FEEL over the form's own keys.
// Errors:  of a form file: English, all at once, with file:line:column; codes "form.json",
//          "form.component", "form.key", "form.type", "form.options", "form.validate", and what
//          FEEL says. Of an answer: Chinese for the clerk, naming label and key; codes
//          "form.required", "form.value", "form.min", "form.max", "form.length", "form.pattern",
//          "form.options", "form.hidden", "form.unknown".
// Threads: a Form is immutable after reading; any number may validate with it at once.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/feel/feel.h"
#include "engine/form/pattern.h"
#include "engine/value/type.h"
#include "engine/value/value.h"

namespace anjuan::form {

enum class Widget {
  kTextField,
  kTextArea,
  kNumber,
  kDateTime,
  kSelect,
  kRadio,
  kCheckbox,  // required: it must be ticked
  kCheckList,
  kDynamicList,
  kFilePicker,
};

struct Option {
  std::string value;
  std::string label;
};

// What a text must be: "validationType" in "validate". form-js knows phone; the other is ours.
enum class Format : std::uint8_t { kAny, kPhone, kCitizenId };

struct Component {
  Widget widget = Widget::kTextField;
  std::string key;  // of a dynamic list: its path
  std::string label;
  std::string description;
  Type type;
  bool required = false;
  std::optional<Decimal> min;
  std::optional<Decimal> max;
  std::optional<int> decimal_digits;
  std::optional<std::int64_t> min_length;  // characters; of lists: entries
  std::optional<std::int64_t> max_length;
  std::optional<Pattern> pattern;
  Format format = Format::kAny;
  std::vector<Option> options;  // empty: not restricted
  // Over the slots of the form's keys in order; inside a dynamic list the row's keys follow them.
  std::optional<feel::Expression> hide;
  std::vector<Component> components;  // of a dynamic list
  Location at;
};

struct Form {
  std::string id;
  std::string title;
  std::vector<Component> components;
};

inline constexpr std::int64_t kLongestText = 20'000;  // where a form sets no maxLength
inline constexpr std::int64_t kMostRows = 5'000;      // of any list

// `find` gives the type of a declared datum, null where there is none of that id: a key that is a
// declared datum takes its type.
Result<Form> ReadForm(std::string_view text, std::string_view file,
                      const std::function<const Type*(std::string_view data_id)>& find);

// The context type of _event.data.
Type DataType(const Form& form);

// The answer, converted to the form's types, empty fields left out. An org or person must have been
// looked up by the caller already: only contexts are accepted for them.
Result<Context> Validate(const Form& form, const Value& data);

}  // namespace anjuan::form
