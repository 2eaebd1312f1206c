// Pages -> the bytes of a file.
//
// Deterministic: the same pages, salt and environment give the same bytes.
// Threads: any number at once.
#pragma once

#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/doc/pages.h"

namespace anjuan::port {

class PageWriter {
 public:
  virtual ~PageWriter() = default;
  // `salt`: 16 random bytes of this issue; they stand in the file, so that its hash tells nothing
  // about its text. The pages must have been laid out with the writer's own FontSource.
  virtual Result<std::string> Write(const doc::Pages& pages, std::string_view salt) const = 0;
  // One line that changes whenever the bytes might: layout version, libraries, font hashes.
  virtual std::string Environment() const = 0;
};

}  // namespace anjuan::port
