// Case files of the chart module: small charts with events and what is expected of them.
//
//   --- name [plain]          plain: read as plain SCXML, not as a workflow
//   <scxml ...>               the chart; `#head` stands for the namespaces and data model
//   ===
//   commands, one a line; see runner.cc
#pragma once

#include <string>
#include <vector>

namespace anjuan::chart {

struct Command {
  int line = 0;
  std::string text;
};

struct ChartCase {
  std::string file;
  int line = 0;
  std::string name;
  bool plain = false;
  std::string xml;
  std::vector<Command> commands;
};

std::vector<ChartCase> ReadCases(const std::string& folder);

// The first expectation that does not hold, as "file:line: text"; "" where all hold.
std::string RunCase(const ChartCase& chart_case);

}  // namespace anjuan::chart
