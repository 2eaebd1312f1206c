#include "engine/dmn/analyse.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "engine/base/text.h"
#include "engine/dmn/as_feel.h"
#include "engine/dmn/column.h"
#include "engine/dmn/item_type.h"

namespace anjuan::dmn {

namespace {

class TableAnalysis {
 public:
  TableAnalysis(const Table& table, std::string name, const Location& at,
                const std::vector<ItemTypePointer>& types, feel::Meter& meter, Diagnostics& found)
      : table_(table), name_(std::move(name)), at_(at), meter_(meter), found_(found) {
    too_large_ = table.rules.size() > kMostRules;
    for (size_t i = 0; i < table.inputs.size() && !too_large_; ++i) {
      if (std::optional<Column> column = CutColumn(table, i, types[i], meter)) {
        columns_.push_back(*std::move(column));
      } else {
        too_large_ = true;
      }
    }
    if (too_large_) return;
    undecided_.resize(table.rules.size());
    reached_.resize(table.rules.size());
    shadowed_.resize(table.rules.size());
    for (size_t rule = 0; rule < table.rules.size(); ++rule) {
      for (const Column& column : columns_) {
        if (column.undecided[rule]) undecided_[rule] = true;
      }
    }
  }

  void Run() {
    if (too_large_) {
      TooLarge();
      return;
    }
    for (size_t rule = 0; rule < table_.rules.size(); ++rule) {
      if (!undecided_[rule] || TakesAll()) continue;
      Found(Severity::kWarning, "dmn.undecided", table_.rules[rule].at,
            StrCat("rule ", rule + 1,
                   " compares with other data: gaps and overlaps are told as if "
                   "it might hold anywhere"));
    }
    std::vector<size_t> rules;
    for (size_t i = 0; i < table_.rules.size(); ++i) rules.push_back(i);
    Descend(0, rules);
    if (too_large_) {
      TooLarge();
      return;
    }
    for (size_t rule = 0; rule < table_.rules.size(); ++rule) {
      if (reached_[rule]) continue;
      Found(Severity::kWarning, "dmn.unreachable", table_.rules[rule].at,
            StrCat("rule ", rule + 1, " never decides: ", WhyUnreachable(rule)));
    }
    More(gaps_, "dmn.gap", " more gaps are not shown");
    More(overlaps_.size(), "dmn.overlap", " more overlaps are not shown");
  }

 private:
  static constexpr size_t kMostRules = 500;
  static constexpr size_t kMostExamples = 5;  // of gaps, and of overlaps

  void More(size_t count, const char* code, const char* what) {
    if (count <= kMostExamples) return;
    Found(Severity::kWarning, code, at_, StrCat(count - kMostExamples, what));
  }

  // What is looked at costs as what FEEL does.
  bool Spend(size_t steps) {
    meter_.steps += static_cast<std::int64_t>(steps);
    too_large_ = too_large_ || meter_.steps > meter_.budget.steps;
    return !too_large_;
  }

  void Found(Severity severity, std::string code, const Location& at, std::string_view message,
             std::string hint = "") {
    found_.push_back({.severity = severity,
                      .code = std::move(code),
                      .message = StrCat("table \"", name_, "\": ", message),
                      .at = at,
                      .hint = std::move(hint)});
  }

  void TooLarge() {
    Found(Severity::kWarning, "dmn.undecided", at_, "the table is too large to be looked through");
  }

  // The inputs chosen so far; what comes after them may be anything.
  std::string Example() const {
    std::string out;
    for (size_t i = 0; i < chosen_.size(); ++i) {
      if (chosen_[i]->example.is_null()) continue;
      out += StrCat(out.empty() ? "" : ", ", table_.inputs[i].label, " = ",
                    AsFeel(chosen_[i]->example));
    }
    return out.empty() ? "any input" : out;
  }

  void Descend(size_t column, const std::vector<size_t>& rules) {
    if (too_large_) return;
    if (rules.empty()) {
      Gap();
      return;
    }
    if (column == columns_.size()) {
      Leaf(rules);
      return;
    }
    for (const Column::Piece& piece : columns_[column].pieces) {
      // A rule costs less than a step of FEEL.
      constexpr size_t kRulesInAStep = 16;
      if (!Spend(1 + rules.size() / kRulesInAStep)) return;
      std::vector<size_t> left;
      for (const size_t rule : rules) {
        if (piece.holds[rule]) left.push_back(rule);
      }
      chosen_.push_back(&piece);
      Descend(column + 1, left);
      chosen_.pop_back();
    }
  }

  // Where it would hold, and what holds there first; or the cell that never does.
  std::string WhyUnreachable(size_t rule) const {
    if (!shadowed_[rule].empty()) return shadowed_[rule];
    for (size_t i = 0; i < columns_.size(); ++i) {
      const auto& pieces = columns_[i].pieces;
      const bool held = std::any_of(pieces.begin(), pieces.end(),
                                    [&](const auto& piece) { return piece.holds[rule]; });
      if (held) continue;
      return StrCat("no ", table_.inputs[i].label, " meets `",
                    Trim(table_.rules[rule].inputs[i].text), "`");
    }
    return "no input meets it";
  }

