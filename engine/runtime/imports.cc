#include "engine/runtime/imports.h"

#include <algorithm>
#include <map>

#include "engine/base/check.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/form/list.h"
#include "engine/form/table.h"
#include "engine/runtime/records.h"
#include "engine/runtime/sheet_rows.h"
#include "engine/value/json.h"

namespace anjuan::runtime {

namespace {

std::string TextIn(const Context& row, std::string_view key) {
  const Value* value = row.Find(key);
  return value == nullptr || value->string() == nullptr ? "" : *value->string();
}

std::string FileName(std::string_view path) {
  return std::string(path.substr(path.rfind('/') + 1));
}

// Takes checked rows into registers inside one transaction.
class RowTaker {
 public:
  RowTaker(Office& office, port::Transaction& transaction, ImportReport& report)
      : office_(office),
        transaction_(transaction),
        report_(report),
        registers_(office.registers()),
        now_(office.Now(transaction)) {}

  void KeepPersonal(const form::ListDescription& description) {
    for (const form::ListColumn& column : description.columns) {
      if (!column.personal.empty()) personal_.emplace_back(column.as, column.personal);
    }
  }

  void Enterprise(const Context& row) {
    Context body = row;
    const std::string id = TextIn(row, "id");
    SealPerson(body, StrCat("org:", id));
    const std::string code = TextIn(body, "credit_code");  // found by it as well
    Save("org", id, code, Value(std::move(body)));
  }

  void Account(const Context& row) {
    Context body = row;
    const std::string account = TextIn(row, "account");
    const std::string role = TextIn(row, "role");
    const std::string region = TextIn(row, "region");
    std::string org = TextIn(row, "org");
    if (org.empty()) org = OfficeOf(role, region);
    body.Set("org", Value(org));
    SealPerson(body, StrCat("account:", account));
    Save("account", StrCat(account, "|", role, "|", org, "|", region), account,
         Value(std::move(body)));
  }

  void Parameter(const Context& row) {
    Context body = row;
    const std::string unit = TextIn(row, "unit");
    const std::string text = TextIn(row, "value");
    // Tables write numbers and yes-or-no as text.
    if (unit == "bool" && !text.empty()) {
      body.Set("value", Value(text == "true" || text == "是"));
    } else if (const auto number = PlainNumber(text)) {
      body.Set("value", Value(*number));
    }
    for (const char* member : {"from", "value"}) {  // days are kept as text
      const Value* day = row.Find(member);
      if (day != nullptr && day->date() != nullptr) {
        body.Set(member, Value(ToString(*day->date())));
      }
    }
    const std::string id =
        StrCat(TextIn(body, "id"), "|", TextIn(body, "scope"), "|", TextIn(body, "from"));
    Save("parameter", id, "", Value(std::move(body)));
  }

  // `address`: of the row's date.
  void Day(const Context& row, const std::string& address, const Location& at) {
    const Date date = *row.Find("date")->date();
    calendar::Year& year = years_[date.year];
    const bool day_off = TextIn(row, "kind") == "day_off";
    constexpr int kSaturday = 6;
    if (!day_off && Weekday(date) < kSaturday) {
      mistakes_.push_back({.code = "calendar.weekday",
                           .message = StrCat(address, "：", ToString(date),
                                             "不是星期六或星期日，本来就上班，不能是调休上班"),
                           .at = at,
                           .hint = "请核对日期是否写错"});
    }
    (day_off ? year.days_off : year.makeup_workdays)[date] = TextIn(row, "name");
  }

  // A year is what the file says of it: what it said before and the file does not is told.
  void SaveYears(std::string_view file) {
    for (const auto& [number, year] : years_) {
      const auto before = registers_->calendar().years().find(number);
      if (before != registers_->calendar().years().end()) {
        TellDropped(number, before->second, year, file);
      }
      SaveYear(number, year);
    }
  }
  void SaveYear(int number, const calendar::Year& year) {
    const int changed = report_.changed;
    Save("holidays", std::to_string(number), "", calendar::WriteYear(year));
    if (report_.changed == changed) return;
    const auto before = registers_->calendar().years().find(number);
    changed_[number] =
        before == registers_->calendar().years().end() ? calendar::Year() : before->second;
  }
  // The years that are otherwise now, as they were.
  const std::map<int, calendar::Year>& changed_years() const { return changed_; }

