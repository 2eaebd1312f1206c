#include "engine/form/list.h"

#include <algorithm>
#include <deque>
#include <unordered_map>
#include <utility>

#include "engine/base/text.h"
#include "engine/form/cell.h"

namespace anjuan::form {

void ReferenceTable::Add(std::string_view of, std::string code, std::string name) {
  auto& table = codes_[std::string(of)];
  const auto put = [&](std::string word) {
    const auto [at, fresh] = table.emplace(std::move(word), code);
    if (!fresh && at->second != code) at->second = std::nullopt;
  };
  if (!name.empty() && name != code) put(std::move(name));
  table[code] = code;  // a code always means itself
}

std::optional<std::string> ReferenceTable::Find(std::string_view of, std::string_view text) const {
  const auto table = codes_.find(of);
  if (table == codes_.end()) return std::nullopt;
  const auto code = table->second.find(std::string(text));
  return code == table->second.end() ? std::nullopt : code->second;
}

std::vector<std::string> ReferenceTable::Candidates(std::string_view of) const {
  std::vector<std::string> out;
  const auto table = codes_.find(of);
  if (table == codes_.end()) return out;
  for (const auto& [word, code] : table->second) out.push_back(word);
  return out;
}

namespace {

class ListReader {
 public:
  ListReader(const ListDescription& description, RowSource& rows, const References& references,
             std::string_view file)
      : description_(description),
        rows_(rows),
        context_{references, rows.dates_from_1904()},
        file_(file),
        sheet_(rows.sheet()) {}

  Result<ListSummary> Read(const ListReading& reading);

 private:
  bool ReadHeading(const ListReading& reading);
  bool NextRow(TableRow& cells);
  bool PassOver(const TableRow& cells);
  void FillMerged(TableRow& cells);
  void ReadRow(const TableRow& cells, ListRow& row);
  void ReadCellAt(const TableRow& cells, size_t position, const ListColumn& column, ListRow& row);
  void ReadHeld(const TableRow& cells, ListRow& row);
  void ReadMissing(const TableRow& cells, ListRow& row);
  void CheckAtMost(const TableRow& cells, const ListRow& row);
  void CheckUnique(const TableRow& cells, const ListRow& row);
  void CheckSame(const TableRow& cells, const ListRow& row);
  void WarnOfPassedOver();

  // Counts every mistake, keeps the first kMostListMistakes.
  void Report(int row, size_t column, std::string code, std::string_view message,
              std::string hint = "") {
    if (++mistake_count_ > kMostListMistakes) return;
    mistakes_.push_back({.code = std::move(code),
                         .message = StrCat(CellAddress(sheet_, row, column), message),
                         .at = {.file = file_, .line = row, .column = static_cast<int>(column) + 1},
                         .hint = std::move(hint)});
  }
  void ReportCell(int row, size_t column, std::string code, std::string_view message,
                  std::string hint = "") {
    const std::string& label = description_.columns[*columns_[column]].label;
    Report(row, column, std::move(code), StrCat("（", label, "）：", message), std::move(hint));
  }

  std::optional<size_t> IndexOf(std::string_view key) const {
    const auto at = std::find_if(description_.columns.begin(), description_.columns.end(),
                                 [&](const ListColumn& c) { return c.key == key; });
    if (at == description_.columns.end()) return std::nullopt;
    return static_cast<size_t>(at - description_.columns.begin());
  }
  // Where in the file the described column stands; nullopt: the file has no such column.
  std::optional<size_t> Position(std::string_view key) const {
    const std::optional<size_t> index = IndexOf(key);
    const auto at = std::find(columns_.begin(), columns_.end(), index);
    if (!index || at == columns_.end()) return std::nullopt;
    return static_cast<size_t>(at - columns_.begin());
  }
  const Value* Field(const ListRow& row, std::string_view key) const {
    const std::optional<size_t> index = IndexOf(key);
    return index ? row.data.Find(description_.columns[*index].as) : nullptr;
  }
  std::optional<std::string> Key(const ListRow& row, const std::vector<std::string>& keys) const;

