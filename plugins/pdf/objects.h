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

HPDF_Dict DeflatedStream(HPDF_Doc document, const std::string& deflated);
HPDF_Dict FontObject(HPDF_Doc document, const Sfnt& sfnt, const EmbeddedFont& font);
HPDF_Dict ImageObject(HPDF_Doc document, const EncodedImage& image);
// The information dictionary, and the same as XMP.
void AddProperties(HPDF_Doc document, const Properties& properties);
// What the file's RGB means: an sRGB profile.
void AddColours(HPDF_Doc document, const std::string& deflated_profile);
void AddIdentifier(HPDF_Doc document, std::string_view identifier);
void SetContent(HPDF_Page page, const std::string& deflated);

}  // namespace anjuan::pdf
