// The decisions of a bundle's rules/*.dmn as tables of conditions and results.
#include <utility>

#include "engine/base/text.h"
#include "engine/describe/cells.h"
#include "engine/describe/outline.h"
#include "engine/describe/words.h"
#include "engine/dmn/reader.h"

namespace anjuan::describe {
namespace {

std::string AggregationInWords(dmn::Aggregation aggregation) {
  switch (aggregation) {
    case dmn::Aggregation::kNone:
      return "汇集（COLLECT）：凡符合的规则，其结果都取";
    case dmn::Aggregation::kSum:
      return "合计（COLLECT SUM）：取各条符合的规则结果之和";
    case dmn::Aggregation::kMin:
      return "最小（COLLECT MIN）：取各条符合的规则结果中最小的";
    case dmn::Aggregation::kMax:
      return "最大（COLLECT MAX）：取各条符合的规则结果中最大的";
    case dmn::Aggregation::kCount:
      return "计数（COLLECT COUNT）：结果是符合的规则有几条";
  }
  return "";
}

std::string PolicyInWords(const dmn::Table& table) {
  switch (table.hit_policy) {
    case dmn::HitPolicy::kUnique:
      return "唯一（UNIQUE）：每种情形至多符合一条规则";
    case dmn::HitPolicy::kAny:
      return "一致（ANY）：可以同时符合几条规则，其结果必须相同";
    case dmn::HitPolicy::kPriority:
      return "优先（PRIORITY）：符合几条规则的，取所列结果中排在最前的";
    case dmn::HitPolicy::kFirst:
      return "首条（FIRST）：自上而下，取第一条符合的规则";
    case dmn::HitPolicy::kRuleOrder:
      return "依次（RULE ORDER）：凡符合的规则，其结果按规则的先后都取";
    case dmn::HitPolicy::kOutputOrder:
      return "依序（OUTPUT ORDER）：凡符合的规则，其结果按所列结果的先后都取";
    case dmn::HitPolicy::kCollect:
      return AggregationInWords(table.aggregation);
  }
  return "";
}

class Teller {
 public:
  Teller(const chart::Chart& chart, std::string file) : chart_(chart), file_(std::move(file)) {}

  std::vector<RuleTable> Tell(const dmn::Source& source) {
    for (const dmn::Element& element : source.elements) {
      if (element.logic == nullptr) continue;
      const bool function = element.logic->kind == dmn::Boxed::Kind::kFunction;
      const dmn::Boxed& logic = function && !element.logic->items.empty()
                                    ? *element.logic->items.front()
                                    : *element.logic;
      Tell(element, logic, element.name, source.name);
    }
    return std::move(out_);
  }

 private:
  void Tell(const dmn::Element& element, const dmn::Boxed& logic, const std::string& name,
            const std::string& model) {
    if (logic.kind == dmn::Boxed::Kind::kTable && logic.table != nullptr) {
      AddTable(element, *logic.table, name, model);
    } else if (logic.kind == dmn::Boxed::Kind::kLiteral) {
      RuleTable table = Head(element, name, model);
      table.formula = OneLine(logic.text.text);
      out_.push_back(std::move(table));
    }
    // A table may stand inside a context or a function.
    for (const dmn::BoxedPointer& item : logic.items) {
      if (item != nullptr && item->kind != dmn::Boxed::Kind::kLiteral) {
        Tell(element, *item, name, model);
      }
    }
    for (const dmn::Named& entry : logic.entries) {
      if (entry.value != nullptr) {
        Tell(element, *entry.value, entry.name.empty() ? name : StrCat(name, ".", entry.name),
             model);
      }
    }
  }

  RuleTable Head(const dmn::Element& element, const std::string& name,
                 const std::string& model) const {
    RuleTable out;
    out.name = name;
    out.file = file_;
    out.note = OneLine(element.note);
    out.title = model.empty() || model == name ? name : StrCat(model, "：", name);
    return out;
  }

  void AddTable(const dmn::Element& element, const dmn::Table& table, const std::string& name,
                const std::string& model) {
    RuleTable out = Head(element, name, model);
    out.policy = PolicyInWords(table);
    std::vector<std::string> inputs;
    for (const dmn::InputClause& input : table.inputs) {
      const std::string feel = OneLine(input.expression.text);
      inputs.push_back(input.label == feel ? feel : StrCat(input.label, "（", feel, "）"));
    }
    out.inputs = Join(inputs, "、");
    for (size_t i = 0; i < table.rules.size(); ++i) {
      out.rows.push_back(RowOf(table, table.rules[i], std::to_string(i + 1)));
    }
    AddOtherwise(table, out);
    out_.push_back(std::move(out));
  }

  RuleTable::Row RowOf(const dmn::Table& table, const dmn::Rule& rule, std::string number) const {
    RuleTable::Row row;
    row.number = std::move(number);
    row.note = OneLine(rule.note);
    for (size_t i = 0; i < rule.inputs.size() && i < table.inputs.size(); ++i) {
      const dmn::InputClause& input = table.inputs[i];
      std::string words = TestsInWords(rule.inputs[i].text, NameFor(Trim(input.expression.text)));
      if (words.empty()) continue;
      row.conditions.push_back(StrCat(input.label, "：", words));
    }
    for (size_t i = 0; i < rule.outputs.size() && i < table.outputs.size(); ++i) {
      row.results.push_back(ResultOf(table, i, rule.outputs[i].text));
    }
    return row;
  }

  std::string ResultOf(const dmn::Table& table, size_t output, std::string_view feel) const {
    const dmn::OutputClause& clause = table.outputs[output];
    const std::string words = OutputInWords(feel, NameFor(clause.name));
    return clause.label.empty() ? words : StrCat(clause.label, "：", words);
  }

  void AddOtherwise(const dmn::Table& table, RuleTable& out) const {
    RuleTable::Row row;
    row.number = "其他";
    for (size_t i = 0; i < table.outputs.size(); ++i) {
      if (!table.outputs[i].otherwise) continue;
      row.results.push_back(ResultOf(table, i, table.outputs[i].otherwise->text));
    }
    if (row.results.empty()) return;
    row.conditions.emplace_back("没有规则符合的");
    out.rows.push_back(std::move(row));
  }

  // The chart's words for the values of its datum of that name.
  ValueName NameFor(std::string_view datum) const {
    const int slot = chart_.FindData(datum);
    return [this, slot](std::string_view value) {
      if (slot >= 0) {
        const auto& labels = chart_.data[static_cast<size_t>(slot)].value_labels;
        for (const auto& [known, label] : labels) {
          if (known == value) return label;
        }
      }
      return value.empty() ? std::string("（空）") : std::string(value);
    };
  }

  const chart::Chart& chart_;
  std::string file_;
  std::vector<RuleTable> out_;
};

}  // namespace

std::vector<RuleTable> RulesOf(const std::map<std::string, std::string>& rules,
                               const chart::Chart& chart) {
  std::vector<RuleTable> out;
  for (const auto& [path, text] : rules) {
    if (!path.starts_with("rules/")) continue;
    const Result<dmn::Source> source = dmn::ReadSource(text, path);
    if (!source) continue;
    for (RuleTable& table : Teller(chart, path).Tell(*source)) out.push_back(std::move(table));
  }
  return out;
}

}  // namespace anjuan::describe
