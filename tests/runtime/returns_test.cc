// Sheets over facts that were corrected and cases that were moved; returns that stay as they were
// sent in.
#include "engine/runtime/returns.h"
#include "engine/base/text.h"
#include "engine/runtime/audit.h"
#include "engine/runtime/imports.h"
#include "engine/runtime/sheets.h"
#include "tests/runtime/fixture.h"

namespace anjuan::test {
namespace {

using runtime::Answer;

constexpr std::string_view kSheet = R"json({
  "id": "X01", "title_zh": "承诺情况统计表", "orientation": "portrait",
  "preface": [{"label": "报送单位：", "field": "reporting_unit"}],
  "columns": [
    {"key": "type", "zh": "类型", "type": "text", "header_path": ["类型"], "width": 20},
    {"key": "sent", "zh": "单位数", "type": "uint", "header_path": ["送达", "单位数"], "width": 9},
    {"key": "workers", "zh": "职工数", "type": "uint", "header_path": ["送达", "职工数"], "width": 9},
    {"key": "names", "zh": "名单", "type": "text", "header_path": ["名单"], "width": 30}
  ],
  "body": {"kind": "fixed_rows", "row_label_column": "type",
           "rows": [{"key": "private", "label": "私营企业"}, {"key": "safety", "label": "安全"},
                    {"key": "wages", "label": "工资"}]},
  "counting": {
    "rows_by": "type", "rows_by_field": "kind", "cases": ["pledge"],
    "sets": {"sent": {"fact": "P.sent", "date": "window"}},
    "columns": {"sent": {"count": "sent"}, "workers": {"sum": "sent"},
                "names": {"list": "sent", "text": "args.organisation.name + string(args.quantity)"}}
  }
})json";

class Returns : public BothStores {
 protected:
  void SetUp() override {
    ASSERT_TRUE(runtime::ImportShared(office_.office(), {{"sheets/X01.json", std::string(kSheet)}})
                    .has_value());
  }
  std::string Sent(std::string_view employer, int workers, std::string_view on) {
    const Answer opened = office_.Open(
        "pledge", StrCat(R"({employer: ")", employer, R"(", kind: "safety", workers: )", workers,
                         R"(, sent_on: date(")", on, R"(")})"));
    EXPECT_TRUE(office_.Fire(opened.case_id, "send").ok()) << Told(opened);
    return opened.case_id;
  }
  static runtime::SheetRequest Request(std::string region = "430600") {
    runtime::SheetRequest request;
    request.id = "X01";
    request.region = std::move(region);
    request.from = ParseDate("2023-03-01");
    request.to = ParseDate("2023-03-31");
    return request;
  }
  static std::string Cell(const runtime::FilledSheet& sheet, const std::string& column,
                          const std::string& row = "safety") {
    const auto cells = sheet.data.fixed.find(row);
    const Value* value = cells == sheet.data.fixed.end() ? nullptr : cells->second.Find(column);
    if (value == nullptr || value->is_null()) return "";
    return value->string() != nullptr ? *value->string() : value->number()->ToString();
  }
  std::string Now(const std::string& column, const std::string& region = "430600",
                  std::string_view closing = "") {
    runtime::SheetRequest request = Request(region);
    if (!closing.empty()) request.closing = ParseDate(closing);
    const Result<runtime::FilledSheet> sheet = runtime::FillSheet(office_.office(), request);
    if (!sheet) return Render(sheet.error());
    return Cell(*sheet, column);
  }
  Result<runtime::Frozen> Freeze(std::string replaces = "", std::string account = "") {
    return runtime::FreezeSheet(office_.office(),
                                {.request = Request(), .who = {account, ""}, .replaces = replaces});
  }
  std::string Verified() {
    return runtime::Verify(office_.office(), [](std::int64_t, std::int64_t) {}).mistake;
  }
};
ANJUAN_BOTH_STORES(Returns);

TEST_P(Returns, CountACorrectedFactOnItsRightDay) {
  const std::string id = Sent("E001", 30, "2023-03-02");
  office_.MoveTo("2023-04-03");
  EXPECT_EQ(Now("workers"), "30");
  ASSERT_TRUE(office_.Fire(id, "aj.correct", R"({fields: {workers: 25}, reason: "误填"})").ok());
  EXPECT_EQ(Now("workers"), "25");
  // Out of the window: what was recorded on March 2nd never was.
  ASSERT_TRUE(
      office_.Fire(id, "aj.correct", R"({fields: {sent_on: date("2023-04-02")}, reason: "误填"})")
          .ok());
  EXPECT_EQ(Now("sent"), "0");
  ASSERT_TRUE(
      office_.Fire(id, "aj.correct", R"({fields: {sent_on: date("2023-03-01")}, reason: "误填"})")
          .ok());
  EXPECT_EQ(Now("sent"), "1");
  // The row follows what the case says of the organisation, not the register alone.
  ASSERT_TRUE(office_.Fire(id, "aj.correct", R"({fields: {kind: "wages"}, reason: "误填"})").ok());
  EXPECT_EQ(Now("sent"), "0");
  const Result<runtime::FilledSheet> sheet = runtime::FillSheet(office_.office(), Request());
  EXPECT_EQ(Cell(*sheet, "names", "wages"), "示例甲公司25");
}

