// A picture from outside (a seal, a scan) -> pixels. The file is foreign: it may be damaged or made
// to do harm.
//
// Errors:  "image.size": more pixels or bytes than a document can use; "image.damaged". The message
//          says what is wrong with the file, the hint what to do.
// Threads: any number at once.
#pragma once

#include <string_view>

#include "engine/base/result.h"
#include "engine/doc/pages.h"

namespace anjuan::port {

class ImageReader {
 public:
  virtual ~ImageReader() = default;
  // Transparency is laid on white.
  virtual Result<doc::Image> Read(std::string_view file) const = 0;
};

}  // namespace anjuan::port
