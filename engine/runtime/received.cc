#include "engine/runtime/received.h"

#include <algorithm>
#include <map>
#include <set>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/commit.h"
#include "engine/runtime/office_log.h"
#include "engine/runtime/people.h"
#include "engine/runtime/records.h"
#include "engine/runtime/returns.h"
#include "engine/value/json.h"
#include "engine/value/members.h"
#include "engine/vault/token.h"

namespace anjuan::runtime {

namespace {

constexpr EntryChain kChain = {.kind = "received", .head = "received.head", .name = "回报表"};
constexpr std::string_view kPersons = "@persons";  // in a row: group -> subject
constexpr std::string_view kText = "text";         // "personal" of free text
constexpr std::string_view kErasedEvent = "received.erased";

std::string DayOrNothing(const std::optional<Date>& date) {
  return date ? ToString(*date) : std::string();
}

ReceivedReturn ToReceived(const Value& body) {
  const Value& header = body["header"];
  ReceivedReturn out;
  static_cast<ReturnRecord&>(out) = ToReturnRecord(body);
  out.file = TextIn(header, "file");
  out.file_hash = TextIn(header, "file_hash");
  out.rows = IntegerIn(header, "rows");
  out.received_at = TextIn(header, "received_at");
  return out;
}

// The region that an office's name, or a file's, names: the lowest one; nullopt: none, or several.
std::optional<std::string> RegionNamed(const Registers& registers, std::string_view area,
                                       std::string_view text) {
  std::optional<std::string> found;
  size_t depth = 0;
  bool several = false;
  for (const std::string& code : registers.RegionCodes()) {
    const Region* region = registers.FindRegion(code);
    constexpr size_t kOneCharacter = 3;
    // 岳阳楼区, or 岳楼 where an office has a short name of its own.
    const bool named = text.find(region->name) != std::string_view::npos ||
                       (region->short_name.size() > kOneCharacter &&
                        text.find(region->short_name) != std::string_view::npos) ||
                       text.find(code) != std::string_view::npos;
    if (!named || !registers.IsWithin(code, area)) continue;
    const size_t at = registers.Chain(code).size();
    if (at < depth) continue;
    several = at == depth;
    depth = at;
    found = code;
  }
  return several ? std::nullopt : found;
}

// A row as it is kept: personal cells in the vault, tokens in their place.
class Sealer {
 public:
  Sealer(Office& office, port::Transaction& transaction, const doc::SheetDescription& sheet,
         Instant now)
      : office_(office), transaction_(transaction), sheet_(sheet), now_(now) {}

  // Who is meant is told by the ID number, else by the place in this return; what the return says
  // of him is kept as it says it, as texts of his, so that no later return changes this one.
  Value Seal(const Context& row, const std::string& roster) {
    std::map<std::string, Context> persons;
    for (const doc::SheetColumn& column : sheet_.columns) {
      const Value* value = row.Find(column.key);
      const bool tells =
          column.personal == "id_number" || column.personal == "name" || column.personal == "phone";
      if (tells && value != nullptr) persons[column.person].Set(column.personal, *value);
    }
    Context subjects;
    for (auto& [group, person] : persons) {
      person.Set("roster", Value(StrCat(roster, "/", group)));
      const Result<std::string> subject = office_.vault().SealPerson(transaction_, person, now_);
      if (!subject) {
        Append(mistakes_, subject.error());
      } else {
        subjects.Set(group, Value(*subject));
      }
    }
    Context kept;
    for (const doc::SheetColumn& column : sheet_.columns) {
      const Value* value = row.Find(column.key);
      if (value == nullptr || value->is_null()) continue;
      const Value* subject = subjects.Find(column.person);
      const bool text = column.personal == kText || subject == nullptr;
      kept.Set(column.key, column.personal.empty()
                               ? *value
                               : SealText(*value, text ? nullptr : subject->string()));
    }
    if (!subjects.empty()) kept.Set(kPersons, Value(std::move(subjects)));
    return Value(std::move(kept));
  }

