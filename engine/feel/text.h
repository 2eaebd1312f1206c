// Text with FEEL in braces: `编号：{offer_no}`; `{{` and `}}` stand for the braces themselves.
//
// Used by document templates, number formats and notices. Values are shown as a clerk writes them:
// dates 2023年3月6日, date-times 2023年3月6日9时30分, numbers plain, booleans 是/否, lists joined
// with 、. A null is an error that names the field: nothing prints "null".
#pragma once

#include <span>
#include <string>
#include <variant>
#include <vector>

#include "engine/feel/feel.h"

namespace anjuan::feel {

struct TextTemplate {
  using Piece = std::variant<std::string, Expression>;
  std::vector<Piece> pieces;
};

Result<TextTemplate> CompileText(std::string_view text, const Scope& scope, const Location& at);

Result<std::string> Fill(const TextTemplate& text, std::span<const Value> variables, Host& host);

// As a clerk writes it; null and functions are errors.
Result<std::string> Display(const Value& value);

}  // namespace anjuan::feel
