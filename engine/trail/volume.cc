#include "engine/trail/volume.h"

#include <map>
#include <set>
#include <utility>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/trail/dossier_names.h"
#include "engine/value/json.h"

namespace anjuan::trail {

std::int64_t VolumeManifest::pages() const {
  std::int64_t count = 0;
  for (const VolumeEntry& paper : papers) count += paper.pages;
  return count;
}

std::string Encode(const VolumeManifest& manifest) {
  List papers;
  for (const VolumeEntry& paper : manifest.papers) {
    papers.emplace_back(Context({{"code", Value(paper.code)},
                                 {"title", Value(paper.title)},
                                 {"sha256", Value(paper.sha256)},
                                 {"first", Value(paper.first)},
                                 {"pages", Value(paper.pages)},
                                 {"void", Value(paper.voided)}}));
  }
  return WriteCanonical(Value(Context({{"v", Value(kVolumeFormat)},
                                       {"case", Value(manifest.case_id)},
                                       {"sha256", Value(manifest.sha256)},
                                       {"front", Value(manifest.front)},
                                       {"end", Value(manifest.end)},
                                       {"papers", Value(std::move(papers))}})));
}

namespace {

std::string TextOf(const Value& value, std::string_view name) {
  const std::string* text = value[name].string();
  return text == nullptr ? "" : *text;
}

std::int64_t CountOf(const Value& value, std::string_view name) {
  const Decimal* number = value[name].number();
  const auto integer = number == nullptr ? std::nullopt : number->ToInteger();
  return integer ? *integer : -1;
}

// One behind the other, an erased paper without a page of its own.
bool PagesFollow(const VolumeManifest& manifest) {
  constexpr std::int64_t kMost = 1'000'000;
  std::int64_t next = 1;
  for (const VolumeEntry& paper : manifest.papers) {
    const bool gone = paper.pages == 0 && paper.first == 0;
    if (!gone && (paper.first != next || paper.pages < 1 || paper.pages > kMost)) return false;
    next += paper.pages;
  }
  return manifest.front >= 0 && manifest.end >= 0 && manifest.front < kMost && manifest.end < kMost;
}

}  // namespace

Result<VolumeManifest> DecodeVolumeManifest(std::string_view bytes) {
  VolumeManifest manifest;
  const Result<Value> value = ReadCanonical(bytes);
  if (value) {
    manifest.case_id = TextOf(*value, "case");
    manifest.sha256 = TextOf(*value, "sha256");
    manifest.front = CountOf(*value, "front");
    manifest.end = CountOf(*value, "end");
    const List* papers = (*value)["papers"].list();
    for (const Value& paper : papers == nullptr ? List() : *papers) {
      manifest.papers.push_back({TextOf(paper, "code"), TextOf(paper, "title"),
                                 TextOf(paper, "sha256"), CountOf(paper, "first"),
                                 CountOf(paper, "pages"), paper["void"] == Value(true)});
    }
  }
  if (!value || Encode(manifest) != bytes || !PagesFollow(manifest)) {
    return Fail("trail.volume", "这不是 anjuan.volume/1 的卷内文件清单");
  }
  return manifest;
}

namespace {

// Papers of the history by their hash, and of the list: what one has and the other has not.
std::string Differences(const VolumeManifest& manifest, const std::vector<Leaf>& rows) {
  std::map<std::string, int> balance;
  std::map<std::string, std::string> names;
  for (const Leaf& leaf : rows) {
    for (const DocumentRef& paper : leaf.documents) {
      balance[paper.sha256] = 1;
      names[paper.sha256] = StrCat(paper.code, " ", paper.name);
    }
  }
  for (const VolumeEntry& paper : manifest.papers) {
    --balance[paper.sha256];
    names.emplace(paper.sha256, StrCat(paper.code, " ", paper.title));
  }
  std::string out;
  for (const auto& [hash, left] : balance) {
    if (left == 0) continue;
    out += StrCat(out.empty() ? "" : "；", left > 0 ? "缺 " : "多 ", names[hash], "（",
                  hash.substr(0, 16), "…）");
  }
  return out;
}

}  // namespace

void CheckPapers(const std::map<std::string, const std::string*>& files,
                 const std::vector<Leaf>& rows, Report& report) {
  std::map<std::string, std::string> named;  // SHA-256 -> code and name
  for (const Leaf& leaf : rows) {
    for (const DocumentRef& paper : leaf.documents) {
      named[paper.sha256] = StrCat(paper.code, " ", paper.name);
    }
  }
  std::set<std::string> shown;
  for (const auto& [name, bytes] : files) {
    const std::string hash = ToHex(Sha256(*bytes));
    if (named.contains(hash)) {
      shown.insert(hash);
    } else {
      report.Mistake(StrCat(kDocuments, name, "：不是历史所载的任何一份文书"),
                     StrCat(kDocuments, name, ": is none of the papers the history names"));
    }
  }
  if (!shown.empty()) {
    report.Proved(StrCat(shown.size(), " 份文书与签发时逐字节相同"),
                  StrCat(shown.size(), " papers are byte for byte those that were issued"));
  }
  for (const auto& [hash, paper] : named) {
    if (shown.contains(hash)) continue;
    report.NotProved(StrCat("文书 ", paper, "（", hash.substr(0, 16), "…）：没有出示"),
                     StrCat("paper ", paper, " (", hash.substr(0, 16), "…): not shown"));
  }
}

void CheckVolume(const std::string* volume, const std::string* manifest, const std::string& case_id,
                 const std::vector<Leaf>& rows, Report& report) {
  if (volume == nullptr && manifest == nullptr) return;
  if (volume == nullptr || manifest == nullptr) {
    report.Mistake(StrCat("合订本 ", kVolume, " 和清单 ", kVolumeManifest, " 只有其一"),
                   StrCat(kVolume, " and ", kVolumeManifest, ": one without the other"));
    return;
  }
  const Result<VolumeManifest> read = DecodeVolumeManifest(*manifest);
  if (!read || read->case_id != case_id) {
    report.Mistake(StrCat(kVolumeManifest, "：", read ? "属于另一案卷" : "不是规定的写法"),
                   StrCat(kVolumeManifest, ": ", read ? "is of another case" : "is malformed"));
    return;
  }
  if (ToHex(Sha256(*volume)) != read->sha256) {
    report.Mistake(StrCat(kVolume, "：与清单所载的 SHA-256 不符"),
                   StrCat(kVolume, ": is not the file its list names"));
    return;
  }
  if (const std::string differences = Differences(*read, rows); !differences.empty()) {
    report.Mistake(StrCat(kVolumeManifest, "：与历史所载的文书不符：", differences),
                   StrCat(kVolumeManifest, ": not the papers of the history: ", differences));
    return;
  }
  report.Proved(StrCat("合订本 ", kVolume, " 就是清单所列的一份，清单所列 ", read->papers.size(),
                       " 件文书与历史所载不多不少"),
                StrCat(kVolume, " is the file its list names; the list holds the ",
                       read->papers.size(), " papers of the history, none missing and none more"));
}

}  // namespace anjuan::trail
