#include "engine/feel/parser.h"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "engine/base/text.h"
#include "engine/feel/builtin.h"

namespace anjuan::feel {

std::string_view ToString(Operator op) {
  switch (op) {
    case Operator::kAdd:
      return "+";
    case Operator::kSubtract:
      return "-";
    case Operator::kMultiply:
      return "*";
    case Operator::kDivide:
      return "/";
    case Operator::kPower:
      return "**";
    case Operator::kEqual:
      return "=";
    case Operator::kNotEqual:
      return "!=";
    case Operator::kLess:
      return "<";
    case Operator::kLessEqual:
      return "<=";
    case Operator::kGreater:
      return ">";
    case Operator::kGreaterEqual:
      return ">=";
  }
  return "";
}

namespace {

constexpr size_t kLongestText = 64 << 10;
constexpr std::string_view kBlanks = " \t\r\n";

struct Infix {
  std::string_view text;
  Operator op;
  Parser::Binding binding;
};
constexpr std::array kInfixes = {
    Infix{"+", Operator::kAdd, Parser::kAdditive},
    Infix{"-", Operator::kSubtract, Parser::kAdditive},
    Infix{"*", Operator::kMultiply, Parser::kMultiplicative},
    Infix{"/", Operator::kDivide, Parser::kMultiplicative},
    Infix{"**", Operator::kPower, Parser::kPower},
    Infix{"=", Operator::kEqual, Parser::kComparison},
    Infix{"!=", Operator::kNotEqual, Parser::kComparison},
    Infix{"<", Operator::kLess, Parser::kComparison},
    Infix{"<=", Operator::kLessEqual, Parser::kComparison},
    Infix{">", Operator::kGreater, Parser::kComparison},
    Infix{">=", Operator::kGreaterEqual, Parser::kComparison},
};

const Infix* FindInfix(const Token& token) {
  constexpr std::string_view kFirsts = "+-*/=!<>";
  if (token.kind != Token::Kind::kSymbol) return nullptr;
  if (kFirsts.find(token.text.front()) == std::string_view::npos) return nullptr;
  for (const Infix& infix : kInfixes) {
    if (infix.text == token.text) return &infix;
  }
  return nullptr;
}

}  // namespace

void Parser::Advance() {
  last_end_ = token_.span.end;
  token_ = lexer_.Next();
}

std::string Parser::Found() const {
  if (token_.kind == Token::Kind::kEnd) return "the end of the expression";
  return Quote(text_, token_.span);
}

bool Parser::ExpectSymbol(std::string_view symbol, std::string_view what) {
  if (AcceptSymbol(symbol)) return true;
  Fail(token_.span, StrCat("expected `", symbol, "` ", what, ", found ", Found()));
  return false;
}

bool Parser::ExpectWord(std::string_view word, std::string_view what) {
  if (AcceptWord(word)) return true;
  Fail(token_.span, StrCat("expected `", word, "` ", what, ", found ", Found()));
  return false;
}

std::nullptr_t Parser::Fail(Span span, std::string message, std::string hint) {
  if (!failed_) {
    problems_.push_back(
        Problem(text_, at_, span, "feel.syntax", std::move(message), std::move(hint)));
  }
  failed_ = true;
  return nullptr;
}

std::nullptr_t Parser::TooDeep(Span span) {
  if (!failed_) {
    problems_.push_back(Problem(text_, at_, {span.begin, span.begin + 1}, "feel.budget",
                                StrCat("nested more than ", kDeepest, " deep"),
                                "split the expression"));
  }
  failed_ = true;
  return nullptr;
}

Syntax::Pointer Parser::Make(Kind kind, size_t begin) {
  Pointer node = MakePart<Syntax>(memory_);
  ++parts_;
  node->kind = kind;
  node->span = {begin, begin};
  const bool leaf = kind == Kind::kLiteral || kind == Kind::kName;
  if (!leaf) node->kids.reserve(2);
  return node;
}

Syntax::Pointer Parser::Finish(Pointer node) {
  node->span.end = last_end_;
  for (const Pointer& kid : node->kids) node->depth = std::max(node->depth, kid->depth + 1);
  if (node->depth > kDeepest) return TooDeep(node->span);
  return node;
}

// Where `name` ends if it stands at the current token; a run of white space counts as one space.
std::optional<size_t> Parser::EndOf(std::string_view name) const {
  const auto space = [this](size_t place) {
    return place < text_.size() && kBlanks.find(text_[place]) != std::string_view::npos;
  };
  size_t at = token_.span.begin;
  for (const char c : name) {
    if (c == ' ' && space(at)) {
      while (space(at)) ++at;
    } else if (at < text_.size() && c == text_[at]) {
      ++at;
    } else {
      return std::nullopt;
    }
  }
  const bool goes_on = at < text_.size() && IsNamePart(Utf8Cursor(text_.substr(at)).Peek());
  return goes_on ? std::nullopt : std::optional(at);
}

// The longest name of the lists that stands at the current token.
std::optional<Parser::Match> Parser::MatchLong(NameLists lists, bool before_parenthesis) const {
  std::optional<Match> best;
  for (const std::span<const std::string> names : lists) {
    for (const std::string& name : names) {
      const std::optional<size_t> end = EndOf(name);
      if (!end || (best && *end <= best->span.end)) continue;
      const size_t next = text_.find_first_not_of(kBlanks, *end);
      if (before_parenthesis && (next == std::string_view::npos || text_[next] != '(')) continue;
      best = Match{{token_.span.begin, *end}, name};
    }
  }
  return best;
}

std::optional<Parser::Match> Parser::MatchVariable() const {
  const LongNames& declared = scope_.long_names();
  // Inside a filter a field is named without its owner.
  return MatchLong({declared.variables, declared.members, written_.variables}, false);
}

std::optional<Parser::Match> Parser::MatchMember() const {
  static const std::vector<std::string> kProperties = {"time offset", "start included",
                                                       "end included"};
  return MatchLong({kProperties, scope_.long_names().members, written_.members}, false);
}

std::optional<Parser::Match> Parser::MatchFunction() const {
  static const std::vector<std::string> kBuiltins = [] {  // sorted
    std::vector<std::string> out;
    for (const std::string& name : BuiltinNames()) {
      if (!IsPlainName(name)) out.push_back(name);
    }
    return out;
  }();
  const auto of_letter =
      std::equal_range(kBuiltins.begin(), kBuiltins.end(), text_.substr(token_.span.begin, 1),
                       [](std::string_view a, std::string_view b) { return a[0] < b[0]; });
  return MatchLong({scope_.long_names().functions, {of_letter.first, of_letter.second}}, true);
}

// The match instead of the current token.
void Parser::Take(const Match& match) {
  lexer_.Seek(match.span.end);
  token_.span.end = match.span.end;
}

bool Parser::TooLong() {
  if (text_.size() <= kLongestText) return false;
  problems_.push_back(Problem(text_, at_, {0, 1}, "feel.budget",
                              "an expression is at most 64 KiB long", "split the expression"));
  return true;
}

Syntax::Pointer Parser::ParseAll() {
  if (TooLong()) return nullptr;
  if (token_.kind == Token::Kind::kEnd) return Fail(token_.span, "the expression is empty");
  return ParseToEnd(ParseExpression(kLoosest));
}

Syntax::Pointer Parser::ParseToEnd(Pointer root) {
  if (root && token_.kind != Token::Kind::kEnd) {
    const bool name = token_.kind == Token::Kind::kName || token_.kind == Token::Kind::kString ||
                      token_.kind == Token::Kind::kNumber;
    return Fail(token_.span, StrCat("the expression should end here, found ", Found()),
                name ? "is an operator missing, or a name misspelt?" : "");
  }
  return failed_ ? nullptr : std::move(root);
}

// `-`, or tests, or `not(` tests `)`. A `not(…)` that is only the beginning of a test (`not(?) =
// x`) or holds an expression of `?` is the function of that name; which of the two it is shows at
// its end.
Syntax::Pointer Parser::ParseAllTests() {
  if (TooLong()) return nullptr;
  Pointer node = Make(Kind::kTests, token_.span.begin);
  if (token_.kind == Token::Kind::kEnd) return Fail(token_.span, "the test is empty", "write -");
  if (token_.IsSymbol("-")) {
    const Token minus = token_;
    Advance();
    if (token_.kind == Token::Kind::kEnd) return Finish(std::move(node));
    lexer_.Seek(minus.span.begin);
    Advance();
  }
  if (token_.IsWord("not")) {
    const Token word = token_;
    const size_t problems = problems_.size();
    Advance();
    if (AcceptSymbol("(") && ParseTests(*node) && AcceptSymbol(")") &&
        token_.kind == Token::Kind::kEnd) {
      node->op = Operator::kNotEqual;
      return Finish(std::move(node));
    }
    // Read again as an expression; whatever was reported comes again.
    problems_.resize(problems);
    failed_ = false;
    node->kids.clear();
    lexer_.Seek(word.span.begin);
    Advance();
  }
  if (!ParseTests(*node)) return nullptr;
  return ParseToEnd(Finish(std::move(node)));
}

bool Parser::ParseTests(Syntax& tests) {
  do {
    if (!ParseTest(tests, kLoosest)) return false;
  } while (AcceptSymbol(","));
  return true;
}

bool Parser::AtTest() const {
  const Infix* infix = FindInfix(token_);
  return infix != nullptr && infix->binding == kComparison;
}

// An expression, or a test standing as a value: the `< 5` of `(< 5)` and `[< 5, > 9]`.
Syntax::Pointer Parser::ParseItem() {
  if (!AtTest()) return ParseExpression(kLoosest);
  Syntax holder;
  if (!ParseTest(holder, kComparison)) return nullptr;
  return std::move(holder.kids.front());
}

Syntax::Pointer Parser::ParseExpression(Binding binding) {
  if (depth_ >= kDeepest) return TooDeep(token_.span);
  ++depth_;
  Pointer left = ParsePrefix();
  for (bool done = false; left && !done;) left = ParseInfix(std::move(left), binding, done);
  --depth_;
  return failed_ ? nullptr : std::move(left);
}

// One operator that binds tighter than `binding` and its right side; `done` where there is none.
Syntax::Pointer Parser::ParseInfix(Pointer left, Binding binding, bool& done) {
  if (binding < kOrBinding && token_.IsWord("or")) {
    return ParseLogic(std::move(left), Kind::kOr, kOrBinding);
  }
  if (binding < kAndBinding && token_.IsWord("and")) {
    return ParseLogic(std::move(left), Kind::kAnd, kAndBinding);
  }
  const bool word = token_.IsWord("between") || token_.IsWord("in");
  if (binding < kComparison && word) return ParseComparisonWord(std::move(left));
  const Infix* infix = FindInfix(token_);
  if (infix == nullptr || binding >= infix->binding) {
    done = true;
    return left;
  }
  Pointer node = Make(Kind::kBinary, left->span.begin);
  node->op = infix->op;
  node->name_span = token_.span;
  node->kids.push_back(std::move(left));
  Advance();
  Pointer right = ParseExpression(infix->binding);
  if (!right) return nullptr;
  node->kids.push_back(std::move(right));
  return Finish(std::move(node));
}

// Chains of and (or) make one node, so that their length does not count as depth.
Syntax::Pointer Parser::ParseLogic(Pointer left, Kind kind, Binding binding) {
  Pointer node = Make(kind, left->span.begin);
  const std::string_view word = token_.text;
  node->kids.push_back(std::move(left));
  while (AcceptWord(word)) {
    Pointer right = ParseExpression(binding);
    if (!right) return nullptr;
    node->kids.push_back(std::move(right));
  }
  return Finish(std::move(node));
}

Syntax::Pointer Parser::ParseComparisonWord(Pointer left) {
  if (AcceptWord("between")) return ParseBetween(std::move(left));
  Advance();
  return ParseIn(std::move(left));
}

Syntax::Pointer Parser::ParseBetween(Pointer left) {
  Pointer node = Make(Kind::kBetween, left->span.begin);
  node->kids.push_back(std::move(left));
  Pointer low = ParseExpression(kComparison);
  if (!low || !ExpectWord("and", "between the two bounds of `between`")) return nullptr;
  Pointer high = ParseExpression(kComparison);
  if (!high) return nullptr;
  node->kids.push_back(std::move(low));
  node->kids.push_back(std::move(high));
  return Finish(std::move(node));
}

// `x in test` or `x in (test, test)`. A parenthesis may also begin an open range or a value.
Syntax::Pointer Parser::ParseIn(Pointer left) {
  Pointer node = Make(Kind::kIn, left->span.begin);
  node->kids.push_back(std::move(left));
  if (!token_.IsSymbol("(")) {
    if (!ParseTest(*node, kComparison)) return nullptr;
    return Finish(std::move(node));
  }
  const Token open = token_;
  Advance();
  if (!ParseTest(*node, kLoosest)) return nullptr;
  if (token_.IsSymbol("..")) {  // the parenthesis began an open range
    Pointer low = std::move(node->kids.back());
    node->kids.pop_back();
    if (low->kind == Kind::kTest) return Fail(low->span, "a range begins with a value");
    Pointer range = ParseRangeEnd(std::move(low), open.span.begin, false);
    if (!range) return nullptr;
    node->kids.push_back(std::move(range));
    return Finish(std::move(node));
  }
  while (AcceptSymbol(",")) {
    if (!ParseTest(*node, kLoosest)) return nullptr;
  }
  if (!ExpectSymbol(")", "after the tests of `in`")) return nullptr;
  return Finish(std::move(node));
}

bool Parser::ParseTest(Syntax& in, Binding binding) {
  const Infix* infix = FindInfix(token_);
  Pointer test;
  if (infix != nullptr && infix->binding == kComparison) {
    test = Make(Kind::kTest, token_.span.begin);
    test->op = infix->op;
    Advance();
    Pointer operand = ParseExpression(kComparison);
    if (!operand) return false;
    test->kids.push_back(std::move(operand));
    test = Finish(std::move(test));
  } else {
    test = ParseExpression(binding);
  }
  if (!test) return false;
  in.kids.push_back(std::move(test));
  return true;
}

Syntax::Pointer Parser::ParseInstanceOf(Pointer left) {
  Pointer node = Make(Kind::kInstanceOf, left->span.begin);
  Advance();
  if (!ExpectWord("of", "after `instance`")) return nullptr;
  auto type = ParseTypeName();
  if (!type) return nullptr;
  node->types.push_back(std::move(*type));
  node->kids.push_back(std::move(left));
  return Finish(std::move(node));
}

Syntax::Pointer Parser::ParsePrefix() {
  if (token_.IsSymbol("-")) {
    Pointer node = Make(Kind::kNegate, token_.span.begin);
    Advance();
    Pointer operand = ParseExpression(kUnary);
    if (!operand) return nullptr;
    node->kids.push_back(std::move(operand));
    return Finish(std::move(node));
  }
  if (token_.IsWord("if")) return ParseIf();
  if (token_.IsWord("for")) return ParseIteration(Kind::kFor);
  if (token_.IsWord("some")) return ParseIteration(Kind::kSome);
  if (token_.IsWord("every")) return ParseIteration(Kind::kEvery);
  if (token_.IsWord("function")) return ParseFunction();
  Pointer left = ParsePrimary();
  if (left) left = ParsePostfix(std::move(left));
  if (left && token_.IsWord("instance")) left = ParseInstanceOf(std::move(left));
  return left;
}

Syntax::Pointer Parser::ParsePostfix(Pointer left) {
  while (left) {
    if (token_.IsSymbol(".")) {
      left = ParsePath(std::move(left));
    } else if (token_.IsSymbol("[") && !ClosesRange()) {
      Pointer node = Make(Kind::kFilter, left->span.begin);
      node->kids.push_back(std::move(left));
      Advance();
      Pointer condition = ParseExpression(kLoosest);
      if (!condition || !ExpectSymbol("]", "after the filter")) return nullptr;
      node->kids.push_back(std::move(condition));
      left = Finish(std::move(node));
    } else if (token_.IsSymbol("(")) {
      left = ParseCall(std::move(left));
    } else {
      return left;
    }
  }
  return nullptr;
}

// In `[1..3[` the last bracket closes: nothing that could begin a filter follows it.
bool Parser::ClosesRange() const {
  Diagnostics ignored;
  Lexer ahead(text_, at_, ignored);
  ahead.Seek(token_.span.end);
  const Token next = ahead.Next();
  if (next.kind == Token::Kind::kEnd) return true;
  if (next.kind == Token::Kind::kName) {
    constexpr std::array<std::string_view, 7> kWords = {"and",    "or",        "then", "else",
                                                        "return", "satisfies", "in"};
    return std::any_of(kWords.begin(), kWords.end(),
                       [&](std::string_view word) { return next.IsWord(word); });
  }
  if (next.kind != Token::Kind::kSymbol) return false;
  return next.text == ")" || next.text == "]" || next.text == "," || next.text == "}" ||
         next.text == "=" || next.text == "!=" || next.text == ".";
}

Syntax::Pointer Parser::ParsePath(Pointer base) {
  Pointer node = Make(Kind::kPath, base->span.begin);
  node->kids.push_back(std::move(base));
  Advance();
  if (token_.kind != Token::Kind::kName) {
    return Fail(token_.span, StrCat("expected a name after the point, found ", Found()));
  }
  node->name_span = token_.span;
  node->text = token_.text;
  if (const auto match = MatchMember(); match && !token_.quoted) {
    node->text = match->name;
    node->name_span = match->span;
    Take(*match);
  }
  Advance();
  return Finish(std::move(node));
}

Syntax::Pointer Parser::ParseCall(Pointer callee) {
  Pointer node = Make(Kind::kCall, callee->span.begin);
  node->kids.push_back(std::move(callee));
  Advance();
  if (!token_.IsSymbol(")") && !ParseArguments(*node)) return nullptr;
  if (!ExpectSymbol(")", "after the arguments")) return nullptr;
  return Finish(std::move(node));
}

bool Parser::ParseArguments(Syntax& call) {
  do {
    ParseArgumentName(call);
    // kids[0] is the function, so a call with names has as many kids as names before this one.
    if (!call.names.empty() && call.names.size() != call.kids.size()) {
      Fail(token_.span, "named and unnamed arguments in one call");
      return false;
    }
    Pointer argument = ParseExpression(kLoosest);
    if (!argument) return false;
    call.kids.push_back(std::move(argument));
  } while (AcceptSymbol(","));
  return true;
}

// `start position:` is a run of words before a colon; anything else is left unread.
void Parser::ParseArgumentName(Syntax& call) {
  if (!has_colon_) {
    has_colon_ = text_.find(':') != text_.npos || text_.find("：") != text_.npos;
  }
  if (!*has_colon_ || token_.kind != Token::Kind::kName) return;
  const Token first = token_;
  const std::string name = ReadWords(true);
  if (!name.empty() && token_.IsSymbol(":")) {
    call.names.push_back(name);
    call.name_spans.push_back({first.span.begin, last_end_});
    Advance();
  } else if (!name.empty()) {
    lexer_.Seek(first.span.begin);
    Advance();
  }
}

// A run of words as one name. With signs, also the numbers and operators a name may hold.
std::string Parser::ReadWords(bool with_signs) {
  constexpr std::array<std::string_view, 7> kSigns = {".", "/", "-", "+", "*", "**", ".."};
  std::string out;
  size_t end = 0;
  for (;;) {
    const bool word = token_.kind == Token::Kind::kName;
    const bool number = token_.kind == Token::Kind::kNumber;
    const bool sign = token_.kind == Token::Kind::kSymbol &&
                      std::find(kSigns.begin(), kSigns.end(), token_.text) != kSigns.end();
    if (!word && (out.empty() || !with_signs || (!number && !sign))) return out;
    if (!out.empty() && token_.span.begin > end) out += ' ';
    out += token_.text;
    end = token_.span.end;
    Advance();
  }
}

}  // namespace anjuan::feel
