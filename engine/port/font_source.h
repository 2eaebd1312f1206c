// Where the fonts come from: metrics for layout, and what is embedded, named by hash.
#pragma once

#include <string>
#include <vector>

#include "engine/doc/font_metrics.h"

namespace anjuan::port {

struct FontFile {
  std::string name;  // PostScript name
  std::string path;
  std::string sha256;  // hex, of the file's bytes
  bool operator==(const FontFile&) const = default;
};

class FontSource {
 public:
  virtual ~FontSource() = default;
  virtual const doc::FontMetrics& metrics() const = 0;
  // By font index. The files are hashed when this is first called.
  virtual std::vector<FontFile> Files() const = 0;
};

}  // namespace anjuan::port
