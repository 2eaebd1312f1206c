// Texts that a fuzz target is given where no fuzzer is at hand.
#pragma once

#include <random>
#include <string>

namespace anjuan::test {

// Bytes changed, parts taken out, doubled, or carried over from another text.
std::string Damage(std::string text, const std::string& other, std::mt19937_64& random);

}  // namespace anjuan::test