  void Save(std::string_view kind, std::string_view id, std::string_view sort, const Value& body) {
    ++report_.rows;
    if (SaveRegister(transaction_, kind, id, sort, body)) ++report_.changed;
  }

  const Diagnostics& mistakes() const { return mistakes_; }
  const Diagnostics& dropped() const { return dropped_; }  // warnings

 private:
  static std::optional<Decimal> PlainNumber(const std::string& text) {
    if (text.find_first_of("eE") != std::string::npos) return std::nullopt;
    return Decimal::Parse(text);
  }

  void TellDropped(int number, const calendar::Year& before, const calendar::Year& after,
                   std::string_view file) {
    std::vector<std::string> dropped;
    const auto compare = [&](const auto& days) {
      for (const auto& [day, name] : days) {
        if (after.days_off.contains(day) || after.makeup_workdays.contains(day)) continue;
        dropped.push_back(ToString(day));
      }
    };
    compare(before.days_off);
    compare(before.makeup_workdays);
    if (dropped.empty()) return;
    constexpr size_t kMost = 5;
    const size_t count = dropped.size();
    if (count > kMost) dropped.resize(kMost);
    dropped_.push_back(
        {.severity = Severity::kWarning,
         .code = "calendar.replaced",
         .message = StrCat(number, "年的安排以本文件为准，原有的", count, "天不在其中，已取消：",
                           Join(dropped, "、"), count > kMost ? "等" : ""),
         .at = {.file = std::string(file), .line = 0, .column = 0},
         .hint = "如只想补充几天，请把全年的安排写在一个文件里再导入"});
  }

  // Moves personal columns into the vault and leaves the subject's token.
  void SealPerson(Context& body, const std::string& roster) {
    Context person({{"roster", Value(roster)}});
    for (const auto& [column, field] : personal_) {
      if (const Value* value = body.Find(column); value != nullptr && !value->is_null()) {
        person.Set(field, *value);
      }
      body.Erase(column);
    }
    if (person.size() == 1) return;
    const Result<std::string> subject = office_.vault().SealPerson(transaction_, person, now_);
    if (subject) {
      body.Set("contact", Value(*subject));
    } else {
      Append(mistakes_, subject.error());
    }
  }

  std::string OfficeOf(const std::string& role, const std::string& region) const {
    for (const std::string& kind : registers_->OfficeRoles()) {
      for (const std::string& holder : registers_->FindOfficeKind(kind)->holders) {
        if (holder == role) return StrCat(kind, "@", region);
      }
    }
    return region;
  }

