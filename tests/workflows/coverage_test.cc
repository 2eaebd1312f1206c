// Are the shipped definitions all of the catalogue, and do their scripted runs go through all of
// them? The catalogue's items are this test's own data (catalogue.json).
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <sstream>

#include "engine/app/folder.h"
#include "engine/app/run.h"
#include "engine/base/text.h"
#include "engine/value/json.h"

namespace anjuan::workflows {
namespace {

namespace fs = std::filesystem;
using chart::Chart;

const std::string kSource = ANJUAN_SOURCE_DIR;

const Value& Catalogue() {
  static const Value catalogue = [] {
    std::ifstream in(kSource + "/tests/workflows/catalogue.json", std::ios::binary);
    const std::string text{std::istreambuf_iterator<char>(in), {}};
    Result<Value> read = ReadJson(text, "catalogue.json");
    return read ? *read : Value();
  }();
  return catalogue;
}

std::vector<std::string> Texts(const Value& list) {
  std::vector<std::string> out;
  if (const List* items = list.list()) {
    for (const Value& item : *items) out.push_back(item.string() != nullptr ? *item.string() : "");
  }
  return out;
}

std::string Text(const Value& context, const std::string& key) {
  const std::string* text = context[key].string();
  return text != nullptr ? *text : "";
}

bool Has(const std::vector<std::string>& refs, const std::string& id) {
  return std::ranges::find(refs, id) != refs.end();
}

// The definitions of the library, by the catalogue's id of the process.
class Definitions {
 public:
  Definitions() {
    auto office = app::OpenOffice::Scratch(kSource, "430600", 0);
    if (!office) return;
    (*office)->office().store().Read([&](port::Reader& reader) {
      for (const fs::directory_entry& folder : fs::directory_iterator(kSource + "/workflows")) {
        const std::string name = folder.path().filename().string();
        const auto version = runtime::LatestDefinition(reader, name);
        if (!version) continue;
        const auto definition = (*office)->office().FindDefinition(reader, version->hash);
        for (const std::string& ref : definition->chart->refs) by_ref_[ref] = definition;
      }
    });
  }
  const Chart* Find(const std::string& id) const {
    const auto found = by_ref_.find(id);
    return found == by_ref_.end() ? nullptr : found->second->chart.get();
  }

 private:
  std::map<std::string, std::shared_ptr<const runtime::Definition>> by_ref_;
};

class Process : public ::testing::TestWithParam<std::string> {
 protected:
  static void SetUpTestSuite() { definitions = new Definitions; }
  static void TearDownTestSuite() {
    delete definitions;
    definitions = nullptr;
  }
  void SetUp() override {
    for (const Value& process : *Catalogue()["processes"].list()) {
      if (Text(process, "id") == GetParam()) items_ = process;
    }
    chart_ = definitions->Find(GetParam());
    ASSERT_NE(chart_, nullptr) << "no definition has aj:ref " << GetParam();
  }
  std::string Id(const std::string& item) const { return GetParam() + "." + item; }

  // Is `state`, or one it stands in, the catalogue's state `id`?
  bool StandsFor(int state, const std::string& id) const {
    for (int s = state; s > 0; s = chart_->at(s).parent) {
      if (Has(chart_->at(s).refs, id)) return true;
    }
    return false;
  }
  // Is the catalogue's state `id` at `state` or below it?
  bool Holds(int state, const std::string& id) const {
    for (int s = state; s <= chart_->at(state).last; ++s) {
      if (Has(chart_->at(s).refs, id)) return true;
    }
    return StandsFor(state, id);
  }
  // Where a transition to `state` ends: initial states, but not those a history remembers.
  bool Reaches(int state, const std::string& id) const {
    const chart::State& target = chart_->at(state);
    if (Has(target.refs, id)) return true;
    return std::ranges::any_of(target.initial, [&](int s) { return Reaches(s, id); });
  }
  // A role of the catalogue ("hrss", "offeror", "timer R01", "child P02") as the chart writes it.
  static bool Fits(const std::string& actor, const std::string& role) {
    if (actor.starts_with("timer ")) return role == "timer:" + actor.substr(6);
    if (actor.starts_with("child ")) return role.starts_with("child:");
    return role == actor || role.starts_with(actor + "_") || role == "party:" + actor;
  }

