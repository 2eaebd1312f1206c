#include "engine/conform/foreign_script.h"

#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/text.h"

namespace anjuan::conform {

namespace {

constexpr int kDeepest = 100;

// Thrown through the parser, caught in the two functions of the header.
struct Refused {
  std::string why;
};

struct Token {
  enum class Kind { kNumber, kString, kName, kPunctuator, kEnd };
  Kind kind = Kind::kEnd;
  std::string text;  // of a string its value
};

bool IsNameStart(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$';
}
bool IsDigit(char c) {
  return c >= '0' && c <= '9';
}

// Longest first.
constexpr std::array<std::string_view, 41> kPunctuators = {
    "===", "!==", "...", "**=", "=>", "==", "!=", "<=", ">=", "&&", "||", "??", "++", "--",
    "+=",  "-=",  "*=",  "/=",  "%=", "<<", ">>", "+",  "-",  "*",  "/",  "%",  "<",  ">",
    "!",   "=",   "(",   ")",   "[",  "]",  "{",  "}",  ",",  ";",  ":",  ".",  "?"};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}

  std::vector<Token> All() {
    std::vector<Token> tokens;
    for (SkipSpace(); at_ < text_.size(); SkipSpace()) tokens.push_back(Next());
    tokens.push_back({});
    return tokens;
  }

 private:
  void SkipSpace() {
    while (at_ < text_.size()) {
      if (text_.substr(at_).starts_with("//")) {
        at_ = std::min(text_.find('\n', at_), text_.size());
      } else if (text_.substr(at_).starts_with("/*")) {
        const size_t end = text_.find("*/", at_ + 2);
        at_ = end == std::string_view::npos ? text_.size() : end + 2;
      } else if (std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
        ++at_;
      } else {
        return;
      }
    }
  }

  Token Next() {
    const char c = text_[at_];
    if (IsNameStart(c))
      return Run(Token::Kind::kName, [](char d) { return IsNameStart(d) || IsDigit(d); });
    const bool fraction = c == '.' && at_ + 1 < text_.size() && IsDigit(text_[at_ + 1]);
    if (IsDigit(c) || fraction) return Number();
    if (c == '"' || c == '\'') return String(c);
    for (const std::string_view punctuator : kPunctuators) {
      if (!text_.substr(at_).starts_with(punctuator)) continue;
      at_ += punctuator.size();
      return {Token::Kind::kPunctuator, std::string(punctuator)};
    }
    throw Refused{StrCat("the character ", c)};
  }

  template <typename Holds>
  Token Run(Token::Kind kind, Holds holds) {
    const size_t start = at_;
    while (at_ < text_.size() && holds(text_[at_])) ++at_;
    return {kind, std::string(text_.substr(start, at_ - start))};
  }

  Token Number() {
    Token token = Run(Token::Kind::kNumber, [](char d) { return IsDigit(d) || d == '.'; });
    if (at_ < text_.size() && IsNameStart(text_[at_])) {
      throw Refused{StrCat("the number ", token.text, text_[at_], "…")};
    }
    if (token.text.starts_with('.')) token.text.insert(0, "0");
    if (token.text.ends_with('.')) token.text.pop_back();
    return token;
  }

  Token String(char quote) {
    Token token{Token::Kind::kString, ""};
    for (++at_; at_ < text_.size() && text_[at_] != quote; ++at_) {
      if (text_[at_] != '\\') {
        token.text += text_[at_];
        continue;
      }
      if (++at_ >= text_.size()) break;
      switch (text_[at_]) {
        case 'n':
          token.text += '\n';
          break;
        case 't':
          token.text += '\t';
          break;
        case '\\':
        case '"':
        case '\'':
          token.text += text_[at_];
          break;
        default:
          throw Refused{StrCat("the escape \\", text_[at_])};
      }
    }
    if (at_ >= text_.size()) throw Refused{"a text without an end"};
    ++at_;
    return token;
  }

  std::string_view text_;
  size_t at_ = 0;
};

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') out += '\\';
    if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else {
      out += c;
    }
  }
  return out + "\"";
}

