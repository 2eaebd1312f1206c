// F01 counted from the sample's own files, with nothing of the engine: what the story says was
// done, by whom and when, and the list of enterprises.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "tests/samples/story_text.h"

namespace anjuan::samples {

// Days are ISO texts: they compare as days do. "" = never.
struct Offer {
  std::string enterprise;
  bool by_workers = true;
  std::string sent;
  std::string accepted;  // the day of the reply, whenever it was entered
  std::string refused;
  std::string withdrawn;
  std::string reason;
  std::vector<std::string> signed_on;
};

struct Story {
  std::map<std::string, Enterprise> enterprises;
  std::map<std::string, Offer> offers;  // by the story's name for the case
};

struct Cell {
  int enterprises = 0;
  int workers = 0;
};

struct Counts {
  Cell offered;
  Cell replied;
  Cell signed_contract;
  Cell refused;
  std::set<std::string> refusing;  // ids
};

// Throws std::runtime_error where a file is not as expected.
Story ReadStory(const std::string& enterprises_csv, const std::string& story_case);

// By enterprise type, for a window that ends with its closing day; region "" = everywhere.
std::map<std::string, Counts> CountF01(const Story& story, const std::string& from,
                                       const std::string& to, const std::string& region);

}  // namespace anjuan::samples
