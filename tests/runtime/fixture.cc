#include "tests/runtime/fixture.h"

#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/base/check.h"
#include "engine/base/text.h"
#include "engine/feel/feel.h"
#include "engine/runtime/imports.h"
#include "plugins/pdf/pdf.h"
#include "plugins/png/png.h"
#include "plugins/sqlite/sqlite_store.h"
#include "tests/support/memory_store.h"

namespace anjuan::test {

namespace fs = std::filesystem;

using runtime::Answer;

namespace {

// Opened once: fonts are large and do not change.
struct Printing {
  std::shared_ptr<const pdf::Fonts> fonts;
  std::unique_ptr<port::PageWriter> pages;
  std::unique_ptr<port::ImageReader> images;
};

const Printing& SharedPrinting() {
  static const Printing* printing = [] {
    Result<std::shared_ptr<const pdf::Fonts>> fonts = pdf::OpenFonts();
    ANJUAN_CHECK(fonts.has_value());
    return new Printing{*fonts, pdf::MakePageWriter(*fonts), png::MakePngReader()};
  }();
  return *printing;
}

runtime::Files ReadFolder(const fs::path& folder, const std::string& prefix) {
  runtime::Files out;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (!entry.is_regular_file()) continue;
    std::ifstream in(entry.path(), std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    out[prefix + fs::relative(entry.path(), folder).generic_string()] = text.str();
  }
  return out;
}

fs::path Source() {
  return ANJUAN_SOURCE_DIR;
}

Value Organisation(std::string_view id, std::string_view name, std::string_view region) {
  return Value(Context({{"id", Value(id)},
                        {"name", Value(name)},
                        {"region", Value(region)},
                        {"type", Value("private")}}));
}

}  // namespace

std::string SeededIds::RandomBytes(size_t count) {
  const std::lock_guard lock(mutex_);
  std::string out(count, '\0');
  for (char& byte : out) byte = static_cast<char>(engine_() & 0xFFU);
  return out;
}

TestOffice::TestOffice(StoreKind kind, runtime::ClockKind clock) : kind_(kind) {
  clock_.now = Moment("2023-03-01 09:00");
  store_ = kind == StoreKind::kMemory ? MakeMemoryStore() : sqlite::OpenSqliteStore(store_path());
  keys_ = vault::MakeKeys([this](size_t count) { return ids_.RandomBytes(count); });
  runtime::Office::Create(*store_, keys_, "anjuan.test/1", "430600", clock, clock_.now);
  Reopen();
  Populate();
}

TestOffice::TestOffice(std::string store_path, const vault::OfficeKeys& keys, std::uint64_t seed)
    : store_path_(std::move(store_path)), kind_(StoreKind::kSqlite), keys_(keys) {
  clock_.now = Moment("2023-03-01 09:00");
  ids_.Seed(seed);
  Reopen();
}

TestOffice::~TestOffice() = default;

runtime::Plugins TestOffice::MakePlugins() {
  const Printing& printing = SharedPrinting();
  return {.store = *store_,
          .pages = *printing.pages,
          .fonts = pdf::Source(*printing.fonts),
          .images = *printing.images,
          .clock = clock_,
          .ids = ids_};
}

std::unique_ptr<runtime::Office> TestOffice::Another() {
  Result<std::unique_ptr<runtime::Office>> opened = runtime::Office::Open(MakePlugins(), keys_);
  ANJUAN_CHECK(opened.has_value());
  return std::move(*opened);
}

void TestOffice::Reopen() {
  outbox_.reset();
  office_.reset();
  if (kind_ == StoreKind::kSqlite) {
    store_.reset();
    store_ = sqlite::OpenSqliteStore(store_path());
  }
  office_ = Another();
  outbox_ = std::make_unique<runtime::Outbox>(
      *office_, [this](const runtime::DocumentRecord& record, const std::string&) {
        ++printed_[StrCat(record.case_id, "/", record.code, "-", record.seq, "-", record.position)];
      });
}

void TestOffice::Populate() {
  const Result<runtime::ImportReport> shared =
      runtime::ImportShared(*office_, ReadFolder(Source() / "workflows" / "shared", ""));
  ANJUAN_CHECK(shared.has_value());
  const fs::path data = Source() / "tests" / "runtime" / "data";
  store_->Transact([&](port::Transaction& transaction) {
    runtime::Surroundings surroundings;
    const auto registers = office_->registers();
    surroundings.registers = registers.get();
    surroundings.processes = {"permit", "inspection", "faulty", "pledge", "counted", "hearing"};
    for (const std::string& name : surroundings.processes) {
      runtime::Files files = ReadFolder(data / "workflows" / name, "");
      files.merge(ReadFolder(data / "templates", "templates/"));
      Result<runtime::Definition> definition =
          runtime::ReadDefinition(std::move(files), surroundings, name, "templates");
      if (!definition) ADD_FAILURE() << Render(definition.error());
      office_->Publish(transaction, *definition, "test");
    }
    const auto organisation = [&](std::string_view id, std::string_view name,
                                  std::string_view region) {
      runtime::SaveRegister(transaction, "org", id, "", Organisation(id, name, region));
    };
    organisation("E001", "示例甲公司", "430602");
    organisation("E002", "示例乙公司", "430602");
    organisation("E003", "示例丙公司", "430603");
    const auto account = [&](std::string_view name, std::string_view role, std::string_view org,
                             std::string_view region) {
      runtime::SaveRegister(transaction, "account", StrCat(name, "|", role, "|", org, "|", region),
                            name,
                            Value(Context({{"account", Value(name)},
                                           {"role", Value(role)},
                                           {"org", Value(org)},
                                           {"region", Value(region)}})));
    };
    account(kAdmin, "ent_admin", "E001", "430602");
    account(kOther, "ent_admin", "E002", "430602");
    account(kClerk, "hrss_clerk", "hrss@430602", "430602");
    account(kHead, "hrss_head", "hrss@430602", "430602");
    account(kBoth, "hrss_clerk", "hrss@430602", "430602");
    account(kBoth, "hrss_head", "hrss@430602", "430602");
    account(kCity, "hrss_clerk", "hrss@430600", "430600");
    account(kProvince, "hrss_clerk", "hrss@430000", "430000");
    account(kFar, "hrss_clerk", "hrss@430603", "430603");
    return true;
  });
  office_->ReloadRegisters();
}

Instant TestOffice::Now() {
  Instant now = 0;
  store_->Read([&](port::Reader& reader) { now = office_->Now(reader); });
  return now;
}

void TestOffice::MoveTo(std::string_view moment) {
  if (office_->clock() == runtime::ClockKind::kReal) {
    clock_.now = Moment(moment);
    return;
  }
  EXPECT_TRUE(store_->Transact([&](port::Transaction& transaction) {
    return office_->MoveClock(transaction, Moment(moment));
  }));
}

runtime::TickReport TestOffice::TickTo(std::string_view moment) {
  return runtime::Tick(*office_, *outbox_, Moment(moment));
}

Answer TestOffice::Open(std::string_view process, std::string_view feel_data,
                        std::string_view account, std::string_view request) {
  runtime::OpenCommand command;
  command.process = process;
  command.data = Feel(feel_data);
  command.who.account = account;
  command.request_id = request;
  return runtime::CaseService(*office_).Open(command);
}

Answer TestOffice::Fire(const std::string& case_id, std::string_view event,
                        std::string_view feel_data, std::string_view account,
                        std::string_view request) {
  runtime::FireCommand command;
  command.case_id = case_id;
  command.event = event;
  command.data = Feel(feel_data);
  command.who.account = account;
  command.request_id = request;
  return runtime::CaseService(*office_).Fire(command);
}

std::string TestOffice::Draft() {
  const Answer answer =
      Open("permit",
           StrCat(R"({employer: "E001", matter: "占道经营", amount: 800, remark: "按原址办理",
                     applicant: {name: "周明远", phone: ")",
                  kPhone, R"(", id_number: ")", kIdNumber, R"("}})"),
           kAdmin);
  EXPECT_TRUE(answer.ok()) << Told(answer);
  return answer.case_id;
}

