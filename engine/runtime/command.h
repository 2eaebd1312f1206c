// What people ask of a case, and what they are answered.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/base/temporal.h"
#include "engine/value/value.h"

namespace anjuan::runtime {

enum class Verdict {
  kDone,
  kRepeated,  // this request id was carried out before; the stored answer
  kNoSuchCase,
  kNoSuchEvent,  // no such event in the present state
  kNotYourRole,
  kGuardFalse,
  kFormMistakes,
  kNoAccount,
  kRequestReused,  // the request id came with another body
  kFailed,         // the definition failed: diagnostics say where
};

std::string_view VerdictName(Verdict verdict);

struct Answer {
  Verdict verdict = Verdict::kDone;
  std::string case_id;
  std::int64_t version = 0;
  std::vector<std::string> states;     // ids of the active atomic states
  std::vector<std::string> documents;  // codes issued by this step
  std::vector<std::string> warnings;
  Diagnostics mistakes;
  bool ok() const { return verdict == Verdict::kDone || verdict == Verdict::kRepeated; }
};

// Who gives a command. account "" is the local operator, who may act for any role and is recorded
// as such. role "" lets the service choose the role of the account that fits the event.
struct Credentials {
  std::string account;
  std::string role;
};

struct OpenCommand {
  std::string process;
  std::string region;  // "" = that of the subject organisation, else the office's area
  Value data;          // a context, by data id
  Credentials who;
  std::string request_id;  // "" = a fresh one
  std::optional<Date> eff_date;
  std::string parent = {};  // set by the outbox for spawned cases
  std::string spawn = {};
};

struct FireCommand {
  std::string case_id;
  std::string event;
  Value data;
  Credentials who;
  std::string request_id;
  std::optional<Date> eff_date;
};

// The account a command is recorded under.
std::string AccountOf(const Credentials& who);

// Mistakes as a history or an outbox row may keep them: of what a paper or the vault says, which
// may quote a person's name, only code and place.
std::string KeptText(const Diagnostics& mistakes);

Answer Refuse(Verdict verdict, std::string code, std::string message, std::string hint = "");
Answer Refuse(Verdict verdict, Diagnostics mistakes);

}  // namespace anjuan::runtime
