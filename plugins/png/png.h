// PNG files over libpng's simplified interface, which gives errors back. (libharu decodes PNG
// itself, but a damaged file makes libpng abort the whole process there.)
#pragma once

#include <memory>

#include "engine/port/image_reader.h"

namespace anjuan::png {

std::unique_ptr<port::ImageReader> MakePngReader();

}  // namespace anjuan::png
