#include "engine/conform/report.h"

#include <algorithm>
#include <map>

#include "engine/base/text.h"

namespace anjuan::conform {

int Report::Count(Verdict verdict) const {
  return static_cast<int>(
      std::count_if(findings.begin(), findings.end(),
                    [&](const Finding& finding) { return finding.verdict == verdict; }));
}

std::string Render(const Report& report) {
  std::string out;
  const auto list = [&](Verdict verdict, std::string_view word) {
    for (const Finding& finding : report.findings) {
      if (finding.verdict != verdict) continue;
      out += StrCat(word, " ", finding.id, ": ", finding.text, "\n");
      const bool assertion = verdict == Verdict::kFailed || verdict == Verdict::kJudged;
      if (assertion && !finding.rule.empty()) out += StrCat("    ", finding.rule, "\n");
    }
  };
  // Whole groups of a suite: a line for each reason.
  std::map<std::string, std::vector<std::string>> elsewhere;
  for (const Finding& finding : report.findings) {
    if (finding.verdict == Verdict::kNotApplicable) elsewhere[finding.text].push_back(finding.id);
  }
  for (const auto& [why, ids] : elsewhere) {
    out += StrCat("not applicable, ", why, " (", ids.size(), "): ", Join(ids, " "), "\n");
  }
  list(Verdict::kSkipped, "skipped");
  list(Verdict::kJudged, "judged");
  list(Verdict::kFailed, "FAILED");
  const auto also = [&](Verdict verdict, std::string_view word) {
    const int count = report.Count(verdict);
    return count == 0 ? std::string() : StrCat(count, " ", word, ", ");
  };
  out += StrCat(report.suite, ": ", also(Verdict::kNotApplicable, "not applicable"),
                also(Verdict::kSkipped, "skipped"), also(Verdict::kJudged, "judged by their log"),
                report.Count(Verdict::kPassed), " passed, ", report.Count(Verdict::kFailed),
                " failed\n");
  return out;
}

}  // namespace anjuan::conform
