// How often this program has allocated memory; its operator new counts.
#pragma once

#include <cstddef>

std::size_t AllocationCount();
