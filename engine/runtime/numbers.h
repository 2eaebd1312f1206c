// The register of official numbers: what every counter gave out, and that nothing is missing.
//
// A number is given out in the transaction of its step and never again; a paper made void keeps
// its number. So each counter's serials run from 1 without gaps, whatever crashed in between.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/port/store.h"

namespace anjuan::runtime {

struct Counter {
  std::string area;
  std::string office;
  std::int64_t year = 0;
  std::string kind;
  std::int64_t last = 0;           // highest serial the counter has given out
  std::int64_t count = 0;          // of them in the register
  std::vector<std::int64_t> gaps;  // serials up to `last` that are not; at most 100
};

struct Allotment {
  Counter of;  // without figures
  std::int64_t serial = 0;
  std::string text;
  std::string case_id;
  std::int64_t seq = 0;      // the row that took it
  std::string paper;         // code of the paper it stands on; "" where it stands in the data
  bool is_void = false;      // of the paper
  std::int64_t void_at = 0;  // the row that made it void, with the reason; 0: none
};

// Of official numbers alone: case numbers may have gaps.
std::vector<Counter> Counters(port::Reader& reader);
std::vector<Allotment> NumbersOf(port::Reader& reader, const Counter& counter);

}  // namespace anjuan::runtime
