// The whole engine in one thread by one seed: users, deadlines, the clock, days off arranged anew,
// the outbox, the sealer, a witness outside, crashes and power cuts. Whatever the seed did, the
// oracle agrees afterwards; the same seed gives the same bytes in every row, so that a failure can
// be run again. The witness never objects to an engine that lost its power, and always to a backup
// of before that is carried on.
//
// Clock jumps: a clock that goes ten years forward and back fires each deadline once, none early.

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <optional>
#include <set>

#include "engine/base/text.h"
#include "engine/runtime/area_log.h"
#include "engine/runtime/audit.h"
#include "engine/runtime/imports.h"
#include "engine/runtime/recount.h"
#include "engine/runtime/sealer.h"
#include "engine/trail/leaf.h"
#include "engine/trail/witness.h"
#include "plugins/sqlite/upkeep.h"
#include "tests/sim/world.h"
#include "tests/store/faulty_disk.h"

namespace anjuan::test {
namespace {

constexpr Instant kMinuteMs = 60'000;
constexpr Instant kDayMs = Instant{24} * 60 * kMinuteMs;

// Outside the office: it lives through every crash and remembers what it signed.
class VirtualWitness {
 public:
  explicit VirtualWitness(std::uint64_t seed)
      : key_{"witness.example/w1", trail::KeyKind::kWitness, std::string(32, '\0')} {
    for (size_t i = 0; i < sizeof seed; ++i) key_.seed[i] = static_cast<char>(seed >> (8 * i));
  }

  // Looks at every log and signs what continues; false: something does not.
  bool Look(TestOffice& office) {
    runtime::LogSealer sealer(office.office());
    if (!sealer.AddWitness(ToVkey(key_.Public()))) return false;
    for (const trail::VerifierKey& key : sealer.Keys()) state_.logs[key.name].keys = {key};
    std::vector<std::string> areas;
    office.store().Read([&](port::Reader& reader) { areas = runtime::SealedAreas(reader); });
    return std::ranges::all_of(areas,
                               [&](const std::string& area) { return LookAt(office, area); });
  }
  std::uint64_t signed_so_far() const {
    std::uint64_t size = 0;
    for (const auto& [origin, log] : state_.logs) size += log.size;
    return size;
  }
  void Forget() { state_ = {}; }

 private:
  bool LookAt(TestOffice& office, const std::string& area) {
    const Instant now = office.clock().now / 1000;
    std::string request = Request(office, area, std::nullopt);
    if (request.empty()) return true;  // it has signed the newest
    trail::WitnessAnswer answer = trail::Witness(state_, key_, request, now);
    if (answer.verdict == trail::WitnessVerdict::kConflict && !answer.alarm) {
      // The office lost its last signature; what it has goes on from there, or it does not.
      request = Request(office, area, answer.known);
      if (request.empty()) return false;
      answer = trail::Witness(state_, key_, request, now);
    }
    if (answer.verdict != trail::WitnessVerdict::kSigned) return false;
    return runtime::LogSealer(office.office())
        .AddCosignatures(trail::ToString(answer.cosigned))
        .has_value();
  }
  static std::string Request(TestOffice& office, const std::string& area,
                             std::optional<std::uint64_t> since) {
    std::string request;
    office.store().Read([&](port::Reader& reader) {
      request = runtime::AreaLog(office.office(), reader, area).WitnessRequest(since);
    });
    return request;
  }

  trail::SignerKey key_;
  trail::WitnessState state_;
};

// A case whose deadline is counted by the calendar begins today.
void OpenCounted(TestOffice& office) {
  const runtime::Answer opened =
      office.Open("counted", StrCat(R"({employer: "E001", sent_on: date(")",
                                    ToString(BeijingDate(office.clock().now)), R"(")})"));
  EXPECT_TRUE(opened.ok() && office.Fire(opened.case_id, "send").ok());
}

