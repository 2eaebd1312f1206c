// Received returns (回报表): forms that lower offices filled in and sent back, kept as rows of the
// sheet they are of, and merged into one table.
//
// A return belongs to a sheet, a region and a window; one of each stands. A correction names the
// one it replaces, and rows are only added: which replaced which is told by the later one. The
// header holds the file's SHA-256, who took it in and when, and the SHA-256 of the rows; it is
// chained to the one before by its hash. What is personal of a row (the description's "personal")
// is in the vault; rows hold tokens. Of a person who is erased the tokens stay and say so.
//
// Stored as register entries "received" (header, hash) and "received-rows".
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/runtime/command.h"
#include "engine/runtime/office.h"
#include "engine/runtime/return_record.h"
#include "engine/runtime/sheet_intake.h"

namespace anjuan::runtime {

inline constexpr std::string_view kReceivedRows = "received-rows";  // kind of the register entries

struct ReceivedReturn : ReturnRecord {
  std::string file;  // its name
  std::string file_hash;
  std::int64_t rows = 0;
  std::string received_at;
};

struct ReceiveCommand {
  std::string sheet;
  std::vector<FormFile> files;
  std::string region;  // "": what the form says of its unit, or the file's name
  std::optional<Date> from;
  std::optional<Date> to;
  Credentials who;
  std::string replaces;  // with one file alone
  bool dry_run = false;
  const port::SheetReader* sheet_reader = nullptr;
  std::string tab;  // the workbook's sheet
};

struct Received {
  std::vector<ReceivedReturn> kept;
  std::vector<ReceivedReturn> known;  // the very same file was taken in before
  Diagnostics warnings;
};

// All files or none. Errors: those of ReadForm, and "received.region" (nobody can tell whose it is,
// or the account may not), "received.again", "received.replaces", "received.account".
Result<Received> ReceiveReturns(Office& office, const ReceiveCommand& command);

std::vector<ReceivedReturn> ListReceived(port::Reader& reader);  // in the order of receiving

// The rows, what is personal in plain: for a table, kept nowhere. Errors: "received.none", vault.*.
struct ReceivedRows {
  ReceivedReturn record;
  std::vector<Context> rows;
  std::map<std::string, Context> fixed;
};
Result<ReceivedRows> LoadReceived(Office& office, port::Reader& reader, std::string_view id);

// One table of the standing returns of a sheet within a region, ordered by region. A region that
// lies in another one that reported too is left out, and told.
struct MergeRequest {
  std::string sheet;
  std::string region;  // "" = the office's area
  std::optional<Date> from;
  std::optional<Date> to;
  bool by_region = false;
};
struct Merged {
  doc::SheetDescription description;  // with a column for the region where that was asked
  std::map<std::string, Context> fixed;
  std::vector<Context> rows;
  std::vector<ReceivedReturn> of;
  Diagnostics warnings;  // regions that have not reported, persons reported twice
};
Result<Merged> MergeReceived(Office& office, port::Reader& reader, const StoredSheet& sheet,
                             const MergeRequest& request);

// Visits each with its rows as they are kept: tokens, and "@persons", which tells whose they are.
void ScanReceived(port::Reader& reader,
                  const std::function<void(const ReceivedReturn&, const Value& content)>& visit);
// The people of one such row.
std::set<std::string> PeopleOf(const Value& row);

// What was taken out of a return when people were erased. The people's own cells go with their
// keys; `content`: the rows where a plain cell had to go too, null where none had.
struct ReceivedErasure {
  std::set<std::string> people;    // subjects
  std::vector<std::string> texts;  // tokens of texts that are nobody's and go by themselves
  Value content;
  bool decided = false;  // a person said that it means whom it may mean
};
// With a row in the office log, which names the return, its content's hash before and after.
void EraseFromReceived(Office& office, port::Transaction& transaction, const std::string& id,
                       const ReceivedErasure& erasure, const ErasureCause& cause);

// What was changed behind the program's back; "" where nothing was. `erased` counts those of which
// something was lawfully erased.
std::string VerifyReceived(port::Reader& reader, std::int64_t& erased);

}  // namespace anjuan::runtime
