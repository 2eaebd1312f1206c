// Reading an area's log: leaves by position, the tree's tiles, checkpoints, and what an auditor
// gets.
//
// Source: engine/trail/README.md. The rows are written by sealer.h alone.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/port/store.h"
#include "engine/runtime/office.h"
#include "engine/trail/dossier.h"
#include "engine/trail/heads.h"
#include "engine/trail/note.h"
#include "engine/trail/tiles.h"

namespace anjuan::runtime {

// The newest checkpoint of an area.
struct LogState {
  std::uint64_t size = 0;
  Instant at = 0;
  std::string note;  // "" where nothing was ever sealed
};

class AreaLog {
 public:
  AreaLog(const Office& office, port::Reader& reader, std::string area);

  const std::string& area() const { return area_; }
  const std::string& origin() const { return origin_; }  // of the area's log

  LogState Newest();
  trail::ReadTile Tiles();
  // The bytes of a leaf; "" where the row it stands for is gone.
  std::string Leaf(std::uint64_t position);
  // Leaves from one position up to another, until `visit` returns false.
  void ScanLeaves(std::uint64_t from, std::uint64_t to,
                  const std::function<bool(std::uint64_t, const std::string&)>& visit);
  std::vector<trail::Head> Heads();  // by case
  std::optional<trail::Head> HeadOf(const std::string& case_id);
  std::vector<std::uint64_t> Records(std::string_view format);  // positions
  // Every key the log ever had, by the position it is in force from.
  std::vector<std::pair<std::uint64_t, trail::VerifierKey>> Keys();
  std::vector<trail::VerifierKey> Witnesses();
  // Notes by size, oldest first.
  std::map<std::uint64_t, std::string> Checkpoints(bool witnessed_only);

  // The proofs of one case against the newest checkpoint; nullopt: the log's last leaf does not say
  // where each case ends (seal with heads first), or tiles are missing. A case without sealed rows
  // gets a proof of absence.
  std::optional<trail::DossierParts> Dossier(const std::string& case_id);
  // Continues the newest witnessed checkpoint, or the tree of `since` leaves: what a witness is
  // asked to sign. "" where nothing is sealed, the newest is witnessed, or `since` is beyond it.
  std::string WitnessRequest(std::optional<std::uint64_t> since = {});

 private:
  std::vector<std::uint64_t> SizesAround(const std::vector<std::uint64_t>& positions);
  std::optional<std::uint64_t> SizeBeside(std::int64_t witnessed, std::uint64_t position,
                                          bool before);
  std::string NoteOf(std::uint64_t size);

  const Office& office_;
  port::Reader& reader_;
  std::string area_;
  std::string origin_;
};

// Areas that have a log, and those with rows that wait for one.
std::vector<std::string> SealedAreas(port::Reader& reader);
std::vector<std::string> UnsealedAreas(port::Reader& reader);

}  // namespace anjuan::runtime