  Office& office_;
  port::Transaction& transaction_;
  ImportReport& report_;
  std::shared_ptr<const Registers> registers_;
  Instant now_;
  std::vector<std::pair<std::string, std::string>> personal_;  // column -> what of a person
  std::map<int, calendar::Year> years_;
  std::map<int, calendar::Year> changed_;
  Diagnostics mistakes_;
  Diagnostics dropped_;
};

ImportMatch Told(const ListSource& source, const form::ListDescription& description,
                 const form::ListMatch& match) {
  ImportMatch told{.sheet = {}, .other_sheets = {}, .description = description, .match = match};
  if (source.workbook == nullptr) return told;
  const std::vector<port::SheetInfo>& sheets = source.workbook->sheets();
  for (size_t i = 0; i < sheets.size(); ++i) {
    if (i != source.sheet) told.other_sheets.push_back(sheets[i].name);
  }
  told.sheet = sheets[source.sheet].name;
  return told;
}

Result<form::ListDescription> DescriptionOf(Office& office, std::string_view kind) {
  std::optional<Value> stored;
  office.store().Read([&](port::Reader& reader) { stored = LoadRegister(reader, "list", kind); });
  if (!stored) {
    return Fail({.code = "import.kind",
                 .message = StrCat("there is no list \"", kind, "\""),
                 .hint = "lists are enterprises, accounts, parameters and calendar"});
  }
  return form::ReadListDescription(*(*stored)["text"].string(), StrCat("lists/", kind, ".json"));
}

}  // namespace

Result<ImportReport> ImportList(Office& office, std::string_view kind, std::string bytes,
                                std::string_view file, const ImportOptions& options) {
  const Result<form::ListDescription> description = DescriptionOf(office, kind);
  if (!description) return Unexpected{description.error()};
  CalendarChange change{.document = FileName(file), .sha256 = ToHex(Sha256(bytes)), .before = {}};
  const Result<ListSource> source =
      OpenList(*description, std::move(bytes), file, options.sheet_reader, options.sheet);
  if (!source) return Unexpected{source.error()};
  const form::ReferenceTable references = ReferencesOf(*office.registers());

  // What an earlier import left to do is counted by its own days.
  if (kind == "calendar" && !options.dry_run) FinishRecount(office, options.recount);
  ImportReport report;
  Diagnostics mistakes;
  std::shared_ptr<const Registers> tried;
  office.store().Transact([&](port::Transaction& transaction) {
    RowTaker taker(office, transaction, report);
    taker.KeepPersonal(*description);
    form::ListReading reading;
    size_t first_key = 0;  // where the column stands that rows are known by
    reading.matched = [&](const form::ListMatch& match) {
      for (const form::ListMatch::Column& column : match.columns) {
        const bool key = column.column && !description->unique.empty() &&
                         description->columns[*column.column].key == description->unique[0][0];
        if (key) first_key = column.position;
      }
      if (options.matched) options.matched(Told(*source, *description, match));
    };
    reading.take = [&](const form::ListRow& row) {
      if (kind == "enterprises") taker.Enterprise(row.data);
      if (kind == "accounts") taker.Account(row.data);
      if (kind == "parameters") taker.Parameter(row.data);
      if (kind == "calendar") {
        taker.Day(row.data, form::CellAddress(source->rows->sheet(), row.number, first_key),
                  {std::string(file), row.number, static_cast<int>(first_key) + 1});
      }
    };
    const Result<form::ListSummary> read =
        form::ReadList(*description, *source->rows, references, file, reading);
    mistakes = taker.mistakes();
    if (!read) {
      mistakes = read.error();
      Append(mistakes, taker.mistakes());
      return false;
    }
    taker.SaveYears(file);
    change.before = taker.changed_years();
    if (!change.before.empty()) {
      KeepCalendarChange(transaction, change);
      tried = Registers::Load(transaction);
    }
    report.rows = read->rows;
    report.warnings = read->warnings;
    Append(report.warnings, taker.dropped());
    return mistakes.empty() && !options.dry_run;
  });
  if (!mistakes.empty()) return Unexpected{std::move(mistakes)};
  if (options.dry_run) {
    if (tried) report.recount = TryRecount(office, std::move(tried), change, options.recount);
    return report;
  }
  office.ReloadRegisters();
  if (!change.before.empty()) report.recount = FinishRecount(office, options.recount);
  return report;
}

ImportReport ArrangeYears(Office& office, const std::map<int, calendar::Year>& years,
                          std::string_view document, const RecountWatch& watch) {
  FinishRecount(office, watch);
  ImportReport report;
  CalendarChange change{.document = std::string(document), .sha256 = "", .before = {}};
  office.store().Transact([&](port::Transaction& transaction) {
    RowTaker taker(office, transaction, report);
    Context body;
    for (const auto& [number, year] : years) {
      taker.SaveYear(number, year);
      body.Set(std::to_string(number), calendar::WriteYear(year));
    }
    change.sha256 = ToHex(Sha256(WriteCanonical(Value(std::move(body)))));
    change.before = taker.changed_years();
    if (!change.before.empty()) KeepCalendarChange(transaction, change);
    return true;
  });
  office.ReloadRegisters();
  report.recount = FinishRecount(office, watch);
  return report;
}

Result<std::vector<form::ListRow>> ReadRows(Office& office, std::string_view kind,
                                            const std::vector<std::string>& columns,
                                            std::string bytes, std::string_view file,
                                            const ImportOptions& options) {
  Result<form::ListDescription> description = DescriptionOf(office, kind);
  if (!description) return Unexpected{description.error()};
  const auto wanted = [&](const std::string& key) {
    return std::ranges::find(columns, key) != columns.end();
  };
  std::erase_if(description->columns,
                [&](const form::ListColumn& column) { return !wanted(column.key); });
  std::erase_if(description->unique, [&](const std::vector<std::string>& keys) {
    return !std::ranges::all_of(keys, wanted);
  });
  description->same.clear();
  const Result<ListSource> source =
      OpenList(*description, std::move(bytes), file, options.sheet_reader, options.sheet);
  if (!source) return Unexpected{source.error()};
  std::vector<form::ListRow> rows;
  form::ListReading reading;
  reading.matched = [&](const form::ListMatch& match) {
    if (options.matched) options.matched(Told(*source, *description, match));
  };
  reading.take = [&](form::ListRow row) { rows.push_back(std::move(row)); };
  const Result<form::ListSummary> read =
      form::ReadList(*description, *source->rows, ReferencesOf(*office.registers()), file, reading);
  if (!read) return Unexpected{read.error()};
  return rows;
}

namespace {

// A shipped CSV: the first column is the id, headings are the fields' names.
Diagnostics TakeTable(RowTaker& taker, std::string_view kind, const std::string& text,
                      std::string_view file) {
  Result<std::unique_ptr<form::RowSource>> rows = form::OpenCsv(text, file);
  if (!rows) return rows.error();
  form::TableRow head;
  form::TableRow row;
  if (!(*rows)->Next(head)) return (*rows)->mistakes();
  while ((*rows)->Next(row)) {
    Context body;
    for (size_t i = 0; i < head.cells.size() && i < row.cells.size(); ++i) {
      body.Set(head.cells[i], Value(row.cells[i]));
    }
    taker.Save(kind, row.cells[0], "", Value(std::move(body)));
  }
  return (*rows)->mistakes();
}

// Two regions with one short name would issue the same official numbers.
Diagnostics TakeShortNames(RowTaker& taker, const Value& names, std::string_view path) {
  Diagnostics mistakes;
  const Context* entries = names.context();
  if (entries == nullptr) return mistakes;
  std::map<std::string, std::string> region_of;
  for (const auto& [code, name] : entries->entries()) {
    const std::string text = name.string() == nullptr ? "" : *name.string();
    const auto [held, fresh] = region_of.emplace(text, code);
    if (text.empty() || !fresh) {
      mistakes.push_back({.code = "office.short_name",
                          .message = text.empty() ? StrCat("地区“", code, "”没有填写简称")
                                                  : StrCat("地区“", code, "”与“", held->second,
                                                           "”的简称都是“", text, "”，文号会重复"),
                          .at = {std::string(path), 1, 1}});
    }
    taker.Save("region_short_name", code, "", Value(Context({{"short_name", name}})));
  }
  return mistakes;
}

// What a telephone opens when it reads the code on a paper.
std::optional<Diagnostic> CheckVerifyUrl(const Value& office, std::string_view path) {
  const Value& url = office["verify_url"];
  if (url.is_null()) return std::nullopt;
  const std::string text = url.string() == nullptr ? "" : *url.string();
  const bool plain =
      std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 127; });
  const bool web = text.starts_with("https://") || text.starts_with("http://");
  if (plain && web && text.size() <= 200) return std::nullopt;
  const std::string* role = office["role"].string();
  return Diagnostic{.code = "office.verify_url",
                    .message = StrCat("“", role == nullptr ? "" : *role,
                                      "”的核验网址（verify_url）应以 https:// 开头，只含英文字符，"
                                      "不超过200个字符；没有核验网站的不写这一项"),
                    .at = {std::string(path), 1, 1}};
}

