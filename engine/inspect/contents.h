// A dossier's files as an archivist looks at them: what is there, what is missing, what can be
// read, and what should not be in it. Nothing here relies on the proofs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/port/pdf_reader.h"
#include "engine/trail/dossier.h"
#include "engine/trail/leaf.h"

namespace anjuan::inspect {

struct DossierContents {
  std::string case_id;
  std::string log;
  std::optional<std::int64_t> declared_rows;  // what dossier.json says
  std::vector<trail::Leaf> rows;              // those that can be read
  std::vector<std::string> row_hashes;        // hex, of each line
  std::vector<std::string> bad_rows;          // lines that are no leaf
  std::map<std::string, std::string> named;   // papers of the history: SHA-256 -> code and name
  std::map<std::string, std::string> papers;  // in documents/: SHA-256 -> file
  std::vector<std::string> erased;            // SHA-256 of papers that a row says were erased
  bool shows_payloads = false;
  bool withholds = false;                                // a field of disclosed/ is withheld
  std::optional<std::vector<std::string>> event_hashes;  // of log.ocel.json, in its order
  std::map<std::string, Result<port::PdfFacts>> pdfs;    // by file
  size_t parsed = 0;                                     // JSON and XML that can be parsed
  size_t workbooks = 0;
  // What is wrong, each with its file.
  std::vector<std::string> unreadable;
  std::vector<std::string> strange;   // of no kind a dossier has
  std::vector<std::string> personal;  // numbers of people in plain text
  std::vector<std::string> secrets;
  std::vector<std::string> programs;

  // Code and name of what the history names, nobody erased, and documents/ lacks.
  std::vector<std::string> MissingPapers() const;
};

DossierContents ReadContents(const trail::DossierFiles& files, const port::PdfReader& pdf);

}  // namespace anjuan::inspect
