// preview, template fields, print: papers before they are issued and in one file afterwards.
#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "engine/base/text.h"
#include "tests/app/harness.h"
#include "tests/support/tools.h"

namespace anjuan::test {
namespace {

constexpr std::string_view kLoose =
    "<document xmlns=\"urn:anjuan:template:1\" code=\"X\" title=\"试\"><title>{subject}</title>"
    "<p>{who}于{day}来访，{note}。</p></document>";

class PreviewTest : public OfficeTest {};

TEST_F(PreviewTest, ATemplateOfItsOwnWithDataFromAFile) {
  const std::string paper = Write("paper.xml", kLoose);
  const std::string data =
      Write("d.json", R"({"subject":"来访登记","who":"甲","day":"2023-03-20","note":"已答复"})");
  const Outcome done = RunBare({"preview", paper, "--data", data, "-o", Path("out.pdf")});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_NE(done.out.find("paper.xml:1:66\t{subject}\t数据 subject\t来访登记"), std::string::npos)
      << done.out;
  EXPECT_NE(done.out.find("{day}\t数据 day\t2023年3月20日"), std::string::npos) << done.out;
  EXPECT_EQ(ReadAll(Path("out.pdf")).substr(0, 8), "%PDF-1.4");
}

TEST_F(PreviewTest, EverythingMissingIsNamedAndNoFileMade) {
  const std::string paper = Write("paper.xml", kLoose);
  const std::string data =
      Write("d.json", R"({"subject":"来访登记","who":null,"day":null,"note":"无"})");
  const Outcome none = RunBare({"preview", paper, "--data", data, "-o", Path("out.pdf")});
  EXPECT_EQ(none.exit, 1);
  EXPECT_NE(none.err.find("{who}"), std::string::npos) << none.err;
  EXPECT_NE(none.err.find("{day}"), std::string::npos) << none.err;
  EXPECT_NE(none.err.find("缺 2 项"), std::string::npos) << none.err;
  EXPECT_FALSE(std::filesystem::exists(Path("out.pdf")));
  const Outcome draft =
      RunBare({"preview", paper, "--data", data, "--draft", "-o", Path("out.pdf")});
  EXPECT_EQ(draft.exit, 0) << draft.err;
  EXPECT_TRUE(std::filesystem::exists(Path("out.pdf")));
  const Outcome json = RunBare({"preview", paper, "--data", data, "--draft", "--json"});
  const std::vector<Value> lines = JsonLines(json.out);
  ASSERT_EQ(lines.size(), 4u);
  EXPECT_EQ(lines[0]["value"], Value("来访登记"));
  EXPECT_TRUE(lines[1]["value"].is_null());
}

TEST_F(PreviewTest, SetStandsOverTheFile) {
  const std::string paper = Write("paper.xml", kLoose);
  const std::string data =
      Write("d.json", R"({"subject":"来访登记","who":null,"day":"2023-03-20","note":"无"})");
  const Outcome done = RunBare({"preview", paper, "--data", data, "--set", "who=乙"});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_NE(done.out.find("{who}\t数据 who\t乙"), std::string::npos) << done.out;
}

TEST_F(PreviewTest, MistakesOfTheCommandLine) {
  EXPECT_EQ(RunBare({"preview", "T0000"}).exit, 2);
  EXPECT_EQ(RunBare({"preview", Write("p.xml", kLoose), "-o", "x.docx"}).exit, 2);
  EXPECT_EQ(RunBare({"preview", Write("p.xml", "<document"), "--set", "a=b"}).exit, 2);
  EXPECT_EQ(RunBare({"template", "colours", "T9001"}).exit, 2);
}

TEST_F(PreviewTest, ACaseAsItStands) {
  Init();
  const std::string id = Open();
  // Nothing is submitted yet: number and day are not there.
  const Outcome early = Run({"preview", "T9001", "--case", id, "-o", Path("out.pdf")});
  EXPECT_EQ(early.exit, 1);
  EXPECT_NE(early.out.find("{permit_no}\t数据 permit_no"), std::string::npos) << early.out;
  EXPECT_NE(early.out.find("缺！"), std::string::npos) << early.out;
  EXPECT_NE(early.out.find("{matter}\t数据 matter"), std::string::npos) << early.out;
  EXPECT_NE(early.out.find("占道经营"), std::string::npos) << early.out;
  EXPECT_NE(early.err.find("{submitted_on}"), std::string::npos) << early.err;
  EXPECT_FALSE(std::filesystem::exists(Path("out.pdf")));
  const Outcome draft = Run({"preview", "T9001", "--case", id, "--draft", "-o", Path("out.pdf")});
  EXPECT_EQ(draft.exit, 0) << draft.err;
  EXPECT_TRUE(std::filesystem::exists(Path("out.pdf")));
  // A preview leaves no trace.
  EXPECT_EQ(Lines(Run({"history", id, "--json"}).out).size(), 1u);
  EXPECT_EQ(Run({"preview", "T9001", "--case", "430602-2023-PERMIT-999999"}).exit, 2);
}

TEST_F(PreviewTest, FieldsWithTypesSourcesAndIssuers) {
  const Outcome fields = RunBare({"template", "fields", "T9001"});
  EXPECT_EQ(fields.exit, 0) << fields.err;
  EXPECT_NE(fields.out.find("permit_no\tstring\t数据 permit_no"), std::string::npos) << fields.out;
  EXPECT_NE(fields.out.find("submitted_on\tdate\t"), std::string::npos) << fields.out;
  EXPECT_NE(fields.out.find("addressee.name\tstring\t受文方 addressee.name\ttemplate.xml:5:8"),
            std::string::npos)
      << fields.out;
  EXPECT_NE(fields.out.find("chart.scxml:40:"), std::string::npos) << fields.out;
  EXPECT_NE(fields.out.find("chart.scxml:81:"), std::string::npos) << fields.out;
}

TEST_F(PreviewTest, PrintBindsWhatWasIssued) {
  Init();
  EXPECT_EQ(Run({"print", "-o", Path("run.pdf")}).exit, 1);  // nothing issued yet
  for (int i = 0; i < 3; ++i) {
    const Outcome fired = Run({"fire", Open(), "submit"});
    ASSERT_EQ(fired.exit, 0) << fired.err;
  }
  const Outcome done = Run({"print", "-o", Path("run.pdf")});
  EXPECT_EQ(done.exit, 0) << done.err;
  EXPECT_NE(done.out.find("3份"), std::string::npos) << done.out;
  const std::string first = ReadAll(Path("run.pdf"));
  EXPECT_EQ(first.substr(0, 5), "%PDF-");
  ASSERT_EQ(Run({"print", "-o", Path("run.pdf")}).exit, 0);
  EXPECT_EQ(ReadAll(Path("run.pdf")), first);
  EXPECT_EQ(Run({"print", "--documents", "T9002", "-o", Path("none.pdf")}).exit, 1);
  if (!HasTool("pdftotext")) GTEST_SKIP() << "pdftotext is not installed";
  const std::string text = Output(StrCat("pdftotext ", Path("run.pdf"), " -"));
  for (const char* number : {"示许〔2023〕1号", "示许〔2023〕2号", "示许〔2023〕3号"}) {
    EXPECT_NE(text.find(number), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace anjuan::test
