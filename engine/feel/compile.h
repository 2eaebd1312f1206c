// Syntax -> Node: names become slots, types are checked, constants are computed.
//
// All mistakes of an expression are reported: what failed is of type Any and a constant null, so
// that the rest can still be checked.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/feel/builtin.h"
#include "engine/feel/feel.h"
#include "engine/feel/node.h"
#include "engine/feel/syntax.h"

namespace anjuan::feel {

class Compiler {
 public:
  static Result<Expression> Compile(std::string_view text, const Scope& scope, const Location& at,
                                    const Type& wanted);
  static Result<Expression> CompileTests(std::string_view text, const Scope& scope,
                                         const Location& at);

 private:
  // A part that has been checked. `origin` is the path of data it stands for ("worker_reps.name"),
  // "" where it has been computed.
  struct Part {
    Node::Pointer node;
    Type type;
    std::string origin;
  };

  // What a comparison is told of one of its sides.
  struct Side {
    Span span;
    const Type& type;
  };
  static Side SideOf(const Part& part) { return {part.node->span, part.type}; }

  struct Problem {
    std::string code;
    std::string message;
    std::string hint;
  };

  // A name bound inside the expression, or the item of a filter whose fields are names as well.
  struct Local {
    std::string name;
    Type type;
    int index = 0;
    std::string origin;
    bool is_item = false;
  };

  Compiler(std::string_view text, const Scope& scope, const Location& at)
      : text_(text), scope_(scope), at_(at), standard_(scope.dialect() == Dialect::kStandard) {}

  Result<Expression> Finish(Part&& root);

  // Reads what it stands for: its path counts as read.
  Part Check(const Syntax& syntax);
  // As the base of a path or filter: the longer path will count instead.
  Part CheckBase(const Syntax& syntax);
  Part CheckAny(const Syntax& syntax);
  void Read(const Part& part);

  Part CheckLiteral(const Syntax& syntax);
  Part CheckName(const Syntax& syntax);
  Part ItemMember(const Syntax& syntax, const Local& item);
  Part OuterName(const Syntax& syntax, size_t locals);
  Part UnknownName(const Syntax& syntax);
  Part CheckPath(const Syntax& syntax);
  Type MemberType(const Syntax& syntax, const Type& base, bool& computed);
  Part CheckFilter(const Syntax& syntax);
  Part CheckNegate(const Syntax& syntax);
  Part CheckBinary(const Syntax& syntax);
  Part CheckLogic(const Syntax& syntax);
  Part CheckBetween(const Syntax& syntax);
  Part CheckIn(const Syntax& syntax);
  void CheckTest(const Side& value, const Syntax& test, Node& in);
  void CheckMember(const Side& value, Part set, const Syntax& test, Node& in);
  Part CheckInstanceOf(const Syntax& syntax);
  Part CheckIf(const Syntax& syntax);
  Part CheckLoop(const Syntax& syntax);
  Part CheckDomain(const Syntax& domain, Type& item, std::string& origin);
  Part CheckList(const Syntax& syntax);
  Part CheckContext(const Syntax& syntax);
  Part CheckRange(const Syntax& syntax);
  Part CheckTestRange(const Syntax& syntax);
  Part CheckTests(const Syntax& syntax);
  Part CheckFunction(const Syntax& syntax);

  Part CheckCall(const Syntax& syntax);
  Part CallHost(const Syntax& syntax, const FunctionDeclaration& function);
  Part CallBuiltin(const Syntax& syntax, const std::vector<const Builtin*>& rows);
  Part CallValue(const Syntax& syntax);
  Part UnknownFunction(const Syntax& syntax);
  std::vector<Part> CheckArguments(const Syntax& syntax);
  bool OrderArguments(const Syntax& syntax, const std::vector<std::string>& parameters,
                      std::vector<Part>& arguments);
  std::vector<const Builtin*> FittingRows(const Syntax& syntax,
                                          const std::vector<const Builtin*>& rows,
                                          const std::vector<Part>& arguments);
  Type ResultType(const std::vector<const Builtin*>& rows, const std::vector<Part>& arguments);
  void CheckElement(const Syntax& syntax, const Builtin& builtin,
                    const std::vector<Part>& arguments);

  // Comparisons. The reports name the usual reasons: a misspelt enum value, a date as text.
  void RequireComparable(Span span, Operator op, const Side& a, const Side& b);
  std::string UnlikeHint(const Type& a, const Type& b) const;
  void RequireBoolean(const Part& part, std::string_view needed_by);
  void RequireWanted(const Part& part, const Type& wanted);

  Part Computed(Node::Pointer node, Type type);
  // What stands for a part that cannot be. Strict: it has been reported, and a null of type Any
  // goes on in its place. Standard: the report is made again by each evaluation.
  Part Broken(Span span);
  // A node of constants is computed now; its mistakes are the definition's.
  void Fold(Part& part);
  Node::Pointer Make(Node::Kind kind, Span span, size_t kids = 0) const;
  int Bind(std::string name, Type type, std::string origin, bool is_item = false);
  void Unbind(size_t count);
  std::string Hint(std::string_view name, std::span<const std::string> names);
  void Report(Span span, std::string code, std::string message, std::string hint = "");
  std::vector<std::string> VisibleNames() const;

  std::string_view text_;
  const Scope& scope_;
  const Location& at_;
  Diagnostics problems_;
  std::vector<Local> locals_;
  int frame_used_ = 0;  // grows and shrinks with locals_
  int frame_size_ = 0;
  bool makes_functions_ = false;
  std::shared_ptr<Program> program_;
  const bool standard_;  // types are not known before run time
  int hints_ = 0;
  std::optional<Problem> pending_;  // standard: reported since, and for the next Broken()
  int self_ = -1;                   // where the function being defined will be found under its name
  bool names_input_ = false;        // `?` was named
  std::vector<int> reads_;
  std::vector<std::string> paths_;
};

}  // namespace anjuan::feel
