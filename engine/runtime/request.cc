#include "engine/runtime/request.h"

#include <algorithm>

#include "engine/base/check.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/records.h"
#include "engine/value/json.h"

namespace anjuan::runtime {

using port::Cell;
using port::Row;

namespace {

constexpr size_t kLongestName = 256;

}  // namespace

bool IsPlainName(std::string_view text) {
  const auto control = [](char c) {
    return static_cast<unsigned char>(c) < 0x20 || static_cast<unsigned char>(c) == 0x7F;
  };
  return text.size() <= kLongestName && std::none_of(text.begin(), text.end(), control) &&
         IsValidUtf8(text);
}

std::string WriteAnswer(const Answer& answer) {
  List states;
  for (const std::string& state : answer.states) states.emplace_back(state);
  List documents;
  for (const std::string& code : answer.documents) documents.emplace_back(code);
  return WriteCanonical(Value(Context({{"refused", Value(!answer.ok())},
                                       {"case", Value(answer.case_id)},
                                       {"version", Value(answer.version)},
                                       {"states", Value(std::move(states))},
                                       {"documents", Value(std::move(documents))}})));
}

Answer ReadAnswer(const std::string& text) {
  const Result<Value> body = ReadCanonical(text);
  ANJUAN_CHECK(body.has_value());
  Answer answer;
  answer.verdict = (*body)["refused"] == Value(true) ? Verdict::kNoSuchEvent : Verdict::kRepeated;
  answer.case_id = *(*body)["case"].string();
  answer.version = *(*body)["version"].number()->ToInteger();
  for (const Value& state : *(*body)["states"].list()) answer.states.push_back(*state.string());
  for (const Value& code : *(*body)["documents"].list()) answer.documents.push_back(*code.string());
  return answer;
}

Request::Request(Office& office, std::string area, std::string account, std::string id,
                 const Value& body)
    : office_(office),
      area_(std::move(area)),
      account_(std::move(account)),
      named_(!id.empty()),
      id_(id.empty() ? office.NewId() : std::move(id)),
      body_hash_(named_ ? ToHex(HmacSha256(office.keys().digest, WriteCanonical(body))) : "") {}

std::optional<Answer> Request::Seen(port::Reader& reader) const {
  if (!IsPlainName(id_) || !IsPlainName(account_)) {
    return Refuse(Verdict::kFormMistakes, "request.id", "请求编号或账号过长，或含有控制字符",
                  StrCat("最长 ", kLongestName, " 字节"));
  }
  if (!named_) return std::nullopt;
  const std::optional<Row> row =
      reader.Get(port::requests::kTable, Row{Cell(area_), Cell(account_), Cell(id_)});
  if (!row) return std::nullopt;
  if (TextOf(*row, port::requests::kBodyHash) != body_hash_) {
    return Refuse(Verdict::kRequestReused, "request.reused",
                  StrCat("请求编号 ", id_, " 已用于另一内容的请求"),
                  "请换一个请求编号，或原样重发");
  }
  return ReadAnswer(TextOf(*row, port::requests::kAnswer));
}

void Request::Keep(port::Transaction& transaction, const Answer& answer) const {
  if (!named_) return;  // nobody knows the id we made: it cannot come again
  transaction.Put(port::requests::kTable,
                  {Cell(area_), Cell(account_), Cell(id_), Cell(body_hash_),
                   Cell(WriteAnswer(answer)), Cell(office_.Now(transaction))});
}

}  // namespace anjuan::runtime