  const ListDescription& description_;
  RowSource& rows_;
  CellContext context_;
  std::string file_;
  std::string sheet_;
  ListMatch match_;
  std::vector<std::optional<size_t>> columns_;  // of the file -> of the description
  std::deque<TableRow> waiting_;                // read while looking for the heading
  struct Merged {
    MergedCells cells;
    std::string text;
  };
  size_t next_merge_ = 0;
  std::map<size_t, Merged> open_merges_;  // by column: those that reach into the present row
  bool below_ = false;                    // under the list: what its makers wrote there
  std::map<std::string, std::vector<int>> passed_over_;  // why -> which rows
  std::vector<int> hidden_rows_;
  std::map<size_t, std::string> unheaded_;                 // position -> the first such cell
  std::vector<std::string> merged_;                        // addresses
  std::vector<std::string> computed_;                      // addresses
  std::map<size_t, std::pair<std::string, int>> serials_;  // position -> an example, how many
  std::vector<std::unordered_map<std::string, int>> seen_;
  std::vector<std::unordered_map<std::string, std::pair<int, std::string>>> agreed_;
  Diagnostics mistakes_;
  Diagnostics warnings_;
  size_t mistake_count_ = 0;
};

bool ListReader::ReadHeading(const ListReading& reading) {
  std::vector<TableRow> first;
  TableRow cells;
  // Two more than a heading may begin in: it may take three rows.
  while (first.size() < kHeadingWithin + 2 && rows_.Next(cells)) first.push_back(cells);
  if (first.empty()) {
    mistakes_ = rows_.mistakes();
    if (mistakes_.empty()) {
      mistakes_.push_back({.code = "list.column",
                           .message = "文件是空的，没有表头",
                           .at = {.file = file_, .line = 0, .column = 0}});
    }
    return false;
  }
  std::optional<ListMatch> match = FindHeading(description_, first, rows_.merges(), sheet_, file_);
  if (!match) {
    std::vector<std::string> wanted;
    for (const ListColumn& column : description_.columns) {
      if (column.required) wanted.push_back(column.label);
    }
    mistakes_.push_back({.code = "list.column",
                         .message = StrCat("前", std::min(first.size(), kHeadingWithin),
                                           "行里没有找到“", description_.title, "”的表头"),
                         .at = {.file = file_, .line = first[0].number, .column = 0},
                         .hint = StrCat("表头应有：", Join(wanted, "、"))});
    return false;
  }
  match_ = *std::move(match);
  columns_ = match_.ByPosition();
  if (reading.matched) reading.matched(match_);
  mistakes_ = match_.mistakes;
  for (const size_t i : match_.missing) {
    const ListColumn& column = description_.columns[i];
    mistakes_.push_back({.code = "list.column",
                         .message = StrCat("缺少必需的栏目“", column.label, "”"),
                         .at = {file_, match_.last_row, 0},
                         .hint = StrCat("表头（第", match_.last_row, "行）应有“", column.label,
                                        "”或“", column.key, "”一栏")});
  }
  std::vector<std::string> labels;
  for (const ListColumn& column : description_.columns) labels.push_back(column.label);
  for (const ListMatch::Column& column : match_.columns) {
    if (column.column || column.ignored) continue;
    const std::optional<std::string> nearest = Nearest(column.heading, labels);
    warnings_.push_back({.severity = Severity::kWarning,
                         .code = "list.column",
                         .message = StrCat(CellAddress(sheet_, match_.last_row, column.position),
                                           "“", column.heading, "”不是本名单的栏目，没有导入"),
                         .at = {file_, match_.last_row, static_cast<int>(column.position) + 1},
                         .hint = nearest ? StrCat("是不是“", *nearest, "”？") : ""});
  }
  for (TableRow& row : first) {
    if (row.number > match_.last_row) waiting_.push_back(std::move(row));
  }
  mistake_count_ = mistakes_.size();
  // Without its columns every row would only repeat the same complaint.
  return mistakes_.empty();
}

bool ListReader::NextRow(TableRow& cells) {
  if (waiting_.empty()) return rows_.Next(cells);
  cells = std::move(waiting_.front());
  waiting_.pop_front();
  return true;
}

// Every row of a cell merged downwards means what is written in it once.
void ListReader::FillMerged(TableRow& cells) {
  if (rows_.merges() == nullptr) return;
  const std::vector<MergedCells>& merges = *rows_.merges();
  std::erase_if(open_merges_,
                [&](const auto& open) { return open.second.cells.last_row < cells.number; });
  for (; next_merge_ < merges.size() && merges[next_merge_].first_row <= cells.number;
       ++next_merge_) {
    const MergedCells& merge = merges[next_merge_];
    const bool concerns = merge.first_row == cells.number && merge.last_row > merge.first_row &&
                          merge.first_column < columns_.size() &&
                          columns_[merge.first_column].has_value() &&
                          merge.first_column < cells.cells.size();
    if (!concerns) continue;
    open_merges_[merge.first_column] = {merge, cells.cells[merge.first_column]};
    merged_.push_back(StrCat(ColumnLetters(merge.first_column), merge.first_row, ":",
                             ColumnLetters(merge.first_column), merge.last_row));
  }
  for (const auto& [column, merged] : open_merges_) {
    if (cells.cells.size() <= column) cells.cells.resize(column + 1);
    if (Trim(cells.cells[column]).empty()) cells.cells[column] = merged.text;
  }
}

namespace {

// Whether the cell is one of its column's headings, or the empty part of a merged one.
bool Repeats(std::string_view heading, std::string_view text) {
  const std::string key = HeadingKey(text);
  const std::vector<std::string_view> parts = Split(heading, '/');
  return key.empty() || std::any_of(parts.begin(), parts.end(),
                                    [&](std::string_view part) { return HeadingKey(part) == key; });
}

}  // namespace

// Rows that are none of the list's: sums, signatures, notes, a heading repeated on each page,
// numbers printed in advance. A row with everything that is required is never passed over.
bool ListReader::PassOver(const TableRow& cells) {
  size_t filled = 0;
  bool any = false;      // in a column of the list
  bool noted = false;    // in a column that is not even ignored
  bool lacking = false;  // a required cell is empty
  bool heading = true;   // each cell repeats its column's heading
  std::string first;
  for (const ListMatch::Column& column : match_.columns) {
    const size_t i = column.position;
    const std::string_view text = i < cells.cells.size() ? Trim(cells.cells[i]) : "";
    if (!column.column) {
      noted = noted || (!text.empty() && !column.ignored);
      continue;
    }
    any = any || !text.empty();
    const ListColumn& described = description_.columns[*column.column];
    lacking = lacking || (described.required && described.default_from.empty() && text.empty());
    heading = heading && Repeats(column.heading, text);
  }
  for (const std::string& cell : cells.cells) {
    if (Trim(cell).empty()) continue;
    if (filled++ == 0) first = Narrow(cell);
  }
  const auto pass = [&](const char* why) {
    passed_over_[why].push_back(cells.number);
    return true;
  };
  if (!cells.faults.empty() && !lacking) return false;
  if (any && heading) return pass("是重复的表头");
  if (!lacking && any) return false;
  const auto begins = [&](const std::vector<std::string>& words, std::string_view marks) {
    return std::any_of(words.begin(), words.end(), [&](const std::string& word) {
      const std::string key = Narrow(word);
      if (!first.starts_with(key)) return false;
      const std::string_view rest = std::string_view(first).substr(key.size());
      return rest.empty() || rest.find_first_of(marks) != std::string_view::npos;
    });
  };
  if (begins(description_.totals, ":(0123456789")) return pass("是合计");
  if (begins(description_.footers, ":")) {
    below_ = true;
    return pass("是表下的签署或说明");
  }
  if (below_ && filled == 1) return pass("是表下的签署或说明");
  if (any || !cells.faults.empty()) return false;
  if (filled > 0 && cells.cells.size() > columns_.size()) {
    for (size_t i = columns_.size(); i < cells.cells.size(); ++i) {
      noted = noted || !Trim(cells.cells[i]).empty();
    }
  }
  return noted ? pass("在本名单的各栏都没有内容") : true;
}

void ListReader::ReadCellAt(const TableRow& cells, size_t position, const ListColumn& column,
                            ListRow& row) {
  CellReading reading = ReadCell(column, cells.cells[position], context_);
  if (!reading.mistake.empty()) {
    ReportCell(cells.number, position, "list.value", reading.mistake, std::move(reading.hint));
    return;
  }
  if (reading.value.is_null()) return;
  if (reading.serial) {
    auto& [example, count] = serials_[position];
    if (++count == 1) {
      example = StrCat(Trim(cells.cells[position]), "读作", ToString(*reading.value.date()));
    }
  }
  row.data.Set(column.as, std::move(reading.value));
}

// Cells whose type another cell of the row says.
void ListReader::ReadHeld(const TableRow& cells, ListRow& row) {
  for (size_t i = 0; i < columns_.size() && i < cells.cells.size(); ++i) {
    if (!columns_[i] || description_.columns[*columns_[i]].type != CellType::kHeld) continue;
    const ListColumn& column = description_.columns[*columns_[i]];
    const std::optional<size_t> by = IndexOf(column.by);
    const Value* choice = Field(row, column.by);
    if (!by || choice == nullptr || choice->string() == nullptr) continue;  // reported there
    ListColumn held = column;
    for (const Choice& candidate : description_.columns[*by].values) {
      if (candidate.value == *choice->string()) held.type = candidate.holds;
    }
    ReadCellAt(cells, i, held, row);
  }
}

// Empty cells: what stands in for them, or that they may not be.
void ListReader::ReadMissing(const TableRow& cells, ListRow& row) {
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (!columns_[i]) continue;
    const ListColumn& column = description_.columns[*columns_[i]];
    const bool faulty = std::any_of(cells.faults.begin(), cells.faults.end(),
                                    [&](const CellFault& fault) { return fault.column == i; });
    const bool empty = i >= cells.cells.size() || Trim(cells.cells[i]).empty();
    if (!empty || faulty) continue;
    const Value* stand_in = column.default_from.empty() ? nullptr : Field(row, column.default_from);
    if (stand_in != nullptr) {
      row.data.Set(column.as, *stand_in);
    } else if (column.required) {
      ReportCell(cells.number, i, "list.required", "不能为空");
    }
  }
  // A column the file lacks altogether may still be stood in for.
  for (const ListColumn& column : description_.columns) {
    if (column.default_from.empty() || row.data.Find(column.as) != nullptr) continue;
    if (const Value* stand_in = Field(row, column.default_from)) row.data.Set(column.as, *stand_in);
  }
}

void ListReader::ReadRow(const TableRow& cells, ListRow& row) {
  row = {.number = cells.number, .data = Context()};
  for (const CellFault& fault : cells.faults) {
    if (fault.column >= columns_.size() || !columns_[fault.column]) continue;
    ReportCell(cells.number, fault.column, "list.formula", fault.what,
               "请改正这一格（公式可改成数值），保存后再导入");
  }
  for (size_t i = 0; i < cells.cells.size(); ++i) {
    if (i >= columns_.size()) {
      if (Trim(cells.cells[i]).empty()) continue;
      if (!sheet_.empty()) {  // a note beside the table; no separator can have shifted it there
        unheaded_.emplace(i, CellAddress(sheet_, cells.number, i));
        continue;
      }
      Report(cells.number, i, "list.cells",
             StrCat("：多出一格“", Trim(cells.cells[i]), "”，表头没有这一列"),
             "该行可能多了一个分隔符；含逗号的内容应加引号");
      break;
    }
    if (!columns_[i]) continue;
    const ListColumn& column = description_.columns[*columns_[i]];
    if (column.type != CellType::kHeld) ReadCellAt(cells, i, column, row);
  }
  for (const size_t i : cells.computed) {
    if (i >= columns_.size() || !columns_[i]) continue;
    computed_.push_back(StrCat(ColumnLetters(i), cells.number));
  }
  ReadHeld(cells, row);
  ReadMissing(cells, row);
}

void ListReader::CheckAtMost(const TableRow& cells, const ListRow& row) {
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (!columns_[i] || description_.columns[*columns_[i]].at_most.empty()) continue;
    const ListColumn& column = description_.columns[*columns_[i]];
    const Value* value = row.data.Find(column.as);
    const Value* limit = Field(row, column.at_most);
    if (value == nullptr || limit == nullptr || value->number() == nullptr ||
        limit->number() == nullptr || *value->number() <= *limit->number()) {
      continue;
    }
    const ListColumn& other = description_.columns[*IndexOf(column.at_most)];
    ReportCell(cells.number, i, "list.value",
               StrCat(value->number()->ToString(), "大于“", other.label, "”的",
                      limit->number()->ToString()));
  }
}

