// What layout asks about pictures made of pixels: seals, stamps, logos, photographs.
//
// Threads: Find may be called from any number of threads at once.
#pragma once

#include <memory>
#include <string_view>

#include "engine/doc/pages.h"

namespace anjuan::doc {

class Pictures {
 public:
  virtual ~Pictures() = default;
  // The picture an expression of the template names (its SHA-256 in hex, as a register or a case
  // keeps it); null: there is none.
  virtual std::shared_ptr<const Image> Find(std::string_view id) const = 0;
};

}  // namespace anjuan::doc
