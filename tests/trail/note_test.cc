#include "engine/trail/note.h"

#include <gtest/gtest.h>

#include <map>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "engine/base/digest.h"
#include "engine/base/signature.h"
#include "engine/base/text.h"
#include "engine/trail/checkpoint.h"
#include "engine/trail/heads.h"
#include "engine/trail/merkle.h"
#include "engine/trail/tiles.h"

namespace anjuan::trail {
namespace {

// The worked example of C2SP signed-note.
constexpr std::string_view kSpecKey =
    "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k";
constexpr std::string_view kSpecNote =
    "This is an example message.\n\n— example.com/foo "
    "Uw2QOkn8srV1yJGh2VYRlL1Tnagv1YEq6TfXppzi2ONncAlTgK7Ztg1ERYNZXsYjOBH3mFXmRKuwHjG1Yu72IneyaQM="
    "\n";
// Of golang.org/x/mod/sumdb/note's tests.
constexpr std::string_view kPeter =
    "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
constexpr std::string_view kPeterSecret =
    "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz";
constexpr std::string_view kPeterNote =
    "If you think cryptography is the answer to your problem,\n"
    "then you don't know what your problem is.\n\n"
    "— PeterNeumann "
    "x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6K"
    "E6RyyBwJnAM=\n";

TEST(Ed25519, IsThatOfRfc8032) {
  // Section 7.1, test 2.
  const std::string seed =
      FromHex("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb").value();
  const std::string key = Ed25519PublicKey(seed);
  EXPECT_EQ(ToHex(key), "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c");
  const std::string signature = Ed25519Sign(seed, "\x72");
  EXPECT_EQ(
      ToHex(signature),
      "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0"
      "f11d8c387b2eaeb4302aeeb00d291612bb0c00");
  EXPECT_TRUE(Ed25519Verify(key, "\x72", signature));
  EXPECT_FALSE(Ed25519Verify(key, "\x73", signature));
  EXPECT_FALSE(Ed25519Verify("", "\x72", signature));
  EXPECT_FALSE(Ed25519Verify(key, "\x72", signature.substr(1)));
}

TEST(Base64, IsRfc4648sAndNothingElse) {
  const std::vector<std::pair<std::string, std::string>> vectors = {{"", ""},
                                                                    {"f", "Zg=="},
                                                                    {"fo", "Zm8="},
                                                                    {"foo", "Zm9v"},
                                                                    {"foob", "Zm9vYg=="},
                                                                    {"fooba", "Zm9vYmE="},
                                                                    {"foobar", "Zm9vYmFy"}};
  for (const auto& [plain, coded] : vectors) {
    EXPECT_EQ(ToBase64(plain), coded);
    EXPECT_EQ(FromBase64(coded), plain);
  }
  for (const std::string bad :
       {"Zg", "Zg=", "Zh==", "Zm9=", "Z===", "Zm9v\n", "Zm 9", "=Zm9", "Z-=="}) {
    EXPECT_FALSE(FromBase64(bad)) << bad;
  }
}

TEST(Note, TheSpecificationsExampleHolds) {
  const std::vector<VerifierKey> keys = {ParseVkey(kSpecKey).value()};
  EXPECT_EQ(ToVkey(keys[0]), kSpecKey);
  const Note note = ParseNote(kSpecNote).value();
  EXPECT_EQ(note.text, "This is an example message.\n");
  EXPECT_EQ(ToString(note), kSpecNote);
  EXPECT_TRUE(VerifyNote(note, keys));
  EXPECT_FALSE(VerifyNote(note, std::vector{ParseVkey(kPeter).value()})) << "a stranger's";
}

TEST(Note, GosKeysSignTheSameNote) {
  const SignerKey key = ParseSkey(kPeterSecret).value();
  EXPECT_EQ(ToSkey(key), kPeterSecret);
  EXPECT_EQ(ToVkey(key.Public()), kPeter);
  const Note given = ParseNote(kPeterNote).value();
  EXPECT_EQ(ToString(Note{given.text, {Sign(key, given.text)}}), kPeterNote);
}

// As golang.org/x/mod's tests ask: no piece of a key is a key, and no neighbour of it.
TEST(Note, NoPieceAndNoNeighbourOfAKeyIsAKey) {
  const std::string key(kPeter);
  for (size_t begin = 0; begin < key.size(); ++begin) {
    for (size_t end = begin; end <= key.size(); ++end) {
      if (begin == 0 && end == key.size()) continue;
      EXPECT_FALSE(ParseVkey(key.substr(begin, end - begin)));
    }
  }
  for (size_t i = 0; i < key.size(); ++i) {
    std::string other = key;
    ++other[i];
    EXPECT_FALSE(ParseVkey(other)) << other;
  }
}

TEST(Note, WhatIsNoNoteIsRefused) {
  for (const std::string bad :
       {"", "text\n", "text\n\n", "text\n\nno signature\n", "text\n\n— a b\n", "text\n\n— a AAAA\n",
        "te\txt\n\n— a AAAAAAA=\n", "text\n\n— a+b AAAAAAA=\n", "text\n\n— a AAAAAAA="}) {
    EXPECT_FALSE(ParseNote(bad)) << bad;
  }
}

TEST(Note, ACosignatureBindsItsTime) {
  const SignerKey witness{"w.example", KeyKind::kWitness, std::string(32, 'w')};
  const SignerKey log{"log.example/1", KeyKind::kLog, std::string(32, 'l')};
  Note note{CheckpointText({"log.example/1", 7, Sha256("root")}), {}};
  note.signatures = {Sign(log, note.text), Cosign(witness, note.text, 1'679'315'147)};
  const std::vector<VerifierKey> keys = {log.Public(), witness.Public()};
  const auto opened = OpenCheckpoint(ToString(note), keys);
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->FirstSeen(), 1'679'315'147);
  EXPECT_EQ(opened->checkpoint.size, 7U);
  ++note.signatures[1].bytes[7];
  EXPECT_FALSE(OpenCheckpoint(ToString(note), keys)) << "another second";
  note.signatures.erase(note.signatures.begin());
  EXPECT_FALSE(OpenCheckpoint(ToString(note), keys)) << "the log itself did not sign";
}

// ---- tiles

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

TEST(Tiles, GiveTheRootsAndProofsOfTheWholeTree) {
  std::map<TilePlace, std::string> tiles;
  const ReadTile read = [&](TilePlace place) { return tiles[place]; };
  const std::vector<Hash> all = Leaves(70'000);  // three levels
  CompactRange range;
  size_t size = 0;
  for (const size_t more : {1, 1, 5, 249, 1, 300, 4096, 60'883, 4464}) {
    const std::span<const Hash> added = std::span(all).subspan(size, more);
    for (const auto& [place, bytes] : AppendToTiles(read, size, added)) tiles[place] = bytes;
    for (const Hash& leaf : added) range.Append(leaf);
    size += more;
    const std::span<const Hash> leaves = std::span(all).first(size);
    TiledTree tree(read, size);
    const Hash root = TreeRoot(leaves);
    EXPECT_EQ(tree.Root(), root) << size;
    EXPECT_EQ(range.Root(), root) << size;
    for (const size_t index : {size_t{0}, size / 3, size / 2, size - 1}) {
      EXPECT_EQ(tree.ProveInclusion(index), Bytes(ProveInclusion(leaves, index))) << size;
      EXPECT_EQ(tree.LeafHash(index), leaves[index]);
      EXPECT_EQ(tree.ProveConsistency(index + 1), Bytes(ProveConsistency(leaves, index + 1)));
    }
    EXPECT_TRUE(tree.Ok());
  }
  tiles[{1, 1}].resize(64);
  TiledTree damaged(read, size);
  damaged.Root();
  EXPECT_FALSE(damaged.Ok());
}

TEST(Heads, SayWhereACaseEndsOrThatItIsNotThere) {
  std::vector<Head> heads;
  std::vector<Hash> hashes;
  for (const char c : std::string("bdfh")) {
    heads.push_back({std::string(1, c), c, std::string(64, c)});
    hashes.push_back(HeadHash(heads.back()));
  }
  const HeadsRecord record{"log", 9, heads.size(), ToHex(TreeRoot(hashes)), 0};
  EXPECT_EQ(DecodeHeads(Encode(record)).value(), record);
  for (const char c : std::string("abcdefghi")) {
    const std::string id(1, c);
    const HeadsProof proof = DecodeHeadsProof(Encode(ProveHead(heads, id))).value();
    const bool there = std::string("bdfh").find(c) != std::string::npos;
    EXPECT_EQ(VerifyHead(proof, record, id), there ? HeadVerdict::kPresent : HeadVerdict::kAbsent)
        << c;
  }
  // Neighbours that are none: something may stand between them.
  HeadsProof forged = ProveHead(heads, "c");
  forged.entries[1] = ProveHead(heads, "h").entries[0];
  EXPECT_EQ(VerifyHead(forged, record, "e"), HeadVerdict::kInvalid);
  EXPECT_EQ(VerifyHead(ProveHead(heads, "a"), record, "z"), HeadVerdict::kInvalid);
  EXPECT_EQ(VerifyHead(HeadsProof{}, record, "z"), HeadVerdict::kInvalid);
}

}  // namespace
}  // namespace anjuan::trail
