// The tamper campaign: single bits of dossiers and mirrors flipped, and every structural attack.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "engine/trail/dossier.h"
#include "tests/tamper/world.h"

namespace anjuan::tamper {

using Files = std::map<std::string, std::string>;

// true: accepted without doubt.
using Accepts = std::function<bool(const Files&)>;
Accepts DossierVerifier(const World& world);
Accepts MirrorVerifier(const World& world);

struct Flip {
  std::string file;
  std::uint64_t byte = 0;
  int bit = 0;
};
// The same for one seed on every machine.
std::vector<Flip> Flips(const Files& files, std::uint64_t seed, std::uint64_t count);
// Those that were not noticed.
std::vector<Flip> Unnoticed(Files files, const std::vector<Flip>& flips, const Accepts& accepts);

// A prepared forgery of a dossier; what an honest one is stands beside it.
struct Forgery {
  std::string name;
  Files files;
};
std::vector<Forgery> DossierForgeries(const World& world, const std::string& case_id);

}  // namespace anjuan::tamper
