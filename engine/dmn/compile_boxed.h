// Boxed expressions -> Plan, in a scope.
#pragma once

#include <memory>

#include "engine/dmn/plan.h"

namespace anjuan::dmn {

class BoxedCompiler {
 public:
  BoxedCompiler(const ItemTypes& types, Diagnostics& mistakes)
      : types_(types), mistakes_(mistakes) {}

  std::unique_ptr<Plan> Compile(const Boxed& boxed, const feel::Scope& scope);

 private:
  Expression CompileText(const Text& text, const feel::Scope& scope);
  Tests CompileTests(const Text& text, const feel::Scope& scope);
  ItemTypePointer FindType(const std::string& ref, const Location& at);

  void CompileContext(const Boxed& boxed, feel::Scope scope, Plan& out);
  void CompileRelation(const Boxed& boxed, const feel::Scope& scope, Plan& out);
  void CompileInvocation(const Boxed& boxed, const feel::Scope& scope, Plan& out);
  void CompileFunction(const Boxed& boxed, feel::Scope scope, Plan& out);
  void CompileLoop(const Boxed& boxed, feel::Scope scope, Plan& out);
  void CompileFilter(const Boxed& boxed, feel::Scope scope, Plan& out);
  void CompileTable(const Table& table, const feel::Scope& scope, Plan& out);

  const ItemTypes& types_;
  Diagnostics& mistakes_;
};

}  // namespace anjuan::dmn
