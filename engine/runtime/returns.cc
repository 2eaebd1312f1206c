#include "engine/runtime/returns.h"

#include <algorithm>
#include <map>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/feel/text.h"
#include "engine/form/statistics.h"
#include "engine/port/schema.h"
#include "engine/runtime/commit.h"
#include "engine/runtime/office_log.h"
#include "engine/runtime/people.h"
#include "engine/runtime/received.h"
#include "engine/runtime/records.h"
#include "engine/value/json.h"
#include "engine/value/members.h"
#include "engine/vault/document.h"
#include "engine/vault/rewrap.h"

namespace anjuan::runtime {

namespace {

constexpr EntryChain kChain = {.kind = "return", .head = "returns.head", .name = "定稿报表"};
constexpr std::string_view kErasedEvent = "return.erased";

std::string DayOrNothing(const std::optional<Date>& date) {
  return date ? ToString(*date) : std::string();
}

std::string Identity(std::string_view id) {
  return StrCat("return/", id);
}

// Nothing but the header and its hash is left.
bool IsErased(const Value& body) {
  return body["key"].is_null() && body["nonce"].is_null() && body["cipher"].is_null();
}

FrozenReturn ToReturn(const Value& body) {
  const Value& header = body["header"];
  FrozenReturn out;
  static_cast<ReturnRecord&>(out) = ToReturnRecord(body);
  out.closing = TextIn(header, "closing");
  out.frozen_at = TextIn(header, "frozen_at");
  out.erased = IsErased(body);
  return out;
}

Value DataToValue(const doc::SheetData& data) {
  List lines;
  for (const std::string& line : data.lines) lines.emplace_back(line);
  Context fixed;
  for (const auto& [key, cells] : data.fixed) fixed.Set(key, Value(cells));
  List rows;
  for (const Context& row : data.rows) rows.emplace_back(row);
  return Value(Context({{"unit", Value(data.unit)},
                        {"preface", Value(data.preface)},
                        {"lines", Value(std::move(lines))},
                        {"fixed", Value(std::move(fixed))},
                        {"rows", Value(std::move(rows))}}));
}

doc::SheetData ToData(const Value& value) {
  doc::SheetData data;
  data.unit = TextIn(value, "unit");
  if (const Context* preface = value["preface"].context()) data.preface = *preface;
  if (const List* lines = value["lines"].list()) {
    for (const Value& line : *lines) data.lines.push_back(*line.string());
  }
  if (const Context* fixed = value["fixed"].context()) {
    for (const auto& [key, cells] : fixed->entries()) data.fixed[key] = *cells.context();
  }
  if (const List* rows = value["rows"].list()) {
    for (const Value& row : *rows) data.rows.push_back(*row.context());
  }
  return data;
}

std::string Shown(const Value* value) {
  if (value == nullptr || value->is_null()) return "";
  const Result<std::string> text = feel::Display(*value);
  return text ? *text : WriteJson(*value);
}

// The column in front that a table by regions has; null: none.
Value GroupColumn(const doc::SheetDescription& description) {
  const doc::SheetColumn& first = description.columns.front();
  if (!first.key.starts_with('@')) return Value();
  return Value(Context({{"key", Value(first.key)}, {"label", Value(first.label)}}));
}

// 发出要约·企业数: the last word alone names several columns of a counted sheet.
using Labels = std::map<std::string, std::string>;

Labels LabelsOf(const std::string& description, const std::string& file) {
  const Result<std::optional<form::Counting>> counting = form::ReadCounting(description, file);
  return counting && *counting ? (*counting)->labels : Labels();
}

void CompareRow(const doc::SheetDescription& description, const Labels& labels,
                const std::string& row, const Context& before, const Context& after,
                std::vector<CellDifference>& out) {
  for (const doc::SheetColumn& column : description.columns) {
    std::string was = Shown(before.Find(column.key));
    std::string is = Shown(after.Find(column.key));
    if (was == is) continue;
    const auto label = labels.find(column.key);
    out.push_back(
        {row, label == labels.end() ? column.label : label->second, std::move(was), std::move(is)});
  }
}

std::vector<CellDifference> Compare(const doc::SheetDescription& description, const Labels& labels,
                                    const doc::SheetData& before, const doc::SheetData& after) {
  std::vector<CellDifference> out;
  for (const doc::SheetFixedRow& row : description.fixed_rows) {
    const auto was = before.fixed.find(row.key);
    const auto is = after.fixed.find(row.key);
    CompareRow(description, labels, row.label, was == before.fixed.end() ? Context() : was->second,
               is == after.fixed.end() ? Context() : is->second, out);
  }
  for (size_t i = 0; i < std::max(before.rows.size(), after.rows.size()); ++i) {
    CompareRow(description, labels, StrCat("第", i + 1, "行"),
               i < before.rows.size() ? before.rows[i] : Context(),
               i < after.rows.size() ? after.rows[i] : Context(), out);
  }
  return out;
}

class Freezing {
 public:
  Freezing(Office& office, port::Transaction& transaction, const FreezeCommand& command)
      : office_(office),
        transaction_(transaction),
        command_(command),
        registers_(office.registers()),
        region_(command.request.region.empty() ? office.area() : command.request.region) {}