bool IsTexts(const Value& value) {
  const auto text = [](const Value& one) { return one.string() != nullptr; };
  const List* list = value.list();
  return list != nullptr && std::all_of(list->begin(), list->end(), text);
}

// What every look-up of a competent office relies on.
bool IsOffice(const Value& office) {
  const std::string* role = office["role"].string();
  const Context* names = office["names"].context();
  const bool named = names != nullptr && !names->entries().empty() &&
                     std::all_of(names->entries().begin(), names->entries().end(),
                                 [](const auto& one) { return one.second.string() != nullptr; });
  return role != nullptr && !role->empty() && named && IsTexts(office["holders"]) &&
         office["short_name"].string() != nullptr;
}

Diagnostics TakeOffices(RowTaker& taker, const Value& offices, std::string_view path) {
  Diagnostics mistakes;
  if (offices.list() == nullptr) return mistakes;
  int number = 0;
  for (const Value& office : *offices.list()) {
    ++number;
    if (!IsOffice(office)) {
      mistakes.push_back({.code = "office.format",
                          .message = StrCat("offices 的第", number,
                                            "项不完整：应有 role、holders（文字的列表）、short_name"
                                            "、names（各级的名称）"),
                          .at = {std::string(path), 1, 1}});
      continue;
    }
    if (auto mistake = CheckVerifyUrl(office, path)) mistakes.push_back(std::move(*mistake));
    taker.Save("office", *office["role"].string(), "", office);
  }
  return mistakes;
}

