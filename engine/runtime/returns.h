// Frozen returns (定稿报表): a sheet as it was sent in, with its figures, the day they are of and
// who sent it. Facts and corrections that come later do not change it; a replacing return
// (更正报表) names the one it replaces and lists what is different, cell by cell.
//
// Stored as register entries "return": a header in plain text, chained to the one before by its
// hash, and the sheet's description and cells sealed under a key of their own, since reasons of
// refusals are personal. The header holds the SHA-256 of the sealed content, which has a random
// salt.
//
// Rows are only added. Which return replaced which is told by the later one. Erasing takes the
// content and its key; header, hash and chain stay, and the office log says which return, by whom
// and why.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/runtime/command.h"
#include "engine/runtime/office.h"
#include "engine/runtime/return_record.h"
#include "engine/runtime/sheets.h"

namespace anjuan::runtime {

struct CellDifference {
  std::string row;     // its label, or 第3行
  std::string column;  // 发出要约·企业数
  std::string before;
  std::string after;
};

struct FrozenReturn : ReturnRecord {
  std::string closing;  // the day the figures are of
  std::string frozen_at;
  bool erased = false;  // the content is gone
};

struct FreezeCommand {
  SheetRequest request;
  Credentials who;
  std::string replaces;  // the id of the return this one replaces
};

struct Frozen {
  FrozenReturn record;
  FilledSheet sheet;
  std::vector<CellDifference> differences;
};

// Errors: those of FillSheet; "return.account", "return.region" where the account may not;
// "return.replaces" where there is no such return, it is of another sheet, region or window, or was
// replaced already; "return.again" where one of the same sheet, region and window stands.
Result<Frozen> FreezeSheet(Office& office, const FreezeCommand& command);

std::vector<FrozenReturn> ListReturns(port::Reader& reader);  // in the order of freezing

// As it was frozen. Errors: "return.none", "return.sealed", "return.erased".
Result<Frozen> LoadReturn(Office& office, std::string_view id);

// Whether an account ("" = the local operator) may send in or take in what concerns a region.
// Errors: "return.region", "return.account".
Diagnostics MayReport(port::Reader& reader, const Registers& registers, const std::string& region,
                      const std::string& account, std::string_view what);

// Visits each that still has its content, in the order of freezing. Errors: "return.sealed" of each
// that does not open.
Diagnostics ScanReturns(const Office& office, port::Reader& reader,
                        const std::function<void(const FrozenReturn&, const Value&)>& visit);

struct Spelled {
  std::vector<std::string> words;
  Instant since = 0;  // in returns frozen from then on
};

// Destroys key and content of those whose kept cells, or differences from the one replaced, hold
// one of the words, with a row each in the office log; gives their ids. Whether the law allows it
// is the caller's to decide. Errors: "return.sealed" where one does not open, nothing changed.
Result<std::vector<std::string>> EraseReturns(Office& office, port::Transaction& transaction,
                                              const Spelled& spelled, const ErasureCause& cause);
// The same of one. `decided`: a person said that it means whom it may mean.
void EraseReturn(Office& office, port::Transaction& transaction, const std::string& id,
                 const ErasureCause& cause, bool decided);

// The text of one cell of a sheet's data.
std::string CellText(const Value& cell);

// Puts its key under the office key in force (vault/rewrap.h); false: it is so already, or erased.
// Throws port::Failure where it does not open.
bool RewrapReturn(Office& office, port::Transaction& transaction, const std::string& id);

// What was changed behind the program's back, of received returns too; "" where nothing was.
// `erased` counts those of which something was lawfully erased.
std::string VerifyReturns(const Office& office, port::Reader& reader, std::int64_t& erased);

}  // namespace anjuan::runtime