  Result<Frozen> Run() {
    if (Diagnostics refused = MayFreeze(); !refused.empty()) return Unexpected{std::move(refused)};
    Result<FilledSheet> sheet = FillSheetIn(office_, transaction_, command_.request);
    if (!sheet) return Unexpected{sheet.error()};
    if (sheet->data.blank) {
      return Fail("return.empty", "还没有收到各地的回报表，没有可以定稿的内容");
    }
    Frozen out;
    out.sheet = std::move(*sheet);
    from_ = DayOrNothing(out.sheet.from);
    to_ = DayOrNothing(out.sheet.to);
    if (Diagnostics refused = CheckEarlier(out); !refused.empty()) {
      return Unexpected{std::move(refused)};
    }
    Store(out);
    return out;
  }

 private:
  Diagnostics MayFreeze() const {
    return MayReport(transaction_, *registers_, region_, command_.who.account, "不能定稿");
  }

  bool SameScope(const FrozenReturn& other) const {
    const SheetRequest& request = command_.request;
    return other.sheet == request.id && other.region == region_ && other.from == from_ &&
           other.to == to_;
  }

  Diagnostics CheckEarlier(Frozen& out) {
    const std::vector<FrozenReturn> known = ListReturns(transaction_);
    const auto named = std::find_if(known.begin(), known.end(), [&](const FrozenReturn& other) {
      return other.id == command_.replaces;
    });
    const auto standing = std::find_if(known.begin(), known.end(), [&](const FrozenReturn& other) {
      return SameScope(other) && other.replaced_by.empty();
    });
    if (command_.replaces.empty()) {
      if (standing == known.end()) return {};
      return {{.code = "return.again",
               .message = StrCat("同一报表、地区和期间已经定稿：", standing->id),
               .hint = StrCat("更正请写 --replaces ", standing->id)}};
    }
    if (named == known.end() || !SameScope(*named)) {
      return {{.code = "return.replaces",
               .message = named == known.end()
                              ? StrCat("没有定稿报表“", command_.replaces, "”")
                              : StrCat(command_.replaces, " 是另一报表、地区或期间的")}};
    }
    if (!named->replaced_by.empty()) {
      return {{.code = "return.replaces",
               .message = StrCat(named->id, " 已被 ", named->replaced_by, " 更正")}};
    }
    if (named->erased) return {};  // nothing is left to compare with
    const Result<Frozen> before = LoadReturnIn(named->id);
    if (!before) return before.error();
    const Result<StoredSheet> stored = LoadSheet(transaction_, command_.request.id);
    if (!stored) return stored.error();
    out.differences = Compare(out.sheet.description, LabelsOf(stored->text, named->sheet),
                              before->sheet.data, out.sheet.data);
    return {};
  }

  Result<Frozen> LoadReturnIn(const std::string& id) const;

