// Group commit: who comes while somebody writes shares the transaction, and fails or stays alone.
#include "engine/runtime/writer.h"

#include <atomic>
#include <stdexcept>
#include <thread>

#include "tests/runtime/fixture.h"

namespace anjuan::test {
namespace {

class Writers : public BothStores {
 protected:
  bool Kept(std::string_view key) {
    bool kept = false;
    office_.store().Read(
        [&](port::Reader& reader) { kept = runtime::LoadMeta(reader, key).has_value(); });
    return kept;
  }
  // Long work during which somebody else comes; whether the other's saw the first one's row.
  bool Share(bool first_stays, bool throws = false) {
    bool saw = false;
    std::thread late;
    const auto other = [&] {
      office_.office().writer().Run([&](port::Transaction& transaction) {
        saw = runtime::LoadMeta(transaction, "first").has_value();
        runtime::SaveMeta(transaction, "late", "1");
        return true;
      });
    };
    try {
      office_.office().writer().Run([&](port::Transaction& transaction) {
        runtime::SaveMeta(transaction, "first", "1");
        late = std::thread(other);
        while (!office_.office().writer().others_wait()) std::this_thread::yield();
        if (throws) throw std::runtime_error("the first fails");
        return first_stays;
      });
    } catch (const std::runtime_error&) {
      EXPECT_TRUE(throws);
    }
    late.join();
    return saw;
  }
};
ANJUAN_BOTH_STORES(Writers);

TEST_P(Writers, WhoComesDuringLongWorkSharesItsTransaction) {
  EXPECT_TRUE(Share(true));
  EXPECT_TRUE(Kept("first"));
  EXPECT_TRUE(Kept("late"));
}

TEST_P(Writers, WorkTakenBackLeavesTheOtherItsOwn) {
  EXPECT_FALSE(Share(false));
  EXPECT_FALSE(Kept("first"));
  EXPECT_TRUE(Kept("late"));
}

TEST_P(Writers, AFailureIsItsCallersAlone) {
  EXPECT_FALSE(Share(true, true));
  EXPECT_FALSE(Kept("first"));
  EXPECT_TRUE(Kept("late"));
}

// Seen by the late one in its transaction, and committed with it: not before.
TEST_P(Writers, AResultComesWhenItsTransactionIsKept) {
  std::atomic<bool> returned = false;
  std::thread late;
  bool before = true;
  office_.office().writer().Run([&](port::Transaction&) {
    late = std::thread([&] {
      office_.office().writer().Run([&](port::Transaction& transaction) {
        runtime::SaveMeta(transaction, "late", "1");
        before = returned;
        return true;
      });
      EXPECT_TRUE(Kept("late"));
    });
    while (!office_.office().writer().others_wait()) std::this_thread::yield();
    return true;
  });
  returned = true;
  late.join();
  EXPECT_FALSE(before);
}

}  // namespace
}  // namespace anjuan::test
