#include "tests/app/harness.h"

#include <fstream>
#include <sstream>

#include "engine/app/run.h"
#include "engine/base/text.h"
#include "engine/value/json.h"
#include "engine/verify/verify.h"

namespace anjuan::test {

namespace fs = std::filesystem;

OfficeTest::OfficeTest() {
  const fs::path source = ANJUAN_SOURCE_DIR;
  const fs::path data = source / "tests" / "runtime" / "data";
  fs::create_directories(library());
  fs::copy(data / "workflows", library() / "workflows", fs::copy_options::recursive);
  fs::copy(data / "templates", library() / "templates", fs::copy_options::recursive);
  // What the program prints of itself.
  for (const char* sheet :
       {"volume-cover", "volume-contents", "volume-end", "volume-destruction", "four-properties"}) {
    fs::copy(source / "templates" / sheet, library() / "templates" / sheet);
  }
  fs::copy(source / "workflows" / "shared", library() / "workflows" / "shared",
           fs::copy_options::recursive);
}

Outcome OfficeTest::RunBare(const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {"--library", library().string()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  std::ostringstream out;
  std::ostringstream err;
  const int exit = app::Run(all, {out, err});
  return {exit, out.str(), err.str()};
}

Outcome OfficeTest::Verify(const std::vector<std::string>& arguments) {
  std::ostringstream out;
  std::ostringstream err;
  const int exit = verify::Run(arguments, out, err);
  return {exit, out.str(), err.str()};
}

Outcome OfficeTest::Run(const std::vector<std::string>& arguments) {
  std::vector<std::string> all = {"-C", office().string()};
  all.insert(all.end(), arguments.begin(), arguments.end());
  return RunBare(all);
}

void OfficeTest::Init(const std::string& clock) {
  const Outcome made = RunBare({"init", office().string(), "--clock", clock});
  ASSERT_EQ(made.exit, 0) << made.err;
  const Outcome taken = Run({"import", "enterprises", Write("list.csv", EnterpriseList(3))});
  ASSERT_EQ(taken.exit, 0) << taken.err;
}

std::string OfficeTest::Write(const std::string& name, std::string_view bytes) {
  std::ofstream out(Path(name), std::ios::binary);
  out << bytes;
  return Path(name);
}

std::string OfficeTest::ReadAll(const fs::path& file) const {
  std::ifstream in(file, std::ios::binary);
  std::stringstream bytes;
  bytes << in.rdbuf();
  return bytes.str();
}

std::string OfficeTest::Open() {
  const Outcome opened = Run({"open", "permit", "--set", "employer=E1", "--set", "matter=占道经营",
                              "--set", "applicant=周明远", "--set", "amount:=800"});
  EXPECT_EQ(opened.exit, 0) << opened.err;
  return Lines(opened.out).at(0);
}

std::vector<std::string> Lines(const std::string& text) {
  std::vector<std::string> out;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) out.push_back(line);
  return out;
}

std::vector<Value> JsonLines(const std::string& text) {
  std::vector<Value> out;
  for (const std::string& line : Lines(text)) {
    const Result<Value> value = ReadJson(line, "line");
    if (!value) ADD_FAILURE() << "no JSON: " << line;
    out.push_back(value ? *value : Value());
  }
  return out;
}

std::string CreditCode(int number) {
  constexpr std::string_view kAlphabet = "0123456789ABCDEFGHJKLMNPQRTUWXY";
  std::string digits = std::to_string(number);
  digits.insert(0, 6 - digits.size(), '0');
  // The organisation's code inside it, by GB 11714-1997.
  const std::string body = "MA" + digits;
  constexpr int kWeights[] = {3, 7, 9, 10, 5, 8, 4, 2};
  int total = 0;
  for (size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    total += (c >= 'A' ? c - 'A' + 10 : c - '0') * kWeights[i];
  }
  const int check = 11 - total % 11;
  std::string code = "91430602" + body;
  code += check == 10 ? 'X' : check == 11 ? '0' : static_cast<char>('0' + check);
  size_t weight = 1;
  size_t sum = 0;
  for (const char c : code) {
    sum += kAlphabet.find(c) * weight;
    weight = weight * 3 % 31;
  }
  return code + kAlphabet[(31 - sum % 31) % 31];
}

std::string EnterpriseList(int count) {
  std::string text =
      "enterprise_id,credit_code,name,region_code,enterprise_type,workers_total,has_union,"
      "contact_name,contact_phone\n";
  for (int i = 1; i <= count; ++i) {
    text += StrCat("E", i, ",", CreditCode(i), ",示例", i, "号公司,430602,private,", 10 + i % 90,
                   ",Y,,\n");
  }
  return text;
}

}  // namespace anjuan::test
