#include "engine/chart/explore.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/chart/draft.h"

namespace anjuan::chart {

namespace {

constexpr size_t kMostOptions = 256;  // ways one event can be taken in one configuration
// No role of a person: their names have no spaces.
constexpr const char* kInside = "from inside";
constexpr size_t kMostQueued = 32;
constexpr size_t kMostDoubtful = 6;  // events a microstep raises or does not

bool IsLeaf(const State& state) {
  return state.kind == StateKind::kAtomic || state.kind == StateKind::kFinal;
}

}  // namespace

Graph::Graph(const Chart& chart, const Guards& guards, const ExploreLimits& limits)
    : chart_(chart), guards_(guards), limits_(limits) {
  Prepare();
  Config first;
  first.history.resize(histories_.size());
  first.recorded.resize(histories_.size());
  std::vector<Raised> raised;
  Begin(first, raised);
  sets_.emplace_back();
  set_index_[{}] = 0;
  Enter(std::move(first), raised, -1, -1, 0);
  for (size_t node = 0; node < nodes_.size(); ++node) {
    if (!complete_ && (work_ > limits_.work || nodes_.size() >= limits_.nodes ||
                       edges_.size() >= limits_.edges || store_.size() >= limits_.cells)) {
      break;
    }
    Expand(static_cast<int>(node));
  }
}

bool Graph::Spend(std::uint64_t work) {
  work_ += work;
  if (work_ > limits_.work) complete_ = false;
  return work_ <= limits_.work;
}

// ---- what does not change from node to node ----------------------------------------------------

int Graph::Descriptor(const std::string& text) {
  return descriptor_index_.emplace(text, static_cast<int>(descriptor_index_.size())).first->second;
}

std::vector<int> Graph::DescriptorsFor(const std::string& event) const {
  std::vector<int> out;
  const auto add = [&](const std::string& descriptor) {
    const auto it = descriptor_index_.find(descriptor);
    if (it != descriptor_index_.end()) out.push_back(it->second);
  };
  std::string prefix = event;
  while (!prefix.empty()) {
    add(prefix);
    const size_t dot = prefix.rfind('.');
    prefix.resize(dot == std::string::npos ? 0 : dot);
  }
  if (event != "*" && MatchesDescriptor(event, "*")) add("*");
  return out;
}

int Graph::InsideTrigger(const std::string& event) {
  const auto known = trigger_index_.find({event, kInside});
  if (known != trigger_index_.end()) return known->second;
  std::vector<int> descriptors = DescriptorsFor(event);
  int index = -1;
  if (!descriptors.empty()) {
    index = static_cast<int>(triggers_.size());
    triggers_.push_back({event, "", true, std::move(descriptors), -1});
  }
  trigger_index_[{event, kInside}] = index;
  return index;
}

void Graph::CollectRaises(const Block& block, bool certain, std::vector<Raised>& out) {
  const auto raise = [&](const std::string& event) {
    const int trigger = InsideTrigger(event);
    if (trigger >= 0) out.push_back({trigger, certain});
  };
  for (const Action& action : block) {
    if (const auto* r = std::get_if<Raise>(&action.what)) raise(r->event);
    if (const auto* send = std::get_if<Send>(&action.what)) {
      if (send->target == "#_internal" && !send->event.empty()) raise(send->event);
    }
    if (const auto* choice = std::get_if<If>(&action.what)) {
      for (const Branch& branch : choice->branches) CollectRaises(branch.body, false, out);
    }
    if (const auto* loop = std::get_if<Foreach>(&action.what)) {
      CollectRaises(loop->body, false, out);
    }
  }
}

namespace {

void CollectSends(const Block& block, std::set<std::string>& sent, bool& any) {
  for (const Action& action : block) {
    if (const auto* send = std::get_if<Send>(&action.what)) {
      if (!send->event.empty()) sent.insert(send->event);
      any = any || send->event_expr.given;
    }
    if (const auto* choice = std::get_if<If>(&action.what)) {
      for (const Branch& branch : choice->branches) CollectSends(branch.body, sent, any);
    }
    if (const auto* loop = std::get_if<Foreach>(&action.what)) CollectSends(loop->body, sent, any);
  }
}

}  // namespace

void Graph::PrepareRaises() {
  const size_t states = chart_.states.size();
  raises_on_entry_.resize(states);
  raises_on_default_.resize(states);
  raises_on_exit_.resize(states);
  done_trigger_.assign(states, -1);
  for (const State& state : chart_.states) {
    const size_t s = static_cast<size_t>(state.index);
    for (const Block& block : state.on_entry) CollectRaises(block, true, raises_on_entry_[s]);
    for (const Block& block : state.on_exit) CollectRaises(block, true, raises_on_exit_[s]);
    CollectRaises(state.initial_content, true, raises_on_default_[s]);
    done_trigger_[s] = InsideTrigger(StrCat("done.state.", state.id));
  }
  raises_of_.resize(chart_.transitions.size());
  for (const Transition& transition : chart_.transitions) {
    CollectRaises(transition.content, true, raises_of_[static_cast<size_t>(transition.index)]);
  }
}

// Events without a role that come without being raised in the same macrostep.
bool Graph::MayComeFromOutside(const Transition& transition, const std::string& event) const {
  if (event.starts_with("done.state")) return false;
  if (!chart_.workflow || !transition.roles.empty()) return true;
  if (event == "error" || event.starts_with("error.") || event == "done" ||
      event.starts_with("done.") || event.starts_with("aj.")) {
    return true;
  }
  return sends_any_ || std::any_of(sent_.begin(), sent_.end(), [&](const std::string& sent) {
           return MatchesDescriptor(sent, event);
         });
}

void Graph::PrepareTriggers() {
  std::map<std::string, int> roles;
  const size_t count = chart_.transitions.size();
  descriptors_of_.resize(count);
  roles_of_.resize(count);
  triggers_of_.resize(count);
  for (const Transition& transition : chart_.transitions) {
    const size_t t = static_cast<size_t>(transition.index);
    for (const std::string& event : transition.events) {
      descriptors_of_[t].push_back(Descriptor(event));
    }
    for (const Role& role : transition.roles) {
      const auto [it, fresh] = roles.emplace(ToString(role), static_cast<int>(roles.size()));
      if (fresh) {
        timer_of_role_.push_back(role.kind == Role::Kind::kTimer ? chart_.FindTimer(role.name)
                                                                 : -1);
      }
      roles_of_[t].push_back(it->second);
    }
  }
  const auto trigger = [&](const std::string& event, const std::string& role, int role_id) {
    const auto [it, fresh] =
        trigger_index_.emplace(std::pair(event, role), static_cast<int>(triggers_.size()));
    if (fresh) triggers_.push_back({event, role, false, DescriptorsFor(event), role_id});
    return it->second;
  };
  for (const Transition& transition : chart_.transitions) {
    const size_t t = static_cast<size_t>(transition.index);
    for (const std::string& event : transition.events) {
      if (!MayComeFromOutside(transition, event)) continue;
      if (transition.roles.empty() || event.starts_with("aj.")) {
        triggers_of_[t].push_back(trigger(event, "", -1));
        continue;
      }
      for (size_t r = 0; r < transition.roles.size(); ++r) {
        triggers_of_[t].push_back(trigger(event, ToString(transition.roles[r]), roles_of_[t][r]));
      }
    }
  }
}

void Graph::Prepare() {
  const size_t states = chart_.states.size();
  active_.resize(states);
  entered_.resize(states);
  finished_.resize(states);
  taken_.resize(chart_.transitions.size());
  history_position_.assign(states, -1);
  for (const State& state : chart_.states) {
    if (state.kind == StateKind::kHistory) {
      history_position_[static_cast<size_t>(state.index)] = static_cast<int>(histories_.size());
      histories_.push_back(state.index);
    }
    for (const Block& block : state.on_entry) CollectSends(block, sent_, sends_any_);
    for (const Block& block : state.on_exit) CollectSends(block, sent_, sends_any_);
    CollectSends(state.initial_content, sent_, sends_any_);
  }
  for (const Transition& transition : chart_.transitions) {
    CollectSends(transition.content, sent_, sends_any_);
    const Formula& whole = guards_.Whole(transition.index);
    const Truth truth = Guards::Where(whole, [](int) { return false; });
    Kind kind = Kind::kOpen;
    if (Guards::NamesStates(whole)) {
      kind = Kind::kByState;
    } else if (truth != Truth::kUnknown) {
      kind = truth == Truth::kTrue ? Kind::kAlways : Kind::kNever;
    }
    guard_kind_.push_back(kind);
  }
  PrepareTriggers();
  PrepareRaises();
}

// ---- nodes -------------------------------------------------------------------------------------

Graph::Config Graph::Decode(int node) const {
  const int* at = &store_[nodes_[static_cast<size_t>(node)].offset];
  const auto list = [&] {
    const int size = *at++;
    std::vector<int> out(at, at + size);
    at += size;
    return out;
  };
  Config config;
  config.atoms = list();
  config.queue = list();
  config.history.resize(histories_.size());
  config.recorded.resize(histories_.size());
  for (size_t i = 0; i < histories_.size(); ++i) {
    if (*at < 0) {
      ++at;
      continue;
    }
    config.recorded[i] = true;
    config.history[i] = list();
  }
  return config;
}

int Graph::Intern(const Config& config, int via) {
  std::vector<int> key;
  const auto add = [&](const std::vector<int>& list) {
    key.push_back(static_cast<int>(list.size()));
    key.insert(key.end(), list.begin(), list.end());
  };
  const bool ended = std::any_of(config.atoms.begin(), config.atoms.end(), [&](int atom) {
    return chart_.at(atom).kind == StateKind::kFinal && chart_.at(atom).parent == 0;
  });
  add(config.atoms);
  // What was under way when the case ended matters no more.
  add(ended ? std::vector<int>() : config.queue);
  for (size_t i = 0; i < histories_.size(); ++i) {
    if (config.recorded[i] && !ended) {
      add(config.history[i]);
    } else {
      key.push_back(-1);
    }
  }
  std::uint64_t hash = 1469598103934665603U;
  for (const int part : key) {
    hash = (hash ^ static_cast<std::uint64_t>(static_cast<std::uint32_t>(part))) * 1099511628211U;
  }
  Spend(key.size());
  const auto [it, fresh] = by_hash_.emplace(hash, static_cast<int>(nodes_.size()));
  if (!fresh) {
    for (int node = it->second; node >= 0; node = nodes_[static_cast<size_t>(node)].next) {
      const size_t offset = nodes_[static_cast<size_t>(node)].offset;
      if (offset + key.size() <= store_.size() &&
          std::equal(key.begin(), key.end(),
                     store_.begin() + static_cast<std::ptrdiff_t>(offset))) {
        return node;
      }
    }
  }
  if (nodes_.size() >= limits_.nodes || store_.size() + key.size() > limits_.cells) {
    if (fresh) by_hash_.erase(it);
    complete_ = false;
    return -1;
  }
  Node node;
  node.offset = store_.size();
  node.via = via;
  node.ended = ended;
  const int index = static_cast<int>(nodes_.size());
  if (!fresh) {
    node.next = it->second;
    it->second = index;
  }
  store_.insert(store_.end(), key.begin(), key.end());
  nodes_.push_back(node);
  return index;
}

std::vector<int> Graph::Atoms(int node) const {
  const int* at = &store_[nodes_[static_cast<size_t>(node)].offset];
  return {at + 1, at + 1 + *at};
}

std::vector<int> Graph::Active(int node) const {
  std::set<int> out;
  for (const int atom : Atoms(node)) {
    for (int state = atom; state > 0 && out.insert(state).second; state = chart_.at(state).parent) {
    }
  }
  return {out.begin(), out.end()};
}

std::vector<bool> Graph::LeadTo(std::vector<bool> nodes) const {
  // Edges by where they lead, as one list with the place of each node's first.
  std::vector<size_t> first(nodes_.size() + 1);
  for (const Edge& edge : edges_) ++first[static_cast<size_t>(edge.to) + 1];
  for (size_t i = 1; i < first.size(); ++i) first[i] += first[i - 1];
  std::vector<int> from(edges_.size());
  std::vector<size_t> next(first.begin(), first.end() - 1);
  for (const Edge& edge : edges_) from[next[static_cast<size_t>(edge.to)]++] = edge.from;
  std::vector<size_t> open;
  for (size_t i = 0; i < nodes.size(); ++i) {
    if (nodes[i]) open.push_back(i);
  }
  while (!open.empty()) {
    const size_t to = open.back();
    open.pop_back();
    for (size_t i = first[to]; i < first[to + 1]; ++i) {
      const size_t before = static_cast<size_t>(from[i]);
      if (nodes[before]) continue;
      nodes[before] = true;
      open.push_back(before);
    }
  }
  return nodes;
}

void Graph::SetActive(const Config& config) {
  active_list_.clear();
  for (const int atom : config.atoms) {
    for (int state = atom; state > 0 && !active_[static_cast<size_t>(state)];
         state = chart_.at(state).parent) {
      active_[static_cast<size_t>(state)] = true;
      active_list_.push_back(state);
    }
  }
  std::sort(active_list_.begin(), active_list_.end());
  Spend(4 * active_list_.size());
}

void Graph::ClearActive() {
  for (const int state : active_list_) active_[static_cast<size_t>(state)] = false;
  active_list_.clear();
}

int Graph::SetOf(const std::vector<int>& transitions) {
  const auto [it, fresh] = set_index_.emplace(transitions, static_cast<int>(sets_.size()));
  if (fresh) sets_.push_back(transitions);
  return it->second;
}

// ---- who goes where ----------------------------------------------------------------------------

void Graph::Expand(int index) {
  if (nodes_[static_cast<size_t>(index)].ended) {
    nodes_[static_cast<size_t>(index)].expanded = true;
    return;
  }
  Config config = Decode(index);
  SetActive(config);
  std::vector<std::vector<int>> options;
  Select(nullptr, options);
  std::vector<std::vector<int>> taken;
  int trigger = -1;
  const bool settled =
      std::any_of(options.begin(), options.end(), [](const auto& set) { return set.empty(); });
  if (settled && !config.queue.empty()) {
    trigger = config.queue.front();
    Select(&triggers_[static_cast<size_t>(trigger)], taken);
  } else if (settled) {
    nodes_[static_cast<size_t>(index)].stable = true;
    External(index, config);
  }
  ClearActive();
  for (const std::vector<int>& set : options) {
    if (!set.empty()) Step(index, config, -1, set);
  }
  if (trigger >= 0) {
    config.queue.erase(config.queue.begin());
    for (const std::vector<int>& set : taken) {
      if (set.empty()) {
        Enter(config, {}, index, trigger, 0);
      } else {
        Step(index, config, trigger, set);
      }
    }
  }
  nodes_[static_cast<size_t>(index)].expanded = work_ <= limits_.work;
}

void Graph::External(int index, const Config& config) {
  std::set<int> wanted;
  for (const int state : active_list_) {
    for (const int t : chart_.at(state).transitions) {
      for (const int trigger : triggers_of_[static_cast<size_t>(t)]) wanted.insert(trigger);
    }
  }
  std::vector<std::pair<int, std::vector<int>>> steps;
  std::set<std::vector<int>> known;  // who fires it makes no difference
  for (const int trigger : wanted) {
    const int role = triggers_[static_cast<size_t>(trigger)].role_id;
    const int timer = role < 0 ? -1 : timer_of_role_[static_cast<size_t>(role)];
    if (timer >= 0) {
      const std::vector<int>& runs = chart_.timers[static_cast<size_t>(timer)].runs_in;
      if (std::none_of(runs.begin(), runs.end(),
                       [&](int state) { return active_[static_cast<size_t>(state)]; })) {
        continue;
      }
    }
    std::vector<std::vector<int>> options;
    Select(&triggers_[static_cast<size_t>(trigger)], options);
    for (std::vector<int>& set : options) {
      if (!set.empty() && known.insert(set).second) steps.emplace_back(trigger, std::move(set));
    }
    if (work_ > limits_.work) break;
  }
  ClearActive();
  for (const auto& [trigger, set] : steps) Step(index, config, trigger, set);
}

bool Graph::Matches(const Trigger& trigger, int transition) const {
  const size_t t = static_cast<size_t>(transition);
  const auto among = [](const std::vector<int>& list, int item) {
    return std::find(list.begin(), list.end(), item) != list.end();
  };
  if (trigger.role_id >= 0 && !among(roles_of_[t], trigger.role_id)) return false;
  return std::any_of(descriptors_of_[t].begin(), descriptors_of_[t].end(),
                     [&](int descriptor) { return among(trigger.descriptors, descriptor); });
}

Truth Graph::Verdict(int transition) const {
  switch (guard_kind_[static_cast<size_t>(transition)]) {
    case Kind::kAlways:
      return Truth::kTrue;
    case Kind::kNever:
      return Truth::kFalse;
    case Kind::kOpen:
      return Truth::kUnknown;
    case Kind::kByState:
      break;
  }
  const Truth truth = Guards::Where(guards_.Whole(transition),
                                    [&](int state) { return active_[static_cast<size_t>(state)]; });
  return truth == Truth::kFails ? Truth::kFalse : truth;
}

bool Graph::SelectWith(const Trigger* trigger, const std::vector<std::pair<int, bool>>& decided,
                       std::vector<int>& chosen, int& open) const {
  const auto holds = [&](int t) -> std::optional<bool> {
    for (const auto& [transition, way] : decided) {
      if (transition == t) return way;
    }
    const Truth truth = Verdict(t);
    if (truth == Truth::kUnknown) return std::nullopt;
    return truth == Truth::kTrue;
  };
  for (const int atom : active_list_) {
    if (!IsLeaf(chart_.at(atom))) continue;
    bool found = false;
    for (int state = atom; state > 0 && !found; state = chart_.at(state).parent) {
      ++work_;
      for (const int t : chart_.at(state).transitions) {
        ++work_;
        const bool fits = trigger == nullptr
                              ? chart_.transitions[static_cast<size_t>(t)].events.empty()
                              : Matches(*trigger, t);
        if (!fits) continue;
        const std::optional<bool> way = holds(t);
        if (!way) {
          open = t;
          return false;
        }
        if (!*way) continue;
        if (std::find(chosen.begin(), chosen.end(), t) == chosen.end()) chosen.push_back(t);
        found = true;
        break;
      }
    }
    if (work_ > limits_.work) break;
  }
  return true;
}

void Graph::Select(const Trigger* trigger, std::vector<std::vector<int>>& options) {
  std::vector<std::vector<std::pair<int, bool>>> open_ways = {{}};
  size_t tried = 0;
  while (!open_ways.empty()) {
    if (++tried > 2 * kMostOptions || !Spend(1)) {
      complete_ = false;
      return;
    }
    std::vector<std::pair<int, bool>> decided = std::move(open_ways.back());
    open_ways.pop_back();
    std::vector<int> chosen;
    int open = -1;
    if (SelectWith(trigger, decided, chosen, open)) {
      options.push_back(WithoutConflicts(chosen));
      continue;
    }
    decided.emplace_back(open, false);
    open_ways.push_back(decided);
    decided.back().second = true;
    open_ways.push_back(std::move(decided));
  }
}

// A case that must wait for its raised events has as many successors as they may come or not.
void Graph::Enter(Config config, const std::vector<Raised>& raised, int node, int trigger,
                  int taken) {
  size_t doubtful = 0;
  for (const Raised& event : raised) doubtful += event.certain ? 0U : 1U;
  if (doubtful > kMostDoubtful) {
    complete_ = false;
    doubtful = kMostDoubtful;
  }
  const std::vector<int> queue = config.queue;
  for (size_t ways = size_t{1} << doubtful, way = 0; way < ways; ++way) {
    config.queue = queue;
    size_t doubt = 0;
    for (const Raised& event : raised) {
      const bool comes = event.certain || ((way >> doubt) & 1U) != 0;
      if (!event.certain) ++doubt;
      if (comes) config.queue.push_back(event.trigger);
    }
    if (config.queue.size() > kMostQueued) {
      complete_ = false;
      continue;
    }
    const int via = node < 0 ? -1 : static_cast<int>(edges_.size());
    const int to = Intern(config, via);
    if (to < 0 || node < 0) continue;
    if (edges_.size() >= limits_.edges) {
      complete_ = false;
      return;
    }
    edges_.push_back({node, to, trigger, taken});
  }
}

void Graph::Step(int node, const Config& config, int trigger, const std::vector<int>& transitions) {
  if (!Spend(1)) return;
  Config next = config;
  std::vector<Raised> raised;
  SetActive(next);
  Microstep(next, transitions, raised);
  ClearActive();
  for (const int t : transitions) taken_[static_cast<size_t>(t)] = true;
  Enter(std::move(next), raised, node, trigger, SetOf(transitions));
}

}  // namespace anjuan::chart
