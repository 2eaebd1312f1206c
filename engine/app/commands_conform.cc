// conform: the conformance suites of the standards the formats are.

#include <chrono>
#include <fstream>
#include <ostream>

#include "engine/app/commands.h"
#include "engine/app/zone_files.h"
#include "engine/conform/dmn_suite.h"
#include "engine/conform/scxml_suite.h"

namespace anjuan::app {

namespace {

int ConformScxml(const Options& options, const Streams& streams) {
  const Result<conform::Report> report = conform::RunScxmlSuite(options.names[1]);
  if (!report) {
    PrintMistakes(report.error(), streams);
    return kExitCannot;
  }
  streams.out << conform::Render(*report);
  return report->ok() ? kExitDone : kExitFindings;
}

// Each failure with what was expected and what came: to the terminal, or to -o FILE.
int ConformDmn(const Options& options, const Streams& streams) {
  const auto seconds = [] {
    return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch())
        .count();
  };
  const Instant now = std::chrono::duration_cast<std::chrono::milliseconds>(
                          std::chrono::system_clock::now().time_since_epoch())
                          .count();
  const Result<conform::DmnReport> report =
      conform::RunDmnSuite(options.names[1], {ZoneFiles(), seconds, now});
  if (!report) {
    PrintMistakes(report.error(), streams);
    return kExitCannot;
  }
  if (!options.output.empty()) {
    std::ofstream file(options.output);
    file << conform::Render(*report, true);
    if (!file) {
      streams.err << "error: cannot write " << options.output << "\n";
      return kExitCannot;
    }
  }
  streams.out << conform::Render(*report, options.verbose);
  return report->failed() == 0 ? kExitDone : kExitFindings;
}

}  // namespace

int Conform(const Options& options, const Streams& streams) {
  if (options.names[0] == "scxml") return ConformScxml(options, streams);
  if (options.names[0] == "dmn") return ConformDmn(options, streams);
  streams.err << "error: no suite \"" << options.names[0] << "\"; there are: scxml, dmn\n";
  return kExitCannot;
}

}  // namespace anjuan::app
