// retention: cases whose term of keeping has run out, listed for destruction (档案销毁清册), and,
// once approved, disposed of.

#include <algorithm>
#include <fstream>
#include <iterator>
#include <ostream>

#include "engine/app/commands.h"
#include "engine/app/library_page.h"
#include "engine/app/progress.h"
#include "engine/app/returns.h"
#include "engine/app/sealing.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/disposal.h"
#include "engine/runtime/office_log.h"
#include "engine/runtime/people.h"
#include "engine/runtime/records.h"
#include "engine/runtime/returns.h"
#include "engine/value/json.h"

namespace anjuan::app {

namespace {

using runtime::DueCase;

struct Due {
  std::vector<DueCase> go;
  std::vector<DueCase> stay;  // held
  Date today;
  int year = 0;
};

std::string Compact(const Date& date) {
  std::string out = ToString(date);
  std::erase(out, '-');
  return out;
}

int Refuse(const Streams& streams, const std::string& what, int exit = kExitCannot) {
  streams.err << "error: " << what << "\n";
  return exit;
}

Due Find(OpenOffice& open, const Options& options) {
  Due out;
  open.office().store().Read([&](port::Reader& reader) {
    out.today = BeijingDate(open.office().Now(reader));
    out.year = options.year == 0 ? out.today.year - 1 : options.year;
    for (DueCase& due : runtime::DueCases(open.office(), reader, out.year)) {
      (due.held ? out.stay : out.go).push_back(std::move(due));
    }
  });
  return out;
}

void Tell(const Due& due, const Options& options, const Streams& streams) {
  const auto line = [&](const DueCase& each) {
    if (options.json) {
      streams.out << WriteJson(Value(Context({{"case", Value(each.record.id)},
                                              {"title", Value(each.title)},
                                              {"closed", Value(ToString(each.closed))},
                                              {"years", Value(each.years)},
                                              {"until", Value(ToString(each.until))},
                                              {"papers", Value(each.papers)},
                                              {"held", Value(each.held)}})))
                  << "\n";
      return;
    }
    streams.out << each.record.id << "\t" << each.title << "\t办结 " << ToString(each.closed)
                << "\t保管 " << each.years << " 年，" << ToString(each.until) << " 届满\t文书 "
                << each.papers << " 件" << (each.held ? "\t留存，不销毁" : "") << "\n";
  };
  for (const DueCase& each : due.go) line(each);
  for (const DueCase& each : due.stay) line(each);
  if (options.json) return;
  streams.out << "至 " << due.year << " 年底届满 " << due.go.size() << " 卷，另有留存 "
              << due.stay.size() << " 卷\n";
}

Value ListOf(OpenOffice& open, const Due& due, const Options& options) {
  List cases;
  std::int64_t papers = 0;
  for (const DueCase& each : due.go) {
    papers += each.papers;
    cases.emplace_back(Context({{"n", Value(static_cast<std::int64_t>(cases.size()) + 1)},
                                {"number", Value(each.record.id)},
                                {"title", Value(each.title)},
                                {"from", Value(Compact(BeijingDate(each.record.opened_at)))},
                                {"to", Value(Compact(each.closed))},
                                {"years", Value(each.years)},
                                {"until", Value(each.until)},
                                {"papers", Value(each.papers)},
                                {"remark", Value()}}));
  }
  const auto given = [](const std::string& text) { return text.empty() ? Value() : Value(text); };
  return Value(Context({{"unit", Value(options.unit.empty() ? UnitOf(open, "") : options.unit)},
                        {"year", Value(due.year)},
                        {"made_on", Value(due.today)},
                        {"case_count", Value(static_cast<std::int64_t>(due.go.size()))},
                        {"paper_count", Value(papers)},
                        {"reason", given(options.reason)},
                        {"made_by", given(options.as)},
                        {"approved_by", given(options.approved_by)},
                        {"cases", Value(std::move(cases))}}));
}

// The list as it is printed and kept; nullopt: a mistake, told.
std::optional<std::string> PrintList(OpenOffice& open, const Due& due, const Options& options,
                                     const Streams& streams) {
  const auto library = LibraryOf(options, streams);
  if (!library) return std::nullopt;
  const auto page = ReadLibraryPage(*library, "volume-destruction/template.xml",
                                    {{"list", ListOf(open, due, options)}});
  const Result<std::string> bytes =
      page ? ToPdf(*page, open.office()) : Result<std::string>(Unexpected{page.error()});
  if (!bytes) {
    PrintMistakes(bytes.error(), streams);
    return std::nullopt;
  }
  std::ofstream file(options.output, std::ios::binary | std::ios::trunc);
  file << *bytes;
  file.close();
  if (!file) {
    Refuse(streams, StrCat("写不成 ", options.output));
    return std::nullopt;
  }
  streams.out << options.output << "\t销毁清册，" << due.go.size() << " 卷\n";
  return *bytes;
}

// "" or why nothing may be destroyed.
std::string Objection(OpenOffice& open, const Due& due, const Options& options) {
  if (due.year >= due.today.year) return StrCat(due.year, " 年还没有过完，到期后才能销毁");
  if (options.output.empty()) return "请用 -o 写明销毁清册的文件，清册永久保存";
  if (options.reason.empty()) return "请用 --reason 写明鉴定意见";
  if (options.as.empty() || options.approved_by.empty()) {
    return "请用 --as 写明经办人账号，--approved-by 写明审批人账号";
  }
  if (options.as == options.approved_by) return "经办人和审批人不能是同一人";
  std::string out;
  open.office().store().Read([&](port::Reader& reader) {
    for (const std::string& account : {options.as, options.approved_by}) {
      if (runtime::ActorsOf(reader, account).empty()) out = StrCat("没有账号“", account, "”");
    }
  });
  return out;
}

// First the approval is on record, with the list, then the cases go one by one.
bool Destroy(OpenOffice& open, const Due& due, const std::string& list, const Options& options,
             const Streams& streams) {
  runtime::Office& office = open.office();
  const std::string sha256 = ToHex(Sha256(list));
  office.store().Transact([&](port::Transaction& transaction) {
    transaction.Insert(port::blobs::kTable, {port::Cell(sha256), port::Cell(list)});
    runtime::RecordOfficeEvent(
        office, transaction, "disposal", options.as, options.reason,
        Value(Context({{"list", Value(sha256)},
                       {"cases", Value(static_cast<std::int64_t>(due.go.size()))},
                       {"year", Value(due.year)},
                       {"approved_by", Value(options.approved_by)}})));
    return true;
  });
  Progress progress(streams, "销毁");
  std::int64_t done = 0;
  for (const DueCase& each : due.go) {
    runtime::FireCommand erase;
    erase.case_id = each.record.id;
    erase.event = "aj.erase";
    erase.data = Value(Context({{"whole", Value(true)},
                                {"reason", Value(options.reason)},
                                {"list", Value(sha256)},
                                {"approved_by", Value(options.approved_by)},
                                {"by", Value(options.as)}}));
    erase.request_id = StrCat("disposal:", each.record.id);
    const runtime::Answer answer = runtime::CaseService(office).Fire(erase);
    if (!answer.ok()) {
      PrintMistakes(answer.mistakes, streams);
      return false;
    }
    progress.Update(++done, static_cast<std::int64_t>(due.go.size()));
  }
  return true;
}

// With the returns that spell them out. Errors: nobody went.
Result<runtime::ErasedPeople> EraseWhomNobodyNeeds(runtime::Office& office,
                                                   const Options& options) {
  Result<runtime::ErasedPeople> erased = Fail("", "");
  office.store().Transact([&](port::Transaction& transaction) {
    erased =
        runtime::ErasePeople(office, transaction, runtime::PeopleNobodyNeeds(office, transaction),
                             options.as, options.reason, DecisionsOf(options));
    return erased.has_value();
  });
  return erased;
}

// Returns whose content was erased up to now.
std::set<std::string> ErasedReturns(runtime::Office& office) {
  std::set<std::string> out;
  office.store().Read([&](port::Reader& reader) {
    for (const runtime::FrozenReturn& record : runtime::ListReturns(reader)) {
      if (record.erased) out.insert(record.id);
    }
  });
  return out;
}

}  // namespace

int Retention(const Options& options, const Streams& streams) {
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  const Due due = Find(*open, options);
  if (options.apply) {
    const std::string objection = Objection(*open, due, options);
    if (!objection.empty()) return Refuse(streams, objection, kExitFindings);
  }
  Tell(due, options, streams);
  std::string list;
  if (!options.output.empty() && !due.go.empty()) {
    const auto printed = PrintList(*open, due, options, streams);
    if (!printed) return kExitCannot;
    list = *printed;
  }
  if (!options.apply) return kExitDone;
  const std::set<std::string> before = ErasedReturns(open->office());
  // People of cases a killed run disposed of are still to go, so this is not the end of nothing
  // due.
  if (!due.go.empty() && !Destroy(*open, due, list, options, streams)) return kExitFindings;
  std::vector<runtime::CaseRecord> cases;
  for (const DueCase& each : due.go) cases.push_back(each.record);
  const int prints = RemovePrints(*open, cases);
  const auto people = EraseWhomNobodyNeeds(open->office(), options);
  if (!people) {
    PrintMistakes(people.error(), streams);
    streams.err << "已销毁 " << due.go.size()
                << " 卷，人员还没有删除：照上面所说的办后，再运行一次同样的命令\n";
    SealIfDue(*open, streams, true);
    return kExitFindings;
  }
  std::vector<std::string> returns;
  std::ranges::set_difference(ErasedReturns(open->office()), before, std::back_inserter(returns));
  streams.out << "已销毁 " << due.go.size() << " 卷，人员 " << people->people << " 名，清除打印件 "
              << prints << " 份，定稿报表 " << returns.size() << " 份；历史和证明仍在\n";
  PrintErasedReturns({.frozen = returns, .received = people->returns.received}, streams);
  SealIfDue(*open, streams, true);
  streams.out << "此前的备份仍保留当时的内容，请按备份管理规定处理\n";
  return kExitDone;
}

}  // namespace anjuan::app
