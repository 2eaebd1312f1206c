#include "engine/runtime/disclosure.h"

#include <algorithm>
#include <map>
#include <optional>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/doc/template.h"
#include "engine/runtime/privacy.h"
#include "engine/trail/disclosure.h"
#include "engine/trail/dossier_names.h"
#include "engine/trail/fields.h"
#include "engine/value/json.h"
#include "engine/value/members.h"
#include "engine/vault/token.h"

namespace anjuan::runtime {

namespace {

const Value& DataOf(const LoadedCase& loaded, const chart::DataField& field) {
  static const Value kNone;
  const auto slot = static_cast<size_t>(field.slot);
  return slot < loaded.state.data.size() ? loaded.state.data[slot] : kNone;
}

// The values a row commits to.
List PersonalIn(const HistoryRecord& row) {
  const Result<Value> payload = ReadCanonical(row.payload);
  const List* personal = payload ? (*payload)["personal"].list() : nullptr;
  return personal == nullptr ? List() : *personal;
}

bool BelongsTo(const std::string& reference, const std::string& token) {
  return reference == token || reference.starts_with(token + ":");
}

class Discloser {
 public:
  Discloser(Office& office, port::Reader& reader, const LoadedCase& loaded)
      : office_(office),
        reader_(reader),
        loaded_(loaded),
        rows_(LoadHistory(reader, loaded.record.area, loaded.record.id)) {}

  trail::FieldDisclosure Show(const chart::DataField& field) {
    out_ = Named(field);
    std::vector<std::string> path;
    Walk(DataOf(loaded_, field), path);
    return std::move(out_);
  }

  trail::FieldDisclosure Withhold(const chart::DataField& field) const {
    trail::FieldDisclosure out = Named(field);
    out.withheld = true;
    return out;
  }

 private:
  trail::FieldDisclosure Named(const chart::DataField& field) const {
    return {.case_id = loaded_.record.id,
            .field = field.id,
            .label = field.label,
            .withheld = false,
            .values = {},
            .hidden = {}};
  }

  void Walk(const Value& value, std::vector<std::string>& path) {
    if (value.string() != nullptr && vault::LooksLikeToken(*value.string())) {
      AddToken(*value.string(), path);
    } else if (const List* list = value.list()) {
      for (size_t i = 0; i < list->size(); ++i) Below((*list)[i], std::to_string(i), path);
    } else if (const Context* context = value.context()) {
      const std::string subject = TextIn(value, "subject");
      const bool person = vault::LooksLikeToken(subject);
      if (person) AddToken(subject, path);
      for (const auto& [name, item] : context->entries()) {
        if (!person || name != "subject") Below(item, name, path);
      }
    }
  }

  void Below(const Value& value, const std::string& step, std::vector<std::string>& path) {
    path.push_back(step);
    Walk(value, path);
    path.pop_back();
  }

  // By the newest row that commits to it.
  void AddToken(const std::string& token, const std::vector<std::string>& path) {
    const size_t before = out_.values.size();
    for (auto row = rows_.rbegin(); row != rows_.rend() && out_.values.size() == before; ++row) {
      for (const Value& one : PersonalIn(*row)) {
        if (BelongsTo(TextIn(one, "at"), token)) AddValue(*row, one, path);
      }
    }
    if (out_.values.size() == before) {
      out_.hidden.push_back({.path = path, .erased = IsErased(token)});
    }
  }

  void AddValue(const HistoryRecord& row, const Value& one, const std::vector<std::string>& path) {
    const std::optional<vault::Opening> opening =
        office_.vault().OpenAt(reader_, TextIn(one, "at"));
    if (!opening) return;
    // A value that was put in its place in the same instant is another one.
    const std::string commit =
        ToHex(trail::CommitValue(opening->salt, opening->reference, opening->value));
    if (commit != TextIn(one, "commit")) return;
    out_.values.push_back({.row = row.seq,
                           .path = path,
                           .at = opening->reference,
                           .part = opening->field,
                           .value = opening->value,
                           .salt = opening->salt});
  }

  bool IsErased(const std::string& token) const {
    return office_.vault().Resolve(reader_, token).state() == vault::Revealed::State::kErased ||
           office_.vault().ResolvePerson(reader_, token).state == vault::Revealed::State::kErased;
  }

