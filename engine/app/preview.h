// What preview and template work with: a template, the process that issues it, and sample data.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "engine/doc/layout.h"
#include "engine/runtime/definition.h"
#include "engine/value/value.h"

namespace anjuan::app {

struct TemplateFile {
  std::filesystem::path path;  // of template.xml, or of any other template
  std::string code;            // "": it is no template.xml of a library
};
// TEMPLATE: a code of the library, a folder, or a file.
Result<TemplateFile> FindTemplate(const std::string& name, const std::filesystem::path& library);

// The processes of the library that issue it, in the order of their folders.
Result<std::vector<runtime::Definition>> IssuersOf(const TemplateFile& file,
                                                   const std::filesystem::path& library);

// A template without process, over whatever `data` holds.
struct LooseTemplate {
  doc::CompiledTemplate compiled;
  std::vector<Value> variables;
};
Result<LooseTemplate> ReadLoose(const TemplateFile& file, const Value& data);

// Sample data of a process's template ({data, addressee, issuer, args, _x}) typed as the chart
// declares them, for its slots.
Result<std::vector<Value>> SampleVariables(const chart::Chart& chart, const Value& sample);

// "数据 employer（用人单位）", "当事方 …", "签发参数 …", "循环变量 …".
std::string SourceOf(const chart::Chart* chart, const std::string& path);

}  // namespace anjuan::app