TEST_P(Returns, CountAMovedCaseWhereItWasOnTheClosingDay) {
  const std::string id = Sent("E001", 30, "2023-03-02");
  office_.MoveTo("2023-03-10");
  ASSERT_TRUE(office_.Fire(id, "aj.transfer", R"({region: "430603", reason: "住所变更"})").ok());
  office_.MoveTo("2023-03-20");
  ASSERT_TRUE(office_.Fire(id, "aj.transfer", R"({region: "430611", reason: "住所变更"})").ok());
  EXPECT_EQ(Now("sent", "430602", "2023-03-09"), "1");
  EXPECT_EQ(Now("sent", "430603", "2023-03-09"), "0");
  EXPECT_EQ(Now("sent", "430602", "2023-03-10"), "0");
  EXPECT_EQ(Now("sent", "430603", "2023-03-19"), "1");
  EXPECT_EQ(Now("sent", "430603"), "0");
  EXPECT_EQ(Now("sent", "430611"), "1");
  EXPECT_EQ(Now("sent"), "1");
  EXPECT_EQ(Verified(), "");
}

TEST_P(Returns, AFrozenReturnStaysAndItsReplacementListsTheDifferences) {
  const std::string id = Sent("E001", 30, "2023-03-02");
  office_.MoveTo("2023-04-01");
  const Result<runtime::Frozen> first = Freeze("", std::string(kCity));
  ASSERT_TRUE(first.has_value()) << Render(first.error());
  EXPECT_EQ(first->record.id, "X01-430600-2023-001");
  EXPECT_EQ(first->record.by, kCity);
  EXPECT_EQ(first->record.closing, "2023-03-31");
  ASSERT_TRUE(office_.Fire(id, "aj.correct", R"({fields: {workers: 25}, reason: "误填"})").ok());
  const Result<runtime::Frozen> kept = runtime::LoadReturn(office_.office(), first->record.id);
  ASSERT_TRUE(kept.has_value()) << Render(kept.error());
  EXPECT_EQ(Cell(kept->sheet, "workers"), "30");
  EXPECT_EQ(kept->record.content, first->record.content);

  const Result<runtime::Frozen> again = Freeze();
  ASSERT_FALSE(again.has_value());
  EXPECT_EQ(again.error().front().code, "return.again");
  const Result<runtime::Frozen> second = Freeze(first->record.id);
  ASSERT_TRUE(second.has_value()) << Render(second.error());
  ASSERT_EQ(second->differences.size(), 2U);
  EXPECT_EQ(second->differences[0].row, "安全");
  EXPECT_EQ(second->differences[0].column, "送达·职工数");
  EXPECT_EQ(second->differences[0].before, "30");
  EXPECT_EQ(second->differences[0].after, "25");
  EXPECT_EQ(second->differences[1].column, "名单");
  const Result<runtime::Frozen> stale = Freeze(first->record.id);
  ASSERT_FALSE(stale.has_value());
  EXPECT_EQ(stale.error().front().code, "return.replaces");

  std::vector<runtime::FrozenReturn> listed;
  office_.store().Read([&](port::Reader& reader) { listed = runtime::ListReturns(reader); });
  ASSERT_EQ(listed.size(), 2U);
  EXPECT_EQ(listed[0].replaced_by, listed[1].id);
  EXPECT_EQ(Verified(), "");
}

TEST_P(Returns, WhoMayNotIsTold) {
  for (const auto& [account, code] :
       {std::pair<std::string_view, std::string_view>{"nobody", "return.account"},
        {kClerk, "return.region"},
        {kAdmin, "return.region"}}) {
    const Result<runtime::Frozen> refused = Freeze("", std::string(account));
    ASSERT_FALSE(refused.has_value()) << account;
    EXPECT_EQ(refused.error().front().code, code) << account;
  }
  EXPECT_EQ(Freeze("X01-430600-2023-009").error().front().code, "return.replaces");
}

TEST_P(Returns, ChangedBehindTheProgramsBackAreFound) {
  Sent("E001", 30, "2023-03-02");
  const Result<runtime::Frozen> first = Freeze();
  ASSERT_TRUE(first.has_value()) << Render(first.error());
  ASSERT_TRUE(Freeze(first->record.id).has_value());
  ASSERT_EQ(Verified(), "");
  const std::vector<port::Row> rows = office_.Rows(port::registers::kTable);
  int tried = 0;
  for (const port::Row& row : rows) {
    if (runtime::TextOf(row, port::registers::kKind) != "return") continue;
    const std::string& body = runtime::TextOf(row, port::registers::kBody);
    for (const std::string_view what : {"\"by\":\"operator", "2023-03-31", "\"cipher\":\""}) {
      const size_t at = body.find(what);
      ASSERT_NE(at, std::string::npos) << what;
      std::string other = body;
      char& byte = other[at + what.size() - (what == "\"cipher\":\"" ? 0 : 1)];
      byte = byte == '0' ? '9' : '0';
      port::Row changed = row;
      changed[port::registers::kBody] = port::Cell(other);
      office_.Tamper([&](port::Transaction& t) { t.Put(port::registers::kTable, changed); });
      EXPECT_NE(Verified(), "") << what;
      office_.Tamper([&](port::Transaction& t) { t.Put(port::registers::kTable, row); });
      ++tried;
    }
    office_.Tamper([&](port::Transaction& t) {
      t.Delete(port::registers::kTable, port::Row{row[0], row[1]});
    });
    EXPECT_NE(Verified(), "");
    office_.Tamper([&](port::Transaction& t) { t.Put(port::registers::kTable, row); });
  }
  EXPECT_EQ(tried, 6);
  EXPECT_EQ(Verified(), "");
}

TEST_P(Returns, KeepNoReasonInPlainText) {
  Sent("E001", 30, "2023-03-02");
  ASSERT_TRUE(Freeze().has_value());
  for (const port::Row& row : office_.Rows(port::registers::kTable)) {
    if (runtime::TextOf(row, port::registers::kKind) != "return") continue;
    EXPECT_EQ(runtime::TextOf(row, port::registers::kBody).find("示例甲公司"), std::string::npos);
  }
}

}  // namespace
}  // namespace anjuan::test