// A translated expression. `simple`: needs no parentheses inside another.
struct Piece {
  std::string text;
  bool simple = true;
  bool string = false;        // a string literal, or a concatenation of one
  bool list = false;          // an array literal
  bool number = false;        // a number literal
  bool is_typeof = false;     // typeof of `text`
  std::string path = {};      // of a name with members: x.y
  std::string method = {};    // of a member access: its last name, and
  std::string receiver = {};  // what stands before it
};

std::string In(const Piece& piece) {
  return piece.simple ? piece.text : StrCat("(", piece.text, ")");
}

class Parser {
 public:
  explicit Parser(std::string_view text) : tokens_(Lexer(text).All()) {}

  std::string Expression() {
    Take("return");
    Piece piece = Conditional();
    while (Take(";")) {
    }
    if (Peek().kind != Token::Kind::kEnd) Refuse();
    return Whole(piece);
  }

  std::vector<Assignment> Statements() {
    while (Peek().kind != Token::Kind::kEnd) {
      if (!Take(";")) Statement();
    }
    return std::move(assignments_);
  }

 private:
  const Token& Peek(size_t ahead = 0) const {
    return tokens_[std::min(at_ + ahead, tokens_.size() - 1)];
  }
  bool Is(std::string_view text, size_t ahead = 0) const {
    const Token& token = Peek(ahead);
    return token.text == text &&
           (token.kind == Token::Kind::kPunctuator || token.kind == Token::Kind::kName);
  }
  bool Take(std::string_view text) {
    if (!Is(text)) return false;
    ++at_;
    return true;
  }
  void Expect(std::string_view text) {
    if (!Take(text)) Refuse();
  }
  [[noreturn]] void Refuse() const {
    const Token& token = Peek();
    throw Refused{token.kind == Token::Kind::kEnd ? std::string("an unfinished expression")
                                                  : StrCat("\"", token.text, "\"")};
  }

  static std::string Whole(const Piece& piece) {
    if (piece.is_typeof) throw Refused{"typeof"};
    if (piece.path == "undefined") return "null";
    return piece.text;
  }

  // ---- statements ----

  void Statement() {
    static constexpr std::array<std::string_view, 11> kOthers = {
        "if", "for", "while", "do", "function", "switch", "throw", "try", "class", "new", "delete"};
    for (const std::string_view word : kOthers) {
      if (Is(word)) throw Refused{StrCat("the statement ", word)};
    }
    if (Take("var") || Take("let") || Take("const")) {
      do {
        if (Peek().kind != Token::Kind::kName) Refuse();
        std::string name = Name();
        std::string value = Take("=") ? Whole(Conditional()) : std::string("null");
        assignments_.push_back({std::move(name), std::move(value)});
      } while (Take(","));
      return;
    }
    if (Is("++") || Is("--")) {
      const std::string op(1, Peek().text[0]);
      ++at_;
      const std::string place = Place(Postfix());
      assignments_.push_back({place, StrCat(place, " ", op, " 1")});
      return;
    }
    Assign(Postfix());
  }

  void Assign(const Piece& left) {
    if (left.method == "push()") {
      assignments_.push_back(
          {left.receiver, StrCat("append(", left.receiver, ", ", left.text, ")")});
      return;
    }
    if (left.path == "console.log()") return;  // says something, changes nothing
    const std::string place = Place(left);
    if (Take("=")) {
      assignments_.push_back({place, Whole(Conditional())});
    } else if (Is("++") || Is("--")) {
      assignments_.push_back({place, StrCat(place, " ", Peek().text[0], " 1")});
      ++at_;
    } else if (Is("+=") || Is("-=") || Is("*=") || Is("/=")) {
      const char op = Peek().text[0];
      ++at_;
      const Piece right = Conditional();
      assignments_.push_back({place, Binary(op, {.text = place, .path = place}, right).text});
    } else {
      Refuse();
    }
  }

  static std::string Place(const Piece& piece) {
    if (piece.path.empty() || piece.path.ends_with(")")) {
      throw Refused{StrCat("an assignment to ", piece.text)};
    }
    return piece.path;
  }

  // ---- expressions, by falling precedence ----

