// The test kit of DMN (dmn-tck): models with the values their decisions must have.
//
// A folder holds NAME.dmn and NAME-test-NN.xml, at any depth below the one given; a manifest.json
// there may name groups and what is out of scope. Each case has two verdicts: `passed` (the values
// are right) and `told` (besides, there is a diagnostic where an error is expected and none where
// it is not). Numbers may differ by 1e-8, as the kit's vendors have it; `exact` counts those that
// are right to the last digit given.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "engine/base/result.h"
#include "engine/dmn/dmn.h"

namespace anjuan {
class Zones;  // engine/base/zones.h
}

namespace anjuan::conform {

// Finds imported models by their namespace among NAME.dmn of a folder.
dmn::Importer ModelsIn(const std::filesystem::path& folder);

struct DmnCase {
  std::string folder;
  std::string group;
  std::string id;
  bool in_scope = true;
  bool has_value = false;  // an expected value is not null
  bool expects_error = false;
  bool passed = false;
  bool told = false;
  bool exact = true;    // numbers, where the case passed
  bool strict = true;   // of an error case: the strict mode gives the error
  std::string failure;  // what was expected and what came
};

struct DmnReport {
  std::vector<DmnCase> cases;
  int failed() const;
  // Of the cases in scope: how many of those that may count do; in percent.
  double ValuePercent() const;
  double ToldPercent() const;
  double MeanOverFolders() const;  // of `passed`, unweighted
};

struct DmnOptions {
  std::shared_ptr<const Zones> zones;
  std::function<double()> seconds;  // a stop-watch: a case of more than two seconds fails
  Instant now = 0;                  // what today() and now() tell, as Beijing time
};

// A folder without tests, or that cannot be read, is a mistake.
Result<DmnReport> RunDmnSuite(const std::filesystem::path& folder, const DmnOptions& options);

// Counts by group and in all; ends with "N passed, N failed". With `failures` each failed case.
std::string Render(const DmnReport& report, bool failures);

}  // namespace anjuan::conform
