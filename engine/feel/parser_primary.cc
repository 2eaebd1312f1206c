// The parser's part for what stands alone: literals, names, brackets, if, for, function.
#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/feel/parser.h"

namespace anjuan::feel {

Syntax::Pointer Parser::ParsePrimary() {
  switch (token_.kind) {
    case Token::Kind::kEnd:
      return Fail(token_.span, "the expression ends too early",
                  "write the value that is missing at its end");
    case Token::Kind::kNumber:
      return ParseNumber();
    case Token::Kind::kString: {
      Pointer node = Make(Kind::kLiteral, token_.span.begin);
      node->value = Value(token_.text);
      Advance();
      return Finish(std::move(node));
    }
    case Token::Kind::kName:
      return ParseWord();
    case Token::Kind::kSymbol:
      break;
  }
  if (token_.text == "(") return ParseParenthesis();
  if (token_.text == "[") return ParseBracket();
  if (token_.text == "]") {  // ]1..2[ : open below
    const size_t begin = token_.span.begin;
    Advance();
    Pointer low = ParseExpression(kComparison);
    if (!low) return nullptr;
    if (!token_.IsSymbol("..")) return Fail({begin, begin + 1}, "unexpected `]`");
    return ParseRangeEnd(std::move(low), begin, false);
  }
  if (token_.text == "{") return ParseContext();
  if (token_.text == "@") return ParseTemporal();
  return Fail(token_.span, StrCat("expected a value, found ", Found()));
}

Syntax::Pointer Parser::ParseNumber() {
  Pointer node = Make(Kind::kLiteral, token_.span.begin);
  const bool bare = token_.text.front() == '.';
  const auto number = Decimal::Parse(bare ? StrCat("0", token_.text) : token_.text);
  if (!number) {
    return Fail(token_.span, StrCat("the number ", Found(), " is too large"));
  }
  node->value = Value(*number);
  Advance();
  return Finish(std::move(node));
}

Syntax::Pointer Parser::ParseWord() {
  std::optional<Match> match;
  if (!token_.quoted) {
    match = MatchVariable();
    const auto function = MatchFunction();
    if (function && (!match || function->span.end > match->span.end)) match = function;
  }
  if (match || token_.quoted || !IsKeyword(token_.text)) return ParseName(match);
  Pointer node = Make(Kind::kLiteral, token_.span.begin);
  if (token_.text == "true" || token_.text == "false") {
    node->value = Value(token_.text == "true");
  } else if (token_.text != "null") {
    return Fail(token_.span, StrCat("expected a value, found the word ", Found()),
                "a name that is a word of the language is written in backquotes");
  }
  Advance();
  return Finish(std::move(node));
}

Syntax::Pointer Parser::ParseName(const std::optional<Match>& match) {
  Pointer node = Make(Kind::kName, token_.span.begin);
  if (match) {
    node->text = match->name;
    Take(*match);
  } else {
    node->text = token_.text;
  }
  Advance();
  return Finish(std::move(node));
}

// @"2023-03-06", @"P1M": the kind shows in the text.
Syntax::Pointer Parser::ParseTemporal() {
  Pointer node = Make(Kind::kLiteral, token_.span.begin);
  Advance();
  if (token_.kind != Token::Kind::kString) {
    return Fail(token_.span, StrCat("expected a string after @, found ", Found()),
                "write @\"2023-03-06\"");
  }
  const std::string_view text = token_.text;
  const Zones* zones = scope_.zones().get();
  if (const auto date = ParseDate(text)) {
    node->value = Value(*date);
  } else if (const auto date_time = ParseDateTime(text, zones)) {
    node->value = Value(*date_time);
  } else if (const auto time = ParseTime(text, zones)) {
    node->value = Value(*time);
  } else if (const auto months = ParseMonthsDuration(text)) {
    node->value = Value(*months);
  } else if (const auto days = ParseDaysDuration(text)) {
    node->value = Value(*days);
  } else {
    return Fail(token_.span, StrCat(Found(), " is no date, time or duration"),
                "write @\"2023-03-06\", @\"09:00:00\", @\"2023-03-06T09:00:00\", @\"P1M\" or "
                "@\"P10D\"");
  }
  Advance();
  return Finish(std::move(node));
}

Syntax::Pointer Parser::ParseParenthesis() {
  const size_t begin = token_.span.begin;
  Advance();
  const bool test = AtTest();
  Pointer inner = ParseItem();
  if (!inner) return nullptr;
  if (!test && token_.IsSymbol("..")) return ParseRangeEnd(std::move(inner), begin, false);
  if (!ExpectSymbol(")", "to close the parenthesis")) return nullptr;
  return inner;
}

Syntax::Pointer Parser::ParseBracket() {
  Pointer node = Make(Kind::kList, token_.span.begin);
  Advance();
  if (AcceptSymbol("]")) return Finish(std::move(node));
  do {
    const bool test = AtTest();
    Pointer item = ParseItem();
    if (!item) return nullptr;
    if (!test && node->kids.empty() && token_.IsSymbol("..")) {
      return ParseRangeEnd(std::move(item), node->span.begin, true);
    }
    node->kids.push_back(std::move(item));
  } while (AcceptSymbol(","));
  if (!ExpectSymbol("]", "to close the list")) return nullptr;
  return Finish(std::move(node));
}

Syntax::Pointer Parser::ParseRangeEnd(Pointer low, size_t begin, bool low_included) {
  Pointer node = Make(Kind::kRange, begin);
  node->kids.push_back(std::move(low));
  node->low_included = low_included;
  Advance();
  Pointer high = ParseExpression(kComparison);
  if (!high) return nullptr;
  node->kids.push_back(std::move(high));
  node->high_included = token_.IsSymbol("]");
  if (!token_.IsSymbol("]") && !token_.IsSymbol(")") && !token_.IsSymbol("[")) {
    return Fail(token_.span, StrCat("expected `]` or `)` to close the range, found ", Found()));
  }
  Advance();
  return Finish(std::move(node));
}

Syntax::Pointer Parser::ParseContext() {
  Pointer node = Make(Kind::kContext, token_.span.begin);
  Advance();
  if (AcceptSymbol("}")) return Finish(std::move(node));
  do {
    if (!ParseContextKey(*node)) return nullptr;
    Pointer value = ParseExpression(kLoosest);
    if (!value) return nullptr;
    node->kids.push_back(std::move(value));
  } while (AcceptSymbol(","));
  if (!ExpectSymbol("}", "to close the context")) return nullptr;
  return Finish(std::move(node));
}

bool Parser::ParseContextKey(Syntax& context) {
  const size_t begin = token_.span.begin;
  std::string key;
  if (token_.kind == Token::Kind::kString) {
    key = token_.text;
    Advance();
  } else {
    key = ReadWords(true);
    if (key.empty()) {
      Fail(token_.span, StrCat("expected the name of an entry, found ", Found()));
      return false;
    }
  }
  const Span span{begin, last_end_};
  if (std::find(context.names.begin(), context.names.end(), key) != context.names.end()) {
    Fail(span, StrCat("the context has two entries named \"", key, "\""));
    return false;
  }
  if (!IsPlainName(key)) {
    written_.variables.push_back(key);
    written_.members.push_back(key);
  }
  context.names.push_back(key);
  context.name_spans.push_back(span);
  return ExpectSymbol(":", StrCat("after the entry's name \"", key, "\""));
}

Syntax::Pointer Parser::ParseIf() {
  Pointer node = Make(Kind::kIf, token_.span.begin);
  Advance();
  Pointer condition = ParseExpression(kLoosest);
  if (!condition || !ExpectWord("then", "after the condition of `if`")) return nullptr;
  Pointer yes = ParseExpression(kLoosest);
  if (!yes || !ExpectWord("else", "of `if`")) return nullptr;
  Pointer no = ParseExpression(kLoosest);
  if (!no) return nullptr;
  node->kids.push_back(std::move(condition));
  node->kids.push_back(std::move(yes));
  node->kids.push_back(std::move(no));
  return Finish(std::move(node));
}

Syntax::Pointer Parser::ParseIteration(Kind kind) {
  Pointer node = Make(kind, token_.span.begin);
  Advance();
  do {
    if (!ParseIterator(*node)) return nullptr;
    // Quantifiers may also be written `some x in a y in b`; only the comma is accepted.
  } while (AcceptSymbol(","));
  if (kind == Kind::kFor) {
    if (!ExpectWord("return", "after the iterators of `for`")) return nullptr;
  } else if (!ExpectWord("satisfies", "after the iterators")) {
    return nullptr;
  }
  Pointer body = ParseExpression(kLoosest);
  if (!body) return nullptr;
  node->kids.push_back(std::move(body));
  return Finish(std::move(node));
}

bool Parser::ParseIterator(Syntax& loop) {
  if (token_.kind != Token::Kind::kName || (IsKeyword(token_.text) && !token_.quoted)) {
    Fail(token_.span, StrCat("expected the iterator's name, found ", Found()));
    return false;
  }
  const size_t begin = token_.span.begin;
  std::string name;
  size_t end = begin;
  while (token_.kind == Token::Kind::kName && !token_.IsWord("in")) {
    if (!name.empty() && token_.span.begin > end) name += ' ';
    name += token_.text;
    end = token_.span.end;
    Advance();
  }
  loop.names.push_back(name);
  loop.name_spans.push_back({begin, last_end_});
  if (!IsPlainName(name)) written_.variables.push_back(name);
  if (!ExpectWord("in", "after the iterator's name")) return false;
  Pointer domain = ParseExpression(kComparison);
  if (!domain) return false;
  if (token_.IsSymbol("..")) {
    Pointer interval = Make(Kind::kInterval, domain->span.begin);
    interval->kids.push_back(std::move(domain));
    Advance();
    Pointer high = ParseExpression(kComparison);
    if (!high) return false;
    interval->kids.push_back(std::move(high));
    domain = Finish(std::move(interval));
    if (!domain) return false;
  }
  loop.kids.push_back(std::move(domain));
  return true;
}

Syntax::Pointer Parser::ParseFunction() {
  Pointer node = Make(Kind::kFunction, token_.span.begin);
  Advance();
  if (!ExpectSymbol("(", "after `function`")) return nullptr;
  while (!token_.IsSymbol(")")) {
    if (!node->names.empty() && !ExpectSymbol(",", "between parameters")) return nullptr;
    if (token_.kind != Token::Kind::kName) {
      return Fail(token_.span, StrCat("expected a parameter's name, found ", Found()));
    }
    const size_t begin = token_.span.begin;
    node->names.push_back(ReadWords(false));
    node->name_spans.push_back({begin, last_end_});
    if (!IsPlainName(node->names.back())) written_.variables.push_back(node->names.back());
    Type type;
    if (AcceptSymbol(":")) {
      auto given = ParseTypeName();
      if (!given) return nullptr;
      type = std::move(*given);
    }
    node->types.push_back(std::move(type));
  }
  Advance();
  const bool external = AcceptWord("external");
  Pointer body = ParseExpression(kLoosest);
  if (!body) return nullptr;
  if (!external) node->kids.push_back(std::move(body));
  return Finish(std::move(node));
}

}  // namespace anjuan::feel
