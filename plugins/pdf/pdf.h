// PDF over libharu and libqpdf: the fonts of Debian packages as a FontSource, and a PageWriter that
// embeds subsets of them, and a VolumeWriter that binds finished files.
//
// Errors:  OpenFonts: "pdf.font", naming the file and the Debian package that brings it.
// Threads: both may be used from any number of threads at once.
#pragma once

#include <map>
#include <memory>
#include <string>

#include "engine/base/result.h"
#include "engine/port/font_source.h"
#include "engine/port/page_writer.h"
#include "engine/port/volume_writer.h"

namespace anjuan::pdf {

class Fonts;

// `instead`: files an office has licences for, asked before the table's own for that face.
Result<std::shared_ptr<const Fonts>> OpenFonts(
    const std::map<doc::Face, std::string>& instead = {});

// The same object under its seam.
const port::FontSource& Source(const Fonts& fonts);

std::unique_ptr<port::PageWriter> MakePageWriter(std::shared_ptr<const Fonts> fonts);

std::unique_ptr<port::VolumeWriter> MakeVolumeWriter();

}  // namespace anjuan::pdf
