// What an Expression tells about itself, what it costs, and where its mistakes are.
#include <gtest/gtest.h>

#include <chrono>
#include <string>
#include <vector>

#include "engine/base/text.h"
#include "engine/feel/feel.h"
#include "tests/feel/allocations.h"

namespace anjuan::feel {
namespace {

const Type kNumber = Type::Of(Type::Base::kNumber);
const Type kString = Type::Of(Type::Base::kString);
const Type kDate = Type::Of(Type::Base::kDate);
const Type kBoolean = Type::Of(Type::Base::kBoolean);

Scope CaseScope() {
  const Type person = Type::ContextOf({{"name", kString}, {"post", kString}});
  Scope scope;
  scope.DeclareVariable("人数", kNumber);
  scope.DeclareVariable("chief", person);
  scope.DeclareVariable("worker_reps", Type::ListOf(person));
  scope.DeclareVariable("due_on", kDate);
  scope.DeclareVariable("unused", kNumber);
  scope.DeclareVariable("_event", Type::Any());
  return scope;
}

Expression Compiled(std::string_view text, const Scope& scope) {
  auto expression = Compile(text, scope, {"chart.scxml", 14, 22});
  if (!expression) ADD_FAILURE() << Render(expression.error());
  return *expression;
}

using Paths = std::vector<std::string>;

TEST(Reads, SlotsAndLongestPaths) {
  const Scope scope = CaseScope();
  const Expression one = Compiled("chief.name != null and 人数 > 3", scope);
  EXPECT_EQ(one.reads(), (std::vector<int>{0, 1}));
  EXPECT_EQ(one.read_paths(), (Paths{"chief.name", "人数"}));
  EXPECT_EQ(Compiled("due_on.year", scope).read_paths(), (Paths{"due_on"}));
  EXPECT_EQ(Compiled("_event.data.reason", scope).read_paths(), (Paths{"_event.data.reason"}));
  EXPECT_EQ(Compiled("1 + 1", scope).reads(), std::vector<int>{});
}

TEST(Reads, GoThroughListsFiltersAndLoops) {
  const Scope scope = CaseScope();
  EXPECT_EQ(Compiled("worker_reps[1].name", scope).read_paths(), (Paths{"worker_reps.name"}));
  EXPECT_EQ(Compiled("worker_reps[post = \"首席\"].name", scope).read_paths(),
            (Paths{"worker_reps.name", "worker_reps.post"}));
  EXPECT_EQ(Compiled("worker_reps[item.post = \"首席\"].name", scope).read_paths(),
            (Paths{"worker_reps.name", "worker_reps.post"}));
  EXPECT_EQ(Compiled("for r in worker_reps return r.name", scope).read_paths(),
            (Paths{"worker_reps", "worker_reps.name"}));
}

TEST(Scope, ALaterDeclarationHidesTheFirst) {
  Scope scope;
  EXPECT_EQ(scope.DeclareVariable("x", kNumber), 0);
  EXPECT_EQ(scope.DeclareVariable("x", kString), 1);
  const std::vector<Value> values = {Value(1), Value("two")};
  const auto value = Evaluate(Compiled("x + \"!\"", scope), values, NoHost());
  ASSERT_TRUE(value.has_value()) << Render(value.error());
  EXPECT_EQ(*value, Value("two!"));
}

TEST(Types, AreKnownAndWantedTypesAreRequired) {
  const Scope scope = CaseScope();
  const Location at{"f", 1, 1};
  EXPECT_EQ(Compiled("人数 + 1", scope).type(), kNumber);
  EXPECT_EQ(Compiled("\"a\"", scope).type(), kString);
  EXPECT_EQ(Compiled("[\"a\"]", scope).type(), Type::ListOf(kString));
  EXPECT_EQ(Compiled("duration(\"P1D\")", scope).type(), Type::Of(Type::Base::kDaysDuration));
  EXPECT_EQ(Compiled("worker_reps.name", scope).type(), Type::ListOf(kString));
  EXPECT_TRUE(Compile("_event.data.ok", scope, at, kBoolean).has_value());
  EXPECT_TRUE(Compile("null", scope, at, kDate).has_value());
  for (const char* guard : {"人数", "null", "\"true\"", "due_on"}) {
    const auto refused = Compile(guard, scope, at, kBoolean);
    ASSERT_FALSE(refused.has_value()) << guard;
    EXPECT_EQ(refused.error().front().code, "feel.type");
  }
  const Type side = *ParseType("enum(worker,employer)");
  EXPECT_TRUE(Compile("\"worker\"", scope, at, side).has_value());
  EXPECT_FALSE(Compile("\"wroker\"", scope, at, side).has_value());
}

TEST(Places, CountCodePointsAndLines) {
  const Scope scope = CaseScope();
  const auto first = Compile("人数 > 未知", scope, {"chart.scxml", 14, 22});
  ASSERT_FALSE(first.has_value());
  EXPECT_EQ(first.error()[0].at, (Location{"chart.scxml", 14, 27}));
  EXPECT_EQ(first.error()[0].length, 2);
  EXPECT_EQ(first.error()[0].source_line, "");
  const auto second = Compile("人数 > 1 and\n  人数 < 未知", scope, {"chart.scxml", 14, 22});
  ASSERT_FALSE(second.has_value());
  EXPECT_EQ(second.error()[0].at, (Location{"chart.scxml", 15, 8}));
  const Expression division = Compiled("人数 + 1 / 人数", scope);
  const std::vector<Value> values = {Value(0), Value(), Value(), Value(), Value(), Value()};
  const auto failed = Evaluate(division, values, NoHost());
  ASSERT_FALSE(failed.has_value());
  EXPECT_EQ(failed.error()[0].at, (Location{"chart.scxml", 14, 27}));
}

// Whatever is thrown at it ends soon, with feel.budget or another code, and without a crash.
void ExpectEndsSoon(std::string_view text, std::string_view code) {
  const auto begin = std::chrono::steady_clock::now();
  const auto expression = Compile(text, Scope(), {"f", 1, 1});
  Diagnostics problems;
  if (expression) {
    const auto value = Evaluate(*expression, {}, NoHost());
    EXPECT_FALSE(value.has_value()) << text.substr(0, 80);
    if (!value) problems = value.error();
  } else {
    problems = expression.error();
  }
  const auto spent = std::chrono::steady_clock::now() - begin;
  ASSERT_FALSE(problems.empty()) << text.substr(0, 80);
  EXPECT_EQ(problems.front().code, code) << text.substr(0, 80) << Render(problems);
  EXPECT_LT(std::chrono::duration<double>(spent).count(), 5.0) << text.substr(0, 80);
}

std::string Repeat(std::string_view piece, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += piece;
  return out;
}

TEST(Budget, NothingRunsAway) {
  ExpectEndsSoon(Repeat("(", 5000) + "1" + Repeat(")", 5000), "feel.budget");
  ExpectEndsSoon(Repeat("[", 5000), "feel.budget");
  ExpectEndsSoon(Repeat("{a:", 5000), "feel.budget");
  ExpectEndsSoon(Repeat("-", 5000) + "1", "feel.budget");
  ExpectEndsSoon(Repeat("not(", 5000), "feel.budget");
  ExpectEndsSoon(Repeat("if true then 1 else ", 5000), "feel.budget");
  ExpectEndsSoon(Repeat("1 in (", 3000), "feel.budget");
  ExpectEndsSoon("1" + Repeat(" + 1", 5000), "feel.budget");
  ExpectEndsSoon("x" + Repeat(".x", 5000), "feel.budget");
  ExpectEndsSoon(Repeat("#", 60'000), "feel.syntax");
  ExpectEndsSoon(Repeat("＞", 20'000), "feel.syntax");
  ExpectEndsSoon(Repeat(" ", 70'000), "feel.budget");
  ExpectEndsSoon("for i in 1..1000000000 return i", "feel.budget");
  ExpectEndsSoon("for i in 1..1000000000, j in 1..1000000000 return 1", "feel.budget");
  ExpectEndsSoon("count(for i in 1..1000000000 return [])", "feel.budget");
  ExpectEndsSoon("every i in [1..1000000000] satisfies i > 0", "feel.budget");
  ExpectEndsSoon("for i in [1..1000000000000] return i", "feel.budget");
  ExpectEndsSoon("2 ** 1000000", "feel.range");
  ExpectEndsSoon("2 ** (2 ** (2 ** (2 ** (2 ** 20))))", "feel.range");
  ExpectEndsSoon("9999999999 ** 9999999999", "feel.range");
  ExpectEndsSoon("(function(f) f(f))(function(f) f(f))", "feel.budget");
  ExpectEndsSoon("{a: function(f, s) f(f, s + s), b: a(a, \"xxxxxxxxxx\")}.b", "feel.budget");
}

TEST(Budget, IsTheCallers) {
  const auto expression = Compile("for i in 1..100 return i * 2", Scope(), {"f", 1, 1});
  ASSERT_TRUE(expression.has_value());
  EXPECT_TRUE(Evaluate(*expression, {}, NoHost()).has_value());
  EXPECT_FALSE(Evaluate(*expression, {}, NoHost(), {.steps = 50}).has_value());
  EXPECT_FALSE(Evaluate(*expression, {}, NoHost(), {.bytes = 100}).has_value());
  const auto calls =
      Compile("{f: function(x) if x = 0 then 0 else f(x - 1), y: f(3)}.y", Scope(), {"f", 1, 1});
  ASSERT_TRUE(calls.has_value()) << Render(calls.error());
  EXPECT_EQ(*Evaluate(*calls, {}, NoHost(), {.depth = 4}), Value(0));
  EXPECT_FALSE(Evaluate(*calls, {}, NoHost(), {.depth = 3}).has_value());
  Diagnostics notes;
  EXPECT_TRUE(EvaluateLenient(*expression, {}, NoHost(), notes, {.steps = 50}).is_null());
  ASSERT_EQ(notes.size(), 1U);
  EXPECT_EQ(notes[0].code, "feel.budget");
}

TEST(Budget, LongChainsOfAndAreNotDeep) {
  const auto expression = Compile("true" + Repeat(" and true", 5000), Scope(), {"f", 1, 1});
  ASSERT_TRUE(expression.has_value()) << Render(expression.error());
  EXPECT_EQ(*Evaluate(*expression, {}, NoHost()), Value(true));
}

TEST(Lenient, NotesEveryFailureUpToALimit) {
  Scope scope;
  scope.DeclareVariable("n", kNumber);
  const std::vector<Value> values = {Value()};
  const auto expression = Compile("for i in 1..100 return i + n", scope, {"f", 1, 1});
  ASSERT_TRUE(expression.has_value());
  Diagnostics notes;
  const Value value = EvaluateLenient(*expression, values, NoHost(), notes);
  ASSERT_NE(value.list(), nullptr);
  EXPECT_EQ(value.list()->size(), 100U);
  EXPECT_TRUE(value.list()->front().is_null());
  EXPECT_EQ(notes.size(), 32U);
  EXPECT_EQ(notes[0].code, "feel.null");
  EXPECT_EQ(notes[0].at.column, 28);
}

TEST(Speed, AGuardAllocatesNothing) {
  Scope scope;
  const Type org = Type::ContextOf({{"workers_total", kNumber}, {"has_union", kBoolean}});
  scope.DeclareVariable("企业", org);
  scope.DeclareVariable("due_on", kDate);
  scope.DeclareVariable("today", kDate);
  scope.DeclareVariable("状态", *ParseType("enum(open,closed)"));
  const auto guard = Compile(
      "企业.workers_total >= 25 and 企业.has_union and today <= due_on + duration(\"P5D\") and "
      "状态 in (\"open\", \"closed\") and 状态 != \"closed\" and day of year(today) < 100",
      scope, {"f", 1, 1}, kBoolean);
  ASSERT_TRUE(guard.has_value()) << Render(guard.error());
  Context enterprise;
  enterprise.Set("workers_total", Value(310));
  enterprise.Set("has_union", Value(true));
  const std::vector<Value> values = {Value(enterprise), Value(Date{2023, 3, 6}),
                                     Value(Date{2023, 3, 10}), Value("open")};
  constexpr int kRounds = 20'000;
  const std::size_t before = AllocationCount();
  const auto begin = std::chrono::steady_clock::now();
  int held = 0;
  for (int i = 0; i < kRounds; ++i) {
    const auto value = Evaluate(*guard, values, NoHost());
    if (value && value->boolean() != nullptr && *value->boolean()) ++held;
  }
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  EXPECT_EQ(held, kRounds);
  EXPECT_EQ(AllocationCount(), before);
  RecordProperty("guards_per_second", static_cast<int>(kRounds / spent.count()));
}

}  // namespace
}  // namespace anjuan::feel
