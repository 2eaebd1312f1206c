// Text -> the modules of a QR code. Private to engine/doc.
//
// Source: ISO/IEC 18004:2015, encoded by libqrencode with correction level M (15 %): prints are
//         folded and stamped.
#pragma once

#include <optional>
#include <string_view>
#include <vector>

namespace anjuan::doc {

// Clear modules to leave on each side.
inline constexpr int kQrQuietZone = 4;

// Rows of modules, true is dark; nullopt: the text is empty or too long for any code.
std::optional<std::vector<std::vector<bool>>> QrModules(std::string_view text);

}  // namespace anjuan::doc
