#include "engine/value/json.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <sstream>

#include "engine/base/digest.h"

namespace anjuan {
namespace {

std::string Slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

TEST(Canonical, KeepsEveryKindApart) {
  const Value value(Context({
      {"z", Value(Date{2023, 3, 6})},
      {"a", Value(*Decimal::Parse("0.10"))},
      {"n", Value(std::int64_t{1} << 53)},
      {"m", Value((std::int64_t{1} << 53) + 1)},
      {"s", Value("@d:2023-03-06")},
      {"l", Value(List{Value(), Value(true), Value("中")})},
      {"p", Value(DaysDuration{3600, 0})},
  }));
  const std::string text = WriteCanonical(value);
  EXPECT_EQ(text,
            "{\"a\":\"@n:0.1\",\"l\":[null,true,\"中\"],\"m\":\"@n:9007199254740993\","
            "\"n\":9007199254740992,\"p\":\"@p:PT1H\",\"s\":\"@s:@d:2023-03-06\","
            "\"z\":\"@d:2023-03-06\"}");
  const Result<Value> back = ReadCanonical(text);
  ASSERT_TRUE(back);
  EXPECT_EQ(*back, value);
}

TEST(Canonical, RefusesAnyOtherText) {
  for (const char* text : {"{\"b\":1,\"a\":2}", "[1, 2]", "1.0", "\"@q:1\"", "\"@n:1.10\"",
                           "\"@n:5\"", "{\"a\":1,\"a\":1}"}) {
    EXPECT_FALSE(ReadCanonical(text)) << text;
  }
}

TEST(ReadJson, HandsNumbersOverAsText) {
  const Result<Value> read = ReadJson("[0.1, 1e2, 123456789012345678901234567890.5]", "f.json");
  ASSERT_TRUE(read);
  EXPECT_EQ(*(*read->list())[0].number(), *Decimal::Parse("0.1"));
  EXPECT_EQ((*read->list())[2].number()->ToString(), "123456789012345678901234567890.5");
}

TEST(ReadJson, SaysWhere) {
  const Result<Value> read = ReadJson("{\n  \"中\": 1,,\n}", "f.json");
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error()[0].at, (Location{"f.json", 2, 10}));
  EXPECT_FALSE(ReadJson(std::string(300, '['), "deep.json"));
}

// The six pairs of RFC 8785's author. Numbers there are doubles; ours are decimals, so the pairs
// that turn on double formatting are compared after leaving those out.
TEST(Canonical, OrdersAndEscapesAsRfc8785) {
  const std::filesystem::path folder =
      std::filesystem::path(ANJUAN_SOURCE_DIR) / ".." / "shared" / "conformance" / "jcs";
  if (!std::filesystem::exists(folder)) GTEST_SKIP() << "no conformance data beside the project";
  int compared = 0;
  for (const char* name : {"french", "structures", "unicode", "weird"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
      const auto path = entry.path();
      if (path.filename() != std::string(name) + ".json" ||
          path.parent_path().filename() != "input")
        continue;
      const std::string wanted =
          Slurp(path.parent_path().parent_path() / "output" / path.filename());
      const Result<Value> read = ReadJson(Slurp(path), name);
      ASSERT_TRUE(read) << name;
      EXPECT_EQ(WriteCanonical(*read), wanted) << name;
      ++compared;
    }
  }
  EXPECT_EQ(compared, 4);
}

}  // namespace
}  // namespace anjuan
