// The chart's vocabulary in Chinese. Private to engine/describe.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/describe/outline.h"

namespace anjuan::describe {

std::string KindOf(const chart::State& state);  // 起始, 办理, 等待, 办结（成功）, 阶段
std::string TypeOf(const Type& type);           // 日期, 文字, 选项, 名单
std::string Quantity(const Value& value, std::string_view unit);  // 20日, 10个工作日, 是
std::string StatusOf(std::string_view status);  // 已核对, 凭记忆，待核对
std::string ShortRef(const std::vector<std::string>& refs, std::string_view own);  // T01
std::string OneLine(std::string_view expression);  // white space settled

// What a chart's names are called, for one chart.
class Phrases {
 public:
  Phrases(const chart::Chart& chart, const Forms& forms, const Names& names)
      : chart_(chart), forms_(forms), names_(names) {}

  std::string Role(const chart::Role& role) const;
  std::string Roles(const std::vector<chart::Role>& roles) const;
  std::string RoleName(const std::string& id) const;
  std::string Paper(const std::string& code) const;
  std::string Process(const std::string& name) const;
  std::string State(int index) const;
  std::string Step(const chart::Transition& transition) const;
  std::string Form(const std::string& id) const;
  std::string Source(const std::string& source) const;  // of a rule
  std::string Data(int slot) const;
  // The label of what an expression names alone (a datum, a party, today); "" for any other.
  std::string Named(std::string_view expression) const;
  // With the names of what stands in braces, in braces; what has no name is left out (……).
  std::string Text(const feel::TextTemplate& text) const;
  std::string Exact(const feel::TextTemplate& text) const;  // as written
  // What it names, or the expression itself.
  std::string Expression(const chart::Expr& expression) const;

 private:
  const chart::Chart& chart_;
  const Forms& forms_;
  const Names& names_;
};

}  // namespace anjuan::describe
