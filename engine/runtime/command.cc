#include "engine/runtime/command.h"

#include "engine/runtime/people.h"

namespace anjuan::runtime {

std::string_view VerdictName(Verdict verdict) {
  switch (verdict) {
    case Verdict::kDone:
      return "done";
    case Verdict::kRepeated:
      return "repeated";
    case Verdict::kNoSuchCase:
      return "case";
    case Verdict::kNoSuchEvent:
      return "event";
    case Verdict::kNotYourRole:
      return "role";
    case Verdict::kGuardFalse:
      return "guard";
    case Verdict::kFormMistakes:
      return "form";
    case Verdict::kNoAccount:
      return "account";
    case Verdict::kRequestReused:
      return "request";
    case Verdict::kFailed:
      return "failed";
  }
  return "";
}

std::string KeptText(const Diagnostics& mistakes) {
  std::string out;
  for (Diagnostic mistake : mistakes) {
    const bool quotes = mistake.code.starts_with("doc.") || mistake.code.starts_with("vault.") ||
                        mistake.code.starts_with("pdf.");
    if (quotes) {
      mistake.message = "文书内容有误，请重试以查看详情";
      mistake.hint.clear();
    }
    out += Render(mistake);
  }
  return out;
}

Answer Refuse(Verdict verdict, std::string code, std::string message, std::string hint) {
  Answer answer;
  answer.verdict = verdict;
  answer.mistakes.push_back(
      {.code = std::move(code), .message = std::move(message), .hint = std::move(hint)});
  return answer;
}

Answer Refuse(Verdict verdict, Diagnostics mistakes) {
  Answer answer;
  answer.verdict = verdict;
  answer.mistakes = std::move(mistakes);
  return answer;
}

std::string AccountOf(const Credentials& who) {
  return who.account.empty() ? std::string(kOperator) : who.account;
}

}  // namespace anjuan::runtime
