// An OpenType file, mapped and parsed once: which glyph a character has, how wide it is, and where
// the outlines are. Reads outside a table give 0, so a damaged file prints wrong but never harms.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "engine/base/result.h"

namespace anjuan::pdf {

// Big-endian numbers of a piece of a file.
class Bytes {
 public:
  Bytes() = default;
  explicit Bytes(std::string_view data) : data_(data) {}
  std::uint32_t U8(size_t at) const {
    return at < data_.size() ? static_cast<unsigned char>(data_[at]) : 0;
  }
  std::uint32_t U16(size_t at) const { return U8(at) << 8 | U8(at + 1); }
  std::uint32_t U32(size_t at) const { return U16(at) << 16 | U16(at + 2); }
  int I16(size_t at) const { return static_cast<std::int16_t>(U16(at)); }
  std::string_view Slice(size_t at, size_t length) const {
    return at <= data_.size() ? data_.substr(at, length) : std::string_view();
  }
  std::string_view all() const { return data_; }
  size_t size() const { return data_.size(); }

 private:
  std::string_view data_;
};

void Put16(std::string& out, std::uint32_t number);
void Put32(std::string& out, std::uint32_t number);

class Sfnt {
 public:
  // `index`: of a font in a collection (.ttc).
  static Result<std::unique_ptr<Sfnt>> Open(const std::string& path, int index = 0);
  ~Sfnt();
  Sfnt(const Sfnt&) = delete;
  Sfnt& operator=(const Sfnt&) = delete;

  std::uint16_t GlyphOf(char32_t character) const;
  std::uint16_t WidthOf(std::uint16_t glyph) const;  // thousandths of an em
  std::uint32_t Advance(std::uint16_t glyph) const;  // font units

  Bytes Table(std::string_view tag) const;  // empty where absent
  bool cff() const { return cff_; }
  const std::string& name() const { return name_; }
  int units_per_em() const { return units_per_em_; }
  int glyph_count() const { return glyph_count_; }
  const std::array<int, 4>& box() const { return box_; }  // thousandths of an em
  int ascent() const { return ascent_; }
  int descent() const { return descent_; }
  std::string_view file() const { return file_; }

 private:
  Sfnt() = default;
  bool Parse(int index);
  void ParseCharacters();
  void ParseFormat4(Bytes table);
  void ParseFormat12(Bytes table);
  int Milli(int units) const { return units * 1000 / units_per_em_; }

  std::string_view file_;  // the mapping
  std::string name_;
  std::map<std::string, std::string_view, std::less<>> tables_;
  Bytes hmtx_;
  bool cff_ = false;
  int units_per_em_ = 1000;
  int glyph_count_ = 0;
  std::uint32_t metrics_count_ = 1;
  std::array<int, 4> box_ = {};
  int ascent_ = 0, descent_ = 0;
  std::vector<std::uint16_t> basic_;  // U+0000 to U+FFFF
  std::unordered_map<char32_t, std::uint16_t> beyond_;
};

}  // namespace anjuan::pdf
