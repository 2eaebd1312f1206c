#include "engine/chart/guard.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/base/text.h"
#include "engine/feel/parser.h"

namespace anjuan::chart {

namespace {

using feel::Operator;
using feel::Syntax;

constexpr size_t kMostCells = 4096;     // of one question
constexpr size_t kMostFormulas = 2000;  // nodes of one guard

std::string WithoutSpaces(std::string_view text) {
  std::string out;
  bool quoted = false;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' && (i == 0 || text[i - 1] != '\\')) quoted = !quoted;
    if (!quoted && (c == ' ' || c == '\n' || c == '\t' || c == '\r')) {
      // `not x` and `a and b` must stay words.
      if (!out.empty() && out.back() != ' ') out += ' ';
      continue;
    }
    out += c;
  }
  return std::string(Trim(out));
}

std::optional<Value> LiteralOf(const Syntax& syntax) {
  if (syntax.kind == Syntax::Kind::kLiteral) return syntax.value;
  if (syntax.kind == Syntax::Kind::kNegate) {
    const std::optional<Value> inner = LiteralOf(*syntax.kids[0]);
    if (inner && inner->number() != nullptr) return Value(inner->number()->Negate());
    return std::nullopt;
  }
  if (syntax.kind == Syntax::Kind::kCall && syntax.kids.size() == 2 && syntax.names.empty() &&
      syntax.kids[0]->kind == Syntax::Kind::kName && syntax.kids[0]->text == "date") {
    const std::optional<Value> inner = LiteralOf(*syntax.kids[1]);
    if (!inner || inner->string() == nullptr) return std::nullopt;
    const auto date = ParseDate(*inner->string());
    if (date) return Value(*date);
  }
  return std::nullopt;
}

std::optional<std::string> PathOf(const Syntax& syntax) {
  if (syntax.kind == Syntax::Kind::kName) return syntax.text;
  if (syntax.kind != Syntax::Kind::kPath) return std::nullopt;
  std::optional<std::string> base = PathOf(*syntax.kids[0]);
  if (!base) return std::nullopt;
  return StrCat(*base, ".", syntax.text);
}

void CollectRoots(const Syntax& syntax, std::vector<std::string>& out) {
  if (std::optional<std::string> path = PathOf(syntax)) {
    out.push_back(*std::move(path));
    return;
  }
  for (const auto& kid : syntax.kids) CollectRoots(*kid, out);
}

Syntax::Pointer Parse(std::string_view text, const Location& at, const feel::Scope& scope) {
  Diagnostics problems;
  return feel::Parser(text, at, scope, problems).ParseAll();
}

bool IsOrder(Operator op) {
  return op == Operator::kLess || op == Operator::kLessEqual || op == Operator::kGreater ||
         op == Operator::kGreaterEqual;
}
bool IsComparison(Operator op) {
  return op == Operator::kEqual || op == Operator::kNotEqual || IsOrder(op);
}

Operator Turned(Operator op) {
  if (op == Operator::kLess) return Operator::kGreater;
  if (op == Operator::kLessEqual) return Operator::kGreaterEqual;
  if (op == Operator::kGreater) return Operator::kLess;
  if (op == Operator::kGreaterEqual) return Operator::kLessEqual;
  return op;
}

std::optional<bool> Less(const Value& a, const Value& b) {
  if (a.number() != nullptr && b.number() != nullptr) return *a.number() < *b.number();
  if (a.date() != nullptr && b.date() != nullptr) return *a.date() < *b.date();
  if (a.months() != nullptr && b.months() != nullptr) return *a.months() < *b.months();
  if (a.days() != nullptr && b.days() != nullptr) return *a.days() < *b.days();
  return std::nullopt;
}

bool Prefix(const std::string& a, const std::string& b) {
  return b.starts_with(a) && (b.size() == a.size() || b[a.size()] == '.');
}

Truth Not(Truth truth) {
  if (truth == Truth::kTrue) return Truth::kFalse;
  return truth == Truth::kFalse ? Truth::kTrue : truth;
}

// As the evaluator does: from left to right, until one decides or ends in an error.
template <typename Judge>
Truth Logic(const Formula& formula, Truth deciding, const Judge& judge) {
  bool open = false;
  for (const Formula& kid : formula.kids) {
    const Truth truth = judge(kid);
    if (truth == deciding) return open ? Truth::kUnknown : deciding;
    // Behind something unknown an error may not be reached.
    if (truth == Truth::kFails) return open ? Truth::kUnknown : Truth::kFails;
    open = open || truth == Truth::kUnknown;
  }
  if (open) return Truth::kUnknown;
  return Not(deciding);
}

template <typename Leaf>
Truth Judge(const Formula& formula, const Leaf& leaf) {
  const auto again = [&](const Formula& kid) { return Judge(kid, leaf); };
  switch (formula.kind) {
    case Formula::Kind::kConstant:
      return formula.constant ? Truth::kTrue : Truth::kFalse;
    case Formula::Kind::kUnknown:
      return Truth::kUnknown;
    case Formula::Kind::kAnd:
      return Logic(formula, Truth::kFalse, again);
    case Formula::Kind::kOr:
      return Logic(formula, Truth::kTrue, again);
    case Formula::Kind::kNot:
      return Not(again(formula.kids[0]));
    case Formula::Kind::kIf: {
      const Truth condition = again(formula.kids[0]);
      if (condition == Truth::kFails) return condition;
      if (condition != Truth::kUnknown) {
        return again(formula.kids[condition == Truth::kTrue ? 1 : 2]);
      }
      const Truth yes = again(formula.kids[1]);
      return yes == again(formula.kids[2]) && yes != Truth::kFails ? yes : Truth::kUnknown;
    }
    case Formula::Kind::kIn:
    case Formula::Kind::kHolds:
    case Formula::Kind::kCompare:
      break;
  }
  return leaf(formula);
}

bool Any(const Formula& formula, const std::function<bool(const Formula&)>& is) {
  return is(formula) || std::any_of(formula.kids.begin(), formula.kids.end(),
                                    [&](const Formula& kid) { return Any(kid, is); });
}

std::string Show(const Value& value) {
  if (value.is_null()) return "null";
  if (value.boolean() != nullptr) return *value.boolean() ? "true" : "false";
  if (value.number() != nullptr) return value.number()->ToString();
  if (value.string() != nullptr) return StrCat("\"", *value.string(), "\"");
  if (value.date() != nullptr) return ToString(*value.date());
  return "?";
}

}  // namespace