  const Diagnostics& mistakes() const { return mistakes_; }

 private:
  Value SealText(const Value& value, const std::string* subject) {
    const std::string text = value.string() == nullptr ? WriteJson(value) : *value.string();
    vault::TextOptions options;
    if (subject != nullptr) options.subject = *subject;
    const Result<std::string> token = office_.vault().SealText(transaction_, text, options, now_);
    if (token) return Value(*token);
    Append(mistakes_, token.error());
    return Value();
  }

  Office& office_;
  port::Transaction& transaction_;
  const doc::SheetDescription& sheet_;
  Instant now_;
  Diagnostics mistakes_;
};

class Receiving {
 public:
  Receiving(Office& office, port::Transaction& transaction, const ReceiveCommand& command)
      : office_(office),
        transaction_(transaction),
        command_(command),
        registers_(office.registers()),
        known_(ListReceived(transaction)) {}

  Result<Received> Run() {
    const Result<StoredSheet> sheet = LoadSheet(transaction_, command_.sheet);
    if (!sheet) return Unexpected{sheet.error()};
    for (const FormFile& file : command_.files) Take(*sheet, file);
    if (!mistakes_.empty()) return Unexpected{std::move(mistakes_)};
    return std::move(out_);
  }

 private:
  void Mistake(const FormFile& file, std::string code, std::string message, std::string hint = "") {
    mistakes_.push_back({.code = std::move(code),
                         .message = std::move(message),
                         .at = {.file = file.name, .line = 0, .column = 0},
                         .hint = std::move(hint)});
  }

  void Take(const StoredSheet& sheet, const FormFile& file) {
    const Instant now = office_.Now(transaction_);
    FormReading how;
    how.sheet_reader = command_.sheet_reader;
    how.sheet = command_.tab;
    how.today = BeijingDate(now);
    Result<FilledForm> form = ReadForm(office_, transaction_, sheet, file, how);
    if (!form) {
      Append(mistakes_, form.error());
      return;
    }
    ReceivedReturn record = RecordOf(sheet, *form, file);
    record.received_at = ToUtcString(now);
    const Diagnostics refused = Judge(record, *form, file);
    if (!refused.empty()) {
      Append(mistakes_, refused);
      return;
    }
    Append(out_.warnings, form->warnings);
    const ReceivedReturn* same = Same(record);
    if (same != nullptr) {
      out_.known.push_back(*same);
      return;
    }
    Keep(sheet.description, *form, std::move(record), now);
  }

  ReceivedReturn RecordOf(const StoredSheet& sheet, const FilledForm& form, const FormFile& file) {
    ReceivedReturn record;
    record.sheet = form.id;
    record.title = sheet.description.title;
    for (const doc::SheetUse& use : sheet.description.uses) {
      if (form.id.ends_with(StrCat(".", use.key))) record.title = use.title;
    }
    record.unit = form.unit;
    record.from = DayOrNothing(command_.from);
    record.to = DayOrNothing(command_.to);
    const size_t slash = file.name.find_last_of('/');
    record.file = slash == std::string::npos ? file.name : file.name.substr(slash + 1);
    record.file_hash = ToHex(Sha256(file.bytes));
    record.rows = form.count;
    record.by = command_.who.account.empty() ? std::string(kOperator) : command_.who.account;
    record.replaces = command_.replaces;
    record.region = command_.region;
    for (const std::string& text : {record.unit, record.file}) {
      if (!record.region.empty()) break;
      record.region = RegionNamed(*registers_, office_.area(), text).value_or("");
    }
    return record;
  }

  static bool SameScope(const ReceivedReturn& a, const ReceivedReturn& b) {
    return a.sheet == b.sheet && a.region == b.region && a.from == b.from && a.to == b.to;
  }

  const ReceivedReturn* Standing(const ReceivedReturn& record) const {
    for (const ReceivedReturn& other : known_) {
      if (SameScope(other, record) && other.replaced_by.empty()) return &other;
    }
    return nullptr;
  }

