// Random expressions: what the compiled expression gives against a plain walk of the tree the text
// was made from. The walk shares nothing with the engine, neither parser nor values, so it also
// judges how the text is read: parentheses are written only where the grammar needs them.
#include <gtest/gtest.h>

#include <memory>
#include <optional>
#include <random>
#include <string>
#include <variant>
#include <vector>

#include "engine/base/text.h"
#include "engine/feel/feel.h"
#include "tests/feel/show.h"

namespace anjuan::feel {
namespace {

// The reference's own values: null, truth, whole numbers, lists.
struct Plain;
using Plains = std::vector<Plain>;
struct Plain {
  std::variant<std::monostate, bool, long long, Plains> data;

  bool null() const { return data.index() == 0; }
  const bool* truth() const { return std::get_if<bool>(&data); }
  const long long* number() const { return std::get_if<long long>(&data); }
  const Plains* list() const { return std::get_if<Plains>(&data); }
};

Plain Truth(bool b) {
  return {b};
}

std::string ShowPlain(const Plain& value) {
  if (value.truth() != nullptr) return *value.truth() ? "true" : "false";
  if (value.number() != nullptr) return std::to_string(*value.number());
  if (value.list() == nullptr) return "null";
  std::string out = "[";
  for (const Plain& item : *value.list()) out += (out.size() > 1 ? ", " : "") + ShowPlain(item);
  return out + "]";
}

struct Tree;
using TreePointer = std::unique_ptr<Tree>;
struct Tree {
  std::string kind;  // an operator as it is written, or a word
  std::vector<TreePointer> kids;
  long long number = 0;
  std::string name;
};

// How tightly each form binds; a looser one inside a tighter one needs parentheses.
int Binding(const std::string& kind) {
  if (kind == "if" || kind == "for" || kind == "some" || kind == "every") return 0;
  if (kind == "or") return 1;
  if (kind == "and") return 2;
  if (kind == "=" || kind == "!=" || kind == "<" || kind == "<=" || kind == ">" || kind == ">=" ||
      kind == "between" || kind == "in") {
    return 3;
  }
  if (kind == "+" || kind == "-") return 4;
  if (kind == "*") return 5;
  if (kind == "negate") return 7;
  return 8;
}

std::string Write(const Tree& tree);

std::string Inside(const Tree& kid, int binding) {
  return Binding(kid.kind) < binding ? "(" + Write(kid) + ")" : Write(kid);
}

std::string Write(const Tree& tree) {
  const std::string& kind = tree.kind;
  const auto kid = [&](size_t i, int binding) { return Inside(*tree.kids[i], binding); };
  if (kind == "number") return std::to_string(tree.number);
  if (kind == "true" || kind == "false" || kind == "null") return kind;
  if (kind == "name") return tree.name;
  if (kind == "negate") return "-" + kid(0, 8);
  if (kind == "if") return "if " + kid(0, 0) + " then " + kid(1, 0) + " else " + kid(2, 0);
  if (kind == "for") return "for " + tree.name + " in " + kid(0, 4) + " return " + kid(1, 0);
  if (kind == "some" || kind == "every") {
    return kind + " " + tree.name + " in " + kid(0, 4) + " satisfies " + kid(1, 0);
  }
  if (kind == "between") return kid(0, 4) + " between " + kid(1, 4) + " and " + kid(2, 4);
  if (kind == "in") {
    return kid(0, 4) + " in (" + std::to_string(tree.number) + ", > " +
           std::to_string(tree.number + 3) + ")";
  }
  if (kind == "count") return "count(" + kid(0, 0) + ")";
  if (kind == "index") return kid(0, 8) + "[" + std::to_string(tree.number) + "]";
  if (kind == "filter") return kid(0, 8) + "[item > " + std::to_string(tree.number) + "]";
  if (kind == "list") {
    std::string out = "[";
    for (size_t i = 0; i < tree.kids.size(); ++i) out += (i > 0 ? ", " : "") + kid(i, 0);
    return out + "]";
  }
  const int binding = Binding(kind);
  // Chains group to the left, comparisons do not chain.
  return kid(0, binding == 3 ? 4 : binding) + " " + kind + " " + kid(1, binding + 1);
}

class Reference {
 public:
  Plain Walk(const Tree& tree) {
    const std::string& kind = tree.kind;
    if (kind == "number") return {tree.number};
    if (kind == "true" || kind == "false") return Truth(kind == "true");
    if (kind == "null") return {};
    if (kind == "name") return Lookup(tree.name);
    if (kind == "negate") {
      const Plain value = Walk(*tree.kids[0]);
      return value.number() == nullptr ? Plain{} : Plain{-*value.number()};
    }
    if (kind == "and" || kind == "or") return Logic(tree, kind == "or");
    if (kind == "if") {
      const Plain condition = Walk(*tree.kids[0]);
      const bool holds = condition.truth() != nullptr && *condition.truth();
      return Walk(*tree.kids[holds ? 1 : 2]);
    }
    if (kind == "list") {
      Plains out;
      for (const TreePointer& kid : tree.kids) out.push_back(Walk(*kid));
      return {out};
    }
    if (kind == "for" || kind == "some" || kind == "every") return Loop(tree);
    if (kind == "count") {
      const Plain value = Walk(*tree.kids[0]);
      return value.null() ? Plain{} : Plain{static_cast<long long>(AsList(value).size())};
    }
    if (kind == "index" || kind == "filter") return Bracket(tree);
    if (kind == "between") {
      const Plain value = Walk(*tree.kids[0]);
      const Plain low = Compare(">=", value, Walk(*tree.kids[1]));
      if (low.truth() == nullptr || !*low.truth()) return low;
      return Compare("<=", value, Walk(*tree.kids[2]));
    }
    if (kind == "in") {
      const Plain value = Walk(*tree.kids[0]);
      if (value.number() != nullptr && *value.number() == tree.number) return Truth(true);
      return value.number() == nullptr ? Plain{} : Truth(*value.number() > tree.number + 3);
    }
    const Plain a = Walk(*tree.kids[0]);
    const Plain b = Walk(*tree.kids[1]);
    if (kind == "+" || kind == "-" || kind == "*") {
      if (a.number() == nullptr || b.number() == nullptr) return {};
      const long long x = *a.number();
      const long long y = *b.number();
      return {kind == "+" ? x + y : kind == "-" ? x - y : x * y};
    }
    return Compare(kind, a, b);
  }

