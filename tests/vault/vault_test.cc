#include "engine/vault/vault.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <functional>
#include <iterator>
#include <memory>
#include <set>
#include <string>
#include <type_traits>
#include <vector>

#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/trail/fields.h"
#include "engine/trail/leaf.h"
#include "engine/value/json.h"
#include "engine/vault/blind_index.h"
#include "engine/vault/document.h"
#include "plugins/sqlite/sqlite_store.h"
#include "tests/store/temporary_folder.h"
#include "tests/support/memory_store.h"

namespace anjuan::vault {
namespace {

using port::Cell;
using port::Reader;
using port::Row;
using port::Store;
using port::Transaction;

constexpr Instant kNow = 1'677'805'200'000;
constexpr std::string_view kId = "11010519491231002X";
constexpr std::string_view kPhone = "13800001234";
constexpr std::string_view kName = "张建国";

// Repeatable bytes: a hash of a counter.
Random Counting() {
  auto counter = std::make_shared<int>(0);
  return [counter](size_t count) {
    std::string bytes;
    while (bytes.size() < count) bytes += AsBytes(Sha256(std::to_string((*counter)++)));
    bytes.resize(count);
    return bytes;
  };
}

Context Zhang() {
  return Context({{"name", Value(kName)},
                  {"id_number", Value(kId)},
                  {"phone", Value(kPhone)},
                  {"post", Value("工会主席")},
                  {"side", Value("worker")}});
}

class VaultTest : public testing::Test {
 protected:
  template <typename F>
  auto Write(const F& body) {
    std::optional<std::invoke_result_t<F, Transaction&>> result;
    store_->Transact([&](Transaction& t) {
      result.emplace(body(t));
      return true;
    });
    return *std::move(result);
  }
  template <typename F>
  auto Read(const F& body) {
    std::optional<std::invoke_result_t<F, Reader&>> result;
    store_->Read([&](Reader& r) { result.emplace(body(r)); });
    return *std::move(result);
  }

  Result<std::string> TrySeal(const Context& person, Instant now = kNow) {
    return Write([&](Transaction& t) { return vault_.SealPerson(t, person, now); });
  }
  std::string Seal(const Context& person, Instant now = kNow) {
    Result<std::string> subject = TrySeal(person, now);
    if (!subject) ADD_FAILURE() << Render(subject.error());
    return subject.value_or("");
  }
  std::string SealText(std::string_view text, const TextOptions& options = {}) {
    return Write([&](Transaction& t) { return vault_.SealText(t, text, options, kNow); }).value();
  }
  Value Field(const std::string& subject, const std::string& name,
              std::optional<Instant> as_of = {}) {
    const Value state(Context({{"subject", Value(subject)}}));
    return Read([&](Reader& r) { return vault_.ResolveAll(r, state, as_of); }).value()[name];
  }
  std::vector<std::string> Find(std::string_view kind, std::string_view value) {
    return Read([&](Reader& r) { return vault_.Find(r, kind, value); });
  }
  Revealed Resolve(const std::string& token) {
    return Read([&](Reader& r) { return vault_.Resolve(r, token); });
  }
  bool EraseText(const std::string& token) {
    return Write([&](Transaction& t) { return vault_.EraseText(t, token); });
  }
  bool Erase(const std::string& subject) {
    return Write([&](Transaction& t) { return vault_.Erase(t, subject); });
  }

