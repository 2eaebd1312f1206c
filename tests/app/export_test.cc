// What leaves the office for other tools: event logs that validate, say what the history says, and
// name nobody.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <set>

#include "engine/base/text.h"
#include "engine/value/json.h"
#include "tests/app/harness.h"
#include "tests/support/tools.h"

namespace anjuan::test {

namespace {

constexpr const char* kSchemas = ANJUAN_SOURCE_DIR "/../shared/conformance/eventlog";

class ExportTest : public OfficeTest {
 protected:
  // A permit with a name and a reason in it, one refused event, one paper, one voided.
  void SetUp() override {
    Init();
    id_ = Open();
    Run({"fire", id_, "fill", "--set", "matter=甲<乙>&\"丙\"", "--set", "applicant=周明远"});
    Run({"fire", id_, "no_such_event"});
    Run({"fire", id_, "submit"});
    Run({"fire", id_, "aj.void", "--set", "document=T9001", "--set", "reason=周明远写错"});
  }

  std::vector<Value> Rows() { return JsonLines(Run({"history", id_, "--json"}).out); }

  std::string id_;
};

TEST_F(ExportTest, LogsSayWhatTheHistorySays) {
  const Outcome done = Run({"export", "--xes", Path("a.xes"), "--ocel", Path("a.json")});
  ASSERT_EQ(done.exit, 0) << done.err;
  const std::vector<Value> rows = Rows();
  ASSERT_GE(rows.size(), 4U);
  const std::string xes = ReadAll(Path("a.xes"));
  const Result<Value> ocel = ReadJson(ReadAll(Path("a.json")), "a.json");
  ASSERT_TRUE(ocel.has_value());
  const List& events = *(*ocel)["events"].list();
  ASSERT_EQ(events.size(), rows.size());
  size_t place = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    const Value& leaf = rows[i]["leaf"];
    EXPECT_EQ(events[i]["id"], leaf["event_id"]);
    EXPECT_EQ(events[i]["time"], leaf["time"]);
    EXPECT_EQ(events[i]["type"], rows[i]["activity"]);
    // In the same order in XES, each with the hash that leads back to its proof.
    place = xes.find(*rows[i]["leaf_hash"].string(), place);
    ASSERT_NE(place, std::string::npos) << i;
  }
}

TEST_F(ExportTest, LogsNameNobodyAndAreTheSameTwice) {
  Run({"export", "--xes", Path("a.xes"), "--ocel", Path("a.json")});
  Run({"export", "--xes", Path("b.xes"), "--ocel", Path("b.json")});
  EXPECT_EQ(ReadAll(Path("a.xes")), ReadAll(Path("b.xes")));
  EXPECT_EQ(ReadAll(Path("a.json")), ReadAll(Path("b.json")));
  for (const char* file : {"a.xes", "a.json"}) {
    EXPECT_EQ(ReadAll(Path(file)).find("周明远"), std::string::npos) << file;
    EXPECT_EQ(ReadAll(Path(file)).find("vault:"), std::string::npos) << file;
  }
}

TEST_F(ExportTest, LogsValidate) {
  if (!std::filesystem::exists(kSchemas)) GTEST_SKIP() << "no schemas at " << kSchemas;
  Run({"export", "--xes", Path("a.xes"), "--ocel", Path("a.json")});
  const std::string schemas = kSchemas;
  EXPECT_EQ(std::system(StrCat("xmllint --noout --schema ", schemas, "/xes.xsd ", Path("a.xes"),
                               " 2>/dev/null")
                            .c_str()),
            0);
  const std::string check = Write("check.py",
                                  "import json, sys, jsonschema\n"
                                  "jsonschema.validate(json.load(open(sys.argv[1])), "
                                  "json.load(open(sys.argv[2])))\n");
  // The distribution's own interpreter has the module, whatever stands before it in PATH.
  const std::string validate =
      StrCat("/usr/bin/python3 ", check, " ", Path("a.json"), " ", schemas, "/ocel2.schema.json");
  EXPECT_EQ(std::system(validate.c_str()), 0);
  // The check can fail.
  Write("a.json", "{\"events\": []}");
  EXPECT_NE(std::system((validate + " 2>/dev/null").c_str()), 0);
}

TEST_F(ExportTest, ObjectsAreDeclaredAndRelated) {
  Run({"export", "--ocel", Path("a.json")});
  const Result<Value> ocel = ReadJson(ReadAll(Path("a.json")), "a.json");
  ASSERT_TRUE(ocel.has_value());
  std::set<std::string> objects;
  for (const Value& object : *(*ocel)["objects"].list()) objects.insert(*object["id"].string());
  std::set<std::string> types;
  for (const Value& type : *(*ocel)["eventTypes"].list()) types.insert(*type["name"].string());
  for (const Value& event : *(*ocel)["events"].list()) {
    EXPECT_TRUE(types.contains(*event["type"].string()));
    for (const Value& related : *event["relationships"].list()) {
      EXPECT_TRUE(objects.contains(*related["objectId"].string()));
    }
  }
  EXPECT_TRUE(objects.contains("case:" + id_));
  EXPECT_TRUE(objects.contains("organisation:E1"));
}

// What tests/app/mining/compare.py finds in both logs of an office with many cases, on the way
// through one tool's readers.
class MiningTest : public ExportTest {
 protected:
  static constexpr const char* kPython = "/usr/bin/python3";
  static constexpr const char* kFolder = ANJUAN_SOURCE_DIR "/tests/app/mining";

