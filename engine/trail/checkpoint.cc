#include "engine/trail/checkpoint.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "engine/base/signature.h"
#include "engine/base/text.h"

namespace anjuan::trail {

namespace {

constexpr std::string_view kInclusionHead = "c2sp.org/tlog-proof@v1";
constexpr size_t kMostProofLines = 63;

Unexpected<Diagnostics> NoCheckpoint(std::string_view what) {
  return Fail("trail.checkpoint", StrCat("这不是检查点（C2SP tlog-checkpoint）：", what));
}
Unexpected<Diagnostics> NoProof(std::string_view what) {
  return Fail("trail.proof", StrCat("这不是证明文件：", what));
}

std::optional<Hash> ToHash(std::string_view base64) {
  const std::optional<std::string> bytes = FromBase64(base64);
  Hash hash = {};
  if (!bytes || bytes->size() != hash.size()) return std::nullopt;
  std::copy(bytes->begin(), bytes->end(), hash.begin());
  return hash;
}

// Takes the text up to the next LF away; nullopt: there is none.
std::optional<std::string_view> TakeLine(std::string_view& text) {
  const size_t end = text.find('\n');
  if (end == std::string_view::npos) return std::nullopt;
  const std::string_view line = text.substr(0, end);
  text.remove_prefix(end + 1);
  return line;
}

// "name 123"
std::optional<std::uint64_t> NumberAfter(std::string_view line, std::string_view name) {
  if (!line.starts_with(name) || line.size() <= name.size() || line[name.size()] != ' ') {
    return std::nullopt;
  }
  return ParseSize(line.substr(name.size() + 1));
}

// Hashes up to the empty line.
std::optional<std::vector<std::string>> TakeHashes(std::string_view& text) {
  std::vector<std::string> hashes;
  while (const std::optional<std::string_view> line = TakeLine(text)) {
    if (line->empty()) return hashes;
    const std::optional<Hash> hash = ToHash(*line);
    if (!hash || hashes.size() == kMostProofLines) return std::nullopt;
    hashes.emplace_back(AsBytes(*hash));
  }
  return std::nullopt;
}

std::string HashLines(const std::vector<std::string>& proof) {
  std::string out;
  for (const std::string& hash : proof) out += ToBase64(hash) + "\n";
  return out;
}

}  // namespace

std::optional<std::uint64_t> ParseSize(std::string_view text) {
  if (text.empty() || text.size() > 19 || (text.size() > 1 && text.front() == '0')) {
    return std::nullopt;
  }
  std::uint64_t out = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    out = out * 10 + static_cast<std::uint64_t>(c - '0');
  }
  if (out > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
    return std::nullopt;
  }
  return out;
}

std::string CheckpointText(const Checkpoint& checkpoint) {
  return StrCat(checkpoint.origin, "\n", checkpoint.size, "\n", ToBase64(AsBytes(checkpoint.root)),
                "\n");
}

Result<Checkpoint> ParseCheckpoint(std::string_view text) {
  Checkpoint out;
  const std::optional<std::string_view> origin = TakeLine(text);
  if (!origin || origin->empty()) return NoCheckpoint("第一行应为日志名称");
  out.origin = *origin;
  const std::optional<std::string_view> size = TakeLine(text);
  const std::optional<std::uint64_t> number = size ? ParseSize(*size) : std::nullopt;
  if (!number) return NoCheckpoint("第二行应为条数");
  out.size = *number;
  const std::optional<std::string_view> root = TakeLine(text);
  const std::optional<Hash> hash = root ? ToHash(*root) : std::nullopt;
  if (!hash) return NoCheckpoint("第三行应为根哈希");
  out.root = *hash;
  while (!text.empty()) {
    const std::optional<std::string_view> line = TakeLine(text);
    if (!line || line->empty()) return NoCheckpoint("扩展行不能为空");
  }
  return out;
}

bool SignedCheckpoint::SignedBy(const VerifierKey& key) const {
  return std::ranges::any_of(verified, [&](const Verified& by) { return by.key == key; });
}

std::optional<std::int64_t> SignedCheckpoint::FirstSeen() const {
  std::optional<std::int64_t> first;
  for (const Verified& by : verified) {
    if (by.key.kind == KeyKind::kWitness && (!first || by.seconds < *first)) first = by.seconds;
  }
  return first;
}

Result<SignedCheckpoint> OpenCheckpoint(std::string_view bytes, std::span<const VerifierKey> keys) {
  Result<Note> note = ParseNote(bytes);
  if (!note) return Unexpected{std::move(note).error()};
  Result<Checkpoint> checkpoint = ParseCheckpoint(note->text);
  if (!checkpoint) return Unexpected{std::move(checkpoint).error()};
  Result<std::vector<Verified>> verified = VerifyNote(*note, keys);
  if (!verified) return Unexpected{std::move(verified).error()};
  SignedCheckpoint out{*std::move(checkpoint), *std::move(note), *std::move(verified)};
  const bool by_log = std::ranges::any_of(out.verified, [&](const Verified& by) {
    return by.key.kind == KeyKind::kLog && by.key.name == out.checkpoint.origin;
  });
  if (!by_log) {
    return Fail("trail.signature",
                StrCat("检查点没有日志“", out.checkpoint.origin, "”自己的、可信公钥的签名"));
  }
  return out;
}

std::string ToString(const InclusionFile& file) {
  return StrCat(kInclusionHead, "\nindex ", file.index, "\n", HashLines(file.proof), "\n",
                file.checkpoint);
}

Result<InclusionFile> ParseInclusionFile(std::string_view bytes) {
  if (TakeLine(bytes) != kInclusionHead) return NoProof("第一行应为 c2sp.org/tlog-proof@v1");
  std::optional<std::string_view> line = TakeLine(bytes);
  // Opaque and not authenticated: nothing here makes use of it.
  if (line && line->starts_with("extra ")) line = TakeLine(bytes);
  InclusionFile out;
  const std::optional<std::uint64_t> index = line ? NumberAfter(*line, "index") : std::nullopt;
  if (!index) return NoProof("应有一行 index 和位置");
  std::optional<std::vector<std::string>> proof = TakeHashes(bytes);
  if (!proof) return NoProof("哈希行不合格式");
  out.index = *index;
  out.proof = *std::move(proof);
  out.checkpoint = bytes;
  return out;
}

std::string ToString(const ConsistencyFile& file) {
  return StrCat("old ", file.old_size, "\n", HashLines(file.proof), "\n", file.checkpoint);
}

Result<ConsistencyFile> ParseConsistencyFile(std::string_view bytes) {
  ConsistencyFile out;
  const std::optional<std::string_view> line = TakeLine(bytes);
  const std::optional<std::uint64_t> old_size = line ? NumberAfter(*line, "old") : std::nullopt;
  if (!old_size) return NoProof("第一行应为 old 和条数");
  std::optional<std::vector<std::string>> proof = TakeHashes(bytes);
  if (!proof) return NoProof("哈希行不合格式");
  out.old_size = *old_size;
  out.proof = *std::move(proof);
  out.checkpoint = bytes;
  return out;
}

}  // namespace anjuan::trail