  Random random_ = Counting();
  OfficeKeys keys_ = MakeKeys(random_);
  Vault vault_{keys_, random_};
  test::TemporaryFolder folder_;
  std::unique_ptr<Store> store_ = test::MakeMemoryStore();
};

TEST_F(VaultTest, ATextComesBackByItsToken) {
  const std::string token = SealText("理由：家庭原因");
  EXPECT_TRUE(LooksLikeToken(token));
  EXPECT_EQ(Resolve(token).state(), Revealed::State::kPresent);
  EXPECT_EQ(Resolve(token).Expose(), Value("理由：家庭原因"));
  EXPECT_NE(SealText("理由：家庭原因"), token) << "equal texts cannot be told to be equal";
  EXPECT_EQ(Resolve("vault:00000000000000000000000000000000").state(), Revealed::State::kUnknown);
}

TEST_F(VaultTest, TheStateHoldsOnlyWhatIsNotPersonal) {
  Context person = Zhang();
  person.Set("wechat", Value("zjg"));
  const std::string subject = Seal(person);
  EXPECT_EQ(Value(Vault::PlainPart(person, subject)), Value(Context({{"subject", Value(subject)},
                                                                     {"post", Value("工会主席")},
                                                                     {"side", Value("worker")}})));
  EXPECT_EQ(Field(subject, "wechat"), Value("zjg")) << "what is not known to be plain is sealed";
  EXPECT_TRUE(Field(subject, "post").is_null());
}

TEST_F(VaultTest, OneIdNumberIsOnePersonHoweverItIsWritten) {
  const std::string subject = Seal(Zhang());
  EXPECT_EQ(Seal(Context({{"id_number", Value("11010519491231002x")}})), subject);
  EXPECT_EQ(Seal(Context({{"id_number", Value(" １１０１０５ 19491231 002Ｘ")}})), subject);
  EXPECT_NE(Seal(Context({{"id_number", Value("110105194912310038")}})), subject);
  EXPECT_EQ(Field(subject, "name"), Value(kName)) << "a value not given again stays";
}

TEST_F(VaultTest, EqualNamesAreNotOnePerson) {
  const Context nameless({{"name", Value(kName)}, {"phone", Value(kPhone)}});
  EXPECT_NE(Seal(nameless), Seal(nameless));
}

TEST_F(VaultTest, ARosterEntryIsAPersonUntilAnIdNumberSaysOtherwise) {
  const Value key("E001/7");
  const std::string subject = Seal(Context({{"roster", key}, {"name", Value(kName)}}));
  EXPECT_EQ(Seal(Context({{"roster", key}, {"phone", Value(kPhone)}})), subject);
  EXPECT_EQ(Seal(Context({{"roster", key}, {"id_number", Value(kId)}})), subject);
  EXPECT_EQ(Field(subject, "id_number"), Value(kId));
  // The entry passes to somebody else.
  const std::string other =
      Seal(Context({{"roster", key}, {"id_number", Value("110105194912310038")}}));
  EXPECT_NE(other, subject);
  EXPECT_EQ(Seal(Context({{"roster", key}})), other);
  EXPECT_EQ(Find("roster", "E001/7"), std::vector<std::string>{other});
  // The ID number goes before the roster.
  EXPECT_EQ(Seal(Context({{"roster", key}, {"id_number", Value(kId)}})), subject);
  EXPECT_TRUE(Field(subject, "roster").is_null()) << "a key for us, not for a page";
}

TEST_F(VaultTest, AGivenSubjectIsCorrectedUnlessTheIdNumberIsAnothers) {
  const std::string zhang = Seal(Zhang());
  const std::string li = Seal(Context({{"name", Value("李梅")}}));
  EXPECT_EQ(Seal(Context({{"subject", Value(li)}, {"phone", Value("13900000000")}})), li);
  EXPECT_EQ(Field(li, "phone"), Value("13900000000"));
  const Result<std::string> clash =
      TrySeal(Context({{"subject", Value(li)}, {"id_number", Value(kId)}}));
  ASSERT_FALSE(clash);
  EXPECT_EQ(clash.error().front().code, "vault.id-number");
  EXPECT_EQ(Seal(Context({{"subject", Value(zhang)}, {"id_number", Value(kId)}})), zhang);
}

TEST_F(VaultTest, AnInventedSubjectIsRefused) {
  for (const char* token : {"vault:00000000000000000000000000000000", "x", "vault:"}) {
    const Result<std::string> subject = TrySeal(Context({{"subject", Value(token)}}));
    ASSERT_FALSE(subject) << token;
    EXPECT_EQ(subject.error().front().code, "vault.subject");
  }
  EXPECT_EQ(TrySeal(Context({{"a:b", Value("x")}})).error().front().code, "vault.field");
  const TextOptions options = {.subject = "vault:00000000000000000000000000000000"};
  const auto text = Write([&](Transaction& t) { return vault_.SealText(t, "x", options, kNow); });
  EXPECT_EQ(text.error().front().code, "vault.subject");
}

TEST_F(VaultTest, ValuesAreKeptByDate) {
  const std::string subject = Seal(Zhang(), kNow);
  Seal(Context({{"subject", Value(subject)}, {"phone", Value("13911112222")}}), kNow + 1000);
  Seal(Context({{"subject", Value(subject)}, {"phone", Value("13933334444")}}), kNow + 2000);
  EXPECT_EQ(Field(subject, "phone", kNow), Value(kPhone));
  EXPECT_EQ(Field(subject, "phone", kNow + 1999), Value("13911112222"));
  EXPECT_EQ(Field(subject, "phone"), Value("13933334444"));
  EXPECT_EQ(Field(subject, "name", kNow + 5000), Value(kName));
  EXPECT_TRUE(Field(subject, "name", kNow - 1).is_null());
  const auto rows = [&] {
    return Read([](Reader& r) { return r.Count(port::sealed::kTable, {}); });
  };
  const std::int64_t before = rows();
  Seal(Context({{"subject", Value(subject)}, {"phone", Value("13933334444")}}), kNow + 3000);
  EXPECT_EQ(rows(), before) << "the same again writes nothing";
}

TEST_F(VaultTest, AnOpeningIsOfOneValueAndGoesWithItsKey) {
  const std::string subject = Seal(Zhang(), kNow);
  const std::string text = SealText("家庭原因");
  const auto openings = [&] {
    return Read([&](Reader& r) {
      return vault_.Openings(r, {subject, text, "vault:00000000000000000000000000000000"});
    });
  };
  const std::vector<Opening> first = openings();
  ASSERT_EQ(first.size(), 4U) << "id_number, name, phone, and the text";
  std::set<std::string> salts;
  for (const Opening& one : first) {
    EXPECT_EQ(one.salt.size(), 32U);
    salts.insert(one.salt);
    const auto again = Read([&](Reader& r) { return vault_.OpenAt(r, one.reference); });
    ASSERT_TRUE(again.has_value());
    EXPECT_EQ(again->value, one.value);
    EXPECT_EQ(again->salt, one.salt);
    EXPECT_EQ(one.token, one.field.empty() ? text : subject);
  }
  EXPECT_EQ(salts.size(), first.size());
  // Another value in the same instant takes its place: what opens it does not open the old one.
  Seal(Context({{"subject", Value(subject)}, {"name", Value("张建华")}}), kNow);
  const auto name = [](const std::vector<Opening>& all) {
    return *std::ranges::find(all, "name", &Opening::field);
  };
  EXPECT_EQ(name(openings()).reference, name(first).reference);
  EXPECT_NE(name(openings()).salt, name(first).salt);
  ASSERT_TRUE(Erase(subject));
  EXPECT_EQ(openings().size(), 1U) << "the text alone";
  EXPECT_FALSE(
      Read([&](Reader& r) { return vault_.OpenAt(r, name(first).reference); }).has_value());
}

TEST_F(VaultTest, ResolveAllPutsPeopleAndTextsIntoAWholeCase) {
  const std::string subject = Seal(Zhang());
  const std::string note = SealText("说明");
  const Value state(Context({{"chief", Value(Vault::PlainPart(Zhang(), subject))},
                             {"minutes", Value(note)},
                             {"list", Value(List{Value(note), Value(7), Value("vault:x")})},
                             {"people", Value(List{Value(subject)})},
                             {"due", Value(Date{2023, 3, 30})}}));
  const Value resolved = Read([&](Reader& r) { return vault_.ResolveAll(r, state); }).value();
  EXPECT_EQ(resolved["chief"]["name"], Value(kName));
  EXPECT_EQ(resolved["chief"]["id_number"], Value(kId));
  EXPECT_EQ(resolved["chief"]["post"], Value("工会主席"));
  EXPECT_EQ(resolved["chief"]["subject"], Value(subject));
  EXPECT_EQ(resolved["minutes"], Value("说明"));
  EXPECT_EQ(resolved["list"], Value(List{Value("说明"), Value(7), Value("vault:x")}));
  EXPECT_EQ(resolved["people"], Value(List{Value(subject)}));
  EXPECT_EQ(resolved["due"], Value(Date{2023, 3, 30}));
}

TEST_F(VaultTest, ASealedTextThatIsATokenIsNotResolvedAgain) {
  const std::string secret = SealText("秘密");
  const std::string outer = SealText(secret);
  EXPECT_EQ(Resolve(outer).Expose(), Value(secret));
  const Value resolved =
      Read([&](Reader& r) { return vault_.ResolveAll(r, Value(outer)); }).value();
  EXPECT_EQ(resolved, Value(secret));
}

TEST_F(VaultTest, AnUnknownTokenAndAForeignKeyAreNamedWithTheirPlace) {
  const std::string subject = Seal(Zhang());
  const std::string note = SealText("说明");
  const Value state(Context({{"chief", Value(Context({{"subject", Value(subject)}}))},
                             {"notes", Value(List{Value("x"), Value(note)})}}));
  const Vault other(MakeKeys(random_), random_);
  const Result<Value> damaged = Read([&](Reader& r) { return other.ResolveAll(r, state); });
  ASSERT_FALSE(damaged);
  ASSERT_EQ(damaged.error().size(), 2U);
  EXPECT_EQ(damaged.error()[0].code, "vault.damaged");
  EXPECT_NE(damaged.error()[0].message.find("chief"), std::string::npos);
  EXPECT_NE(damaged.error()[1].message.find("notes[1]"), std::string::npos);
  const Value unknown("vault:00000000000000000000000000000000");
  EXPECT_EQ(Read([&](Reader& r) { return vault_.ResolveAll(r, unknown); }).error()[0].code,
            "vault.unknown");
}

// Whoever can write the database must not be able to put one person's value in another's place.
TEST_F(VaultTest, ASealedCellMovedElsewhereDoesNotOpen) {
  const std::string first = SealText("甲");
  const std::string second =
      SealText("乙", {.subject = Read([&](Reader& r) { return vault_.SubjectOf(r, first); })});
  store_->Transact([&](Transaction& t) {
    Row row = *t.Get(port::sealed::kTable, std::vector<Cell>{Cell(first)});
    row[port::sealed::kReference] = second;
    t.Put(port::sealed::kTable, row);
    return true;
  });
  EXPECT_EQ(Resolve(second).state(), Revealed::State::kDamaged);
  EXPECT_EQ(Resolve(first).state(), Revealed::State::kPresent);
}

TEST_F(VaultTest, SearchIsExactAndBlind) {
  const std::string subject = Seal(Zhang());
  const std::vector<std::string> just = {subject};
  EXPECT_EQ(Find("phone", "138 0000-1234"), just);
  EXPECT_EQ(Find("phone", "+8613800001234"), just);
  EXPECT_EQ(Find("name", "张　建国"), just);
  EXPECT_EQ(Find("id_number", kId), just);
  EXPECT_TRUE(Find("name", "张建").empty());
  EXPECT_TRUE(Find("name", kPhone).empty()) << "kinds do not mix";
  const std::string text = SealText("A-17", {.kind = "letter", .searchable = true});
  EXPECT_EQ(Find("letter", "a-17"), std::vector<std::string>{});
  EXPECT_EQ(Find("letter", "A-17"), std::vector<std::string>{text});
  const Vault other(MakeKeys(random_), random_);
  EXPECT_TRUE(Read([&](Reader& r) { return other.Find(r, "name", kName); }).empty());
}

TEST_F(VaultTest, ErasingSaysErasedForEver) {
  const std::string subject = Seal(Zhang());
  const std::string note = SealText("病情", {.subject = subject, .searchable = true});
  const std::string other = SealText("别的");
  EXPECT_TRUE(Erase(subject));
  EXPECT_EQ(Field(subject, "name"), Value(kErasedText));
  EXPECT_EQ(Resolve(note).state(), Revealed::State::kErased);
  EXPECT_EQ(Resolve(note).Expose(), Value(kErasedText));
  EXPECT_EQ(Resolve(other).state(), Revealed::State::kPresent);
  EXPECT_EQ(Read([&](Reader& r) { return vault_.ResolvePerson(r, subject); }).state,
            Revealed::State::kErased);
  for (std::string_view kind : {"name", "phone", "id_number", "text"}) {
    EXPECT_TRUE(Find(kind, kind == "name"    ? kName
                           : kind == "phone" ? kPhone
                                             : kId)
                    .empty())
        << kind;
  }
  EXPECT_TRUE(Find("text", "病情").empty());
  EXPECT_EQ(Read([](Reader& r) { return r.Count(port::blind::kTable, {}); }), 0);
  EXPECT_FALSE(Erase(subject)) << "once";
  EXPECT_FALSE(Erase("vault:00000000000000000000000000000000"));
  EXPECT_EQ(TrySeal(Context({{"subject", Value(subject)}, {"name", Value("x")}})).error()[0].code,
            "vault.subject");
  EXPECT_NE(Seal(Zhang()), subject) << "who comes again is a new person";
}

TEST_F(VaultTest, ATextOfNobodyCanBeErasedAlone) {
  const std::string token = SealText("附言");
  const auto subject = Read([&](Reader& r) { return vault_.SubjectOf(r, token); });
  ASSERT_TRUE(subject);
  EXPECT_TRUE(Erase(*subject));
  EXPECT_EQ(Resolve(token).state(), Revealed::State::kErased);
}

TEST_F(VaultTest, ATextOfAPersonGoesAloneAndThePersonStays) {
  const std::string subject = Seal(Zhang());
  const std::string one = SealText("病情", {.subject = subject, .searchable = true});
  const std::string other = SealText("住址", {.subject = subject, .searchable = true});
  EXPECT_TRUE(EraseText(one));
  EXPECT_EQ(Resolve(one).state(), Revealed::State::kErased);
  EXPECT_TRUE(Find("text", "病情").empty());
  EXPECT_EQ(Resolve(other).state(), Revealed::State::kPresent);
  EXPECT_EQ(Find("text", "住址"), std::vector<std::string>{other});
  EXPECT_EQ(Field(subject, "name"), Value(kName));
  EXPECT_FALSE(EraseText(one)) << "once";
  EXPECT_FALSE(EraseText(subject)) << "a person is no text";
  // Of nobody's the key goes too.
  const std::string alone = SealText("附言");
  const auto owner = Read([&](Reader& r) { return vault_.SubjectOf(r, alone); });
  EXPECT_TRUE(EraseText(alone));
  EXPECT_EQ(Resolve(alone).state(), Revealed::State::kErased);
  EXPECT_FALSE(Erase(*owner)) << "erased already";
  EXPECT_TRUE(Erase(subject));
  EXPECT_EQ(Resolve(one).state(), Revealed::State::kErased);
  EXPECT_EQ(Read([](Reader& r) { return r.Count(port::blind::kTable, {}); }), 0);
}

// The payload of a history row holds the token; erasing the person leaves every proof as it was.
TEST_F(VaultTest, ProofsHoldAfterErasing) {
  const std::string subject = Seal(Zhang());
  const std::string key = random_(32);
  const Context payload({{"chief", Value(Vault::PlainPart(Zhang(), subject))}});
  const std::string bytes = WriteCanonical(Value(payload));
  EXPECT_EQ(bytes.find(kName), std::string::npos);
  trail::Leaf leaf;
  leaf.log = "office";
  leaf.case_id = "c";
  leaf.commit = ToHex(trail::Commit(key, bytes));
  leaf.fields_root = ToHex(trail::FieldsRoot(key, payload));
  const std::string stored = trail::Encode(leaf).value();
  const Hash hash = trail::LeafHash(stored);
  ASSERT_TRUE(Erase(subject));
  EXPECT_EQ(trail::LeafHash(stored), hash);
  EXPECT_EQ(trail::Decode(stored).value().commit, ToHex(trail::Commit(key, bytes)));
  EXPECT_TRUE(
      trail::VerifyField(*trail::Disclose(key, payload, "chief"), trail::FieldsRoot(key, payload)));
  EXPECT_EQ(Field(subject, "name"), Value(kErasedText));
}

// ---- no plain byte anywhere

std::vector<std::string> Planted() {
  return {std::string(kId),         std::string(kPhone), std::string(kName),
          "湖南省岳阳楼区某路17号", "病假理由与诊断",    "E001-roster-17"};
}

void PlantEverything(Store& store, const Vault& vault, std::vector<std::string>& subjects) {
  store.Transact([&](Transaction& t) {
    Context person = Zhang();
    person.Set("address", Value("湖南省岳阳楼区某路17号"));
    person.Set("roster", Value("E001-roster-17"));
    subjects.push_back(vault.SealPerson(t, person, kNow).value());
    const TextOptions options = {.subject = subjects[0], .searchable = true};
    EXPECT_TRUE(vault.SealText(t, "病假理由与诊断", options, kNow));
    return true;
  });
}

TEST_F(VaultTest, NoCellOfAnyTableHoldsAPlainByte) {
  std::vector<std::string> subjects;
  PlantEverything(*store_, vault_, subjects);
  int cells = 0;
  store_->Read([&](Reader& r) {
    for (const port::Table* table : port::AllTables()) {
      r.Scan(*table, {}, [&](const Row& row) {
        for (const Cell& cell : row) {
          const auto* text = std::get_if<std::string>(&cell);
          if (text == nullptr) continue;
          ++cells;
          for (const std::string& planted : Planted()) {
            EXPECT_EQ(text->find(planted), std::string::npos) << table->name;
          }
          for (const std::string* key : {&keys_.office, &keys_.index, &keys_.digest, &keys_.log}) {
            EXPECT_EQ(text->find(*key), std::string::npos) << table->name;
          }
        }
        return true;
      });
    }
  });
  EXPECT_GT(cells, 20);
}

std::string FilesOf(const test::TemporaryFolder& folder) {
  std::string bytes;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    std::ifstream file(entry.path(), std::ios::binary);
    bytes.append(std::istreambuf_iterator<char>(file), {});
  }
  return bytes;
}

TEST_F(VaultTest, NoFileOfAnSqliteStoreHoldsAPlainByteAndErasedKeysAreGone) {
  store_ = sqlite::OpenSqliteStore(folder_.File("office.db"));
  std::vector<std::string> subjects;
  PlantEverything(*store_, vault_, subjects);
  const std::string wrapped = Read([&](Reader& r) {
    const auto row = r.Get(port::subjects::kTable, std::vector<Cell>{Cell(subjects[0])});
    return std::get<std::string>((*row)[port::subjects::kWrappedKey]);
  });
  const std::string before = FilesOf(folder_);
  EXPECT_NE(before.find(subjects[0]), std::string::npos) << "else this test looks at nothing";
  EXPECT_NE(before.find(wrapped), std::string::npos);
  for (const std::string& planted : Planted()) EXPECT_EQ(before.find(planted), std::string::npos);
  EXPECT_TRUE(Erase(subjects[0]));
  EXPECT_EQ(FilesOf(folder_).find(wrapped), std::string::npos) << "the key is in no file any more";
  EXPECT_EQ(Field(subjects[0], "name"), Value(kErasedText));
  store_.reset();
  EXPECT_EQ(FilesOf(folder_).find(wrapped), std::string::npos);
}

// ---- the small parts

TEST(Token, IsToldFromOtherText) {
  const std::string token = MakeToken(Counting());
  EXPECT_EQ(token.size(), 38U);
  EXPECT_TRUE(LooksLikeToken(token));
  EXPECT_FALSE(LooksLikeToken(token + "0"));
  EXPECT_FALSE(LooksLikeToken("vault:"));
  EXPECT_FALSE(LooksLikeToken("vault:0123456789ABCDEF0123456789ABCDEF"));
  const Value value(Context({{"a", Value(token)},
                             {"b", Value(List{Value("x"), Value(Context({{"c", Value(token)}}))})},
                             {"d", Value("vault:x")}}));
  EXPECT_EQ(FindTokens(value), (std::vector<std::string>{"a", "b[1].c"}));
}

template <typename T>
concept Streamable = requires(std::ostream& out, const T& value) {
  out << value;
};
template <typename T>
concept JsonWritable = requires(const T& value) {
  WriteJson(value);
};

TEST(RevealedType, CannotBeLoggedOrWrittenByHabit) {
  static_assert(!Streamable<Revealed>);
  static_assert(!JsonWritable<Revealed>);
  static_assert(JsonWritable<Value>, "the test would show nothing");
  EXPECT_TRUE(Revealed(Revealed::State::kUnknown).Expose().is_null());
}

TEST(Keys, ComeBackFromTheirFile) {
  const OfficeKeys keys = MakeKeys(Counting());
  const OfficeKeys again = ParseKeys(Serialize(keys)).value();
  EXPECT_EQ(again.office, keys.office);
  EXPECT_EQ(again.index, keys.index);
  EXPECT_EQ(again.digest, keys.digest);
  EXPECT_EQ(again.log, keys.log);
  EXPECT_EQ(KeyId(again), KeyId(keys));
  OfficeKeys other = keys;
  other.office[0] = static_cast<char>(other.office[0] ^ 1);
  EXPECT_NE(KeyId(other), KeyId(keys));
  EXPECT_EQ(Serialize(keys).find(KeyId(keys)), std::string::npos);
}

TEST(Keys, ADamagedFileIsRefusedWithoutShowingIt) {
  const std::string text = Serialize(MakeKeys(Counting()));
  for (const std::string& bad :
       {std::string("{"), text.substr(0, text.size() / 2), std::string("{}"),
        std::string(R"({"v":"anjuan.keys/2"})"), std::string(R"({"v":"anjuan.keys/1"})")}) {
    const Result<OfficeKeys> keys = ParseKeys(bad);
    ASSERT_FALSE(keys);
    EXPECT_EQ(keys.error().front().code, "vault.keys");
    EXPECT_LT(Render(keys.error()).size(), 250U);
  }
}

TEST(BlindIndexTest, NormalisesAsPeopleWrite) {
  EXPECT_EQ(Normalise("id_number", "11010519491231002x"), "11010519491231002X");
  EXPECT_EQ(Normalise("phone", "０１０－６２３４ ５６７８"), "01062345678");
  EXPECT_EQ(Normalise("phone", "0086 138 0000 1234"), "13800001234");
  EXPECT_EQ(Normalise("phone", "无"), "无");
  EXPECT_EQ(Normalise("name", " 欧阳　娜娜 "), "欧阳娜娜");
}

TEST(Document, OpensOnlyAtItsPlaceUnderItsKey) {
  const Random random = Counting();
  const OfficeKeys keys = MakeKeys(random);
  const DocumentKey made = MakeDocumentKey(keys, random, "430600/c1/4/0");
  EXPECT_EQ(made.salt.size(), 16U);
  EXPECT_EQ(made.sealed_salt.find(made.salt), std::string::npos);
  const std::string plain = std::string("%PDF-1.7\0", 9) + std::string(10'000, 'x');
  const Box box = SealDocument(keys, random, "430600/c1/4/0", made.wrapped_key, plain).value();
  EXPECT_EQ(OpenDocument(keys, "430600/c1/4/0", made.wrapped_key, box), plain);
  EXPECT_EQ(OpenSalt(keys, "430600/c1/4/0", made.wrapped_key, made.sealed_salt), made.salt);
  EXPECT_FALSE(OpenDocument(keys, "430600/c1/4/1", made.wrapped_key, box));
  EXPECT_FALSE(OpenDocument(MakeKeys(random), "430600/c1/4/0", made.wrapped_key, box));
  EXPECT_FALSE(OpenDocument(keys, "430600/c1/4/0", "", box)) << "erased";
  Box changed = box;
  changed.cipher[5] = static_cast<char>(changed.cipher[5] ^ 1);
  EXPECT_FALSE(OpenDocument(keys, "430600/c1/4/0", made.wrapped_key, changed));
}

}  // namespace
}  // namespace anjuan::vault
