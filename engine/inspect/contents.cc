#include "engine/inspect/contents.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include "engine/base/digest.h"
#include "engine/base/identifiers.h"
#include "engine/base/text.h"
#include "engine/trail/disclosure.h"
#include "engine/trail/dossier_names.h"
#include "engine/trail/volume.h"
#include "engine/value/json.h"
#include "engine/xml/xml.h"

namespace anjuan::inspect {

namespace {

constexpr std::string_view kEventLog = "log.ocel.json";

// Folder and ending of what a dossier may hold; a name without folder stands at the top.
struct Kind {
  std::string_view folder;
  std::string_view end;
};
constexpr std::array kKinds = {
    Kind{"", "dossier.json"},  Kind{"", "case.jsonl"},         Kind{"", "checkpoint"},
    Kind{"", "heads.json"},    Kind{"", "heads.tlog-proof"},   Kind{"", "heads.proof"},
    Kind{"", "vkeys.txt"},     Kind{"", "state.json"},         Kind{"", "README.txt"},
    Kind{"", "volume.pdf"},    Kind{"", "volume.json"},        Kind{"", "log.xes"},
    Kind{"", "log.ocel.json"}, Kind{"proofs/", ".tlog-proof"}, Kind{"checkpoints/", ""},
    Kind{"keys/", ".json"},    Kind{"keys/", ".tlog-proof"},   Kind{"payloads/", ".json"},
    Kind{"payloads/", ".key"}, Kind{"documents/", ".pdf"},     Kind{"disclosed/", ".json"},
    Kind{"sheets/", ".xlsx"}};

bool IsKnown(std::string_view name) {
  return std::ranges::any_of(kKinds, [&](const Kind& kind) {
    if (kind.folder.empty()) return name == kind.end;
    const bool inside = name.starts_with(kind.folder) && name.ends_with(kind.end);
    return inside && name.find('/', kind.folder.size()) == std::string_view::npos;
  });
}

// Papers and what was shown on purpose may name people.
bool MayTell(std::string_view name) {
  return name.ends_with(".pdf") || name.starts_with(trail::kDisclosed) || name.ends_with(".xlsx");
}

bool IsWordCharacter(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool IsMobile(std::string_view word) {
  constexpr size_t kDigits = 11;
  return word.size() == kDigits && word[0] == '1' && word[1] >= '3' &&
         word.find_first_not_of("0123456789") == std::string_view::npos;
}

class ContentsReader {
 public:
  ContentsReader(const trail::DossierFiles& files, const port::PdfReader& pdf)
      : files_(files), pdf_(pdf) {}

  DossierContents Read() {
    ReadManifest();
    ReadRows();
    for (const auto& [name, bytes] : files_) {
      Classify(name, bytes);
      Parse(name, bytes);
      LookForSecrets(name, bytes);
      if (!MayTell(name)) LookForPeople(name, bytes);
    }
    ReadErased();
    ReadEvents();
    LookForShownPeople();
    return std::move(out_);
  }

 private:
  const std::string* Find(std::string_view name) const {
    const auto file = files_.find(std::string(name));
    return file == files_.end() ? nullptr : &file->second;
  }

  static std::string TextOf(const Value& value, std::string_view name) {
    const std::string* text = value[name].string();
    return text == nullptr ? "" : *text;
  }

  void ReadManifest() {
    const std::string* bytes = Find(trail::kManifest);
    const Result<Value> value =
        bytes == nullptr ? Result<Value>(Fail("", "")) : ReadCanonical(*bytes);
    if (!value) return;
    out_.case_id = TextOf(*value, "case");
    out_.log = TextOf(*value, "log");
    const Decimal* rows = (*value)["rows"].number();
    out_.declared_rows = rows == nullptr ? std::nullopt : rows->ToInteger();
  }

  void ReadRows() {
    const std::string* lines = Find(trail::kRows);
    if (lines == nullptr) return;
    for (const std::string_view line : Split(*lines, '\n')) {
      if (line.empty()) continue;
      const Result<trail::Leaf> leaf = trail::Decode(line);
      out_.row_hashes.push_back(ToHex(trail::LeafHash(line)));
      if (!leaf) {
        out_.bad_rows.push_back(StrCat("第", out_.row_hashes.size() - 1, "行不是历史条目"));
        continue;
      }
      for (const trail::DocumentRef& paper : leaf->documents) {
        out_.named[paper.sha256] = StrCat(paper.code, " ", paper.name);
      }
      out_.rows.push_back(*leaf);
    }
  }

  void Classify(const std::string& name, const std::string& bytes) {
    if (!IsKnown(name)) out_.strange.push_back(name);
    if (name.ends_with(".xlsx")) ++out_.workbooks;
    if (name.ends_with(".pdf")) out_.pdfs.emplace(name, pdf_.Read(bytes));
    if (name.starts_with(trail::kDocuments)) out_.papers[ToHex(Sha256(bytes))] = name;
    if (name.starts_with(trail::kPayloads)) out_.shows_payloads = true;
    if (name.starts_with(trail::kDisclosed)) {
      const auto shown = trail::DecodeDisclosure(bytes);
      out_.withholds = out_.withholds || (shown && shown->withheld);
    }
  }

  void Parse(const std::string& name, const std::string& bytes) {
    bool good = true;
    if (name.ends_with(".json")) {
      good = ReadJson(bytes, name).has_value();
    } else if (name.ends_with(".jsonl")) {
      good = bytes.empty() || bytes.ends_with('\n');
      for (const std::string_view line : Split(bytes, '\n')) {
        good = good && (line.empty() || ReadJson(line, name).has_value());
      }
    } else if (name.ends_with(".xes")) {
      good = xml::Read(bytes, name).has_value();
    } else {
      return;
    }
    if (good) {
      ++out_.parsed;
    } else {
      out_.unreadable.push_back(StrCat(name, " 解析不了"));
    }
  }

  // ---- what should not be in it

  void LookForSecrets(const std::string& name, const std::string& bytes) {
    for (const std::string_view sign :
         {std::string_view("anjuan.keys/1"), std::string_view("PRIVATE KEY-----"),
          std::string_view("SQLite format 3")}) {
      if (bytes.find(sign) != std::string::npos) {
        out_.secrets.push_back(StrCat(name, "：含有 ", sign));
      }
    }
    const bool runs = bytes.starts_with(
                          "\x7f"
                          "ELF") ||
                      bytes.starts_with("MZ") || bytes.starts_with("#!");
    if (runs) out_.programs.push_back(StrCat(name, "：可执行文件"));
    if (bytes.find("vbaProject.bin") != std::string::npos) {
      out_.programs.push_back(StrCat(name, "：带宏"));
    }
  }

  // Whole words alone: hashes are full of digits.
  void LookForPeople(const std::string& name, const std::string& bytes) {
    for (size_t at = 0; at < bytes.size();) {
      if (!IsWordCharacter(bytes[at])) {
        ++at;
        continue;
      }
      size_t end = at;
      while (end < bytes.size() && IsWordCharacter(bytes[end])) ++end;
      const std::string_view word = std::string_view(bytes).substr(at, end - at);
      if (IsMobile(word)) out_.personal.push_back(StrCat(name, "：有手机号码"));
      if (IsCitizenId(word)) out_.personal.push_back(StrCat(name, "：有公民身份号码"));
      at = end;
    }
  }

  // Names that were shown in their own files must not stand anywhere else.
  void LookForShownPeople() {
    std::set<std::string> names;
    for (const auto& [name, bytes] : files_) {
      if (!name.starts_with(trail::kDisclosed)) continue;
      const auto shown = trail::DecodeDisclosure(bytes);
      if (!shown) continue;
      for (const trail::DisclosedValue& value : shown->values) {
        if (value.part == "name" && value.value.string() != nullptr) {
          names.insert(*value.value.string());
        }
      }
    }
    for (const auto& [name, bytes] : files_) {
      if (MayTell(name)) continue;
      for (const std::string& person : names) {
        if (CountCodePoints(person) > 1 && bytes.find(person) != std::string::npos)
          out_.personal.push_back(StrCat(name, "：有公开字段中的姓名"));
      }
    }
  }

  // ---- what rows say

  std::optional<Value> PayloadOf(size_t row) const {
    const std::string* bytes =
        Find(StrCat(trail::kPayloads, trail::RowName(static_cast<std::int64_t>(row)), ".json"));
    const Result<Value> value =
        bytes == nullptr ? Result<Value>(Fail("", "")) : ReadCanonical(*bytes);
    return value ? std::optional(*value) : std::nullopt;
  }

  // A row of type erased names papers by the place of their order; the row that brought the paper
  // says the same place.
  void ReadErased() {
    std::map<std::string, std::string> by_place;
    for (size_t i = 0; i < out_.rows.size(); ++i) {
      const trail::Leaf& row = out_.rows[i];
      if (row.type != "document" || row.documents.empty()) continue;
      if (const auto payload = PayloadOf(i))
        by_place[PlaceOf(*payload)] = row.documents.front().sha256;
    }
    for (size_t i = 0; i < out_.rows.size(); ++i) {
      if (out_.rows[i].type != "erased") continue;
      const auto payload = PayloadOf(i);
      const List* papers = payload ? (*payload)["documents"].list() : nullptr;
      for (const Value& paper : papers == nullptr ? List() : *papers) {
        const auto found = by_place.find(PlaceOf(paper));
        if (found != by_place.end()) out_.erased.push_back(found->second);
      }
    }
  }

  static std::string PlaceOf(const Value& value) {
    return StrCat(WriteJson(value["seq"]), "/", WriteJson(value["position"]));
  }

  void ReadEvents() {
    const std::string* bytes = Find(kEventLog);
    const Result<Value> log =
        bytes == nullptr ? Result<Value>(Fail("", "")) : ReadJson(*bytes, kEventLog);
    const List* events = log ? (*log)["events"].list() : nullptr;
    if (events == nullptr) return;
    out_.event_hashes.emplace();
    for (const Value& event : *events) {
      const List* attributes = event["attributes"].list();
      for (const Value& attribute : attributes == nullptr ? List() : *attributes) {
        if (TextOf(attribute, "name") == "leaf_hash")
          out_.event_hashes->push_back(TextOf(attribute, "value"));
      }
    }
  }

  const trail::DossierFiles& files_;
  const port::PdfReader& pdf_;
  DossierContents out_;
};

}  // namespace

std::vector<std::string> DossierContents::MissingPapers() const {
  std::vector<std::string> out;
  for (const auto& [hash, paper] : named) {
    const bool gone = std::ranges::find(erased, hash) != erased.end();
    if (!gone && !papers.contains(hash)) out.push_back(paper);
  }
  return out;
}

DossierContents ReadContents(const trail::DossierFiles& files, const port::PdfReader& pdf) {
  return ContentsReader(files, pdf).Read();
}

}  // namespace anjuan::inspect
