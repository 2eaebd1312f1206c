// The DMN reader, compiler, analysis and evaluator under any text: no crash, no hang, nothing
// beyond the budget, every refusal with a code, and the same answer whenever the same is asked.
// Linked with clang's fuzzer it searches; smoke_test.cc goes through a fixed number of damaged
// models.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "engine/dmn/as_feel.h"
#include "engine/dmn/dmn.h"

namespace anjuan::dmn {
namespace {

void Require(bool holds) {
  if (!holds) std::abort();
}

void RequireCodes(const Diagnostics& found) {
  for (const Diagnostic& one : found) Require(!one.code.empty() && !one.message.empty());
}

// A value of the type, or one that does not fit it: which, by the round.
Value ValueOf(const Type& type, int round, int depth) {
  constexpr int kDeepest = 4;
  if (round % 7 == 6 || depth > kDeepest) return Value();
  switch (type.base) {
    case Type::Base::kBoolean:
      return Value(round % 2 == 0);
    case Type::Base::kString:
      if (type.values.empty()) return Value(round % 2 == 0 ? "甲" : "");
      return Value(type.values[static_cast<size_t>(round) % type.values.size()]);
    case Type::Base::kDate:
      return Value(Date{2024, 2, 29});
    case Type::Base::kList:
      return Value(
          List{ValueOf(type.element == nullptr ? Type::Any() : *type.element, round, depth + 1),
               Value(round)});
    case Type::Base::kContext: {
      Context out;
      if (type.fields == nullptr) return Value(out);
      for (const auto& [name, field] : *type.fields) {
        out.Set(name, ValueOf(field, round, depth + 1));
      }
      return Value(std::move(out));
    }
    case Type::Base::kAny:
    case Type::Base::kNull:
    case Type::Base::kNumber:
    case Type::Base::kTime:
    case Type::Base::kDateTime:
    case Type::Base::kMonthsDuration:
    case Type::Base::kDaysDuration:
    case Type::Base::kRange:
    case Type::Base::kFunction:
      break;
  }
  return Value(round * 30);
}

// today() and now() as the conformance host gives them.
class Clock final : public feel::Host {
 public:
  Result<Value> Call(std::string_view, std::span<const Value>) override {
    return Value(Date{2023, 3, 6});
  }
};

Answer Ask(const Model& model, const Described& element, int round) {
  std::vector<Given> given;
  for (const auto& [name, type] : element.needs) given.push_back({name, ValueOf(type, round, 0)});
  Clock clock;
  const Setting setting{&clock, {.steps = 20'000, .depth = 100, .bytes = 1 << 20}};
  return element.kind == Described::Kind::kDecision ? model.Decide(element.name, given, setting)
                                                    : model.Call(element.name, given, setting);
}

void Run(const Model& model) {
  RequireCodes(model.mistakes());
  RequireCodes(model.findings());
  constexpr int kMostAsked = 60;
  int asked = 0;
  for (const Described& element : model.elements()) {
    if (element.kind == Described::Kind::kInput) continue;
    for (int round = 0; round < 3; ++round) {
      if (++asked > kMostAsked) return;
      const Answer answer = Ask(model, element, round);
      RequireCodes(answer.notes);
      Require(answer.notes.size() <= 64);
      constexpr std::int64_t kSmall = 2'000;
      if (answer.value.weight() > kSmall) continue;
      const Answer again = Ask(model, element, round);
      Require(AsFeel(again.value) == AsFeel(answer.value));
      Require(again.notes.size() == answer.notes.size());
    }
  }
}

}  // namespace
}  // namespace anjuan::dmn

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace anjuan::dmn;  // NOLINT(google-build-using-namespace): the entry is not ours
  constexpr std::size_t kMost = 16'384;
  if (size > kMost) return 0;
  const std::string_view text(reinterpret_cast<const char*>(data), size);  // NOLINT: bytes
  // Whatever is imported is the model itself: models that import each other.
  const Importer itself = [&](std::string_view, std::string_view) -> anjuan::Result<Imported> {
    return Imported{std::string(text), "itself"};
  };
  const std::vector<anjuan::feel::FunctionDeclaration> clock = {
      {"today", {}, anjuan::Type::Of(anjuan::Type::Base::kDate)}};
  const anjuan::Result<Model> model = Model::Read(text, "f", itself, nullptr, clock);
  if (model) {
    Run(*model);
    return 0;
  }
  Require(!model.error().empty());
  RequireCodes(model.error());
  return 0;
}
