#include "engine/runtime/numbers.h"

#include <algorithm>
#include <array>

#include "engine/port/schema.h"
#include "engine/runtime/records.h"
#include "engine/value/json.h"

namespace anjuan::runtime {

using port::Cell;
using port::Row;

namespace {

constexpr size_t kMostGaps = 100;
// Kinds of counters that name cases and returns: those stand in their own tables and chains.
constexpr std::array<std::string_view, 3> kNames = {"case:", "return:", "received:"};

bool NamesThings(std::string_view kind) {
  return std::ranges::any_of(kNames, [&](std::string_view name) { return kind.starts_with(name); });
}

Row PrefixOf(const Counter& counter) {
  return {Cell(counter.area), Cell(counter.office), Cell(counter.year), Cell(counter.kind)};
}

void Count(port::Reader& reader, Counter& counter) {
  std::int64_t expected = 1;
  const auto miss = [&](std::int64_t until) {
    for (; expected < until; ++expected) {
      if (counter.gaps.size() < kMostGaps) counter.gaps.push_back(expected);
    }
  };
  reader.Scan(port::allotted::kTable, {.prefix = PrefixOf(counter)}, [&](const Row& row) {
    const std::int64_t serial = IntegerOf(row, port::allotted::kSerial);
    miss(serial);
    expected = serial + 1;
    ++counter.count;
    return true;
  });
  miss(counter.last + 1);
}

// The paper that bears the number, and the row that made it void.
void FindPaper(port::Reader& reader, Allotment& number) {
  for (const DocumentRecord& document : LoadDocuments(reader, number.of.area, number.case_id)) {
    if (document.number != number.text) continue;
    number.paper = document.code;
    number.is_void = document.status == "void";
  }
  if (!number.is_void) return;
  const Row key = {Cell(number.of.area), Cell(number.case_id)};
  reader.Scan(port::history::kTable, {.prefix = key, .from = Cell(number.seq), .to = std::nullopt},
              [&](const Row& row) {
                if (TextOf(row, port::history::kEvent) != "aj.void") return true;
                const Result<Value> body = ReadCanonical(TextOf(row, port::history::kPayload));
                if (!body || (*body)["event"]["data"]["document"] != Value(number.paper))
                  return true;
                number.void_at = IntegerOf(row, port::history::kSeq);
                return false;
              });
}

}  // namespace

std::vector<Counter> Counters(port::Reader& reader) {
  std::vector<Counter> out;
  reader.Scan(port::numbers::kTable, {}, [&](const Row& row) {
    Counter counter{.area = TextOf(row, port::numbers::kArea),
                    .office = TextOf(row, port::numbers::kOffice),
                    .year = IntegerOf(row, port::numbers::kYear),
                    .kind = TextOf(row, port::numbers::kKind),
                    .last = IntegerOf(row, port::numbers::kNext) - 1,
                    .count = 0,
                    .gaps = {}};
    if (!NamesThings(counter.kind)) out.push_back(std::move(counter));
    return true;
  });
  for (Counter& counter : out) Count(reader, counter);
  return out;
}

std::vector<Allotment> NumbersOf(port::Reader& reader, const Counter& counter) {
  std::vector<Allotment> out;
  reader.Scan(port::allotted::kTable, {.prefix = PrefixOf(counter)}, [&](const Row& row) {
    Allotment number;
    number.of = {.area = counter.area,
                 .office = counter.office,
                 .year = counter.year,
                 .kind = counter.kind,
                 .last = 0,
                 .count = 0,
                 .gaps = {}};
    number.serial = IntegerOf(row, port::allotted::kSerial);
    number.text = TextOf(row, port::allotted::kText);
    number.case_id = TextOf(row, port::allotted::kCase);
    number.seq = IntegerOf(row, port::allotted::kSeq);
    out.push_back(std::move(number));
    return true;
  });
  for (Allotment& number : out) FindPaper(reader, number);
  return out;
}

}  // namespace anjuan::runtime
