// A small office for tests: either store, a clock that stands where the test puts it, ids from a
// seed, the shipped registers, the charts of tests/runtime/data, the real page writer.
#pragma once

#include <gtest/gtest.h>

#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "engine/port/schema.h"
#include "engine/runtime/case_service.h"
#include "engine/runtime/commit.h"
#include "engine/runtime/office.h"
#include "engine/runtime/outbox.h"
#include "engine/runtime/records.h"
#include "engine/runtime/tick.h"
#include "tests/store/temporary_folder.h"

namespace anjuan::test {

class SettableClock : public port::Clock {
 public:
  Instant Now() override { return now += step; }
  Instant now = 0;
  Instant step = 0;  // how much time every look at the clock takes
};

class SeededIds : public port::Ids {
 public:
  std::string RandomBytes(size_t count) override;
  void Seed(std::uint64_t seed) { engine_.seed(seed); }

 private:
  std::mutex mutex_;
  std::mt19937_64 engine_{20230301};
};

enum class StoreKind { kMemory, kSqlite };

// The people of the tests: account, role, organisation, region.
inline constexpr std::string_view kAdmin = "admin1";       // ent_admin of E001 (430602)
inline constexpr std::string_view kOther = "admin2";       // ent_admin of E002 (430602)
inline constexpr std::string_view kClerk = "clerk";        // hrss_clerk of county 430602
inline constexpr std::string_view kHead = "head";          // hrss_head of county 430602
inline constexpr std::string_view kBoth = "both";          // hrss_clerk and hrss_head of 430602
inline constexpr std::string_view kCity = "city";          // hrss_clerk of prefecture 430600
inline constexpr std::string_view kProvince = "province";  // hrss_clerk of province 430000
inline constexpr std::string_view kFar = "far";            // hrss_clerk of county 430603

inline constexpr std::string_view kIdNumber = "430602198703214516";
inline constexpr std::string_view kPhone = "13807300451";

class TestOffice {
 public:
  explicit TestOffice(StoreKind kind, runtime::ClockKind clock = runtime::ClockKind::kManual);

  // The office whose store lies in this file: what another program would see of it.
  TestOffice(std::string store_path, const vault::OfficeKeys& keys, std::uint64_t seed);
  ~TestOffice();

  const vault::OfficeKeys& keys() const { return keys_; }
  runtime::Office& office() { return *office_; }
  port::Store& store() { return *store_; }
  SettableClock& clock() { return clock_; }
  const std::string& store_path() const { return store_path_; }
  runtime::Outbox& outbox() { return *outbox_; }
  // Print copies made so far: "<case>/<code>-<seq>-<position>" -> how often.
  const std::map<std::string, int>& printed() const { return printed_; }

  // What a program started again would see: the store and the keys, nothing else.
  void Reopen();
  // A second process on the same store.
  std::unique_ptr<runtime::Office> Another();

  Instant Now();
  void MoveTo(std::string_view moment);  // "2023-03-06" or "2023-03-06 09:00", firing nothing
  runtime::TickReport TickTo(std::string_view moment);

  runtime::Answer Open(std::string_view process, std::string_view feel_data,
                       std::string_view account = "", std::string_view request = "");
  runtime::Answer Fire(const std::string& case_id, std::string_view event,
                       std::string_view feel_data = "{}", std::string_view account = "",
                       std::string_view request = "");
  runtime::OutboxReport Drain() { return outbox_->Drain(); }

  // A permit of E001 with matter, applicant and amount filled in, still a draft.
  std::string Draft();
  // The same, submitted by its own administrator, papers issued.
  std::string Submitted();

  std::optional<runtime::LoadedCase> Load(const std::string& case_id);
  Value Data(const std::string& case_id, std::string_view field);
  std::vector<runtime::HistoryRecord> History(const std::string& case_id);
  std::vector<runtime::DocumentRecord> Documents(const std::string& case_id);
  // All rows of a table; for looking into every cell.
  std::vector<port::Row> Rows(const port::Table& table);
  std::vector<port::Row> RowsOf(const port::Table& table, const std::string& case_id);
  // Writes rows behind the engine's back.
  void Tamper(const std::function<void(port::Transaction&)>& body);

  static Value Feel(std::string_view text);
  static Instant Moment(std::string_view text);
  static std::string AreaOf(const std::string& case_id);

 private:
  runtime::Plugins MakePlugins();
  void Populate();

  TemporaryFolder folder_;
  std::string store_path_ = folder_.File("office.db");
  SettableClock clock_;
  SeededIds ids_;
  StoreKind kind_;
  std::unique_ptr<port::Store> store_;
  vault::OfficeKeys keys_;
  std::unique_ptr<runtime::Office> office_;
  std::unique_ptr<runtime::Outbox> outbox_;
  std::map<std::string, int> printed_;
};

// "verdict: code code": what a failed expectation shows.
std::string Told(const runtime::Answer& answer);

// One suite over both stores.
class BothStores : public testing::TestWithParam<StoreKind> {
 protected:
  TestOffice office_{GetParam()};
};

#define ANJUAN_BOTH_STORES(Suite)                                                                  \
  INSTANTIATE_TEST_SUITE_P(Stores, Suite, testing::Values(StoreKind::kMemory, StoreKind::kSqlite), \
                           [](const testing::TestParamInfo<StoreKind>& about) {                    \
                             return about.param == StoreKind::kMemory ? "Memory" : "Sqlite";       \
                           })

}  // namespace anjuan::test
