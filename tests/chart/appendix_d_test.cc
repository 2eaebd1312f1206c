// Random charts and events: the engine's step against appendix D written down literally, in place
// and through the stored form. ANJUAN_LONG=1 runs 100,000 charts.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <random>

#include "engine/base/text.h"
#include "engine/chart/reader.h"
#include "engine/chart/session.h"
#include "tests/chart/appendix_d.h"

namespace anjuan::chart {

namespace {

// A chart of up to three levels with everything appendix D has a rule for.
class RandomChart {
 public:
  explicit RandomChart(std::uint64_t seed) : random_(seed) {}

  std::string Write() {
    const int top = 1 + Below(3);
    for (int i = 0; i < top; ++i) Grow(-1, 0);
    if (Once(3)) Add(-1, "final");
    std::string body;
    for (size_t i = 0; i < nodes_.size(); ++i) {
      if (nodes_[i].parent < 0) body += Text(static_cast<int>(i));
    }
    return StrCat(R"(<scxml xmlns="http://www.w3.org/2005/07/scxml" version="1.0")",
                  Once(2) ? StrCat(" initial=\"", Target(), "\"") : "", ">", body, "</scxml>");
  }

  std::string Event() { return std::string(kEvents[static_cast<size_t>(Below(5))]); }
  int Below(int end) { return static_cast<int>(random_() % static_cast<std::uint64_t>(end)); }

 private:
  static constexpr std::string_view kEvents[] = {"a", "b", "a.x", "c", "a.x.y"};

  struct Node {
    std::string kind;
    int parent = -1;
    std::vector<int> children;
  };

  bool Once(int in) { return Below(in) == 0; }
  static std::string Id(int node) { return StrCat("s", node); }

  int Add(int parent, std::string kind) {
    const int node = static_cast<int>(nodes_.size());
    nodes_.push_back({std::move(kind), parent, {}});
    if (parent >= 0) nodes_[static_cast<size_t>(parent)].children.push_back(node);
    return node;
  }

  void Grow(int parent, int depth) {
    const bool leaf = depth >= 3 || nodes_.size() > 12 || Once(3);
    const int node = Add(parent, leaf ? "state" : Once(3) ? "parallel" : "compound");
    if (leaf) return;
    const bool parallel = nodes_[static_cast<size_t>(node)].kind == "parallel";
    const int children = (parallel ? 2 : 1) + Below(2);
    for (int i = 0; i < children; ++i) Grow(node, depth + 1);
    if (!parallel && Once(2)) Add(node, "final");
    if (Once(3)) Add(node, Once(2) ? "shallow" : "deep");
  }

  bool IsHistory(int node) const {
    const std::string& kind = nodes_[static_cast<size_t>(node)].kind;
    return kind == "shallow" || kind == "deep";
  }

  int Any() { return Below(static_cast<int>(nodes_.size())); }

  std::vector<int> Regions(int parallel) const {
    std::vector<int> out;
    for (const int child : nodes_[static_cast<size_t>(parallel)].children) {
      if (!IsHistory(child)) out.push_back(child);
    }
    return out;
  }

  // The node or a state below it, never a history.
  int Within(int node) {
    while (true) {
      const std::vector<int> below = Regions(node);
      if (below.empty() || Once(2)) return node;
      node = below[static_cast<size_t>(Below(static_cast<int>(below.size())))];
    }
  }

  // One state, or one in each of two regions of a parallel.
  std::string Target() {
    const int node = Any();
    if (nodes_[static_cast<size_t>(node)].kind != "parallel" || Once(2)) return Id(node);
    const std::vector<int> regions = Regions(node);
    return StrCat(Id(Within(regions[0])), " ", Id(Within(regions[1])));
  }

  std::string Content(std::string_view where) {
    if (Once(4)) return "";
    std::string out = StrCat("<log label=\"#", where, ".", logs_++, "\"/>");
    if (Once(16)) out += StrCat("<raise event=\"", Once(2) ? "r.x" : "r", "\"/>");
    return out;
  }

  std::string Descriptors() {
    switch (Below(16)) {
      case 0:
        return "*";
      case 1:
        return StrCat("done.state.", Id(Any()));
      case 2:
        return "done";
      case 3:
        return Once(2) ? "r" : "r.*";
      case 4:
        return "a.x b";
      case 5:
        return "a.*";
      default:
        return Event();
    }
  }

  std::string TransitionText(int source) {
    std::string out = "<transition";
    const bool eventless = Once(24);
    if (!eventless) out += StrCat(" event=\"", Descriptors(), "\"");
    if (eventless || Once(4)) {
      const std::string in = StrCat("In(\"", Id(Any()), "\")");
      out += StrCat(" cond='", Once(2) ? in : StrCat("not(", in, ")"), "'");
    }
    if (!Once(6)) out += StrCat(" target=\"", Target(), "\"");
    if (Once(3)) out += " type=\"internal\"";
    return StrCat(out, ">", Content(StrCat("t", source)), "</transition>");
  }

