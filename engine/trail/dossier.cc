#include "engine/trail/dossier.h"

#include <utility>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/trail/dossier_names.h"
#include "engine/value/json.h"

namespace anjuan::trail {

std::string RowName(std::int64_t seq) {
  constexpr size_t kDigits = 6;
  const std::string digits = std::to_string(seq);
  return std::string(kDigits - std::min(kDigits, digits.size()), '0') + digits;
}

namespace {

std::string ProofOf(const PlacedLeaf& leaf, const std::string& checkpoint) {
  return ToString(InclusionFile{leaf.index, leaf.proof, checkpoint});
}

}  // namespace

DossierFiles MakeDossier(const DossierParts& parts) {
  DossierFiles files;
  files[std::string(kManifest)] = WriteCanonical(
      Value(Context({{"v", Value(kDossierFormat)},
                     {"log", Value(parts.log)},
                     {"case", Value(parts.case_id)},
                     {"rows", Value(static_cast<std::int64_t>(parts.rows.size()))}})));
  std::string& rows = files[std::string(kRows)];
  for (size_t seq = 0; seq < parts.rows.size(); ++seq) {
    rows += parts.rows[seq].leaf + "\n";
    files[StrCat(kProofs, RowName(static_cast<std::int64_t>(seq)), kProofEnd)] =
        ProofOf(parts.rows[seq], parts.checkpoint);
  }
  files[std::string(kCheckpoint)] = parts.checkpoint;
  files[std::string(kHeadsLeaf)] = parts.heads.leaf;
  files[std::string(kHeadsInclusion)] = ProofOf(parts.heads, parts.checkpoint);
  files[std::string(kHeadsProof)] = Encode(parts.heads_proof);
  for (const PlacedLeaf& change : parts.key_changes) {
    files[StrCat(kKeys, change.index, ".json")] = change.leaf;
    files[StrCat(kKeys, change.index, kProofEnd)] = ProofOf(change, parts.checkpoint);
  }
  for (const DossierParts::Earlier& earlier : parts.earlier) {
    const std::string name = StrCat(kEarlier, earlier.size);
    files[name] = earlier.checkpoint;
    files[name + std::string(kConsistencyEnd)] =
        ToString(ConsistencyFile{earlier.size, earlier.proof, parts.checkpoint});
  }
  files[std::string(kVkeys)] = WriteVkeys(parts.keys);
  return files;
}

void AddPayload(DossierFiles& files, std::int64_t seq, std::string_view payload,
                std::string_view key) {
  if (payload.empty() && key.empty()) return;
  files[StrCat(kPayloads, RowName(seq), ".json")] = payload;
  files[StrCat(kPayloads, RowName(seq), ".key")] = ToHex(key) + "\n";
}

std::string WriteVkeys(const std::vector<VerifierKey>& keys) {
  std::string out =
      "# 公钥。请与办公室、见证方当面或另行公布的逐字核对。"
      "Public keys: compare them with those published elsewhere.\n";
  for (const VerifierKey& key : keys) {
    out += StrCat(key.kind == KeyKind::kLog ? "log " : "witness ", ToVkey(key), "\n");
  }
  return out;
}

Result<std::vector<VerifierKey>> ReadVkeys(std::string_view text) {
  std::vector<VerifierKey> keys;
  Diagnostics mistakes;
  for (const std::string_view line : Split(text, '\n')) {
    std::string_view key = Trim(line);
    if (key.empty() || key.starts_with('#')) continue;
    for (const std::string_view kind : {"log ", "witness "}) {
      if (key.starts_with(kind)) key.remove_prefix(kind.size());
    }
    const Result<VerifierKey> parsed = ParseVkey(Trim(key));
    if (parsed) {
      keys.push_back(*parsed);
    } else {
      Append(mistakes, parsed.error());
    }
  }
  if (!mistakes.empty()) return Unexpected{std::move(mistakes)};
  return keys;
}

}  // namespace anjuan::trail
