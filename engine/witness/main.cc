#include <iostream>

#include "engine/witness/witness.h"

int main(int argc, char** argv) {
  return anjuan::witness::Run({argv + 1, argv + argc}, std::cout, std::cerr);
}
