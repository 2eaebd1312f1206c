// Group commit: what many threads want written at one time becomes one transaction and one sync.
//
// Whoever comes while nobody writes leads: it runs its own work, and with it all that waits by
// then, each under a savepoint, and what came in while it did; commits once; then every one of them
// gets its result, and the first of those that came meanwhile leads next. So one client alone pays
// for no hand-over, and sixty-four share a sync. A result is given only when its transaction is on
// disk.
//
// Errors:  what `work` throws comes back to its own caller alone, and nothing of it is kept. A
//          failure of the store (port::Failure) reaches everyone whose work was in the transaction.
// Threads: any number. Never called from inside a transaction.
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstddef>
#include <deque>
#include <functional>
#include <mutex>
#include <vector>

#include "engine/port/store.h"

namespace anjuan::runtime {

class Writer {
 public:
  using Work = std::function<bool(port::Transaction&)>;

  explicit Writer(port::Store& store) : store_(store) {}
  Writer(const Writer&) = delete;
  Writer& operator=(const Writer&) = delete;

  // Durable when it returns. `work` returning false or throwing takes back what it wrote.
  bool Run(const Work& work);

  // Others wait for the transaction that is under way: long work ends its turn here.
  bool others_wait() const { return waiting_.load(std::memory_order_relaxed) > 0; }

 private:
  struct Job;
  void Lead(Job& own);
  void Gather(std::unique_lock<std::mutex>& lock);
  void Commit(std::vector<Job*>& group);
  void TakeLate(std::vector<Job*>& group);
  static void RunShared(port::Transaction& transaction, Job& job);

  port::Store& store_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<Job*> queue_;
  bool busy_ = false;
  bool gathering_ = false;
  size_t last_group_ = 0;
  std::atomic<size_t> waiting_ = 0;  // queue_.size()
};

}  // namespace anjuan::runtime