std::optional<std::string> ListReader::Key(const ListRow& row,
                                           const std::vector<std::string>& keys) const {
  std::string out;
  bool any = false;
  for (const std::string& key : keys) {
    const Value* value = Field(row, key);
    any = any || value != nullptr;
    if (value != nullptr && value->string() != nullptr) out += *value->string();
    if (value != nullptr && value->number() != nullptr) out += value->number()->ToString();
    if (value != nullptr && value->date() != nullptr) out += ToString(*value->date());
    out += '\x1F';
  }
  if (!any) return std::nullopt;
  return out;
}

void ListReader::CheckUnique(const TableRow& cells, const ListRow& row) {
  seen_.resize(description_.unique.size());
  for (size_t i = 0; i < description_.unique.size(); ++i) {
    const std::vector<std::string>& keys = description_.unique[i];
    const std::optional<std::string> key = Key(row, keys);
    if (!key) continue;
    const auto [at, fresh] = seen_[i].emplace(*key, cells.number);
    if (fresh) continue;
    const std::optional<size_t> position = Position(keys.front());
    if (!position) continue;  // stood in for by a column that has its own rule
    ReportCell(cells.number, *position, "list.twice", StrCat("与第", at->second, "行重复"),
               StrCat("第", at->second, "行和第", cells.number, "行只能保留一行"));
  }
}