// ---- FEEL -> Formula ---------------------------------------------------------------------------

class Guards::Builder {
 public:
  Builder(Guards& guards, const FormType& form, const std::string& form_name) : guards_(guards) {
    if (!form_name.empty() && form) event_ = form(form_name);
  }

  Formula Guard(const Expr& expr) {
    if (!expr.given) return Constant(true);
    if (!expr.mistakes.empty()) return {};
    text_ = expr.text();
    nodes_ = 0;
    const Syntax::Pointer tree = Parse(text_, expr.at, guards_.chart_.scope);
    return tree == nullptr ? Formula() : Build(*tree);
  }

  static Formula Constant(bool value) {
    Formula out;
    out.kind = Formula::Kind::kConstant;
    out.constant = value;
    return out;
  }

 private:
  Formula Build(const Syntax& syntax) {
    if (++nodes_ > kMostFormulas) return {};
    using Kind = Syntax::Kind;
    const Kind kind = syntax.kind;
    if (kind == Kind::kLiteral && syntax.value.boolean() != nullptr) {
      return Constant(*syntax.value.boolean());
    }
    if (kind == Kind::kAnd) return Compound(Formula::Kind::kAnd, syntax, 0);
    if (kind == Kind::kOr) return Compound(Formula::Kind::kOr, syntax, 0);
    if (kind == Kind::kIf) return Compound(Formula::Kind::kIf, syntax, 0);
    if (kind == Kind::kIn) return Among(syntax);
    if (kind == Kind::kCall) return Call(syntax);
    if (kind == Kind::kBinary && IsComparison(syntax.op)) {
      return Compare(*syntax.kids[0], syntax.op, *syntax.kids[1]);
    }
    if (kind == Kind::kBetween) {
      Formula out;
      out.kind = Formula::Kind::kAnd;
      out.kids.push_back(Compare(*syntax.kids[0], Operator::kGreaterEqual, *syntax.kids[1]));
      out.kids.push_back(Compare(*syntax.kids[0], Operator::kLessEqual, *syntax.kids[2]));
      return out;
    }
    if (kind == Kind::kName || kind == Kind::kPath) {
      Formula out;
      out.kind = Formula::Kind::kHolds;
      out.term = TermOf(syntax);
      return out;
    }
    return {};
  }

