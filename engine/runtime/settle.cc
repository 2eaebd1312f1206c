#include "engine/runtime/settle.h"

#include <set>

#include "engine/base/text.h"
#include "engine/value/members.h"

namespace anjuan::runtime {

namespace {

void ReplaceAll(std::string& text, std::string_view what, std::string_view with) {
  for (size_t at = text.find(what); at != std::string::npos;
       at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
}

class Substitution {
 public:
  explicit Substitution(const std::vector<AllocatedNumber>& numbers) : numbers_(numbers) {}

  Value In(const Value& value) const {
    if (const std::string* text = value.string()) {
      std::string out = *text;
      for (const AllocatedNumber& number : numbers_)
        ReplaceAll(out, number.placeholder, number.text);
      return Value(std::move(out));
    }
    if (const List* list = value.list()) {
      List out;
      out.reserve(list->size());
      for (const Value& item : *list) out.push_back(In(item));
      return Value(std::move(out));
    }
    if (const Context* context = value.context()) return Value(In(*context));
    return value;
  }
  Context In(const Context& context) const {
    Context out;
    for (const auto& [name, item] : context.entries()) out.entries().emplace_back(name, In(item));
    return out;
  }
  void Apply(std::string& text) const {
    for (const AllocatedNumber& number : numbers_)
      ReplaceAll(text, number.placeholder, number.text);
  }

  void operator()(chart::AllocateNumber&) const {}
  void operator()(chart::IssueDocument& effect) const {
    effect.addressee = In(effect.addressee);
    effect.issuer = In(effect.issuer);
    effect.arguments = In(effect.arguments);
    effect.data = In(effect.data);
  }
  void operator()(chart::VoidDocument& effect) const { Apply(effect.reason); }
  void operator()(chart::RecordFact&) const {}
  void operator()(chart::SpawnCase& effect) const { effect.data = In(effect.data); }
  void operator()(chart::SendEvent& effect) const { effect.data = In(effect.data); }
  void operator()(chart::CancelChild&) const {}
  void operator()(chart::Notify& effect) const { Apply(effect.text); }

 private:
  const std::vector<AllocatedNumber>& numbers_;
};

}  // namespace

Value ToValue(const AllocatedNumber& number) {
  return Value(Context({{"location", Value(number.location)},
                        {"kind", Value(number.kind)},
                        {"office", Value(number.office)},
                        {"year", Value(number.year)},
                        {"serial", Value(number.serial)},
                        {"placeholder", Value(number.placeholder)},
                        {"text", Value(number.text)}}));
}

AllocatedNumber ToNumber(const Value& value) {
  return {.location = TextIn(value, "location"),
          .kind = TextIn(value, "kind"),
          .office = TextIn(value, "office"),
          .year = static_cast<int>(IntegerIn(value, "year")),
          .serial = IntegerIn(value, "serial"),
          .placeholder = TextIn(value, "placeholder"),
          .text = TextIn(value, "text")};
}

Value ToValue(const UsedSeal& seal) {
  return Value(Context({{"org", Value(seal.org)}, {"sha256", Value(seal.sha256)}}));
}

UsedSeal ToSeal(const Value& value) {
  return {.org = TextIn(value, "org"), .sha256 = TextIn(value, "sha256")};
}

std::vector<std::string> SealingOrganisations(const chart::StepResult& step) {
  std::set<std::string> orgs;
  const auto add = [&](const Value& party) {
    if (const std::string org = TextIn(party, "org"); !org.empty()) orgs.insert(org);
  };
  for (const chart::Effect& effect : step.effects) {
    const auto* issue = std::get_if<chart::IssueDocument>(&effect);
    if (issue == nullptr || issue->await_seal) continue;
    add(issue->issuer);
    for (const auto& [name, value] : issue->data.entries()) {
      if (!name.starts_with('_')) add(value);
    }
  }
  return {orgs.begin(), orgs.end()};
}

void SettleSeals(chart::StepResult& step, const std::vector<UsedSeal>& seals) {
  if (seals.empty()) return;
  const auto give = [&](Value& party) {
    const std::string org = TextIn(party, "org");
    for (const UsedSeal& seal : seals) {
      if (party.context() == nullptr || org.empty() || seal.org != org) continue;
      Context sealed = *party.context();
      sealed.Set("seal", Value(seal.sha256));
      party = Value(std::move(sealed));
      return;
    }
  };
  for (chart::Effect& effect : step.effects) {
    auto* issue = std::get_if<chart::IssueDocument>(&effect);
    if (issue == nullptr || issue->await_seal) continue;
    give(issue->issuer);
    for (auto& [name, value] : issue->data.entries()) {
      if (!name.starts_with('_')) give(value);
    }
  }
}

std::string NumberText(const chart::AllocateNumber& request, std::int64_t serial) {
  std::string text = request.format;
  std::string digits = std::to_string(serial);
  const auto wanted = static_cast<size_t>(request.digits);
  if (digits.size() < wanted) digits.insert(0, wanted - digits.size(), '0');
  ReplaceAll(text, "{n}", digits);
  ReplaceAll(text, "{year}", std::to_string(request.year));
  return text;
}

void Settle(chart::StepResult& step, const std::vector<AllocatedNumber>& numbers,
            const std::string& case_id, std::int64_t version) {
  if (!numbers.empty()) {
    const Substitution substitution(numbers);
    for (Value& value : step.state.data) value = substitution.In(value);
    for (chart::TimerState& timer : step.state.timers) timer.data = substitution.In(timer.data);
    for (chart::Effect& effect : step.effects) std::visit(substitution, effect);
  }
  for (size_t position = 0; position < step.effects.size(); ++position) {
    const auto* spawn = std::get_if<chart::SpawnCase>(&step.effects[position]);
    if (spawn == nullptr) continue;
    for (chart::ChildState& child : step.state.children) {
      if (child.id == spawn->id && child.live && child.identity.empty()) {
        child.identity = StrCat(case_id, "/", version, "/", position);
        break;
      }
    }
  }
}

}  // namespace anjuan::runtime
