// Finished PDF files bound into one: a print run of a thousand letters, a dossier's volume.
//
// Each page keeps its content byte for byte, and may get a number in its margin; fonts and pictures
// that several parts have in common stand in the volume once. Where every part is PDF/A-1b, so is
// the volume. Deterministic: the same parts give the same bytes. Errors:  "pdf.part": a part is no
// PDF that can be read; "pdf.limit".
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "engine/base/result.h"

namespace anjuan::port {

struct VolumePart {
  // The file's bytes; asked for once, in order, and kept no longer than needed. "": a bookmark
  // without pages of its own, for those below it.
  std::function<std::string()> file;
  std::string bookmark;   // "": none
  int level = 0;          // of the bookmark: 0 the outermost
  bool numbered = false;  // its pages are counted, and stamped where the volume has stamps
};

struct Volume {
  std::string title;
  std::string author;
  std::string subject;
  std::vector<VolumePart> parts;
  // For printing on both sides: each part begins on an odd page, after a blank one where needed.
  bool odd_start = false;
  // A PDF whose pages, of at most 24 x 8 mm, are set into the upper outer corner of the numbered
  // pages, one after another: odd ones right, even ones left. "": none.
  std::string stamps;
};

class VolumeWriter {
 public:
  virtual ~VolumeWriter() = default;
  using Progress = std::function<void(std::int64_t done, std::int64_t total)>;
  virtual Result<std::string> Bind(const Volume& volume, const Progress& progress) const = 0;
};

}  // namespace anjuan::port
