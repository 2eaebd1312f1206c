// person, reveal, erase: personal data found, shown with a reason, and erased.

#include <algorithm>
#include <ostream>
#include <utility>

#include "engine/app/case_text.h"
#include "engine/app/commands.h"
#include "engine/app/progress.h"
#include "engine/app/returns.h"
#include "engine/app/sealing.h"
#include "engine/base/chinese.h"
#include "engine/base/text.h"
#include "engine/feel/text.h"
#include "engine/runtime/privacy.h"
#include "engine/runtime/received.h"
#include "engine/value/json.h"
#include "engine/vault/token.h"

namespace anjuan::app {

using runtime::CaseRecord;

namespace {

// Enough to tell whom one has before oneself, not enough to use.
std::string MaskedEntry(const std::string& field, const std::string& text) {
  if (field == "id_number") return MaskId(text);
  if (field == "phone") return MaskPhone(text);
  Utf8Cursor cursor(text);
  std::string out;
  if (!cursor.done()) AppendUtf8(out, cursor.Next());
  return out + "*";
}

std::string SubjectNamed(const Options& options) {
  return vault::TokenOf(vault::DigitsOf(options.names[0]));
}

std::vector<std::string> FindSubjects(const Options& options, OpenOffice& open,
                                      port::Reader& reader) {
  const vault::Vault& vault = open.office().vault();
  if (!options.names.empty()) {
    const std::string subject = SubjectNamed(options);
    const bool known = vault.SubjectOf(reader, subject) == subject;
    return known ? std::vector<std::string>{subject} : std::vector<std::string>();
  }
  if (!options.id_number.empty()) return vault.Find(reader, "id_number", options.id_number);
  if (!options.phone.empty()) return vault.Find(reader, "phone", options.phone);
  return vault.Find(reader, "name", options.person_name);
}

std::vector<CaseRecord> CasesOf(const std::string& subject, port::Reader& reader,
                                const Streams& streams) {
  Progress progress(streams, "查找");
  return runtime::CasesNaming(reader, subject, [&](std::int64_t done, std::int64_t total) {
    progress.Update(done, total);
  });
}

// Returns taken in with a row of this person.
std::vector<std::string> ReceivedNaming(port::Reader& reader, const std::string& subject) {
  std::vector<std::string> out;
  runtime::ScanReceived(reader, [&](const runtime::ReceivedReturn& record, const Value& content) {
    if (vault::TokensIn(content).contains(subject)) out.push_back(record.id);
  });
  return out;
}

void PrintSubject(const std::string& subject, const Options& options, OpenOffice& open,
                  port::Reader& reader, const Streams& streams) {
  const vault::RevealedPerson person = open.office().vault().ResolvePerson(reader, subject);
  Context entries;
  for (const auto& [field, value] : person.fields) {
    const std::string* text = value.Expose().string();
    if (text != nullptr) entries.Set(field, Value(MaskedEntry(field, *text)));
  }
  const bool erased = person.state == vault::Revealed::State::kErased;
  const std::vector<CaseRecord> cases = CasesOf(subject, reader, streams);
  const std::vector<std::string> registers = runtime::RegistersNaming(reader, subject);
  const std::vector<std::string> returns = ReceivedNaming(reader, subject);
  if (options.json) {
    List ids;
    for (const CaseRecord& record : cases) ids.emplace_back(record.id);
    List entries_of;
    for (const std::string& entry : registers) entries_of.emplace_back(entry);
    List named_in;
    for (const std::string& id : returns) named_in.emplace_back(id);
    streams.out << WriteJson(Value(Context({{"subject", Value(vault::DigitsOf(subject))},
                                            {"erased", Value(erased)},
                                            {"person", Value(entries)},
                                            {"cases", Value(std::move(ids))},
                                            {"registers", Value(std::move(entries_of))},
                                            {"returns", Value(std::move(named_in))}})))
                << "\n";
    return;
  }
  streams.out << vault::DigitsOf(subject) << (erased ? "\t已依法删除" : "") << "\n";
  for (const auto& [field, value] : entries.entries()) {
    streams.out << "  " << field << "\t" << *value.string() << "\n";
  }
  const auto known = open.office().registers();
  for (const CaseRecord& record : cases) {
    const auto until = runtime::KeptUntil(reader, *known, record);
    streams.out << "  案卷  " << record.id << (record.ended ? "\t已办结" : "\t在办") << "，保管至 "
                << (until ? ToString(*until) : "永久") << "\n";
  }
  for (const std::string& entry : registers) streams.out << "  登记  " << entry << "\n";
  for (const std::string& id : returns) streams.out << "  回报表  " << id << "\n";
}

}  // namespace

int Person(const Options& options, const Streams& streams) {
  const bool asked = !options.names.empty() || !options.id_number.empty() ||
                     !options.phone.empty() || !options.person_name.empty();
  if (!asked) {
    streams.err << "error: whom? give a token, --id-number, --phone or --name\n";
    return kExitCannot;
  }
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  int exit = kExitDone;
  open->office().store().Read([&](port::Reader& reader) {
    const std::vector<std::string> subjects = FindSubjects(options, *open, reader);
    if (subjects.empty()) {
      streams.err << "error: 查无此人；姓名须写全，证件号码须完整\n";
      exit = kExitFindings;
    }
    for (const std::string& subject : subjects) {
      PrintSubject(subject, options, *open, reader, streams);
    }
  });
  return exit;
}

namespace {

void PrintFields(const std::string& id, const std::vector<Value>& fields, OpenOffice& open,
                 const Streams& streams) {
  open.office().store().Read([&](port::Reader& reader) {
    const auto loaded = runtime::LoadWithState(open.office(), reader, AreaOf(open, id), id);
    if (!loaded) return;
    const chart::Chart& chart = *loaded->definition->chart;
    for (const Value& name : fields) {
      const auto slot = static_cast<size_t>(chart.FindData(*name.string()));
      const chart::DataField& field = chart.data[slot];
      const Result<Value> shown =
          open.office().vault().ResolveAll(reader, loaded->state.data[slot]);
      if (!shown) {
        PrintMistakes(shown.error(), streams);
        continue;
      }
      streams.out << (field.label.empty() ? field.id : field.label) << "（" << field.id << "）\t"
                  << (shown->is_null() ? "（空）" : Join(ShownLines(field, *shown), "\n\t"))
                  << "\n";
    }
  });
}

}  // namespace

int Reveal(const Options& options, const Streams& streams) {
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  const std::string& id = options.names[0];
  const List fields(options.names.begin() + 1, options.names.end());
  // What cannot be written down is not shown: first the row, then the values.
  const runtime::Answer answer =
      runtime::CaseService(open->office())
          .Fire({.case_id = id,
                 .event = "aj.reveal",
                 .data =
                     Value(Context({{"fields", Value(fields)}, {"reason", Value(options.reason)}})),
                 .who = WhoOf(options),
                 .request_id = "",
                 .eff_date = std::nullopt});
  if (!answer.ok()) {
    PrintMistakes(answer.mistakes, streams);
    return kExitFindings;
  }
  PrintFields(id, fields, *open, streams);
  return kExitDone;
}

namespace {

// All that stands in the way, of every case and register that names the person.
Diagnostics Obstacles(OpenOffice& open, port::Reader& reader, const std::string& subject,
                      const std::vector<CaseRecord>& cases) {
  Diagnostics out;
  const auto registers = open.office().registers();
  const Date today = BeijingDate(open.office().Now(reader));
  for (const CaseRecord& record : cases) {
    Append(out, runtime::ObstaclesToErasing(reader, *registers, record, today));
  }
  for (const std::string& entry : runtime::RegistersNaming(reader, subject)) {
    out.push_back({.code = "erase.register",
                   .message = StrCat("登记“", entry, "”仍写有此人"),
                   .hint = "先在名册中换人，重新导入"});
  }
  return out;
}

bool EraseInCases(OpenOffice& open, const Options& options, const std::vector<CaseRecord>& cases,
                  const Streams& streams) {
  const std::string subject = SubjectNamed(options);
  Progress progress(streams, "删除");
  std::int64_t done = 0;
  for (const CaseRecord& record : cases) {
    const runtime::Answer answer =
        runtime::CaseService(open.office())
            .Fire({.case_id = record.id,
                   .event = "aj.erase",
                   .data = Value(Context({{"subject", Value(vault::DigitsOf(subject))},
                                          {"reason", Value(options.reason)}})),
                   .who = {},
                   // The same person again: an interrupted erasure goes on where it stopped.
                   .request_id = StrCat("erase:", vault::DigitsOf(subject), ":", record.id),
                   .eff_date = std::nullopt});
    if (!answer.ok()) {
      PrintMistakes(answer.mistakes, streams);
      return false;
    }
    progress.Update(++done, static_cast<std::int64_t>(cases.size()));
  }
  return true;
}

}  // namespace

int RemovePrints(OpenOffice& open, const std::vector<CaseRecord>& cases) {
  int removed = 0;
  open.office().store().Read([&](port::Reader& reader) {
    for (const CaseRecord& record : cases) {
      for (const auto& paper : runtime::LoadDocuments(reader, record.area, record.id)) {
        if (paper.wrapped_key.empty() && std::filesystem::remove(PrintOf(open.folder(), paper))) {
          ++removed;
        }
      }
    }
  });
  return removed;
}

runtime::Decisions DecisionsOf(const Options& options) {
  return {.meant = {options.meant.begin(), options.meant.end()},
          .not_meant = {options.not_meant.begin(), options.not_meant.end()}};
}

namespace {

void TellWhatGoes(const std::vector<CaseRecord>& cases, const runtime::NamingReturns& naming,
                  const runtime::Decisions& decisions, const Streams& streams) {
  streams.out << "可以删除：涉及案卷 " << cases.size() << " 件，定稿报表 " << naming.frozen.size()
              << " 份，回报表 " << naming.received.size() << " 份\n";
  for (const auto& record : naming.frozen) streams.out << "  定稿报表 " << record.id << "\n";
  for (const auto& record : naming.received) streams.out << "  回报表 " << record.id << "\n";
  for (const auto& record : naming.unclear) {
    streams.out << "  " << record.id << "\t"
                << (decisions.meant.contains(record.id) ? "认定写有此人，一并删除"
                                                        : "认定是同名的另一人，保留")
                << "\n";
  }
}

}  // namespace

int Erase(const Options& options, const Streams& streams) {
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  const std::string subject = SubjectNamed(options);
  const runtime::Decisions decisions = DecisionsOf(options);
  std::vector<CaseRecord> cases;
  Diagnostics obstacles;
  runtime::NamingReturns naming;
  bool known = false;
  open->office().store().Read([&](port::Reader& reader) {
    known = open->office().vault().SubjectOf(reader, subject) == subject;
    if (!known) return;
    cases = CasesOf(subject, reader, streams);
    obstacles = Obstacles(*open, reader, subject, cases);
    const auto returns = runtime::ReturnsNaming(open->office(), reader, {subject});
    if (returns) {
      naming = *returns;
      Append(obstacles, runtime::Undecided(reader, naming, decisions));
    } else {
      Append(obstacles, returns.error());
    }
  });
  if (!known) {
    streams.err << "error: 没有这个人员代号“" << options.names[0] << "”；请用 anjuan person 查找\n";
    return kExitCannot;
  }
  if (!obstacles.empty()) {
    PrintMistakes(obstacles, streams);
    return kExitFindings;
  }
  if (options.dry_run) {
    TellWhatGoes(cases, naming, decisions, streams);
    return kExitDone;
  }
  if (!EraseInCases(*open, options, cases, streams)) return kExitFindings;
  Result<runtime::ErasedPeople> erased = Fail("", "");
  open->office().store().Transact([&](port::Transaction& transaction) {
    // A case may have been put under hold meanwhile: its row is there, the rest waits.
    const Diagnostics since = Obstacles(*open, transaction, subject, cases);
    erased = since.empty() ? runtime::ErasePeople(open->office(), transaction, {subject},
                                                  options.as, options.reason, decisions)
                           : Unexpected{since};
    return erased.has_value();
  });
  if (!erased) {
    PrintMistakes(erased.error(), streams);
    return kExitFindings;
  }
  const int prints = RemovePrints(*open, cases);
  SealIfDue(*open, streams, true);
  streams.out << "已删除 " << vault::DigitsOf(subject) << "：涉及案卷 " << cases.size()
              << " 件，清除打印件 " << prints << " 份，定稿报表 " << erased->returns.frozen.size()
              << " 份，回报表 " << erased->returns.received.size() << " 份\n";
  PrintErasedReturns(erased->returns, streams);
  streams.out << "此前的备份仍保留当时的内容，请按备份管理规定处理\n";
  return kExitDone;
}

}  // namespace anjuan::app