  Formula Compound(Formula::Kind kind, const Syntax& syntax, size_t first) {
    Formula out;
    out.kind = kind;
    for (size_t i = first; i < syntax.kids.size(); ++i) out.kids.push_back(Build(*syntax.kids[i]));
    return out;
  }

  Formula Call(const Syntax& syntax) {
    const Syntax& callee = *syntax.kids[0];
    if (callee.kind != Syntax::Kind::kName || syntax.kids.size() != 2) return {};
    if (callee.text == "not") return Compound(Formula::Kind::kNot, syntax, 1);
    if (callee.text != "In") return {};
    const std::optional<Value> name = LiteralOf(*syntax.kids[1]);
    if (!name || name->string() == nullptr) return {};
    Formula out;
    out.kind = Formula::Kind::kIn;
    out.state = guards_.chart_.FindState(*name->string());
    return out.state < 0 ? Formula() : out;
  }

  Formula Among(const Syntax& syntax) {
    Formula out;
    out.kind = Formula::Kind::kOr;
    for (size_t i = 1; i < syntax.kids.size(); ++i) {
      const Syntax& test = *syntax.kids[i];
      if (test.kind == Syntax::Kind::kTest) {
        out.kids.push_back(Compare(*syntax.kids[0], test.op, *test.kids[0]));
      } else if (test.kind == Syntax::Kind::kList) {
        for (const auto& item : test.kids) {
          out.kids.push_back(Compare(*syntax.kids[0], Operator::kEqual, *item));
        }
      } else if (test.kind == Syntax::Kind::kRange) {
        Formula range;
        range.kind = Formula::Kind::kAnd;
        range.kids.push_back(Compare(
            *syntax.kids[0], test.low_included ? Operator::kGreaterEqual : Operator::kGreater,
            *test.kids[0]));
        range.kids.push_back(Compare(*syntax.kids[0],
                                     test.high_included ? Operator::kLessEqual : Operator::kLess,
                                     *test.kids[1]));
        out.kids.push_back(std::move(range));
      } else if (LiteralOf(test)) {
        out.kids.push_back(Compare(*syntax.kids[0], Operator::kEqual, test));
      } else {
        return {};
      }
    }
    return out;
  }

  Formula Compare(const Syntax& left, Operator op, const Syntax& right) {
    std::optional<Value> a = LiteralOf(left);
    std::optional<Value> b = LiteralOf(right);
    if (a && b) return {};
    Formula out;
    out.kind = Formula::Kind::kCompare;
    out.op = a ? Turned(op) : op;
    if (a || b) {
      out.term = TermOf(a ? right : left);
      out.literal = a ? *std::move(a) : *std::move(b);
      if (IsOrder(out.op) && !Less(out.literal, out.literal)) return {};
      return out;
    }
    // Two of them: their difference is compared with nothing.
    out.literal = Value(0);
    const std::string l = Text(left);
    const std::string r = Text(right);
    const bool turn = r < l;
    if (turn) out.op = Turned(out.op);
    const std::string text = StrCat(turn ? r : l, "~", turn ? l : r);
    Term term{.text = text, .left = turn ? r : l, .right = turn ? l : r, .type = {}, .roots = {}};
    CollectRoots(left, term.roots);
    CollectRoots(right, term.roots);
    term.free = PathOf(left).has_value() && PathOf(right).has_value();
    out.term = Keep(std::move(term));
    return out;
  }

  std::string Text(const Syntax& syntax) const {
    return WithoutSpaces(
        std::string_view(text_).substr(syntax.span.begin, syntax.span.end - syntax.span.begin));
  }

  int TermOf(const Syntax& syntax) {
    Term term{.text = Text(syntax), .left = {}, .right = {}, .type = {}, .roots = {}};
    if (const std::optional<std::string> path = PathOf(syntax)) {
      term.text = *path;
      const std::vector<std::string_view> parts = Split(*path, '.');
      if (const std::optional<Type> type = TypeOf(parts)) term.type = *type;
      const bool datum = guards_.chart_.FindData(parts[0]) >= 0;
      term.free = datum || (parts[0] == "_event" && parts.size() > 2);
      term.declared = datum;
    }
    CollectRoots(syntax, term.roots);
    return Keep(std::move(term));
  }

