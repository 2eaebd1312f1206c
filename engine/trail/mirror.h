// A log as files, for whoever keeps a copy of all of it: names and bundles.
//
// Source: C2SP tlog-tiles (checkpoint, tile/<level>/<index>, tile/entries/<index>; 256 in each; a
// partial one ends in .p/<width>). Beside it: checkpoints/<size>, earlier ones; vkeys.txt.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/trail/note.h"
#include "engine/trail/report.h"

namespace anjuan::trail {

// "tile/entries/x001/234"; of a tile of hashes "tile/0/x001/234". width 256: whole.
std::string EntriesPath(std::uint64_t index, std::uint64_t width);
std::string TilePath(int level, std::uint64_t index, std::uint64_t width);

// A leaf in a bundle: its length in two bytes, big-endian, then its bytes.
void AppendEntry(std::string& bundle, std::string_view leaf);
// Views into `bundle`; nullopt: cut off.
std::optional<std::vector<std::string_view>> ReadEntries(std::string_view bundle);

// Reads a file of the mirror by its path; nullopt: not there.
using ReadMirror = std::function<std::optional<std::string>(const std::string& path)>;

struct MirrorVerdict {
  Report report;
  std::uint64_t leaves = 0;
  std::uint64_t cases = 0;
};

// `keys`: those the auditor trusts; empty: the mirror's own. `sizes`: of the checkpoints/ there
// are. `deep`: also every byte of every leaf against its format.
MirrorVerdict VerifyMirror(const ReadMirror& read, const std::vector<std::uint64_t>& sizes,
                           const std::vector<VerifierKey>& keys, bool deep,
                           const std::function<void(std::uint64_t, std::uint64_t)>& progress);

}  // namespace anjuan::trail
