// The workflow extension's actions: what is to be done outside, as data.
#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/chart/machine.h"

namespace anjuan::chart {

bool Machine::Do(const Take& take, const Location& at) {
  const Context* given = event_.data != nullptr ? event_.data->context() : nullptr;
  if (given == nullptr) return true;
  for (const auto& [name, value] : given->entries()) {
    const int slot = chart_.FindData(name);
    if (slot < 0 || !std::binary_search(take.slots.begin(), take.slots.end(), slot)) continue;
    if (!SetData(slot, value, at)) return false;
  }
  return true;
}

bool Machine::Do(const Number& number, const Location& at) {
  const std::optional<std::string> office = ComputeText(number.office, "office", at);
  if (!office) return false;
  std::int64_t year = env_->today.year;
  if (number.year.given) {
    const std::optional<Value> value = Compute(number.year);
    if (!value) return false;
    const std::optional<std::int64_t> whole =
        value->number() != nullptr ? value->number()->ToInteger() : std::nullopt;
    if (!whole || *whole < 1900 || *whole > 9999) {
      return Fails(at, "chart.number", "the year of an official number is a year");
    }
    year = *whole;
  }
  // The serial is not known yet: the format keeps {n} and {year} for whoever draws the number.
  const std::vector<Value> open = {Value("{n}"), Value("{year}")};
  std::optional<std::string> format = FillText(number.format, open);
  if (!format) return false;
  std::string placeholder = StrCat("\x02number:", numbers_++, "\x02");
  if (!SetData(number.slot, Value(placeholder), at)) return false;
  report_.effects.push_back(
      AllocateNumber{.location = chart_.data[static_cast<size_t>(number.slot)].id,
                     .kind = number.kind,
                     .office = *office,
                     .year = static_cast<int>(year),
                     .format = *std::move(format),
                     .placeholder = std::move(placeholder),
                     .gapless = number.gapless,
                     .digits = number.digits});
  return true;
}

bool Machine::Do(const Issue& issue, const Location&) {
  std::optional<Value> to = Compute(issue.to);
  std::optional<Value> by = issue.by.given ? Compute(issue.by) : Value();
  if (!to || !by) return false;
  std::optional<Context> params = ParamValues(issue.params);
  if (!params) return false;
  // Nobody signed at the moment a deadline passed: the paper waits for its seal.
  const bool by_timer = outer_kind_ == Event::Kind::kTimer;
  report_.effects.push_back(IssueDocument{.code = issue.code,
                                          .addressee = *std::move(to),
                                          .issuer = *std::move(by),
                                          .arguments = *std::move(params),
                                          .data = CaseData(),
                                          .await_seal = issue.await_seal || by_timer});
  return true;
}

bool Machine::Do(const Void& withdrawal, const Location& at) {
  std::optional<std::string> reason = ComputeText(withdrawal.reason, "reason", at);
  if (!reason) return false;
  report_.effects.push_back(VoidDocument{withdrawal.code, *std::move(reason)});
  return true;
}

bool Machine::Do(const Fact& fact, const Location& at) {
  std::optional<std::string> org = ComputeText(fact.organisation, "org", at);
  if (!org) return false;
  const std::optional<Value> quantity = Compute(fact.quantity);
  if (!quantity) return false;
  const std::optional<Value> date = Compute(fact.date);
  if (!date) return false;
  if (quantity->number() == nullptr || date->date() == nullptr) {
    return Fails(at, "chart.fact",
                 StrCat("the fact ", fact.key, " needs a number and a date, not ",
                        KindName(quantity->kind()), " and ", KindName(date->kind())));
  }
  report_.effects.push_back(RecordFact{.key = fact.key,
                                       .organisation = *std::move(org),
                                       .quantity = *quantity->number(),
                                       .date = *date->date(),
                                       .reverses = fact.reverses});
  return true;
}

bool Machine::Do(const Spawn& spawn, const Location& at) {
  std::string region;
  if (spawn.region.given) {
    const std::optional<std::string> text = ComputeText(spawn.region, "region", at);
    if (!text) return false;
    region = *text;
  }
  std::optional<Context> data = ParamValues(spawn.params);
  if (!data) return false;
  state_->children.push_back({.id = spawn.id,
                              .process = spawn.process,
                              .identity = "",  // the runtime's, once the version is known
                              .live = true});
  report_.effects.push_back(SpawnCase{.id = spawn.id,
                                      .process = spawn.process,
                                      .data = *std::move(data),
                                      .region = std::move(region)});
  return true;
}

bool Machine::Do(const StopChild& stop, const Location&) {
  bool any = false;
  for (ChildState& child : state_->children) {
    if (child.id != stop.id || !child.live) continue;
    child.live = false;
    any = true;
  }
  if (any) {
    report_.effects.push_back(CancelChild{stop.id});
  } else {
    report_.notes.push_back(StrCat("no live child \"", stop.id, "\" to close"));
  }
  return true;
}

bool Machine::Do(const Notice& notice, const Location&) {
  std::optional<Value> party = Compute(notice.to);
  std::optional<std::string> text = party ? FillText(notice.text) : std::nullopt;
  if (!text) return false;
  if (party->is_null()) {
    report_.notes.push_back(StrCat("无人可通知：", *text));
  } else {
    report_.effects.push_back(Notify{*std::move(party), *std::move(text)});
  }
  return true;
}

}  // namespace anjuan::chart
