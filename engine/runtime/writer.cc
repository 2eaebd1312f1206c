#include "engine/runtime/writer.h"

#include <algorithm>
#include <chrono>
#include <exception>

namespace anjuan::runtime {

namespace {

constexpr size_t kMostInGroup = 256;
// After a large group its clients come back within a moment; a sync for the first of them alone
// would make all others wait for it.
constexpr std::chrono::microseconds kGatherFor{100};

}  // namespace

struct Writer::Job {
  enum class State { kWaiting, kLeads, kDone };

  explicit Job(const Work& what) : work(what) {}

  void Tell(State now) {
    const std::lock_guard lock(mutex);
    state = now;
    told.notify_one();
  }
  State Wait() {
    std::unique_lock lock(mutex);
    told.wait(lock, [this] { return state != State::kWaiting; });
    return state;
  }

  const Work& work;
  bool kept = false;
  std::exception_ptr error;
  std::mutex mutex;
  std::condition_variable told;
  State state = State::kWaiting;
};

bool Writer::Run(const Work& work) {
  Job job(work);
  bool leads = false;
  {
    const std::lock_guard lock(mutex_);
    queue_.push_back(&job);
    waiting_ = queue_.size();
    leads = !busy_;
    busy_ = true;
    if (gathering_) arrived_.notify_one();
  }
  if (leads || job.Wait() == Job::State::kLeads) Lead(job);
  if (job.error) std::rethrow_exception(job.error);
  return job.kept;
}

void Writer::Lead(Job& own) {
  std::vector<Job*> group;
  {
    std::unique_lock lock(mutex_);
    Gather(lock);
    const auto count = static_cast<std::ptrdiff_t>(std::min(queue_.size(), kMostInGroup));
    group.assign(queue_.begin(), queue_.begin() + count);
    queue_.erase(queue_.begin(), queue_.begin() + count);
    waiting_ = queue_.size();
  }
  Commit(group);
  Job* next = nullptr;
  {
    const std::lock_guard lock(mutex_);
    last_group_ = group.size();
    if (queue_.empty()) {
      busy_ = false;
    } else {
      next = queue_.front();
    }
  }
  // First the one who writes next: the others are woken while it works.
  if (next != nullptr) next->Tell(Job::State::kLeads);
  for (Job* job : group) {
    if (job != &own) job->Tell(Job::State::kDone);
  }
}

void Writer::Gather(std::unique_lock<std::mutex>& lock) {
  const size_t expected = std::min(last_group_ / 2, kMostInGroup);
  if (queue_.size() >= expected) return;
  gathering_ = true;
  arrived_.wait_for(lock, kGatherFor, [&] { return queue_.size() >= expected; });
  gathering_ = false;
}

// What came while the group was at work shares its transaction too, so that somebody who waits for
// long work pays for one sync and not for two.
void Writer::TakeLate(std::vector<Job*>& group) {
  const std::lock_guard lock(mutex_);
  while (!queue_.empty() && group.size() < kMostInGroup) {
    group.push_back(queue_.front());
    queue_.pop_front();
  }
  waiting_ = queue_.size();
}

void Writer::RunShared(port::Transaction& transaction, Job& job) {
  try {
    job.kept = transaction.Savepoint([&] { return job.work(transaction); });
  } catch (...) {
    job.error = std::current_exception();
  }
}

void Writer::Commit(std::vector<Job*>& group) {
  try {
    store_.Transact([&](port::Transaction& transaction) {
      size_t done = 0;
      if (group.size() == 1) {
        Job& only = *group.front();
        only.kept = only.work(transaction);
        if (!only.kept) return false;
        done = 1;
      }
      for (; done < group.size(); ++done) RunShared(transaction, *group[done]);
      TakeLate(group);
      for (; done < group.size(); ++done) RunShared(transaction, *group[done]);
      return true;
    });
  } catch (...) {
    for (Job* job : group) job->error = std::current_exception();
  }
}

}  // namespace anjuan::runtime
