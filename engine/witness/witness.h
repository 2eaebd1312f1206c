// anjuan-witness: remembers how far each log had come and signs only what continues it.
#pragma once

#include <filesystem>
#include <iosfwd>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/trail/witness.h"

namespace anjuan::witness {

// 0: signed or done; 1: refused; 2: could not be done.
int Run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err);

// The witness's folder. Every call takes the folder's lock, so programs and threads wait for each
// other; what was decided is synced to disk before it is returned.
// Errors: witness.folder, trail.skey, trail.witness.
class Folder {
 public:
  explicit Folder(std::filesystem::path path) : path_(std::move(path)) {}

  // Makes key and state; an existing witness is never overwritten.
  Result<trail::VerifierKey> Create(const std::string& name) const;
  Result<trail::VerifierKey> Key() const;
  Result<trail::WitnessState> State() const;
  Result<trail::VerifierKey> Trust(std::string_view vkey) const;
  // Requests that show a cut or forked log are kept in evidence/.
  Result<trail::WitnessAnswer> Decide(const std::string& request) const;

 private:
  Result<trail::SignerKey> Signer() const;

  std::filesystem::path path_;
};

// Answers POST /add-checkpoint until it is interrupted. false: the port is taken.
bool Serve(const Folder& folder, int port, std::ostream& out);

}  // namespace anjuan::witness
