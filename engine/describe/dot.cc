#include "engine/describe/dot.h"

#include <algorithm>
#include <map>
#include <tuple>
#include <vector>

#include "engine/base/text.h"
#include "engine/base/xml_text.h"
#include "engine/describe/words.h"

namespace anjuan::describe {
namespace {

// Any font with Chinese will do: what is measured are squares.
constexpr std::string_view kFont = "LXGW WenKai";
constexpr size_t kLabelWidth = 9;  // characters of a line beside an arrow
constexpr size_t kNodeWidth = 12;  // of a line in a box

struct Paint {
  std::string_view fill, border;
};

constexpr Paint kInitial{"#d6e6f7", "#2f6db0"};
constexpr Paint kNormal{"#ffffff", "#4a4a4a"};
constexpr Paint kWait{"#fdf1cc", "#b8860b"};
constexpr Paint kSuccess{"#d5efd8", "#2e7d32"};
constexpr Paint kFailure{"#f9d6d3", "#b23b32"};
constexpr Paint kNeutral{"#e4e4e4", "#6b6b6b"};
constexpr std::string_view kDeadlineLine = "#b8860b";
constexpr std::string_view kChildLine = "#1f5fbf";
constexpr std::string_view kPersonLine = "#333333";
constexpr std::string_view kAutomaticLine = "#8a8a8a";
constexpr std::string_view kTaken = "#c00000";
constexpr std::string_view kPale = "#b5b5b5";

Paint PaintOf(const chart::State& state) {
  if (state.kind == chart::StateKind::kFinal) {
    if (state.outcome == chart::Outcome::kSuccess) return kSuccess;
    if (state.outcome == chart::Outcome::kFailure) return kFailure;
    return kNeutral;
  }
  if (state.work == chart::WorkKind::kInitial) return kInitial;
  return state.work == chart::WorkKind::kWait ? kWait : kNormal;
}

std::string Quote(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '\n') {
      out += "\\n";
      continue;
    }
    if (c == '"' || c == '\\') out += '\\';
    out += c;
  }
  return out + '"';
}

bool ClosesLine(char32_t c) {
  return std::u32string_view(U"，。、；：）》”！？").find(c) != std::u32string_view::npos;
}

// Lines of at most `width` characters and of about one length; a mark may hang over.
std::vector<std::string> Wrap(std::string_view text, size_t width) {
  const size_t count = CountCodePoints(text);
  const size_t lines = std::max<size_t>(1, (count + width - 1) / width);
  const size_t each = (count + lines - 1) / lines;
  std::vector<std::string> out(1);
  size_t on_line = 0;
  for (Utf8Cursor cursor(text); !cursor.done();) {
    const char32_t c = cursor.Next();
    if (on_line >= each && !ClosesLine(c)) {
      out.emplace_back();
      on_line = 0;
    }
    AppendUtf8(out.back(), c);
    ++on_line;
  }
  return out;
}

constexpr std::string_view kTable =
    "<table border=\"0\" cellborder=\"0\" cellspacing=\"0\" cellpadding=\"1\">";

enum class Line { kPerson, kDeadline, kChild, kAutomatic };

Line LineOf(const chart::Transition& transition) {
  using Kind = chart::Role::Kind;
  if (transition.roles.empty()) return Line::kAutomatic;
  const auto all = [&](Kind kind) {
    return std::all_of(transition.roles.begin(), transition.roles.end(),
                       [&](const chart::Role& role) { return role.kind == kind; });
  };
  if (all(Kind::kTimer)) return Line::kDeadline;
  return all(Kind::kChild) ? Line::kChild : Line::kPerson;
}

class Writer {
 public:
  Writer(const chart::Chart& chart, Flow flow, const Passage* passage)
      : chart_(chart),
        flow_(flow),
        passage_(passage),
        own_(chart.refs.empty() ? "" : chart.refs[0]) {}

  std::string Run() {
    out_ =
        StrCat("digraph ", Quote(chart_.name), " {\n",
               "  graph [rankdir=", flow_ == Flow::kDown ? "TB" : "LR",
               ", ratio=", flow_ == Flow::kDown ? "1.35" : "0.66",
               ", compound=true, newrank=true, ranksep=0.2, nodesep=0.35, fontname=", Quote(kFont),
               ", fontsize=15, charset=\"UTF-8\"", Title(), "];\n",
               "  node [shape=box, style=\"rounded,filled\", margin=\"0.10,0.05\", fontname=",
               Quote(kFont), ", fontsize=16];\n", "  edge [fontname=", Quote(kFont),
               ", fontsize=13.5, arrowsize=0.7];\n");
    Inside(0, 1);
    out_ +=
        "  start [shape=circle, style=filled, fillcolor=\"#333333\", label=\"\", width=0.16];\n";
    const int first = Entered(0);
    if (first > 0) Edge("start", Node(first), "", Line::kPerson, true, "");
    Edges();
    Legend();
    out_ += "}\n";
    return std::move(out_);
  }

