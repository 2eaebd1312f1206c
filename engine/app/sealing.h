// seal and mirror: the areas' signed logs on the command line.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "engine/app/folder.h"
#include "engine/app/run.h"

namespace anjuan::app {

struct SealOptions {
  bool vkey = false;                  // print public keys
  bool rotate = false;                // replace the logs' key
  std::string witness;                // a witness's public key to register
  std::string requests;               // folder for what a witness is asked to sign
  std::int64_t since = -1;            // where the proof for the witness begins
  std::vector<std::string> cosigned;  // notes a witness signed
  std::string name;                   // mirror: the folder
};

int Seal(const std::filesystem::path& folder, const SealOptions& options, const Streams& streams);
int Mirror(const std::filesystem::path& folder, const SealOptions& options, const Streams& streams);
// A file written beside its place and moved there when it is complete; makes its folder. Throws
// port::Failure.
void WriteWhole(const std::filesystem::path& path, const std::string& bytes);

// Seals what was committed, where that is due (runtime/sealer.h). A failure is told and no more:
// the rows wait for the next command.
void SealIfDue(OpenOffice& open, const Streams& streams, bool at_end);

}  // namespace anjuan::app
