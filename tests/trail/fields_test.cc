#include "engine/trail/fields.h"

#include <gtest/gtest.h>

#include <string>

#include "engine/trail/merkle.h"

namespace anjuan::trail {
namespace {

const std::string kKey(32, '\x42');

Context Payload() {
  return Context({{"workers", Value(310)},
                  {"employer", Value("E001")},
                  {"reply_due", Value(Date{2023, 3, 30})},
                  {"topics", Value(List{Value("工资"), Value("工时")})}});
}

TEST(Fields, EachFieldCanBeShownAlone) {
  const Context payload = Payload();
  const Hash root = FieldsRoot(kKey, payload);
  for (const auto& [name, value] : payload.entries()) {
    const auto field = Disclose(kKey, payload, name);
    ASSERT_TRUE(field);
    EXPECT_EQ(field->value, value);
    EXPECT_EQ(field->count, 4U);
    EXPECT_TRUE(VerifyField(*field, root)) << name;
  }
  EXPECT_FALSE(Disclose(kKey, Payload(), "none"));
}

TEST(Fields, AnyOtherClaimIsRefused) {
  const Hash root = FieldsRoot(kKey, Payload());
  const DisclosedField field = *Disclose(kKey, Payload(), "workers");
  DisclosedField other = field;
  other.value = Value(311);
  EXPECT_FALSE(VerifyField(other, root));
  other = field;
  other.name = "employer";
  EXPECT_FALSE(VerifyField(other, root));
  other = field;
  other.salt[0] = static_cast<char>(other.salt[0] ^ 1);
  EXPECT_FALSE(VerifyField(other, root));
  other = field;
  other.index ^= 1;
  EXPECT_FALSE(VerifyField(other, root));
  other = field;
  other.proof.pop_back();
  EXPECT_FALSE(VerifyField(other, root));
  EXPECT_FALSE(VerifyField(field, FieldsRoot(std::string(32, 'x'), Payload())));
}

// The first letters of the name handed over to the salt give the same bytes, but not a proof.
TEST(Fields, SaltAndNameDoNotRunIntoEachOther) {
  DisclosedField field = *Disclose(kKey, Payload(), "workers");
  field.salt += 'w';
  field.name = "orkers";
  EXPECT_FALSE(VerifyField(field, FieldsRoot(kKey, Payload())));
}

TEST(Fields, TheOrderOfEntriesDoesNotMatter) {
  Context reversed;
  const Context payload = Payload();
  for (auto entry = payload.entries().rbegin(); entry != payload.entries().rend(); ++entry) {
    reversed.Set(entry->first, entry->second);
  }
  EXPECT_EQ(FieldsRoot(kKey, reversed), FieldsRoot(kKey, Payload()));
}

TEST(Fields, OfNothingIsTheEmptyTree) {
  EXPECT_EQ(FieldsRoot(kKey, Context()), Sha256(""));
}

// Spelt out from README.md, so that another program's author can check theirs against it.
TEST(Fields, IsWhatTheSpecificationSays) {
  const std::string salt(AsBytes(HmacSha256(kKey, "field:a")));
  const Hash hash = Sha256(std::string(1, '\0') + salt + "a" + std::string(1, '\0') + "1");
  EXPECT_EQ(FieldsRoot(kKey, Context({{"a", Value(1)}})), hash);
}

}  // namespace
}  // namespace anjuan::trail
