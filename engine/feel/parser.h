// Tokens -> Syntax: a Pratt parser that knows which names with spaces or operators exist.
//
// Source:  DMN 1.5 10.3.1.2. `in` binds like a comparison, tighter than and/or; unary minus binds
//          tighter than **, which groups to the left.
// Errors:  "feel.syntax"; "feel.budget" for nesting beyond 200 or a text beyond 64 KiB. Signs that
//          can be understood are reported and read on; the first mistake of structure ends the
//          parse.
#pragma once

#include <initializer_list>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/feel/feel.h"
#include "engine/feel/lexer.h"
#include "engine/feel/syntax.h"

namespace anjuan::feel {

// Names that are not one token: "date and time", "string length", a field `申请人 编号`. The
// longest that fits wins. Functions count only before "(", members only after ".".
using LongNames = Scope::LongNames;

// Null from ParseAll where `problems` got an error of structure; it may get others beside a tree.
class Parser {
 public:
  // How tightly operators bind, loosest first.
  enum Binding {
    kLoosest,
    kOrBinding,
    kAndBinding,
    kComparison,
    kAdditive,
    kMultiplicative,
    kPower,
    kUnary
  };

  // All must outlive the parser; `memory` what it makes as well.
  Parser(std::string_view text, const Location& at, const Scope& scope, Diagnostics& problems,
         TreeMemory memory = {})
      : text_(text),
        at_(at),
        scope_(scope),
        problems_(problems),
        memory_(memory),
        lexer_(text, at, problems) {
    Advance();
  }

  Syntax::Pointer ParseAll();
  Syntax::Pointer ParseAllTests();         // unary tests
  size_t parts() const { return parts_; }  // made so far

 private:
  using Pointer = Syntax::Pointer;
  using Kind = Syntax::Kind;
  using NameLists = std::initializer_list<std::span<const std::string>>;
  struct Match {  // a long name that stands at the current token
    Span span;
    std::string_view name;
  };

  bool TooLong();
  Pointer ParseToEnd(Pointer root);
  Pointer ParseExpression(Binding binding);
  Pointer ParseInfix(Pointer left, Binding binding, bool& done);
  Pointer ParseLogic(Pointer left, Kind kind, Binding binding);
  Pointer ParseComparisonWord(Pointer left);
  Pointer ParseBetween(Pointer left);
  Pointer ParseIn(Pointer left);
  bool ParseTest(Syntax& in, Binding binding);
  bool ParseTests(Syntax& tests);
  Pointer ParseItem();
  bool AtTest() const;
  Pointer ParseInstanceOf(Pointer left);
  Pointer ParsePrefix();
  Pointer ParsePostfix(Pointer left);
  Pointer ParsePath(Pointer base);
  Pointer ParseCall(Pointer callee);
  bool ParseArguments(Syntax& call);
  void ParseArgumentName(Syntax& call);
  Pointer ParsePrimary();
  Pointer ParseWord();
  Pointer ParseName(const std::optional<Match>& match);
  Pointer ParseNumber();
  Pointer ParseTemporal();
  Pointer ParseParenthesis();
  Pointer ParseBracket();
  Pointer ParseRangeEnd(Pointer low, size_t begin, bool low_included);
  Pointer ParseContext();
  bool ParseContextKey(Syntax& context);
  std::string ReadWords(bool with_signs);
  Pointer ParseIf();
  Pointer ParseIteration(Kind kind);
  bool ParseIterator(Syntax& loop);
  Pointer ParseFunction();
  std::optional<Type> ParseTypeName();
  std::optional<Type> DeclaredType();
  std::optional<Type> NamedType(Span span, const std::string& word);
  std::optional<Type> ParseTypeArguments(const std::string& word);
  std::optional<Type> ComposedType(const std::string& word, Span open,
                                   std::vector<Type::Field> parts);
  void SkipBrackets();

  static constexpr int kDeepest = 200;

  // Tokens.
  void Advance();
  bool AcceptSymbol(std::string_view symbol) {
    if (!token_.IsSymbol(symbol)) return false;
    Advance();
    return true;
  }
  bool AcceptWord(std::string_view word) {
    if (!token_.IsWord(word)) return false;
    Advance();
    return true;
  }
  bool ExpectSymbol(std::string_view symbol, std::string_view what);
  bool ExpectWord(std::string_view word, std::string_view what);
  std::optional<Match> MatchLong(NameLists lists, bool before_parenthesis) const;
  std::optional<size_t> EndOf(std::string_view name) const;
  std::optional<Match> MatchVariable() const;
  std::optional<Match> MatchFunction() const;
  std::optional<Match> MatchMember() const;
  void Take(const Match& match);
  bool ClosesRange() const;

  // Nodes and failures.
  Pointer Make(Kind kind, size_t begin);
  Pointer Finish(Pointer node);  // sets the end of the span, and the depth from the kids
  std::nullptr_t Fail(Span span, std::string message, std::string hint = "");
  std::nullptr_t TooDeep(Span span);
  std::string Found() const;

  std::string_view text_;
  const Location& at_;
  const Scope& scope_;
  LongNames written_;  // of iterators, parameters and the entries of contexts, as they are met
  Diagnostics& problems_;
  TreeMemory memory_;
  size_t parts_ = 0;
  std::optional<bool> has_colon_;  // of whatever width: without one no argument is named
  Lexer lexer_;
  Token token_;
  size_t last_end_ = 0;  // of the token before token_
  int depth_ = 0;
  bool failed_ = false;
};

}  // namespace anjuan::feel
