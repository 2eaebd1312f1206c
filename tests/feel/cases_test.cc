// The cases of tests/feel/cases/*.feel: expression, arrow, what must come of it.
//
//   let side: enum(worker,employer) = "worker"     declares a variable for the lines below
//   1 + 1 => 2                                     evaluates to this
//   x + => refused feel.syntax@4                   Compile reports exactly these, in this order
//   1 + n => fails feel.null@5                     Evaluate ends with this
//   n > 1 ~> null                                  EvaluateLenient gives this
//   x => refused feel.name@1+3 "did you mean"      +length and a part of the hint are optional
//   test 5 in < 10, > 20 => true                   unary tests of the value before " in "
//   dialect standard                               for the lines below; declares today() and now()
//
// Values are written as FEEL writes them: "text", 1.5, 2023-03-06, [1, 2], {a: 1}, null.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <set>
#include <string>
#include <vector>

#include "engine/base/text.h"
#include "engine/base/zones.h"
#include "engine/chart/texts.h"
#include "engine/feel/feel.h"
#include "tests/feel/show.h"

namespace anjuan::feel {
namespace {

// Zone data of the machine's own packages (tzdata); which release it is matters to none of the
// cases.
std::shared_ptr<const Zones> SystemZones() {
  return std::make_shared<const Zones>([](std::string_view name) -> std::optional<std::string> {
    std::ifstream in("/usr/share/zoneinfo/" + std::string(name), std::ios::binary);
    if (!in) return std::nullopt;
    return std::string(std::istreambuf_iterator<char>(in), {});
  });
}

// Functions for the cases: half(n) and label(text).
class CaseHost final : public Host {
 public:
  Result<Value> Call(std::string_view function, std::span<const Value> arguments) override {
    if (function == "half") {
      if (arguments[0].is_null()) return Fail("host.null", "half of nothing");
      return Value(*arguments[0].number()->Divide(Decimal(2)));
    }
    if (function == "工作日后" || function == "working days after") {
      return Value(AddDays(*arguments[0].date(), *arguments[1].number()->ToInteger()));
    }
    if (function == "today") return Value(Date{2023, 3, 6});
    if (function == "now") return Value(*ParseDateTime("2023-03-06T09:00:00+08:00"));
    return Fail("feel.host", "no such function");
  }
};

class CaseFile {
 public:
  explicit CaseFile(const std::filesystem::path& path) : path_(path) {
    const Type number = Type::Of(Type::Base::kNumber);
    const Type date = Type::Of(Type::Base::kDate);
    scope_.DeclareFunction({"half", {{"n", number, false}}, number});
    scope_.DeclareFunction({"工作日后", {{"起", date, false}, {"数", number, false}}, date});
    scope_.DeclareFunction(
        {"working days after", {{"start", date, false}, {"count", number, false}}, date});
  }

  int Run() {
    std::ifstream in(path_);
    for (std::string line; std::getline(in, line);) {
      ++line_;
      const std::string_view text = Trim(line);
      if (text.empty() || text.front() == '#') continue;
      RunLine(text);
    }
    return count_;
  }
  const Diagnostics& met() const { return met_; }  // whatever was reported

 private:
  void RunLine(std::string_view line) {
    if (line.starts_with("let ")) return Declare(line.substr(4));
    if (line == "dialect standard") return SetStandard();
    ++count_;
    if (const size_t at = line.find(" ~> "); at != std::string_view::npos) {
      return RunLenient(Trim(line.substr(0, at)), Trim(line.substr(at + 4)));
    }
    const size_t at = line.rfind(" => ");
    ASSERT_NE(at, std::string_view::npos) << Here() << "no arrow";
    const std::string_view expression = Trim(line.substr(0, at));
    const std::string_view expected = Trim(line.substr(at + 4));
    if (expression.starts_with("test ")) return RunTests(expression.substr(5), expected);
    const auto compiled = Compile(expression, scope_, {"case", 1, 1});
    if (expected.starts_with("refused ")) {
      ASSERT_FALSE(compiled.has_value()) << Here() << "compiles";
      return ExpectProblems(compiled.error(), expected.substr(8));
    }
    ASSERT_TRUE(compiled.has_value()) << Here() << Render(compiled.error());
    const auto value = Evaluate(*compiled, values_, host_);
    if (expected.starts_with("fails ")) {
      ASSERT_FALSE(value.has_value()) << Here() << "gives " << Show(*value);
      return ExpectProblems(value.error(), expected.substr(6));
    }
    ASSERT_TRUE(value.has_value()) << Here() << Render(value.error());
    EXPECT_EQ(Show(*value), expected) << Here();
  }

  void RunLenient(std::string_view expression, std::string_view expected) {
    const auto compiled = Compile(expression, scope_, {"case", 1, 1});
    ASSERT_TRUE(compiled.has_value()) << Here() << Render(compiled.error());
    Diagnostics notes;
    EXPECT_EQ(Show(EvaluateLenient(*compiled, values_, host_, notes)), expected) << Here();
    Append(met_, notes);
    EXPECT_LE(notes.size(), 32U) << Here();
    EXPECT_FALSE(HasError(notes)) << Here() << Render(notes);
  }

