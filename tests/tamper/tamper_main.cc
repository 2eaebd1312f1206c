// The long form of the campaign. One line for each part; exit 1 where anything went unnoticed.
//
//   tamper --flips 1000000 [--seed N]     half on a dossier, half on a mirror
//   tamper --write DIR [--flips N]        writes honest/, forgeries/NN/, and flips.txt for the Go
//                                         program (tests/tamper/go)
//   tamper --blind --flips N              the control: a verifier that does not look. Exits 1.

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "engine/base/text.h"
#include "tests/tamper/campaign.h"

namespace anjuan::tamper {
namespace {

namespace fs = std::filesystem;

constexpr const char* kCase = "430602-2023-X-000001";

void Write(const fs::path& folder, const Files& files) {
  for (const auto& [name, bytes] : files) {
    fs::create_directories((folder / name).parent_path());
    std::ofstream(folder / name, std::ios::binary) << bytes;
  }
}

bool Report(const std::string& what, const Files& files, std::uint64_t seed, std::uint64_t count,
            const Accepts& accepts) {
  const auto begin = std::chrono::steady_clock::now();
  if (!accepts(files)) {
    std::cout << what << ": the honest one is refused\n";
    return false;
  }
  const std::vector<Flip> unnoticed = Unnoticed(files, Flips(files, seed, count), accepts);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - begin;
  std::cout << what << ": " << count << " flips, " << unnoticed.size() << " unnoticed, seed "
            << seed << ", " << spent.count() << " s\n"
            << std::flush;
  for (size_t i = 0; i < unnoticed.size() && i < 10; ++i) {
    std::cout << "  " << unnoticed[i].file << " byte " << unnoticed[i].byte << " bit "
              << unnoticed[i].bit << "\n";
  }
  return unnoticed.empty();
}

void WriteForGo(const fs::path& folder, std::uint64_t seed, std::uint64_t count) {
  const World world = World::Sample(12);
  const Files honest = world.Dossier(kCase);
  Write(folder / "honest", honest);
  std::ofstream(folder / "trust.txt") << trail::WriteVkeys(world.TrustIn().keys);
  int number = 0;
  for (const Forgery& forgery : DossierForgeries(world, kCase)) {
    const fs::path to = folder / "forgeries" / StrCat(number < 10 ? "0" : "", number);
    ++number;
    Write(to, forgery.files);
    std::ofstream(to / "NAME") << forgery.name << "\n";
  }
  std::ofstream flips(folder / "flips.txt");
  for (const Flip& flip : Flips(honest, seed, count)) {
    flips << flip.file << " " << flip.byte << " " << flip.bit << "\n";
  }
}

int Run(const std::vector<std::string>& arguments) {
  std::uint64_t flips = 10'000;
  std::uint64_t seed = 20'261'121;
  std::string write;
  bool blind = false;
  for (size_t i = 0; i < arguments.size(); ++i) {
    const bool more = i + 1 < arguments.size();
    if (arguments[i] == "--blind") {
      blind = true;
    } else if (arguments[i] == "--flips" && more) {
      flips = std::stoull(arguments[++i]);
    } else if (arguments[i] == "--seed" && more) {
      seed = std::stoull(arguments[++i]);
    } else if (arguments[i] == "--write" && more) {
      write = arguments[++i];
    } else {
      std::cerr << "tamper [--flips N] [--seed N] [--write DIR] [--blind]\n";
      return 2;
    }
  }
  if (!write.empty()) {
    WriteForGo(write, seed, flips);
    return 0;
  }
  const World world = World::Sample(12);
  const World larger = World::Sample(48);
  const Accepts all = [](const Files&) { return true; };
  Files mirror = larger.Mirror();
  mirror.erase("vkeys.txt");
  bool ok = Report("dossier", world.Dossier(kCase), seed, flips / 2,
                   blind ? all : DossierVerifier(world));
  ok =
      Report("mirror", mirror, seed + 1, flips - flips / 2, blind ? all : MirrorVerifier(larger)) &&
      ok;
  return ok ? 0 : 1;
}

}  // namespace
}  // namespace anjuan::tamper

int main(int argc, char** argv) {
  return anjuan::tamper::Run({argv + 1, argv + argc});
}
