// What a step leaves open and the transaction settles: official numbers and the identities of
// spawned children. Pure, so that a replay settles a recorded step the same way.
#pragma once

#include <string>
#include <vector>

#include "engine/chart/step.h"
#include "engine/feel/text.h"
#include "engine/value/value.h"

namespace anjuan::runtime {

// One number as allocated; stored in the history row.
struct AllocatedNumber {
  std::string location;
  std::string kind;
  std::string office;
  int year = 0;
  std::int64_t serial = 0;
  std::string placeholder;
  std::string text;
};

Value ToValue(const AllocatedNumber& number);
AllocatedNumber ToNumber(const Value& value);

// The official text: {n} in the format is the serial, {year} the year.
std::string NumberText(const chart::AllocateNumber& request, std::int64_t serial);

// The seal an office had when it issued a paper; stored in the history row.
struct UsedSeal {
  std::string org;
  std::string sha256;
};

Value ToValue(const UsedSeal& seal);
UsedSeal ToSeal(const Value& value);

// The organisations whose seals the papers of the step may carry, without doubles. None of a paper
// that waits for its seal.
std::vector<std::string> SealingOrganisations(const chart::StepResult& step);

// Gives the parties of the papers their seals: member `seal` of the issuer and of the data.
void SettleSeals(chart::StepResult& step, const std::vector<UsedSeal>& seals);

// Puts the numbers where their placeholders stand, in state and effects, and names each new child
// after the effect that spawned it: "<case>/<version>/<position>".
void Settle(chart::StepResult& step, const std::vector<AllocatedNumber>& numbers,
            const std::string& case_id, std::int64_t version);

}  // namespace anjuan::runtime
