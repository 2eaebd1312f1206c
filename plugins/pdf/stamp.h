// Page numbers that a volume sets into the margin of pages that are otherwise left as they are.
#pragma once

#include <string_view>

namespace anjuan::pdf {

// The name of the stamp among a page's resources, and the largest it may be: what is larger could
// hide something.
inline constexpr std::string_view kStampName = "/AjPageNumber";
inline constexpr double kStampWidthPt = 69;   // 24 mm and a little
inline constexpr double kStampHeightPt = 23;  // 8 mm likewise

}  // namespace anjuan::pdf