void ListReader::CheckSame(const TableRow& cells, const ListRow& row) {
  agreed_.resize(description_.same.size());
  for (size_t i = 0; i < description_.same.size(); ++i) {
    std::vector<std::string> keys = description_.same[i];
    const std::string last = keys.back();
    keys.pop_back();
    const std::optional<std::string> key = Key(row, keys);
    const std::optional<std::string> value = Key(row, {last});
    const std::optional<size_t> position = Position(last);
    if (!key || !value || !position) continue;
    const auto [at, fresh] = agreed_[i].emplace(*key, std::pair(cells.number, *value));
    if (fresh || at->second.second == *value) continue;
    ReportCell(cells.number, *position, "list.twice", StrCat("与第", at->second.first, "行不一致"),
               "同一账号各行的内容应当相同");
  }
}

namespace {

// 3、7-9、12; of many the first.
std::string Ranges(const std::vector<int>& numbers) {
  constexpr size_t kMost = 8;
  std::vector<std::string> out;
  for (size_t i = 0; i < numbers.size();) {
    size_t last = i;
    while (last + 1 < numbers.size() && numbers[last + 1] == numbers[last] + 1) ++last;
    out.push_back(last == i ? std::to_string(numbers[i]) : StrCat(numbers[i], "-", numbers[last]));
    i = last + 1;
  }
  const bool more = out.size() > kMost;
  if (more) out.resize(kMost);
  return StrCat(Join(out, "、"), more ? "等" : "");
}

}  // namespace

