// kill -9 under load: an engine with several clients is killed at a random moment, again and again
// on one store. What it had acknowledged is there, once.
//
// Control: an engine that acknowledges before it commits must be found out.

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <iostream>
#include <thread>

#include "engine/base/text.h"
#include "tests/sim/world.h"

namespace anjuan::test {
namespace {

constexpr int kClients = 4;

// One acknowledgement through the pipe; shorter than PIPE_BUF, so whole or not at all.
struct Line {
  char account[16];
  char request[40];
  char case_id[40];
  std::int64_t version;
};

void Send(int pipe, const Acknowledged& what) {
  Line line{};
  std::strncpy(line.account, what.account.c_str(), sizeof line.account - 1);
  std::strncpy(line.request, what.request.c_str(), sizeof line.request - 1);
  std::strncpy(line.case_id, what.case_id.c_str(), sizeof line.case_id - 1);
  line.version = what.version;
  if (write(pipe, &line, sizeof line) != sizeof line) _exit(3);
}

// Works until it is killed. `hasty`: says yes before the engine does.
[[noreturn]] void Work(const std::string& path, const vault::OfficeKeys& keys, std::uint64_t seed,
                       int pipe, bool hasty) {
  TestOffice office(path, keys, seed);
  std::vector<std::thread> clients;
  for (int k = 0; k < kClients; ++k) {
    clients.emplace_back([&, k] {
      User user(seed * kClients + static_cast<std::uint64_t>(k), StrCat("r", seed, "c", k));
      for (int i = 1;; ++i) {
        const std::string next = StrCat("r", seed, "c", k, "-", i);
        if (hasty && i == 1) Send(pipe, {std::string(kAdmin), next, "430602-2023-T01-000001", 0});
        const Reply reply = user.Act(office.office());
        if (!hasty && reply.acknowledged) Send(pipe, reply.what);
        if (k == 0 && i % 8 == 0) office.Drain();
      }
    });
  }
  for (std::thread& client : clients) client.join();
  _exit(4);
}

struct Outcome {
  int killed = 0;
  size_t acknowledged = 0;
  std::string wrong;
};

Outcome Campaign(int rounds, std::uint64_t seed, bool hasty) {
  const Template office_template;
  const TemporaryFolder folder;
  const std::string path = office_template.CopyTo(folder);
  std::mt19937_64 random(seed);
  Outcome outcome;
  std::vector<Acknowledged> all;
  for (int round = 0; round < rounds && outcome.wrong.empty(); ++round) {
    int ends[2];
    if (pipe(ends) != 0) return outcome;
    const pid_t child = fork();
    if (child == 0) {
      close(ends[0]);
      // What it makes beside the office nobody removes for it.
      setenv("TMPDIR", folder.path().c_str(), 1);
      Work(path, office_template.keys(), seed + static_cast<std::uint64_t>(round), ends[1], hasty);
    }
    close(ends[1]);
    std::vector<Acknowledged> fresh;
    std::thread reader([&] {
      Line line{};
      while (read(ends[0], &line, sizeof line) == sizeof line) {
        fresh.push_back({line.account, line.request, line.case_id, line.version});
      }
    });
    std::this_thread::sleep_for(std::chrono::microseconds(random() % 120'000));
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    reader.join();
    close(ends[0]);
    outcome.killed += WIFSIGNALED(status) ? 1 : 0;
    outcome.acknowledged += fresh.size();
    all.insert(all.end(), fresh.begin(), fresh.end());
    // Everything is proved every so often, and at the end; the last round's word always.
    constexpr int kOften = 25;
    const bool whole = round % kOften == kOften - 1 || round == rounds - 1;
    TestOffice after(path, office_template.keys(), seed + 1'000'000);
    if (whole) {
      outcome.wrong = Examine(after, all);
    } else {
      outcome.wrong = Missing(after.store(), fresh);
    }
    if (!outcome.wrong.empty()) outcome.wrong += StrCat(" (round ", round, ")");
  }
  return outcome;
}

TEST(Kill, NothingAcknowledgedIsLostOrDoubled) {
  // An office of its own for so many: the oracle reads all of it again and again.
  constexpr int kOfOneOffice = 250;
  const int rounds = Rounds(200, 10'000);
  int killed = 0;
  size_t acknowledged = 0;
  while (killed < rounds) {
    const int now = std::min(kOfOneOffice, rounds - killed);
    const Outcome outcome = Campaign(now, SeedOf(1) + static_cast<std::uint64_t>(killed), false);
    ASSERT_EQ(outcome.wrong, "");
    ASSERT_EQ(outcome.killed, now) << "a child ended by itself";
    killed += now;
    acknowledged += outcome.acknowledged;
  }
  EXPECT_GT(acknowledged, static_cast<size_t>(rounds) / 4);
  std::cout << killed << " killed, " << acknowledged << " steps acknowledged\n";
}

TEST(Kill, ControlAcknowledgingBeforeTheCommitIsFoundOut) {
  const Outcome outcome = Campaign(20, SeedOf(1), true);
  EXPECT_NE(outcome.wrong, "") << "then this campaign would not see a loss";
}

}  // namespace
}  // namespace anjuan::test
