// A disk under SQLite that counts, fails at a chosen call, or loses what was not synced.
//
// While one lives, connections opened in this process go through it. It is an SQLite VFS that
// hands every call on to the real one.
#pragma once

#include <map>
#include <memory>
#include <string>

namespace anjuan::test {

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
  void TellLies(bool lie);  // a sync says yes and does nothing

  // The files under `folder`, each with the content it had when it was last synced: what a power
  // cut leaves, at worst.
  std::map<std::string, std::string> after_power_cut(const std::string& folder) const;

  struct State;

 private:
  std::unique_ptr<State> state_;
};

}  // namespace anjuan::test
