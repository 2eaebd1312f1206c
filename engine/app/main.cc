#include <unistd.h>

#include <iostream>

#include "engine/app/run.h"

int main(int argc, char** argv) {
  const std::vector<std::string> arguments(argv + 1, argv + argc);
  return anjuan::app::Run(arguments, {std::cout, std::cerr, isatty(STDERR_FILENO) != 0});
}