void ListReader::WarnOfPassedOver() {
  const auto warn = [&](std::string code, int row, size_t column, std::string message,
                        std::string hint = "") {
    warnings_.push_back({.severity = Severity::kWarning,
                         .code = std::move(code),
                         .message = std::move(message),
                         .at = {file_, row, static_cast<int>(column) + 1},
                         .hint = std::move(hint)});
  };
  for (const auto& [why, rows] : passed_over_) {
    warn("list.skipped", rows[0], 0, StrCat("第", Ranges(rows), "行", why, "，没有导入"));
  }
  if (!hidden_rows_.empty()) {
    warn("list.hidden", hidden_rows_[0], 0,
         StrCat("第", Ranges(hidden_rows_), "行在表格里是隐藏的，也已读入"),
         "如不应导入，请删去这些行");
  }
  for (const auto& [position, address] : unheaded_) {
    warn("list.column", match_.last_row, position,
         StrCat(ColumnLetters(position), "列有内容（如", address, "）但没有表头，没有导入"));
  }
  if (!merged_.empty()) {
    constexpr size_t kMost = 5;
    const bool more = merged_.size() > kMost;
    if (more) merged_.resize(kMost);
    warn("list.merged", match_.last_row + 1, 0,
         StrCat(Join(merged_, "、"), more ? "等" : "",
                "是合并单元格，其中每一行都按同样的内容读入"));
  }
  if (!computed_.empty()) {
    constexpr size_t kMost = 5;
    const size_t count = computed_.size();
    if (count > kMost) computed_.resize(kMost);
    warn("list.computed", match_.last_row + 1, 0,
         StrCat(Join(computed_, "、"), count > kMost ? StrCat("等", count, "格") : "",
                "是公式，按文件里保存的结果读入"),
         "请核对；公式改成数值可免此疑问");
  }
  for (const auto& [position, serial] : serials_) {
    warn("list.serial", match_.last_row + 1, position,
         StrCat(ColumnLetters(position), "列（", description_.columns[*columns_[position]].label,
                "）有", serial.second, "格是日期的序列号，已换算，如", serial.first),
         "请核对；把该列设为日期格式可免此疑问");
  }
}

