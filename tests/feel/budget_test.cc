// Expressions that would run away: each ends with feel.budget, soon, and in bounded memory.
#include <gtest/gtest.h>

#include <chrono>
#include <string>

#include "engine/base/text.h"
#include "engine/feel/feel.h"
#include "tests/feel/allocations.h"

namespace anjuan::feel {
namespace {

std::string Times(std::string_view piece, int count) {
  std::string out;
  for (int i = 0; i < count; ++i) out += piece;
  return out;
}

// Of a machine that does other things as well. On a free one an evaluation takes less than 0.1 s.
constexpr double kSoon_s = 2.0;

void ExpectSpent(const std::string& text) {
  for (const Dialect dialect : {Dialect::kStrict, Dialect::kStandard}) {
    const auto begin = std::chrono::steady_clock::now();
    const auto expression = Compile(text, Scope(dialect), {"f", 1, 1});
    if (!expression) {
      EXPECT_EQ(expression.error().front().code, "feel.budget") << text.substr(0, 80);
    } else {
      const auto value = Evaluate(*expression, {}, NoHost());
      ASSERT_FALSE(value.has_value()) << text.substr(0, 80);
      EXPECT_EQ(value.error().front().code, "feel.budget") << Render(value.error());
      Diagnostics notes;
      EXPECT_TRUE(EvaluateLenient(*expression, {}, NoHost(), notes).is_null());
      ASSERT_FALSE(notes.empty());
      EXPECT_EQ(notes.back().code, "feel.budget") << Render(notes);
    }
    const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
    EXPECT_LT(spent.count(), kSoon_s) << text.substr(0, 80);
  }
}

TEST(Spent, Loops) {
  ExpectSpent("for i in 1..1000000000 return i");
  ExpectSpent("for i in 1..1000000000, j in 1..1000000000 return null");
  ExpectSpent("some i in 1..1000000000 satisfies false");
  ExpectSpent("sum(for i in 1..1000000000 return 1)");
  ExpectSpent("for i in 1..100000 return partial");
  ExpectSpent("for d in @\"0001-01-01\"..@\"999999999-01-01\" return d");
}

TEST(Spent, Recursion) {
  ExpectSpent("{f: function(x) f(x + 1), y: f(1)}.y");
  ExpectSpent("{f: function(x) f(x + 1) + f(x + 2), y: f(1)}.y");
  ExpectSpent("{f: function(n) if n = 0 then 0 else f(n - 1) + f(n - 1), y: f(60)}.y");
  ExpectSpent("(function(f) f(f))(function(f) f(f))");
  ExpectSpent("sort([3, 2, 1], function(a, b) (function(f) f(f))(function(f) f(f)))");
}

TEST(Spent, ThingsThatDouble) {
  ExpectSpent("{f: function(s, n) if n = 0 then s else f(s + s, n - 1), y: f(\"x\", 60)}.y");
  ExpectSpent(
      "{f: function(l, n) if n = 0 then l else f(concatenate(l, l), n - 1), y: f([1], 60)}.y");
  // Shared parts: a list of a hundred pointers that unfolds into 2^50 values.
  ExpectSpent("{f: function(l, n) if n = 0 then l else f([l, l], n - 1), y: f([1], 50)}.y");
  ExpectSpent(
      "{f: function(l, n) if n = 0 then count(flatten(l)) else f([l, l], n - 1), y: f([1], 50)}.y");
}

TEST(Spent, ValuesNestedDeeply) {
  ExpectSpent("for i in 1..100000 return if i = 1 then [] else [partial[-1]]");
  ExpectSpent("for i in 1..100000 return if i = 1 then {} else {a: partial[-1]}");
}

// Each copy of a long text is as long as the text.
TEST(Spent, CopiesOfLongTexts) {
  const std::string with_text = "{s: \"" + Times("字", 20'000) + "\", y: ";
  ExpectSpent(with_text + "for i in 1..1000000 return s}.y");
  ExpectSpent(with_text + "[" + Times("s, ", 1'000) + "s]}.y");
  ExpectSpent(with_text +
              "{l: for i in 1..200 return s, z: for i in 1..1000 return reverse(l)}}.y");
  ExpectSpent(with_text + "for i in 1..1000000 return (function(t) 1)(s)}.y");
  ExpectSpent(with_text + "for i in 1..1000000 return upper case(s)}.y");
  ExpectSpent(with_text + "for i in 1..1000000 return string length(s)}.y");
  ExpectSpent(with_text + "for i in 1..1000000 return s < s + \"a\"}.y");
  ExpectSpent("for i in 1..1000000 return upper case(\"" + Times("ä", 20'000) + "\")");
}

// What is looked for begins everywhere and ends nowhere.
TEST(Spent, Searches) {
  ExpectSpent("{s: \"" + Times("a", 40'000) + "\", t: \"" + Times("a", 20'000) +
              "b\", y: for i in 1..1000000 return contains(s, t)}.y");
}

TEST(Spent, SlowArithmetic) {
  ExpectSpent("for i in 1..1000000 return 1.0000001 ** (i + 0.5)");
  ExpectSpent("for i in 1..1000000 return log(i)");
}

// Thousands of mistakes in one text: the first of them are told, without a search for each.
TEST(Spent, Mistakes) {
  std::string text = "[1";
  for (int i = 0; i < 3'000; ++i) text += StrCat(", substrin", i, "(1)");
  const auto begin = std::chrono::steady_clock::now();
  const auto expression = Compile(text + "]", Scope(), {"f", 1, 1});
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  ASSERT_FALSE(expression.has_value());
  EXPECT_EQ(expression.error().size(), 100U);
  EXPECT_LT(spent.count(), kSoon_s);
}

TEST(Spent, Comparisons) {
  ExpectSpent("{xs: for i in 1..10000 return i, y: for i in 1..10000 return xs = xs}.y");
  ExpectSpent("{xs: for i in 1..10000 return [i], y: count(distinct values(xs))}.y");
  ExpectSpent(
      "{xs: for i in 1..10000 return i, y: for i in 1..10000 return list contains(xs, -1)}.y");
}

TEST(Spent, Patterns) {
  ExpectSpent("matches(\"" + Times("a", 40) + "!\", \"(a+)+$\")");
  ExpectSpent("matches(\"" + Times("a", 40) + "!\", \"(a|aa)+$\")");
  ExpectSpent("replace(\"" + Times("a", 40) + "!\", \"(a*)*[bc]\", \"x\")");
  ExpectSpent("split(\"" + Times("a", 40) + "!\", \"(a+)+[bc]\")");
  ExpectSpent("for i in 1..100000 return matches(string(i) + \"" + Times("a", 14) +
              "!\", \"(a+)+$\")");
  // What is asked for often may well be answered.
  const auto harmless = Compile("matches(\"" + Times("a", 40) + "\", \"(a+)+$\")", Scope(), {});
  ASSERT_TRUE(harmless.has_value());
  EXPECT_EQ(*Evaluate(*harmless, {}, NoHost()), Value(true));
}

TEST(Spent, Texts) {
  ExpectSpent(Times("(", 5000) + "1" + Times(")", 5000));
  ExpectSpent(Times("function() ", 5000) + "1");
  ExpectSpent("1 instance of " + Times("list<", 5000) + "number" + Times(">", 5000));
  ExpectSpent(Times("[1, ", 5000));
  ExpectSpent(Times("some x in ", 5000));
}

TEST(Spent, APowerIsNoLoop) {
  for (const char* text : {"2 ** 1000000", "2 ** 9999999999", "10 ** 6145"}) {
    const auto expression = Compile(text, Scope(Dialect::kStandard), {"f", 1, 1});
    ASSERT_TRUE(expression.has_value());
    const auto value = Evaluate(*expression, {}, NoHost());
    ASSERT_FALSE(value.has_value()) << text << value->number()->ToString();
    EXPECT_EQ(value.error().front().code, "feel.range") << text;
  }
}

TEST(Spent, OneMeterForManyEvaluations) {
  const auto expression = Compile("for i in 1..1000 return i", Scope(), {"f", 1, 1});
  ASSERT_TRUE(expression.has_value());
  Meter meter{{.steps = 10'000}};
  int done = 0;
  while (done < 100 && Evaluate(*expression, {}, NoHost(), meter).has_value()) ++done;
  EXPECT_GT(done, 1);
  EXPECT_LT(done, 10);
}

}  // namespace
}  // namespace anjuan::feel
