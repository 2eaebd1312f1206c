// What is told of whole definitions (engine/chart/examine.h), as files in tests/chart/examine:
//
//   --- name
//   <scxml ...>            the definition asked about; `#head` stands for namespaces and data model
//   +++                    another one beside it, which may be its parent or child
//   ===
//   opened a b             only these data may have a value when it is opened (else: any)
//   template D1 a b        the template D1 cannot do without a and b
//   limit 100              configurations looked at
//   error line:column code text          what is told, all of it, in order; the text is part of the
//   warning line:column code text        message or the hint
//
// Everything that is told must be there in Chinese too.
#include <gtest/gtest.h>

#include <algorithm>
#include <ctime>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <random>
#include <set>
#include <sstream>

#include "engine/base/text.h"
#include "engine/chart/examine.h"
#include "engine/chart/reader.h"
#include "engine/chart/step.h"
#include "engine/chart/texts.h"

namespace anjuan::chart {

namespace {

constexpr std::string_view kHead =
    "xmlns=\"http://www.w3.org/2005/07/scxml\" xmlns:aj=\"urn:anjuan:workflow:1\" "
    "version=\"1.0\" datamodel=\"feel\"";

struct Line {
  int number = 0;
  std::string text;
};

struct ExamineCase {
  std::string file;
  int line = 0;
  std::string name;
  std::vector<std::string> charts;
  std::vector<Line> commands;
};

void PrintTo(const ExamineCase& one, std::ostream* out) {
  *out << one.name;
}

std::vector<ExamineCase> ReadCases() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::directory_iterator(ANJUAN_SOURCE_DIR "/tests/chart/examine")) {
    if (entry.path().extension() == ".chart") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<ExamineCase> out;
  for (const auto& file : files) {
    std::ifstream in(file);
    std::string line;
    bool in_chart = false;
    for (int number = 1; std::getline(in, line); ++number) {
      if (line.starts_with("--- ")) {
        out.push_back({file.filename().string(), number, line.substr(4), {""}, {}});
        in_chart = true;
      } else if (line == "+++" && in_chart) {
        out.back().charts.emplace_back();
      } else if (line == "===") {
        in_chart = false;
      } else if (!out.empty() && in_chart) {
        const size_t head = line.find("#head");
        if (head != std::string::npos) line.replace(head, 5, kHead);
        out.back().charts.back() += line + "\n";
      } else if (!out.empty() && !Trim(line).empty() && !line.starts_with("#")) {
        out.back().commands.push_back({number, std::string(Trim(line))});
      }
    }
  }
  return out;
}

bool HasChinese(std::string_view text) {
  return std::any_of(text.begin(), text.end(),
                     [](char c) { return (static_cast<unsigned char>(c) & 0x80U) != 0; });
}

// A definition as read, refused or not.
struct Read {
  Chart chart;
  Diagnostics told;
};

Read ReadOne(const std::string& xml) {
  Read out;
  ReadOptions options;
  options.refused = &out.chart;
  Result<Chart> chart = ReadChart(xml, "chart", options);
  if (chart) {
    out.told = chart->warnings;
    out.chart = *std::move(chart);
  } else {
    out.told = std::move(chart.error());
  }
  return out;
}

class Examined : public testing::TestWithParam<ExamineCase> {};

TEST_P(Examined, TellsExactlyThis) {
  const ExamineCase& one = GetParam();
  std::deque<Read> read;
  std::vector<Subject> subjects;
  for (const std::string& xml : one.charts) {
    read.push_back(ReadOne(xml));
    Subject subject;
    subject.chart = &read.back().chart;
    subject.text = xml;
    subject.told = read.back().told;
    subject.wanted = subjects.empty();
    subjects.push_back(std::move(subject));
  }
  ExploreLimits limits;
  std::vector<Line> expected;
  for (const Line& command : one.commands) {
    std::istringstream words(command.text);
    std::string word;
    words >> word;
    if (word == "opened") {
      subjects[0].opened_with.emplace();
      while (words >> word) subjects[0].opened_with->insert(word);
    } else if (word == "template") {
      std::string code;
      words >> code;
      while (words >> word) subjects[0].templates[code].push_back(word);
    } else if (word == "limit") {
      words >> limits.nodes;
    } else {
      ASSERT_TRUE(word == "error" || word == "warning") << command.text;
      expected.push_back(command);
    }
  }
  Diagnostics found = read.front().told;
  Append(found, Examine(subjects, limits));
  ASSERT_EQ(found.size(), expected.size()) << one.file << ":" << one.line << "\n" << Render(found);
  for (size_t i = 0; i < found.size(); ++i) {
    std::istringstream words(expected[i].text);
    std::string severity, place, code, text;
    words >> severity >> place >> code;
    std::getline(words, text);
    const Diagnostic& is = found[i];
    EXPECT_EQ(StrCat(is.severity == Severity::kError ? "error " : "warning ", is.at.line, ":",
                     is.at.column, " ", is.code),
              StrCat(severity, " ", place, " ", code))
        << one.file << ":" << expected[i].number << "\n"
        << Render(found);
    EXPECT_NE(StrCat(is.message, "; ", is.hint).find(Trim(text)), std::string::npos)
        << one.file << ":" << expected[i].number << "\n"
        << Render(found);
    EXPECT_FALSE(is.source_line.empty());
    const Diagnostic chinese = InChinese(is);
    EXPECT_TRUE(HasChinese(chinese.message)) << is.message;
    EXPECT_TRUE(is.hint.empty() || HasChinese(chinese.hint)) << is.hint;
  }
}

std::string Named(const testing::TestParamInfo<ExamineCase>& info) {
  std::string name = info.param.file + "_" + info.param.name;
  for (char& c : name) {
    const bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    if (!fits) c = '_';
  }
  return name;
}

INSTANTIATE_TEST_SUITE_P(Chart, Examined, testing::ValuesIn(ReadCases()), Named);

// ---- the graph against the interpreter --------------------------------------------------------

// Random definitions: nested and parallel states, histories, raised and done events. Every guard
// asks for a field of its own of the event, so the interpreter can be led every way.
class RandomChart {
 public:
  explicit RandomChart(unsigned seed) : random_(seed) {}

