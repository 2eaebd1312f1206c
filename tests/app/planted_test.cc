// ID numbers, phones and names of people who were never born are planted wherever an office takes
// personal data: cases of the shipped process, lists, forms sent back, comments, commands that are
// refused. Then everything the office left behind is searched for them, byte for byte: store, keys,
// logs, backups, exports, mirrors, and what the program said.
//
// A few hundred here; ANJUAN_LONG=1: ten thousand. Not searched, since they say what they say by
// right: PDF files of issued papers (documents/, of a dossier too), and what was asked to show a
// person (reveal, the XLSX of a roster): PlantedTest.WhatShowsPeopleOnPurposeIsFound looks there.

#include <gtest/gtest.h>

#include <array>
#include <cstdlib>
#include <filesystem>

#include "engine/app/folder.h"
#include "engine/app/run.h"
#include "engine/base/digest.h"
#include "engine/base/identifiers.h"
#include "engine/base/signature.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/case_service.h"
#include "engine/value/json.h"
#include "tests/app/harness.h"
#include "tests/app/leaks.h"
#include "tests/support/workbook.h"

namespace anjuan::test {
namespace {

namespace fs = std::filesystem;

constexpr const char* kProcess = "collective-consultation";

bool IsLong() {
  const char* const value = std::getenv("ANJUAN_LONG");
  return value != nullptr && std::string_view(value) == "1";
}

struct Person {
  std::string name, id_number, phone;
  bool man = true;
};

// No region has the code 999999, no operator these phones.
Person MakePerson(int number) {
  constexpr std::array kFamily = {"阚", "逄", "郏", "暨", "劳", "衡", "步", "都", "耿", "满"};
  constexpr std::array kGiven = {"骢", "翯", "翙", "韫", "骞", "煊", "澍", "珩", "璩", "彧"};
  Person out;
  const auto digit = [&](int place) {
    int rest = number;
    while (place-- > 0) rest /= 10;
    return static_cast<size_t>(rest % 10);
  };
  out.name = StrCat(kFamily[digit(0)], kGiven[digit(1)], kGiven[digit(2)], kFamily[digit(3)]);
  const auto two = [](int n) { return StrCat(n < 10 ? "0" : "", n); };
  const int serial = 100 + number % 900;
  const std::string body = StrCat("999999", 1950 + number / 900 % 50, two(1 + number % 12),
                                  two(1 + number % 28), serial);
  constexpr std::array kWeights = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
  int sum = 0;
  for (size_t i = 0; i < body.size(); ++i) sum += (body[i] - '0') * kWeights[i];
  out.id_number = body + "10X98765432"[sum % 11];
  out.man = serial % 2 == 1;
  out.phone = std::to_string(19'900'000'000 + static_cast<std::int64_t>(number) * 7919);
  return out;
}

class PlantedTest : public OfficeTest {
 protected:
  void SetUp() override {
    people_ = IsLong() ? 10'000 : 300;
    const std::string lists = ANJUAN_SOURCE_DIR "/samples/spring-offer/";
    Say({"init", "--area", "430600", "--clock", "manual", "--at", "2023-03-01", office().string()});
    Say({"import", "enterprises", lists + "enterprises.csv"});
    Say({"import", "accounts", lists + "accounts.csv"});
  }

  // Kept: what the program says is searched as well.
  Outcome Say(std::vector<std::string> arguments) {
    Outcome said = Whisper(std::move(arguments));
    log_ += said.out + said.err;
    return said;
  }
  Outcome Whisper(std::vector<std::string> arguments) {
    arguments.insert(arguments.begin(), {"--library", ANJUAN_SOURCE_DIR, "-C", office().string()});
    std::ostringstream out;
    std::ostringstream err;
    const int exit = app::Run(arguments, {out, err});
    return {exit, out.str(), err.str()};
  }

  Person Plant() {
    Person person = MakePerson(planted_++);
    EXPECT_EQ(CitizenIdMistake(person.id_number), "") << person.id_number;
    secrets_.push_back(person.id_number);
    secrets_.push_back(person.phone);
    secrets_.push_back(person.name);
    return person;
  }
  Value PlantPerson() {
    const Person person = Plant();
    return Value(Context({{"name", Value(person.name)},
                          {"post", Value("车工")},
                          {"id_number", Value(person.id_number)},
                          {"phone", Value(person.phone)}}));
  }
  Value PlantPeople(int count) {
    List out;
    for (int i = 0; i < count; ++i) out.push_back(PlantPerson());
    return Value(std::move(out));
  }
  std::string Json(const Context& data) { return Write("data.json", WriteJson(Value(data))); }

  Context OpenData(int number) {
    return Context({{"employer", Value(StrCat("E0", 10 + number % 10))},
                    {"offeror_side", Value("worker")},
                    {"topics", Value(List{Value("年度工资增长幅度")})}});
  }
  Context OfferData() {
    return Context({{"proposed_time", Value("2023-03-27T09:00:00")},
                    {"proposed_place", Value("本单位会议室")},
                    {"materials", Value(List{Value("企业年度生产经营情况")})},
                    {"contact", PlantPerson()},
                    {"contact_phone", Value(Plant().phone)},
                    {"our_reps", PlantPeople(10)}});
  }

  // One case by hand, with papers and with everything that can go wrong on the way.
  std::string CaseByCommands(int number) {
    const std::string id =
        Lines(Say({"open", kProcess, "--data", Json(OpenData(number))}).out).at(0);
    const std::string offer = Json(OfferData());
    EXPECT_EQ(Say({"fire", id, "accept", "--data", offer}).exit, 1);  // not in this state
    EXPECT_EQ(Say({"fire", id, "prepare_offer", "--data", offer, "--as", "nobody"}).exit, 1);
    EXPECT_EQ(Say({"fire", id, "prepare_offer", "--data", offer}).exit, 0);
    EXPECT_EQ(Say({"fire", id, "aj.comment", "--set",
                   StrCat("text=已电话告知", Plant().phone, "，证件", Plant().id_number)})
                  .exit,
              0);
    EXPECT_EQ(Say({"fire", id, "aj.void", "--set", "document=D0101", "--set",
                   StrCat("reason=", Plant().name, Plant().id_number, "写错")})
                  .exit,
              0);
    const Person mistaken = Plant();
    const std::string text = StrCat("{\"contact\": {\"name\": \"", mistaken.name,
                                    "\", \"id_number\": \"", mistaken.id_number, "\" \"", "x");
    EXPECT_EQ(Say({"fire", id, "prepare_offer", "--data", Write("bad.json", text)}).exit, 2);
    Context wrong = OfferData();
    wrong.Set("contact_phone", Value(StrCat(Plant().phone, " ", Plant().phone)));  // too long
    wrong.Set("our_reps", Value(List{Value(Plant().id_number)}));                  // no person
    EXPECT_EQ(Say({"fire", id, "prepare_offer", "--data", Json(wrong)}).exit, 1);
    Say({"show", id});
    Say({"show", id, "--json"});
    Say({"history", id, "--json"});
    Say({"docs", id});
    return id;
  }

  // The rest of the people come in through one open office, as a batch would.
  void CasesInBulk() {
    const auto open = app::OpenOffice::Open(office());
    ASSERT_TRUE(open.has_value());
    runtime::CaseService service((*open)->office());
    for (int number = 0; planted_ < people_; ++number) {
      runtime::OpenCommand start;
      start.process = kProcess;
      start.data = Value(OpenData(number));
      const runtime::Answer opened = service.Open(start);
      ASSERT_TRUE(opened.ok()) << Render(opened.mistakes);
      runtime::FireCommand offer;
      offer.case_id = opened.case_id;
      offer.event = "prepare_offer";
      offer.data = Value(OfferData());
      const runtime::Answer fired = service.Fire(offer);
      ASSERT_TRUE(fired.ok()) << Render(fired.mistakes);
    }
    EXPECT_EQ((*open)->outbox().Drain().failed, 0);
  }

  // A county's roster of its people, sent in; and others with a mistake in them.
  void Rosters() {
    const auto roster = [&](const std::string& file, const auto& change) {
      std::string script =
          "sheet 表\nmerge A1:J1\n| 劳动关系协调员情况表 |\n| 序号 | 姓名 | 性别 | 民族 | "
          "身份证号码 | 工作单位 | 职务 | 学历 | 任职协调员时间 | 联系方式 |\n";
      for (int row = 1; row <= 20; ++row) {
        Person person = Plant();
        change(row, person);
        script +=
            StrCat("| #", row, " | ", person.name, " | ", person.man ? "男" : "女", " | 汉 | ",
                   person.id_number, " | 示例甲公司 | | 本科 | 2021年3月 | ", person.phone, " |\n");
      }
      return Write(file, MakeWorkbook(script + "| 填报单位（盖章）：岳阳楼区人社局 |\n"));
    };
    const auto nothing = [](int, Person&) {};
    EXPECT_EQ(Say({"import", "returns", "F05", roster("good.xlsx", nothing)}).exit, 0);
    const auto mistake = [](int row, Person& person) {
      if (row % 4 == 0) person.man = !person.man;  // against the ID number
      if (row % 4 == 1) person.phone += "0";
      if (row % 4 == 2) person.id_number += "1";
      if (row % 4 == 3) std::swap(person.id_number, person.phone);
    };
    EXPECT_EQ(Say({"import", "returns", "F05", roster("bad.xlsx", mistake)}).exit, 1);
    Person twice;
    const auto same = [&](int row, Person& person) { row == 1 ? twice = person : person = twice; };
    Say({"import", "returns", "F05", roster("same.xlsx", same), "--dry-run"});
    // A roster on the screen names its people; their numbers are masked.
    roster_shown_ = Whisper({"sheet", "F05"}).out + Whisper({"sheet", "F05", "--json"}).out;
    const Outcome frozen = Whisper({"sheet", "F05", "--freeze"});
    EXPECT_EQ(frozen.exit, 0) << frozen.err;
    roster_shown_ += frozen.out;
    log_ += frozen.err;
  }

  void Lists() {
    std::string enterprises = ReadAll(ANJUAN_SOURCE_DIR "/samples/spring-offer/enterprises.csv");
    const std::string was = "钱示二,0730-0010001";
    const Person contact = Plant();
    enterprises.replace(enterprises.find(was), was.size(),
                        StrCat(contact.name, ",", contact.phone));
    EXPECT_EQ(Say({"import", "enterprises", Write("e.csv", enterprises)}).exit, 0);
    const std::string again = StrCat(contact.name, ",", contact.phone);
    enterprises.replace(enterprises.find(again), again.size(),
                        StrCat(Plant().name, ",", Plant().phone, "7"));
    EXPECT_EQ(Say({"import", "enterprises", Write("e.csv", enterprises)}).exit, 1);
    EXPECT_EQ(
        Say({"import", "accounts",
             Write("a.csv", StrCat("account,role,org,region,name\nplanted,hrss_clerk,,430602,",
                                   Plant().name, "\nbad,nobody,,430602,", Plant().name, "\n"))})
            .exit,
        1);
    EXPECT_EQ(
        Say({"import", "accounts",
             Write("a.csv", StrCat("account,role,org,region,name\nplanted,hrss_clerk,,430602,",
                                   Plant().name, "\n"))})
            .exit,
        0);
  }

  void LeaveTheOffice(const std::string& id) {
    const std::string out = Path("out/");
    fs::create_directories(out);
    for (const std::vector<std::string>& command : std::vector<std::vector<std::string>>{
             {"tick", "--until", "2023-03-20"},
             {"seal", "--requests", out},
             {"export", id, "-o", out + "dossier"},
             {"export", id, "-o", out + "dossier.zip"},
             {"export", id, "--bare", "-o", out + "bare.zip"},
             {"export", "--xes", out + "log.xes", "--ocel", out + "log.json"},
             {"mirror", out + "mirror"},
             {"backup", out + "backup.db", "--with-keys"},
             {"cases", "--json"},
             {"doctor", "--json"},
             {"numbers", "--json"},
             {"sheets", "--json"},
             {"sheet", "L02"},
             {"verify"},
             {"replay"}}) {
      const Outcome said = Say(command);
      EXPECT_EQ(said.exit, 0) << Join(command, " ") << "\n" << said.out << said.err;
    }
    const Outcome restored = RunBare({"-C", out + "restored", "restore", out + "backup.db"});
    EXPECT_EQ(restored.exit, 0) << restored.err;
    log_ += restored.out + restored.err;
  }

  void Search(LeakSearch& search) {
    search.Look("what the program said", log_);
    for (const fs::path& root : {office(), fs::path(Path("out"))}) {
      for (const auto& entry : fs::recursive_directory_iterator(root)) {
        if (!entry.is_regular_file()) continue;
        // A paper says what it says: named here by its place, so that nothing else slips by.
        const bool paper = entry.path().extension() == ".pdf" &&
                           entry.path().string().find("/documents/") != std::string::npos;
        if (paper) {
          ++papers_;
        } else {
          search.LookIntoFile(entry.path());
        }
      }
    }
  }

  int people_ = 0;
  int planted_ = 0;
  int papers_ = 0;
  std::vector<std::string> secrets_;
  std::string log_;
  std::string roster_shown_;
};

TEST_F(PlantedTest, NobodyIsFoundInWhatAnOfficeLeavesBehind) {
  std::string id;
  for (int number = 0; number < 3; ++number) id = CaseByCommands(number);
  Rosters();
  Lists();
  CasesInBulk();
  ASSERT_FALSE(HasFatalFailure());
  const Person looked = Plant();
  Say({"person", "--id-number", MakePerson(0).id_number});
  Say({"person", "--phone", MakePerson(0).phone, "--json"});
  Say({"person", "--name", looked.name});
  // The values are what was asked for; that somebody looked is a row of the history.
  EXPECT_EQ(Whisper({"reveal", id, "contact", "--reason", "核对"}).exit, 0);
  LeaveTheOffice(id);
  EXPECT_GE(planted_, people_);

  LeakSearch search(secrets_);
  Search(search);
  EXPECT_FALSE(search.found()) << search.Found();
  std::cout << planted_ << " people planted, " << (search.bytes() >> 20) << " MiB searched, "
            << papers_ << " papers left out\n";

  // The same search finds what does lie in the open: in a row, in the middle of a database, packed.
  LeakSearch control(secrets_);
  {
    const auto open = app::OpenOffice::Open(office());
    (*open)->office().store().Transact([&](port::Transaction& transaction) {
      transaction.Put(
          port::meta::kTable,
          {port::Cell("note"), port::Cell(StrCat("见", MakePerson(7).id_number, "。"))});
      return true;
    });
  }
  Search(control);
  EXPECT_GE(control.found_in("office.db!meta"), 1U) << control.Found();
  EXPECT_GE(control.found_in("office.db!meta read"), 1U) << control.Found();
}

TEST_F(PlantedTest, WhatShowsPeopleOnPurposeIsFound) {
  const std::string id = CaseByCommands(0);
  Rosters();
  LeakSearch search(secrets_);
  search.Look("revealed", Whisper({"reveal", id, "contact", "--reason", "核对"}).out);
  EXPECT_EQ(search.found_in("revealed"), 1U) << search.Found();
  search.Look("on the screen", roster_shown_);
  EXPECT_EQ(search.found_in("on the screen"), 20U) << "names alone\n" << search.Found();
  ASSERT_EQ(Whisper({"sheet", "F05", "-o", Path("roster.xlsx")}).exit, 0);
  search.LookIntoFile(Path("roster.xlsx"));
  EXPECT_EQ(search.found_in("roster.xlsx!xl/worksheets/sheet1.xml"), 60U) << search.Found();
}

TEST(LeakSearch, FindsASecretHoweverItIsWritten) {
  const std::string secret = "999999197304081373";
  const auto finds = [&](std::string_view bytes) {
    LeakSearch search({secret});
    search.Look("here", bytes);
    return search.found();
  };
  EXPECT_FALSE(finds("999999197304081374 99999919730408137"));
  EXPECT_TRUE(finds("x" + secret));
  std::string wide;
  for (const char c : secret) (wide += c) += '\0';
  EXPECT_TRUE(finds("abc" + wide));
  EXPECT_TRUE(finds("ab" + wide));
  EXPECT_TRUE(finds(ToHex("id " + secret + ".")));
  for (const char* before : {"", "a", "ab"}) EXPECT_TRUE(finds(ToBase64(before + secret + "|x")));
  EXPECT_TRUE(finds(ToHex(Sha256(secret))));
  EXPECT_TRUE(
      finds(MakeZip({{.name = "a/b.xml", .content = "<v>" + secret + "</v>", .method = 8}})));
}

}  // namespace
}  // namespace anjuan::test
