#include "engine/vault/token.h"

#include <algorithm>

#include "engine/base/digest.h"
#include "engine/base/text.h"

namespace anjuan::vault {

namespace {

constexpr std::string_view kPrefix = "vault:";
constexpr size_t kRandomBytes = 16;

// Values come from readers that bound their depth.
void Collect(const Value& value, const std::string& path, std::vector<std::string>& found) {
  if (const std::string* text = value.string()) {
    if (LooksLikeToken(*text)) found.push_back(path);
  } else if (const List* list = value.list()) {
    for (size_t i = 0; i < list->size(); ++i) Collect((*list)[i], StrCat(path, "[", i, "]"), found);
  } else if (const Context* context = value.context()) {
    for (const auto& [name, entry] : context->entries()) {
      Collect(entry, path.empty() ? name : StrCat(path, ".", name), found);
    }
  }
}

}  // namespace

std::string MakeToken(const Random& random) {
  return StrCat(kPrefix, ToHex(random(kRandomBytes)));
}

std::string TokenOf(std::string_view digits) {
  return StrCat(kPrefix, digits);
}

std::string DigitsOf(std::string_view token) {
  return std::string(LooksLikeToken(token) ? token.substr(kPrefix.size()) : token);
}

bool LooksLikeToken(std::string_view text) {
  if (!text.starts_with(kPrefix)) return false;
  text.remove_prefix(kPrefix.size());
  return text.size() == 2 * kRandomBytes && std::all_of(text.begin(), text.end(), [](char c) {
           return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f');
         });
}

namespace {

void CollectTokens(const Value& value, std::set<std::string>& tokens) {
  if (value.string() != nullptr && LooksLikeToken(*value.string())) tokens.insert(*value.string());
  if (const List* list = value.list()) {
    for (const Value& item : *list) CollectTokens(item, tokens);
  }
  if (const Context* context = value.context()) {
    for (const auto& [name, item] : context->entries()) CollectTokens(item, tokens);
  }
}

}  // namespace

std::set<std::string> TokensIn(const Value& value) {
  std::set<std::string> tokens;
  CollectTokens(value, tokens);
  return tokens;
}

std::vector<std::string> FindTokens(const Value& value) {
  std::vector<std::string> found;
  Collect(value, "", found);
  return found;
}

}  // namespace anjuan::vault
