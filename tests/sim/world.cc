#include "tests/sim/world.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <sstream>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/runtime/audit.h"
#include "engine/runtime/numbers.h"
#include "engine/trail/leaf.h"
#include "plugins/sqlite/upkeep.h"

namespace anjuan::test {

namespace fs = std::filesystem;

using port::Cell;
using port::Row;
using runtime::Answer;

bool IsLong() {
  const char* const value = std::getenv("ANJUAN_LONG");
  return value != nullptr && std::string(value) == "1";
}

std::uint64_t SeedOf(std::uint64_t usual) {
  const char* const value = std::getenv("ANJUAN_SEED");
  return value == nullptr ? usual : std::strtoull(value, nullptr, 10);
}

int Rounds(int in_ci, int in_long) {
  const char* const value = std::getenv("ANJUAN_ROUNDS");
  if (value != nullptr) return std::atoi(value);
  return IsLong() ? in_long : in_ci;
}

Reply User::Act(runtime::Office& office) {
  const std::string request = StrCat(name_, "-", ++asked_);
  opens_ = cases_.empty() || random_() % 4 == 0;
  if (opens_) {
    open_ = {};
    open_.process = "permit";
    open_.data = Value(Context({{"employer", Value("E001")},
                                {"matter", Value(StrCat("事项", random_() % 100))},
                                {"applicant", Value("周明远")},
                                {"amount", Value(std::int64_t(random_() % 9000))}}));
    open_.who.account = kAdmin;
    open_.request_id = request;
    return Submit(office);
  }
  fire_ = {};
  fire_.case_id = cases_[random_() % cases_.size()];
  fire_.request_id = request;
  fire_.data = Value(Context());
  static constexpr std::array<std::pair<const char*, std::string_view>, 6> kEvents = {
      {{"submit", kAdmin},
       {"review", kClerk},
       {"announce", kClerk},
       {"approve", kHead},
       {"inspect", kClerk},
       {"aj.comment", kClerk}}};
  const auto& [event, account] = kEvents[random_() % kEvents.size()];
  fire_.event = event;
  fire_.who.account = account;
  if (fire_.event == "aj.comment") {
    fire_.data = Value(Context({{"text", Value(StrCat("备注", asked_))}}));
  }
  return Submit(office);
}

Reply User::Again(runtime::Office& office) {
  return Submit(office);
}

Reply User::Submit(runtime::Office& office) {
  runtime::CaseService service(office);
  const Answer answer = opens_ ? service.Open(open_) : service.Fire(fire_);
  Reply told;
  told.acknowledged = answer.ok();
  told.what = {.account = std::string(opens_ ? open_.who.account : fire_.who.account),
               .request = opens_ ? open_.request_id : fire_.request_id,
               .case_id = answer.case_id,
               .version = answer.version};
  if (answer.ok() && opens_ && answer.verdict == runtime::Verdict::kDone) {
    cases_.push_back(answer.case_id);
  }
  return told;
}

namespace {

std::string Missing(port::Reader& reader, const std::vector<Acknowledged>& acknowledged) {
  for (const Acknowledged& one : acknowledged) {
    const std::string area = TestOffice::AreaOf(one.case_id);
    const Row key = {Cell(area), Cell(one.account), Cell(one.request)};
    if (!reader.Get(port::requests::kTable, key)) {
      return StrCat("acknowledged and lost: request ", one.request, " of ", one.case_id);
    }
    const auto record = runtime::LoadCase(reader, area, one.case_id);
    if (!record || record->version < one.version) {
      return StrCat("acknowledged and lost: version ", one.version, " of ", one.case_id);
    }
  }
  return "";
}

// Of each request at most one row, of each case a dense history.
std::string Doubled(port::Reader& reader) {
  std::set<std::string> commands;
  std::map<std::string, std::int64_t> next;
  std::string wrong;
  reader.Scan(port::history::kTable, {}, [&](const Row& row) {
    const runtime::HistoryRecord record = runtime::ToHistory(row);
    std::int64_t& expected = next.try_emplace(record.case_id, 0).first->second;
    if (record.seq != expected++) wrong = StrCat("a gap in the history of ", record.case_id);
    if (record.type != "event" && record.type != "opened") return wrong.empty();
    const Result<trail::Leaf> leaf = trail::Decode(record.leaf);
    if (!leaf) {
      wrong = StrCat("a leaf of ", record.case_id, " cannot be read");
    } else if (!leaf->command_id.empty() &&
               !commands.insert(StrCat(leaf->actor, "/", leaf->command_id)).second) {
      wrong = StrCat("request ", leaf->command_id, " was carried out twice");
    }
    return wrong.empty();
  });
  return wrong;
}

}  // namespace

std::string Missing(port::Store& store, const std::vector<Acknowledged>& acknowledged) {
  std::string wrong;
  store.Read([&](port::Reader& reader) { wrong = Missing(reader, acknowledged); });
  return wrong;
}

std::string Examine(TestOffice& office, const std::vector<Acknowledged>& acknowledged) {
  std::string wrong;
  office.store().Read([&](port::Reader& reader) {
    wrong = Missing(reader, acknowledged);
    if (wrong.empty()) wrong = Doubled(reader);
    for (const runtime::Counter& counter : runtime::Counters(reader)) {
      if (wrong.empty() && !counter.gaps.empty()) {
        wrong = StrCat("number ", counter.gaps[0], " of ", counter.kind, " is missing");
      }
    }
  });
  if (!wrong.empty()) return wrong;
  return runtime::Verify(office.office(), [](std::int64_t, std::int64_t) {}).mistake;
}

std::string RootOf(port::Store& store) {
  std::string all;
  store.Read([&](port::Reader& reader) {
    for (const port::Table* table : port::AllTables()) {
      all += StrCat(table->name, "\n");
      reader.Scan(*table, {}, [&](const Row& row) {
        for (const Cell& cell : row) {
          if (const auto* number = std::get_if<std::int64_t>(&cell)) {
            all += StrCat(*number, "\x1f");
          } else if (const auto* text = std::get_if<std::string>(&cell)) {
            all += StrCat(text->size(), ":", *text, "\x1f");
          }
        }
        all = std::string(AsBytes(Sha256(all)));
        return true;
      });
    }
  });
  return ToHex(Sha256(all));
}

Template::Template(runtime::ClockKind clock)
    : office_(std::make_unique<TestOffice>(StoreKind::kSqlite, clock)) {
  const std::string copy = office_->store_path() + ".template";
  sqlite::MakeUpkeep(office_->store_path())->Backup(copy, {});
  std::ifstream in(copy, std::ios::binary);
  std::stringstream text;
  text << in.rdbuf();
  bytes_ = text.str();
}

std::string Template::CopyTo(const TemporaryFolder& folder) const {
  const std::string path = folder.File("office.db");
  std::ofstream(path, std::ios::binary) << bytes_;
  return path;
}

void WriteFiles(const std::map<std::string, std::string>& files, const TemporaryFolder& folder) {
  for (const auto& [path, bytes] : files) {
    std::ofstream(folder.File(fs::path(path).filename().string()), std::ios::binary) << bytes;
  }
}

}  // namespace anjuan::test