  std::string HistoryText(int node) {
    const Node& history = nodes_[static_cast<size_t>(node)];
    const std::vector<int> siblings = Regions(history.parent);
    int target = siblings[static_cast<size_t>(Below(static_cast<int>(siblings.size())))];
    if (history.kind == "deep") target = Within(target);
    return StrCat("<history id=\"", Id(node), "\" type=\"", history.kind,
                  "\"><transition target=\"", Id(target), "\">", Content("h"),
                  "</transition></history>");
  }

  std::string InitialText(int node) {
    if (nodes_[static_cast<size_t>(node)].kind != "compound" || Once(2)) return "";
    const std::vector<int>& children = nodes_[static_cast<size_t>(node)].children;
    int target = children[static_cast<size_t>(Below(static_cast<int>(children.size())))];
    if (!IsHistory(target)) target = Within(target);
    return StrCat("<initial><transition target=\"", Id(target), "\">", Content("i"),
                  "</transition></initial>");
  }

  std::string Text(int index) {
    if (IsHistory(index)) return HistoryText(index);
    const Node node = nodes_[static_cast<size_t>(index)];
    const std::string tag = node.kind == "compound" ? "state" : node.kind;
    std::string out = StrCat("<", tag, " id=\"", Id(index), "\">", InitialText(index));
    out += StrCat("<onentry>", Content("in"), "</onentry><onexit>", Content("out"), "</onexit>");
    for (int i = tag == "final" ? 0 : Below(4); i > 0; --i) out += TransitionText(index);
    for (const int child : node.children) out += Text(child);
    return StrCat(out, "</", tag, ">");
  }

  std::mt19937_64 random_;
  std::vector<Node> nodes_;
  int logs_ = 0;
};

std::vector<std::string> Logged(const std::vector<std::string>& notes) {
  std::vector<std::string> out;
  std::copy_if(notes.begin(), notes.end(), std::back_inserter(out),
               [](const std::string& note) { return note.starts_with("#"); });
  return out;
}

struct Tally {
  int charts = 0, steps = 0, transitions = 0, endless = 0, ended = 0, histories = 0, parallel = 0;
};

// "" where both agree on every event of one random chart.
std::string Disagreement(std::uint64_t seed, Tally& tally) {
  RandomChart random(seed);
  const std::string text = random.Write();
  ReadOptions options;
  options.workflow = false;
  const Result<Chart> chart = ReadChart(text, "random", options);
  if (!chart) return StrCat(Render(chart.error()), text);
  ++tally.charts;
  AppendixD oracle(*chart);
  Stepper stepper(*chart);
  SessionState session;
  const Env env;
  oracle.Interpret();
  if (oracle.endless()) {
    ++tally.endless;
    return "";
  }
  StepResult named = Start(*chart, {}, env);
  stepper.Start(session, {}, env);
  std::string events;
  for (int i = 0;; ++i) {
    const auto differs = [&](std::string_view what) {
      return StrCat("seed ", seed, ", after", events, ": ", what, "\n", text);
    };
    if (session.configuration.InOrder() !=
        std::vector<int>(oracle.configuration().begin(), oracle.configuration().end())) {
      return differs("configurations differ");
    }
    const std::vector<std::string> trace = oracle.TakeTrace();
    if (Logged(stepper.report().notes) != trace) return differs("what was run differs");
    if (session.running != oracle.running()) return differs("one has ended");
    const Value stored = ToValue(*chart, ToCase(*chart, session));
    if (!(ToValue(*chart, named.state) == stored) || Logged(named.notes) != trace) {
      return differs("the step by names differs from that in place");
    }
    tally.transitions += static_cast<int>(stepper.report().transitions.size());
    tally.parallel += stepper.report().transitions.size() > 1 ? 1 : 0;
    if (!session.running) {
      ++tally.ended;
      return "";
    }
    if (i == 12) break;
    const Result<CaseState> read = FromValue(*chart, stored);
    if (!read) return differs(Render(read.error()));
    Event event;
    event.name = random.Event();
    events += StrCat(" ", event.name);
    oracle.Dispatch(event.name);
    if (oracle.endless()) {
      ++tally.endless;
      return "";
    }
    named = Step(*chart, *read, event, env);
    stepper.Step(session, event, env);
    ++tally.steps;
  }
  tally.histories += session.history.empty() ? 0 : 1;
  return "";
}

TEST(AppendixDTest, AgreesOnRandomCharts) {
  const bool all = std::getenv("ANJUAN_LONG") != nullptr;
  const std::uint64_t charts = all ? 100'000 : 5'000;
  Tally tally;
  for (std::uint64_t seed = 1; seed <= charts; ++seed) {
    const std::string disagreement = Disagreement(seed, tally);
    ASSERT_EQ(disagreement, "");
  }
  // The charts must be worth the while.
  EXPECT_GT(tally.transitions, tally.charts);
  EXPECT_GT(tally.histories, tally.charts / 50);
  EXPECT_GT(tally.parallel, tally.charts / 50);
  EXPECT_LT(tally.endless, tally.charts / 3);
  RecordProperty("steps", tally.steps);
  std::cout << tally.charts << " charts, " << tally.steps << " events, " << tally.transitions
            << " transitions, " << tally.parallel << " steps with several, " << tally.histories
            << " with histories, " << tally.ended << " ended, " << tally.endless << " endless\n";
}

}  // namespace

}  // namespace anjuan::chart
