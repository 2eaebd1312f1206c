#include "tests/chart/case_file.h"

#include <algorithm>
#include <filesystem>
#include <fstream>

#include "engine/base/text.h"

namespace anjuan::chart {

namespace {

constexpr std::string_view kHead =
    "xmlns=\"http://www.w3.org/2005/07/scxml\" xmlns:aj=\"urn:anjuan:workflow:1\" "
    "version=\"1.0\" datamodel=\"feel\"";

std::string WithHead(std::string line) {
  const size_t at = line.find("#head");
  if (at != std::string::npos) line.replace(at, 5, kHead);
  return line;
}

void ReadFile(const std::filesystem::path& path, std::vector<ChartCase>& out) {
  std::ifstream in(path);
  std::string line;
  bool in_chart = false;
  for (int number = 1; std::getline(in, line); ++number) {
    if (line.starts_with("--- ")) {
      ChartCase next;
      next.file = path.filename().string();
      next.line = number;
      next.name = line.substr(4);
      next.plain = next.name.ends_with(" [plain]");
      out.push_back(std::move(next));
      in_chart = true;
    } else if (line == "===") {
      in_chart = false;
    } else if (!out.empty() && in_chart) {
      out.back().xml += WithHead(line) + "\n";
    } else if (!out.empty() && !Trim(line).empty() && !line.starts_with("#")) {
      out.back().commands.push_back({number, std::string(Trim(line))});
    }
  }
}

}  // namespace

std::vector<ChartCase> ReadCases(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder)) {
    if (entry.path().extension() == ".chart") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  std::vector<ChartCase> out;
  for (const std::filesystem::path& file : files) ReadFile(file, out);
  return out;
}

}  // namespace anjuan::chart