Result<ListSummary> ListReader::Read(const ListReading& reading) {
  if (!ReadHeading(reading)) return Unexpected{std::move(mistakes_)};
  ListSummary summary;
  TableRow cells;
  ListRow row;
  while (NextRow(cells)) {
    if (PassOver(cells)) continue;
    FillMerged(cells);
    ++summary.rows;
    if (cells.hidden) hidden_rows_.push_back(cells.number);
    const size_t before = mistake_count_;
    ReadRow(cells, row);
    CheckAtMost(cells, row);
    CheckUnique(cells, row);
    CheckSame(cells, row);
    if (mistake_count_ == before) reading.take(std::move(row));
  }
  Append(mistakes_, rows_.mistakes());
  if (mistake_count_ > kMostListMistakes) {
    mistakes_.push_back(
        {.code = "list.more",
         .message = StrCat("另有", mistake_count_ - kMostListMistakes, "处错误未列出")});
  }
  if (!mistakes_.empty()) return Unexpected{std::move(mistakes_)};
  WarnOfPassedOver();
  summary.warnings = std::move(warnings_);
  return summary;
}

}  // namespace

Result<ListSummary> ReadList(const ListDescription& description, RowSource& rows,
                             const References& references, std::string_view file,
                             const ListReading& reading) {
  return ListReader(description, rows, references, file).Read(reading);
}

}  // namespace anjuan::form
