#include "engine/trail/report.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "engine/base/text.h"

namespace anjuan::trail {

using Kind = Statement::Kind;

namespace {

struct Heading {
  Kind kind;
  std::string_view chinese;
  std::string_view english;
};
constexpr std::array kHeadings = {
    Heading{Kind::kMistake, "不符之处", "What is wrong"},
    Heading{Kind::kDoubt, "须向办公室询问", "What asks for an explanation"},
    Heading{Kind::kProved, "已经证明", "What is proved"},
    Heading{Kind::kNotProved, "未能证明", "What is not proved"},
};

std::string_view Verdict(const Report& report, bool chinese) {
  if (report.Has(Kind::kMistake)) {
    return chinese ? "结论：不通过。有不符之处，其余各项不足为凭。"
                   : "Verdict: refused. Something is wrong; the rest proves nothing.";
  }
  if (report.Has(Kind::kDoubt)) {
    return chinese ? "结论：证明成立，但有须询问之处。"
                   : "Verdict: the proofs hold, but something asks for an explanation.";
  }
  return chinese ? "结论：通过。" : "Verdict: accepted.";
}

}  // namespace

void Report::Say(Kind kind, std::string chinese, std::string english) {
  statements_.push_back({kind, std::move(chinese), std::move(english), topic_});
}
void Report::Proved(std::string chinese, std::string english) {
  Say(Kind::kProved, std::move(chinese), std::move(english));
}
void Report::NotProved(std::string chinese, std::string english) {
  Say(Kind::kNotProved, std::move(chinese), std::move(english));
}
void Report::Doubt(std::string chinese, std::string english) {
  Say(Kind::kDoubt, std::move(chinese), std::move(english));
}
void Report::Mistake(std::string chinese, std::string english) {
  Say(Kind::kMistake, std::move(chinese), std::move(english));
}

bool Report::Has(Kind kind) const {
  return std::ranges::any_of(statements_, [&](const Statement& s) { return s.kind == kind; });
}

bool Report::ok() const {
  return !Has(Kind::kMistake) && !Has(Kind::kDoubt);
}

std::string ToText(const Report& report, Language language) {
  const bool chinese = language == Language::kChinese;
  std::string out;
  for (const Heading& heading : kHeadings) {
    if (!report.Has(heading.kind)) continue;
    out += StrCat(chinese ? heading.chinese : heading.english, chinese ? "：\n" : ":\n");
    for (const Statement& statement : report.statements()) {
      if (statement.kind != heading.kind) continue;
      out += StrCat("  - ", chinese ? statement.chinese : statement.english, "\n");
    }
  }
  return StrCat(out, Verdict(report, chinese), "\n");
}

}  // namespace anjuan::trail
