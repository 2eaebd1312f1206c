// The expressions are those other engines are measured with (engine/feel/README.md, "Speed"): a
// guard, a deadline, a text, a filter over a hundred rows, a decision table of twelve rules and a
// sum of money. Each result is compared with the exact one before anything is measured.
#include "engine/app/bench_feel.h"

#include <array>
#include <optional>
#include <ostream>
#include <string>
#include <vector>

#include "engine/app/rate.h"
#include "engine/base/check.h"
#include "engine/base/text.h"
#include "engine/feel/feel.h"
#include "engine/value/json.h"

namespace anjuan::app {

namespace {

constexpr std::string_view kUnit = "evaluations/s";

struct Question {
  std::string name;
  std::string data;  // FEEL context
  std::string text;
  std::string exact;  // FEEL
};

const std::string kCase =
    R"(案卷: {编号: "政采〔2026〕18号", 金额: 128000.5, 级别: "重大", 受理日期: "2026-05-06", 当前日期: "2026-06-01",
             已归档: false, 部门: {名称: "采购处", 级别: 3, 负责人: {姓名: "李四", 职务: "处长"}}},
       申请人: {姓名: "张三", 年龄: 41, 特批: false})";

// A hundred rows; the sum of those wanted is counted beside them.
Question Filter() {
  std::string rows;
  std::int64_t cents = 0;
  for (int i = 0; i < 100; ++i) {
    const bool valid = i % 3 != 0;
    const int amount = 1 + i % 7;
    const std::int64_t money = i * 137 % 1000 * 100 + i % 100;
    if (valid && amount > 2) cents += money;
    rows += StrCat(i == 0 ? "" : ", ", "{序号: ", i + 1, ", 名称: \"物品", i + 1, "\", 状态: \"",
                   valid ? "有效" : "作废", "\", 数量: ", amount, ", 金额: ", money, " / 100}");
  }
  return {"E4", StrCat("{明细: [", rows, "]}"), R"(sum(明细[状态 = "有效" and 数量 > 2].金额))",
          StrCat(cents, " / 100")};
}

std::vector<Question> Questions() {
  return {
      {"E1", StrCat("{", kCase, "}"),
       R"(案卷.金额 >= 50000 and (案卷.部门.级别 in [2..4]) and not(案卷.已归档))"
       R"( and (案卷.部门.负责人.职务 = "处长" or 申请人.特批) and 申请人.年龄 between 18 and 60)",
       "true"},
      {"E2", StrCat("{", kCase, "}"),
       R"(date(案卷.受理日期) + duration("P20D") < date(案卷.当前日期))", "true"},
      {"E3", StrCat("{", kCase, "}"),
       R"("关于" + 申请人.姓名 + "申请" + string(案卷.金额) + "元的批复（" + 案卷.编号 + "）")",
       R"("关于张三申请128000.5元的批复（政采〔2026〕18号）")"},
      Filter(),
      {"E6", "{单价: 19.99, 数量: 3, 税率: 0.06, 运费: 0.1, 优惠: 0.2}",
       "单价 * 数量 * (1 + 税率) + 运费 - 优惠", "63.4682"},
  };
}

Value Constant(const std::string& text) {
  const Result<feel::Expression> compiled = feel::Compile(text, feel::Scope(), {"bench", 1, 1});
  ANJUAN_CHECK(compiled.has_value());  // we wrote it
  Result<Value> value = feel::Evaluate(*compiled, {}, feel::NoHost());
  ANJUAN_CHECK(value.has_value());
  return *std::move(value);
}

struct Names {
  feel::Scope scope;
  std::vector<Value> values;
};

Names NamesOf(const Value& data) {
  Names names;
  for (const auto& [name, value] : data.context()->entries()) {
    names.scope.DeclareVariable(name, TypeOf(value));
    names.values.push_back(value);
  }
  return names;
}

feel::Expression Compiled(const std::string& text, const feel::Scope& scope) {
  Result<feel::Expression> compiled = feel::Compile(text, scope, {"bench", 1, 1});
  ANJUAN_CHECK(compiled.has_value());
  return *std::move(compiled);
}

bool Measure(const Streams& streams, const Question& question) {
  const Names names = NamesOf(Constant(question.data));
  const feel::Expression once = Compiled(question.text, names.scope);
  const Result<Value> value = feel::Evaluate(once, names.values, feel::NoHost());
  if (!value || !(*value == Constant(question.exact))) {
    streams.err << "error: " << question.name << " is not " << question.exact << "\n";
    return false;
  }
  PrintRate(streams, StrCat("feel ", question.name, " each"), kUnit, 1, [&](long times) {
    for (long i = 0; i < times; ++i) {
      const feel::Expression each = Compiled(question.text, names.scope);
      ANJUAN_CHECK(feel::Evaluate(each, names.values, feel::NoHost()).has_value());
    }
  });
  PrintRate(streams, StrCat("feel ", question.name, " compiled"), kUnit, 1, [&](long times) {
    for (long i = 0; i < times; ++i) {
      ANJUAN_CHECK(feel::Evaluate(once, names.values, feel::NoHost()).has_value());
    }
  });
  return true;
}

// ---- E5: a decision table

