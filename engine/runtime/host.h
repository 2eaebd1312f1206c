// The functions expressions may call beside FEEL's built-ins, answered from an office's registers
// and store for one case. Chart steps record every answer; templates do not need to.
//
// Source: workflows/README.md, "Functions".
#pragma once

#include <string>

#include "engine/chart/chart.h"
#include "engine/feel/feel.h"
#include "engine/port/store.h"
#include "engine/runtime/registers.h"
#include "engine/runtime/rules.h"

namespace anjuan::runtime {

// The functions that ask nobody: label, chinese_date, amount_in_capitals, ... Papers have these
// alone, since a paper shows what the step decided and a reprint must not look anything up.
Result<Value> CallPure(const chart::Chart* chart, std::string_view function,
                       std::span<const Value> arguments);

class CaseHost : public feel::Host {
 public:
  struct Setting {
    std::string area;
    std::string case_id;
    std::string region;
    Date today;
    const chart::Chart* chart = nullptr;  // for label(); null: no labels
    const Rules* rules = nullptr;         // the definition's decisions; null: none
  };
  CaseHost(const Registers& registers, port::Reader& reader, Setting setting)
      : registers_(registers), reader_(reader), setting_(std::move(setting)) {}

  Result<Value> Call(std::string_view function, std::span<const Value> arguments) override;

  // The day the asking step thinks it is, where steps of other days are taken again.
  void SetToday(const Date& today) { setting_.today = today; }

  // What the history should say of the look-ups: a parameter not known in the narrower scope, a
  // deadline in a year whose days off are not loaded, the rules that decided.
  const std::vector<std::string>& remarks() const { return remarks_; }

 private:
  void Remark(std::string text);

  const Registers& registers_;
  port::Reader& reader_;
  Setting setting_;
  std::vector<std::string> remarks_;

  friend struct HostFunctions;
};

}  // namespace anjuan::runtime