  std::optional<Type> TypeOf(const std::vector<std::string_view>& parts) const {
    const Chart& chart = guards_.chart_;
    size_t next = 1;
    Type type;
    if (const int slot = chart.FindData(parts[0]); slot >= 0) {
      type = chart.data[static_cast<size_t>(slot)].type;
    } else if (parts[0] == "_event" && parts.size() > 2 && parts[1] == "data" && event_) {
      type = *event_;
      // A field of the same name as a datum takes its type.
      if (const int same = chart.FindData(parts[2]); same >= 0) {
        type = chart.data[static_cast<size_t>(same)].type;
        next = 3;
      } else {
        next = 2;
      }
    } else {
      return std::nullopt;
    }
    for (; next < parts.size(); ++next) {
      const Type* field = type.FindField(parts[next]);
      if (field == nullptr) return std::nullopt;
      Type copy = *field;
      type = std::move(copy);
    }
    return type;
  }

  int Keep(Term term) {
    // Forms differ: the same path of another event's data is another term.
    std::string key = term.text;
    if (key.find("_event") != std::string::npos && event_) key += StrCat("|", ToString(*event_));
    const auto [it, fresh] =
        guards_.term_index_.emplace(std::move(key), static_cast<int>(guards_.terms_.size()));
    if (fresh) guards_.terms_.push_back(std::move(term));
    return it->second;
  }

  Guards& guards_;
  std::optional<Type> event_;
  std::string text_;
  size_t nodes_ = 0;
};

Guards::Guards(const Chart& chart, const FormType& form) : chart_(chart) {
  for (const Transition& transition : chart.transitions) {
    Builder builder(*this, form, transition.form);
    Formula cond = builder.Guard(transition.cond);
    Formula whole;
    whole.kind = Formula::Kind::kAnd;
    whole.kids.push_back(cond);
    for (const Rule& rule : transition.requires_all) {
      whole.kids.push_back(builder.Guard(rule.cond));
    }
    conds_.push_back(std::move(cond));
    wholes_.push_back(std::move(whole));
  }
}

Truth Guards::Where(const Formula& formula, const std::function<bool(int)>& active) {
  return Judge(formula, [&](const Formula& leaf) {
    if (leaf.kind != Formula::Kind::kIn) return Truth::kUnknown;
    return active(leaf.state) ? Truth::kTrue : Truth::kFalse;
  });
}

bool Guards::NamesStates(const Formula& formula) {
  return Any(formula, [](const Formula& f) { return f.kind == Formula::Kind::kIn; });
}

// ---- cells -------------------------------------------------------------------------------------

// What one term may be. Position 2i+1 is the i-th literal, 2i what lies before it; of values
// without an order position 0 is "another one". -1 is null.
struct Guards::Cells {
  int term = 0;
  std::vector<Value> points;
  bool ordered = false;
  bool null_tested = false;
  std::vector<std::pair<int, bool>> positions;  // and whether there surely is such a value

  Truth Compare(int position, Operator op, const Value& literal, bool difference) const {
    if (literal.is_null()) {
      const bool equal = position == -1;
      return equal == (op == Operator::kEqual) ? Truth::kTrue : Truth::kFalse;
    }
    if (position == -1) {
      if (IsOrder(op)) return Truth::kFails;
      if (difference) return Truth::kUnknown;  // which of the two is null?
      return op == Operator::kEqual ? Truth::kFalse : Truth::kTrue;
    }
    const auto at = std::find(points.begin(), points.end(), literal);
    const int wanted = 2 * static_cast<int>(at - points.begin()) + 1;
    const auto truth = [](bool holds) { return holds ? Truth::kTrue : Truth::kFalse; };
    if (op == Operator::kEqual) return truth(position == wanted);
    if (op == Operator::kNotEqual) return truth(position != wanted);
    if (op == Operator::kLess) return truth(position < wanted);
    if (op == Operator::kLessEqual) return truth(position <= wanted);
    if (op == Operator::kGreater) return truth(position > wanted);
    return truth(position >= wanted);
  }

  std::string Describe(const Term& of, int position) const {
    if (position == -1) return StrCat(of.text, " = null");
    const size_t point = static_cast<size_t>(position) / 2;
    if (!of.left.empty()) {
      return StrCat(of.left, position == 0 ? " < " : position == 1 ? " = " : " > ", of.right);
    }
    if (position % 2 == 1) return StrCat(of.text, " = ", Show(points[point]));
    if (!ordered) {
      std::vector<std::string> all;
      for (const Value& value : points) all.push_back(Show(value));
      return StrCat("not(", of.text, " in (", Join(all, ", "), "))");
    }
    const std::string low = point == 0 ? "" : Show(points[point - 1]);
    const std::string high = point == points.size() ? "" : Show(points[point]);
    if (low.empty()) return StrCat(of.text, " < ", high);
    if (high.empty()) return StrCat(of.text, " > ", low);
    return StrCat(low, " < ", of.text, " < ", high);
  }
};

