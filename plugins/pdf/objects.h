// The objects of a file beside its pages: fonts, images, properties, colours.
//
// Source: ISO 32000-1; ISO 19005-1 (PDF/A-1) for what an archive asks of each.
#pragma once

#include <string>
#include <string_view>

#include "plugins/pdf/embed.h"
#include "plugins/pdf/haru.h"
#include "plugins/pdf/image.h"
#include "plugins/pdf/xmp.h"

namespace anjuan::pdf {

// `font` and `image` outlive the document, as does `deflated_profile`.
HPDF_Dict FontObject(HaruDocument& haru, const Sfnt& sfnt, const EmbeddedFont& font);
HPDF_Dict ImageObject(HaruDocument& haru, const EncodedImage& image);
// The information dictionary, and the same as XMP.
void AddProperties(HaruDocument& haru, const Properties& properties);
// What the file's RGB means: an sRGB profile.
void AddColours(HaruDocument& haru, const std::string& deflated_profile);
void AddIdentifier(HPDF_Doc document, std::string_view identifier);
void SetContent(HaruDocument& haru, HPDF_Page page, std::string deflated);

}  // namespace anjuan::pdf