  // Cases of every length, with refused attempts, papers and events that share a moment.
  void SetUp() override {
    ExportTest::SetUp();
    constexpr int kCases = 60;
    std::string list = "employer,matter,applicant,amount\n";
    for (int i = 0; i < kCases; ++i) {
      list += StrCat("E", i % 3 + 1, ",事项", i % 4, ",周明远,", i, "\n");
    }
    ASSERT_EQ(Run({"open", "permit", "--for-each", Write("cases.csv", list)}).exit, 0);
    Run({"fire", "submit", "--cases", "matter=事项1"});
    Run({"fire", "submit", "--cases", "matter=事项2"});
    Run({"fire", "review", "--cases", "state=submitted"});
    Run({"fire", "submit", "--cases", "state=submitted"});  // refused
    ASSERT_EQ(Run({"tick", "--until", "2030-01-01"}).exit, 0);
    ASSERT_EQ(Run({"export", "--xes", Path("a.xes"), "--ocel", Path("a.json")}).exit, 0);
  }

  // What the histories say, for compare.py.
  std::string Expected() {
    Context cases;
    for (const Value& one : JsonLines(Run({"cases", "--json"}).out)) {
      const std::string id = *one["case"].string();
      List rows;
      for (const Value& row : JsonLines(Run({"history", id, "--json"}).out)) {
        rows.emplace_back(Context({{"activity", row["activity"]},
                                   {"time", row["leaf"]["time"]},
                                   {"seq", row["leaf"]["case_seq"]}}));
      }
      EXPECT_FALSE(rows.empty()) << id;
      cases.Set(id, Value(std::move(rows)));
    }
    EXPECT_EQ(cases.entries().size(), 61U);
    return WriteJson(Value(std::move(cases)));
  }
  // `modules`: where pm4py is, "" for what is installed.
  Ended Compare(const std::string& modules, const std::string& expected) {
    return RunShell(StrCat("PYTHONDONTWRITEBYTECODE=1 PYTHONPATH='", modules, "' ", kPython, " ",
                           kFolder, "/compare.py ", Path("a.xes"), " ", Path("a.json"), " ",
                           Write("expected.json", expected), " 2>&1"));
  }
};

TEST_F(MiningTest, AnotherLanguagesReadersSeeTheHistories) {
  const std::string modules = StrCat(kFolder, "/plain");
  const std::string expected = Expected();
  const Ended same = Compare(modules, expected);
  EXPECT_EQ(same.exit, 0) << same.out;
  EXPECT_NE(same.out.find("61 cases"), std::string::npos) << same.out;
  // Another moment, activity or order, or a row more, is found.
  for (const auto& [was, is] : {std::pair{".000Z", ".001Z"}, std::pair{"立案", "立"},
                                std::pair{R"("seq":1)", R"("seq":7)"}}) {
    std::string other = expected;
    const size_t at = other.find(was);
    ASSERT_NE(at, std::string::npos) << was;
    other.replace(at, std::string(was).size(), is);
    EXPECT_NE(Compare(modules, other).exit, 0) << was;
  }
}

TEST_F(MiningTest, Pm4pySeesTheHistories) {
  if (RunShell(StrCat(kPython, " -c 'import pm4py' 2>/dev/null")).exit != 0) {
    GTEST_SKIP() << "the Python module pm4py is not installed (Debian 12 has no package of it)";
  }
  const Ended same = Compare("", Expected());
  EXPECT_EQ(same.exit, 0) << same.out;
}

TEST_F(ExportTest, NeedsAFileAndAPlaceToWrite) {
  EXPECT_EQ(Run({"export"}).exit, 2);
  const Outcome nowhere = Run({"export", "--xes", Path("no/such/folder/a.xes")});
  EXPECT_EQ(nowhere.exit, 2);
  EXPECT_NE(nowhere.err.find("cannot write"), std::string::npos) << nowhere.err;
}

TEST_F(ExportTest, HistoryMarksWhereSomebodyStepped) {
  const Outcome told = Run({"history", id_});
  EXPECT_NE(told.out.find("文书作废（aj.void）"), std::string::npos) << told.out;
  EXPECT_NE(told.out.find("【人工干预】"), std::string::npos);
  EXPECT_NE(told.out.find("未办成：denied"), std::string::npos);
  EXPECT_NE(told.out.find("理由 （个人信息）"), std::string::npos) << told.out;
  EXPECT_EQ(told.out.find("周明远"), std::string::npos);
}

TEST_F(ExportTest, CasesAreFoundByWhoActedByNumberAndByPaper) {
  Open();  // another one, which nothing of this names
  const auto found = [&](const std::string& query) {
    const std::vector<Value> cases = JsonLines(Run({"cases", query, "--json"}).out);
    return cases.size() == 1 ? *cases[0]["case"].string() : std::to_string(cases.size());
  };
  const Value document = JsonLines(Run({"docs", id_, "--json"}).out).at(0);
  EXPECT_EQ(found("document=" + document["sha256"].string()->substr(0, 12)), id_);
  EXPECT_EQ(found("document=" + *document["code"].string()), id_);
  EXPECT_EQ(found("document=ffffffffffff"), "0");
  EXPECT_EQ(found("number=" + *document["number"].string()), id_);  // though it is void
  EXPECT_EQ(found("number=无"), "0");
  EXPECT_EQ(found("actor=operator"), "2");
  EXPECT_EQ(found("actor=nobody"), "0");
  EXPECT_EQ(found("actor=operator,document=" + *document["code"].string()), id_);
}

}  // namespace

}  // namespace anjuan::test
