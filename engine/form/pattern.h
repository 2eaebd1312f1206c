// A regular expression of a form ("validate": {"pattern"}), matched with bounded work.
//
// Source:  Perl-compatible syntax over Unicode; the constructs that form-js patterns use mean the
//          same there. Unanchored, as in JavaScript.
// Threads: any number may match with one Pattern at once.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "engine/base/result.h"

namespace anjuan::form {

class Pattern {
 public:
  // Errors: "form.pattern" with the offset of the mistake.
  static Result<Pattern> Compile(std::string_view text);

  // Whether `subject` (UTF-8) has a match. One that would need too much work has none.
  bool Matches(std::string_view subject) const;

 private:
  struct Code;
  explicit Pattern(std::shared_ptr<const Code> code) : code_(std::move(code)) {}
  std::shared_ptr<const Code> code_;
};

}  // namespace anjuan::form
