// Whether PDF files are what PDF/A-1b asks for, judged by Apache PDFBox's preflight.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace anjuan::test {

struct ArchiveVerdicts {
  bool judged = false;  // false: PDFBox or Java is not installed; `report` says which package
  size_t valid = 0;
  std::string report;  // of what is not valid: PDFBox's own words
};

// All in one process, since it takes a second to start. Works in `folder`.
ArchiveVerdicts JudgeArchives(const std::filesystem::path& folder,
                              const std::vector<std::filesystem::path>& files);

}  // namespace anjuan::test
