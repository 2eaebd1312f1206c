#include "plugins/pdf/embed.h"

#include <libdeflate.h>

#include <algorithm>
#include <array>

#include "engine/base/check.h"
#include "engine/base/digest.h"

namespace anjuan::pdf {
namespace {

constexpr size_t kMostKept = 1000;  // templates times faces; far above any office's number

void PutHex(std::string& out, std::uint32_t number) {
  constexpr std::string_view kDigits = "0123456789ABCDEF";
  for (int shift = 12; shift >= 0; shift -= 4) out += kDigits[number >> shift & 15];
}

// Each code back to the character that was asked for, so that text is found and copied as written.
std::string ToUnicode(const Characters& characters) {
  std::string out =
      "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n"
      "/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def\n"
      "/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n"
      "1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n";
  // One by one: ranges with a list of characters are shorter, but Ghostscript reads none of them.
  constexpr size_t kMostAtOnce = 100;  // a limit of the CMap format
  for (size_t begin = 0; begin < characters.size(); begin += kMostAtOnce) {
    const size_t end = std::min(characters.size(), begin + kMostAtOnce);
    out += std::to_string(end - begin) + " beginbfchar\n";
    for (size_t i = begin; i < end; ++i) {
      out += '<';
      PutHex(out, static_cast<std::uint32_t>(i + 1));
      out += "> <";
      const char32_t c = characters[i].first;
      if (c < 0x10000) {
        PutHex(out, c);
      } else {
        PutHex(out, 0xD800 | (c - 0x10000) >> 10);
        PutHex(out, 0xDC00 | ((c - 0x10000) & 0x3FF));
      }
      out += ">\n";
    }
    out += "endbfchar\n";
  }
  out += "endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend\n";
  return out;
}

// CIDs 0 to count - 1 are there, highest bit first.
std::string CidSet(size_t count) {
  std::string out(count / 8, '\xFF');
  if (count % 8 != 0) out += static_cast<char>(0xFF00U >> count % 8);
  return out;
}

// Which characters of which font, as bytes.
std::string KeyOf(int font, const Characters& characters) {
  std::string key;
  Put32(key, static_cast<std::uint32_t>(font));
  for (const auto& [character, glyph] : characters) Put32(key, character);
  return key;
}

std::string TaggedName(const std::string& key, const std::string& name) {
  const Hash hash = Sha256(key);
  std::string out;
  for (size_t i = 0; i < 6; ++i) out += static_cast<char>('A' + hash[i] % 26);
  return out + "+" + name;
}

}  // namespace

int EmbeddedFont::CidOf(char32_t character) const {
  const auto found =
      std::lower_bound(characters.begin(), characters.end(), character,
                       [](const auto& entry, char32_t wanted) { return entry.first < wanted; });
  if (found == characters.end() || found->first != character) return 0;
  return static_cast<int>(found - characters.begin()) + 1;
}

// Not zlib: twice as fast for the same size.
std::string Deflate(std::string_view data, int level) {
  struct Free {
    void operator()(libdeflate_compressor* compressor) const {
      libdeflate_free_compressor(compressor);
    }
  };
  // Each is large, and needed again for the next stream.
  thread_local std::map<int, std::unique_ptr<libdeflate_compressor, Free>> compressors;
  auto& compressor = compressors[level];
  if (compressor == nullptr) compressor.reset(libdeflate_alloc_compressor(level));
  ANJUAN_CHECK(compressor != nullptr);
  std::string out(libdeflate_zlib_compress_bound(compressor.get(), data.size()), '\0');
  const size_t size =
      libdeflate_zlib_compress(compressor.get(), data.data(), data.size(), out.data(), out.size());
  ANJUAN_CHECK(size > 0);  // the bound leaves room
  out.resize(size);
  return out;
}

Result<std::shared_ptr<const EmbeddedFont>> Embedder::Make(int font, Characters characters,
                                                           int level) const {
  std::vector<std::uint16_t> glyphs;
  glyphs.reserve(characters.size());
  for (const auto& [character, glyph] : characters) glyphs.push_back(glyph.glyph);
  auto program = fonts_->Subset(font, glyphs);
  if (!program) return Unexpected(std::move(program).error());
  auto out = std::make_shared<EmbeddedFont>();
  out->font = font;
  out->name = TaggedName(KeyOf(font, characters), fonts_->sfnt(font).name());
  out->program_size = program->size();
  out->program = Deflate(*program, level);
  out->to_unicode = Deflate(ToUnicode(characters), kTextLevel);
  out->cid_set = Deflate(CidSet(characters.size() + 1), kTextLevel);
  out->characters = std::move(characters);
  return std::shared_ptr<const EmbeddedFont>(std::move(out));
}

Result<std::shared_ptr<const EmbeddedFont>> Embedder::Keep(const doc::CommonGlyphs& common) const {
  const std::string key = KeyOf(common.font, common.glyphs);
  {
    const std::lock_guard lock(mutex_);
    if (const auto found = kept_.find(key); found != kept_.end()) return found->second;
  }
  auto made = Make(common.font, common.glyphs, kKeptLevel);
  if (!made) return made;
  const std::lock_guard lock(mutex_);
  if (kept_.size() >= kMostKept) kept_.clear();
  return kept_.emplace(key, std::move(*made)).first->second;
}

}  // namespace anjuan::pdf