  inline static Definitions* definitions = nullptr;
  Value items_;
  const Chart* chart_ = nullptr;
};

TEST_P(Process, HasEveryState) {
  for (const Value& item : *items_["states"].list()) {
    const std::string id = Id(Text(item, "id"));
    const auto state = std::ranges::find_if(chart_->states, [&](const chart::State& s) {
      return Has(s.refs, id) && s.children.empty();
    });
    if (state == chart_->states.end()) {
      ADD_FAILURE() << id << " " << Text(item, "label") << ": no such state";
      continue;
    }
    EXPECT_EQ(state->label, Text(item, "label")) << id;
    const std::string kind = Text(item, "kind");
    EXPECT_EQ(kind.starts_with("terminal_"), state->kind == chart::StateKind::kFinal) << id;
    static const std::map<std::string, chart::Outcome> kOutcomes = {
        {"terminal_success", chart::Outcome::kSuccess},
        {"terminal_failure", chart::Outcome::kFailure},
        {"terminal_neutral", chart::Outcome::kNeutral}};
    const auto outcome = kOutcomes.find(kind);
    const auto expected = outcome == kOutcomes.end() ? chart::Outcome::kNone : outcome->second;
    EXPECT_EQ(state->outcome, expected) << id;
    EXPECT_EQ(state->work == chart::WorkKind::kWait, kind == "wait") << id;
  }
}

TEST_P(Process, HasEveryTransition) {
  for (const Value& item : *items_["transitions"].list()) {
    const std::string id = Id(Text(item, "id"));
    std::vector<const chart::Transition*> those;
    for (const chart::Transition& transition : chart_->transitions) {
      if (Has(transition.refs, id)) those.push_back(&transition);
    }
    if (those.empty()) {
      ADD_FAILURE() << id << " " << Text(item, "label") << ": no such transition";
      continue;
    }
    const std::string event = Text(item, "event");
    EXPECT_TRUE(std::ranges::any_of(those, [&](const auto* t) { return Has(t->events, event); }))
        << id << ": event " << event;
    for (const std::string& from : Texts(item["from"])) {
      EXPECT_TRUE(
          std::ranges::any_of(those, [&](const auto* t) { return Holds(t->source, Id(from)); }))
          << id << " from " << from;
    }
    for (const std::string& actor : Texts(item["actor"])) {
      EXPECT_TRUE(std::ranges::any_of(those,
                                      [&](const auto* t) {
                                        return std::ranges::any_of(
                                            t->roles, [&](const chart::Role& role) {
                                              return Fits(actor, ToString(role));
                                            });
                                      }))
          << id << " by " << actor;
    }
    const std::string to = Text(item, "to");
    EXPECT_TRUE(std::ranges::any_of(
        those,
        [&](const auto* t) {
          if (to == "same") return t->targets.empty();
          if (to == "previous") {
            return !t->targets.empty() &&
                   chart_->at(t->targets[0]).kind == chart::StateKind::kHistory;
          }
          return std::ranges::any_of(t->targets, [&](int s) { return Reaches(s, Id(to)); });
        }))
        << id << " to " << to;
  }
}

TEST_P(Process, HasEveryDeadlinePaperAndField) {
  for (const Value& item : *items_["timers"].list()) {
    const std::string id = Id(Text(item, "id"));
    const auto timer = std::ranges::find_if(chart_->timers,
                                            [&](const chart::Timer& t) { return Has(t.refs, id); });
    if (timer == chart_->timers.end()) {
      ADD_FAILURE() << id << ": no such deadline";
      continue;
    }
    for (const std::string& state : Texts(item["runs_in"])) {
      EXPECT_TRUE(std::ranges::any_of(timer->runs_in, [&](int s) { return Holds(s, Id(state)); }))
          << id << " runs in " << state;
    }
  }
  for (const Value& item : *items_["documents"].list()) {
    const std::string code = Text(item, "code");
    EXPECT_TRUE(std::ranges::any_of(
        chart_->templates, [&](const chart::TemplateUse& use) { return use.code == code; }))
        << code << " " << Text(item, "title");
  }
  for (const std::string& field : Texts(items_["fields"])) {
    EXPECT_TRUE(std::ranges::any_of(chart_->data, [&](const chart::DataField& d) {
      return Has(d.refs, Id(field));
    })) << Id(field);
  }
}

std::vector<std::string> ProcessIds() {
  std::vector<std::string> ids;
  if (const List* processes = Catalogue()["processes"].list()) {
    for (const Value& process : *processes) ids.push_back(Text(process, "id"));
  }
  return ids;
}

INSTANTIATE_TEST_SUITE_P(Catalogue, Process, ::testing::ValuesIn(ProcessIds()),
                         [](const auto& process) { return process.param; });

TEST(ScriptedRuns, GoThroughEverythingOfEveryDefinition) {
  std::vector<std::string> arguments = {"--library", kSource, "play", "--coverage"};
  size_t definitions = 0;
  for (const fs::directory_entry& entry :
       fs::recursive_directory_iterator(kSource + "/workflows")) {
    definitions += entry.path().filename() == "chart.scxml" ? 1 : 0;
    if (entry.path().extension() == ".case") arguments.push_back(entry.path().string());
  }
  std::ostringstream out, err;
  EXPECT_EQ(app::Run(arguments, {.out = out, .err = err}), 0) << err.str();
  size_t told = 0;
  std::istringstream lines(out.str());
  for (std::string line; std::getline(lines, line);) {
    told += line.starts_with("覆盖 ") ? 1 : 0;
    EXPECT_EQ(line.find("未经过"), std::string::npos) << line;
  }
  EXPECT_EQ(told, definitions) << "a definition without scripted runs";
}

}  // namespace
}  // namespace anjuan::workflows
