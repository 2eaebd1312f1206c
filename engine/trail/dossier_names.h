// The names of a dossier's files: README.md.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace anjuan::trail {

inline constexpr std::string_view kDossierFormat = "anjuan.dossier/1";
inline constexpr std::string_view kManifest = "dossier.json";
inline constexpr std::string_view kRows = "case.jsonl";
inline constexpr std::string_view kCheckpoint = "checkpoint";
inline constexpr std::string_view kHeadsLeaf = "heads.json";
inline constexpr std::string_view kHeadsInclusion = "heads.tlog-proof";
inline constexpr std::string_view kHeadsProof = "heads.proof";
inline constexpr std::string_view kVkeys = "vkeys.txt";
inline constexpr std::string_view kProofs = "proofs/";
inline constexpr std::string_view kEarlier = "checkpoints/";
inline constexpr std::string_view kKeys = "keys/";
inline constexpr std::string_view kPayloads = "payloads/";
inline constexpr std::string_view kDocuments = "documents/";
inline constexpr std::string_view kState = "state.json";
inline constexpr std::string_view kDisclosed = "disclosed/";
inline constexpr std::string_view kProofEnd = ".tlog-proof";
inline constexpr std::string_view kConsistencyEnd = ".consistency";

// "000017"
std::string RowName(std::int64_t seq);

}  // namespace anjuan::trail
