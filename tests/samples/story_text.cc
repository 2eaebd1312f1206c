#include "tests/samples/story_text.h"

#include <regex>
#include <sstream>
#include <stdexcept>

namespace anjuan::samples {

std::vector<std::string> SplitAt(const std::string& text, char separator) {
  std::vector<std::string> out;
  std::string piece;
  std::istringstream in(text);
  while (std::getline(in, piece, separator)) out.push_back(piece);
  return out;
}

std::vector<std::string> Words(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> out;
  std::string word;
  while (in >> word) out.push_back(word);
  return out;
}

std::vector<std::string> Statements(const std::string& story) {
  std::vector<std::string> out;
  std::istringstream in(story);
  std::string line;
  while (std::getline(in, line)) {
    if (line.empty() || line[0] == '#' || line.rfind("---", 0) == 0) continue;
    if (line[0] == ' ') {
      if (out.empty()) throw std::runtime_error("a story begins with a continued line");
      out.back() += " " + line;
    } else {
      out.push_back(line);
    }
  }
  return out;
}

std::string DayOf(const std::string& data, const std::string& key) {
  const std::regex pattern("\\b" + key + ": date\\(\"([0-9-]{10})\"\\)");
  std::smatch found;
  return std::regex_search(data, found, pattern) ? std::string(found[1]) : "";
}

std::string TextIn(const std::string& data, const std::string& key) {
  const std::regex pattern("\\b" + key + ": \"([^\"]*)\"");
  std::smatch found;
  return std::regex_search(data, found, pattern) ? std::string(found[1]) : "";
}

// The lists have no quoted cells.
std::map<std::string, Enterprise> ReadEnterprises(const std::string& csv) {
  std::map<std::string, Enterprise> out;
  std::istringstream in(csv);
  std::string line;
  std::getline(in, line);
  if (line.rfind("enterprise_id,credit_code,name_zh,region_code,enterprise_type,industry,"
                 "workers_total,",
                 0) != 0) {
    throw std::runtime_error("enterprises.csv: other columns than this count knows");
  }
  while (std::getline(in, line)) {
    const std::vector<std::string> cells = SplitAt(line, ',');
    if (cells.size() < 7) throw std::runtime_error("enterprises.csv: short line: " + line);
    out[cells[0]] = {.id = cells[0],
                     .name = cells[2],
                     .region = cells[3],
                     .type = cells[4],
                     .workers = std::stoi(cells[6])};
  }
  return out;
}

}  // namespace anjuan::samples