  void SetStandard() {
    scope_ = Scope(Dialect::kStandard);
    scope_.UseZones(SystemZones());
    scope_.DeclareFunction({"today", {}, Type::Of(Type::Base::kDate)});
    scope_.DeclareFunction({"now", {}, Type::Of(Type::Base::kDateTime)});
    values_.clear();
  }

  // value in tests
  void RunTests(std::string_view text, std::string_view expected) {
    const size_t in = text.find(" in ");
    ASSERT_NE(in, std::string_view::npos) << Here();
    const auto made = Compile(Trim(text.substr(0, in)), scope_, {"case", 1, 1});
    ASSERT_TRUE(made.has_value()) << Here() << Render(made.error());
    Diagnostics notes;
    const Value tested = EvaluateLenient(*made, values_, host_, notes);
    Scope scope = scope_;
    scope.DeclareVariable("?", made->type());
    std::vector<Value> values = values_;
    values.push_back(tested);
    const auto compiled = CompileUnaryTests(Trim(text.substr(in + 4)), scope, {"case", 1, 1});
    if (expected.starts_with("refused ")) {
      ASSERT_FALSE(compiled.has_value()) << Here() << "compiles";
      return ExpectProblems(compiled.error(), expected.substr(8));
    }
    ASSERT_TRUE(compiled.has_value()) << Here() << Render(compiled.error());
    EXPECT_EQ(Show(EvaluateLenient(*compiled, values, host_, notes)), expected) << Here();
  }

  // name: type = value
  void Declare(std::string_view text) {
    const size_t colon = text.find(": ");
    const size_t equals = text.find(" = ");
    ASSERT_TRUE(colon < equals && equals != std::string_view::npos) << Here() << "bad let";
    const auto type = ParseType(Trim(text.substr(colon + 2, equals - colon - 2)));
    ASSERT_TRUE(type.has_value()) << Here() << Render(type.error());
    const auto made = Compile(Trim(text.substr(equals + 3)), Scope(), {"case", 1, 1});
    ASSERT_TRUE(made.has_value()) << Here() << Render(made.error());
    const auto value = Evaluate(*made, {}, NoHost());
    ASSERT_TRUE(value.has_value()) << Here() << Render(value.error());
    scope_.DeclareVariable(std::string(Trim(text.substr(0, colon))), *type);
    values_.push_back(*value);
  }

  // code@column+length "part of the hint"; ...
  void ExpectProblems(const Diagnostics& problems, std::string_view expected) {
    Append(met_, problems);
    std::vector<std::string_view> pieces;
    for (;;) {
      const size_t end = expected.find("; ");
      pieces.push_back(Trim(expected.substr(0, end)));
      if (end == std::string_view::npos) break;
      expected.remove_prefix(end + 2);
    }
    EXPECT_EQ(problems.size(), pieces.size()) << Here() << Render(problems);
    for (size_t i = 0; i < std::min(problems.size(), pieces.size()); ++i) {
      ExpectProblem(problems[i], pieces[i]);
    }
  }

  void ExpectProblem(const Diagnostic& problem, std::string_view piece) {
    const size_t quote = piece.find(" \"");
    if (quote != std::string_view::npos) {
      const std::string_view part = piece.substr(quote + 2, piece.size() - quote - 3);
      EXPECT_NE((problem.message + problem.hint).find(part), std::string::npos)
          << Here() << Render(problem);
      piece = piece.substr(0, quote);
    }
    std::string place = StrCat(problem.code, "@", problem.at.column);
    if (piece.find('+') != std::string_view::npos) place += StrCat("+", problem.length);
    EXPECT_EQ(place, piece) << Here() << Render(problem);
  }

  std::string Here() const { return StrCat(path_.string(), ":", line_, ": "); }

  std::filesystem::path path_;
  int line_ = 0;
  int count_ = 0;
  Diagnostics met_;
  Scope scope_;
  std::vector<Value> values_;
  CaseHost host_;
};

std::vector<std::filesystem::path> AllCaseFiles() {
  std::vector<std::filesystem::path> out;
  const std::filesystem::path folder = ANJUAN_SOURCE_DIR "/tests/feel/cases";
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".feel") out.push_back(entry.path());
  }
  return out;
}

TEST(FeelCases, AllFiles) {
  int files = 0;
  int cases = 0;
  for (const std::filesystem::path& path : AllCaseFiles()) {
    ++files;
    cases += CaseFile(path).Run();
  }
  EXPECT_GE(files, 5);
  EXPECT_GE(cases, 200);
  RecordProperty("cases", cases);
}

// A hint may be a signature, which reads the same in any language: half(n).
bool IsSignature(std::string_view hint) {
  return hint.find('(') != std::string_view::npos && hint.ends_with(')');
}

TEST(FeelCases, EveryReportHasAChineseText) {
  std::set<std::string> codes;
  for (const std::filesystem::path& path : AllCaseFiles()) {
    CaseFile file(path);
    file.Run();
    for (const Diagnostic& met : file.met()) {
      if (!met.code.starts_with("feel.")) continue;  // the host's own
      codes.insert(met.code);
      const Diagnostic chinese = chart::InChinese(met);
      EXPECT_NE(chinese.message, met.message) << path;
      if (met.hint.empty() || IsSignature(met.hint)) continue;
      EXPECT_NE(chinese.hint, met.hint) << path;
    }
  }
  EXPECT_GE(codes.size(), 5U);
}

}  // namespace
}  // namespace anjuan::feel