  void Gap() {
    const bool otherwise = std::any_of(table_.outputs.begin(), table_.outputs.end(),
                                       [](const auto& output) { return output.otherwise; });
    if (otherwise || TakesAll() || ++gaps_ > kMostExamples) return;
    Found(Severity::kWarning, "dmn.gap", at_, StrCat("no rule holds for ", Example()),
          "add a rule, or a default output");
  }

  // All rules that hold count together, and none is an answer too.
  bool TakesAll() const {
    return table_.hit_policy == HitPolicy::kCollect || table_.hit_policy == HitPolicy::kRuleOrder ||
           table_.hit_policy == HitPolicy::kOutputOrder;
  }

  bool SameOutputs(size_t a, size_t b) const {
    const auto same = [](const Text& x, const Text& y) { return Trim(x.text) == Trim(y.text); };
    return std::equal(table_.rules[a].outputs.begin(), table_.rules[a].outputs.end(),
                      table_.rules[b].outputs.begin(), same);
  }

  void Leaf(const std::vector<size_t>& rules) {
    std::optional<size_t> first;
    for (const size_t rule : rules) {
      if (!first) reached_[rule] = true;
      if (first && !reached_[rule] && shadowed_[rule].empty()) {
        shadowed_[rule] = StrCat("rule ", *first + 1, " does before it, for ", Example());
      }
      if (table_.hit_policy == HitPolicy::kFirst && !undecided_[rule] && !first) first = rule;
    }
    if (table_.hit_policy != HitPolicy::kUnique && table_.hit_policy != HitPolicy::kAny) return;
    if (!Spend(rules.size() * rules.size() / 2)) return;
    for (size_t i = 0; i < rules.size(); ++i) {
      for (size_t j = i + 1; j < rules.size(); ++j) Overlap(rules[i], rules[j]);
    }
  }

  void Overlap(size_t a, size_t b) {
    if (undecided_[a] || undecided_[b]) return;
    if (table_.hit_policy == HitPolicy::kAny && SameOutputs(a, b)) return;
    if (!overlaps_.insert({a, b}).second || overlaps_.size() > kMostExamples) return;
    Found(Severity::kError, "dmn.overlap", table_.rules[b].at,
          StrCat("rules ", a + 1, " and ", b + 1, " both hold for ", Example()),
          table_.hit_policy == HitPolicy::kUnique
              ? "the table is UNIQUE: narrow one of them, or choose FIRST or PRIORITY"
              : "the table is ANY: give both the same outputs");
  }

  const Table& table_;
  std::string name_;
  Location at_;
  feel::Meter& meter_;
  Diagnostics& found_;
  bool too_large_ = false;
  std::vector<Column> columns_;
  std::vector<bool> undecided_;
  std::vector<bool> reached_;
  std::vector<std::string> shadowed_;  // by rule: an input where another goes before it
  std::vector<const Column::Piece*> chosen_;
  std::set<std::pair<size_t, size_t>> overlaps_;
  size_t gaps_ = 0;
};

class ModelAnalysis {
 public:
  explicit ModelAnalysis(const Source& source) : source_(source), types_(source, {}, ignored_) {}

  Diagnostics Run() {
    for (const Element& element : source_.elements) {
      if (element.logic != nullptr) Walk(*element.logic, element.name);
    }
    return std::move(found_);
  }

 private:
  void Walk(const Boxed& boxed, const std::string& name) {
    for (const BoxedPointer& item : boxed.items) {
      if (item != nullptr) Walk(*item, name);
    }
    for (const Named& entry : boxed.entries) {
      const std::string inner = entry.name.empty() ? name : StrCat(name, ".", entry.name);
      if (entry.value != nullptr) Walk(*entry.value, inner);
    }
    if (boxed.table == nullptr || boxed.table->rules.empty()) return;
    std::vector<ItemTypePointer> types;
    for (const InputClause& input : boxed.table->inputs) types.push_back(TypeOf(input));
    // A table that cannot be looked through must not keep the others from it: half of what is left.
    const std::int64_t left = kMostSteps - spent_;
    feel::Meter meter{{.steps = left / 2}};
    TableAnalysis(*boxed.table, name, boxed.at, types, meter, found_).Run();
    spent_ += std::min(meter.steps, left);
  }

  // As the column says, or as the input of that name is declared; the narrower where both are.
  ItemTypePointer TypeOf(const InputClause& input) {
    const std::string name(Trim(input.expression.text));
    for (const Element& element : source_.elements) {
      const bool named = element.variable == name && (element.kind == Element::Kind::kInput ||
                                                      element.kind == Element::Kind::kDecision);
      if (!named) continue;
      ItemTypePointer type = types_.Find(element.type_ref, element.at, ignored_);
      if (type != nullptr) return type;
    }
    return types_.Find(input.type_ref, input.at, ignored_);
  }

  // Of a whole model, in FEEL's steps: a table of ten rules and four columns takes some hundreds.
  static constexpr std::int64_t kMostSteps = 2'000'000;

  const Source& source_;
  std::int64_t spent_ = 0;
  Diagnostics ignored_;  // told when the model is compiled
  ItemTypes types_;
  Diagnostics found_;
};

}  // namespace

Diagnostics Analyse(const Source& source) {
  return ModelAnalysis(source).Run();
}

}  // namespace anjuan::dmn