Diagnostics TakeJson(RowTaker& taker, const std::string& path, const std::string& text) {
  if (path.starts_with("sheets/") || path.starts_with("lists/")) {
    const std::string kind = path.substr(0, path.find('/') - 1);  // sheet, list
    const size_t start = path.find('/') + 1;
    taker.Save(kind, path.substr(start, path.size() - start - 5), "",
               Value(Context({{"text", Value(text)}})));
    return {};
  }
  if (path == "holidays.json") {
    const Result<calendar::Calendar> calendar = calendar::ReadCalendar(text, path);
    if (!calendar) return calendar.error();
    for (const auto& [number, year] : calendar->years()) taker.SaveYear(number, year);
    return {};
  }
  const Result<Value> read = ReadJson(text, path);
  if (!read) return read.error();
  if (const List* parameters = (*read)["parameters"].list()) {
    for (const Value& parameter : *parameters) taker.Parameter(*parameter.context());
  }
  Diagnostics mistakes = TakeOffices(taker, (*read)["offices"], path);
  Append(mistakes, TakeShortNames(taker, (*read)["region_short_names"], path));
  return mistakes;
}

}  // namespace

Result<ImportReport> ImportShared(Office& office, const Files& files, bool dry_run) {
  ImportReport report;
  Diagnostics mistakes;
  office.store().Transact([&](port::Transaction& transaction) {
    RowTaker taker(office, transaction, report);
    for (const auto& [path, text] : files) {
      if (path == "regions.csv") {
        Append(mistakes, TakeTable(taker, "region", text, path));
      } else if (path == "roles.csv") {
        Append(mistakes, TakeTable(taker, "role", text, path));
      } else if (path.ends_with(".json")) {
        Append(mistakes, TakeJson(taker, path, text));
      }
    }
    return mistakes.empty() && !dry_run;
  });
  if (!mistakes.empty()) return Unexpected{std::move(mistakes)};
  office.ReloadRegisters();
  return report;
}

}  // namespace anjuan::runtime
