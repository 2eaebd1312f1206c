// The FEEL reader and evaluator under any text: no crash, no hang, nothing beyond the budget, and
// every refusal with a code. Linked with clang's fuzzer it searches; with smoke_main.cc it goes
// through a fixed number of texts made from seeds, as a test.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "engine/feel/text.h"

namespace anjuan::feel {
namespace {

const Scope& TheScope(Dialect dialect) {
  static const auto make = [](Dialect of) {
    Scope scope(of);
    const Type row = Type::ContextOf({{"name", Type::Of(Type::Base::kString)},
                                      {"first name", Type::Of(Type::Base::kString)},
                                      {"n", Type::Of(Type::Base::kNumber)}});
    scope.DeclareVariable("?", Type::Of(Type::Base::kNumber));
    scope.DeclareVariable("x", Type::Of(Type::Base::kNumber));
    scope.DeclareVariable("rows", Type::ListOf(row));
    scope.DeclareVariable("金额", Type::Of(Type::Base::kNumber));
    scope.DeclareVariable("any", Type::Any());
    scope.DeclareVariable("on", Type::Of(Type::Base::kDate));
    scope.DeclareType("tRow", row);
    return scope;
  };
  static const Scope kStrictScope = make(Dialect::kStrict);
  static const Scope kStandardScope = make(Dialect::kStandard);
  return dialect == Dialect::kStrict ? kStrictScope : kStandardScope;
}

const std::vector<Value>& TheValues() {
  static const std::vector<Value> kValues = {
      Value(7),
      Value(3),
      Value(List{Value(Context({{"name", Value("甲")}, {"n", Value(1)}})), Value(Context())}),
      Value(*Decimal::Parse("1234.56")),
      Value(List{Value(1), Value("a"), Value()}),
      Value(Date{2023, 3, 6})};
  return kValues;
}

void Require(bool holds) {
  if (!holds) std::abort();
}

void RunOne(const Result<Expression>& expression) {
  if (!expression) {
    Require(!expression.error().empty());
    for (const Diagnostic& problem : expression.error()) Require(problem.code.starts_with("feel."));
    return;
  }
  const Budget budget{.steps = 20'000, .depth = 100, .bytes = 1 << 20};
  Meter strict{budget};
  const auto value = Evaluate(*expression, TheValues(), NoHost(), strict);
  Require(value || !value.error().empty());
  Diagnostics notes;
  Meter lenient{budget};
  EvaluateLenient(*expression, TheValues(), NoHost(), notes, lenient);
  Require(notes.size() <= 33);  // 32, and that the budget is spent
  Require(strict.nesting == 0 && strict.depth == 0 && lenient.nesting == 0 && lenient.depth == 0);
}

}  // namespace
}  // namespace anjuan::feel

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace anjuan::feel;  // NOLINT(google-build-using-namespace): the entry is not ours
  constexpr std::size_t kMost = 4096;
  if (size > kMost) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);  // NOLINT: bytes
  for (const Dialect dialect : {Dialect::kStrict, Dialect::kStandard}) {
    const Scope& scope = TheScope(dialect);
    RunOne(Compile(text, scope, {"f", 1, 1}));
    RunOne(CompileUnaryTests(text, scope, {"f", 1, 1}));
  }
  (void)CompileText(text, TheScope(Dialect::kStrict), {"f", 1, 1});
  return 0;
}