 private:
  std::string Title() const {
    if (passage_ == nullptr || passage_->title.empty()) return "";
    return StrCat(", labelloc=t, label=", Quote(passage_->title));
  }

  static std::string Node(int state) { return StrCat("s", state); }

  const chart::State& At(int state) const { return chart_.at(state); }

  // The atomic state an arrow to `state` ends in.
  int Entered(int state) const {
    for (size_t depth = 0; depth < chart_.states.size(); ++depth) {
      const chart::State& at = At(state);
      if (at.kind == chart::StateKind::kHistory) {
        state = at.initial.empty() ? at.parent : at.initial.front();
      } else if (at.children.empty()) {
        return state;
      } else {
        state = at.initial.empty() ? at.children.front() : at.initial.front();
      }
    }
    return state;
  }

  bool IsCluster(int state) const { return state > 0 && !At(state).children.empty(); }

  std::string Label(const chart::State& state) const {
    return state.label.empty() ? state.id : state.label;
  }

  bool Taken(const chart::Transition& transition) const {
    return passage_ != nullptr && passage_->transitions.contains(transition.index);
  }

  // What may be done without leaving the state, one line each.
  std::vector<std::string> Inner(const chart::State& state) const {
    std::vector<std::string> out;
    for (const int index : state.transitions) {
      const chart::Transition& transition = chart_.transitions[static_cast<size_t>(index)];
      if (!transition.targets.empty()) continue;
      std::string name =
          transition.label.empty() ? Join(transition.events, "、") : transition.label;
      if (LineOf(transition) == Line::kDeadline) name += "（到期）";
      if (LineOf(transition) == Line::kChild) name += "（子案件）";
      if (Taken(transition)) name += "（已办）";
      if (std::find(out.begin(), out.end(), name) == out.end()) out.push_back(std::move(name));
    }
    return out;
  }

  void Inside(int parent, int depth) {
    const std::string indent(static_cast<size_t>(2 * depth), ' ');
    for (const int child : At(parent).children) {
      const chart::State& state = At(child);
      if (!IsCluster(child)) {
        Box(state, indent);
        continue;
      }
      std::string label =
          StrCat("<tr><td align=\"left\"><b>", EscapeXml(Label(state)), "</b></td></tr>");
      for (const std::string& line : Inner(state)) {
        label += StrCat("<tr><td align=\"left\"><font point-size=\"12.5\">", EscapeXml(line),
                        "</font></td></tr>");
      }
      out_ += StrCat(indent, "subgraph cluster_", child, " {\n", indent,
                     "  graph [style=\"rounded\", color=\"#9a9a9a\", bgcolor=\"#f7f7f7\", "
                     "labeljust=l, margin=12, label=<",
                     kTable, label, "</table>>];\n");
      Inside(child, depth + 1);
      out_ += StrCat(indent, "}\n");
    }
  }

  void Box(const chart::State& state, const std::string& indent) {
    std::string label;
    for (const std::string& line : Wrap(Label(state), kNodeWidth)) {
      label += StrCat("<tr><td><b>", EscapeXml(line), "</b></td></tr>");
    }
    const std::string ref = ShortRef(state.refs, own_);
    if (!ref.empty()) {
      label += StrCat("<tr><td><font point-size=\"11\">", EscapeXml(ref), "</font></td></tr>");
    }
    for (const std::string& line : Inner(state)) {
      for (const std::string& part : Wrap(line, kNodeWidth + 2)) {
        label += StrCat("<tr><td align=\"left\"><font point-size=\"12.5\">", EscapeXml(part),
                        "</font></td></tr>");
      }
    }
    Paint paint = PaintOf(state);
    std::string more;
    if (state.kind == chart::StateKind::kFinal) more += ", peripheries=2";
    if (passage_ != nullptr) {
      const bool here = passage_->current.contains(state.index);
      if (here) {
        label += "<tr><td><b>现在这里</b></td></tr>";
        paint.border = kTaken;
        more += ", penwidth=3.5";
      } else if (passage_->states.contains(state.index)) {
        paint.border = kTaken;
        more += ", penwidth=1.8";
      } else {
        paint = {"#fafafa", kPale};
        more += StrCat(", fontcolor=\"#8a8a8a\"");
      }
    }
    out_ += StrCat(indent, Node(state.index), " [fillcolor=\"", paint.fill, "\", color=\"",
                   paint.border, "\"", more, ", label=<", kTable, label, "</table>>];\n");
  }

