// A published workflow: chart, forms, rules and templates compiled together, named by the hash of
// its canonical manifest (path -> SHA-256 of the raw bytes; design section 3).
//
// Threads: immutable after ReadDefinition.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/chart/chart.h"
#include "engine/doc/template.h"
#include "engine/form/form.h"
#include "engine/runtime/registers.h"
#include "engine/runtime/rules.h"

namespace anjuan::runtime {

// Files by their path inside the bundle: "chart.scxml", "forms/reply.json", "rules/x.dmn",
// "templates/D0101/template.xml", "templates/shared/seal.xml". README and cases do not belong.
using Files = std::map<std::string, std::string>;

struct Definition {
  std::string name;
  std::string hash;
  std::string manifest;  // canonical JSON
  Files files;
  std::shared_ptr<const chart::Chart> chart;
  std::map<std::string, form::Form> forms;
  std::map<std::string, doc::CompiledTemplate> templates;
  Rules rules;
  feel::Scope template_scope;
  Diagnostics warnings;
};

// What a definition may refer to outside itself.
struct Surroundings {
  const Registers* registers = nullptr;
  std::vector<std::string> processes;  // names that may be spawned
  // Where given, takes a refused definition as far as it was read, for further checks. Never to be
  // run.
  Definition* refused = nullptr;
};

// Reads and checks everything; all mistakes at once. `root` is put before paths in diagnostics;
// templates are looked up under `templates_root`.
Result<Definition> ReadDefinition(Files files, const Surroundings& surroundings,
                                  std::string_view root, std::string_view templates_root);

std::string ManifestOf(const Files& files);

}  // namespace anjuan::runtime
