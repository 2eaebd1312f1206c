#include "engine/runtime/facts.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/port/schema.h"

namespace anjuan::runtime {

namespace {

// "#3 KEY": the row a fact is added to, and what it takes back.
std::pair<std::int64_t, std::string> Addition(std::string_view reverses) {
  const size_t space = reverses.find(' ');
  const std::string_view row =
      reverses.substr(1, space == std::string_view::npos ? space : space - 1);
  return {ParseInteger(row).value_or(-1),
          space == std::string_view::npos ? "" : std::string(reverses.substr(space + 1))};
}

}  // namespace

std::string AddressOf(const FactRecord& fact) {
  return StrCat("#", fact.seq, ".", fact.position);
}

std::vector<StandingFact> Standing(std::span<const FactRecord> rows) {
  std::vector<StandingFact> out;
  for (const FactRecord& row : rows) {
    if (!row.reverses.starts_with('#')) {
      out.push_back({row, row.seq, AddressOf(row)});
      continue;
    }
    const std::string_view named = SplitWords(row.reverses).front();
    if (named.find('.') == std::string_view::npos) {
      auto [made_by, key] = Addition(row.reverses);
      const auto behind = std::find_if(out.begin(), out.end(), [seq = made_by](const auto& known) {
        return known.made_by > seq;
      });
      StandingFact added{row, made_by, AddressOf(row)};
      added.fact.reverses = std::move(key);
      out.insert(behind, std::move(added));
      continue;
    }
    const auto old = std::find_if(out.begin(), out.end(), [&](const StandingFact& known) {
      return known.address == row.reverses;
    });
    if (old == out.end()) continue;
    if (row.key.empty()) {
      out.erase(old);
      continue;
    }
    std::string takes_back = std::move(old->fact.reverses);
    old->fact = row;
    old->fact.reverses = std::move(takes_back);
    old->address = AddressOf(row);
  }
  return out;
}

std::vector<StandingFact> LoadStandingFacts(port::Reader& reader, std::string_view area,
                                            std::string_view case_id) {
  std::vector<FactRecord> rows;
  reader.Scan(port::facts::kTable,
              {.prefix = {port::Cell(std::string(area)), port::Cell(std::string(case_id))}},
              [&](const port::Row& row) {
                rows.push_back(ToFact(row));
                return true;
              });
  return Standing(rows);
}

}  // namespace anjuan::runtime
