// NFC and what goes beyond it: characters that look alike become the one a search would look for.
#include <utf8proc.h>

#include <cstdlib>
#include <memory>

#include "engine/doc/shape.h"

namespace anjuan::doc {
namespace {

// U+2F00 onwards: the hanzi of each Kangxi radical (Unicode 14, NFKC). Texts copied out of PDF
// files are full of them; they look the same and are found by no search.
constexpr std::u32string_view kKangxi =
    U"一丨丶丿乙亅二亠人儿入八冂冖冫几凵刀力勹匕匚匸十卜卩厂厶又口囗土士夂夊夕大女子宀寸小尢尸"
    U"屮山巛工己巾干幺广廴廾弋弓彐彡彳心戈戶手支攴文斗斤方无日曰月木欠止歹殳毋比毛氏气水火爪父"
    U"爻爿片牙牛犬玄玉瓜瓦甘生用田疋疒癶白皮皿目矛矢石示禸禾穴立竹米糸缶网羊羽老而耒耳聿肉臣自"
    U"至臼舌舛舟艮色艸虍虫血行衣襾見角言谷豆豕豸貝赤走足身車辛辰辵邑酉釆里金長門阜隶隹雨靑非面"
    U"革韋韭音頁風飛食首香馬骨高髟鬥鬯鬲鬼魚鳥鹵鹿麥麻黃黍黑黹黽鼎鼓鼠鼻齊齒龍龜龠";

static_assert(kKangxi.size() == 214);

}  // namespace

char32_t Canonical(char32_t character) {
  if (character < 0x2E9F) return character;
  if (character == 0x2E9F) return U'母';
  if (character == 0x2EF3) return U'龟';
  if (character >= 0x2F00 && character < 0x2F00 + kKangxi.size()) {
    return kKangxi[character - 0x2F00];
  }
  const bool compatibility =
      (character >= 0xF900 && character < 0xFB00) || (character >= 0x2F800 && character < 0x2FA20);
  if (!compatibility) return character;
  utf8proc_int32_t hanzi = 0;
  const utf8proc_ssize_t count =
      utf8proc_decompose_char(static_cast<utf8proc_int32_t>(character), &hanzi, 1,
                              static_cast<utf8proc_option_t>(UTF8PROC_DECOMPOSE), nullptr);
  return count == 1 ? static_cast<char32_t>(hanzi) : character;
}

bool MayCompose(char32_t c) {
  if (c < 0x300 || (c >= 0x3400 && c < 0xA000) || (c >= 0xFF00 && c < 0x10000)) return false;
  if (c >= 0x2010 && c < 0x20D0) return false;
  if (c >= 0x2460 && c < 0x2AD0) return false;
  if (c >= 0x3000 && c < 0x302A) return false;
  return c < 0x20000 || (c >= 0x2F800 && c < 0x2FA20);
}

std::string Composed(std::string_view text) {
  utf8proc_uint8_t* composed = nullptr;
  const utf8proc_ssize_t size =
      utf8proc_map(reinterpret_cast<const utf8proc_uint8_t*>(text.data()),  // NOLINT: bytes
                   static_cast<utf8proc_ssize_t>(text.size()), &composed,
                   static_cast<utf8proc_option_t>(UTF8PROC_STABLE | UTF8PROC_COMPOSE));
  const std::unique_ptr<utf8proc_uint8_t, decltype(&std::free)> owned(composed, &std::free);
  if (size < 0) return std::string(text);  // not UTF-8: told where the characters are looked at
  return {reinterpret_cast<const char*>(composed), static_cast<size_t>(size)};  // NOLINT: bytes
}

}  // namespace anjuan::doc
