#include "engine/trail/leaf.h"

#include <gtest/gtest.h>

#include <string>

#include "tests/trail/sample_leaf.h"

namespace anjuan::trail {
namespace {

using test::FullLeaf;

TEST(Leaf, IsCanonicalJsonWithoutEmptyFields) {
  Leaf leaf;
  leaf.log = "office.example/430600";
  leaf.case_id = "c1";
  leaf.time = 1'677'805'200'000;
  leaf.type = "event";
  leaf.definition = {"p", 3, "ab"};
  leaf.clock = {ClockRef::Mode::kManual, "operator"};
  leaf.commit = "cc";
  EXPECT_EQ(
      Encode(leaf).value(),
      R"({"case":"c1","case_seq":0,"clock":{"mode":"manual","source":"operator"},)"
      R"("def":{"id":"p","sha256":"ab","ver":3},"log":"office.example/430600",)"
      R"("payload":{"alg":"HMAC-SHA256","commit":"cc"},)"
      R"("time":"2023-03-03T01:00:00.000Z","type":"event","v":"anjuan.event/1","version":0})");
}

TEST(Leaf, ComesBackAsItWas) {
  const Leaf leaf = FullLeaf();
  const std::string bytes = Encode(leaf).value();
  EXPECT_EQ(Decode(bytes).value(), leaf);
  EXPECT_EQ(Encode(Decode(bytes).value()).value(), bytes);
  EXPECT_LT(bytes.size(), 1500U);
}

// Any change of a byte is either no leaf any more, or another leaf with another hash.
TEST(Leaf, EveryChangedByteIsSeen) {
  const std::string bytes = Encode(FullLeaf()).value();
  const Hash hash = LeafHash(bytes);
  int refused = 0;
  for (size_t i = 0; i < bytes.size(); ++i) {
    std::string other = bytes;
    other[i] = static_cast<char>(other[i] ^ 1);
    EXPECT_NE(LeafHash(other), hash);
    const Result<Leaf> leaf = Decode(other);
    if (!leaf) {
      ++refused;
    } else {
      EXPECT_FALSE(leaf.value() == FullLeaf()) << "byte " << i;
    }
  }
  EXPECT_GT(refused, 200);
}

TEST(Leaf, OnlyItsOwnFormIsAccepted) {
  const std::string bytes = Encode(FullLeaf()).value();
  const auto replaced = [&](const std::string& what, const std::string& by) {
    std::string other = bytes;
    const size_t at = other.find(what);
    EXPECT_NE(at, std::string::npos) << what;
    other.replace(at, what.size(), by);
    return other;
  };
  EXPECT_TRUE(Decode(bytes));
  EXPECT_FALSE(Decode(bytes + " ")) << "white space";
  EXPECT_FALSE(Decode(replaced("{\"actor\"", "{\"aa\":1,\"actor\""))) << "unknown name";
  EXPECT_FALSE(Decode(replaced("\"case_seq\":7", "\"case_seq\":\"7\""))) << "wrong kind";
  EXPECT_FALSE(Decode(replaced("\"case_seq\":7", "\"case_seq\":-7"))) << "negative";
  EXPECT_FALSE(Decode(replaced("\"manual\"", "\"other\""))) << "unknown mode";
  EXPECT_FALSE(Decode(replaced("2023-03-02", "2023-3-2"))) << "date";
  EXPECT_FALSE(Decode(replaced("anjuan.event/1", "anjuan.event/2"))) << "format";
  EXPECT_FALSE(Decode(replaced("HMAC-SHA256", "SHA256"))) << "algorithm";
  EXPECT_FALSE(Decode("")) << "nothing";
  EXPECT_FALSE(Decode("[]"));
  EXPECT_FALSE(Decode("null"));
}

TEST(Leaf, IsAtMost65535Bytes) {
  Leaf leaf = FullLeaf();
  leaf.reason = "";
  leaf.reason = std::string(kMaxLeafBytes - Encode(leaf).value().size() - 12, 'x');  // "reason":"",
  EXPECT_EQ(Encode(leaf).value().size(), kMaxLeafBytes);
  EXPECT_TRUE(Decode(Encode(leaf).value()));
  leaf.reason += 'x';
  const Result<std::string> bytes = Encode(leaf);
  ASSERT_FALSE(bytes);
  EXPECT_EQ(bytes.error().front().code, "trail.leaf-size");
}

TEST(Leaf, HashIsTheTreesLeafHash) {
  // RFC 9162: the hash of an empty leaf, as published with the reference tree.
  EXPECT_EQ(ToHex(LeafHash("")),
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d");
}

TEST(Leaf, CommitIsKeyed) {
  // RFC 4231, test case 2.
  EXPECT_EQ(ToHex(Commit("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

}  // namespace
}  // namespace anjuan::trail
