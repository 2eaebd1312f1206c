// The short form of the campaign: some thousand flips; the long one is tamper_main.cc.

#include <gtest/gtest.h>

#include "engine/base/text.h"
#include "tests/tamper/campaign.h"

namespace anjuan::tamper {
namespace {

std::string Told(const std::vector<Flip>& flips) {
  std::string out;
  for (const Flip& flip : flips)
    out += StrCat(flip.file, " byte ", flip.byte, " bit ", flip.bit, "\n");
  return out;
}

TEST(Flips, EveryBitOfADossierCounts) {
  const World world = World::Sample(24);
  const Files files = world.Dossier("430602-2023-X-000001");
  const Accepts accepts = DossierVerifier(world);
  ASSERT_TRUE(accepts(files)) << ToText(trail::VerifyDossier(files, world.TrustIn()).report,
                                        trail::Language::kEnglish);
  EXPECT_EQ(Told(Unnoticed(files, Flips(files, 1, 3000), accepts)), "");
}

TEST(Flips, EveryBitOfAMirrorCounts) {
  const World world = World::Sample(60);
  Files files = world.Mirror();
  files.erase("vkeys.txt");  // not asked where the auditor brings keys
  const Accepts accepts = MirrorVerifier(world);
  ASSERT_TRUE(accepts(files));
  EXPECT_EQ(Told(Unnoticed(files, Flips(files, 2, 3000), accepts)), "");
}

// The campaign must fail where nothing is checked, or only the signature.
TEST(Flips, AVerifierThatDoesNotLookIsFoundOut) {
  const World world = World::Sample(24);
  const Files files = world.Dossier("430602-2023-X-000001");
  const std::vector<Flip> flips = Flips(files, 3, 300);
  EXPECT_EQ(Unnoticed(files, flips, [](const Files&) { return true; }).size(), flips.size());
  const auto signature_alone = [&](const Files& given) {
    return trail::OpenCheckpoint(given.at("checkpoint"),
                                 std::vector{world.log_key.Public(), world.witness.Public()})
        .has_value();
  };
  EXPECT_GT(Unnoticed(files, flips, signature_alone).size(), flips.size() / 2);
}

}  // namespace
}  // namespace anjuan::tamper
