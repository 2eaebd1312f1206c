// A tree too large for memory: its hashes in tiles, and its root while leaves pass by.
//
// Source:  C2SP tlog-tiles: tile (level, index) holds up to 256 hashes of complete subtrees of
//          256^level leaves each; a partial tile is replaced by a wider one as the tree grows.
// A proof reads a few tiles and computes at most some thousand hashes, whatever the tree's size.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/digest.h"

namespace anjuan::trail {

inline constexpr int kTileHeight = 8;
inline constexpr std::uint64_t kTileWidth = 256;
inline constexpr size_t kHashBytes = 32;

// (level, index)
using TilePlace = std::pair<int, std::uint64_t>;
// The bytes of a tile, possibly wider than the tree needs; "" where there is none.
using ReadTile = std::function<std::string(TilePlace)>;

// Adds leaves behind the first `size`; gives the tiles that became different, whole.
std::map<TilePlace, std::string> AppendToTiles(const ReadTile& read, std::uint64_t size,
                                               std::span<const Hash> leaves);

// The tree of the first `size` leaves.
// Errors: none; where a tile is missing or too narrow, Ok() is false from then on and what came out
// proves nothing.
class TiledTree {
 public:
  TiledTree(ReadTile read, std::uint64_t size) : read_(std::move(read)), size_(size) {}

  Hash Root();
  std::vector<std::string> ProveInclusion(std::uint64_t index);       // index < size
  std::vector<std::string> ProveConsistency(std::uint64_t old_size);  // 0 < old_size <= size
  Hash LeafHash(std::uint64_t index);
  bool Ok() const { return ok_; }

 private:
  // All complete subtrees inside [begin, end), where begin is a multiple of the greatest.
  Hash Subtree(std::uint64_t begin, std::uint64_t end);
  Hash Complete(int height, std::uint64_t index);
  const std::string& Tile(TilePlace place);

  ReadTile read_;
  std::uint64_t size_;
  bool ok_ = true;
  std::map<TilePlace, std::string> tiles_;  // those read so far
};

// The root of leaves given one after the other; keeps one hash for each height.
class CompactRange {
 public:
  void Append(const Hash& leaf);
  Hash Root() const;  // of no leaves: SHA-256 of nothing
  std::uint64_t size() const { return size_; }

 private:
  std::uint64_t size_ = 0;
  std::vector<Hash> peaks_;  // of the complete subtrees, the greatest first
};

}  // namespace anjuan::trail
