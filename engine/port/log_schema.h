// The tables of the areas' logs (engine/trail/README.md; engine/runtime/sealer.h writes them).
//
// A store that has not got them yet gets them when it is opened; the next sealing then takes in all
// that is older.
#pragma once

#include "engine/port/store.h"

namespace anjuan::port {

// them)

// Cases with history rows that have no place in their area's log yet.
namespace unsealed {
enum { kArea, kCase };
extern const Table kTable;  // key: both
}  // namespace unsealed

// Which leaf stands where; one of no case ("") is a log_records row.
namespace log_leaves {
enum { kArea, kPosition, kCase, kSeq };
extern const Table kTable;  // index 0: (area, case, seq)
}  // namespace log_leaves

// Leaves that are no history rows: where each case ends, changes of the log's key.
namespace log_records {
enum { kArea, kPosition, kFormat, kLeaf };
extern const Table kTable;  // index 0: (area, format)
}  // namespace log_records

namespace log_tiles {
enum { kArea, kLevel, kIndex, kHashes };
extern const Table kTable;
}  // namespace log_tiles

namespace log_checkpoints {
enum {
  kArea,
  kSize,
  kAt,
  kWitnessed,  // 0 or 1: a witness's signature stands in the note
  kNote,
};
extern const Table kTable;  // index 0: (area, witnessed)
}  // namespace log_checkpoints

// The last sealed row of each case.
namespace log_heads {
enum { kArea, kCase, kSeq, kHash };
extern const Table kTable;
}  // namespace log_heads

// Public keys by the position they are in force from.
namespace log_keys {
enum { kArea, kPosition, kVkey };
extern const Table kTable;
}  // namespace log_keys

// Public keys of the witnesses whose cosignatures are taken.
namespace log_witnesses {
enum { kVkey, kAddedAt };
extern const Table kTable;
}  // namespace log_witnesses

}  // namespace anjuan::port
