// Merkle trees and their proofs.
//
// Source:  RFC 9162, 2.1.1 (tree hash), 2.1.3 (inclusion), 2.1.4 (consistency).
// Hashes arrive as bytes of any length, since a proof comes from a stranger: any that is not 32
// bytes long is refused.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/digest.h"

namespace anjuan::trail {

Hash HashLeaf(std::string_view entry);                   // SHA-256(0x00 || entry)
Hash HashChildren(const Hash& left, const Hash& right);  // SHA-256(0x01 || left || right)
Hash TreeRoot(std::span<const Hash> leaves);             // of no leaves: SHA-256 of nothing

// What proves that leaf `index` is in the tree of these leaves, from the leaf upwards.
std::vector<Hash> ProveInclusion(std::span<const Hash> leaves, std::uint64_t index);
bool VerifyInclusion(std::uint64_t index, std::uint64_t size, std::string_view leaf_hash,
                     std::span<const std::string> proof, std::string_view root);

// What proves that the tree of these leaves has the tree of the first `old_size` as its beginning.
std::vector<Hash> ProveConsistency(std::span<const Hash> leaves, std::uint64_t old_size);
// old_size 0 is refused: every tree continues the empty one, so that would prove nothing.
bool VerifyConsistency(std::uint64_t old_size, std::uint64_t size, std::string_view old_root,
                       std::string_view root, std::span<const std::string> proof);

}  // namespace anjuan::trail
