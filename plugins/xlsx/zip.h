// Reads the parts of a ZIP container with libzip, in bounded memory.
//
// libzip finds the parts, unpacks them and compares their check sums; what a file may cost is
// judged here: it reads through a source of ours that gives it only so much of a directory (see
// kLargestDirectory), and what comes out of a part is counted.
// Why not Poco::Zip: Poco 1.11 walks the local headers, so it stumbles over data descriptors as
// Apache POI writes them, and asserts on unknown methods (pocoproject/poco pull 5107).
//
// Nothing is ever written to disk, so a part's name is only a name: "../../x" harms nobody.
// Errors:  Refused, thrown; caught at the seam (sheet_reader.cc).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"

struct zip_file;  // libzip's

namespace anjuan::xlsx {

// Limits against files made to do harm. What a sheet honestly holds stays far below: cells repeat
// their tags, which gives 10 to 60 times.
inline constexpr size_t kLargestFile = size_t{64} << 20;
inline constexpr size_t kLargestPart = size_t{512} << 20;
inline constexpr size_t kMostParts = 5'000;
inline constexpr size_t kMostTimesLarger = 200;
inline constexpr size_t kFreeOfRatio = size_t{8} << 20;  // below this no ratio is asked
// libzip keeps all of a directory, and reads one for each end it comes across: a file of 170 KiB
// with 2,900 ends would take minutes. kMostParts ordinary ones need half of this.
inline constexpr size_t kLargestDirectory = size_t{1} << 20;

struct Refused {
  Diagnostic diagnostic;
};

[[noreturn]] void Refuse(std::string code, std::string message, std::string hint);
[[noreturn]] void RefuseDamaged(std::string_view what);

struct ZipEntry {
  std::string name;
  std::uint64_t index = 0;
  std::uint16_t method = 0;
  bool encrypted = false;
  size_t compressed = 0;
  size_t size = 0;  // as declared; what really comes out is counted as well
};

// The bytes of one part, from its start.
class ZipStream {
 public:
  ZipStream(zip_file* file, const ZipEntry& entry) : file_(file), entry_(entry) {}

  // Fills `buffer` as far as there is content; 0: the end.
  size_t Read(char* buffer, size_t size);

 private:
  struct Closer {
    void operator()(zip_file* file) const;
  };
  std::unique_ptr<zip_file, Closer> file_;
  const ZipEntry& entry_;
  size_t out_ = 0;
};

class Zip {
 public:
  explicit Zip(std::string bytes);  // throws Refused
  ~Zip();
  Zip(const Zip&) = delete;
  Zip& operator=(const Zip&) = delete;

  // By name without a leading slash, letters' case ignored as OPC wants; null where there is none.
  const ZipEntry* Find(std::string_view name) const;
  const std::map<std::string, ZipEntry>& entries() const { return entries_; }  // by small letters
  std::unique_ptr<ZipStream> Open(const ZipEntry& entry) const;

 private:
  struct Archive;
  std::unique_ptr<Archive> archive_;
  std::map<std::string, ZipEntry> entries_;
};

std::string SmallLetters(std::string_view text);

}  // namespace anjuan::xlsx
