// FEEL text -> tokens, one at a time, from any offset: names may hold spaces, so it is the parser
// that decides where a name ends and moves the lexer on.
//
// Source:  DMN 1.5 10.3.1.2, grammar rules 22-36 and 57-66. Departure: full-width punctuation,
//          legal in the standard's names, is refused; it is read as the half-width sign it stands
//          for, so that the other mistakes of the text are found as well.
// Errors:  "feel.syntax", each place once however often it is read again.
#pragma once

#include <forward_list>
#include <string>
#include <string_view>

#include "engine/base/diagnostic.h"
#include "engine/feel/source.h"

namespace anjuan::feel {

struct Token {
  enum class Kind { kEnd, kNumber, kString, kName, kSymbol };
  Kind kind = Kind::kEnd;
  Span span;
  std::string_view text;  // decoded string, name, digits, or the half-width symbol; the lexer's
  bool quoted = false;    // a name in backquotes: never a keyword

  bool IsSymbol(std::string_view symbol) const { return kind == Kind::kSymbol && Is(symbol); }
  bool IsWord(std::string_view word) const { return kind == Kind::kName && !quoted && Is(word); }

 private:
  // Asked a dozen times of each token with a text known beforehand.
  bool Is(std::string_view known) const {
    return text.size() == known.size() &&
           std::char_traits<char>::compare(text.data(), known.data(), known.size()) == 0;
  }
};

class Lexer {
 public:
  // `text` and `problems` must outlive the lexer.
  Lexer(std::string_view text, const Location& at, Diagnostics& problems)
      : text_(text), at_(at), problems_(problems) {}

  Token Next();
  void Seek(size_t offset) { offset_ = offset; }
  size_t offset() const { return offset_; }

 private:
  Token ReadToken();
  void SkipSpace();
  Token ReadNumber();
  Token ReadString(char32_t close);
  bool ReadEscape(std::string& out);
  Token ReadQuotedName();
  Token ReadName();
  Token ReadSymbol();
  Token Symbol(size_t begin, std::string_view text);
  std::string_view Keep(std::string text);
  char32_t PeekAt(size_t offset) const;
  void Report(Span span, std::string message, std::string hint = "");

  std::string_view text_;
  const Location& at_;
  Diagnostics& problems_;
  size_t offset_ = 0;
  size_t reported_ = 0;  // everything before this offset has been reported
  int reports_ = 0;
  std::forward_list<std::string> kept_;  // texts of tokens that are not written so
};

bool IsNameStart(char32_t c);
bool IsNamePart(char32_t c);
// Whether `name` is read as one token without backquotes.
bool IsPlainName(std::string_view name);
bool IsKeyword(std::string_view word);

}  // namespace anjuan::feel
