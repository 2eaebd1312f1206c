// A page as the operators of its content stream.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "engine/doc/pages.h"
#include "plugins/pdf/embed.h"
#include "plugins/pdf/haru.h"

namespace anjuan::pdf {

// The embedded parts of one font in one document.
struct FontParts {
  std::shared_ptr<const EmbeddedFont> kept, own;
  HPDF_Dict kept_object = nullptr, own_object = nullptr;
};

using ImageObjects = std::map<std::string, HPDF_Dict>;  // by the images' SHA-256

// Names the fonts and images that are used among the resources of `to`.
std::string Content(const doc::Page& page, double height_pt, HPDF_Page to,
                    const std::vector<FontParts>& fonts, const ImageObjects& images);

}  // namespace anjuan::pdf
