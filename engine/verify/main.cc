#include <iostream>

#include "engine/verify/verify.h"

int main(int argc, char** argv) {
  return anjuan::verify::Run({argv + 1, argv + argc}, std::cout, std::cerr);
}