  std::string Make() {
    std::string body;
    const int top = Pick(2, 4);
    Plan(0, top);
    for (const std::string& id : tops_) body += Write(id);
    return StrCat("<scxml ", kHead, " name=\"w\" initial=\"", tops_[0], "\">", body,
                  Chance(6) ? "" : "<final id=\"end\"/>", Chance(6) ? "<final id=\"end\"/>" : "",
                  "</scxml>");
  }
  int guards() const { return guards_; }
  static constexpr int kEvents = 3;

 private:
  struct Planned {
    char kind = 'a';  // a: atomic, c: compound, p: parallel, f: final
    std::vector<std::string> children;
    bool history = false;
  };

  int Pick(int least, int most) { return std::uniform_int_distribution<int>(least, most)(random_); }
  bool Chance(int one_in) { return Pick(1, one_in) == 1; }

  std::string New() {
    std::string id = StrCat("s", planned_.size());
    planned_[id];
    order_.push_back(id);
    return id;
  }

  void Plan(int depth, int count) {
    for (int i = 0; i < count; ++i) tops_.push_back(PlanOne(depth));
  }

  std::string PlanOne(int depth) {
    const std::string id = New();
    if (depth < 2 && planned_.size() < 12 && Chance(3)) {
      planned_[id].kind = Chance(2) ? 'p' : 'c';
      std::vector<std::string> children;
      for (int n = Pick(2, 2); n > 0; --n) {
        children.push_back(planned_[id].kind == 'p' ? PlanRegion(depth + 1) : PlanOne(depth + 1));
      }
      planned_[id].history = Chance(2);
      planned_[id].children = children;
    }
    return id;
  }

  std::string PlanRegion(int depth) {
    const std::string id = New();
    std::vector<std::string> children = {PlanOne(depth + 1)};
    if (Chance(2)) children.push_back(PlanOne(depth + 1));
    const std::string final = New();
    planned_[final].kind = 'f';
    children.push_back(final);
    planned_[id].kind = 'c';
    planned_[id].children = children;
    return id;
  }

  std::string Target() {
    if (Chance(5)) return "end";
    const std::string& id =
        order_[static_cast<size_t>(Pick(0, static_cast<int>(order_.size()) - 1))];
    return planned_[id].history && Chance(2) ? StrCat("h", id) : id;
  }

  std::string Write(const std::string& id) {
    const Planned& plan = planned_[id];
    if (plan.kind == 'f') return StrCat("<final id=\"", id, "\"/>");
    std::string out = plan.kind == 'p' ? "<parallel" : "<state";
    out += StrCat(" id=\"", id, "\"");
    if (plan.kind == 'c') out += StrCat(" initial=\"", plan.children[0], "\"");
    out += ">";
    for (int n = Pick(0, 2); n > 0; --n) {
      const bool guarded = guards_ < 4 && Chance(2);
      const std::string cond =
          guarded ? StrCat(" cond=\"_event.data.g", guards_++, " = true\"") : "";
      const bool raises = Chance(5);
      out += StrCat("<transition event=\"e", Pick(1, kEvents), "\" aj:role=\"r\" target=\"",
                    Target(), "\"", cond, raises ? "><raise event=\"x\"/></transition>" : "/>");
    }
    if (Chance(6)) out += StrCat("<transition event=\"x\" target=\"", Target(), "\"/>");
    if (plan.kind != 'a' && Chance(2)) {
      out += StrCat("<transition event=\"done.state.", id, "\" target=\"end\"/>");
    }
    if (plan.kind != 'a' && plan.history) {
      out += StrCat("<history id=\"h", id, "\"", Chance(2) ? " type=\"deep\"" : "",
                    "><transition target=\"", plan.children[0], "\"/></history>");
    }
    for (const std::string& child : plan.children) out += Write(child);
    return StrCat(out, plan.kind == 'p' ? "</parallel>" : "</state>");
  }

