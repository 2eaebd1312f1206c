// The command line in process, over a small library: the shipped registers, the charts and
// templates of tests/runtime/data.
#pragma once

#include <gtest/gtest.h>

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "engine/value/value.h"
#include "tests/store/temporary_folder.h"

namespace anjuan::test {

struct Outcome {
  int exit = -1;
  std::string out;
  std::string err;
};

class OfficeTest : public testing::Test {
 protected:
  OfficeTest();

  // anjuan --library … -C OFFICE arguments…
  Outcome Run(const std::vector<std::string>& arguments);
  // The same without an office.
  Outcome RunBare(const std::vector<std::string>& arguments);
  // anjuan-verify arguments…
  static Outcome Verify(const std::vector<std::string>& arguments);
  void Init(const std::string& clock = "manual");
  // Puts the text in a file beside the office and gives its path.
  std::string Write(const std::string& name, std::string_view bytes);
  std::string Path(const std::string& name) const { return folder_.File(name); }
  std::filesystem::path office() const { return folder_.path() / "office"; }
  std::filesystem::path library() const { return folder_.path() / "library"; }
  // Every file of the office by its bytes: "as before" means equal.
  std::string ReadAll(const std::filesystem::path& file) const;
  // One permit opened by the operator; its number.
  std::string Open();

  TemporaryFolder folder_;
};

std::vector<std::string> Lines(const std::string& text);
// Each line as JSON; a failure where one is none.
std::vector<Value> JsonLines(const std::string& text);

// A valid unified social credit code, by GB 32100-2015, from a number.
std::string CreditCode(int number);
// A list of enterprises with `count` good rows; E1 is in row 2.
std::string EnterpriseList(int count);

}  // namespace anjuan::test
