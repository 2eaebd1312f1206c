// A program killed at any moment and started again has lost no acknowledged step.

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <csignal>
#include <random>
#include <set>
#include <thread>

#include "engine/base/text.h"
#include "tests/app/harness.h"

namespace anjuan::test {

namespace {

namespace fs = std::filesystem;

class KillTest : public OfficeTest {
 protected:
  // Runs the program for so long, kills it, and gives what it had acknowledged until then: the
  // whole lines on its standard output. `ended`: it was done before.
  std::vector<std::string> RunAndKill(const std::vector<std::string>& arguments,
                                      std::chrono::milliseconds after, bool& ended) {
    int out[2];
    EXPECT_EQ(pipe(out), 0);
    const pid_t child = fork();
    if (child == 0) {
      dup2(out[1], STDOUT_FILENO);
      const int null = open("/dev/null", O_WRONLY);
      dup2(null, STDERR_FILENO);
      std::vector<std::string> all = {ANJUAN_PROGRAM, "--library", library().string(), "-C",
                                      office().string()};
      all.insert(all.end(), arguments.begin(), arguments.end());
      std::vector<char*> argv;
      for (std::string& word : all) argv.push_back(word.data());
      argv.push_back(nullptr);
      execv(ANJUAN_PROGRAM, argv.data());
      _exit(127);
    }
    close(out[1]);
    std::string text;
    std::thread reader([&] {
      char buffer[4096];
      for (ssize_t count; (count = read(out[0], buffer, sizeof buffer)) > 0;) {
        text.append(buffer, static_cast<size_t>(count));
      }
    });
    std::this_thread::sleep_for(after);
    kill(child, SIGKILL);
    int status = 0;
    waitpid(child, &status, 0);
    reader.join();
    close(out[0]);
    ended = WIFEXITED(status);
    EXPECT_TRUE(!ended || WEXITSTATUS(status) != 127);
    text.resize(text.rfind('\n') == std::string::npos ? 0 : text.rfind('\n') + 1);
    return Lines(text);
  }
  std::set<std::string> CasesInState(const std::string& state) {
    std::set<std::string> out;
    for (const Value& line : JsonLines(Run({"cases", "--json"}).out)) {
      if (line["states"] == Value(state)) out.insert(*line["case"].string());
    }
    return out;
  }
};

TEST_F(KillTest, NothingAcknowledgedIsLost) {
  constexpr int kCases = 300;
  const bool thorough = std::getenv("ANJUAN_LONG") != nullptr;
  const int rounds = thorough ? 200 : 12;
  Init();
  ASSERT_EQ(Run({"import", "enterprises", Write("many.csv", EnterpriseList(kCases))}).exit, 0);
  const unsigned seed = thorough ? std::random_device{}() : 20230301U;
  std::mt19937 random(seed);
  SCOPED_TRACE(StrCat("seed ", std::to_string(seed)));
  const std::vector<std::string> open = {"open",  "permit",           "--for-each", "all",
                                         "--set", "matter=甲",        "--set",      "amount:=5",
                                         "--set", "applicant=周明远", "--batch",    "one"};
  const std::vector<std::string> fire = {"fire",           "submit",  "--cases",
                                         "process=permit", "--batch", "two"};
  std::set<std::string> opened;
  std::set<std::string> submitted;
  int killed = 0;
  for (int round = 0; round < rounds; ++round) {
    const bool opening = round < rounds / 2;
    bool ended = false;
    const auto after = std::chrono::milliseconds(std::uniform_int_distribution<>(20, 400)(random));
    for (const std::string& line : RunAndKill(opening ? open : fire, after, ended)) {
      const std::string id = line.substr(0, line.find('\t'));
      ASSERT_NE(line.find("\tdone\t"), line.find("\trepeated\t")) << line;
      (opening ? opened : submitted).insert(id);
    }
    killed += ended ? 0 : 1;
    const std::set<std::string> drafts = CasesInState("draft");
    const std::set<std::string> sent = CasesInState("submitted");
    for (const std::string& id : opened)
      ASSERT_TRUE(drafts.contains(id) || sent.contains(id)) << id;
    for (const std::string& id : submitted) ASSERT_TRUE(sent.contains(id)) << id;
    const Outcome verified = Run({"verify"});
    ASSERT_EQ(verified.exit, 0) << verified.err;
    if (opening && round == rounds / 2 - 1) {
      EXPECT_EQ(Run(open).exit, 0);
    }
  }
  EXPECT_GT(killed, 0);
  // Resumed, it completes: each enterprise has one case, each case its one paper, printed.
  EXPECT_EQ(Run(open).exit, 0);
  const Outcome resumed = Run(fire);
  EXPECT_EQ(resumed.exit, 0) << resumed.err;
  EXPECT_EQ(CasesInState("submitted").size(), static_cast<size_t>(kCases));
  std::set<std::string> numbers;
  for (const std::string& id : CasesInState("submitted")) {
    const std::vector<Value> docs = JsonLines(Run({"docs", id, "--json"}).out);
    ASSERT_EQ(docs.size(), 1U) << id;
    EXPECT_EQ(docs[0]["status"], Value("issued")) << id;
    numbers.insert(*docs[0]["number"].string());
    EXPECT_TRUE(fs::exists(office() / "documents" / id / "T9001-1-1.pdf")) << id;
  }
  EXPECT_EQ(numbers.size(), static_cast<size_t>(kCases));
  EXPECT_TRUE(numbers.contains(StrCat("示许〔2023〕", kCases, "号")));  // without gaps
  EXPECT_EQ(Run({"verify"}).exit, 0);
  EXPECT_EQ(Run({"replay"}).exit, 0);
}

}  // namespace

}  // namespace anjuan::test