  std::mt19937 random_;
  std::map<std::string, Planned> planned_;
  std::vector<std::string> order_, tops_;
  int guards_ = 0;
};

// Where the interpreter itself gets to, by every event with every answer to every guard.
struct Walked {
  std::set<std::string> configurations;  // in which it rests
  std::set<std::string> without_end;     // and from which no end is reached
  bool endless = false;
  bool whole = true;
};

Walked Walk(const Chart& chart, int guards) {
  Env env;
  env.host = &feel::NoHost();
  env.now = 0;
  env.today = Date{2023, 3, 1};
  Walked out;
  std::map<std::string, int> known;
  std::vector<CaseState> states;
  std::vector<std::set<int>> from;
  const auto add = [&](const CaseState& state, int before) {
    std::string key = Join(state.configuration, " ") + "|";
    if (state.running) {
      for (const auto& [id, kept] : state.history) key += StrCat(id, ":", Join(kept, ","), ";");
    }
    const auto [it, fresh] = known.emplace(key, static_cast<int>(states.size()));
    if (fresh) {
      states.push_back(state);
      from.emplace_back();
    }
    if (before >= 0) from[static_cast<size_t>(it->second)].insert(before);
  };
  const StepResult start = Start(chart, {}, env);
  out.endless = !start.errors.empty();
  add(start.state, -1);
  for (size_t i = 0; i < states.size() && !out.endless; ++i) {
    if (states.size() > 3000) {
      out.whole = false;
      return out;
    }
    if (!states[i].running) continue;
    for (int event = 1; event <= RandomChart::kEvents; ++event) {
      for (int answers = 0; answers < (1 << guards); ++answers) {
        Context data;
        for (int g = 0; g < guards; ++g) {
          data.Set(StrCat("g", g), Value(((answers >> g) & 1) != 0));
        }
        const StepResult step = Step(chart, states[i],
                                     {.name = StrCat("e", event),
                                      .kind = Event::Kind::kExternal,
                                      .origin = "r",
                                      .data = Value(std::move(data))},
                                     env);
        if (!step.errors.empty()) out.endless = true;
        add(step.state, static_cast<int>(i));
      }
    }
  }
  std::vector<bool> ends(states.size());
  std::vector<int> open;
  for (size_t i = 0; i < states.size(); ++i) {
    ends[i] = !states[i].running;
    if (ends[i]) open.push_back(static_cast<int>(i));
  }
  while (!open.empty()) {
    const int at = open.back();
    open.pop_back();
    for (const int before : from[static_cast<size_t>(at)]) {
      if (ends[static_cast<size_t>(before)]) continue;
      ends[static_cast<size_t>(before)] = true;
      open.push_back(before);
    }
  }
  for (size_t i = 0; i < states.size(); ++i) {
    const std::string name = Join(states[i].configuration, " ");
    out.configurations.insert(name);
    if (!ends[i]) out.without_end.insert(name);
  }
  return out;
}

TEST(Graph, GoesWhereTheInterpreterGoes) {
  int compared = 0;
  int dead = 0;
  for (unsigned seed = 1; seed <= 400; ++seed) {
    RandomChart random(seed);
    const std::string xml = random.Make();
    ReadOptions options;
    Chart refused;
    options.refused = &refused;
    Result<Chart> read = ReadChart(xml, "chart", options);
    // Some of what is random has no way out of a state; that must not matter here.
    if (!read && std::any_of(read.error().begin(), read.error().end(), [](const Diagnostic& d) {
          return d.severity == Severity::kError && d.code != "chart.stuck" &&
                 d.code != "chart.unreachable" && d.code != "chart.role";
        })) {
      continue;
    }
    const Chart& chart = read ? *read : refused;
    const Walked walked = Walk(chart, random.guards());
    if (walked.endless || !walked.whole) continue;
    const Guards guards(chart, {});
    const Graph graph(chart, guards, {});
    ASSERT_TRUE(graph.complete());
    std::set<std::string> rests;
    for (size_t i = 0; i < graph.nodes().size(); ++i) {
      if (!graph.nodes()[i].stable && !graph.nodes()[i].ended) continue;
      std::vector<std::string> ids;
      for (const int state : graph.nodes()[i].ended ? graph.Atoms(static_cast<int>(i))
                                                    : graph.Active(static_cast<int>(i))) {
        ids.push_back(chart.at(state).id);
      }
      rests.insert(Join(ids, " "));
    }
    EXPECT_EQ(rests, walked.configurations) << "seed " << seed << "\n" << xml;
    Subject subject;
    subject.chart = &chart;
    const Diagnostics found = Examine({subject});
    const bool told = std::any_of(found.begin(), found.end(),
                                  [](const Diagnostic& d) { return d.code == "chart.dead_end"; });
    EXPECT_EQ(told, !walked.without_end.empty()) << "seed " << seed << "\n" << xml << Render(found);
    ++compared;
    dead += told ? 1 : 0;
  }
  EXPECT_GT(compared, 150);
  EXPECT_GT(dead, 30);
  EXPECT_LT(dead, compared - 30);
}

// ---- size --------------------------------------------------------------------------------------

// Of the processor: others may be using it too.
std::int64_t Milliseconds(const std::function<void()>& run) {
  const std::clock_t start = std::clock();
  run();
  return static_cast<std::int64_t>(std::clock() - start) * 1000 / CLOCKS_PER_SEC;
}

// Not read but made: the reader takes no such chart, the passes must stand it all the same.
Chart Made(int states, const std::function<int(int)>& parent, StateKind inner) {
  Chart chart;
  chart.workflow = true;
  chart.states.resize(static_cast<size_t>(states));
  for (int i = 0; i < states; ++i) {
    State& state = chart.states[static_cast<size_t>(i)];
    state.index = i;
    state.last = i;
    state.id = StrCat("s", i);
    state.parent = i == 0 ? -1 : parent(i);
    if (i > 0) chart.states[static_cast<size_t>(state.parent)].children.push_back(i);
    chart.state_index[state.id] = i;
  }
  for (int i = states - 1; i > 0; --i) {
    State& state = chart.states[static_cast<size_t>(i)];
    State& above = chart.states[static_cast<size_t>(state.parent)];
    above.last = std::max(above.last, state.last);
    if (!state.children.empty()) {
      state.kind = inner;
      state.initial = {state.children.front()};
    }
  }
  chart.states[0].kind = StateKind::kCompound;
  chart.states[0].initial = {1};
  for (int i = 1; i < states; ++i) {
    Transition transition;
    transition.index = i - 1;
    transition.source = i;
    transition.events = {StrCat("e", i)};
    transition.targets = {i + 1 < states ? i + 1 : 1};
    transition.roles = {{Role::Kind::kPerson, "r", {}}};
    chart.by_event[transition.events[0]] = {i - 1};
    chart.states[static_cast<size_t>(i)].transitions = {i - 1};
    chart.transitions.push_back(std::move(transition));
  }
  return chart;
}

TEST(Examine, LargeChartsAreBounded) {
  const struct {
    const char* name;
    Chart chart;
  } kLarge[] = {
      {"100,000 states in a row", Made(
                                      100'001, [](int) { return 0; }, StateKind::kCompound)},
      {"10,000 states in each other",
       Made(
           10'001, [](int i) { return i - 1; }, StateKind::kCompound)},
      {"10,000 regions", Made(
                             10'001, [](int i) { return i == 1 ? 0 : 1; }, StateKind::kParallel)},
      {"100,000 regions in each other",
       Made(
           100'001, [](int i) { return std::max(0, i - 1 - i % 2); }, StateKind::kParallel)},
  };
  for (const auto& large : kLarge) {
    Subject subject;
    subject.chart = &large.chart;
    Diagnostics found;
    const std::int64_t took = Milliseconds([&] { found = Examine({subject}); });
    // About a second at most; room is given to sanitizers.
    EXPECT_LT(took, 10'000) << large.name;
    std::cout << large.name << ": " << took << " ms, " << found.size() << " told\n";
  }
}

TEST(Texts, HolesAreFilled) {
  Diagnostic found{.code = "chart.timer",
                   .message = "timer \"R01\" fires \"remind\", not \"due\"",
                   .hint = "did you mean \"R02\"?"};
  EXPECT_EQ(InChinese(found).message, "期限“R01”发出的是“remind”，不是“due”");
  EXPECT_EQ(InChinese(found).hint, "是否为“R02”？");
  found.message = "something nobody has written";
  EXPECT_EQ(InChinese(found).message, found.message);
}

}  // namespace

}  // namespace anjuan::chart
