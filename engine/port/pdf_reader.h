// What a finished PDF holds, for those who check papers: it is read, never printed or changed.
//
// Threads: any number at once.
// Errors:  "pdf.read": it is damaged, or no PDF.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace anjuan::port {

// Two pages print the same where all of this is the same.
struct PdfPage {
  double width_pt = 0, height_pt = 0;
  std::vector<std::string> streams;              // SHA-256 of each content stream
  std::map<std::string, std::string> resources;  // "/Font/F1" -> hash of all it consists of
  // A VolumeWriter set a page number into the margin; it is not among streams and resources.
  bool stamped = false;
  bool operator==(const PdfPage& other) const {
    return width_pt == other.width_pt && height_pt == other.height_pt && streams == other.streams &&
           resources == other.resources;
  }
};

struct PdfFacts {
  std::string version;  // "1.4"
  std::string title;
  std::string author;
  std::string archive;                   // the part of PDF/A it claims: "1B"; "": none
  bool encrypted = false;                // then nothing else is known
  std::vector<std::string> fonts;        // by name
  std::vector<std::string> loose_fonts;  // of these, not embedded
  std::vector<std::string> active;       // what would act when it is opened: "/JavaScript"
  std::vector<std::string> attached;     // files inside
  std::vector<std::string> external;     // what it points to outside
  std::vector<PdfPage> pages;
};

class PdfReader {
 public:
  virtual ~PdfReader() = default;
  virtual Result<PdfFacts> Read(std::string_view bytes) const = 0;
};

}  // namespace anjuan::port
