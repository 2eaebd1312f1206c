// Document templates: a small XML page markup with FEEL in braces.
//
// ReadTemplate checks the vocabulary, Compile every expression against the declared variables, both
// once, when a definition is saved; Layout (layout.h) runs for every document.
//
// Source:  GB/T 9704-2012 for what the elements mean on paper; README.md lists the markup.
// Errors:  "doc.element", "doc.attribute", "doc.include", "doc.table" and feel.* codes, all at
// once. Threads: a CompiledTemplate is immutable; any number may lay it out at once.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/feel/feel.h"
#include "engine/xml/xml.h"

namespace anjuan::doc {

// kCertificate, kPlaque and kCover are one sheet each; kToc is a plain form whose pages have no
// numbers of their own.
enum class Form {
  kPlain,
  kLetter,
  kRedHeader,
  kMinutes,
  kOrder,
  kCertificate,
  kPlaque,
  kCover,
  kToc,
};

struct SheetSize {
  double width_mm = 0, height_mm = 0;
};

// A template whose elements and attributes are right and whose includes are in place.
struct Template {
  std::string code;   // "D0101"
  std::string title;  // "集体协商要约书"
  std::string ref;    // catalogue ids
  Form form = Form::kPlain;
  SheetSize sheet;         // of a certificate or plaque; 0: the form's own
  bool one_sided = false;  // the 版记 stands on the last page, be it odd or even
  std::shared_ptr<const xml::Element> root;
  // Source lines by file, for caret pictures: the template and what it includes.
  std::map<std::string, std::vector<std::string>> lines;
};

// Gives the text of an included file, nullopt where there is none.
using Include = std::function<std::optional<std::string>(std::string_view href)>;

Result<Template> ReadTemplate(std::string_view text, std::string_view file, const Include& include);

struct FieldUse {
  std::string path;  // "worker_reps.name"
  Location at;       // of the expression
  bool operator==(const FieldUse&) const = default;
};

struct CompiledNodes;  // private to the module

class CompiledTemplate {
 public:
  const std::string& code() const { return code_; }
  const std::string& title() const { return title_; }
  Form form() const { return form_; }
  SheetSize sheet() const { return sheet_; }
  bool one_sided() const { return one_sided_; }
  const CompiledNodes& nodes() const { return *nodes_; }

 private:
  friend class TemplateCompiler;
  std::string code_;
  std::string title_;
  Form form_ = Form::kPlain;
  SheetSize sheet_;
  bool one_sided_ = false;
  std::shared_ptr<const CompiledNodes> nodes_;
};

Result<CompiledTemplate> Compile(const Template& source, const feel::Scope& scope);

// Every path some expression reads, in document order; a path read twice is listed twice.
std::vector<FieldUse> Fields(const CompiledTemplate& compiled);

}  // namespace anjuan::doc
