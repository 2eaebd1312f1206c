#include "engine/feel/names.h"

#include "engine/base/text.h"
#include "engine/feel/lexer.h"

namespace anjuan::feel {

namespace {

std::string KindOf(char32_t c) {
  constexpr std::u32string_view kOperators = U"+-*/<>=!.'";
  if (c == U' ' || c == U'\t' || c == U'\u3000') return "a space";
  std::string sign;
  AppendUtf8(sign, c);
  if (c >= U'0' && c <= U'9') return StrCat("the digit ", sign);
  if (kOperators.find(c) != std::u32string_view::npos) return StrCat("the operator ", sign);
  return StrCat(c < 0x80 ? "the sign " : "the full-width sign ", sign);
}

// The name with _ for whatever cannot stand in it.
std::string Mended(std::string_view name) {
  std::string out;
  for (Utf8Cursor cursor(name); !cursor.done();) {
    const char32_t c = cursor.Next();
    if (out.empty() && IsNamePart(c) && !IsNameStart(c)) out += "n";  // 2026年预算
    if (IsNamePart(c)) {
      AppendUtf8(out, c);
    } else if (!out.empty() && out.back() != '_') {
      out += '_';
    }
  }
  while (!out.empty() && out.back() == '_') out.pop_back();
  return IsPlainName(out) ? out : "";
}

}  // namespace

std::optional<NameTrouble> CheckDeclaredName(std::string_view name) {
  if (IsPlainName(name)) return std::nullopt;
  if (name.empty()) return NameTrouble{"the name is empty", "letters, digits and _", 0};
  if (IsKeyword(name)) {
    return NameTrouble{StrCat("\"", name, "\" is a word of FEEL"),
                       StrCat("choose another name, \"", name, "_value\" for instance"), 0};
  }
  const std::string mended = Mended(name);
  const std::string hint =
      mended.empty() ? "letters, digits and _" : StrCat("write \"", mended, "\"");
  int column = 0;
  for (Utf8Cursor cursor(name); !cursor.done(); ++column) {
    const char32_t c = cursor.Next();
    const bool first = column == 0;
    if (first ? IsNameStart(c) : IsNamePart(c)) continue;
    return NameTrouble{StrCat("\"", name, "\" cannot be a name in expressions: it ",
                              first ? "begins with " : "holds ", KindOf(c)),
                       hint, column};
  }
  return NameTrouble{StrCat("\"", name, "\" cannot be a name in expressions"), hint, 0};
}

}  // namespace anjuan::feel
