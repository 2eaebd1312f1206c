// ANJUAN_CHECK: our own invariants, on in release builds too. Never reachable from input: bad
// input gets a Diagnostic.
#pragma once

namespace anjuan {
[[noreturn]] void CheckFailed(const char* expression, const char* file, int line);
}  // namespace anjuan

#define ANJUAN_CHECK(condition) \
  ((condition) ? static_cast<void>(0) : ::anjuan::CheckFailed(#condition, __FILE__, __LINE__))
