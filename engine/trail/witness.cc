#include "engine/trail/witness.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/trail/merkle.h"
#include "engine/value/json.h"

namespace anjuan::trail {

namespace {

constexpr std::string_view kFormat = "anjuan.witness/1";

WitnessAnswer Refuse(WitnessVerdict verdict, std::string chinese, std::string english) {
  WitnessAnswer answer;
  answer.verdict = verdict;
  answer.chinese = std::move(chinese);
  answer.english = std::move(english);
  return answer;
}

WitnessAnswer Alarm(WitnessVerdict verdict, std::uint64_t known, std::string chinese,
                    std::string english) {
  WitnessAnswer answer = Refuse(verdict, std::move(chinese), std::move(english));
  answer.alarm = true;
  answer.known = known;
  return answer;
}

Value ToValue(const std::string& origin, const WitnessedLog& log) {
  List keys;
  for (const VerifierKey& key : log.keys) keys.emplace_back(ToVkey(key));
  return Value(Context({{"origin", Value(origin)},
                        {"size", Value(static_cast<std::int64_t>(log.size))},
                        {"root", Value(ToHex(log.root))},
                        {"keys", Value(std::move(keys))}}));
}

WitnessedLog FromValue(const Value& from) {
  WitnessedLog log;
  if (const Decimal* size = from["size"].number()) {
    log.size = static_cast<std::uint64_t>(std::max<std::int64_t>(0, size->ToInteger().value_or(0)));
  }
  const std::string* root = from["root"].string();
  const std::string bytes = root == nullptr ? "" : FromHex(*root).value_or("");
  if (bytes.size() == log.root.size()) std::ranges::copy(bytes, log.root.begin());
  if (const List* keys = from["keys"].list()) {
    for (const Value& text : *keys) {
      const auto key = ParseVkey(text.string() == nullptr ? "" : *text.string());
      if (key) log.keys.push_back(*key);
    }
  }
  return log;
}

// nullopt: it continues what was signed.
std::optional<WitnessAnswer> Objection(const WitnessedLog& log, const Checkpoint& now,
                                       const ConsistencyFile& request) {
  if (now.size < log.size) {
    return Alarm(WitnessVerdict::kConflict, log.size,
                 StrCat("回退：日志只有 ", now.size, " 条，本见证方已签到 ", log.size,
                        " 条。日志被截短，或从旧备份恢复。拒绝签署，请查明。"),
                 StrCat("rollback: the log has ", now.size, " leaves, ", log.size,
                        " were signed before: it was cut, or an old backup restored"));
  }
  if (now.size == log.size && now.root != log.root) {
    return Alarm(
        WitnessVerdict::kConflict, log.size,
        StrCat("分叉：", now.size, " 条的日志有两个不同的根。历史被改写。拒绝签署，请查明。"),
        StrCat("fork: two different trees of ", now.size, " leaves; history was rewritten"));
  }
  if (request.old_size != log.size) {
    WitnessAnswer answer =
        Refuse(WitnessVerdict::kConflict,
               StrCat("证明应从第 ", log.size, " 条起（请求从 ", request.old_size,
                      " 起）。请用 anjuan seal --requests DIR --since ", log.size, " 重新出具。"),
               StrCat("the proof must begin at ", log.size, ", not at ", request.old_size,
                      ": anjuan seal --requests DIR --since ", log.size));
    answer.known = log.size;
    return answer;
  }
  if (log.size == 0 || now.size == log.size) {
    if (request.proof.empty()) return std::nullopt;
    return Refuse(WitnessVerdict::kNotContinued, "多余的证明", "a proof where none is wanted");
  }
  if (!VerifyConsistency(log.size, now.size, AsBytes(log.root), AsBytes(now.root), request.proof)) {
    return Alarm(WitnessVerdict::kNotContinued, log.size,
                 StrCat("分叉：", now.size, " 条的日志不是已签 ", log.size,
                        " 条的延续。历史被改写，或从旧备份恢复后另行续写。拒绝签署，请查明。"),
                 StrCat("fork: the log of ", now.size, " leaves does not continue the ", log.size,
                        " that were signed: history was rewritten, or an old backup carried on"));
  }
  return std::nullopt;
}

}  // namespace

std::string Encode(const WitnessState& state) {
  List logs;
  for (const auto& [origin, log] : state.logs) logs.push_back(ToValue(origin, log));
  return WriteCanonical(Value(Context({{"v", Value(kFormat)}, {"logs", Value(std::move(logs))}})));
}

Result<WitnessState> DecodeWitnessState(std::string_view bytes) {
  WitnessState state;
  const Result<Value> value = ReadCanonical(bytes);
  const List* logs = value ? (*value)["logs"].list() : nullptr;
  for (size_t i = 0; logs != nullptr && i < logs->size(); ++i) {
    const std::string* origin = (*logs)[i]["origin"].string();
    if (origin != nullptr) state.logs[*origin] = FromValue((*logs)[i]);
  }
  if (Encode(state) != bytes) {
    return Fail("trail.witness",
                "见证方的状态文件被改动或损坏（anjuan.witness/1）。请从备份恢复，"
                "不要删除：没有它就认不出被截短的日志。");
  }
  return state;
}

WitnessAnswer Witness(WitnessState& state, const SignerKey& key, std::string_view bytes,
                      std::int64_t now_seconds) {
  const Result<ConsistencyFile> request = ParseConsistencyFile(bytes);
  const auto note = request ? ParseNote(request->checkpoint) : Result<Note>(Fail("", ""));
  const auto checkpoint = note ? ParseCheckpoint(note->text) : Result<Checkpoint>(Fail("", ""));
  if (!checkpoint) {
    return Refuse(WitnessVerdict::kMalformed, "请求不合格式（C2SP tlog-witness add-checkpoint）",
                  "malformed request");
  }
  const auto log = state.logs.find(checkpoint->origin);
  if (log == state.logs.end()) {
    return Refuse(
        WitnessVerdict::kUnknownLog,
        StrCat("没有登记日志 ", checkpoint->origin, "。先用 anjuan-witness trust 登记其公钥。"),
        StrCat("unknown log ", checkpoint->origin));
  }
  const auto opened = OpenCheckpoint(request->checkpoint, log->second.keys);
  if (!opened) {
    return Refuse(WitnessVerdict::kUntrusted,
                  StrCat(opened.error().front().message,
                         "。若日志换了钥，先核对后用 anjuan-witness trust 登记新公钥。"),
                  "not signed by a trusted key of the log");
  }
  if (request->old_size > checkpoint->size) {
    return Refuse(WitnessVerdict::kMalformed, "旧条数大于新条数", "old size beyond the new one");
  }
  if (auto objection = Objection(log->second, *checkpoint, *request)) return *std::move(objection);
  WitnessAnswer answer;
  answer.verdict = WitnessVerdict::kSigned;
  answer.known = checkpoint->size;
  const Signature signature = Cosign(key, note->text, now_seconds);
  answer.signature = ToString(signature);
  answer.cosigned = *note;
  answer.cosigned.signatures.push_back(signature);
  log->second.size = checkpoint->size;
  log->second.root = checkpoint->root;
  return answer;
}

}  // namespace anjuan::trail