  const ReceivedReturn* Same(const ReceivedReturn& record) const {
    const ReceivedReturn* standing = Standing(record);
    return standing != nullptr && standing->file_hash == record.file_hash ? standing : nullptr;
  }

  Diagnostics Judge(const ReceivedReturn& record, const FilledForm& form, const FormFile& file) {
    const auto refuse = [&](std::string code, std::string message, std::string hint = "") {
      return Diagnostics{{.code = std::move(code),
                          .message = std::move(message),
                          .at = {.file = file.name, .line = 0, .column = 0},
                          .hint = std::move(hint)}};
    };
    if (record.region.empty()) {
      return refuse("received.region",
                    form.unit.empty()
                        ? "看不出是哪个地区报来的：表上没有写填报单位"
                        : StrCat("看不出是哪个地区报来的：填报单位写的是“", form.unit, "”"),
                    "请在表上写明填报单位（含县市区名称），或用--region写明地区代码");
    }
    if (Diagnostics no =
            MayReport(transaction_, *registers_, record.region, command_.who.account, "不能收表");
        !no.empty()) {
      return no;
    }
    const std::string& name = registers_->FindRegion(record.region)->name;
    if (form.count == 0) {
      return refuse("received.empty", "表里没有填任何一行",
                    "请核对是不是空白表；确实没有的，不用导入");
    }
    if (const auto [at, fresh] =
            taken_.emplace(StrCat(record.sheet, "/", record.region), file.name);
        !fresh) {
      return refuse("received.again",
                    StrCat("与“", at->second, "”都是", name, "报来的，只能收一份"));
    }
    for (const ReceivedReturn& other : known_) {
      if (other.file_hash == record.file_hash && !SameScope(other, record)) {
        return refuse("received.again",
                      StrCat("同一个文件已收作", other.id, "（", RegionName(other.region), "）"),
                      "请核对地区和期间");
      }
    }
    return JudgeEarlier(record, name, refuse);
  }

  template <typename Refuse>
  Diagnostics JudgeEarlier(const ReceivedReturn& record, const std::string& name,
                           const Refuse& refuse) const {
    if (Same(record) != nullptr) return {};
    const ReceivedReturn* standing = Standing(record);
    if (record.replaces.empty()) {
      if (standing == nullptr) return {};
      return refuse("received.again", StrCat(name, "的这张表已经收过：", standing->id),
                    StrCat("更正请写 --replaces ", standing->id));
    }
    if (command_.files.size() > 1) {
      return refuse("received.replaces", "--replaces 一次只能更正一份");
    }
    const auto named = std::ranges::find(known_, record.replaces, &ReceivedReturn::id);
    if (named == known_.end()) {
      return refuse("received.replaces", StrCat("没有收过“", record.replaces, "”"));
    }
    if (!SameScope(*named, record)) {
      return refuse("received.replaces", StrCat(named->id, " 是另一张表、地区或期间的"));
    }
    if (named->replaced_by.empty()) return {};
    return refuse("received.replaces", StrCat(named->id, " 已被 ", named->replaced_by, " 更正"));
  }

  std::string RegionName(const std::string& code) const {
    const Region* region = registers_->FindRegion(code);
    return region == nullptr ? code : region->name;
  }

