// What a conformance run found: one verdict for each test.
#pragma once

#include <string>
#include <vector>

namespace anjuan::conform {

enum class Verdict {
  kPassed,
  kFailed,
  kJudged,         // no automatic verdict: the log was checked, and `text` says what it shows
  kSkipped,        // a construct this data model has no equal for
  kNotApplicable,  // of another data model or event processor
};

struct Finding {
  std::string id;
  Verdict verdict = Verdict::kFailed;
  std::string text;  // of a failure: what happened; of a skipped one: the construct
  std::string rule;  // the assertion under test
};

struct Report {
  std::string suite;  // "W3C SCXML 1.0", "folder"
  std::vector<Finding> findings;
  int Count(Verdict verdict) const;
  bool ok() const { return Count(Verdict::kFailed) == 0; }
};

// For people: failures with their assertions, what was judged and skipped, and the last line
// "N passed, M failed, ...".
std::string Render(const Report& report);

}  // namespace anjuan::conform
