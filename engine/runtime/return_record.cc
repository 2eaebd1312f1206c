#include "engine/runtime/return_record.h"

#include "engine/base/text.h"
#include "engine/runtime/commit.h"
#include "engine/value/members.h"

namespace anjuan::runtime {

ReturnRecord ToReturnRecord(const Value& body) {
  const Value& header = body["header"];
  return {.id = TextIn(header, "id"),
          .sheet = TextIn(header, "sheet"),
          .title = TextIn(header, "title"),
          .region = TextIn(header, "region"),
          .unit = TextIn(header, "unit"),
          .from = TextIn(header, "from"),
          .to = TextIn(header, "to"),
          .by = TextIn(header, "by"),
          .replaces = TextIn(header, "replaces"),
          .replaced_by = "",
          .content = TextIn(header, "content"),
          .hash = TextIn(body, "hash")};
}

Context ToHeader(const ReturnRecord& record) {
  return Context({{"id", Value(record.id)},
                  {"sheet", Value(record.sheet)},
                  {"title", Value(record.title)},
                  {"region", Value(record.region)},
                  {"unit", Value(record.unit)},
                  {"from", Value(record.from)},
                  {"to", Value(record.to)},
                  {"by", Value(record.by)},
                  {"replaces", Value(record.replaces)}});
}

std::string NextReturnId(port::Transaction& transaction, const Registers& registers,
                         const ReturnRecord& record, int year, std::string_view counter,
                         std::string_view letter) {
  const std::string area = registers.AreaOf(record.region);
  const std::int64_t serial =
      NextSerial(transaction, area, record.region, year, StrCat(counter, ":", record.sheet));
  std::string digits = std::to_string(serial);
  if (digits.size() < 3) digits.insert(0, 3 - digits.size(), '0');
  return StrCat(record.sheet, "-", record.region, "-", year, "-", letter, digits);
}

}  // namespace anjuan::runtime