  void Keep(const doc::SheetDescription& sheet, const FilledForm& form, ReceivedReturn record,
            Instant now) {
    const int year = BeijingDate(now).year;
    record.id = NextReturnId(transaction_, *registers_, record, year, "received", "R");

    Sealer sealer(office_, transaction_, sheet, now);
    List rows;
    for (size_t i = 0; i < form.rows.size(); ++i) {
      rows.push_back(sealer.Seal(form.rows[i], StrCat("received/", record.id, "/", i + 1)));
    }
    Context fixed;
    for (const auto& [key, row] : form.fixed) {
      fixed.Set(key, sealer.Seal(row, StrCat("received/", record.id, "/", key)));
    }
    Append(mistakes_, sealer.mistakes());
    const Value content(
        Context({{"rows", Value(std::move(rows))}, {"fixed", Value(std::move(fixed))}}));
    record.content = ToHex(Sha256(WriteCanonical(content)));
    Context header = ToHeader(record);
    header.Set("file", Value(record.file));
    header.Set("file_hash", Value(record.file_hash));
    header.Set("rows", Value(record.rows));
    header.Set("received_at", Value(record.received_at));
    header.Set("content", Value(record.content));
    const Value body = AppendToChain(transaction_, kChain, std::move(header), {}, record.sheet);
    SaveRegister(transaction_, kReceivedRows, record.id, "", content);
    record.hash = TextIn(body, "hash");
    out_.kept.push_back(std::move(record));
  }

