#include <array>
#include <unordered_map>

#include "plugins/pdf/subset.h"

namespace anjuan::pdf {
namespace {

// Flags of a component in a composite glyph.
constexpr std::uint32_t kWords = 0x1, kScale = 0x8, kMore = 0x20, kTwoScales = 0x40, kMatrix = 0x80,
                        kInstructions = 0x100;

class GlyfSubset {
 public:
  explicit GlyfSubset(const Sfnt& font)
      : font_(font),
        glyf_(font.Table("glyf")),
        loca_(font.Table("loca")),
        long_loca_(font.Table("head").U16(50) != 0) {}

  std::string Run(std::span<const std::uint16_t> glyphs) {
    Add(0);
    for (const std::uint16_t glyph : glyphs) Add(glyph);
    // old_ grows while components are found.
    for (size_t i = 0; i < old_.size(); ++i) Copy(old_[i]);
    Put32(new_loca_, static_cast<std::uint32_t>(new_glyf_.size()));
    return File();
  }

 private:
  void Add(std::uint16_t glyph) {
    new_of_.emplace(glyph, static_cast<std::uint16_t>(old_.size()));
    old_.push_back(glyph);
  }

  Bytes Outline(std::uint16_t glyph) const {
    const size_t begin =
        long_loca_ ? loca_.U32(4 * size_t{glyph}) : 2 * loca_.U16(2 * size_t{glyph});
    const size_t end =
        long_loca_ ? loca_.U32(4 * size_t{glyph} + 4) : 2 * loca_.U16(2 * size_t{glyph} + 2);
    return Bytes(end > begin ? glyf_.Slice(begin, end - begin) : std::string_view());
  }

  void Copy(std::uint16_t glyph) {
    const Bytes outline = Outline(glyph);
    Put32(new_loca_, static_cast<std::uint32_t>(new_glyf_.size()));
    Put16(new_hmtx_, font_.Advance(glyph));
    Put16(new_hmtx_, outline.U16(2));  // left side bearing = xMin
    if (outline.size() < 10) return;
    const int contours = outline.I16(0);
    if (contours >= 0) {
      const size_t head = 10 + 2 * static_cast<size_t>(contours);
      const size_t hints = outline.U16(head);
      new_glyf_ += outline.Slice(0, head);
      Put16(new_glyf_, 0);
      new_glyf_ += outline.Slice(head + 2 + hints, outline.size());
    } else {
      CopyComposite(outline);
    }
    while (new_glyf_.size() % 4 != 0) new_glyf_ += '\0';
  }

  void CopyComposite(const Bytes& outline) {
    new_glyf_ += outline.Slice(0, 10);
    size_t at = 10;
    std::uint32_t flags = 0;
    do {
      flags = outline.U16(at);
      const auto component = static_cast<std::uint16_t>(outline.U16(at + 2));
      if (!new_of_.contains(component)) Add(component);
      Put16(new_glyf_, flags & ~kInstructions);
      Put16(new_glyf_, new_of_.at(component));
      size_t rest = (flags & kWords) != 0 ? 4 : 2;
      if ((flags & kScale) != 0) rest += 2;
      if ((flags & kTwoScales) != 0) rest += 4;
      if ((flags & kMatrix) != 0) rest += 8;
      new_glyf_ += outline.Slice(at + 4, rest);
      at += 4 + rest;
    } while ((flags & kMore) != 0 && at < outline.size());
  }

  std::string File() {
    const auto count = static_cast<std::uint32_t>(old_.size());
    std::string head(font_.Table("head").Slice(0, 54));
    std::string hhea(font_.Table("hhea").Slice(0, 36));
    std::string maxp(font_.Table("maxp").all());
    head.resize(54);
    hhea.resize(36);
    maxp.resize(std::max<size_t>(maxp.size(), 6));
    for (size_t i = 8; i < 12; ++i) head[i] = 0;  // checksum of the whole: not used in PDF
    head[50] = 0;
    head[51] = 1;
    Set16(hhea, 34, count);
    Set16(maxp, 4, count);
    const std::array<std::pair<std::string_view, std::string*>, 6> tables = {{{"glyf", &new_glyf_},
                                                                              {"head", &head},
                                                                              {"hhea", &hhea},
                                                                              {"hmtx", &new_hmtx_},
                                                                              {"loca", &new_loca_},
                                                                              {"maxp", &maxp}}};
    std::string out;
    Put32(out, 0x10000);
    for (const std::uint32_t number : {6U, 64U, 2U, 32U}) Put16(out, number);
    auto offset = static_cast<std::uint32_t>(12 + 16 * tables.size());
    for (const auto& [tag, data] : tables) {
      const auto length = static_cast<std::uint32_t>(data->size());
      while (data->size() % 4 != 0) *data += '\0';
      std::uint32_t sum = 0;
      const Bytes bytes(*data);
      for (size_t i = 0; i < data->size(); i += 4) sum += bytes.U32(i);
      out += tag;
      Put32(out, sum);
      Put32(out, offset);
      Put32(out, length);
      offset += static_cast<std::uint32_t>(data->size());
    }
    for (const auto& [tag, data] : tables) out += *data;
    return out;
  }

  static void Set16(std::string& data, size_t at, std::uint32_t number) {
    data[at] = static_cast<char>(number >> 8);
    data[at + 1] = static_cast<char>(number & 0xFF);
  }

  const Sfnt& font_;
  Bytes glyf_, loca_;
  bool long_loca_;
  std::vector<std::uint16_t> old_;
  std::unordered_map<std::uint16_t, std::uint16_t> new_of_;
  std::string new_glyf_, new_loca_, new_hmtx_;
};

}  // namespace

std::string SubsetGlyf(const Sfnt& font, std::span<const std::uint16_t> glyphs) {
  return GlyfSubset(font).Run(glyphs);
}

}  // namespace anjuan::pdf
