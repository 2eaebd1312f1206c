#include "tests/tamper/campaign.h"

#include <functional>
#include <optional>
#include <random>
#include <utility>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/trail/checkpoint.h"
#include "engine/trail/mirror.h"
#include "engine/value/json.h"

namespace anjuan::tamper {

Accepts DossierVerifier(const World& world) {
  return [trust = world.TrustIn()](const Files& files) {
    return trail::VerifyDossier(files, trust).report.ok();
  };
}

Accepts MirrorVerifier(const World& world) {
  std::vector<std::uint64_t> sizes;
  for (const auto& [size, note] : world.checkpoints) sizes.push_back(size);
  return [sizes, keys = world.TrustIn().keys](const Files& files) {
    const trail::ReadMirror read = [&](const std::string& name) -> std::optional<std::string> {
      const auto file = files.find(name);
      if (file == files.end()) return std::nullopt;
      return file->second;
    };
    return trail::VerifyMirror(read, sizes, keys, false, [](std::uint64_t, std::uint64_t) {})
        .report.ok();
  };
}

std::vector<Flip> Flips(const Files& files, std::uint64_t seed, std::uint64_t count) {
  std::uint64_t total = 0;
  for (const auto& [name, bytes] : files) total += bytes.size();
  std::mt19937_64 random(seed);
  std::vector<Flip> out;
  while (out.size() < count) {
    const std::uint64_t draw = random();  // not a distribution: those differ between libraries
    std::uint64_t byte = (draw >> 3U) % total;
    for (const auto& [name, bytes] : files) {
      if (byte < bytes.size()) {
        out.push_back({name, byte, static_cast<int>(draw & 7U)});
        break;
      }
      byte -= bytes.size();
    }
  }
  return out;
}

std::vector<Flip> Unnoticed(Files files, const std::vector<Flip>& flips, const Accepts& accepts) {
  std::vector<Flip> out;
  for (const Flip& flip : flips) {
    char& byte = files[flip.file][flip.byte];
    const char before = byte;
    byte = static_cast<char>(byte ^ (1 << flip.bit));
    if (accepts(files)) out.push_back(flip);
    byte = before;
  }
  return out;
}

namespace {

std::string Replaced(std::string text, const std::string& what, const std::string& by) {
  const size_t at = text.find(what);
  return at == std::string::npos ? text : text.replace(at, what.size(), by);
}

std::vector<std::string> Rows(const Files& files) {
  std::vector<std::string> rows;
  for (const std::string_view row : Split(files.at("case.jsonl"), '\n')) {
    if (!row.empty()) rows.emplace_back(row);
  }
  return rows;
}

void SetRows(Files& files, const std::vector<std::string>& rows, const std::string& case_id) {
  std::string& text = files["case.jsonl"];
  text.clear();
  for (const std::string& row : rows) text += row + "\n";
  files["dossier.json"] =
      WriteCanonical(Value(Context({{"v", Value("anjuan.dossier/1")},
                                    {"log", Value(World::kOrigin)},
                                    {"case", Value(case_id)},
                                    {"rows", Value(static_cast<std::int64_t>(rows.size()))}})));
}

const std::string kSecond = "000001";
std::string Proof(const std::string& row) {
  return StrCat("proofs/", row, ".tlog-proof");
}

// Takes row `at` out and moves the later ones' files up.
Files Without(const Files& honest, size_t at, const std::string& case_id) {
  Files files = honest;
  std::vector<std::string> rows = Rows(honest);
  const auto name = [](size_t i) { return StrCat("00000", i); };
  rows.erase(rows.begin() + static_cast<std::ptrdiff_t>(at));
  for (size_t i = at; i < rows.size(); ++i) {
    for (const auto& [folder, end] :
         {std::pair("proofs/", ".tlog-proof"), std::pair("payloads/", ".json"),
          std::pair("payloads/", ".key")}) {
      files[StrCat(folder, name(i), end)] = files[StrCat(folder, name(i + 1), end)];
    }
  }
  files.erase(Proof(name(rows.size())));
  files.erase(StrCat("payloads/", name(rows.size()), ".json"));
  files.erase(StrCat("payloads/", name(rows.size()), ".key"));
  SetRows(files, rows, case_id);
  return files;
}

}  // namespace

std::vector<Forgery> DossierForgeries(const World& world, const std::string& case_id) {
  const Files honest = world.Dossier(case_id);
  std::string other_case;
  for (const auto& [id, head] : world.heads) {
    if (id != case_id) other_case = id;
  }
  const Files other = world.Dossier(other_case);
  const std::vector<std::string> rows = Rows(honest);
  std::vector<Forgery> out;
  const auto add = [&](const std::string& name, const std::function<void(Files&)>& change) {
    Files files = honest;
    change(files);
    out.push_back({name, std::move(files)});
  };
  const auto with_rows = [&](const std::string& name, std::vector<std::string> changed) {
    add(name, [&](Files& files) { SetRows(files, changed, case_id); });
  };

  // Rows.
  std::vector<std::string> changed = rows;
  changed[1] = Replaced(changed[1], "\"actor\":\"u1\"", "\"actor\":\"u2\"");
  with_rows("another actor in a row", changed);
  changed = rows;
  std::swap(changed[1], changed[2]);
  with_rows("two rows swapped", changed);
  changed = rows;
  changed.insert(changed.begin() + 1, rows[1]);
  with_rows("a row stands twice", changed);
  out.push_back({"a row in the middle taken out", Without(honest, 1, case_id)});
  out.push_back({"the first row taken out", Without(honest, 0, case_id)});
  out.push_back({"the last row taken out", Without(honest, rows.size() - 1, case_id)});
  changed = rows;
  changed[1] = Rows(other)[1];
  with_rows("a row of another case", changed);

  // Proofs.
  add("a proof of another row",
      [](Files& files) { files[Proof(kSecond)] = files[Proof("000002")]; });
  add("a proof moved by one", [](Files& files) {
    auto file = trail::ParseInclusionFile(files[Proof(kSecond)]).value();
    ++file.index;
    files[Proof(kSecond)] = trail::ToString(file);
  });
  add("a proof cut short", [](Files& files) {
    auto file = trail::ParseInclusionFile(files[Proof(kSecond)]).value();
    file.proof.pop_back();
    files[Proof(kSecond)] = trail::ToString(file);
  });
  add("a proof with a hash more", [](Files& files) {
    auto file = trail::ParseInclusionFile(files[Proof(kSecond)]).value();
    file.proof.push_back(file.proof.back());
    files[Proof(kSecond)] = trail::ToString(file);
  });
  add("a proof missing", [](Files& files) { files.erase(Proof(kSecond)); });

  // Checkpoints and keys.
  const auto signed_by = [&](const trail::SignerKey& key) {
    return [&, key](Files& files) {
      const trail::Note note = trail::ParseNote(honest.at("checkpoint")).value();
      const std::string fresh =
          trail::ToString(trail::Note{note.text, {trail::Sign(key, note.text)}});
      for (auto& [name, bytes] : files) bytes = Replaced(bytes, honest.at("checkpoint"), fresh);
    };
  };
  trail::SignerKey stranger = world.log_key;
  stranger.seed = std::string(32, '\x77');
  add("a checkpoint signed by a stranger", signed_by(stranger));
  add("a checkpoint signed by the key that was replaced", signed_by(world.first_key));
  add("a checkpoint of another size", [&](Files& files) {
    const std::string size = StrCat("\n", world.checkpoints.back().first, "\n");
    for (auto& [name, bytes] : files) {
      bytes = Replaced(bytes, size, StrCat("\n", world.checkpoints.back().first + 1, "\n"));
    }
  });
  add("an earlier checkpoint in the newest's place", [&](Files& files) {
    for (auto& [name, bytes] : files) {
      bytes = Replaced(bytes, honest.at("checkpoint"), world.checkpoints.front().second);
    }
  });
  add("an earlier checkpoint of a rewritten log", [&](Files& files) {
    const auto& [size, bytes] = world.checkpoints.front();
    trail::Note note{trail::CheckpointText({World::kOrigin, size, Sha256("rewritten")}), {}};
    note.signatures = {trail::Sign(world.first_key, note.text)};
    files[StrCat("checkpoints/", size)] = trail::ToString(note);
  });

  // Heads.
  add("heads of another case",
      [&](Files& files) { files["heads.proof"] = other.at("heads.proof"); });
  add("a heads record with another root", [](Files& files) {
    trail::HeadsRecord record = trail::DecodeHeads(files["heads.json"]).value();
    record.root = std::string(64, '0');
    files["heads.json"] = trail::Encode(record);
  });
  add("no heads record", [](Files& files) { files.erase("heads.json"); });
  add("heads that say the case is not there", [&](Files& files) {
    files["heads.proof"] = trail::Encode(trail::ProveHead(world.SortedHeads(), "zzz"));
  });

  // Contents.
  add("another payload", [](Files& files) { files["payloads/000001.json"] = "{\"n\":7}"; });
  add("another paper", [](Files& files) { files["documents/paper.pdf"] += " "; });
  return out;
}

}  // namespace anjuan::tamper