namespace {

// Is there a value strictly between them?
bool Between(const Value& low, const Value& high, const Type& type, bool& sure) {
  if (low.date() != nullptr) return AddDays(*low.date(), 1) < *high.date();
  if (low.number() == nullptr) return true;
  if (type.base != Type::Base::kNumber) sure = false;
  if (type.name != "integer" && type.base == Type::Base::kNumber) return true;
  const auto a = low.number()->ToInteger();
  const auto b = high.number()->ToInteger();
  if (!a || !b) {
    sure = false;
    return true;
  }
  return type.name != "integer" || *b - *a > 1;
}

}  // namespace

bool Guards::MakeCells(const std::vector<const Formula*>& formulas, std::vector<Cells>& out) const {
  std::map<int, Cells> by_term;
  bool fits = true;
  std::function<void(const Formula&)> visit = [&](const Formula& formula) {
    if (formula.term >= 0) {
      Cells& cells = by_term[formula.term];
      cells.term = formula.term;
      if (formula.kind == Formula::Kind::kHolds) {
        cells.points.emplace_back(true);
        cells.points.emplace_back(false);
      } else if (formula.literal.is_null()) {
        cells.null_tested = true;
      } else {
        cells.points.push_back(formula.literal);
      }
    }
    for (const Formula& kid : formula.kids) visit(kid);
  };
  for (const Formula* formula : formulas) visit(*formula);
  for (auto& [index, cells] : by_term) {
    const Term& term = terms_[static_cast<size_t>(index)];
    if (term.type.base == Type::Base::kBoolean ||
        (!cells.points.empty() && cells.points[0].boolean() != nullptr)) {
      cells.points = {Value(true), Value(false)};
      cells.positions = {{1, true}, {3, true}};
    } else {
      for (const std::string& value : term.type.values) cells.points.emplace_back(value);
      for (const Value& value : cells.points) {
        fits = fits && value.kind() == cells.points[0].kind();
      }
      if (!fits) return false;
      cells.ordered = !cells.points.empty() && Less(cells.points[0], cells.points[0]).has_value();
      if (cells.ordered) {
        std::sort(cells.points.begin(), cells.points.end(),
                  [](const Value& a, const Value& b) { return *Less(a, b); });
      }
      std::vector<Value> distinct;
      for (Value& value : cells.points) {
        if (std::find(distinct.begin(), distinct.end(), value) == distinct.end()) {
          distinct.push_back(std::move(value));
        }
      }
      cells.points = std::move(distinct);
      const int count = static_cast<int>(cells.points.size());
      for (int i = 0; i < count; ++i) cells.positions.emplace_back(2 * i + 1, true);
      if (!cells.ordered) {
        // Of a field that a form asks nobody knows here whether the form offers more.
        if (term.type.values.empty()) {
          cells.positions.emplace_back(0, term.declared || cells.points.empty());
        }
      } else {
        for (int i = 0; i <= count; ++i) {
          bool sure = true;
          const bool inside = i > 0 && i < count;
          if (inside && !Between(cells.points[static_cast<size_t>(i) - 1],
                                 cells.points[static_cast<size_t>(i)], term.type, sure)) {
            continue;
          }
          cells.positions.emplace_back(2 * i, sure);
        }
      }
    }
    out.push_back(std::move(cells));
  }
  return true;
}

bool Guards::Independent(const std::vector<Cells>& cells) const {
  for (size_t i = 0; i < cells.size(); ++i) {
    const Term& term = terms_[static_cast<size_t>(cells[i].term)];
    if (!term.free) return false;
    for (size_t j = 0; j < i; ++j) {
      const Term& other = terms_[static_cast<size_t>(cells[j].term)];
      for (const std::string& a : term.roots) {
        for (const std::string& b : other.roots) {
          if (Prefix(a, b) || Prefix(b, a)) return false;
        }
      }
    }
  }
  return true;
}