  void Store(Frozen& out) {
    const Instant now = office_.Now(transaction_);
    const Date today = BeijingDate(now);
    const SheetRequest& request = command_.request;
    ReturnRecord record;
    record.sheet = request.id;
    record.title = out.sheet.description.title;
    record.region = region_;
    record.unit = request.unit;
    record.from = from_;
    record.to = to_;
    record.by = command_.who.account.empty() ? std::string(kOperator) : command_.who.account;
    record.replaces = command_.replaces;
    record.id = NextReturnId(transaction_, *registers_, record, today.year, "return", "");
    const std::string identity = Identity(record.id);

    List differences;
    for (const CellDifference& each : out.differences) {
      differences.emplace_back(Context({{"row", Value(each.row)},
                                        {"column", Value(each.column)},
                                        {"before", Value(each.before)},
                                        {"after", Value(each.after)}}));
    }
    const std::string plain = WriteCanonical(
        Value(Context({{"salt", Value(ToHex(office_.random()(16)))},
                       {"description", Value(LoadSheet(transaction_, request.id)->text)},
                       {"grouped", Value(GroupColumn(out.sheet.description))},
                       {"data", DataToValue(out.sheet.data)},
                       {"differences", Value(std::move(differences))}})));
    vault::EnsureCurrent(transaction_, office_.keys());
    const vault::DocumentKey key =
        vault::MakeDocumentKey(office_.keys(), office_.random(), identity);
    const std::optional<vault::Box> box =
        vault::SealDocument(office_.keys(), office_.random(), identity, key.wrapped_key, plain);

    const Date to = out.sheet.to.value_or(today);
    Context header = ToHeader(record);
    header.Set("closing", Value(ToString(request.closing.value_or(std::min(to, today)))));
    header.Set("frozen_at", Value(ToUtcString(now)));
    header.Set("content", Value(ToHex(Sha256(plain))));
    const Context sealed({{"key", Value(ToHex(key.wrapped_key))},
                          {"nonce", Value(ToHex(box->nonce))},
                          {"cipher", Value(ToHex(box->cipher))}});
    const Value body = AppendToChain(transaction_, kChain, std::move(header), sealed, "");
    out.record = ToReturn(body);
  }

