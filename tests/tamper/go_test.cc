// The second verifier: tests/tamper/go on Go's own code for notes and trees. It must say what ours
// says: yes to an honest dossier, no to every prepared forgery and every flipped bit.

#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>

#include "engine/base/text.h"
#include "tests/support/tools.h"
#include "tests/tamper/campaign.h"

namespace anjuan::tamper {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCase = "430602-2023-X-000001";
// Where Debian's golang-golang-x-mod-dev puts its sources.
constexpr const char* kGoPath = "/usr/share/gocode";

using test::Ended;

Ended Shell(const std::string& command) {
  return test::RunShell(command + " 2>&1");
}

class GoTest : public testing::Test {
 protected:
  // Built once: most of the time goes into Go's own libraries.
  static void SetUpTestSuite() {
    if (!fs::exists(fs::path(kGoPath) / "src/golang.org/x/mod") ||
        Shell("command -v go").exit != 0) {
      return;
    }
    std::string name = (fs::temp_directory_path() / "anjuan-go-XXXXXX").string();
    folder_ = mkdtemp(name.data());
    built_ = Shell(StrCat("cd ", ANJUAN_SOURCE_DIR,
                          "/tests/tamper/go && GO111MODULE=off GOFLAGS= GOPATH=", kGoPath,
                          " GOCACHE=", folder_.string(), "/cache go build -o ",
                          (folder_ / "verifier").string(), " main.go"));
  }
  static void TearDownTestSuite() {
    std::error_code error;
    if (!folder_.empty()) fs::remove_all(folder_, error);
  }
  void SetUp() override {
    if (folder_.empty()) {
      GTEST_SKIP() << "golang-go and golang-golang-x-mod-dev are not installed: tests/setup.sh";
    }
    ASSERT_EQ(built_.exit, 0) << built_.out;
    Write("trust.txt", trail::WriteVkeys(world_.TrustIn().keys));
    WriteAll("honest", world_.Dossier(kCase));
  }

  void Write(const std::string& name, const std::string& bytes) {
    fs::create_directories((folder_ / name).parent_path());
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
  }
  void WriteAll(const std::string& folder, const Files& files) {
    for (const auto& [name, bytes] : files) Write(folder + "/" + name, bytes);
  }
  Ended Verify(const std::string& options, const std::string& folder) {
    return Shell(
        StrCat("cd ", folder_.string(), " && ./verifier ", options, " trust.txt ", folder));
  }

  World world_ = World::Sample(24);
  static inline fs::path folder_;
  static inline Ended built_;
};

TEST_F(GoTest, AcceptsAnHonestDossierAndRefusesThePreparedForgeries) {
  const Ended honest = Verify("", "honest");
  EXPECT_EQ(honest.exit, 0) << honest.out;
  const std::vector<Forgery> forgeries = DossierForgeries(world_, kCase);
  EXPECT_GE(forgeries.size(), 20U);
  for (size_t i = 0; i < forgeries.size(); ++i) {
    WriteAll(StrCat("forgery", i), forgeries[i].files);
    const Ended forged = Verify("", StrCat("forgery", i));
    EXPECT_NE(forged.exit, 0) << forgeries[i].name;
    EXPECT_EQ(forged.out.substr(0, 9), "refused: ") << forgeries[i].name << ": " << forged.out;
  }
}

TEST_F(GoTest, NoticesEveryFlippedBit) {
  std::string list;
  for (const Flip& flip : Flips(world_.Dossier(kCase), 4, 2000)) {
    list += StrCat(flip.file, " ", flip.byte, " ", flip.bit, "\n");
  }
  Write("flips.txt", list);
  const Ended ended = Verify("-flips flips.txt", "honest");
  EXPECT_EQ(ended.exit, 0) << ended.out;
  EXPECT_EQ(ended.out, "2000 flips, 0 unnoticed\n");
}

}  // namespace
}  // namespace anjuan::tamper
