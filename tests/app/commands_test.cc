// Every command of the command line: exit codes, JSON lines, help, and what errors say.

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <fstream>

#include "engine/app/run.h"
#include "engine/base/text.h"
#include "tests/app/harness.h"
#include "tests/support/workbook.h"

namespace anjuan::test {

namespace {

namespace fs = std::filesystem;

const std::vector<std::string> kCommands = {
    "init", "check",   "publish", "import", "open",   "fire",   "play",    "tick",    "cases",
    "show", "history", "docs",    "doc",    "sheet",  "sheets", "verify",  "replay",  "describe",
    "draw", "conform", "bench",   "eval",   "decide", "print",  "preview", "template"};

class CommandsTest : public OfficeTest {};

TEST_F(CommandsTest, EvalShowsTheMistake) {
  EXPECT_EQ(RunBare({"eval", "1.1 + 2.2"}).out, "3.3\n");
  EXPECT_EQ(RunBare({"eval", "workers * 2", "--set", "workers:=120"}).out, "240\n");
  EXPECT_EQ(RunBare({"eval", "--unary", "[1..50], > 1000", "--set", "?:=40"}).out, "true\n");
  EXPECT_EQ(RunBare({"eval", "--json", "[date(\"2023-03-06\"), 0.10]"}).out,
            "[\"2023-03-06\",0.1]\n");
  const Outcome strict = RunBare({"eval", "工人数 + \"a\"", "--set", "工人数:=1"});
  EXPECT_EQ(strict.exit, 1);
  EXPECT_EQ(strict.out, "");
  EXPECT_NE(strict.err.find("\n    工人数 + \"a\"\n           ^"), std::string::npos) << strict.err;
  const Outcome lenient = RunBare({"eval", "--lenient", "1 + null"});
  EXPECT_EQ(lenient.exit, 0);
  EXPECT_EQ(lenient.out, "null\n");
  EXPECT_NE(lenient.err, "");
}

TEST_F(CommandsTest, DecideNamesTheRules) {
  const std::string file = ANJUAN_SOURCE_DIR "/tests/dmn/models/policies.dmn";
  const Outcome decided = RunBare({"decide", file, "unique", "--set", "score=85"});
  EXPECT_EQ(decided.out, "\"A\"\n规则 unique 第3条\n") << decided.err;
  EXPECT_EQ(decided.exit, 0);
  const Outcome missing = RunBare({"decide", file, "unique", "--set", "scores=85"});
  EXPECT_EQ(missing.exit, 2);
  EXPECT_NE(missing.err.find("\"score\" is not given"), std::string::npos);
  EXPECT_NE(missing.err.find("did you mean \"score\""), std::string::npos);
  const Outcome broken = RunBare({"decide", file, "unique broken", "--set", "score=85", "--json"});
  EXPECT_EQ(broken.exit, 1);
  EXPECT_NE(broken.out.find("\"value\":null"), std::string::npos);
  const Outcome checked = RunBare({"check", file});
  EXPECT_EQ(checked.exit, 1);
  EXPECT_NE(checked.err.find("dmn.overlap"), std::string::npos);
  EXPECT_NE(checked.err.find("no rule holds for score = 60"), std::string::npos) << checked.err;
}

TEST_F(CommandsTest, HelpOfEach) {
  const Outcome all = RunBare({"--help"});
  EXPECT_EQ(all.exit, 0);
  for (const std::string& command : kCommands) {
    EXPECT_NE(all.out.find("  " + command), std::string::npos) << command;
    const Outcome help = RunBare({command, "--help"});
    EXPECT_EQ(help.exit, 0) << command;
    EXPECT_NE(help.out, "") << command;
    EXPECT_EQ(help.err, "") << command;
  }
  EXPECT_EQ(RunBare({"--version"}).exit, 0);
}

TEST_F(CommandsTest, UsageMistakes) {
  for (const std::vector<std::string>& arguments :
       std::vector<std::vector<std::string>>{{},
                                             {"opne"},
                                             {"open"},
                                             {"show"},
                                             {"init"},
                                             {"cases", "--no"},
                                             {"init", "x", "--clock", "maybe"}}) {
    const Outcome outcome = RunBare(arguments);
    EXPECT_EQ(outcome.exit, 2);
    EXPECT_NE(outcome.err, "");
    EXPECT_EQ(outcome.out, "");
  }
}

TEST_F(CommandsTest, WithoutAnOffice) {
  for (const char* command : {"cases", "verify", "replay", "tick"}) {
    const Outcome outcome = Run({command});
    EXPECT_EQ(outcome.exit, 2) << command;
    EXPECT_NE(outcome.err.find("anjuan init"), std::string::npos) << outcome.err;
  }
}

TEST_F(CommandsTest, InitNeverOverwritesAndLeavesNoHalf) {
  Init();
  const std::string before = ReadAll(office() / "keys.json");
  const Outcome again = RunBare({"init", office().string()});
  EXPECT_EQ(again.exit, 2);
  EXPECT_EQ(ReadAll(office() / "keys.json"), before);
  EXPECT_EQ(fs::status(office() / "keys.json").permissions(),
            fs::perms::owner_read | fs::perms::owner_write);

  // A library that does not check: no office, and the same command works once it is mended.
  const fs::path chart = library() / "workflows" / "faulty" / "chart.scxml";
  const std::string good = ReadAll(chart);
  std::ofstream(chart) << "<scxml/>";
  const std::string other = Path("other");
  EXPECT_EQ(RunBare({"init", other}).exit, 2);
  EXPECT_FALSE(fs::exists(fs::path(other) / "office.db"));
  std::ofstream(chart) << good;
  EXPECT_EQ(RunBare({"init", other}).exit, 0);
  // An unknown area is no area.
  EXPECT_EQ(RunBare({"init", Path("third"), "--area", "999999"}).exit, 2);
  EXPECT_FALSE(fs::exists(fs::path(Path("third")) / "office.db"));
}

TEST_F(CommandsTest, AllMistakesOfABundleAtOnce) {
  const fs::path broken = fs::path(ANJUAN_SOURCE_DIR) / "tests/app/data/broken";
  const Outcome outcome = RunBare({"check", (broken / "workflows/broken").string()});
  EXPECT_EQ(outcome.exit, 1);
  for (const char* expected :
       {"chart.scxml:15:40: error[chart.target]: no state \"submited\"; did you mean "
        "\"submitted\"?",
        "chart.scxml:17:39: error[feel.name]: nothing is named \"amont\" here; did you mean "
        "\"amount\"?",
        "chart.scxml:19:73: error[definition.role]: no role \"ent_admni\"; did you mean "
        "\"ent_admin\"?",
        "chart.scxml:21:63: error[definition.parameter]: no parameter \"cc.reply_dyas\"; did you "
        "mean "
        "\"cc.reply_days\"?",
        "T9101/template.xml:4:24: error[feel.name]: nothing is named \"amuont\" here; did you mean "
        "\"amount\"?",
        "T9102/template.xml:4:25: error[definition.field]: field \"payee\""}) {
    EXPECT_NE(outcome.err.find(expected), std::string::npos) << expected << "\n" << outcome.err;
  }
  size_t errors = 0;
  for (const std::string& line : Lines(outcome.err))
    errors += line.find("error[") != std::string::npos;
  EXPECT_EQ(errors, 6U) << outcome.err;
  Init();
  const Outcome refused = Run({"publish", (broken / "workflows/broken").string()});
  EXPECT_EQ(refused.exit, 1);
  EXPECT_NE(Run({"open", "broken"}).err.find("没有已发布的流程"), std::string::npos);
}

TEST_F(CommandsTest, CheckAndPublish) {
  EXPECT_EQ(RunBare({"check"}).exit, 0);
  EXPECT_EQ(RunBare({"check", Path("nowhere")}).exit, 1);
  Init();
  const std::string bundle = (library() / "workflows" / "permit").string();
  EXPECT_NE(Run({"publish", bundle}).out.find("permit version 1 "), std::string::npos);
  // Anything that can be seen makes a new version; cases that run keep theirs.
  const std::string id = Open();
  const fs::path chart = library() / "workflows" / "permit" / "chart.scxml";
  std::string text = ReadAll(chart);
  text.replace(text.find("应当写明经办人"), std::string("应当写明经办人").size(), "必须写明经办人");
  std::ofstream(chart) << text;
  EXPECT_NE(Run({"publish", bundle}).out.find("permit version 2 "), std::string::npos);
  EXPECT_EQ(Run({"fire", id, "submit"}).exit, 0);
  const Outcome fresh = Run({"open", "permit", "--set", "employer=E1", "--set", "matter=x"});
  const Outcome refused = Run({"fire", Lines(fresh.out).at(0), "submit"});
  EXPECT_NE(refused.err.find("必须写明经办人"), std::string::npos) << refused.err;
  EXPECT_EQ(Run({"verify"}).exit, 0);
  EXPECT_EQ(Run({"replay"}).exit, 0);
}

TEST_F(CommandsTest, ACaseFromOpenToEnd) {
  Init();
  const std::string id = Open();
  EXPECT_EQ(id, "430602-2023-T01-000001");  // the first line is the bare id
  const Outcome submitted = Run({"fire", id, "submit", "--at", "2023-03-06"});
  EXPECT_EQ(submitted.exit, 0) << submitted.err;
  EXPECT_TRUE(fs::exists(office() / "documents" / id / "T9001-1-1.pdf"));
  const Outcome refused = Run({"fire", id, "approve"});
  EXPECT_EQ(refused.exit, 1);
  EXPECT_EQ(refused.out, "");
  EXPECT_NE(refused.err.find("审查人与批准人不得为同一人"), std::string::npos);
  EXPECT_EQ(Run({"fire", id, "submit"}).exit, 1);
  EXPECT_EQ(Run({"fire", "430602-2023-T01-000009", "submit"}).exit, 1);
  EXPECT_EQ(Run({"fire", id, "review", "--at", "2023-01-01"}).exit, 2);  // the clock goes forward
  EXPECT_EQ(Run({"fire", id, "review", "--at", "yesterday"}).exit, 2);
  EXPECT_EQ(Run({"tick", "--until", "2023-03-20"}).exit, 0);
  const Outcome shown = Run({"show", id});
  EXPECT_EQ(shown.exit, 0);
  EXPECT_NE(shown.out.find("已逾期（late）"), std::string::npos) << shown.out;
  EXPECT_EQ(shown.out.find("周明远"), std::string::npos);  // masked
  const Outcome then = Run({"show", id, "--at", "2023-03-07"});
  EXPECT_NE(then.out.find("办理中（submitted）"), std::string::npos) << then.out;
  EXPECT_EQ(Run({"show", id, "--at", "2022-01-01"}).exit, 2);
  EXPECT_EQ(Run({"show", "nothing"}).exit, 1);
  EXPECT_EQ(Run({"history", "nothing"}).exit, 1);
  EXPECT_EQ(Run({"docs", "nothing"}).exit, 1);
  EXPECT_EQ(Run({"verify"}).exit, 0);
  EXPECT_EQ(Run({"replay"}).exit, 0);
}

TEST_F(CommandsTest, JsonIsJson) {
  Init();
  const Outcome opened = Run({"open", "permit", "--set", "employer=E1", "--json"});
  EXPECT_EQ(opened.exit, 0) << opened.err;
  const std::vector<Value> cases = JsonLines(Run({"cases", "--json"}).out);
  ASSERT_EQ(cases.size(), 1U);
  const std::string id = *cases[0]["case"].string();
  EXPECT_EQ(cases[0]["subject"], Value("E1"));
  Run({"fire", id, "fill", "--set", "matter=甲", "--set", "applicant=周明远"});
  Run({"fire", id, "submit"});
  EXPECT_GE(JsonLines(Run({"history", id, "--json"}).out).size(), 4U);
  const std::vector<Value> docs = JsonLines(Run({"docs", id, "--json"}).out);
  ASSERT_EQ(docs.size(), 1U);
  EXPECT_EQ(docs[0]["status"], Value("issued"));
  const std::string copy = Path("copy.pdf");
  const Outcome doc = Run({"doc", *docs[0]["sha256"].string(), "-o", copy});
  EXPECT_EQ(doc.exit, 0) << doc.err;
  EXPECT_EQ(ReadAll(copy), ReadAll(office() / "documents" / id / "T9001-2-1.pdf"));
  EXPECT_EQ(Run({"doc", std::string(64, '0'), "-o", copy}).exit, 1);
  EXPECT_EQ(Run({"doc", *docs[0]["sha256"].string(), "-o", Path("no/such/place.pdf")}).exit, 2);
}

TEST_F(CommandsTest, ManyAtOnceResume) {
  Init();
  const std::vector<std::string> open = {"open", "permit", "--for-each",
                                         "all",  "--set",  "matter=甲"};
  const Outcome first = Run(open);
  EXPECT_EQ(first.exit, 0) << first.err;
  EXPECT_EQ(Lines(first.out).size(), 3U);
  const Outcome again = Run(open);
  EXPECT_EQ(again.exit, 0);
  EXPECT_NE(again.err.find("此前已办 3"), std::string::npos) << again.err;
  EXPECT_EQ(JsonLines(Run({"cases", "--json"}).out).size(), 3U);
  const Outcome fired = Run({"fire", "fill", "--cases", "process=permit", "--set", "matter=乙"});
  EXPECT_EQ(fired.exit, 0) << fired.err;
  const Outcome refused = Run({"fire", "submit", "--cases", "process=permit"});
  EXPECT_EQ(refused.exit, 1);  // no applicant: each with its reason
  EXPECT_EQ(Lines(refused.out).size(), 3U);
  EXPECT_NE(refused.out.find("应当写明经办人"), std::string::npos) << refused.out;
}

TEST_F(CommandsTest, OneCaseForEachOfAListAsOfficesHaveThem) {
  Init();
  const std::string list =
      Write("名单.xlsx",
            MakeWorkbook(StrCat("sheet 说明\n| 请各地核对 |\n"
                                "sheet 要约企业\n| 要约企业名单 | | |\n"
                                "| 序号 | 单位名称 | 统一社会信用代码 |\n",
                                "| #1 | 示例一 | ", CreditCode(1), " |\n", "| #2 | 示例二 | ",
                                CreditCode(2), " |\n| 合计 | #2 | |\n")));
  const std::vector<std::string> open = {"open", "permit", "--for-each",
                                         list,   "--set",  "matter=甲"};
  const Outcome first = Run(open);
  EXPECT_EQ(first.exit, 0) << first.out << first.err;
  EXPECT_EQ(JsonLines(Run({"cases", "--json"}).out).size(), 2U);
  EXPECT_NE(Run(open).err.find("此前已办 2"), std::string::npos);
  // Every mistake with its cell, and nothing opened.
  const Outcome bad = Run({"open", "permit", "--set", "matter=乙", "--for-each",
                           Write("bad.csv", StrCat("统一社会信用代码\nX1\n", CreditCode(1), "\n",
                                                   CreditCode(1), "\n"))});
  EXPECT_EQ(bad.exit, 2);
  EXPECT_NE(bad.err.find("list.value"), std::string::npos) << bad.err;
  EXPECT_NE(bad.err.find("list.twice"), std::string::npos) << bad.err;
  EXPECT_EQ(JsonLines(Run({"cases", "--json"}).out).size(), 2U);
}

TEST_F(CommandsTest, RealClock) {
  Init("real");
  const Outcome until = Run({"tick", "--until", "2030-01-01"});
  EXPECT_EQ(until.exit, 2);
  const std::string id = Open();
  const Outcome submitted = Run({"fire", id, "submit", "--at", "2023-03-06"});
  EXPECT_EQ(submitted.exit, 0) << submitted.err;
  EXPECT_NE(Run({"show", id}).out.find("2023年3月6日"), std::string::npos);
  EXPECT_NE(Run({"history", id}).out.find("业务日期 2023-03-06"), std::string::npos);
  EXPECT_EQ(Run({"tick"}).exit, 0);
  EXPECT_EQ(Run({"show", id, "--json"}).out.find("\"late\"") != std::string::npos, true);
}

TEST_F(CommandsTest, BadDataOnTheCommandLine) {
  Init();
  for (const std::vector<std::string>& extra :
       std::vector<std::vector<std::string>>{{"--set", "nonsense"},
                                             {"--set", "amount:=1 +"},
                                             {"--data", Path("missing.json")},
                                             {"--data", Write("list.json", "[1]")},
                                             {"--data", Write("bad.json", "{\"a\": }")}}) {
    std::vector<std::string> arguments = {"open", "permit", "--set", "employer=E1"};
    arguments.insert(arguments.end(), extra.begin(), extra.end());
    const Outcome outcome = Run(arguments);
    EXPECT_EQ(outcome.exit, 2) << extra[1];
    EXPECT_NE(outcome.err, "") << extra[1];
  }
  EXPECT_EQ(Run({"open", "permit", "--set", "employer=\xFF\xFE"}).exit, 1);
  EXPECT_EQ(Run({"open", "permit", "--set", "employer=E99"}).exit, 1);
  EXPECT_EQ(Run({"open", "permit", "--set", "employr=E1"}).exit, 1);
  EXPECT_EQ(Run({"cases", "nonsense"}).exit, 2);
  EXPECT_TRUE(JsonLines(Run({"cases", "--json"}).out).empty());
}

TEST_F(CommandsTest, PlantedPersonalDataAreInNoByteOfTheStore) {
  Init();
  const std::string phone = "13807300451";
  const std::string number = "430602198703214516";
  const std::string list = StrCat(
      "enterprise_id,credit_code,name,region_code,enterprise_type,workers_total,has_union,"
      "contact_name,contact_phone\nE9,",
      CreditCode(9), ",示例九号公司,430602,private,20,Y,周明远,", phone, "\n");
  ASSERT_EQ(Run({"import", "enterprises", Write("nine.csv", list)}).exit, 0);
  const std::string data =
      Write("data.json",
            StrCat(R"({"employer": "E9", "matter": "占道经营", "amount": 5, "remark": "电话)",
                   phone, R"(", "applicant": {"name": "周明远", "phone": ")", phone,
                   R"(", "id_number": ")", number, R"("}})"));
  const Outcome opened = Run({"open", "permit", "--data", data});
  ASSERT_EQ(opened.exit, 0) << opened.err;
  const std::string id = Lines(opened.out).at(0);
  ASSERT_EQ(Run({"fire", id, "submit"}).exit, 0);
  Run({"fire", id, "aj.comment", "--set", "text=身份证" + number});
  Run({"fire", id, "announce"});
  Run({"fire", id, number});
  Run({"tick", "--until", "2024-01-01"});
  for (const char* file : {"office.db", "office.db-wal", "office.db-shm", "keys.json"}) {
    const std::string bytes = ReadAll(office() / file);
    for (const std::string& secret : {phone, number, std::string("周明远")}) {
      EXPECT_EQ(bytes.find(secret), std::string::npos) << secret << " in " << file;
    }
  }
  for (const char* command : {"show", "history", "docs"}) {
    for (const std::vector<std::string>& more : {std::vector<std::string>{}, {"--json"}}) {
      std::vector<std::string> arguments = {command, id};
      arguments.insert(arguments.end(), more.begin(), more.end());
      const Outcome outcome = Run(arguments);
      for (const std::string& secret : {phone, number, std::string("周明远")}) {
        EXPECT_EQ(outcome.out.find(secret), std::string::npos) << secret << " by " << command;
      }
    }
  }
  EXPECT_EQ(Run({"verify"}).exit, 0);
}

TEST_F(CommandsTest, AChangedByteIsNamed) {
  Init();
  const std::string id = Open();
  Run({"fire", id, "submit"});
  std::string bytes = ReadAll(office() / "office.db");
  // The hash of the first leaf stands right behind the leaf itself, which is packed.
  const std::string told = Run({"history", id, "--json"}).out;
  constexpr std::string_view kName = "\"leaf_hash\":\"";
  constexpr size_t kHexDigits = 64;
  const std::string hash = told.substr(told.find(kName) + kName.size(), kHexDigits);
  const size_t at = bytes.find(hash);
  ASSERT_NE(at, std::string::npos);
  bytes[at - 1] = static_cast<char>(bytes[at - 1] ^ 1);
  std::ofstream(office() / "office.db", std::ios::binary) << bytes;
  const Outcome outcome = Run({"verify"});
  EXPECT_EQ(outcome.exit, 1);
  EXPECT_NE(outcome.err.find(id), std::string::npos) << outcome.err;
}

// ---- what only a process of its own can show
// ------------------------------------------------------

// Runs in a child with the limits `prepare` sets; its exit code.
template <typename Prepare>
int InChild(Prepare prepare, const std::vector<std::string>& arguments) {
  const pid_t child = fork();
  if (child == 0) {
    prepare();
    std::ostringstream out;
    std::ostringstream err;
    _exit(app::Run(arguments, {out, err}));
  }
  int status = 0;
  waitpid(child, &status, 0);
  return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

TEST_F(CommandsTest, DiskFull) {
  Init();
  const std::string id = Open();
  const std::string before = Run({"show", id}).out;
  const std::vector<std::string> arguments = {
      "--library", library().string(), "-C", office().string(), "fire", id, "submit"};
  int failed = 0;
  for (const rlim_t room : {0, 4096, 20'000, 40'000, 80'000}) {
    const int exit = InChild(
        [&] {
          signal(SIGXFSZ, SIG_IGN);
          const rlimit limit{room, room};
          setrlimit(RLIMIT_FSIZE, &limit);
        },
        arguments);
    if (exit == 0) break;
    EXPECT_EQ(exit, 2) << room;
    ++failed;
    EXPECT_EQ(Run({"show", id}).out, before) << room;
    EXPECT_EQ(Run({"verify"}).exit, 0) << room;
  }
  EXPECT_GT(failed, 0);
  // With room again everything goes on, and each paper is there once.
  Run({"fire", id, "submit"});
  EXPECT_EQ(Run({"tick"}).exit, 0);
  EXPECT_EQ(JsonLines(Run({"docs", id, "--json"}).out).size(), 1U);
  EXPECT_TRUE(fs::exists(office() / "documents" / id / "T9001-1-1.pdf"));
  EXPECT_EQ(Run({"verify"}).exit, 0);
}

TEST_F(CommandsTest, ReadOnly) {
  Init();
  const std::string id = Open();
  const std::string before = Run({"show", id}).out;
  fs::permissions(office(), fs::perms::owner_read | fs::perms::owner_exec);
  for (const char* file : {"office.db", "office.db-wal", "office.db-shm"}) {
    if (fs::exists(office() / file)) fs::permissions(office() / file, fs::perms::owner_read);
  }
  const std::vector<std::string> arguments = {
      "--library", library().string(), "-C", office().string(), "fire", id, "submit"};
  const int exit = InChild(
      [&] {
        // Permissions do not bind the superuser.
        if (getuid() == 0 && (setgid(65534) != 0 || setuid(65534) != 0)) _exit(77);
      },
      arguments);
  EXPECT_EQ(exit, 2);
  fs::permissions(office(), fs::perms::owner_all);
  for (const char* file : {"office.db", "office.db-wal", "office.db-shm"}) {
    if (fs::exists(office() / file)) {
      fs::permissions(office() / file, fs::perms::owner_read | fs::perms::owner_write);
    }
  }
  EXPECT_EQ(Run({"show", id}).out, before);
  EXPECT_EQ(Run({"verify"}).exit, 0);
}

}  // namespace

}  // namespace anjuan::test
