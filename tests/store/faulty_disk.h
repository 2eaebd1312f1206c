// A disk under SQLite that counts, fails at a chosen call, or loses what was not synced.
//
// While one lives, connections opened in this process go through it. It is an SQLite VFS that
// hands every call on to the real one.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>

namespace anjuan::test {

// What a power cut does to writes that were not synced: none of them is there; some are; the first
// of them are, and the last of those only to a multiple of 512 bytes; some are, written in another
// order.
enum class PowerCut { kDropAll, kSubset, kTorn, kReordered };

class FaultyDisk {
 public:
  FaultyDisk();
  ~FaultyDisk();
  FaultyDisk(const FaultyDisk&) = delete;
  FaultyDisk& operator=(const FaultyDisk&) = delete;

  int syncs() const;  // since the last Arm
  int writes() const;
  // The n-th write (or sync) from now fails with an I/O error, `sticky`: and every one after it.
  // 0: none fails.
  void Arm(int failing_write, int failing_sync, bool sticky);
  void Arm(int failing_write, int failing_sync, bool sticky, int code);  // with this result code
  void TellLies(bool lie);  // a sync says yes and does nothing
  // As synchronous=NORMAL would have it: a commit does not sync the write-ahead log.
  void SkipLogSyncs(bool skip);
  // Calls `seen` after each write; it may ask for after_power_cut.
  void Watch(std::function<void()> seen);

  // The files under `folder`, each with the content it had when it was last synced: what a power
  // cut leaves, at worst.
  std::map<std::string, std::string> after_power_cut(const std::string& folder) const;

  // The same where some writes were on their way.
  std::map<std::string, std::string> after_power_cut(const std::string& folder, PowerCut how,
                                                     std::uint64_t seed) const;

  // The files under `folder` were removed behind its back: a campaign has thousands of folders.
  void Forget(const std::string& folder);

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace anjuan::test