  void Edge(const std::string& from, const std::string& to, const std::string& label, Line line,
            bool taken, const std::string& more) {
    std::string_view colour = kPersonLine;
    std::string style;
    switch (line) {
      case Line::kPerson:
        break;
      case Line::kDeadline:
        colour = kDeadlineLine;
        style = ", style=dashed";
        break;
      case Line::kChild:
        colour = kChildLine;
        break;
      case Line::kAutomatic:
        colour = kAutomaticLine;
        style = ", style=dotted";
        break;
    }
    std::string_view words = line == Line::kPerson ? "#000000" : colour;
    if (passage_ != nullptr) {
      colour = words = taken ? kTaken : kPale;
      if (taken) style += ", penwidth=2.4";
    }
    out_ += StrCat("  ", from, " -> ", to, " [color=\"", colour, "\", fontcolor=\"", words, "\"",
                   style, more);
    if (!label.empty()) out_ += StrCat(", label=", Quote(label));
    out_ += "];\n";
  }

  // Arrows between the same two boxes of one look are one arrow with several labels.
  struct Key {
    int from, to, cluster;
    Line line;
    bool taken;
    auto operator<=>(const Key&) const = default;
  };

  // Of a stage: the boxes its arrow is drawn from. Outwards it leaves the stage's frame; to one of
  // its own states it comes from the states beside that.
  void From(const chart::Transition& transition, int to, std::vector<Key>& out) const {
    const int source = transition.source;
    const Line line = LineOf(transition);
    const bool taken = Taken(transition);
    if (source == 0 || !IsCluster(source)) {
      out.push_back({Entered(source), to, 0, line, taken});
      return;
    }
    if (!chart_.IsDescendant(to, source)) {
      out.push_back({LastBox(source), to, source, line, taken});
      return;
    }
    for (int state = source + 1; state <= At(source).last; ++state) {
      const bool box = At(state).children.empty() && At(state).kind == chart::StateKind::kAtomic;
      if (box && state != to) out.push_back({state, to, 0, line, taken});
    }
  }

  int LastBox(int cluster) const {
    for (int state = At(cluster).last; state > cluster; --state) {
      if (At(state).children.empty() && At(state).kind == chart::StateKind::kAtomic) return state;
    }
    return Entered(cluster);
  }

  void Edges() {
    std::vector<Key> order;
    std::map<Key, std::vector<std::string>> labels;
    for (const chart::Transition& transition : chart_.transitions) {
      for (const int target : transition.targets) {
        std::vector<Key> keys;
        From(transition, Entered(target), keys);
        for (const Key& key : keys) {
          std::vector<std::string>& of = labels[key];
          if (of.empty()) order.push_back(key);
          const std::string name =
              transition.label.empty() ? Join(transition.events, "、") : transition.label;
          if (std::find(of.begin(), of.end(), name) == of.end()) of.push_back(name);
        }
      }
    }
    for (const Key& key : order) {
      std::string label;
      for (const std::string& name : labels[key]) {
        for (const std::string& line : Wrap(name, kLabelWidth)) {
          if (line.empty()) continue;
          if (!label.empty()) label += '\n';
          label += StrCat(" ", line, " ");  // off the arrow
        }
      }
      std::string more;
      if (key.cluster > 0) more += StrCat(", ltail=cluster_", key.cluster);
      Edge(Node(key.from), Node(key.to), label, key.line, key.taken, more);
    }
  }

  void Legend() {
    const auto cell = [](const Paint& paint, std::string_view text) {
      return StrCat("<td bgcolor=\"", paint.fill, "\" color=\"", paint.border, "\">", text,
                    "</td>");
    };
    const auto line = [](std::string_view colour, std::string_view text) {
      return StrCat("<td border=\"0\"><font color=\"", colour, "\">", text, "</font></td>");
    };
    out_ += StrCat(
        "  legend [shape=plaintext, style=\"\", fontsize=12.5, label=<<table border=\"0\" "
        "cellborder=\"1\" cellspacing=\"3\" cellpadding=\"3\"><tr><td border=\"0\">图例</td>",
        cell(kInitial, "起始"), cell(kNormal, "办理"), cell(kWait, "等待"), "</tr><tr>",
        "<td border=\"0\"></td>", cell(kSuccess, "成功"), cell(kFailure, "未成"),
        cell(kNeutral, "其他办结"), "</tr><tr><td border=\"0\"></td>",
        line(kDeadlineLine, "虚线：到期"), line(kChildLine, "蓝线：子案件"),
        line(kAutomaticLine, "点线：自动"), "</tr></table>>];\n");
  }

  const chart::Chart& chart_;
  Flow flow_;
  const Passage* passage_;
  std::string own_;
  std::string out_;
};

}  // namespace

std::string ToDot(const chart::Chart& chart, Flow flow, const Passage* passage) {
  return Writer(chart, flow, passage).Run();
}

}  // namespace anjuan::describe