std::string TestOffice::Submitted() {
  const std::string id = Draft();
  const Answer answer = Fire(id, "submit", "{}", kAdmin);
  EXPECT_TRUE(answer.ok()) << Told(answer);
  EXPECT_EQ(Drain().failed, 0);
  return id;
}

std::string TestOffice::AreaOf(const std::string& case_id) {
  return case_id.substr(0, 4) + "00";
}

std::optional<runtime::LoadedCase> TestOffice::Load(const std::string& case_id) {
  std::optional<runtime::LoadedCase> loaded;
  store_->Read([&](port::Reader& reader) {
    loaded = runtime::LoadWithState(*office_, reader, AreaOf(case_id), case_id);
  });
  return loaded;
}

Value TestOffice::Data(const std::string& case_id, std::string_view field) {
  const std::optional<runtime::LoadedCase> loaded = Load(case_id);
  const int slot = loaded ? loaded->definition->chart->FindData(field) : -1;
  if (slot < 0) {
    ADD_FAILURE() << "no " << field << " in " << case_id;
    return Value();
  }
  return loaded->state.data[static_cast<size_t>(slot)];
}

std::vector<runtime::HistoryRecord> TestOffice::History(const std::string& case_id) {
  std::vector<runtime::HistoryRecord> rows;
  store_->Read(
      [&](port::Reader& reader) { rows = runtime::LoadHistory(reader, AreaOf(case_id), case_id); });
  return rows;
}