  Office& office_;
  port::Transaction& transaction_;
  const ReceiveCommand& command_;
  std::shared_ptr<const Registers> registers_;
  std::vector<ReceivedReturn> known_;
  std::map<std::string, std::string> taken_;  // sheet and region -> file of this command
  Received out_;
  Diagnostics mistakes_;
};

}  // namespace

Result<Received> ReceiveReturns(Office& office, const ReceiveCommand& command) {
  Result<Received> out = Fail("received.none", "");
  office.store().Transact([&](port::Transaction& transaction) {
    out = Receiving(office, transaction, command).Run();
    return out.has_value() && !command.dry_run;
  });
  return out;
}

std::vector<ReceivedReturn> ListReceived(port::Reader& reader) {
  return ListRecords(reader, kChain, &ToReceived);
}

Result<ReceivedRows> LoadReceived(Office& office, port::Reader& reader, std::string_view id) {
  const std::optional<Value> body = LoadRegister(reader, kChain.kind, id);
  const std::optional<Value> rows = LoadRegister(reader, kReceivedRows, id);
  if (!body || !rows) {
    return Fail({.code = "received.none",
                 .message = StrCat("没有收过“", id, "”"),
                 .hint = "请用 anjuan sheets 查看"});
  }
  ReceivedRows out;
  out.record = ToReceived(*body);
  const Result<Value> plain = office.vault().ResolveAll(reader, *rows);
  if (!plain) return Unexpected{plain.error()};
  if (const List* list = (*plain)["rows"].list()) {
    for (const Value& row : *list) out.rows.push_back(*row.context());
  }
  if (const Context* fixed = (*plain)["fixed"].context()) {
    for (const auto& [key, row] : fixed->entries()) {
      out.fixed[key] = *row.context();
    }
  }
  for (Context& row : out.rows) row.Erase(kPersons);
  for (auto& [key, row] : out.fixed) row.Erase(kPersons);
  return out;
}

void ScanReceived(port::Reader& reader,
                  const std::function<void(const ReceivedReturn&, const Value& content)>& visit) {
  for (const Value& body : ChainBodies(reader, kChain)) {
    const ReceivedReturn record = ToReceived(body);
    if (const auto content = LoadRegister(reader, kReceivedRows, record.id))
      visit(record, *content);
  }
}

std::set<std::string> PeopleOf(const Value& row) {
  std::set<std::string> out;
  if (const Context* groups = row[kPersons].context()) {
    for (const auto& [group, subject] : groups->entries()) {
      if (subject.string() != nullptr) out.insert(*subject.string());
    }
  }
  return out;
}

void EraseFromReceived(Office& office, port::Transaction& transaction, const std::string& id,
                       const ReceivedErasure& erasure, const ErasureCause& cause) {
  const Value header = (*LoadRegister(transaction, kChain.kind, id))["header"];
  List subjects;
  for (const std::string& subject : erasure.people) {
    subjects.emplace_back(vault::DigitsOf(subject));
  }
  Context told({{"return", Value(id)},
                {"content", header["content"]},
                {cause.what, Value(cause.id)},
                {"subjects", Value(std::move(subjects))},
                {"texts", Value(static_cast<std::int64_t>(erasure.texts.size()))}});
  for (const std::string& token : erasure.texts) office.vault().EraseText(transaction, token);
  if (!erasure.content.is_null()) {
    // Deleted and made anew, not replaced: stores clear what was deleted out of their logs.
    transaction.Delete(port::registers::kTable,
                       port::Row{port::Cell(std::string(kReceivedRows)), port::Cell(id)});
    SaveRegister(transaction, kReceivedRows, id, "", erasure.content);
    told.Set("now", Value(ToHex(Sha256(WriteCanonical(erasure.content)))));
  }
  if (erasure.decided) told.Set("decided", Value(true));
  RecordOfficeEvent(office, transaction, kErasedEvent, cause.by, cause.reason,
                    Value(std::move(told)));
}

namespace {

// What the office log says was erased of a return.
struct ToldErasure {
  std::string content;  // the hash the header has
  std::string now;      // and the one of what is left; "" where no plain cell went
  std::set<std::string> people;
};

std::map<std::string, ToldErasure> ToldErasures(port::Reader& reader) {
  std::map<std::string, ToldErasure> out;
  for (const OfficeEvent& event : OfficeEvents(reader)) {
    if (event.event != kErasedEvent) continue;
    ToldErasure& told = out[TextIn(event.data, "return")];
    told.content = TextIn(event.data, "content");
    if (const std::string now = TextIn(event.data, "now"); !now.empty()) told.now = now;
    if (const List* subjects = event.data["subjects"].list()) {
      for (const Value& digits : *subjects) told.people.insert(vault::TokenOf(*digits.string()));
    }
  }
  return out;
}

bool IsErased(port::Reader& reader, const std::string& subject) {
  const auto row = reader.Get(port::subjects::kTable, port::Row{port::Cell(subject)});
  return row && TextOf(*row, port::subjects::kWrappedKey).empty();
}

// Whoever of its people is gone is told of, and nobody else.
std::string VerifyPeople(port::Reader& reader, const Value& content, const ToldErasure* told) {
  std::set<std::string> gone;
  const auto look = [&](const Value& row) {
    for (const std::string& subject : PeopleOf(row)) {
      if (IsErased(reader, subject)) gone.insert(subject);
    }
  };
  if (const List* rows = content["rows"].list()) std::ranges::for_each(*rows, look);
  if (const Context* fixed = content["fixed"].context()) {
    for (const auto& [key, row] : fixed->entries()) look(row);
  }
  for (const std::string& subject : gone) {
    if (told == nullptr || !told->people.contains(subject)) {
      return "有人的内容被删去，而办公库记录中没有依法删除的记录";
    }
  }
  if (told == nullptr) return "";
  const bool there = std::ranges::any_of(
      told->people, [&](const std::string& subject) { return !IsErased(reader, subject); });
  return there ? "办公库记录说内容已依法删除，而内容仍在" : "";
}

}  // namespace

std::string VerifyReceived(port::Reader& reader, std::int64_t& erased) {
  const std::map<std::string, ToldErasure> erasures = ToldErasures(reader);
  return VerifyChain(reader, kChain, [&](const Value& body) -> std::string {
    const Value& header = body["header"];
    const auto found = erasures.find(TextIn(header, "id"));
    const ToldErasure* told = found == erasures.end() ? nullptr : &found->second;
    std::string wanted = TextIn(header, "content");
    if (told != nullptr) {
      ++erased;
      if (told->content != wanted) return "办公库记录所说的依法删除不是这一份";
      if (!told->now.empty()) wanted = told->now;
    }
    const std::optional<Value> rows = LoadRegister(reader, kReceivedRows, TextIn(header, "id"));
    if (!rows || ToHex(Sha256(WriteCanonical(*rows))) != wanted) return "内容与哈希不符";
    return VerifyPeople(reader, *rows, told);
  });
}

}  // namespace anjuan::runtime
