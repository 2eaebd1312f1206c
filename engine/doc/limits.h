// What one document may use. Beyond a limit the document is refused with "doc.budget", which names
// the place where it was passed. Private to engine/doc.
#pragma once

#include <cstddef>
#include <cstdint>

namespace anjuan::doc {

// Elements after loops and conditions; a table of 10,000 rows of ten cells has 210,000.
inline constexpr int kMostBlocks = 400'000;
// 2,000 full pages have 1.2 million.
inline constexpr std::size_t kMostCharacters = 2'000'000;
inline constexpr int kMostPages = 2'000;
// Steps of all expressions together: what stands for time, since layout knows no clock. Some two
// seconds.
inline constexpr std::int64_t kMostSteps = 20'000'000;
inline constexpr std::int64_t kMostBytes = 16 << 20;  // of one expression
// Mistakes told; after that many, evaluation stops.
inline constexpr std::size_t kMostMistakes = 1'000;

}  // namespace anjuan::doc
