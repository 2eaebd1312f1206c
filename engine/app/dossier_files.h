// What a dossier holds beside history, proofs and papers: the bound volume, event logs of the case,
// its rows in ledgers, and how to verify it all.
#pragma once

#include <filesystem>
#include <string>

#include "engine/app/folder.h"
#include "engine/runtime/dossier.h"
#include "engine/runtime/records.h"
#include "engine/trail/dossier.h"

namespace anjuan::app {

inline constexpr std::string_view kDossierXes = "log.xes";
inline constexpr std::string_view kDossierOcel = "log.ocel.json";
inline constexpr std::string_view kDossierSheets = "sheets/";
inline constexpr std::string_view kDossierReadme = "README.txt";

// The case's event logs in both formats. No personal data.
void AddEventLogs(OpenOffice& open, port::Reader& reader, const runtime::CaseRecord& record,
                  trail::DossierFiles& files);

// The case's row in each ledger that shows cases of its process, as XLSX.
Diagnostics AddLedgers(OpenOffice& open, port::Reader& reader, const runtime::CaseRecord& record,
                       const std::string& unit, trail::DossierFiles& files);

Diagnostics AddVolume(OpenOffice& open, port::Reader& reader, const runtime::CaseRecord& record,
                      const std::filesystem::path& library, const std::string& unit,
                      trail::DossierFiles& files);

// The whole of it, sealed and gathered at one moment. `unit`: who files the volume; "": the
// region's labour office. Errors: dossier.*, volume.*, library.*, and a ledger's own.
Result<trail::DossierFiles> FullDossier(OpenOffice& open, const std::string& case_id,
                                        const std::filesystem::path& library,
                                        const std::string& unit, runtime::DossierContent content);

// For whoever opens the dossier first: what lies in it and how to check it.
void AddReadme(trail::DossierFiles& files);

// Errors: port::Failure. Every entry has the same date: the same dossier, the same bytes.
void WriteZip(const std::filesystem::path& file, const trail::DossierFiles& files);

}  // namespace anjuan::app
