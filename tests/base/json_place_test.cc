#include "engine/base/json_place.h"

#include <gtest/gtest.h>

namespace anjuan {
namespace {

constexpr std::string_view kText = R"({
  "id": "表",
  "list": [1, {"a": "x]}", "键": [true,
    null]}],
  "a/b": 5
})";

std::pair<int, int> Place(std::string_view pointer) {
  const Location at = FindJsonPlace(kText, "f.json", pointer);
  return {at.line, at.column};
}

TEST(JsonPlace, FindsMembers) {
  EXPECT_EQ(Place(""), std::pair(1, 1));
  EXPECT_EQ(Place("/id"), std::pair(2, 9));
  EXPECT_EQ(Place("/list/0"), std::pair(3, 12));
  EXPECT_EQ(Place("/list/1/a"), std::pair(3, 21));
  EXPECT_EQ(Place("/list/1/键/1"), std::pair(4, 5));
  EXPECT_EQ(Place("/a~1b"), std::pair(5, 10));
}

TEST(JsonPlace, StopsAtTheDeepestKnownMember) {
  EXPECT_EQ(Place("/list/1/b"), Place("/list/1"));
  EXPECT_EQ(Place("/nowhere"), Place(""));
  EXPECT_EQ(Place("/list/9"), Place("/list"));
  EXPECT_EQ(FindJsonPlace("{\"a\": \"x\\", "", "/b").line, 1);
  EXPECT_EQ(SourceLine(kText, 2), "  \"id\": \"表\",");
}

}  // namespace
}  // namespace anjuan