// A day of the next three weeks is off, or worked, other than it was.
std::int64_t Arrange(TestOffice& office, std::mt19937_64& random) {
  constexpr int kDays = 21;
  const Date day = AddDays(BeijingDate(office.clock().now), static_cast<int>(random() % kDays));
  calendar::Calendar calendar = office.office().registers()->calendar();
  const bool works = calendar.IsWorkingDay(day);
  calendar::Year year;
  if (calendar.Covers(day.year)) year = calendar.years().at(day.year);
  year.days_off.erase(day);
  year.makeup_workdays.erase(day);
  calendar.Set(day.year, year);
  if (calendar.IsWorkingDay(day) == works) {
    (works ? year.days_off : year.makeup_workdays)[day] = "示例";
  }
  return runtime::ArrangeYears(office.office(), {{day.year, year}}, "示例通知", {}).recount.moved;
}

// "" where each of them that still waits goes by the days as they are now.
std::string Miscounted(TestOffice& office) {
  const auto registers = office.office().registers();
  for (const port::Row& row : office.Rows(port::cases::kTable)) {
    const runtime::CaseRecord record = runtime::ToCase(row);
    if (record.process != "counted" || record.states != "waiting") continue;
    const Date sent = *office.Data(record.id, "sent_on").date();
    const Date due = registers->calendar().AddWorkingDays(sent, 5);
    const auto loaded = office.Load(record.id);
    for (const chart::TimerState& timer : loaded->state.timers) {
      if (timer.id != "R1" || !timer.due || BeijingDate(*timer.due - 1) == due) continue;
      return StrCat(record.id, " ends on ", ToString(BeijingDate(*timer.due - 1)), ", not on ",
                    ToString(due));
    }
  }
  return "";
}

struct Life {
  std::string root;
  std::string wrong;
  std::int64_t sealed = 0;
  std::uint64_t witnessed = 0;
  bool restored = false;        // an old backup was carried on after the witness had signed more
  bool flagged = false;         // and the witness objected
  bool flagged_by_new = false;  // as would one that remembers nothing
  int power_cuts = 0;
  int crashes = 0;
  std::int64_t fired = 0;
  std::int64_t moved = 0;  // cases whose deadline moved with the calendar
};

// What is left of a life when the power goes: opened again from what the disk kept.
class Engine {
 public:
  Engine(FaultyDisk& disk, const Template& office_template, std::uint64_t seed)
      : disk_(disk), seed_(seed), keys_(office_template.keys()) {
    folder_ = std::make_unique<TemporaryFolder>();
    Start(office_template.CopyTo(*folder_));
  }
  ~Engine() {
    office_.reset();
    disk_.Forget(folder_->path().string());
  }
  Engine(const Engine&) = delete;
  Engine& operator=(const Engine&) = delete;
  TestOffice& office() { return *office_; }

  void Crash() {
    const Instant now = office_->clock().now;
    office_->Reopen();
    office_->clock().now = now;
  }
  void CutPower(PowerCut how, std::uint64_t random) {
    const auto files = disk_.after_power_cut(folder_->path().string(), how, random);
    const Instant now = office_->clock().now;
    office_.reset();
    disk_.Forget(folder_->path().string());
    folder_ = std::make_unique<TemporaryFolder>();
    WriteFiles(files, *folder_);
    Start(folder_->File("office.db"));
    office_->clock().now = now;
  }

 private:
  void Start(const std::string& path) {
    office_ = std::make_unique<TestOffice>(path, keys_, seed_ * 1000 + ++starts_);
  }

  FaultyDisk& disk_;
  std::uint64_t seed_;
  std::uint64_t starts_ = 0;
  vault::OfficeKeys keys_;
  std::unique_ptr<TemporaryFolder> folder_;
  std::unique_ptr<TestOffice> office_;
};

// The backup of before, as if the newer store had been lost, carried on for a while.
void CarryOn(const std::string& backup, const Template& office_template, std::uint64_t seed,
             VirtualWitness& witness, Instant now, Life& life) {
  TestOffice restored(backup, office_template.keys(), seed * 1000 + 999);
  restored.clock().now = now;
  User user(seed + 7, "restored");
  for (int i = 0; i < 3; ++i) user.Act(restored.office());
  runtime::LogSealer(restored.office()).Seal(true);
  life.restored = true;
  life.flagged = !witness.Look(restored);
  witness.Forget();
  life.flagged_by_new = !witness.Look(restored);
}