std::vector<runtime::DocumentRecord> TestOffice::Documents(const std::string& case_id) {
  std::vector<runtime::DocumentRecord> rows;
  store_->Read([&](port::Reader& reader) {
    rows = runtime::LoadDocuments(reader, AreaOf(case_id), case_id);
  });
  return rows;
}

std::vector<port::Row> TestOffice::Rows(const port::Table& table) {
  std::vector<port::Row> rows;
  store_->Read([&](port::Reader& reader) {
    reader.Scan(table, {}, [&](const port::Row& row) {
      rows.push_back(row);
      return true;
    });
  });
  return rows;
}

std::vector<port::Row> TestOffice::RowsOf(const port::Table& table, const std::string& case_id) {
  std::vector<port::Row> out;
  for (port::Row& row : Rows(table)) {
    for (const port::Cell& cell : row) {
      const auto* text = std::get_if<std::string>(&cell);
      if (text == nullptr || *text != case_id) continue;
      out.push_back(std::move(row));
      break;
    }
  }
  return out;
}

void TestOffice::Tamper(const std::function<void(port::Transaction&)>& body) {
  store_->Transact([&](port::Transaction& transaction) {
    body(transaction);
    return true;
  });
}

Value TestOffice::Feel(std::string_view text) {
  const Result<feel::Expression> compiled = feel::Compile(text, feel::Scope(), {"test", 1, 1});
  if (!compiled) {
    ADD_FAILURE() << text << "\n" << Render(compiled.error());
    return Value(Context());
  }
  const Result<Value> value = feel::Evaluate(*compiled, {}, feel::NoHost());
  if (!value) {
    ADD_FAILURE() << text << "\n" << Render(value.error());
    return Value(Context());
  }
  return *value;
}

Instant TestOffice::Moment(std::string_view text) {
  const std::optional<Instant> moment = ParseMoment(text);
  ANJUAN_CHECK(moment.has_value());
  return *moment;
}

std::string Told(const Answer& answer) {
  return StrCat(runtime::VerdictName(answer.verdict), ": ", Render(answer.mistakes));
}

}  // namespace anjuan::test
