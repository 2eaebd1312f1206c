// What time it is, and randomness: the two things the shell may ask the machine for.
#pragma once

#include <string>

#include "engine/base/temporal.h"

namespace anjuan::port {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual Instant Now() = 0;
};

class Ids {
 public:
  virtual ~Ids() = default;
  virtual std::string RandomBytes(size_t count) = 0;
};

}  // namespace anjuan::port
