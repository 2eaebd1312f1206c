#include "engine/form/statistics.h"

#include <gtest/gtest.h>

#include <fstream>
#include <sstream>

#include "engine/base/text.h"

namespace anjuan::form {
namespace {

// The shipped sheet F01: the rule under test is its data.
const Counting& F01() {
  static const Counting kCounting = [] {
    const std::string path = ANJUAN_SOURCE_DIR "/workflows/shared/sheets/F01.json";
    std::ifstream in(path, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    Result<std::optional<Counting>> read = ReadCounting(text.str(), path);
    if (!read) ADD_FAILURE() << Render(read.error());
    return read && *read ? **read : Counting{};
  }();
  return kCounting;
}

Date Day(std::string_view text) {
  return ParseDate(text).value_or(Date{});
}

// Hand-made cases: what the store would give for one region.
struct World {
  std::vector<Fact> facts;
  std::vector<StateInterval> intervals;
  std::map<std::string, std::string> types;  // organisation -> type
  std::map<std::pair<std::string, std::string>, std::string> fields;
  Date closing = {2023, 6, 30};

  void Say(std::string case_id, std::string key, std::string organisation, int workers,
           std::string_view date, std::string reverses = "") {
    facts.push_back({std::move(case_id), std::move(key), std::move(organisation), Decimal(workers),
                     Day(date), std::move(reverses)});
  }
  void Offer(const std::string& case_id, const std::string& organisation, int workers,
             std::string_view date) {
    Say(case_id, "F01.offer", organisation, workers, date);
  }
  void Reply(const std::string& case_id, const std::string& organisation, int workers,
             std::string_view date) {
    Say(case_id, "F01.reply", organisation, workers, date);
  }
  void Sign(const std::string& case_id, const std::string& organisation, int workers,
            std::string_view date) {
    Say(case_id, "F01.signed", organisation, workers, date);
  }
  void In(std::string case_id, std::string state, std::string_view from, std::string_view to = "") {
    intervals.push_back({std::move(case_id), std::move(state), Day(from),
                         to.empty() ? std::optional<Date>() : Day(to)});
  }

  Count Run() const {
    CountingInput input;
    input.facts = facts;
    input.intervals = intervals;
    input.case_field = [this](std::string_view id, std::string_view field) {
      const auto found = fields.find({std::string(id), std::string(field)});
      if (found != fields.end()) return found->second;
      if (field == "case_kind") return std::string("new");
      if (field == "offeror_side") return std::string("worker");
      return std::string(field == "variant" ? "enterprise" : "");
    };
    input.attribute = [this](std::string_view organisation, std::string_view) {
      const auto found = types.find(std::string(organisation));
      return found == types.end() ? std::string("private") : found->second;
    };
    input.from = {2023, 3, 1};
    input.to = {2023, 6, 30};
    input.closing = closing;
    return Evaluate(F01(), input);
  }

  // "offers/workers replies/workers signed/workers refused" of a row.
  std::string Row(const std::string& row = "private") const {
    const Count count = Run();
    const auto cell = [&](const char* column) {
      return count.numbers.at({row, column}).ToString();
    };
    return StrCat(cell("offer_enterprises"), "/", cell("offer_workers"), " ",
                  cell("reply_enterprises"), "/", cell("reply_workers"), " ",
                  cell("signed_enterprises"), "/", cell("signed_workers"), " ",
                  cell("refused_enterprises"));
  }
};

TEST(F01, CountsEveryColumn) {
  World world;
  world.types["E1"] = "state_or_collective";
  world.Offer("c1", "E1", 1260, "2023-03-10");
  world.Reply("c1", "E1", 1260, "2023-03-20");
  world.Sign("c1", "E1", 1260, "2023-05-10");
  world.Offer("c2", "E2", 860, "2023-03-11");
  EXPECT_EQ(world.Row("state_or_collective"), "1/1260 1/1260 1/1260 0");
  EXPECT_EQ(world.Row("private"), "1/860 0/0 0/0 0");
  EXPECT_EQ(world.Row("other"), "0/0 0/0 0/0 0");
  EXPECT_TRUE(Check(F01(), world.Run().numbers).empty());
}

TEST(F01, ARefusalInHandlingIsARefusalAndTheTypeIsThatOfTheCase) {
  World world;
  world.types["E1"] = "private";
  world.Offer("c1", "E1", 100, "2023-03-10");
  world.fields[{"c1", "enterprise_type"}] = "foreign_invested";
  world.In("c1", "refused", "2023-03-20", "2023-04-01");
  world.In("c1", "refusal_in_handling", "2023-04-01");
  EXPECT_EQ(world.Row("foreign_invested"), "1/100 0/0 0/0 1");
  EXPECT_EQ(world.Row("private"), "0/0 0/0 0/0 0");
  // A region's contract covers it besides, under its own case's type.
  world.fields[{"c2", "variant"}] = "regional";
  world.fields[{"c2", "enterprise_type"}] = "other";
  world.Offer("c2", "E1", 999, "2023-05-10");
  world.Offer("c2", "E2", 50, "2023-05-10");
  EXPECT_EQ(world.Row("foreign_invested"), "1/100 0/0 0/0 1");
  EXPECT_EQ(world.Row("private"), "1/50 0/0 0/0 0");
}

TEST(F01, SeveralOffersToOneEnterpriseCountOnceWithItsLargestNumber) {
  World world;
  world.Offer("c1", "E1", 300, "2023-03-10");
  world.Offer("c2", "E1", 310, "2023-04-10");
  world.Offer("c3", "E1", 120, "2023-05-10");
  EXPECT_EQ(world.Row(), "1/310 0/0 0/0 0");
}

TEST(F01, AcceptedOneAndRefusedAnotherCountsAsReplying) {
  World world;
  world.Offer("c1", "E1", 300, "2023-03-10");
  world.Reply("c1", "E1", 300, "2023-03-20");
  world.Offer("c2", "E1", 300, "2023-04-10");
  world.Say("c2", "F01.refused", "E1", 300, "2023-04-20");
  world.In("c2", "refused", "2023-04-20");
  EXPECT_EQ(world.Row(), "1/300 1/300 0/0 0");
  // It is listed in the annex F01A nevertheless.
  const std::vector<Element> annex = world.Run().sets.at("refused_any");
  ASSERT_EQ(annex.size(), 1U);
  EXPECT_EQ(annex[0].case_id, "c2");
}

TEST(F01, AWithdrawnOfferWasSent) {
  World world;
  world.Offer("c1", "E1", 300, "2023-03-10");
  world.In("c1", "withdrawn", "2023-03-15");
  EXPECT_EQ(world.Row(), "1/300 0/0 0/0 0");
}

TEST(F01, RefusalsAreStatesOnTheClosingDate) {
  for (const char* state : {"no_reply", "refused", "closed_refused"}) {
    World world;
    world.Offer("c1", "E1", 300, "2023-03-10");
    world.In("c1", "offer_sent", "2023-03-10", "2023-03-31");
    world.In("c1", state, "2023-03-31");
    EXPECT_EQ(world.Row(), "1/300 0/0 0/0 1") << state;
    world.closing = {2023, 3, 30};
    EXPECT_EQ(world.Row(), "1/300 0/0 0/0 0") << state;
    world.closing = {2023, 3, 31};
    EXPECT_EQ(world.Row(), "1/300 0/0 0/0 1") << state;
  }
}

TEST(F01, ARefusalThatIsCorrectedBecomesAReply) {
  World world;
  world.Offer("c1", "E1", 300, "2023-03-10");
  world.Say("c1", "F01.refused", "E1", 300, "2023-03-31");
  world.In("c1", "no_reply", "2023-03-31", "2023-04-15");
  world.Say("c1", "F01.reply", "E1", 300, "2023-04-15", "F01.refused");
  world.In("c1", "preparing", "2023-04-15");
  EXPECT_EQ(world.Row(), "1/300 1/300 0/0 0");
  // A report made in between saw it otherwise.
  world.closing = {2023, 4, 14};
  EXPECT_EQ(world.Row(), "1/300 0/0 0/0 1");
}

TEST(F01, TheEmployersOwnOffersRefusedByTheWorkersDoNotCountAsRefusing) {
  World world;
  world.Offer("c1", "E1", 300, "2023-03-10");
  world.In("c1", "no_reply", "2023-03-31");
  world.fields[{"c1", "offeror_side"}] = "employer";
  EXPECT_EQ(world.Row(), "1/300 0/0 0/0 0");
}

TEST(F01, EventsOutsideTheWindow) {
  World world;
  world.Offer("c0", "E0", 10, "2023-02-28");
  world.Reply("c0", "E0", 10, "2023-03-05");  // of an offer before the window
  world.Sign("c0", "E0", 10, "2023-03-20");   // a contract of an earlier offer counts
  world.Offer("c1", "E1", 20, "2023-03-01");
  world.Offer("c2", "E2", 40, "2023-06-30");
  world.Reply("c2", "E2", 40, "2023-07-01");  // late
  world.Offer("c3", "E3", 80, "2023-07-01");
  world.Sign("c4", "E4", 160, "2023-07-01");
  EXPECT_EQ(world.Row(), "2/60 0/0 1/10 0");
  const Diagnostics found = Check(F01(), world.Run().numbers);
  ASSERT_EQ(found.size(), 2U);  // more signed than replied: only a warning
  EXPECT_FALSE(HasError(found));
}

TEST(F01, ReversedFactsAreTakenBack) {
  World world;
  world.Offer("c1", "E1", 300, "2023-03-10");
  world.Sign("c1", "E1", 300, "2023-05-10");
  world.Say("c1", "F01.unsigned", "E1", 0, "2023-05-20", "F01.signed");
  EXPECT_EQ(world.Row(), "1/300 0/0 0/0 0");
  world.Sign("c1", "E1", 280, "2023-06-01");  // and signed again
  EXPECT_EQ(world.Row(), "1/300 0/0 1/280 0");
  // A correction of the number reverses its own key.
  world.Say("c1", "F01.signed", "E1", 290, "2023-06-02", "F01.signed");
  EXPECT_EQ(world.Row(), "1/300 0/0 1/290 0");
  // Another case's facts are not touched.
  world.Offer("c2", "E2", 7, "2023-03-10");
  world.Say("c2", "F01.void", "E2", 0, "2023-03-11", "F01.offer");
  EXPECT_EQ(world.Row(), "1/300 0/0 1/290 0");
}

TEST(F01, ChangesAndTerminationsAreNotFed) {
  World world;
  world.Offer("c1", "E1", 300, "2023-03-10");
  world.fields[{"c1", "case_kind"}] = "change";
  world.Offer("c2", "E2", 20, "2023-03-10");
  world.fields[{"c2", "case_kind"}] = "renewal";
  EXPECT_EQ(world.Row(), "1/20 0/0 0/0 0");
}

TEST(F01, ARegionalContractCountsEachEnterpriseUnlessItsOwnCaseDoes) {
  World world;
  world.fields[{"r1", "variant"}] = "regional";
  world.types["E3"] = "other";
  world.Offer("r1", "E1", 50, "2023-03-10");
  world.Offer("r1", "E2", 40, "2023-03-10");
  world.Offer("r1", "E3", 30, "2023-03-10");
  world.Offer("c2", "E2", 35, "2023-04-10");  // its own case, with fewer workers
  EXPECT_EQ(world.Row("private"), "2/85 0/0 0/0 0");
  EXPECT_EQ(world.Row("other"), "1/30 0/0 0/0 0");
}

TEST(F01, AnOrganisationWithoutARowIsToldNotLost) {
  World world;
  world.types["E9"] = "";
  world.Offer("c1", "E9", 300, "2023-03-10");
  const Count count = world.Run();
  ASSERT_EQ(count.warnings.size(), 1U);
  EXPECT_EQ(count.warnings[0].code, "counting.row");
  EXPECT_EQ(world.Row(), "0/0 0/0 0/0 0");
}

TEST(F01, TheReasonsNameOneCaseForEachRefusingEnterprise) {
  World world;
  world.Offer("c1", "E1", 300, "2023-03-10");
  world.In("c1", "refused", "2023-03-20");
  world.Offer("c2", "E1", 310, "2023-03-11");
  world.In("c2", "no_reply", "2023-04-01");
  const Count count = world.Run();
  const auto& list = count.lists.at({"private", "refusal_reason_and_handling"});
  ASSERT_EQ(list.size(), 1U);
  EXPECT_EQ(list[0].case_id, "c2");
}

TEST(Check, NamesRowAndColumns) {
  std::map<Count::Cell, Decimal> numbers;
  numbers[{"private", "offer_enterprises"}] = Decimal(3);
  numbers[{"private", "reply_enterprises"}] = Decimal(2);
  numbers[{"private", "refused_enterprises"}] = Decimal(2);
  const Diagnostics found = Check(F01(), numbers);
  ASSERT_EQ(found.size(), 1U);
  EXPECT_EQ(found[0].message,
            "“私营企业 (民营企业)”一行：“回应要约·企业数”加“不予回应(拒绝协商)企业数”为4，"
            "大于“发出要约·企业数”的3");
}

TEST(ReadCounting, ReportsEveryMistakeWithItsPlace) {
  const Result<std::optional<Counting>> read = ReadCounting(R"({
  "columns": [{"key": "a", "zh": "甲"}],
  "body": {"rows": [{"key": "r", "label": "行"}]},
  "counting": {
    "rows_by": "type", "cases": ["p"],
    "sets": {
      "x": {"fact": "F", "date": "windows"},
      "y": {"from": "xx"},
      "z": {"from": "w"},
      "w": {"from": "z"},
      "v": {}
    },
    "columns": {
      "b": {"count": "x"},
      "a": {"sum": "q"}
    }
  }
})",
                                                            "s.json");
  ASSERT_FALSE(read.has_value());
  std::vector<std::pair<std::string, int>> found;
  for (const Diagnostic& d : read.error()) found.emplace_back(d.code, d.at.line);
  const std::vector<std::pair<std::string, int>> expected = {
      {"counting.set", 7},  {"counting.set", 11},    {"counting.set", 8}, {"counting.set", 9},
      {"counting.set", 10}, {"counting.column", 14}, {"counting.set", 15}};
  EXPECT_EQ(found, expected) << Render(read.error());
  EXPECT_FALSE(ReadCounting("{}", "s.json")->has_value());
}

}  // namespace
}  // namespace anjuan::form
