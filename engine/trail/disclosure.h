// Personal fields of a case in a dossier: each either shown, value by value with what proves it, or
// withheld, or erased.
//
// Source:  format anjuan.disclosure/1 in README.md.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/trail/leaf.h"
#include "engine/trail/report.h"
#include "engine/value/value.h"

namespace anjuan::trail {

inline constexpr std::string_view kDisclosureFormat = "anjuan.disclosure/1";

struct DisclosedValue {
  std::int64_t row = 0;           // whose payload commits to it
  std::vector<std::string> path;  // in the field, to the token; places of lists as "0", "1" …
  std::string at;                 // the commitment's reference
  std::string part;               // of a person: "name"; "" for a text
  Value value;
  std::string salt;  // 32 bytes
  bool operator==(const DisclosedValue&) const = default;
};

// A token whose value is not shown though the field is.
struct HiddenToken {
  std::vector<std::string> path;
  bool erased = false;  // else: its rows were written before rows committed to values
  bool operator==(const HiddenToken&) const = default;
};

struct FieldDisclosure {
  std::string case_id;
  std::string field;
  std::string label;
  bool withheld = false;  // then there is nothing else
  std::vector<DisclosedValue> values;
  std::vector<HiddenToken> hidden;
  bool operator==(const FieldDisclosure&) const = default;
};

std::string Encode(const FieldDisclosure& disclosure);
// Only what Encode writes. Errors: trail.disclosure.
Result<FieldDisclosure> DecodeDisclosure(std::string_view bytes);

// Where a token stands in a field's value: a text, or a person's context with it as `subject`. "":
// none.
std::string TokenAt(const Value& value, const std::vector<std::string>& path);

// What of a dossier is proved when its disclosures are checked.
struct ProvedContents {
  const std::vector<Leaf>& rows;
  const std::map<std::int64_t, Value>& payloads;  // by row
  Value state;                                    // the case as it stands; null: not shown
};

// Each file against what is proved: does the field hold the token, is every value the one the row
// committed to, and is what is called erased said to be so by the history. `files`: by name below
// disclosed/.
void CheckDisclosures(const std::map<std::string, const std::string*>& files,
                      const std::string& case_id, const ProvedContents& proved, Report& report);

}  // namespace anjuan::trail
