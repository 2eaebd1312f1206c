// conform: the conformance suites of the standards the formats are.

#include <ostream>

#include "engine/app/commands.h"
#include "engine/conform/scxml_suite.h"

namespace anjuan::app {

int Conform(const Options& options, const Streams& streams) {
  if (options.names[0] != "scxml") {
    streams.err << "error: no suite \"" << options.names[0] << "\"; there is: scxml\n";
    return kExitCannot;
  }
  const Result<conform::Report> report = conform::RunScxmlSuite(options.names[1]);
  if (!report) {
    PrintMistakes(report.error(), streams);
    return kExitCannot;
  }
  streams.out << conform::Render(*report);
  return report->ok() ? kExitDone : kExitFindings;
}

}  // namespace anjuan::app