  Office& office_;
  port::Transaction& transaction_;
  const FreezeCommand& command_;
  std::shared_ptr<const Registers> registers_;
  std::string region_;
  std::string from_;
  std::string to_;
};

// The sealed content; nullopt: the key is another office's, or the bytes were changed.
std::optional<std::string> Content(const Office& office, const Value& body) {
  const auto bytes = [&](std::string_view key) { return FromHex(TextIn(body, key)); };
  const auto wrapped = bytes("key");
  const auto nonce = bytes("nonce");
  const auto cipher = bytes("cipher");
  if (!wrapped || !nonce || !cipher) return std::nullopt;
  return vault::OpenDocument(office.keys(), Identity(TextIn(body["header"], "id")), *wrapped,
                             {*nonce, *cipher});
}

// The command that freezes the same sheet anew in this one's place.
std::string AgainAs(const FrozenReturn& record) {
  std::string out = StrCat("anjuan sheet ", record.sheet, " --region ", record.region);
  if (!record.from.empty()) out += StrCat(" --from ", record.from);
  if (!record.to.empty()) out += StrCat(" --to ", record.to);
  return StrCat(out, " --closing ", record.closing, " --freeze --replaces ", record.id);
}

// Whether a cell of it holds one of the words.
bool Spells(const Value& value, const std::vector<std::string>& words) {
  const auto inside = [&](const Value& part) { return Spells(part, words); };
  if (const List* list = value.list()) return std::ranges::any_of(*list, inside);
  if (const Context* context = value.context()) {
    return std::ranges::any_of(context->entries(),
                               [&](const auto& entry) { return inside(entry.second); });
  }
  if (value.is_null()) return false;
  const std::string text = Shown(&value);
  return std::ranges::any_of(
      words, [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

// Contents the office log says are gone: id -> SHA-256 of the content.
std::map<std::string, std::string> ErasedContents(port::Reader& reader) {
  std::map<std::string, std::string> out;
  for (const OfficeEvent& event : OfficeEvents(reader)) {
    if (event.event != kErasedEvent) continue;
    out[TextIn(event.data, "return")] = TextIn(event.data, "content");
  }
  return out;
}

Result<Frozen> Open(const Office& office, port::Reader& reader, std::string_view id) {
  const std::optional<Value> body = LoadRegister(reader, kChain.kind, id);
  if (!body) {
    return Fail({.code = "return.none",
                 .message = StrCat("没有定稿报表“", id, "”"),
                 .hint = "请用 anjuan sheets 查看"});
  }
  if (IsErased(*body)) {
    const FrozenReturn record = ToReturn(*body);
    return Fail({.code = "return.erased",
                 .message = StrCat("定稿报表 ", id, " 的内容已依法删除，抬头和哈希仍在"),
                 .hint = StrCat("删除的记录见 anjuan history；重新定稿：", AgainAs(record))});
  }
  const std::optional<std::string> plain = Content(office, *body);
  const Result<Value> content = plain ? ReadCanonical(*plain) : Result<Value>(Fail("", ""));
  if (!content) {
    return Fail("return.sealed", StrCat("定稿报表 ", id, " 的内容不能读取"));
  }
  Frozen out;
  for (FrozenReturn& record : ListReturns(reader)) {
    if (record.id == id) out.record = std::move(record);
  }
  const size_t dot = out.record.sheet.find('.');
  Result<doc::SheetDescription> description =
      doc::ReadSheet(TextIn(*content, "description"), StrCat("sheets/", out.record.sheet, ".json"),
                     dot == std::string::npos ? "" : out.record.sheet.substr(dot + 1));
  if (!description) return Unexpected{description.error()};
  out.sheet.description = std::move(*description);
  if (const Value& grouped = (*content)["grouped"]; grouped.context() != nullptr) {
    out.sheet.description = doc::GroupedBy(std::move(out.sheet.description), TextIn(grouped, "key"),
                                           TextIn(grouped, "label"));
  }
  // Without a window the last day was that of the freezing.
  out.sheet.from = ParseDate(out.record.from);
  out.sheet.to = ParseDate(out.record.to.empty() ? out.record.closing : out.record.to);
  NameLastDay(out.sheet.description, out.sheet.to);
  out.sheet.data = ToData((*content)["data"]);
  if (const List* differences = (*content)["differences"].list()) {
    for (const Value& each : *differences) {
      out.differences.push_back({TextIn(each, "row"), TextIn(each, "column"),
                                 TextIn(each, "before"), TextIn(each, "after")});
    }
  }
  Result<doc::SheetModel> model = doc::Fill(out.sheet.description, out.sheet.data);
  if (!model) return Unexpected{model.error()};
  out.sheet.model = std::move(*model);
  return out;
}

Result<Frozen> Freezing::LoadReturnIn(const std::string& id) const {
  return Open(office_, transaction_, id);
}

}  // namespace

Diagnostics MayReport(port::Reader& reader, const Registers& registers, const std::string& region,
                      const std::string& account, std::string_view what) {
  if (registers.FindRegion(region) == nullptr) {
    return {{.code = "return.region",
             .message = StrCat("没有地区代码“", region, "”"),
             .hint = DidYouMean(region, registers.RegionCodes())}};
  }
  if (account.empty()) return {};
  const std::vector<Actor> held = ActorsOf(reader, account);
  if (held.empty()) {
    return {{.code = "return.account", .message = StrCat("没有账号“", account, "”")}};
  }
  const bool covers = std::any_of(held.begin(), held.end(), [&](const Actor& actor) {
    const Role* role = registers.FindRole(actor.role);
    const bool inside = role != nullptr && role->level == "enterprise";
    return !inside && registers.IsWithin(region, actor.region);
  });
  if (covers) return {};
  return {{.code = "return.region",
           .message = StrCat("账号“", account, "”的地区不及于“", region, "”，", what)}};
}

Result<Frozen> FreezeSheet(Office& office, const FreezeCommand& command) {
  Result<Frozen> out = Fail("return.none", "");
  office.store().Transact([&](port::Transaction& transaction) {
    out = Freezing(office, transaction, command).Run();
    return out.has_value();
  });
  return out;
}

std::vector<FrozenReturn> ListReturns(port::Reader& reader) {
  return ListRecords(reader, kChain, &ToReturn);
}

Result<Frozen> LoadReturn(Office& office, std::string_view id) {
  Result<Frozen> out = Fail("return.none", "");
  office.store().Read([&](port::Reader& reader) { out = Open(office, reader, id); });
  return out;
}

std::string CellText(const Value& cell) {
  return Shown(&cell);
}

Diagnostics ScanReturns(const Office& office, port::Reader& reader,
                        const std::function<void(const FrozenReturn&, const Value&)>& visit) {
  Diagnostics mistakes;
  for (const Value& body : ChainBodies(reader, kChain)) {
    if (IsErased(body)) continue;
    const FrozenReturn record = ToReturn(body);
    const std::optional<std::string> plain = Content(office, body);
    const Result<Value> content = plain ? ReadCanonical(*plain) : Result<Value>(Fail("", ""));
    if (content) {
      visit(record, *content);
      continue;
    }
    mistakes.push_back({.code = "return.sealed",
                        .message = StrCat("定稿报表 ", record.id, " 的内容不能读取"),
                        .hint = "请运行 anjuan verify"});
  }
  return mistakes;
}

void EraseReturn(Office& office, port::Transaction& transaction, const std::string& id,
                 const ErasureCause& cause, bool decided) {
  const Value body = *LoadRegister(transaction, kChain.kind, id);
  // Deleted and made anew, not replaced: stores clear what was deleted out of their logs.
  transaction.Delete(port::registers::kTable,
                     port::Row{port::Cell(std::string(kChain.kind)), port::Cell(id)});
  SaveRegister(transaction, kChain.kind, id, "",
               Value(Context({{"header", body["header"]}, {"hash", body["hash"]}})));
  Context told({{"return", Value(id)},
                {"content", body["header"]["content"]},
                {cause.what, Value(cause.id)}});
  if (decided) told.Set("decided", Value(true));
  RecordOfficeEvent(office, transaction, kErasedEvent, cause.by, cause.reason,
                    Value(std::move(told)));
}

Result<std::vector<std::string>> EraseReturns(Office& office, port::Transaction& transaction,
                                              const Spelled& spelled, const ErasureCause& cause) {
  std::vector<std::string> out;
  if (spelled.words.empty()) return out;
  Diagnostics mistakes =
      ScanReturns(office, transaction, [&](const FrozenReturn& record, const Value& content) {
        const auto frozen_at = ParseUtcInstant(record.frozen_at);
        const bool spells =
            Spells(content["data"], spelled.words) || Spells(content["differences"], spelled.words);
        if (spells && (!frozen_at || *frozen_at >= spelled.since)) out.push_back(record.id);
      });
  if (!mistakes.empty()) return Unexpected{std::move(mistakes)};
  for (const std::string& id : out) EraseReturn(office, transaction, id, cause, false);
  return out;
}

bool RewrapReturn(Office& office, port::Transaction& transaction, const std::string& id) {
  const std::optional<Value> body = LoadRegister(transaction, kChain.kind, id);
  if (!body || IsErased(*body)) return false;
  const std::string was = FromHex(TextIn(*body, "key")).value_or("");
  const auto wrapped = vault::RewrapDocumentKey(office.keys(), office.random(), Identity(id), was);
  if (!wrapped) {
    throw port::Failure(StrCat("定稿报表 ", id, " 的密钥打不开，没有更换；请运行 anjuan verify"));
  }
  if (*wrapped == was) return false;
  Context changed = *body->context();
  changed.Set("key", Value(ToHex(*wrapped)));
  return SaveRegister(transaction, kChain.kind, id, "", Value(std::move(changed)));
}

std::string VerifyReturns(const Office& office, port::Reader& reader, std::int64_t& erased) {
  const std::map<std::string, std::string> told = ErasedContents(reader);
  const std::string wrong = VerifyChain(reader, kChain, [&](const Value& body) -> std::string {
    const auto lawful = told.find(TextIn(body["header"], "id"));
    const bool recorded =
        lawful != told.end() && lawful->second == TextIn(body["header"], "content");
    if (IsErased(body)) {
      ++erased;
      return recorded ? "" : "内容被删去，而办公库记录中没有依法删除的记录";
    }
    if (recorded) return "办公库记录说内容已依法删除，而内容仍在";
    const std::optional<std::string> plain = Content(office, body);
    if (!plain) return "密文被改动或密钥不符";
    const bool same = ToHex(Sha256(*plain)) == TextIn(body["header"], "content");
    return same ? "" : "内容与哈希不符";
  });
  return wrong.empty() ? VerifyReceived(reader, erased) : wrong;
}

}  // namespace anjuan::runtime