 private:
  static Plains AsList(const Plain& value) {
    return value.list() == nullptr ? Plains{value} : *value.list();
  }

  Plain Lookup(const std::string& name) const {
    for (size_t i = names_.size(); i-- > 0;) {
      if (names_[i].first == name) return names_[i].second;
    }
    return {};
  }

  static std::optional<bool> Equal(const Plain& a, const Plain& b) {
    if (a.null() || b.null()) return a.null() && b.null();
    if (a.data.index() != b.data.index()) return std::nullopt;
    if (a.list() == nullptr) {
      return a.truth() != nullptr ? *a.truth() == *b.truth() : *a.number() == *b.number();
    }
    if (a.list()->size() != b.list()->size()) return false;
    for (size_t i = 0; i < a.list()->size(); ++i) {
      if (!Equal((*a.list())[i], (*b.list())[i]).value_or(false)) return false;
    }
    return true;
  }

  static Plain Compare(const std::string& op, const Plain& a, const Plain& b) {
    if (op == "=" || op == "!=") {
      const auto equal = Equal(a, b);
      return equal ? Truth(*equal == (op == "=")) : Plain{};
    }
    if (a.number() == nullptr || b.number() == nullptr) return {};
    const long long x = *a.number();
    const long long y = *b.number();
    return Truth(op == "<" ? x < y : op == "<=" ? x <= y : op == ">" ? x > y : x >= y);
  }

  Plain Logic(const Tree& tree, bool deciding) {
    bool unknown = false;
    for (const TreePointer& kid : tree.kids) {
      const Plain value = Walk(*kid);
      if (value.truth() == nullptr) {
        unknown = true;
      } else if (*value.truth() == deciding) {
        return Truth(deciding);
      }
    }
    return unknown ? Plain{} : Truth(!deciding);
  }

  Plain Loop(const Tree& tree) {
    const Plain domain = Walk(*tree.kids[0]);
    if (domain.null()) return {};
    Plains out;
    bool unknown = false;
    const bool deciding = tree.kind == "some";
    for (const Plain& item : AsList(domain)) {
      names_.emplace_back(tree.name, item);
      const Plain value = Walk(*tree.kids[1]);
      names_.pop_back();
      out.push_back(value);
      if (tree.kind == "for") continue;
      if (value.truth() == nullptr) {
        unknown = true;
      } else if (*value.truth() == deciding) {
        return Truth(deciding);
      }
    }
    if (tree.kind == "for") return {out};
    return unknown ? Plain{} : Truth(!deciding);
  }

