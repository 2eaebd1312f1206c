// A compiled template and its data -> Pages.
//
// Pure and fast: below a millisecond for a page.
//
// Errors: all at once. "doc.missing": a {…} without value, naming the expression; "doc.character":
// a
//         character no font has, or that no paper should carry; "doc.overflow": text that does not
//         fit its cell or page (never clipped); "doc.budget"; and what FEEL says.
#pragma once

#include <span>

#include "engine/base/result.h"
#include "engine/doc/font_metrics.h"
#include "engine/doc/pages.h"
#include "engine/doc/pictures.h"
#include "engine/doc/preview.h"
#include "engine/doc/template.h"
#include "engine/feel/feel.h"

namespace anjuan::doc {

// variables[i] is the value of slot i of the Scope the template was compiled against. `pictures`
// may be null: a template that names one is then a mistake ("doc.image"). `preview`, where given,
// is filled also when mistakes are found.
Result<Pages> Layout(const CompiledTemplate& compiled, std::span<const Value> variables,
                     feel::Host& host, const FontMetrics& fonts, const Pictures* pictures = nullptr,
                     Preview* preview = nullptr);

}  // namespace anjuan::doc
