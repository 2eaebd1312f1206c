#include "engine/trail/merkle.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <string>
#include <vector>

#include "engine/base/text.h"
#include "engine/value/json.h"

namespace anjuan::trail {
namespace {

namespace fs = std::filesystem;

std::vector<Hash> Leaves(size_t count) {
  std::vector<Hash> leaves;
  for (size_t i = 0; i < count; ++i) leaves.push_back(HashLeaf(StrCat("entry ", i)));
  return leaves;
}

std::vector<std::string> Bytes(const std::vector<Hash>& hashes) {
  std::vector<std::string> out;
  for (const Hash& hash : hashes) out.emplace_back(AsBytes(hash));
  return out;
}

// Eight entries and the roots of their first n, from transparency-dev/merkle's constants.
TEST(Merkle, RootsAreThePublishedOnes) {
  const std::vector<std::string> entries = {"",
                                            "00",
                                            "10",
                                            "2021",
                                            "3031",
                                            "40414243",
                                            "5051525354555657",
                                            "606162636465666768696a6b6c6d6e6f"};
  const std::vector<std::string> roots = {
      "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
      "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
      "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
      "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
      "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
      "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
      "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
      "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};
  std::vector<Hash> leaves;
  EXPECT_EQ(ToHex(TreeRoot(leaves)),
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (size_t i = 0; i < entries.size(); ++i) {
    leaves.push_back(HashLeaf(FromHex(entries[i]).value()));
    EXPECT_EQ(ToHex(TreeRoot(leaves)), roots[i]);
  }
}

TEST(Merkle, EveryInclusionProofHoldsAndNoOther) {
  for (size_t size = 1; size <= 20; ++size) {
    const std::vector<Hash> leaves = Leaves(size);
    const Hash root = TreeRoot(leaves);
    for (size_t index = 0; index < size; ++index) {
      const auto proof = Bytes(ProveInclusion(leaves, index));
      for (size_t claimed = 0; claimed <= size; ++claimed) {
        EXPECT_EQ(VerifyInclusion(claimed, size, AsBytes(leaves[index]), proof, AsBytes(root)),
                  claimed == index)
            << index << " of " << size << " as " << claimed;
      }
    }
  }
}

TEST(Merkle, EveryConsistencyProofHoldsAndNoOther) {
  for (size_t size = 1; size <= 20; ++size) {
    const std::vector<Hash> leaves = Leaves(size);
    const Hash root = TreeRoot(leaves);
    for (size_t old_size = 1; old_size <= size; ++old_size) {
      const Hash old_root = TreeRoot(std::span(leaves).first(old_size));
      const auto proof = Bytes(ProveConsistency(leaves, old_size));
      const auto holds = [&](std::uint64_t from, std::string_view first) {
        return VerifyConsistency(from, size, first, AsBytes(root), proof);
      };
      EXPECT_TRUE(holds(old_size, AsBytes(old_root))) << old_size << " of " << size;
      EXPECT_FALSE(holds(old_size, AsBytes(Sha256("forged"))));
      EXPECT_FALSE(holds(0, AsBytes(old_root)));
      EXPECT_FALSE(holds(size + 1, AsBytes(old_root)));
    }
  }
}

// ---- the vectors of transparency-dev/merkle

std::string FromBase64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  unsigned bits = 0;
  int count = 0;
  for (char c : text) {
    const size_t digit = kDigits.find(c);
    if (digit == std::string_view::npos) continue;
    bits = bits << 6 | static_cast<unsigned>(digit);
    count += 6;
    if (count >= 8) {
      count -= 8;
      out += static_cast<char>(bits >> count & 0xFF);
    }
  }
  return out;
}

// null stands for no bytes.
std::string BytesOf(const Value& value) {
  const std::string* text = value.string();
  return text == nullptr ? std::string() : FromBase64(*text);
}

std::vector<std::string> ProofOf(const Value& vector) {
  std::vector<std::string> proof;
  if (const List* list = vector["proof"].list()) {
    for (const Value& hash : *list) proof.push_back(BytesOf(hash));
  }
  return proof;
}

// Sizes go up to 2^64 - 1.
std::uint64_t SizeOf(const Value& vector, std::string_view name) {
  const Decimal* number = vector[name].number();
  return number == nullptr ? 0 : std::stoull(number->ToString());
}

void RunVectors(const std::string& kind, const std::function<bool(const Value&)>& verify) {
  const fs::path folder =
      fs::path(ANJUAN_SOURCE_DIR) / ".." / "shared" / "conformance" / "merkle" / kind;
  if (!fs::is_directory(folder)) GTEST_SKIP() << "the vectors are not on this machine: " << folder;
  int run = 0;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() != ".json") continue;
    std::ifstream file(entry.path());
    const std::string text{std::istreambuf_iterator<char>(file), {}};
    const Result<Value> vector = ReadJson(text, entry.path().string());
    ASSERT_TRUE(vector) << Render(vector.error());
    const bool* refused = (*vector)["wantErr"].boolean();
    ASSERT_NE(refused, nullptr) << entry.path();
    EXPECT_EQ(verify(*vector), !*refused) << entry.path();
    ++run;
  }
  EXPECT_EQ(run, 98);
}

TEST(MerkleVectors, Inclusion) {
  RunVectors("inclusion", [](const Value& v) {
    return VerifyInclusion(SizeOf(v, "leafIdx"), SizeOf(v, "treeSize"), BytesOf(v["leafHash"]),
                           ProofOf(v), BytesOf(v["root"]));
  });
}

TEST(MerkleVectors, Consistency) {
  RunVectors("consistency", [](const Value& v) {
    return VerifyConsistency(SizeOf(v, "size1"), SizeOf(v, "size2"), BytesOf(v["root1"]),
                             BytesOf(v["root2"]), ProofOf(v));
  });
}

}  // namespace
}  // namespace anjuan::trail
