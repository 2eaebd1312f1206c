#include "engine/dmn/expression.h"

#include <utility>

#include "engine/base/text.h"

namespace anjuan::dmn {

void Course::Note(Diagnostic note) {
  constexpr size_t kMost = 32;
  const bool spent = note.code == "feel.budget";  // said once, however many notes there are
  if (spent && !notes.empty() && notes.back().code == note.code) return;
  if (notes.size() < kMost || spent) notes.push_back(std::move(note));
}

bool Course::Spend(std::int64_t steps, const Location& at) {
  meter.steps += steps;
  const bool in_steps = meter.steps <= meter.budget.steps;
  if (in_steps && meter.bytes <= meter.budget.bytes) return true;
  Note("feel.budget",
       in_steps ? StrCat("more than ", meter.budget.bytes, " bytes")
                : StrCat("more than ", meter.budget.steps, " steps"),
       at);
  return false;
}

std::weak_ptr<Course*> Course::Self() {
  if (self == nullptr) self = std::make_shared<Course*>(this);
  return self;
}

feel::Scope ForTests(feel::Scope scope, const Type& tested) {
  scope.DeclareVariable("?", tested);
  return scope;
}

void Course::Note(std::string code, std::string message, const Location& at, std::string hint) {
  Note({.code = std::move(code), .message = std::move(message), .at = at, .hint = std::move(hint)});
}

Expression::Expression(const Text& text, const feel::Scope& scope) {
  Result<feel::Expression> compiled = feel::Compile(text.text, scope, text.at);
  if (compiled) {
    compiled_ = *std::move(compiled);
  } else {
    mistakes_ = std::move(compiled.error());
  }
}

const Type& Expression::type() const {
  static const Type kAny;
  return compiled_ ? compiled_->type() : kAny;
}

Value Expression::Evaluate(const Row& row, Course& course) const {
  if (!compiled_) {
    for (const Diagnostic& mistake : mistakes_) course.Note(mistake);
    return Value();
  }
  Diagnostics notes;
  Value value = feel::EvaluateLenient(*compiled_, row, course.host, notes, course.meter);
  for (Diagnostic& note : notes) course.Note(std::move(note));
  return value;
}

Tests::Tests(const Text& text, const feel::Scope& scope) : text_(text) {
  const std::string_view tests = Trim(text.text);
  always_ = tests.empty() || tests == "-";
  if (always_) return;
  Result<feel::Expression> compiled = feel::CompileUnaryTests(text.text, scope, text.at);
  if (compiled) {
    compiled_ = *std::move(compiled);
  } else {
    mistakes_ = std::move(compiled.error());
  }
}

bool Tests::Hold(const Value& tested, Row& row, Course& course) const {
  if (always_) return true;
  if (!compiled_) {
    for (const Diagnostic& mistake : mistakes_) course.Note(mistake);
    return false;
  }
  row.push_back(tested);
  Diagnostics notes;
  const Value held = feel::EvaluateLenient(*compiled_, row, course.host, notes, course.meter);
  row.pop_back();
  for (Diagnostic& note : notes) course.Note(std::move(note));
  return held.boolean() != nullptr && *held.boolean();
}

}  // namespace anjuan::dmn