Life Live(FaultyDisk& disk, const Template& office_template, std::uint64_t seed) {
  constexpr int kEvents = 80;
  constexpr int kBackUpAt = 40;
  Life life;
  VirtualWitness witness(seed);
  const TemporaryFolder backups;
  const std::string backup = backups.File("office.db");
  std::uint64_t signed_at_backup = 0;
  Engine engine(disk, office_template, seed);
  std::mt19937_64 random(seed);
  std::array<User, 3> users = {User(seed, "a"), User(seed + 1, "b"), User(seed + 2, "c")};
  std::vector<Acknowledged> acknowledged;
  const auto take = [&](const Reply& reply) {
    if (reply.acknowledged) acknowledged.push_back(reply.what);
  };
  for (int i = 0; i < kEvents; ++i) {
    User& user = users[random() % users.size()];
    TestOffice& office = engine.office();
    const std::uint64_t what = random() % 100;
    if (what < 53) {
      take(user.Act(office.office()));
    } else if (what < 56) {
      OpenCounted(office);
      life.moved += Arrange(office, random);
      if (life.wrong.empty()) life.wrong = Miscounted(office);
    } else if (what < 60) {
      life.sealed += runtime::LogSealer(office.office()).Seal(random() % 2 == 0).rows;
    } else if (what < 70) {
      if (!user.cases().empty()) take(user.Again(office.office()));
    } else if (what < 80) {
      office.Drain();
    } else if (what < 90) {
      office.clock().now += static_cast<Instant>(random() % 4) * kDayMs;
      life.fired += runtime::Tick(office.office(), office.outbox(), std::nullopt).fired;
    } else if (what < 94) {
      engine.Crash();
      ++life.crashes;
    } else if (what < 96) {
      engine.CutPower(static_cast<PowerCut>(random() % 4), random());
      ++life.power_cuts;
    } else if (what < 98) {
      if (!witness.Look(office)) life.wrong = "the witness objects to an engine that went on";
    } else {
      const bool forward = random() % 2 == 0;
      office.clock().now += (forward ? 1 : -1) * static_cast<Instant>(random() % 3'600'000);
    }
    if (i == kBackUpAt) {
      sqlite::MakeUpkeep(engine.office().store_path())->Backup(backup, {});
      signed_at_backup = witness.signed_so_far();
    }
  }
  // When the faults are over, everything that can move does.
  TestOffice& office = engine.office();
  runtime::FinishRecount(office.office(), {});
  office.outbox().DrainAll();
  life.sealed += runtime::LogSealer(office.office()).Seal(true).rows;
  if (!witness.Look(office)) life.wrong = "the witness objects to an engine that went on";
  life.witnessed = witness.signed_so_far();
  if (life.wrong.empty()) life.wrong = Examine(office, acknowledged);
  if (life.wrong.empty()) life.wrong = Miscounted(office);
  if (life.wrong.empty()) {
    life.wrong = runtime::Replay(office.office(), [](std::int64_t, std::int64_t) {}).mistake;
  }
  life.root = RootOf(office.store());
  if (life.witnessed > signed_at_backup) {
    CarryOn(backup, office_template, seed, witness, office.clock().now, life);
  }
  disk.Forget(backups.path().string());
  return life;
}

