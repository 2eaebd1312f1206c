// Types of a model: item definitions resolved, and values brought to them.
//
// Beside FEEL's own types an item definition may allow only some values, name its parts, and say
// what a function takes. Conversions are those of DMN 1.5 10.3.2.9.4 and no others: a list of one
// stands for its item and an item for a list of one, a date for the date and time of its midnight.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "engine/dmn/expression.h"
#include "engine/dmn/source.h"
#include "engine/value/type.h"
#include "engine/value/value.h"

namespace anjuan::dmn {

struct ItemType;
using ItemTypePointer = std::shared_ptr<const ItemType>;

struct ItemType {
  using Field = std::pair<std::string, ItemTypePointer>;

  std::string name;           // as the model calls it
  Type feel;                  // what the checker of expressions knows of it
  ItemTypePointer element;    // of a list
  std::vector<Field> fields;  // of a context with known parts
  std::optional<Tests> allowed;
  size_t size = 1;  // of the tree written out: shared parts count each time
};

// The types a model may name. An unknown name is a mistake, reported once for each place.
class ItemTypes {
 public:
  // Reads the definitions; `imported` gives the types of imported models by "import.name".
  ItemTypes(const Source& source, std::map<std::string, ItemTypePointer> imported,
            Diagnostics& mistakes);

  // Null: no type is asked for (nothing written, Any, or unknown and reported).
  ItemTypePointer Find(const std::string& type_ref, const Location& at,
                       Diagnostics& mistakes) const;
  const std::map<std::string, ItemTypePointer>& all() const { return types_; }
  // For `instance of`: what expressions may name.
  std::map<std::string, Type> FeelTypes() const;

 private:
  friend class TypeBuilder;
  std::map<std::string, ItemTypePointer> types_;
};

// `value` as the type wants it; nullopt with `why` where it does not conform. null conforms. The
// course pays for what is looked through, and for the tests of allowed values.
std::optional<Value> Conform(const Value& value, const ItemType& type, std::string& why,
                             Course& course);

}  // namespace anjuan::dmn
