// The bound copy in a dossier, page by page against the papers it was bound from.
#pragma once

#include "engine/port/pdf_reader.h"
#include "engine/trail/dossier.h"
#include "engine/trail/report.h"

namespace anjuan::inspect {

// Says nothing where there is no bound copy, or where its list is wrong (trail::CheckVolume says
// that). A page that is not its paper's is a mistake.
void CheckVolumePages(const trail::DossierFiles& files, const port::PdfReader& pdf,
                      trail::Report& report);

}  // namespace anjuan::inspect
