// One test document on a clock of its own, private to the module.
#pragma once

#include <filesystem>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace anjuan::conform {

// A file of a test folder; beyond 16 MiB, or where it cannot be read, a mistake.
Result<std::string> ReadTestFile(const std::filesystem::path& path);

// What became of a document.
struct Outcome {
  bool refused = false;
  std::string why;  // it was refused, or never came to rest
  bool ended = false;
  std::vector<std::string> states;  // active atomic ones
  std::vector<std::string> log;     // "session1: text"
};

using Loader = std::function<Result<std::string>(std::string_view uri)>;

// Runs a plain SCXML document for ten seconds of its time.
Outcome RunDocument(std::string_view scxml, std::string_view file, const Loader& load);

// The tests of the W3C suite that a person is to judge: what was checked in its place. The verdict
// as a sentence; "" where the outcome is not the one the assertion asks for, or the id is unknown.
std::string JudgeManual(std::string_view id, const Outcome& outcome);

}  // namespace anjuan::conform
