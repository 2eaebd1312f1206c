// The text of the sample's stories (*.case) as a person reads it: statements, words, days. Nothing
// of the engine.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace anjuan::samples {

struct Enterprise {
  std::string id;
  std::string name;
  std::string region;
  std::string type;
  int workers = 0;
};

std::vector<std::string> SplitAt(const std::string& text, char separator);
std::vector<std::string> Words(const std::string& text);

// Statements with the lines that continue them.
std::vector<std::string> Statements(const std::string& story);

// The day written as KEY: date("2023-03-01"); "" where there is none.
std::string DayOf(const std::string& data, const std::string& key);
// The text written as KEY: "…"; "" where there is none.
std::string TextIn(const std::string& data, const std::string& key);

// Throws std::runtime_error where the list has other columns.
std::map<std::string, Enterprise> ReadEnterprises(const std::string& csv);

}  // namespace anjuan::samples
