// A case's dossier for an auditor: format anjuan.dossier/1 of engine/trail/README.md.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "engine/base/result.h"
#include "engine/runtime/office.h"
#include "engine/runtime/records.h"
#include "engine/trail/dossier.h"

namespace anjuan::runtime {

struct DossierContent {
  bool payloads = true;   // what each row says (tokens in the place of personal data), and its key
  bool documents = true;  // the papers, as PDF; these do hold personal data
  // Given: personal fields that are shown with their values; the others are withheld, and papers
  // that tell what is in them stay out unless `every_paper`.
  std::optional<std::set<std::string>> shown = {};
  bool every_paper = false;
  // What else belongs into it, of the same moment: a bound volume, event logs. Mistakes: no
  // dossier.
  std::function<Diagnostics(port::Reader&, const CaseRecord&, trail::DossierFiles&)> more = {};
};

// Seals what waits, then gathers the case's files, or those of the office's own log
// (trail::kOfficeCase): its rows and what each says, nothing else of `content`. Errors:
// dossier.case: no such case.
Result<trail::DossierFiles> CaseDossier(Office& office, const std::string& case_id,
                                        const DossierContent& content);

}  // namespace anjuan::runtime
