// Care of a store's file from outside: its version, a copy of it while it is in use, its health.
//
// Errors:  port::Failure.
// Threads: one at a time; the store itself may be in use meanwhile, here and in other processes.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace anjuan::port {

struct Health {
  std::int64_t version = 0;
  std::int64_t bytes = 0;            // of the store
  std::int64_t log_bytes = 0;        // of its write-ahead log
  bool durable = false;              // written the way a power cut cannot hurt
  std::vector<std::string> damages;  // what the check of the whole file found, in its words
};

class Upkeep {
 public:
  virtual ~Upkeep() = default;
  // nullopt: there is no file, or it is no store of ours.
  virtual std::optional<std::int64_t> Version() = 0;
  // Writes a consistent copy as it is now to the file `to`, whole or not at all, synced; one that
  // stands there is replaced. `progress` gets what is done so far, from 0 to 1.
  virtual void Backup(const std::string& to, const std::function<void(double)>& progress) = 0;
  // Reads every page; a large store takes its time.
  virtual Health Examine() = 0;
};

}  // namespace anjuan::port
