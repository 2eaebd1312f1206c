#include "engine/trail/merkle.h"

#include <algorithm>
#include <array>
#include <bit>
#include <optional>

#include "engine/base/check.h"

namespace anjuan::trail {

namespace {

std::optional<Hash> ToHash(std::string_view bytes) {
  Hash hash;
  if (bytes.size() != hash.size()) return std::nullopt;
  std::copy(bytes.begin(), bytes.end(), hash.begin());
  return hash;
}

// The largest power of two below `count` (RFC 9162, 2.1.1: k). count > 1.
size_t Split(size_t count) {
  return std::bit_floor(count - 1);
}

// Depth is at most 64, the logarithm of the count.
void AppendInclusion(std::span<const Hash> leaves, size_t index, std::vector<Hash>& proof) {
  if (leaves.size() == 1) return;
  const size_t k = Split(leaves.size());
  const std::span<const Hash> left = leaves.subspan(0, k);
  const std::span<const Hash> right = leaves.subspan(k);
  if (index < k) {
    AppendInclusion(left, index, proof);
    proof.push_back(TreeRoot(right));
  } else {
    AppendInclusion(right, index - k, proof);
    proof.push_back(TreeRoot(left));
  }
}

// SUBPROOF of RFC 9162, 2.1.4.1; `known`: the verifier has this subtree's root already.
void AppendConsistency(std::span<const Hash> leaves, size_t old_size, bool known,
                       std::vector<Hash>& proof) {
  if (old_size == leaves.size()) {
    if (!known) proof.push_back(TreeRoot(leaves));
    return;
  }
  const size_t k = Split(leaves.size());
  if (old_size <= k) {
    AppendConsistency(leaves.subspan(0, k), old_size, known, proof);
    proof.push_back(TreeRoot(leaves.subspan(k)));
  } else {
    AppendConsistency(leaves.subspan(k), old_size - k, false, proof);
    proof.push_back(TreeRoot(leaves.subspan(0, k)));
  }
}

std::optional<std::vector<Hash>> ToHashes(std::span<const std::string> proof) {
  std::vector<Hash> hashes;
  for (const std::string& bytes : proof) {
    const std::optional<Hash> hash = ToHash(bytes);
    if (!hash) return std::nullopt;
    hashes.push_back(*hash);
  }
  return hashes;
}

}  // namespace

Hash HashLeaf(std::string_view entry) {
  thread_local std::string bytes;  // kept: a log has millions of leaves
  bytes.assign(1, '\0');
  bytes += entry;
  return Sha256(bytes);
}

Hash HashChildren(const Hash& left, const Hash& right) {
  std::array<char, 1 + 2 * sizeof(Hash)> bytes;
  bytes[0] = '\x01';
  std::copy(left.begin(), left.end(), bytes.begin() + 1);
  std::copy(right.begin(), right.end(), bytes.begin() + 1 + sizeof(Hash));
  return Sha256({bytes.data(), bytes.size()});
}

Hash TreeRoot(std::span<const Hash> leaves) {
  if (leaves.empty()) return Sha256("");
  if (leaves.size() == 1) return leaves[0];
  const size_t k = Split(leaves.size());
  return HashChildren(TreeRoot(leaves.subspan(0, k)), TreeRoot(leaves.subspan(k)));
}

std::vector<Hash> ProveInclusion(std::span<const Hash> leaves, std::uint64_t index) {
  ANJUAN_CHECK(index < leaves.size());
  std::vector<Hash> proof;
  AppendInclusion(leaves, index, proof);
  return proof;
}

// RFC 9162, 2.1.3.2.
bool VerifyInclusion(std::uint64_t index, std::uint64_t size, std::string_view leaf_hash,
                     std::span<const std::string> proof, std::string_view root) {
  const std::optional<std::vector<Hash>> path = ToHashes(proof);
  const std::optional<Hash> expected = ToHash(root);
  std::optional<Hash> r = ToHash(leaf_hash);
  if (!path || !expected || !r || index >= size) return false;
  std::uint64_t fn = index;
  std::uint64_t sn = size - 1;
  for (const Hash& p : *path) {
    if (sn == 0) return false;
    if ((fn & 1) == 1 || fn == sn) {
      r = HashChildren(p, *r);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      r = HashChildren(*r, p);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && r == expected;
}

std::vector<Hash> ProveConsistency(std::span<const Hash> leaves, std::uint64_t old_size) {
  ANJUAN_CHECK(old_size > 0 && old_size <= leaves.size());
  std::vector<Hash> proof;
  AppendConsistency(leaves, old_size, true, proof);
  return proof;
}

// RFC 9162, 2.1.4.2.
bool VerifyConsistency(std::uint64_t old_size, std::uint64_t size, std::string_view old_root,
                       std::string_view root, std::span<const std::string> proof) {
  if (old_size == 0 || old_size > size) return false;
  // Nothing is computed here, so the roots need only be the same.
  if (old_size == size) return proof.empty() && old_root == root;
  std::optional<std::vector<Hash>> path = ToHashes(proof);
  const std::optional<Hash> first = ToHash(old_root);
  const std::optional<Hash> second = ToHash(root);
  if (!path || !first || !second || path->empty()) return false;
  if (std::has_single_bit(old_size)) path->insert(path->begin(), *first);
  std::uint64_t fn = old_size - 1;
  std::uint64_t sn = size - 1;
  while ((fn & 1) == 1) {
    fn >>= 1;
    sn >>= 1;
  }
  Hash fr = path->front();
  Hash sr = path->front();
  for (size_t i = 1; i < path->size(); ++i) {
    const Hash& c = (*path)[i];
    if (sn == 0) return false;
    if ((fn & 1) == 1 || fn == sn) {
      fr = HashChildren(c, fr);
      sr = HashChildren(c, sr);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      sr = HashChildren(sr, c);
    }
    fn >>= 1;
    sn >>= 1;
  }
  return sn == 0 && fr == *first && sr == *second;
}

}  // namespace anjuan::trail
