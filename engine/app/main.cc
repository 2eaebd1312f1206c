#include <malloc.h>
#include <unistd.h>

#include <iostream>

#include "engine/app/run.h"

int main(int argc, char** argv) {
  // A paper takes and gives back some megabytes: handing them to the kernel each time and asking
  // for them again takes a tenth of a print run.
  constexpr int kKept = 64 << 20;
  mallopt(M_TRIM_THRESHOLD, kKept);
  mallopt(M_MMAP_THRESHOLD, kKept / 2);
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return anjuan::app::Run(arguments, {std::cout, std::cerr, isatty(STDERR_FILENO) != 0});
}