TEST(Whole, WhateverTheSeedDoesTheOracleAgreesAndTheSameSeedIsTheSameLife) {
  FaultyDisk disk;
  const Template office_template;
  const std::uint64_t first = SeedOf(1);
  const int seeds = Rounds(12, 10'000);
  std::set<std::string> roots;
  std::int64_t cuts = 0;
  std::int64_t fired = 0;
  std::int64_t sealed = 0;
  std::int64_t restored = 0;
  std::int64_t moved = 0;
  for (int i = 0; i < seeds; ++i) {
    const std::uint64_t seed = first + static_cast<std::uint64_t>(i) * 10;
    const Life life = Live(disk, office_template, seed);
    ASSERT_EQ(life.wrong, "") << "ANJUAN_SEED=" << seed;
    ASSERT_EQ(Live(disk, office_template, seed).root, life.root) << "ANJUAN_SEED=" << seed;
    ASSERT_TRUE(life.flagged || !life.restored) << "an old backup went on; ANJUAN_SEED=" << seed;
    ASSERT_FALSE(life.flagged_by_new) << "control: who remembers nothing sees nothing";
    roots.insert(life.root);
    sealed += life.sealed;
    restored += life.restored ? 1 : 0;
    cuts += life.power_cuts;
    fired += life.fired;
    moved += life.moved;
  }
  EXPECT_EQ(roots.size(), static_cast<size_t>(seeds)) << "control: another seed is another life";
  EXPECT_GT(cuts, seeds / 3);
  EXPECT_GT(sealed, seeds);
  EXPECT_GT(restored, seeds / 2);
  EXPECT_GT(fired, 0);
  EXPECT_GT(moved, seeds / 2);
}

// ---- clock jumps

struct Firings {
  int fired = 0;
  int warned = 0;
  int early = 0;     // history says fired before the deadline it was armed with
  int repeated = 0;  // the same deadline twice
};

// Looks at the histories: every firing against the due instant its identity names.
Firings LookAt(TestOffice& office, Instant lead) {
  Firings out;
  std::set<std::string> seen;
  for (const port::Row& row : office.Rows(port::history::kTable)) {
    const runtime::HistoryRecord record = runtime::ToHistory(row);
    const Result<trail::Leaf> leaf = trail::Decode(record.leaf);
    if (!leaf || !leaf->command_id.starts_with("timer/")) continue;
    const Instant due =
        ParseInteger(leaf->command_id.substr(leaf->command_id.rfind('/') + 1)).value_or(0);
    ++(record.type == "warning" ? out.warned : out.fired);
    out.early += record.at + lead < due ? 1 : 0;
    out.repeated += seen.insert(leaf->command_id).second ? 0 : 1;
  }
  return out;
}

Firings Jump(std::uint64_t seed, int cases, Instant lead) {
  TestOffice office(StoreKind::kSqlite, runtime::ClockKind::kReal);
  std::mt19937_64 random(seed);
  for (int i = 0; i < cases; ++i) office.Submitted();
  const Instant start = office.clock().now;
  const auto tick = [&] { runtime::Tick(office.office(), office.outbox(), std::nullopt); };
  constexpr std::array<Instant, 6> kJumps = {1'000,       kMinuteMs,    kDayMs,
                                             30 * kDayMs, 365 * kDayMs, 3652 * kDayMs};
  tick();
  for (int i = 0; i < 40; ++i) {
    const Instant by = kJumps[random() % kJumps.size()];
    office.clock().now += random() % 2 == 0 ? by : -by;
    tick();
    if (i % 10 == 9) office.Reopen();
    office.clock().now = std::max(office.clock().now, start - 3652 * kDayMs);
  }
  office.clock().now = start + 3652 * kDayMs;  // at the end everything is due
  tick();
  EXPECT_EQ(Examine(office, {}), "");
  return LookAt(office, lead);
}

TEST(ClockJumps, EachDeadlineFiresOnceAndNoneEarly) {
  const int runs = Rounds(3, 500);
  for (int i = 0; i < runs; ++i) {
    const std::uint64_t seed = SeedOf(1) + static_cast<std::uint64_t>(i);
    const Firings firings = Jump(seed, 10, 0);
    EXPECT_EQ(firings.fired, 10) << "ANJUAN_SEED=" << seed;
    EXPECT_EQ(firings.early, 0) << "ANJUAN_SEED=" << seed;
    EXPECT_EQ(firings.repeated, 0) << "ANJUAN_SEED=" << seed;
  }
}

TEST(ClockJumps, ControlAnEngineWhoseClockRunsAheadIsFoundOut) {
  // Judged by a clock that stands twenty years earlier, the same firings are all early.
  EXPECT_GT(Jump(SeedOf(1), 5, -7305 * kDayMs).early, 0);
}

// Deadlines that fell due while no program ran fire when one is started again, once.
TEST(ClockJumps, DeadlinesSurviveARestart) {
  TestOffice office(StoreKind::kSqlite, runtime::ClockKind::kReal);
  const std::string id = office.Submitted();
  office.clock().now += 20 * kDayMs;
  office.Reopen();
  const runtime::TickReport report = runtime::Tick(office.office(), office.outbox(), std::nullopt);
  EXPECT_EQ(report.fired, 1);
  office.Reopen();
  EXPECT_EQ(runtime::Tick(office.office(), office.outbox(), std::nullopt).fired, 0);
  EXPECT_EQ(office.Load(id)->record.states, "late");
}

}  // namespace
}  // namespace anjuan::test
