#include "engine/describe/actions.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"

namespace anjuan::describe {
namespace {

constexpr std::string_view kIndent = "　";

class Sayer {
 public:
  Sayer(const chart::Chart& chart, const Phrases& phrases) : chart_(chart), phrases_(phrases) {}

  std::vector<Line> Run(const chart::Block& block) {
    Block(block);
    Flush();
    return std::move(out_);
  }

 private:
  void Block(const chart::Block& block) {
    for (const chart::Action& action : block) {
      if (!std::holds_alternative<chart::Assign>(action.what)) Flush();
      std::visit([&](const auto& what) { Say(what); }, action.what);
    }
  }

  void Add(std::string text, std::string feel = "") {
    std::string indent;
    for (int i = 0; i < depth_; ++i) indent += kIndent;
    out_.push_back({indent + std::move(text), std::move(feel)});
  }

  // Assignments in a row are one sentence: what the case knows from here on.
  void Flush() {
    if (recorded_.empty()) return;
    std::vector<std::string> names;
    std::swap(names, recorded_);
    Add(StrCat("记载：", Join(names, "、")));
  }

  void Say(const chart::Assign& assign) {
    if (assign.to.slot < 0) return;
    std::string name = phrases_.Data(assign.to.slot);
    const std::string value = phrases_.Named(assign.expr.given ? assign.expr.text() : "");
    if (!value.empty() && value != name) name += StrCat("（", value, "）");
    if (std::find(recorded_.begin(), recorded_.end(), name) == recorded_.end()) {
      recorded_.push_back(std::move(name));
    }
  }

  void Say(const chart::Number& number) {
    std::string format = phrases_.Exact(number.format);
    Add(StrCat("取号：", phrases_.Data(number.slot)), std::move(format));
  }

  void Say(const chart::Issue& issue) {
    const std::string to = phrases_.Named(issue.to.given ? issue.to.text() : "");
    std::string text = StrCat("制发", phrases_.Paper(issue.code));
    if (!to.empty()) text += StrCat("，送", to);
    if (issue.await_seal) text += "，加盖印章后送出";
    Add(std::move(text),
        to.empty() && issue.to.given ? StrCat("送达对象：", OneLine(issue.to.text())) : "");
  }

  void Say(const chart::Void& paper) {
    Add(StrCat("作废", phrases_.Paper(paper.code)), phrases_.Expression(paper.reason));
  }

  void Say(const chart::Fact& fact) {
    Add(fact.reverses.empty() ? StrCat("统计：", fact.key)
                              : StrCat("统计：", fact.key, "，冲销 ", fact.reverses));
  }

  void Say(const chart::Spawn& spawn) {
    Add(StrCat("开立子案件：", phrases_.Process(spawn.process)));
  }

  void Say(const chart::StopChild& child) { Add(StrCat("撤销子案件：", child.id)); }

  void Say(const chart::Notice& notice) {
    const std::string to = phrases_.Expression(notice.to);
    Add(StrCat("通知", to, "：", phrases_.Text(notice.text)));
  }

  void Say(const chart::TimerAction& action) {
    using Kind = chart::TimerAction::Kind;
    std::vector<std::string> names;
    for (const int timer : action.timers) {
      names.push_back(chart_.timers[static_cast<size_t>(timer)].label);
    }
    const std::string which = StrCat("“", Join(names, "、"), "”");
    switch (action.kind) {
      case Kind::kStart:
        return Add(StrCat("开始计期：", which));
      case Kind::kStop:
        return Add(StrCat("停止计期：", which));
      case Kind::kPause:
        return Add(StrCat("中止计期：", which));
      case Kind::kResume:
        return Add(StrCat("恢复计期：", which));
      case Kind::kRestart:
        return Add(StrCat("重新计期：", which));
      case Kind::kExtend:
        return Add(StrCat("延长期限：", which), phrases_.Expression(action.due));
    }
  }

  void Say(const chart::Send& send) {
    const bool parent = send.target == "#_parent";
    Add(StrCat(parent ? "告知上级案件：" : "发出事件：", send.event));
  }

  void Say(const chart::Raise& raise) { Add(StrCat("随即办理：", raise.event)); }

  void Say(const chart::If& choice) {
    bool first = true;
    for (const chart::Branch& branch : choice.branches) {
      Flush();
      const bool otherwise = !branch.cond.given;
      const size_t before = out_.size();
      Add(otherwise ? "其他情形："
          : first   ? "符合下列条件的："
                    : "符合另一条件的：",
          otherwise ? "" : OneLine(branch.cond.text()));
      first = false;
      ++depth_;
      Block(branch.body);
      Flush();
      --depth_;
      if (out_.size() == before + 1) out_.pop_back();  // nothing to tell of this branch
    }
  }

  void Say(const chart::Foreach& loop) {
    Flush();
    const size_t before = out_.size();
    Add(StrCat("对每一项", phrases_.Expression(loop.array), "："));
    ++depth_;
    Block(loop.body);
    Flush();
    --depth_;
    if (out_.size() == before + 1) out_.pop_back();
  }

  // That a form's fields are taken goes without saying. Logs, cancelled delays and what is yet to
  // be invented say nothing to an approver.
  template <typename Other>
  void Say(const Other& other) {
    (void)other;
  }

  const chart::Chart& chart_;
  const Phrases& phrases_;
  std::vector<Line> out_;
  std::vector<std::string> recorded_;
  int depth_ = 0;
};

}  // namespace

std::vector<Line> Sentences(const chart::Chart& chart, const Phrases& phrases,
                            const chart::Block& block) {
  return Sayer(chart, phrases).Run(block);
}

void ForEachAction(const chart::Block& block,
                   const std::function<void(const chart::Action&)>& visit) {
  for (const chart::Action& action : block) {
    visit(action);
    if (const auto* choice = std::get_if<chart::If>(&action.what)) {
      for (const chart::Branch& branch : choice->branches) ForEachAction(branch.body, visit);
    }
    if (const auto* loop = std::get_if<chart::Foreach>(&action.what)) {
      ForEachAction(loop->body, visit);
    }
  }
}

std::vector<PlacedBlock> AllBlocks(const chart::Chart& chart, const Phrases& phrases) {
  std::vector<PlacedBlock> out;
  for (const chart::State& state : chart.states) {
    for (const chart::Block& block : state.on_entry) {
      out.push_back({StrCat(phrases.State(state.index), "（进入时）"), &block});
    }
    for (const chart::Block& block : state.on_exit) {
      out.push_back({StrCat(phrases.State(state.index), "（离开时）"), &block});
    }
    for (const int index : state.transitions) {
      const chart::Transition& transition = chart.transitions[static_cast<size_t>(index)];
      out.push_back(
          {StrCat(phrases.State(state.index), "·", phrases.Step(transition)), &transition.content});
    }
  }
  return out;
}

}  // namespace anjuan::describe