constexpr size_t kInputs = 3;
struct TableRule {
  std::array<const char*, kInputs> when;  // "-": any
  const char* then;
};
constexpr std::array<const char*, kInputs> kNames = {"金额", "类别", "级别"};
constexpr TableRule kRules[] = {
    {{"< 1000", "-", "-"}, "0"},
    {{"[1000..5000)", R"("货物")", "-"}, "10"},
    {{"[1000..5000)", R"("服务")", "-"}, "15"},
    {{"[1000..5000)", R"("工程")", "-"}, "20"},
    {{"[5000..50000)", R"("货物")", "< 3"}, "30"},
    {{"[5000..50000)", R"("货物")", ">= 3"}, "35"},
    {{"[5000..50000)", R"("服务","工程")", "< 3"}, "40"},
    {{"[5000..50000)", R"("服务","工程")", ">= 3"}, "45"},
    {{"[50000..500000)", R"("货物")", "-"}, "60"},
    {{"[50000..500000)", R"("服务","工程")", "-"}, "70"},
    {{">= 500000", "-", "< 3"}, "90"},
    {{">= 500000", "-", ">= 3"}, "95"},
};

// Every rule is tested, its cells from left to right until one does not hold; "-" is not asked.
class Table {
 public:
  Table() {
    const Value first = Constant(R"({金额: 500, 类别: "货物", 级别: 1})");
    for (size_t i = 0; i < kInputs; ++i) {
      const Type type = TypeOf(first[kNames[i]]);
      scope_.DeclareVariable(kNames[i], type);
      tests_[i].DeclareVariable("?", type);
    }
    for (size_t i = 0; i < kInputs; ++i) inputs_.push_back(Input(i));
    for (const TableRule& rule : kRules) {
      Row& row = rows_.emplace_back();
      for (size_t i = 0; i < kInputs; ++i) {
        if (Asks(rule, i)) row.cells[i] = Cell(rule, i);
      }
      row.output = Compiled(rule.then, scope_);
    }
  }

  Value Decide(std::span<const Value> data) const {
    std::array<Value, kInputs> input;
    for (size_t i = 0; i < kInputs; ++i) input[i] = Of(inputs_[i], data);
    Value out;
    for (const Row& row : rows_) {
      bool holds = true;
      for (size_t i = 0; holds && i < kInputs; ++i) {
        holds = !row.cells[i] || Of(*row.cells[i], std::span(&input[i], 1)) == Value(true);
      }
      if (holds) out = Of(row.output, data);
    }
    return out;
  }

  // The same, each expression compiled whenever it is asked, as the peer's driver does: the input
  // again for each cell.
  Value DecideParsing(std::span<const Value> data) const {
    Value out;
    for (const TableRule& rule : kRules) {
      bool holds = true;
      for (size_t i = 0; holds && i < kInputs; ++i) {
        if (!Asks(rule, i)) continue;
        const Value input = Of(Input(i), data);
        holds = Of(Cell(rule, i), std::span(&input, 1)) == Value(true);
      }
      if (holds) out = Of(Compiled(rule.then, scope_), data);
    }
    return out;
  }

 private:
  struct Row {
    std::array<std::optional<feel::Expression>, kInputs> cells;  // none: any
    feel::Expression output;
  };

  static bool Asks(const TableRule& rule, size_t input) {
    return std::string_view(rule.when[input]) != "-";
  }
  feel::Expression Input(size_t i) const { return Compiled(kNames[i], scope_); }
  feel::Expression Cell(const TableRule& rule, size_t i) const {
    Result<feel::Expression> cell =
        feel::CompileUnaryTests(rule.when[i], tests_[i], {"bench", 1, 1});
    ANJUAN_CHECK(cell.has_value());
    return *std::move(cell);
  }
  static Value Of(const feel::Expression& expression, std::span<const Value> variables) {
    Result<Value> value = feel::Evaluate(expression, variables, feel::NoHost());
    ANJUAN_CHECK(value.has_value());
    return *std::move(value);
  }

  feel::Scope scope_;
  std::array<feel::Scope, kInputs> tests_;
  std::vector<feel::Expression> inputs_;
  std::vector<Row> rows_;
};

bool MeasureTable(const Streams& streams) {
  std::vector<std::vector<Value>> data;
  const Value inputs = Constant(
      R"([[500, "货物", 1], [1000, "货物", 2], [20000, "工程", 2], [120000, "服务", 3], [900000, "工程", 4]])");
  for (const Value& row : *inputs.list()) data.push_back(*row.list());
  const Table table;
  List found;
  List parsing;
  for (const std::vector<Value>& row : data) {
    found.push_back(table.Decide(row));
    parsing.push_back(table.DecideParsing(row));
  }
  const Value exact = Constant("[0, 10, 40, 70, 95]");
  if (!(Value(found) == exact) || !(Value(parsing) == exact)) {
    streams.err << "error: E5 is not [0, 10, 40, 70, 95]\n";
    return false;
  }
  PrintRate(streams, "feel E5 each", kUnit, 1, [&](long times) {
    for (long i = 0; i < times; ++i)
      table.DecideParsing(data[static_cast<size_t>(i) % data.size()]);
  });
  PrintRate(streams, "feel E5 compiled", kUnit, 1, [&](long times) {
    for (long i = 0; i < times; ++i) table.Decide(data[static_cast<size_t>(i) % data.size()]);
  });
  return true;
}

}  // namespace

int BenchFeel(const Streams& streams) {
  bool right = true;
  for (const Question& question : Questions()) right = Measure(streams, question) && right;
  right = MeasureTable(streams) && right;
  return right ? kExitDone : kExitFindings;
}

}  // namespace anjuan::app
