// Tokens stand for personal data wherever it may not be: "vault:" and 32 hex digits.
//
// A subject token is a person, a text token a sealed text. Both are random: they say nothing.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/value/value.h"
#include "engine/vault/keys.h"

namespace anjuan::vault {

std::string MakeToken(const Random& random);
bool LooksLikeToken(std::string_view text);
// A person typed in: a user's data may not hold tokens, so a person is named by the digits alone.
std::string TokenOf(std::string_view digits);
std::string DigitsOf(std::string_view token);  // text that is no token as it is

// Paths ("chief.subject", "notes[2]") of all strings in `value` that look like tokens. A form's
// data are refused where a plain field holds one: whoever could plant a token could read it back.
std::vector<std::string> FindTokens(const Value& value);
// The tokens themselves.
std::set<std::string> TokensIn(const Value& value);

}  // namespace anjuan::vault