  Piece Conditional() {
    if (++depth_ > kDeepest) throw Refused{"nesting beyond 100 levels"};
    Piece condition = Or();
    if (Take("?")) {
      const std::string yes = In(Conditional());
      Expect(":");
      const std::string no = In(Conditional());
      condition = {.text = StrCat("if ", In(condition), " then ", yes, " else ", no),
                   .simple = false};
    }
    --depth_;
    return condition;
  }

  Piece Or() {
    Piece left = And();
    while (Take("||")) left = {.text = StrCat(In(left), " or ", In(And())), .simple = false};
    return left;
  }

  Piece And() {
    Piece left = Equality();
    while (Take("&&")) left = {.text = StrCat(In(left), " and ", In(Equality())), .simple = false};
    return left;
  }

  Piece Equality() {
    Piece left = Relation();
    while (Is("===") || Is("==") || Is("!==") || Is("!=")) {
      const bool same = Peek().text[0] == '=';
      ++at_;
      Piece right = Relation();
      if (right.is_typeof) std::swap(left, right);
      if (left.is_typeof) {
        if (right.text != "\"undefined\"") throw Refused{"typeof"};
        right = {.text = "null"};
      }
      left = {.text = StrCat(In(Plain(left)), same ? " = " : " != ", In(Plain(right))),
              .simple = false};
    }
    return left;
  }

  static Piece Plain(Piece piece) {
    piece.is_typeof = false;
    if (piece.path == "undefined") piece = {.text = "null"};
    return piece;
  }

  Piece Relation() {
    Piece left = Sum();
    while (Is("<") || Is(">") || Is("<=") || Is(">=")) {
      const std::string op = Peek().text;
      ++at_;
      left = {.text = StrCat(In(left), " ", op, " ", In(Sum())), .simple = false};
    }
    if (Is("instanceof") || Is("in")) Refuse();
    return left;
  }

  Piece Sum() {
    Piece left = Product();
    while (Is("+") || Is("-")) {
      const char op = Peek().text[0];
      ++at_;
      left = Binary(op, left, Product());
    }
    return left;
  }

  Piece Product() {
    Piece left = Unary();
    while (Is("*") || Is("/") || Is("%")) {
      const char op = Peek().text[0];
      ++at_;
      left = Binary(op, left, Unary());
    }
    return left;
  }

  // "a" + x puts texts together whatever x is.
  static Piece Binary(char op, const Piece& left, const Piece& right) {
    if (op == '%') return {.text = StrCat("modulo(", left.text, ", ", right.text, ")")};
    const bool texts = op == '+' && (left.string || right.string);
    const auto side = [&](const Piece& piece) {
      return texts && !piece.string ? StrCat("string(", piece.text, ")") : In(piece);
    };
    return {
        .text = StrCat(side(left), " ", op, " ", side(right)), .simple = false, .string = texts};
  }

  Piece Unary() {
    if (++depth_ > kDeepest) throw Refused{"nesting beyond 100 levels"};
    Piece out;
    if (Take("!")) {
      out = {.text = StrCat("not(", Plain(Unary()).text, ")")};
    } else if (Take("-")) {
      out = {.text = StrCat("-", In(Unary())), .simple = false};
    } else if (Take("+")) {
      out = Unary();
    } else if (Take("typeof")) {
      out = Unary();
      out.is_typeof = true;
    } else {
      out = Postfix();
    }
    --depth_;
    return out;
  }

  Piece Postfix() {
    Piece piece = Primary();
    for (;;) {
      if (Take(".")) {
        const std::string member = Name();
        piece = Member(piece, member);
      } else if (Take("[")) {
        const bool key = Peek().kind == Token::Kind::kString;
        const std::string name = Peek().text;
        const Piece index = Conditional();
        Expect("]");
        // Lists count from 0 there and from 1 here.
        piece =
            key ? Member(piece, name) : Piece{.text = StrCat(In(piece), "[", In(index), " + 1]")};
      } else if (Is("(")) {
        piece = Call(piece);
      } else {
        return piece;
      }
    }
  }

