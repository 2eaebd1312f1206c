// Appendix D of SCXML 1.0, with its names: which transitions an event takes.
#include <algorithm>
#include <map>
#include <utility>

#include "engine/base/text.h"
#include "engine/chart/draft.h"
#include "engine/chart/machine.h"

namespace anjuan::chart {

// ---- candidates --------------------------------------------------------------------------------

void Machine::SelectEventlessTransitions() {
  enabled_.clear();
  const auto it = chart_.by_event.find(std::string_view());
  if (it != chart_.by_event.end()) SelectFrom(it->second, nullptr);
}

void Machine::SelectTransitions(const Current& event) {
  enabled_.clear();
  SelectFrom(Candidates(event.name), &event);
}

// Transitions any of whose descriptors matches, in document order: the index is asked for the name
// and for each shorter run of its tokens. One list is the rule, and is not copied.
const std::vector<int>& Machine::Candidates(std::string_view event) {
  const std::vector<int>* only = nullptr;
  merged_.clear();
  const auto add = [&](std::string_view descriptor) {
    const auto it = chart_.by_event.find(descriptor);
    if (it == chart_.by_event.end()) return;
    if (only == nullptr && merged_.empty()) {
      only = &it->second;
      return;
    }
    if (only != nullptr) merged_ = *only;
    only = nullptr;
    merged_.insert(merged_.end(), it->second.begin(), it->second.end());
  };
  for (std::string_view prefix = event; !prefix.empty();) {
    add(prefix);
    const size_t dot = prefix.rfind('.');
    prefix = prefix.substr(0, dot == std::string_view::npos ? 0 : dot);
  }
  if (MatchesDescriptor(event, "*")) add("*");
  if (only != nullptr) return *only;
  std::sort(merged_.begin(), merged_.end());
  merged_.erase(std::unique(merged_.begin(), merged_.end()), merged_.end());
  return merged_;
}

// ---- selection ---------------------------------------------------------------------------------

// Few candidates are looked up in the configuration; of many, those of each active state are, which
// stand together, since transitions are numbered by their sources.
void Machine::KeepActive(const std::vector<int>& candidates) {
  constexpr size_t kFew = 64;
  active_.clear();
  if (candidates.size() <= kFew) {
    for (const int index : candidates) {
      if (state_->configuration.Has(Source(index))) active_.push_back(index);
    }
    return;
  }
  state_->configuration.ForEach([&](int state) {
    auto it = std::lower_bound(candidates.begin(), candidates.end(), state,
                               [&](int index, int wanted) { return Source(index) < wanted; });
    for (; it != candidates.end() && Source(*it) == state; ++it) active_.push_back(*it);
  });
}

// A condition is evaluated once however many atomic states lie below its state.
bool Machine::Matches(size_t position, const Current* event) {
  Match& match = matched_[position];
  if (match == Match::kUnknown) {
    const Transition& transition = chart_.transitions[static_cast<size_t>(active_[position])];
    const bool matches =
        (event == nullptr || MayFire(transition, *event)) && ConditionMatch(transition);
    match = matches ? Match::kYes : Match::kNo;
  }
  return match != Match::kNo;
}

// The body that selectEventlessTransitions and selectTransitions share.
void Machine::SelectFrom(const std::vector<int>& candidates, const Current* event) {
  KeepActive(candidates);
  if (active_.empty()) return;
  matched_.assign(active_.size(), Match::kUnknown);
  if (Source(active_.front()) == Source(active_.back())) {  // there is nothing to choose between
    for (size_t i = 0; i < active_.size(); ++i) {
      if (!Matches(i, event)) continue;
      enabled_.push_back(active_[i]);
      return;
    }
    return;
  }
  for (const int index : active_) sources_.Insert(Source(index));
  state_->configuration.ForEach([&](int atomic) {
    if (chart_.plan.atomic.Has(atomic)) SelectAbove(atomic, event);
  });
  for (const int index : active_) sources_.Erase(Source(index));
  if (enabled_.size() > 1 && HasConflicts()) RemoveConflictingTransitions();
}

// The first match of an atomic state or the nearest of its ancestors.
void Machine::SelectAbove(int atomic, const Current* event) {
  for (int state = atomic; state > 0;
       state = chart_.plan.nodes[static_cast<size_t>(state)].parent) {
    if (!sources_.Has(state)) continue;
    auto it = std::lower_bound(active_.begin(), active_.end(), state,
                               [&](int index, int wanted) { return Source(index) < wanted; });
    for (; it != active_.end() && Source(*it) == state; ++it) {
      const size_t position = static_cast<size_t>(it - active_.begin());
      if (!Matches(position, event)) continue;
      if (matched_[position] != Match::kChosen) enabled_.push_back(*it);
      matched_[position] = Match::kChosen;
      return;
    }
  }
}

// ---- conflicts ---------------------------------------------------------------------------------

int Machine::Domain(int transition) {
  const Plan::Move& move = chart_.plan.moves[static_cast<size_t>(transition)];
  if (move.fixed) return move.domain;
  return EntryRules(chart_, state_->history)
      .GetTransitionDomain(chart_.transitions[static_cast<size_t>(transition)]);
}

// What a transition leaves are the active states below its domain, and it leaves at least one: two
// of them conflict where one domain is the other or an ancestor of it. Transitions come in the
// order of the atomic states that chose them, so that domains apart from each other do as well.
bool Machine::HasConflicts() {
  int end = -1;
  for (const int index : enabled_) {
    const int domain = Domain(index);
    if (domain < 0) continue;  // leaves nothing: conflicts with nothing
    if (domain <= end) return true;
    end = chart_.at(domain).last;
  }
  return false;
}

// Those kept so far do not conflict, so they can be found by their domains' ranges however many
// regions there are.
void Machine::RemoveConflictingTransitions() {
  std::map<int, size_t> kept;  // domain -> position in enabled_, of those that leave anything
  std::vector<bool> dropped(enabled_.size());
  const auto source = [&](size_t position) { return Source(enabled_[position]); };
  for (size_t i = 0; i < enabled_.size(); ++i) {
    const int domain = Domain(enabled_[i]);
    if (domain < 0) continue;
    std::vector<int> conflicting;
    for (int up = domain; up >= 0; up = chart_.at(up).parent) {
      if (kept.contains(up)) conflicting.push_back(up);
    }
    for (auto it = kept.upper_bound(domain);
         it != kept.end() && it->first <= chart_.at(domain).last; ++it) {
      conflicting.push_back(it->first);
    }
    const bool preempted = std::any_of(conflicting.begin(), conflicting.end(), [&](int other) {
      return !chart_.IsDescendant(source(i), source(kept[other]));
    });
    if (preempted) {
      dropped[i] = true;
      continue;
    }
    for (const int other : conflicting) {
      dropped[kept[other]] = true;
      kept.erase(other);
    }
    kept[domain] = i;
  }
  size_t left = 0;
  for (size_t i = 0; i < enabled_.size(); ++i) {
    if (!dropped[i]) enabled_[left++] = enabled_[i];
  }
  enabled_.resize(left);
}

// ---- who, and whether --------------------------------------------------------------------------

bool Machine::MayFire(const Transition& transition, const Current& event) {
  if (!event.from || *event.from == Event::Kind::kPlatform) return true;
  if (transition.roles.empty()) return !chart_.workflow;
  return std::any_of(transition.roles.begin(), transition.roles.end(),
                     [&](const Role& role) { return HasRole(role, event); });
}

bool Machine::HasRole(const Role& role, const Current& event) {
  switch (role.kind) {
    case Role::Kind::kPerson:
      return event.from == Event::Kind::kExternal && role.name == event.origin;
    case Role::Kind::kTimer:
      return event.from == Event::Kind::kTimer && role.name == event.origin;
    case Role::Kind::kChild:
      return event.from == Event::Kind::kChild && role.name == event.origin;
    case Role::Kind::kParty:
      break;
  }
  if (event.from != Event::Kind::kExternal) return false;
  const int party = chart_.FindParty(role.name);
  if (party < 0) return false;
  PrepareSlot(chart_.first_party + party);
  const Value& value = variables_[static_cast<size_t>(chart_.first_party + party)];
  const Value& org = value["org"];
  const Value* actor_org = env_->actor.Find("org");
  // A party without an organisation is whoever holds one of its roles.
  if (!org.is_null() && (actor_org == nullptr || !(*actor_org == org))) return false;
  const List* roles = value["roles"].list();
  return roles != nullptr &&
         std::find(roles->begin(), roles->end(), Value(event.origin)) != roles->end();
}

bool Machine::ConditionMatch(const Transition& transition) {
  GuardReport report;
  const Guard guard = EvaluateGuard(transition, report);
  if (guard == Guard::kError) RaiseError(std::move(report.errors));
  return guard == Guard::kHolds;
}

// Requirements are looked at even where cond fails, so that a refusal can name them all.
Machine::Guard Machine::EvaluateGuard(const Transition& transition, GuardReport& report) {
  bool holds = true;
  if (transition.cond.given) {
    report.cond_failed = !EvaluateCondition(transition.cond, report.errors).value_or(false);
    holds = !report.cond_failed;
  }
  // Where cond decides between transitions, the rules of the others are none of our business.
  for (const Rule& rule : transition.requires_all) {
    if (report.cond_failed) break;
    if (EvaluateCondition(rule.cond, report.errors).value_or(false)) continue;
    holds = false;
    report.failed.push_back(Tell(rule));
  }
  if (!report.errors.empty()) return Guard::kError;
  return holds ? Guard::kHolds : Guard::kFails;
}

// A label that cannot be filled is told as it is written: the rule matters more than its wording.
std::string Machine::Tell(const Rule& rule) {
  for (const feel::TextTemplate::Piece& piece : rule.label.pieces) {
    if (const auto* expression = std::get_if<feel::Expression>(&piece)) Prepare(*expression);
  }
  const Result<std::string> filled = feel::Fill(rule.label, variables_, host_);
  const std::string& text = filled ? *filled : rule.text;
  return rule.source.empty() ? text : StrCat(text, "（", rule.source, "）");
}

// Section 5.9.1: a condition that fails or is no boolean counts as false, and is an error.
std::optional<bool> Machine::EvaluateCondition(const Expr& expr, Diagnostics& errors) {
  Result<Value> value = Evaluate(expr);
  if (!value) {
    Append(errors, std::move(value.error()));
    return std::nullopt;
  }
  if (value->boolean() == nullptr) {
    errors.push_back({.code = "feel.type",
                      .message = StrCat("a condition gives true or false, not ",
                                        KindName(value->kind()), ": ", expr.text()),
                      .at = expr.at});
    return std::nullopt;
  }
  return *value->boolean();
}

}  // namespace anjuan::chart
