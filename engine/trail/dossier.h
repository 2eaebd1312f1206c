// A case's dossier: the files an auditor gets, built and checked without server or database.
//
// Source:  format anjuan.dossier/1 in README.md. Pure: files are names and bytes; who reads folders
//          and ZIPs is engine/verify.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/trail/checkpoint.h"
#include "engine/trail/heads.h"
#include "engine/trail/note.h"
#include "engine/trail/report.h"

namespace anjuan::trail {

using DossierFiles = std::map<std::string, std::string>;  // path inside the dossier -> bytes

// A leaf with its place in the tree of the dossier's checkpoint.
struct PlacedLeaf {
  std::string leaf;
  std::uint64_t index = 0;
  std::vector<std::string> proof;
};

struct DossierParts {
  std::string log;
  std::string case_id;
  std::vector<PlacedLeaf> rows;  // by case_seq
  std::string checkpoint;
  PlacedLeaf heads;
  HeadsProof heads_proof;
  std::vector<PlacedLeaf> key_changes;
  struct Earlier {
    std::uint64_t size = 0;
    std::string checkpoint;
    std::vector<std::string> proof;  // from it to DossierParts::checkpoint
  };
  std::vector<Earlier> earlier;
  std::vector<VerifierKey> keys;  // the log's first key, then witnesses'
};

// Everything but payloads and documents.
DossierFiles MakeDossier(const DossierParts& parts);
// Where row `seq`'s payload and key go; both are empty where the row was erased.
void AddPayload(DossierFiles& files, std::int64_t seq, std::string_view payload,
                std::string_view key);

std::string WriteVkeys(const std::vector<VerifierKey>& keys);
// Errors: trail.vkey, one for each bad line.
Result<std::vector<VerifierKey>> ReadVkeys(std::string_view text);

// What the auditor brings along.
struct Trust {
  std::vector<VerifierKey> keys;  // empty: those of the dossier, and the report says so
  // Checkpoints he kept from before: what he is shown now must continue them.
  std::vector<std::string> known;
  // How far a row's own time may lie outside the times witnesses saw before that asks for an
  // explanation: a day where checkpoints travel by hand.
  std::int64_t slack_seconds = 86'400;
};

// Bounds on a row's way into the log, by witnesses' clocks.
struct RowWindow {
  std::int64_t seq = 0;
  std::uint64_t index = 0;
  Instant time = 0;                        // what the row says
  std::optional<std::int64_t> not_before;  // seconds: a witness saw the log still without it
  std::optional<std::int64_t> not_after;   // seconds: a witness saw the log with it
};

// The steps of the check, as Statement::topic.
namespace topic {
inline constexpr std::string_view kKeys = "keys";
inline constexpr std::string_view kRows = "rows";
inline constexpr std::string_view kCheckpoint = "checkpoint";
inline constexpr std::string_view kInclusion = "inclusion";
inline constexpr std::string_view kHeads = "heads";
inline constexpr std::string_view kEarlier = "earlier";
inline constexpr std::string_view kTimes = "times";
inline constexpr std::string_view kPayloads = "payloads";
inline constexpr std::string_view kDocuments = "documents";
inline constexpr std::string_view kDisclosures = "disclosures";
inline constexpr std::string_view kVolume = "volume";
inline constexpr std::string_view kOther = "other";
}  // namespace topic

struct DossierVerdict {
  Report report;
  std::vector<RowWindow> windows;
};

DossierVerdict VerifyDossier(const DossierFiles& files, const Trust& trust);

}  // namespace anjuan::trail
