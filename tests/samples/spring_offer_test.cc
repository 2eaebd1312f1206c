// The sample as samples/run.sh plays it, in process; F01 compared cell by cell, and cases and
// papers one by one, with counts of the stories' own texts.
#include <gtest/gtest.h>

#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <sstream>
#include <vector>

#include "engine/app/run.h"
#include "engine/value/json.h"
#include "tests/samples/spring_offer_count.h"
#include "tests/samples/whole_run_count.h"

namespace anjuan::samples {
namespace {

namespace fs = std::filesystem;

const std::string kSource = ANJUAN_SOURCE_DIR;
const std::string kSample = kSource + "/samples/spring-offer/";
// In the order in which they are played: each goes on where the one before it ends.
const std::vector<std::string> kStories = {"story.case", "story-2-refusals.case",
                                           "story-3-performance.case", "story-4-renewals.case",
                                           "story-5-groups.case"};

struct Output {
  int exit = 0;
  std::string out;
  std::string err;
};

std::string ReadText(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string LastLine(const std::string& text) {
  const size_t end = text.find_last_not_of('\n');
  if (end == std::string::npos) return "";
  const size_t start = text.find_last_of('\n', end);
  return text.substr(start + 1, end - start);
}

class SpringOffer : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    scratch = fs::path(::testing::TempDir()) / ("anjuan-samples-" + std::to_string(getpid()));
    fs::remove_all(scratch);
    fs::create_directories(scratch);
    office = scratch / "office";
    Init();
    Prepare();
    for (const std::string& story : kStories) Done({"play", kSample + story});
    told = ReadStory(ReadText(kSample + "enterprises.csv"), ReadText(kSample + "story.case"));
  }
  static void TearDownTestSuite() { fs::remove_all(scratch); }

  static Output Anjuan(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--library", kSource, "-C", office.string()});
    std::ostringstream out, err;
    Output output;
    output.exit = app::Run(arguments, {.out = out, .err = err});
    output.out = out.str();
    output.err = err.str();
    return output;
  }

  static void Done(const std::vector<std::string>& arguments) {
    const Output output = Anjuan(arguments);
    EXPECT_EQ(output.exit, 0) << arguments[0] << ": " << output.out << output.err;
  }

  // The steps of samples/run.sh.
  static void Prepare() {
    Done({"import", "enterprises", kSample + "enterprises.csv"});
    Done({"import", "enterprises", kSample + "more-enterprises.csv"});
    Done({"import", "accounts", kSample + "accounts.csv"});
    Done({"import", "accounts", kSample + "more-accounts.csv"});
    Done({"open", "collective-consultation", "--for-each", kSample + "enterprises.csv", "--data",
          kSample + "defaults.json"});
    Done({"fire", "prepare_offer", "--batch", "letters", "--cases",
          "process=collective-consultation,state=drafting,campaign_id=2023年春季要约行动"});
  }

  // A copy of the story up to `cut`, by its own name.
  static std::string Part(const std::string& name, const std::string& cut) {
    const std::string story = ReadText(kSample + name);
    const size_t end = story.find(cut);
    EXPECT_NE(end, std::string::npos) << cut;
    const std::string part = (scratch / name).string();
    std::ofstream(part) << story.substr(0, end);
    return part;
  }

  static void Init() {
    Done({"init", office.string(), "--area", "430600", "--clock", "manual", "--at",
          "2023-03-01 08:00"});
  }

  static Value SheetF01(const std::string& from, const std::string& to, const std::string& region) {
    std::vector<std::string> arguments = {"sheet", "F01", "--from", from, "--to", to, "--json"};
    if (!region.empty()) arguments.insert(arguments.end(), {"--region", region + "00"});
    const Output output = Anjuan(arguments);
    EXPECT_EQ(output.exit, 0) << output.err;
    Result<Value> sheet = ReadJson(output.out, "F01");
    EXPECT_TRUE(sheet) << output.out;
    return sheet ? *sheet : Value();
  }

  // region: the first four digits of a prefecture, or "" for everywhere.
  static void Compare(const std::string& from, const std::string& to, const std::string& region) {
    SCOPED_TRACE(from + " to " + to + ", " + region);
    const Value sheet = SheetF01(from, to, region);
    for (const auto& [type, counts] : CountF01(told, from, to, region)) {
      SCOPED_TRACE(type);
      const Value& cells = sheet["cells"][type];
      EXPECT_EQ(cells["offer_enterprises"], Value(counts.offered.enterprises));
      EXPECT_EQ(cells["offer_workers"], Value(counts.offered.workers));
      EXPECT_EQ(cells["reply_enterprises"], Value(counts.replied.enterprises));
      EXPECT_EQ(cells["reply_workers"], Value(counts.replied.workers));
      EXPECT_EQ(cells["signed_enterprises"], Value(counts.signed_contract.enterprises));
      EXPECT_EQ(cells["signed_workers"], Value(counts.signed_contract.workers));
      EXPECT_EQ(cells["refused_enterprises"], Value(counts.refused.enterprises));
      CompareReasons(cells["refusal_reason_and_handling"], counts);
    }
  }

