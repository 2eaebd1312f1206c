// A case's papers in a dossier, and their bound copy: what stands in it, page by page.
//
// Source:  format anjuan.volume/1 in README.md.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/trail/leaf.h"
#include "engine/trail/report.h"

namespace anjuan::trail {

inline constexpr std::string_view kVolumeFormat = "anjuan.volume/1";
inline constexpr std::string_view kVolume = "volume.pdf";
inline constexpr std::string_view kVolumeManifest = "volume.json";

struct VolumeEntry {
  std::string code;
  std::string title;
  std::string sha256;      // of the paper as it was issued
  std::int64_t first = 0;  // its first page by the volume's numbers, 1 is the first paper's first
  std::int64_t pages = 0;  // 0: its bytes are gone, erased
  bool voided = false;
  bool operator==(const VolumeEntry&) const = default;
};

struct VolumeManifest {
  std::string case_id;
  std::string sha256;               // of volume.pdf
  std::int64_t front = 0;           // pages before the first paper: cover and contents
  std::int64_t end = 0;             // behind the last
  std::vector<VolumeEntry> papers;  // in their order
  std::int64_t pages() const;       // of the papers
  bool operator==(const VolumeManifest&) const = default;
};

std::string Encode(const VolumeManifest& manifest);
// Only what Encode writes, with pages that follow one another. Errors: trail.volume.
Result<VolumeManifest> DecodeVolumeManifest(std::string_view bytes);

// The papers, by name below documents/, against the history: is each one it names.
void CheckPapers(const std::map<std::string, const std::string*>& files,
                 const std::vector<Leaf>& rows, Report& report);

// The bound copy against the history: is it the file its list names, and does the list hold every
// paper of the history, and none else.
void CheckVolume(const std::string* volume, const std::string* manifest, const std::string& case_id,
                 const std::vector<Leaf>& rows, Report& report);

}  // namespace anjuan::trail
