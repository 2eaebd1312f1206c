// The parser's part for types: FEEL's own spelling, and that of engine/value/type.h.
#include <array>
#include <utility>

#include "engine/base/text.h"
#include "engine/feel/parser.h"

namespace anjuan::feel {

// A type is read by recursion over tokens, so `list<list<number>>` needs its brackets one by one;
// enum(…) and context{…} are left to the reader of declared types.
std::optional<Type> Parser::ParseTypeName() {
  static const std::vector<std::string> kLongTypes = {"date and time", "days and time duration",
                                                      "years and months duration"};
  if (depth_ >= kDeepest) {
    TooDeep(token_.span);
    return std::nullopt;
  }
  const size_t begin = token_.span.begin;
  if (token_.kind != Token::Kind::kName) {
    Fail(token_.span, StrCat("expected a type, found ", Found()));
    return std::nullopt;
  }
  if (auto declared = DeclaredType()) return declared;
  if (const auto match = MatchLong({kLongTypes}, false)) {
    Take(*match);
    token_.text = match->name;
  }
  const std::string word(token_.text);
  Advance();
  if (token_.IsSymbol("<")) {
    ++depth_;
    auto type = ParseTypeArguments(word);
    --depth_;
    return type;
  }
  if (token_.IsSymbol("{") || token_.IsSymbol("(")) SkipBrackets();
  if (failed_) return std::nullopt;
  return NamedType({begin, last_end_}, word);
}

// A type the scope declares; the longest name that stands here. It may be qualified: `import.tDay`.
std::optional<Type> Parser::DeclaredType() {
  if (scope_.types().empty()) return std::nullopt;
  std::vector<std::string> names;
  for (const auto& [name, type] : scope_.types()) names.push_back(name);
  const auto match = MatchLong({names}, false);
  if (!match) return std::nullopt;
  Take(*match);
  Advance();
  for (size_t i = names.size(); i-- > 0;) {  // the latest declaration
    if (names[i] == match->name) return scope_.types()[i].second;
  }
  return std::nullopt;
}

std::optional<Type> Parser::NamedType(Span span, const std::string& word) {
  if (word == "Any") return Type::Any();
  if (word == "Null") return Type::Of(Type::Base::kNull);
  if (word == "function") return Type::Of(Type::Base::kFunction);
  if (word == "range") return Type::Of(Type::Base::kRange);
  if (word == "list" && span.end - span.begin == word.size()) return Type::ListOf(Type::Any());
  auto type = ParseType(text_.substr(span.begin, span.end - span.begin));
  if (type) return *std::move(type);
  Fail(span, StrCat("unknown type ", Quote(text_, span)),
       type.error().empty() ? "" : type.error().front().hint);
  return std::nullopt;
}

// At "<" after list, range, context or function.
std::optional<Type> Parser::ParseTypeArguments(const std::string& word) {
  const Span open = token_.span;
  Advance();
  std::vector<Type::Field> fields;
  while (!token_.IsSymbol(">")) {
    if (!fields.empty() && !ExpectSymbol(",", "between the parts of a type")) return std::nullopt;
    std::string field;
    if (word == "context") {
      field = token_.text;
      if (token_.kind != Token::Kind::kName) {
        Fail(token_.span, StrCat("expected the name of a field, found ", Found()));
        return std::nullopt;
      }
      Advance();
      if (!ExpectSymbol(":", "after the name of a field")) return std::nullopt;
    }
    auto type = ParseTypeName();
    if (!type) return std::nullopt;
    fields.emplace_back(std::move(field), *std::move(type));
  }
  Advance();
  return ComposedType(word, open, std::move(fields));
}

std::optional<Type> Parser::ComposedType(const std::string& word, Span open,
                                         std::vector<Type::Field> parts) {
  if (word == "context") return Type::ContextOf(std::move(parts));
  if (word == "function") {
    if (!ExpectSymbol("->", "before the result of a function")) return std::nullopt;
    auto result = ParseTypeName();
    if (!result) return std::nullopt;
    Type type = Type::Of(Type::Base::kFunction);
    type.fields = std::make_shared<const std::vector<Type::Field>>(std::move(parts));
    type.element = std::make_shared<const Type>(*std::move(result));
    return type;
  }
  if ((word == "list" || word == "range") && parts.size() == 1) {
    if (word == "list") return Type::ListOf(std::move(parts.front().second));
    Type type = Type::Of(Type::Base::kRange);
    type.element = std::make_shared<const Type>(std::move(parts.front().second));
    return type;
  }
  Fail(open, StrCat("a ", word, " does not have these parts"),
       "write list<number>, range<date>, context<a: number> or function<number> -> string");
  return std::nullopt;
}

// Over one pair of balanced brackets, whatever stands inside.
void Parser::SkipBrackets() {
  int open = 0;
  do {
    if (token_.kind == Token::Kind::kEnd) {
      Fail(token_.span, "this type has no end");
      return;
    }
    if (token_.IsSymbol("{") || token_.IsSymbol("(")) ++open;
    if (token_.IsSymbol("}") || token_.IsSymbol(")")) --open;
    Advance();
  } while (open > 0);
}

}  // namespace anjuan::feel