Guards::Answer Guards::Find(const std::vector<const Formula*>& formulas, const Wanted& wanted,
                            bool nulls) const {
  Answer answer;
  answer.possible = true;
  std::vector<Cells> cells;
  if (!MakeCells(formulas, cells)) return answer;
  size_t count = 1;
  for (Cells& each : cells) {
    // Whether a datum can be without a value here nobody knows, unless a guard asks.
    if (nulls || each.null_tested) each.positions.emplace_back(-1, each.null_tested);
    count *= each.positions.size();
    if (count > kMostCells) return answer;
  }
  answer.possible = false;
  const bool independent = Independent(cells);
  std::map<int, size_t> by_term;
  for (size_t i = 0; i < cells.size(); ++i) by_term[cells[i].term] = i;
  std::vector<size_t> at(cells.size(), 0);
  for (size_t round = 0; round < count; ++round) {
    size_t rest = round;
    bool sure = independent;
    for (size_t i = 0; i < cells.size(); ++i) {
      at[i] = rest % cells[i].positions.size();
      rest /= cells[i].positions.size();
      sure = sure && cells[i].positions[at[i]].second;
    }
    std::vector<Truth> truths;
    truths.reserve(formulas.size());
    for (const Formula* formula : formulas) {
      truths.push_back(Judge(*formula, [&](const Formula& leaf) {
        if (leaf.term < 0) return Truth::kUnknown;
        const size_t i = by_term.at(leaf.term);
        const int position = cells[i].positions[at[i]].first;
        if (leaf.kind == Formula::Kind::kHolds) {
          if (position == -1) return Truth::kFails;
          return position == 1 ? Truth::kTrue : Truth::kFalse;
        }
        return cells[i].Compare(position, leaf.op, leaf.literal,
                                !terms_[static_cast<size_t>(leaf.term)].left.empty());
      }));
    }
    const Truth truth = wanted(truths);
    if (truth == Truth::kFalse || truth == Truth::kFails) continue;
    answer.possible = true;
    if (truth != Truth::kTrue || !sure) continue;
    answer.certain = true;
    std::vector<std::string> parts;
    for (size_t i = 0; i < cells.size(); ++i) {
      parts.push_back(cells[i].Describe(terms_[static_cast<size_t>(cells[i].term)],
                                        cells[i].positions[at[i]].first));
    }
    answer.example = Join(parts, " and ");
    return answer;
  }
  return answer;
}

// ---- what must have a value --------------------------------------------------------------------

namespace {

// `bound`: names of loops and of contexts' own entries. A datum tested for null anywhere in the
// expression is looked after by it.
struct Needs {
  std::set<std::string> read, tested;

  void Visit(const Syntax& syntax, std::set<std::string> bound) {
    using Kind = Syntax::Kind;
    const auto root = [](const Syntax& s) {
      const std::optional<std::string> path = PathOf(s);
      return path ? path->substr(0, path->find('.')) : std::string();
    };
    if (const std::string name = root(syntax); !name.empty()) {
      if (!bound.contains(name)) read.insert(name);
      return;
    }
    if (syntax.kind == Kind::kBinary &&
        (syntax.op == Operator::kEqual || syntax.op == Operator::kNotEqual)) {
      for (const size_t side : {0U, 1U}) {
        const Syntax& other = *syntax.kids[1 - side];
        if (other.kind == Kind::kLiteral && other.value.is_null()) {
          const std::string name = root(*syntax.kids[side]);
          if (!name.empty()) tested.insert(name);
        }
      }
    }
    // What a function makes of null is its own affair.
    if (syntax.kind == Kind::kCall) {
      for (size_t i = 1; i < syntax.kids.size(); ++i) {
        const std::string name = root(*syntax.kids[i]);
        if (!name.empty()) tested.insert(name);
      }
    }
    for (const std::string& name : syntax.names) bound.insert(name);
    const size_t first = syntax.kind == Kind::kCall ? 1 : 0;
    for (size_t i = first; i < syntax.kids.size(); ++i) Visit(*syntax.kids[i], bound);
  }
};

}  // namespace

std::vector<std::string> NeedsValue(const std::string& text, bool alone) {
  const Location nowhere;
  const feel::Scope scope;
  const Syntax::Pointer tree = Parse(text, nowhere, scope);
  if (tree == nullptr || (PathOf(*tree) && !alone)) return {};  // a copy of null is null
  Needs needs;
  // Items of lists and contexts may be null as well.
  if (tree->kind == Syntax::Kind::kList || tree->kind == Syntax::Kind::kContext) return {};
  needs.Visit(*tree, {});
  std::vector<std::string> out;
  for (const std::string& name : needs.read) {
    if (!needs.tested.contains(name)) out.push_back(name);
  }
  return out;
}

}  // namespace anjuan::chart
