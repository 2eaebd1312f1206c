// Places inside an expression's text: byte spans, and the diagnostics that point at them.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"

namespace anjuan::feel {

struct Span {  // bytes, end excluded
  size_t begin = 0;
  size_t end = 0;
};

// The place of byte `offset` of `text`, whose first character stands at `at`.
Location Place(std::string_view text, const Location& at, size_t offset);

Diagnostic Problem(std::string_view text, const Location& at, Span span, std::string code,
                   std::string message, std::string hint = "");

// A piece of the text as quoted in a message: in backquotes, cut after 60 code points.
std::string Quote(std::string_view text, Span span);

}  // namespace anjuan::feel
