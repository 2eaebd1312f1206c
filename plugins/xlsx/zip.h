// Reads the parts of a ZIP container by its central directory, in bounded memory.
//
// Source:  PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14
//          to 4.3.16 (ends), 4.5.3 (ZIP64); RFC 1951 by zlib.
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

namespace anjuan::xlsx {

// Limits against files made to do harm. What a sheet honestly holds stays far below: cells repeat
// their tags, which gives 10 to 60 times.
inline constexpr size_t kLargestFile = size_t{64} << 20;
inline constexpr size_t kLargestPart = size_t{512} << 20;
inline constexpr size_t kMostParts = 5'000;
inline constexpr size_t kMostTimesLarger = 200;
inline constexpr size_t kFreeOfRatio = size_t{8} << 20;  // below this no ratio is asked

struct Refused {
  Diagnostic diagnostic;
};

[[noreturn]] void Refuse(std::string code, std::string message, std::string hint);
[[noreturn]] void RefuseDamaged(std::string_view what);

struct ZipEntry {
  std::string name;
  std::uint16_t method = 0;
  bool encrypted = false;
  std::uint32_t crc = 0;
  size_t compressed = 0;
  size_t size = 0;  // as declared; what really comes out is counted as well
  size_t offset = 0;
};

// The bytes of one part, from its start.
class ZipStream {
 public:
  ZipStream(std::string_view compressed, const ZipEntry& entry);
  ~ZipStream();
  ZipStream(const ZipStream&) = delete;
  ZipStream& operator=(const ZipStream&) = delete;

  // Fills `buffer` as far as there is content; 0: the end.
  size_t Read(char* buffer, size_t size);

 private:
  struct Inflater;
  size_t Inflate(char* buffer, size_t size);
  void Count(const char* buffer, size_t got);

  std::string_view rest_;
  const ZipEntry& entry_;
  std::unique_ptr<Inflater> inflater_;  // null: stored as it is
  size_t out_ = 0;
  std::uint32_t crc_ = 0;
  bool ended_ = false;
};

class Zip {
 public:
  explicit Zip(std::string bytes);  // throws Refused

  // By name without a leading slash, letters' case ignored as OPC wants; null where there is none.
  const ZipEntry* Find(std::string_view name) const;
  const std::map<std::string, ZipEntry>& entries() const { return entries_; }  // by small letters
  std::unique_ptr<ZipStream> Open(const ZipEntry& entry) const;

 private:
  std::string bytes_;
  std::map<std::string, ZipEntry> entries_;
};

std::string SmallLetters(std::string_view text);

}  // namespace anjuan::xlsx