  static Piece Member(const Piece& piece, const std::string& member) {
    if (!std::all_of(member.begin(), member.end(),
                     [](char c) { return IsNameStart(c) || IsDigit(c); })) {
      throw Refused{StrCat("the member \"", member, "\"")};
    }
    if (member == "length") return {.text = StrCat("count(", piece.text, ")")};
    Piece out{.text = StrCat(In(piece), ".", member), .method = member, .receiver = In(piece)};
    if (!piece.path.empty()) out.path = StrCat(piece.path, ".", member);
    return out;
  }

  Piece Call(const Piece& function) {
    Expect("(");
    std::vector<Piece> arguments;
    while (!Is(")")) {
      arguments.push_back(Conditional());
      if (!Is(")")) Expect(",");
    }
    Expect(")");
    if (function.path == "In" && arguments.size() == 1) {
      return {.text = StrCat("In(", arguments[0].text, ")")};
    }
    if (function.path == "console.log") return {.text = "null", .path = "console.log()"};
    if (function.method == "push" && arguments.size() == 1) {
      return {.text = arguments[0].text, .method = "push()", .receiver = function.receiver};
    }
    if (function.method == "concat" && arguments.size() == 1 && arguments[0].list) {
      return {.text = StrCat("concatenate(", function.receiver, ", ", arguments[0].text, ")")};
    }
    throw Refused{StrCat("a call of ", function.path.empty() ? function.text : function.path)};
  }

  std::string Name() {
    if (Peek().kind != Token::Kind::kName) Refuse();
    std::string name = Peek().text;
    if (name.find('$') != std::string::npos) Refuse();
    ++at_;
    return name;
  }

  Piece Primary() {
    const Token token = Peek();
    switch (token.kind) {
      case Token::Kind::kNumber:
        ++at_;
        return {.text = token.text, .number = true};
      case Token::Kind::kString:
        ++at_;
        return {.text = Quoted(token.text), .string = true};
      case Token::Kind::kName:
        return Word();
      case Token::Kind::kPunctuator:
      case Token::Kind::kEnd:
        break;
    }
    if (Take("(")) {
      Piece inner = Conditional();
      Expect(")");
      return inner;
    }
    if (Take("[")) return Array();
    if (Take("{")) return Object();
    Refuse();
  }

  Piece Word() {
    static constexpr std::array<std::string_view, 22> kWords = {
        "function", "new",  "this",  "void", "delete", "await",  "yield",     "class",
        "for",      "some", "every", "if",   "then",   "else",   "satisfies", "return",
        "and",      "or",   "not",   "in",   "date",   "between"};
    const std::string name = Peek().text;
    for (const std::string_view word : kWords) {
      if (name == word) Refuse();
    }
    Name();
    if (name == "true" || name == "false" || name == "null") return {.text = name};
    return {.text = name, .path = name};
  }

  Piece Array() {
    std::string out = "[";
    while (!Is("]")) {
      if (out.size() > 1) out += ", ";
      out += Plain(Conditional()).text;
      if (!Is("]")) Expect(",");
    }
    Expect("]");
    return {.text = out + "]", .list = true};
  }

  Piece Object() {
    std::string out = "{";
    while (!Is("}")) {
      if (out.size() > 1) out += ", ";
      const Token key = Peek();
      if (key.kind == Token::Kind::kPunctuator || key.kind == Token::Kind::kEnd) Refuse();
      ++at_;
      Expect(":");
      out += StrCat(Quoted(key.text), ": ", Plain(Conditional()).text);
      if (!Is("}")) Expect(",");
    }
    Expect("}");
    return {.text = out + "}"};
  }

  std::vector<Token> tokens_;
  size_t at_ = 0;
  int depth_ = 0;
  std::vector<Assignment> assignments_;
};

Unexpected<Diagnostics> Failed(const Refused& refused) {
  return Fail("conform.script", refused.why);
}

}  // namespace

Result<std::string> ToFeel(std::string_view script) {
  try {
    return Parser(script).Expression();
  } catch (const Refused& refused) {
    return Failed(refused);
  }
}

Result<std::vector<Assignment>> ToAssignments(std::string_view script) {
  try {
    return Parser(script).Statements();
  } catch (const Refused& refused) {
    return Failed(refused);
  }
}

}  // namespace anjuan::conform
