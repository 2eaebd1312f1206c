// A PdfReader by libqpdf. A library of its own: who checks PDF need not write any.
#pragma once

#include <memory>

#include "engine/port/pdf_reader.h"

namespace anjuan::pdf {

std::unique_ptr<port::PdfReader> MakePdfReader();

}  // namespace anjuan::pdf
