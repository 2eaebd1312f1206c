#include "engine/runtime/case_file.h"

#include <algorithm>

#include "engine/base/text.h"

namespace anjuan::runtime {

namespace {

constexpr std::string_view kVerbs[] = {"area", "clock", "enterprise", "let",
                                       "open", "case",  "refused",    "refused-open",
                                       "fire", "tick",  "calendar",   "expect"};

// Words and "quoted texts" up to the first brace; `expect NAME data` stops after its third word.
class StatementReader {
 public:
  StatementReader(std::string_view text, int line) : rest_(text) { out_.line = line; }

  Result<Statement> Read() {
    for (rest_ = Trim(rest_); !rest_.empty() && !rest_.starts_with('{'); rest_ = Trim(rest_)) {
      if (rest_.starts_with('"')) {
        const size_t end = rest_.find('"', 1);
        if (end == std::string_view::npos) return Fail("case.quote", "a quote is not closed");
        out_.words.emplace_back(rest_.substr(1, end - 1));
        rest_.remove_prefix(end + 1);
        continue;
      }
      const size_t end = std::min(rest_.find_first_of(" \t\n"), rest_.size());
      out_.words.emplace_back(rest_.substr(0, end));
      rest_.remove_prefix(end);
      const bool expression =
          out_.words.size() == 3 && out_.words[0] == "expect" && out_.words[2] == "data";
      if (expression || (out_.words.size() == 2 && out_.words[0] == "case")) break;
    }
    out_.rest = Trim(rest_);
    return std::move(out_);
  }

 private:
  std::string_view rest_;
  Statement out_;
};

}  // namespace

Result<CaseFile> ReadCaseFile(std::string_view text, std::string_view file) {
  CaseFile out;
  out.file = file;
  Diagnostics mistakes;
  const auto mistake = [&](int line, std::string code, std::string message, std::string hint = "") {
    mistakes.push_back({.code = std::move(code),
                        .message = std::move(message),
                        .at = {std::string(file), line, 1},
                        .hint = std::move(hint)});
  };
  std::string pending;
  int pending_line = 0;
  const auto flush = [&] {
    if (pending.empty()) return;
    Result<Statement> statement = StatementReader(pending, pending_line).Read();
    pending.clear();
    if (!statement) {
      mistake(pending_line, statement.error()[0].code, statement.error()[0].message);
      return;
    }
    const std::string& verb = statement->words.empty() ? statement->rest : statement->words[0];
    if (std::find(std::begin(kVerbs), std::end(kVerbs), verb) == std::end(kVerbs)) {
      mistake(pending_line, "case.verb", StrCat("no statement \"", verb, "\""),
              DidYouMean(verb, std::vector<std::string>(std::begin(kVerbs), std::end(kVerbs))));
      return;
    }
    if (out.runs.empty()) {
      mistake(pending_line, "case.run", "a statement before the first run",
              "begin each run with a line: --- its name");
      return;
    }
    out.runs.back().statements.push_back(std::move(*statement));
  };
  int line_number = 0;
  for (const std::string_view line : Split(text, '\n')) {
    ++line_number;
    if (line.starts_with('#')) continue;
    if (line.starts_with("---")) {
      flush();
      out.runs.push_back(
          {.name = std::string(Trim(line.substr(3))), .line = line_number, .statements = {}});
    } else if (line.starts_with(' ') || line.starts_with('\t')) {
      if (!Trim(line).empty()) pending += StrCat("\n", line);
    } else {
      flush();
      if (Trim(line).empty()) continue;
      pending = line;
      pending_line = line_number;
    }
  }
  flush();
  if (!mistakes.empty()) return Unexpected{std::move(mistakes)};
  return out;
}

}  // namespace anjuan::runtime
