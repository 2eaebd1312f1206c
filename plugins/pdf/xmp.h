// A file's properties as XMP, with the claim to be PDF/A-1b.
//
// Source: ISO 19005-1, 6.7. Each must say what the information dictionary says.
#pragma once

#include <string>
#include <string_view>

namespace anjuan::pdf {

inline constexpr std::string_view kCreator = "Anjuan";

struct Properties {
  std::string title;
  std::string author;
  std::string subject;
};

std::string Xmp(const Properties& properties, std::string_view producer);

}  // namespace anjuan::pdf
