#include "engine/runtime/query.h"

#include <algorithm>
#include <cctype>
#include <set>

#include "engine/base/text.h"
#include "engine/port/schema.h"

namespace anjuan::runtime {

using port::Cell;
using port::Row;

Result<Query> ParseQuery(std::string_view text) {
  Query query;
  Diagnostics mistakes;
  for (const std::string_view piece : Split(text, ',')) {
    const std::string_view term = Trim(piece);
    if (term.empty()) continue;
    const size_t equals = term.find('=');
    if (equals == std::string_view::npos || equals == 0) {
      mistakes.push_back({.code = "query.term",
                          .message = StrCat("\"", term, "\" is no term"),
                          .hint = "write name=value, several joined by commas: "
                                  "process=PROCESS,state=STATE"});
      continue;
    }
    query.terms.emplace_back(Trim(term.substr(0, equals)), Trim(term.substr(equals + 1)));
  }
  if (!mistakes.empty()) return Unexpected{std::move(mistakes)};
  return query;
}

namespace {

constexpr std::string_view kColumns[] = {"process", "state",    "region", "subject",
                                         "case",    "incident", "ended",  "parent"};

bool IsColumn(std::string_view name) {
  return std::find(std::begin(kColumns), std::end(kColumns), name) != std::end(kColumns);
}

constexpr std::string_view kDocument = "document";

bool IsField(std::string_view name) {
  return !IsColumn(name) && name != kDocument;
}

const std::string* TermOf(const Query& query, std::string_view name) {
  for (const auto& [key, value] : query.terms) {
    if (key == name) return &value;
  }
  return nullptr;
}

constexpr size_t kHashPrefix = 8;  // digits of a SHA-256 that are taken for one

bool IsHash(std::string_view text) {
  return text.size() >= kHashPrefix &&
         std::all_of(text.begin(), text.end(), [](unsigned char c) { return std::isxdigit(c); });
}

// Cases that hold a document: by the beginning of its bytes' hash, else by its code.
std::set<std::string> CasesOfDocument(port::Reader& reader, const std::vector<std::string>& areas,
                                      const std::string& document) {
  std::set<std::string> out;
  const auto take = [&](const Row& row) {
    out.insert(TextOf(row, port::documents::kCase));
    return true;
  };
  if (IsHash(document)) {
    reader.Scan(port::documents::kTable,
                {.index = 0, .prefix = {}, .from = Cell(document), .to = Cell(document + "g")},
                take);
    return out;
  }
  for (const std::string& area : areas) {
    reader.Scan(port::documents::kTable, {.index = 1, .prefix = {Cell(area), Cell(document)}},
                take);
  }
  return out;
}

bool Holds(const Registers& registers, const CaseRecord& record, const std::string& name,
           const std::string& value) {
  if (name == "process") return record.process == value;
  if (name == "region") return registers.IsWithin(record.region, value);
  if (name == "subject") return record.subject == value;
  if (name == "case") return record.id == value;
  if (name == "parent") return record.parent == value;
  if (name == "incident") return record.incident == (value == "1");
  if (name == "ended") return record.ended == (value == "1");
  const std::vector<std::string_view> states = SplitWords(record.states);
  return std::find(states.begin(), states.end(), value) != states.end();
}

}  // namespace

std::vector<std::string> Areas(port::Reader& reader) {
  std::vector<std::string> out;
  // Skips from area to area along the key instead of reading every case.
  std::string last;
  for (bool found = true; found;) {
    found = false;
    port::Range range{.index = -1, .prefix = {}, .from = Cell(last), .to = {}};
    reader.Scan(port::cases::kTable, range, [&](const Row& row) {
      const std::string& area = TextOf(row, port::cases::kArea);
      if (area == last && !out.empty()) return true;
      out.push_back(area);
      last = area + '\0';
      found = true;
      return false;
    });
  }
  return out;
}

std::vector<CaseRecord> FindCases(port::Reader& reader, const Registers& registers,
                                  const Query& query) {
  std::vector<CaseRecord> out;
  const std::vector<std::string> areas = Areas(reader);
  const std::string* document = TermOf(query, kDocument);
  const std::set<std::string> holding =
      document == nullptr ? std::set<std::string>() : CasesOfDocument(reader, areas, *document);
  const auto take = [&](const CaseRecord& record) {
    const bool all = std::all_of(query.terms.begin(), query.terms.end(), [&](const auto& term) {
      if (term.first == kDocument) return holding.contains(record.id);
      if (IsColumn(term.first)) return Holds(registers, record, term.first, term.second);
      const Row key = {Cell(record.area), Cell(term.first), Cell(term.second), Cell(record.id)};
      return reader.Get(port::search::kTable, key).has_value();
    });
    if (all) out.push_back(record);
    return true;
  };
  const auto take_row = [&](const Row& row) { return take(ToCase(row)); };

  const auto field = std::find_if(query.terms.begin(), query.terms.end(),
                                  [](const auto& term) { return IsField(term.first); });
  for (const std::string& area : areas) {
    if (document != nullptr) {
      for (const std::string& id : holding) {
        const auto record = LoadCase(reader, area, id);
        if (record) take(*record);
      }
    } else if (field != query.terms.end()) {
      reader.Scan(port::search::kTable,
                  {.prefix = {Cell(area), Cell(field->first), Cell(field->second)}},
                  [&](const Row& row) {
                    const auto record = LoadCase(reader, area, TextOf(row, port::search::kCase));
                    return !record || take(*record);
                  });
    } else if (const std::string* subject = TermOf(query, "subject")) {
      reader.Scan(port::cases::kTable, {.index = 2, .prefix = {Cell(area), Cell(*subject)}},
                  take_row);
    } else if (const std::string* process = TermOf(query, "process")) {
      port::Range range{.index = 0, .prefix = {Cell(area), Cell(*process)}};
      if (const std::string* ended = TermOf(query, "ended")) {
        range.prefix.emplace_back(std::int64_t{*ended == "1" ? 1 : 0});
      }
      reader.Scan(port::cases::kTable, range, take_row);
    } else {
      reader.Scan(port::cases::kTable, {.prefix = {Cell(area)}}, take_row);
    }
  }
  std::sort(out.begin(), out.end(),
            [](const CaseRecord& a, const CaseRecord& b) { return a.id < b.id; });
  return out;
}

}  // namespace anjuan::runtime
