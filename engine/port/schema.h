// The tables of an office: stored format version 4. Area first in every key (design section 4).
//
// Each table's columns stand in the enum beside it, so that code names a cell, not a number.
//
// To change the format: declare the new table (and list it in AllTables), or put new columns behind
// the others of a table, or change its indexes; raise kSchemaVersion by one. A store of an older
// version gets what it lacks when it is opened, columns filled with 0, "" or no bytes. Only what
// old rows need beyond that is a Migration. A column is never removed, moved or given another kind.
#pragma once

#include <span>

#include "engine/port/store.h"

namespace anjuan::port {

inline constexpr std::int64_t kSchemaVersion = 4;

// Office-wide settings: clock, manual time, origin, default area.
namespace meta {
enum { kKey, kValue };
extern const Table kTable;
}  // namespace meta

// Registers, as canonical JSON: organisations, accounts, parameters, holidays, regions, roles,
// sheets.
namespace registers {
enum { kKind, kId, kSort, kBody };
extern const Table kTable;  // index 0: (kind, sort)
}  // namespace registers

// Bytes by their SHA-256: definition files and manifests.
namespace blobs {
enum { kSha256, kBytes };
extern const Table kTable;
}  // namespace blobs

namespace definitions {
enum { kName, kVersion, kHash, kTitle, kPublishedAt, kAuthor, kParentHash };
extern const Table kTable;  // index 0: (hash)
}  // namespace definitions

namespace cases {
enum {
  kArea,
  kCase,
  kProcess,
  kDefinition,  // hash it is pinned to
  kVersion,     // of the state: the fence
  kSeq,         // last history row
  kHead,        // hash of that row's leaf
  kState,       // canonical CaseState
  kStates,      // active atomic states, joined with spaces
  kRegion,
  kOwner,    // owner organisation
  kSubject,  // organisation the case is about (employer)
  kOpenedAt,
  kUpdatedAt,
  kEnded,     // 0 or 1
  kIncident,  // 0 or 1: a timer's or child's event failed and waits
  kParent,    // case id or ""
  kSpawn,     // identity of the parent's spawn effect, "<case>/<version>/<position>", or ""
};
extern const Table kTable;  // 0: (area, process, ended) 1: (area, region) 2: (area, subject,
                            // ended) 3: (parent)
}  // namespace cases

namespace history {
enum {
  kArea,
  kCase,
  kSeq,
  kVersion,  // state version after this row
  kType,     // opened, event, refused, document, comment, view, incident, dead-letter
  kEvent,
  kAt,
  kActor,
  kLeaf,     // exact bytes of the leaf
  kHash,     // SHA-256(0x00 || leaf)
  kPayload,  // canonical JSON: data, reads, numbers, notes
  kKey,      // 32 random bytes under the payload's commitment
};
extern const Table kTable;
}  // namespace history

namespace timers {
enum { kArea, kCase, kTimer, kDue, kWarning };
extern const Table kTable;  // index 0: (due)
}  // namespace timers

namespace outbox {
enum {
  kArea,
  kCase,
  kSeq,
  kPosition,
  kKind,
  kBody,
  kOrder,
  kAttempts,
  kError,
  kClaim,       // since version 2: how often it was claimed; the token of the last claim
  kLeaseUntil,  // a hint: others leave the row alone until then
};
extern const Table kTable;  // index 0: (order)
}  // namespace outbox

namespace requests {
enum { kArea, kAccount, kRequest, kBodyHash, kAnswer, kAt };
extern const Table kTable;
}  // namespace requests

namespace numbers {
enum { kArea, kOffice, kYear, kKind, kNext };
extern const Table kTable;
}  // namespace numbers

// Since version 2: every official number given out, so that a gap would show.
namespace allotted {
enum { kArea, kOffice, kYear, kKind, kSerial, kText, kCase, kSeq };
extern const Table kTable;  // index 0: (area, case)
}  // namespace allotted

namespace facts {
enum {
  kArea,
  kCase,
  kSeq,
  kPosition,
  kKey,
  kOrganisation,
  kQuantity,  // decimal as text
  kDate,      // business date, ISO
  kRecordedAt,
  kReverses,
};
extern const Table kTable;  // index 0: (area, key, date)
}  // namespace facts

// When a case was in which state, by business date; left is "" while it is there.
namespace intervals {
enum { kArea, kCase, kSeq, kState, kEnteredOn, kLeftOn };
extern const Table kTable;  // no index: two pages less for every step
}  // namespace intervals

namespace search {
enum { kArea, kField, kValue, kCase };
extern const Table kTable;  // key: all four; index 0: (area, case)
}  // namespace search

namespace documents {
enum {
  kArea,
  kCase,
  kSeq,  // version row that issued it
  kPosition,
  kCode,
  kNumber,
  kTitle,
  kStatus,  // pending, issued, to-seal, void
  kSha256,  // of the plain bytes; "" while pending
  kIssuedAt,
  kBytes,  // encrypted
  kNonce,
  kWrappedKey,
  kSalt,  // encrypted 128-bit salt
  kEnvironment,
};
extern const Table kTable;  // index 0: (sha256)  1: (area, code)
}  // namespace documents

namespace subjects {
enum { kSubject, kWrappedKey, kCreatedAt };
extern const Table kTable;
}  // namespace subjects

namespace sealed {
enum { kReference, kSubject, kNonce, kCipher };
extern const Table kTable;  // index 0: (subject)
}  // namespace sealed

namespace blind {
enum { kDigest, kReference };
extern const Table kTable;  // key: both
}  // namespace blind

std::span<const Table* const> AllTables();

// What rows of an older version need beyond new tables, columns and indexes. Runs once, in the
// transaction that raises the version, for every store older than `to`.
struct Migration {
  std::int64_t to;
  void (*convert)(Transaction&);
};
std::span<const Migration> Migrations();  // ascending

}  // namespace anjuan::port
