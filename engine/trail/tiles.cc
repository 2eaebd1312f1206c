#include "engine/trail/tiles.h"

#include <algorithm>
#include <bit>

#include "engine/base/check.h"
#include "engine/trail/merkle.h"

namespace anjuan::trail {

namespace {

Hash HashAt(const std::string& tile, std::uint64_t index) {
  Hash hash;
  const auto from = tile.begin() + static_cast<std::ptrdiff_t>(index * kHashBytes);
  std::copy(from, from + kHashBytes, hash.begin());
  return hash;
}

// Of 1, 2, 4 … 256 hashes standing side by side in a tile.
Hash Fold(const std::string& tile, std::uint64_t first, std::uint64_t count) {
  std::vector<Hash> row;
  row.reserve(count);
  for (std::uint64_t i = 0; i < count; ++i) row.push_back(HashAt(tile, first + i));
  for (; row.size() > 1; row.resize(row.size() / 2)) {
    for (size_t i = 0; i < row.size() / 2; ++i) row[i] = HashChildren(row[2 * i], row[2 * i + 1]);
  }
  return row.front();
}

std::uint64_t Split(std::uint64_t count) {
  return std::bit_floor(count - 1);
}

}  // namespace

std::map<TilePlace, std::string> AppendToTiles(const ReadTile& read, std::uint64_t size,
                                               std::span<const Hash> leaves) {
  std::map<TilePlace, std::string> changed;
  std::vector<Hash> row(leaves.begin(), leaves.end());
  for (int level = 0; !row.empty(); ++level, size /= kTileWidth) {
    std::vector<Hash> above;
    for (std::uint64_t next = size; const Hash& hash : row) {
      const TilePlace place = {level, next / kTileWidth};
      auto tile = changed.find(place);
      if (tile == changed.end()) {
        const std::uint64_t known = next % kTileWidth;
        std::string bytes = known == 0 ? "" : read(place);
        ANJUAN_CHECK(bytes.size() == known * kHashBytes);
        tile = changed.emplace(place, std::move(bytes)).first;
      }
      tile->second += AsBytes(hash);
      if (++next % kTileWidth == 0) above.push_back(Fold(tile->second, 0, kTileWidth));
    }
    row = std::move(above);
  }
  return changed;
}

const std::string& TiledTree::Tile(TilePlace place) {
  const auto known = tiles_.find(place);
  if (known != tiles_.end()) return known->second;
  return tiles_.emplace(place, read_(place)).first->second;
}

// The subtree of 2^height leaves whose number among its like is `index`.
Hash TiledTree::Complete(int height, std::uint64_t index) {
  const int level = height / kTileHeight;
  const std::uint64_t count = std::uint64_t{1} << static_cast<unsigned>(height % kTileHeight);
  const std::uint64_t first = index * count;
  const std::string& tile = Tile({level, first / kTileWidth});
  const std::uint64_t at = first % kTileWidth;
  if (tile.size() < (at + count) * kHashBytes) {
    ok_ = false;
    return {};
  }
  return Fold(tile, at, count);
}

Hash TiledTree::Subtree(std::uint64_t begin, std::uint64_t end) {
  const std::uint64_t count = end - begin;
  if (std::has_single_bit(count)) {
    const int height = std::countr_zero(count);
    return Complete(height, begin >> static_cast<unsigned>(height));
  }
  const std::uint64_t k = Split(count);
  return HashChildren(Subtree(begin, begin + k), Subtree(begin + k, end));
}

Hash TiledTree::Root() {
  return size_ == 0 ? TreeRoot({}) : Subtree(0, size_);
}

Hash TiledTree::LeafHash(std::uint64_t index) {
  ANJUAN_CHECK(index < size_);
  return Complete(0, index);
}

// PATH of RFC 9162, 2.1.3.1, from the root downwards, turned round at the end.
std::vector<std::string> TiledTree::ProveInclusion(std::uint64_t index) {
  ANJUAN_CHECK(index < size_);
  std::vector<std::string> proof;
  std::uint64_t begin = 0;
  std::uint64_t end = size_;
  while (end - begin > 1) {
    const std::uint64_t middle = begin + Split(end - begin);
    const bool left = index < middle;
    proof.emplace_back(AsBytes(left ? Subtree(middle, end) : Subtree(begin, middle)));
    (left ? end : begin) = middle;
  }
  std::ranges::reverse(proof);
  return proof;
}

// SUBPROOF of RFC 9162, 2.1.4.1, likewise.
std::vector<std::string> TiledTree::ProveConsistency(std::uint64_t old_size) {
  ANJUAN_CHECK(old_size > 0 && old_size <= size_);
  std::vector<std::string> proof;
  std::uint64_t begin = 0;
  std::uint64_t end = size_;
  while (old_size != end) {
    const std::uint64_t middle = begin + Split(end - begin);
    const bool left = old_size <= middle;
    proof.emplace_back(AsBytes(left ? Subtree(middle, end) : Subtree(begin, middle)));
    (left ? end : begin) = middle;
  }
  // Where nothing was cut off on the left the verifier has this subtree's root already.
  if (begin != 0) proof.emplace_back(AsBytes(Subtree(begin, end)));
  std::ranges::reverse(proof);
  return proof;
}

void CompactRange::Append(const Hash& leaf) {
  peaks_.push_back(leaf);
  // As many pairs join as the new size has zeros at its end.
  for (std::uint64_t joined = ++size_; (joined & 1) == 0; joined >>= 1) {
    const Hash right = peaks_.back();
    peaks_.pop_back();
    peaks_.back() = HashChildren(peaks_.back(), right);
  }
}

Hash CompactRange::Root() const {
  if (peaks_.empty()) return TreeRoot({});
  Hash root = peaks_.back();
  for (size_t i = peaks_.size() - 1; i > 0; --i) root = HashChildren(peaks_[i - 1], root);
  return root;
}

}  // namespace anjuan::trail
