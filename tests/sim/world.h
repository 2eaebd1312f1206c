// Users at work in an office, by a seed; and the oracle that knows what they were answered.
//
// Whatever happens to the office, afterwards (design section 4):
//  - what was acknowledged is there, once, with the same answer; what was not, at most once;
//  - histories are dense, chains and states agree (verify), papers are whole;
//  - official numbers run from 1 without gaps.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "engine/runtime/command.h"
#include "tests/runtime/fixture.h"

namespace anjuan::test {

// ANJUAN_LONG=1: the long form of a campaign. ANJUAN_SEED: another seed than the usual.
bool IsLong();
std::uint64_t SeedOf(std::uint64_t usual);
int Rounds(int in_ci, int in_long);

// What somebody asked, and what he was told.
struct Acknowledged {
  std::string account;  // it was asked under
  std::string request;
  std::string case_id;
  std::int64_t version = 0;
};

struct Reply {
  bool acknowledged = false;
  Acknowledged what;
};

// One of the users: opens permits and takes them on, at random, remembering what he was told.
class User {
 public:
  User(std::uint64_t seed, std::string name) : random_(seed), name_(std::move(name)) {}

  // The next thing he does. Throws what the store throws; then he does not know.
  Reply Act(runtime::Office& office);
  // The same command again, as if the answer had been lost.
  Reply Again(runtime::Office& office);
  const std::vector<std::string>& cases() const { return cases_; }
  std::mt19937_64& random() { return random_; }
  void Forget() { cases_.clear(); }

 private:
  Reply Submit(runtime::Office& office);

  std::mt19937_64 random_;
  std::string name_;
  std::int64_t asked_ = 0;
  bool opens_ = false;
  runtime::OpenCommand open_;
  runtime::FireCommand fire_;
  std::vector<std::string> cases_;
};

// "" where everything agrees; else the first thing that does not.
std::string Examine(TestOffice& office, const std::vector<Acknowledged>& acknowledged);
// The first part alone: is everything there that was acknowledged?
std::string Missing(port::Store& store, const std::vector<Acknowledged>& acknowledged);
// SHA-256 over every row of every table.
std::string RootOf(port::Store& store);

// An office that is set up, as files: opened again and again from the same state.
class Template {
 public:
  explicit Template(runtime::ClockKind clock = runtime::ClockKind::kReal);
  const vault::OfficeKeys& keys() const { return office_->keys(); }
  // A copy of it in `folder`; gives the store's path.
  std::string CopyTo(const TemporaryFolder& folder) const;

 private:
  std::unique_ptr<TestOffice> office_;
  std::string bytes_;
};

void WriteFiles(const std::map<std::string, std::string>& files, const TemporaryFolder& folder);

}  // namespace anjuan::test