  Plain Bracket(const Tree& tree) {
    const Plain base = Walk(*tree.kids[0]);
    if (base.null()) return {};
    const Plains items = AsList(base);
    const auto count = static_cast<long long>(items.size());
    if (tree.kind == "index") {
      const long long at = tree.number > 0 ? tree.number - 1 : count + tree.number;
      return at < 0 || at >= count ? Plain{} : items[static_cast<size_t>(at)];
    }
    Plains kept;
    for (const Plain& item : items) {
      if (item.number() != nullptr && *item.number() > tree.number) kept.push_back(item);
    }
    return {kept};
  }

  std::vector<std::pair<std::string, Plain>> names_;
};

class Grower {
 public:
  explicit Grower(unsigned seed) : random_(seed) {}

  TreePointer Grow(int depth) {
    static const std::vector<std::string> kLeaves = {"number", "number", "number", "true",
                                                     "false",  "null",   "name"};
    static const std::vector<std::string> kInner = {
        "+",  "-",   "*",    "negate", "=",     "!=",    "<",    "<=",
        ">",  ">=",  "and",  "or",     "if",    "list",  "list", "between",
        "in", "for", "some", "every",  "count", "index", "and",  "filter"};
    auto tree = std::make_unique<Tree>();
    const bool leaf = depth == 0 || Roll(5) == 0;
    tree->kind = leaf ? kLeaves[Roll(kLeaves.size())] : kInner[Roll(kInner.size())];
    tree->number = static_cast<long long>(Roll(5)) + 1;
    if (tree->kind == "index" && Roll(2) == 0) tree->number = -tree->number;
    if (tree->kind == "name") {
      if (names_.empty()) tree->kind = "number";
      if (!names_.empty()) tree->name = names_[Roll(names_.size())];
    }
    if (!leaf) Fill(*tree, depth);
    return tree;
  }

 private:
  size_t Roll(size_t sides) { return random_() % sides; }

  void Fill(Tree& tree, int depth) {
    const std::string& kind = tree.kind;
    size_t kids = 2;
    if (kind == "negate" || kind == "count" || kind == "index" || kind == "filter" ||
        kind == "in") {
      kids = 1;
    }
    if (kind == "if" || kind == "between") kids = 3;
    if (kind == "list") kids = Roll(4);
    if (kind != "for" && kind != "some" && kind != "every") {
      for (size_t i = 0; i < kids; ++i) tree.kids.push_back(Grow(depth - 1));
      return;
    }
    tree.name = StrCat("v", names_.size());
    tree.kids.push_back(Grow(depth - 1));
    names_.push_back(tree.name);
    tree.kids.push_back(Grow(depth - 1));
    names_.pop_back();
  }

  std::mt19937 random_;
  std::vector<std::string> names_;
};

TEST(Reference, AgreesOnRandomExpressions) {
  constexpr unsigned kSeed = 20230306;
  Grower grower(kSeed);
  int of_interest = 0;
  for (int i = 0; i < 20'000; ++i) {
    const TreePointer tree = grower.Grow(5);
    const std::string text = Write(*tree);
    SCOPED_TRACE(StrCat("seed ", kSeed, ", round ", i, ": ", text));
    const auto compiled = Compile(text, Scope(Dialect::kStandard), {"f", 1, 1});
    ASSERT_TRUE(compiled.has_value()) << Render(compiled.error());
    const std::string expected = ShowPlain(Reference().Walk(*tree));
    Diagnostics notes;
    ASSERT_EQ(Show(EvaluateLenient(*compiled, {}, NoHost(), notes)), expected);
    if (expected != "null") ++of_interest;
    // Strict: the same value, or an error where the lenient one had something to note.
    const auto strict = Evaluate(*compiled, {}, NoHost());
    ASSERT_TRUE(strict.has_value() || !notes.empty());
    if (strict) {
      ASSERT_EQ(Show(*strict), expected);
    }
    // What the strict dialect takes, it answers alike.
    const auto checked = Compile(text, Scope(), {"f", 1, 1});
    if (!checked) continue;
    const auto value = Evaluate(*checked, {}, NoHost());
    if (value) {
      ASSERT_EQ(Show(*value), expected);
    }
  }
  EXPECT_GT(of_interest, 7'000);
}

}  // namespace
}  // namespace anjuan::feel
