#include "engine/doc/qr.h"

#include <qrencode.h>

#include <memory>

namespace anjuan::doc {

std::optional<std::vector<std::vector<bool>>> QrModules(std::string_view text) {
  constexpr size_t kMostBytes = 2331;  // of version 40 at level M
  if (text.empty() || text.size() > kMostBytes) return std::nullopt;
  // As bytes throughout: the size then depends on the text's length alone, so that a verification
  // code not known yet takes the same room.
  const std::unique_ptr<QRcode, decltype(&QRcode_free)> code(
      QRcode_encodeData(static_cast<int>(text.size()),
                        reinterpret_cast<const unsigned char*>(text.data()), 0, QR_ECLEVEL_M),
      &QRcode_free);
  if (code == nullptr) return std::nullopt;
  const auto width = static_cast<size_t>(code->width);
  std::vector<std::vector<bool>> out(width, std::vector<bool>(width));
  for (size_t row = 0; row < width; ++row) {
    for (size_t column = 0; column < width; ++column) {
      out[row][column] = (code->data[row * width + column] & 1) != 0;
    }
  }
  return out;
}

}  // namespace anjuan::doc