  static void CompareReasons(const Value& cell, const Counts& counts) {
    if (counts.refusing.empty()) {
      EXPECT_TRUE(cell.is_null() || *cell.string() == "");
      return;
    }
    ASSERT_NE(cell.string(), nullptr);
    for (const std::string& id : counts.refusing) {
      std::string reason = "逾期未回应";
      for (const auto& [name, offer] : told.offers) {
        if (offer.enterprise == id && !offer.reason.empty()) reason = offer.reason;
      }
      const std::string wanted = told.enterprises.at(id).name + "：" + reason;
      EXPECT_NE(cell.string()->find(wanted), std::string::npos) << *cell.string();
    }
  }

  static fs::path scratch;
  static fs::path office;  // the office the commands work in
  static Story told;
};

fs::path SpringOffer::scratch;
fs::path SpringOffer::office;
Story SpringOffer::told;

TEST_F(SpringOffer, F01OfTheCampaignIsWhatTheStorySays) {
  Compare("2023-03-01", "2023-06-30", "");
}

TEST_F(SpringOffer, F01OfOtherWindows) {
  Compare("2023-03-01", "2023-04-10", "");
  Compare("2023-03-01", "2023-05-31", "");
  Compare("2023-05-01", "2023-06-30", "");
  Compare("2023-03-01", "2023-07-03", "");
}

TEST_F(SpringOffer, F01OfOnePrefecture) {
  Compare("2023-03-01", "2023-06-30", "4306");
  Compare("2023-03-01", "2023-06-30", "4301");
  Compare("2023-03-01", "2023-06-30", "4303");
}

// What the labour office did later is not in an earlier return, though the case tells it by now.
TEST_F(SpringOffer, TheHandlingIsThatOfTheClosingDay) {
  const auto shown = [](const std::string& sheet, const std::string& to) {
    return Anjuan({"sheet", sheet, "--from", "2023-03-01", "--to", to}).out;
  };
  for (const char* sheet : {"F01", "F01A"}) {
    SCOPED_TRACE(sheet);
    const std::string june = shown(sheet, "2023-06-30");
    EXPECT_NE(june.find("示例伍市电子科技有限公司"), std::string::npos) << june;
    EXPECT_EQ(june.find("约谈"), std::string::npos) << june;
    EXPECT_EQ(june.find("正在处理"), std::string::npos) << june;
    EXPECT_NE(shown(sheet, "2023-07-10").find("正在处理"), std::string::npos);
    EXPECT_NE(shown(sheet, "2023-07-31").find("认定拒绝协商的理由正当"), std::string::npos);
  }
  EXPECT_NE(shown("F01", "2023-07-31").find("请各地于2023年7月31日前上报"), std::string::npos);
}

TEST_F(SpringOffer, TheLedgerKeepsTheFirstSignatureOfAChangedContract) {
  const Output ledger = Anjuan({"sheet", "L02"});
  EXPECT_EQ(ledger.exit, 0) << ledger.err;
  EXPECT_NE(ledger.out.find("2023年4月17日（2023年11月27日变更）"), std::string::npos)
      << ledger.out;
}

// The numbers of the story as its opening comment tells them, so that the count above cannot agree
// with the engine by both being empty.
TEST_F(SpringOffer, TheStoryHasManyOutcomes) {
  Counts all;
  for (const auto& [type, counts] : CountF01(told, "2023-03-01", "2023-06-30", "")) {
    all.offered.enterprises += counts.offered.enterprises;
    all.replied.enterprises += counts.replied.enterprises;
    all.signed_contract.enterprises += counts.signed_contract.enterprises;
    all.refused.enterprises += counts.refused.enterprises;
  }
  EXPECT_EQ(all.offered.enterprises, 28);
  EXPECT_EQ(all.replied.enterprises, 23);
  EXPECT_EQ(all.signed_contract.enterprises, 17);
  EXPECT_EQ(all.refused.enterprises, 3);
}

TEST_F(SpringOffer, EveryDocumentHasItsPrintCopy) {
  const Output output = Anjuan({"docs", "--json"});
  ASSERT_EQ(output.exit, 0) << output.err;
  std::istringstream lines(output.out);
  std::string line;
  std::int64_t documents = 0;
  while (std::getline(lines, line)) {
    const Result<Value> count = ReadJson(line, "docs");
    ASSERT_TRUE(count) << line;
    documents += *(*count)["live"].number()->ToInteger() + *(*count)["void"].number()->ToInteger();
  }
  std::int64_t copies = 0;
  for (const auto& entry : fs::recursive_directory_iterator(office / "documents")) {
    if (entry.path().extension() == ".pdf") ++copies;
  }
  EXPECT_GT(documents, 300);
  EXPECT_EQ(copies, documents);
}

TEST_F(SpringOffer, HistoryAndDocumentsAreProved) {
  const Output verified = Anjuan({"verify"});
  EXPECT_EQ(verified.exit, 0) << verified.out << verified.err;
  EXPECT_EQ(LastLine(verified.out), "verify: ok");
  const Output replayed = Anjuan({"replay"});
  EXPECT_EQ(replayed.exit, 0) << replayed.out << replayed.err;
  EXPECT_EQ(LastLine(replayed.out), "replay: ok");
}

TEST_F(SpringOffer, PlayedAgainItChangesNothing) {
  const std::string before = Anjuan({"verify"}).out;
  ASSERT_NE(before.find("历史"), std::string::npos);
  Prepare();
  for (const std::string& story : kStories) Done({"play", kSample + story});
  EXPECT_EQ(Anjuan({"verify"}).out, before);
}

// Broken off in May, then in the middle of the renewals, in another office, it goes on where it
// stopped: the whole ends as if it had been played at once.
TEST_F(SpringOffer, BrokenOffAndPlayedOnItEndsTheSame) {
  const std::string whole = Anjuan({"verify"}).out;
  const std::string states = Anjuan({"cases", "--json"}).out;

  office = scratch / "second";
  Init();
  Prepare();
  Done({"play", Part("story.case", "tick 2023-05-23")});
  Prepare();
  for (size_t i = 0; i < 3; ++i) Done({"play", kSample + kStories[i]});
  Done({"play", Part("story-4-renewals.case", "tick 2024-04-08")});
  EXPECT_NE(Anjuan({"verify"}).out, whole);
  Prepare();
  for (const std::string& story : kStories) Done({"play", kSample + story});
  EXPECT_EQ(Anjuan({"verify"}).out, whole);
  EXPECT_EQ(Anjuan({"cases", "--json"}).out, states);
  office = scratch / "office";
}

// ---- the whole run
// --------------------------------------------------------------------------------

WholeRun ToldByTheStories() {
  std::vector<std::string> stories, opened;
  for (const std::string& story : kStories) stories.push_back(ReadText(kSample + story));
  for (const auto& [id, enterprise] : ReadEnterprises(ReadText(kSample + "enterprises.csv"))) {
    opened.push_back(id);
  }
  return CountWholeRun(stories, opened);
}

TEST_F(SpringOffer, CasesEndAsTheStoriesSay) {
  const Output output = Anjuan({"cases", "--json"});
  ASSERT_EQ(output.exit, 0) << output.err;
  std::map<std::string, std::map<std::string, int>> found;
  std::istringstream lines(output.out);
  std::string line;
  while (std::getline(lines, line)) {
    const Result<Value> record = ReadJson(line, "cases");
    ASSERT_TRUE(record) << line;
    const std::string* process = (*record)["process"].string();
    if (process == nullptr) continue;  // the counts below the list
    ++found[*process][*(*record)["states"].string()];
  }
  EXPECT_EQ(found, ToldByTheStories().cases);
}

TEST_F(SpringOffer, PapersAreTheOnesTheStoriesTellOf) {
  const Output output = Anjuan({"docs", "--json"});
  ASSERT_EQ(output.exit, 0) << output.err;
  std::map<std::string, int> found;
  std::istringstream lines(output.out);
  std::string line;
  while (std::getline(lines, line)) {
    const Result<Value> count = ReadJson(line, "docs");
    ASSERT_TRUE(count) << line;
    const std::string* code = (*count)["code"].string();
    if (code == nullptr) continue;
    found[*code] = static_cast<int>(*(*count)["live"].number()->ToInteger() +
                                    *(*count)["void"].number()->ToInteger());
  }
  const std::map<std::string, int> told_papers = ToldByTheStories().papers;
  EXPECT_EQ(found, told_papers);
  // every kind of the first five processes
  EXPECT_EQ(told_papers.size(), 44U);
}

// What comes to a consultation after its end is kept where a person finds it: at both cases.
TEST_F(SpringOffer, DeadLettersAreFound) {
  for (const char* enterprise : {"E005", "E012"}) {
    for (const char* process : {"collective-consultation", "performance-supervision"}) {
      const Output output =
          Anjuan({"cases", "--json",
                  std::string("dead_letter=1,subject=") + enterprise + ",process=" + process});
      EXPECT_NE(output.out.find("\"case\""), std::string::npos) << enterprise << " " << process;
    }
  }
}

// A script that was edited after it was played is told so, and does nothing.
TEST_F(SpringOffer, AnEditedStoryIsRefused) {
  const std::string before = Anjuan({"verify"}).out;
  std::string story = ReadText(kSample + "story.case");
  const std::string day = "{offer_sent_on: date(\"2023-03-03\")}";
  ASSERT_NE(story.find(day), std::string::npos);
  story.replace(story.find(day), day.size(), "{offer_sent_on: date(\"2023-03-02\")}");
  const std::string edited = (scratch / "story.case").string();
  std::ofstream(edited) << story;
  const Output played = Anjuan({"play", edited});
  EXPECT_EQ(played.exit, 1);
  EXPECT_NE(played.err.find("request.reused"), std::string::npos) << played.err;
  EXPECT_EQ(Anjuan({"verify"}).out, before);
}

}  // namespace
}  // namespace anjuan::samples