  Office& office_;
  port::Reader& reader_;
  const LoadedCase& loaded_;
  std::vector<HistoryRecord> rows_;
  trail::FieldDisclosure out_;
};

}  // namespace

std::vector<std::string> PersonalFields(const LoadedCase& loaded) {
  std::vector<std::string> out;
  for (const chart::DataField& field : loaded.definition->chart->data) {
    if (!vault::TokensIn(DataOf(loaded, field)).empty()) out.push_back(field.id);
  }
  return out;
}

void AddDisclosures(Office& office, port::Reader& reader, const LoadedCase& loaded,
                    const std::set<std::string>& shown, trail::DossierFiles& files) {
  files[std::string(trail::kState)] = loaded.record.state;
  Discloser discloser(office, reader, loaded);
  for (const std::string& name : PersonalFields(loaded)) {
    const chart::Chart& chart = *loaded.definition->chart;
    const chart::DataField& field = chart.data[static_cast<size_t>(chart.FindData(name))];
    files[StrCat(trail::kDisclosed, name, ".json")] =
        trail::Encode(shown.contains(name) ? discloser.Show(field) : discloser.Withhold(field));
  }
}

namespace {

class TellingPapers {
 public:
  TellingPapers(Office& office, port::Reader& reader, const LoadedCase& loaded,
                const std::set<std::string>& shown)
      : office_(office), reader_(reader), loaded_(loaded) {
    const chart::Chart& chart = *loaded.definition->chart;
    for (const chart::DataField& field : chart.data) {
      if (shown.contains(field.id)) {
        shown_.merge(vault::TokensIn(DataOf(loaded, field)));
      } else if (field.personal || field.type.name == "person" ||
                 !vault::TokensIn(DataOf(loaded, field)).empty()) {
        withheld_fields_.insert(field.id);
      }
    }
    CollectValues();
  }

  Result<PaperPlaces> Run() {
    PaperPlaces out;
    const Diagnostics mistakes = ScanPapers(
        office_, reader_, loaded_, [&](const DocumentRecord& paper, const std::string& text) {
          if (Reads(paper.code) || Spells(text)) out.emplace(paper.seq, paper.position);
        });
    if (!mistakes.empty()) return Unexpected{mistakes};
    return out;
  }

 private:
  // Every value that any row or the state stands for, but for those that are shown.
  void CollectValues() {
    std::set<std::string> tokens;
    for (const HistoryRecord& row : LoadHistory(reader_, loaded_.record.area, loaded_.record.id)) {
      const Result<Value> payload = ReadCanonical(row.payload);
      if (payload) tokens.merge(vault::TokensIn(*payload));
      for (const Value& one : PersonalIn(row)) AddCell(TextIn(one, "at"));
    }
    for (const Value& value : loaded_.state.data) tokens.merge(vault::TokensIn(value));
    std::erase_if(tokens, [&](const std::string& token) { return shown_.contains(token); });
    for (const vault::Opening& opening : office_.vault().Openings(reader_, tokens)) Add(opening);
  }

  void AddCell(const std::string& reference) {
    const auto opening = office_.vault().OpenAt(reader_, reference);
    if (opening && !shown_.contains(opening->token)) Add(*opening);
  }

  // Too short a value stands in any paper: 女, 3.
  void Add(const vault::Opening& opening) {
    const std::string* text = opening.value.string();
    if (text == nullptr) return;
    std::string squeezed = Squeezed(*text);
    if (CountCodePoints(squeezed) >= 2) values_.insert(std::move(squeezed));
  }

  bool Reads(const std::string& code) const {
    const auto paper = loaded_.definition->templates.find(code);
    if (paper == loaded_.definition->templates.end()) return true;
    return std::ranges::any_of(doc::Fields(paper->second), [&](const doc::FieldUse& use) {
      return withheld_fields_.contains(use.path.substr(0, use.path.find('.')));
    });
  }

  bool Spells(const std::string& text) const {
    return std::ranges::any_of(
        values_, [&](const std::string& value) { return text.find(value) != std::string::npos; });
  }

  Office& office_;
  port::Reader& reader_;
  const LoadedCase& loaded_;
  std::set<std::string> shown_;  // tokens
  std::set<std::string> withheld_fields_;
  std::set<std::string> values_;
};

}  // namespace

Result<PaperPlaces> PapersThatTell(Office& office, port::Reader& reader, const LoadedCase& loaded,
                                   const std::set<std::string>& shown) {
  return TellingPapers(office, reader, loaded, shown).Run();
}

}  // namespace anjuan::runtime
