#include "plugins/pdf/sfnt.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "engine/base/text.h"

namespace anjuan::pdf {
namespace {

std::string NameOf(const std::string& path) {
  std::string name = path.substr(path.rfind('/') + 1);
  name = name.substr(0, name.find('.'));
  for (char& c : name) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z');
    if (!plain) c = '-';
  }
  return name;
}

}  // namespace

void Put16(std::string& out, std::uint32_t number) {
  out += static_cast<char>(number >> 8 & 0xFF);
  out += static_cast<char>(number & 0xFF);
}

void Put32(std::string& out, std::uint32_t number) {
  Put16(out, number >> 16);
  Put16(out, number & 0xFFFF);
}

Result<std::unique_ptr<Sfnt>> Sfnt::Open(const std::string& path, int index) {
  const auto fail = [&](std::string_view why) {
    return Fail("pdf.font", StrCat("font file ", path, ": ", why));
  };
  const int descriptor = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (descriptor < 0) return fail("cannot be opened");
  struct stat status = {};
  const bool known = fstat(descriptor, &status) == 0 && status.st_size > 0;
  const auto size = static_cast<size_t>(status.st_size);
  void* mapping = known ? mmap(nullptr, size, PROT_READ, MAP_PRIVATE, descriptor, 0) : MAP_FAILED;
  close(descriptor);
  if (mapping == MAP_FAILED) return fail("cannot be read");
  std::unique_ptr<Sfnt> font(new Sfnt());
  font->file_ = std::string_view(static_cast<const char*>(mapping), size);
  font->name_ = NameOf(path);
  if (!font->Parse(index)) return fail("is not an OpenType font with outlines");
  return font;
}

Sfnt::~Sfnt() {
  if (!file_.empty()) munmap(const_cast<char*>(file_.data()), file_.size());
}

Bytes Sfnt::Table(std::string_view tag) const {
  const auto found = tables_.find(tag);
  return found == tables_.end() ? Bytes() : Bytes(found->second);
}

bool Sfnt::Parse(int index) {
  const Bytes all(file_);
  size_t at = 0;
  if (all.Slice(0, 4) == "ttcf") {
    at = all.U32(12 + 4 * static_cast<size_t>(index));
  } else if (index != 0) {
    return false;
  }
  const std::uint32_t count = all.U16(at + 4);
  for (size_t i = 0; i < count; ++i) {
    const size_t entry = at + 12 + 16 * i;
    tables_[std::string(all.Slice(entry, 4))] = all.Slice(all.U32(entry + 8), all.U32(entry + 12));
  }
  cff_ = Table("CFF ").size() > 0;
  if (!cff_ && (Table("glyf").size() == 0 || Table("loca").size() == 0)) return false;
  const Bytes head = Table("head");
  units_per_em_ = static_cast<int>(head.U16(18));
  if (units_per_em_ < 16) return false;
  for (size_t i = 0; i < 4; ++i) box_[i] = Milli(head.I16(36 + 2 * i));
  glyph_count_ = static_cast<int>(Table("maxp").U16(4));
  const Bytes hhea = Table("hhea");
  ascent_ = Milli(hhea.I16(4));
  descent_ = Milli(hhea.I16(6));
  metrics_count_ = std::max(hhea.U16(34), std::uint32_t{1});
  hmtx_ = Table("hmtx");
  ParseCharacters();
  return glyph_count_ > 0;
}

void Sfnt::ParseCharacters() {
  basic_.assign(0x10000, 0);
  const Bytes cmap = Table("cmap");
  const std::uint32_t count = cmap.U16(2);
  size_t format4 = 0;
  size_t format12 = 0;
  for (size_t i = 0; i < count; ++i) {
    const std::uint32_t platform = cmap.U16(4 + 8 * i);
    const size_t offset = cmap.U32(8 + 8 * i);
    if (platform != 0 && platform != 3) continue;
    if (cmap.U16(offset) == 4) format4 = offset;
    if (cmap.U16(offset) == 12) format12 = offset;
  }
  if (format12 != 0) {
    ParseFormat12(Bytes(cmap.Slice(format12, cmap.size())));
  } else if (format4 != 0) {
    ParseFormat4(Bytes(cmap.Slice(format4, cmap.size())));
  }
}

void Sfnt::ParseFormat4(Bytes table) {
  const size_t segments = table.U16(6) / 2;
  for (size_t i = 0; i < segments; ++i) {
    const std::uint32_t end = table.U16(14 + 2 * i);
    const std::uint32_t begin = table.U16(16 + 2 * (segments + i));
    const std::uint32_t delta = table.U16(16 + 2 * (2 * segments + i));
    const size_t range_at = 16 + 2 * (3 * segments + i);
    const std::uint32_t range = table.U16(range_at);
    for (std::uint32_t c = begin; c <= end && c < 0xFFFF; ++c) {
      std::uint32_t glyph = 0;
      if (range == 0) {
        glyph = c + delta;
      } else {
        glyph = table.U16(range_at + range + size_t{2} * (c - begin));
        if (glyph != 0) glyph += delta;
      }
      basic_[c] = static_cast<std::uint16_t>(glyph);
    }
  }
}

void Sfnt::ParseFormat12(Bytes table) {
  const std::uint32_t groups = std::min<std::uint32_t>(table.U32(12), 100'000);
  for (size_t i = 0; i < groups; ++i) {
    const std::uint32_t begin = table.U32(16 + 12 * i);
    const std::uint32_t end = std::min<std::uint32_t>(table.U32(20 + 12 * i), 0x10FFFF);
    const std::uint32_t glyph = table.U32(24 + 12 * i);
    for (std::uint32_t c = begin; c <= end; ++c) {
      const auto value = static_cast<std::uint16_t>(glyph + (c - begin));
      if (c < 0x10000) {
        basic_[c] = value;
      } else {
        beyond_[c] = value;
      }
    }
  }
}

std::uint16_t Sfnt::GlyphOf(char32_t character) const {
  std::uint16_t glyph = 0;
  if (character < 0x10000) {
    glyph = basic_[character];
  } else if (const auto found = beyond_.find(character); found != beyond_.end()) {
    glyph = found->second;
  }
  return glyph < glyph_count_ ? glyph : std::uint16_t{0};
}

std::uint32_t Sfnt::Advance(std::uint16_t glyph) const {
  return hmtx_.U16(4 * std::min<size_t>(glyph, metrics_count_ - 1));
}

std::uint16_t Sfnt::WidthOf(std::uint16_t glyph) const {
  return static_cast<std::uint16_t>(Milli(static_cast<int>(Advance(glyph))));
}

}  // namespace anjuan::pdf
