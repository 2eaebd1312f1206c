#include "engine/form/list.h"

#include <algorithm>
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

// A heading as it is compared: without spaces, notes in brackets, stars; small letters.
std::string HeadingKey(std::string_view heading) {
  std::string narrow = Narrow(heading);
  const size_t bracket = narrow.find('(');
  if (bracket != std::string::npos && bracket > 0) narrow.resize(bracket);
  std::erase(narrow, '*');
  for (char& c : narrow) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return narrow;
}

class ListReader {
 public:
  ListReader(const ListDescription& description, RowSource& rows, const References& references,
             std::string_view file)
      : description_(description), rows_(rows), references_(references), file_(file) {}

  Result<ListSummary> Read(const std::function<void(ListRow)>& take);

 private:
  void ReadHeading(const TableRow& heading);
  bool ReadRow(const TableRow& cells, ListRow& row);
  void CheckAtMost(const TableRow& cells, const ListRow& row);
  void CheckUnique(const TableRow& cells, const ListRow& row);
  void CheckSame(const TableRow& cells, const ListRow& row);

  // Counts every mistake, keeps the first kMostListMistakes.
  void Report(int row, size_t column, std::string code, std::string_view message,
              std::string hint = "") {
    if (++mistake_count_ > kMostListMistakes) return;
    mistakes_.push_back({.code = std::move(code),
                         .message = StrCat("第", row, "行 ", ColumnLetters(column), "列", message),
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
  const References& references_;
  std::string file_;
  std::vector<std::optional<size_t>> columns_;  // of the file -> of the description
  std::vector<std::unordered_map<std::string, int>> seen_;
  std::vector<std::unordered_map<std::string, std::pair<int, std::string>>> agreed_;
  Diagnostics mistakes_;
  Diagnostics warnings_;
  size_t mistake_count_ = 0;
};

void ListReader::ReadHeading(const TableRow& heading) {
  std::unordered_map<std::string, size_t> by_word;
  std::vector<std::string> labels;
  for (size_t i = 0; i < description_.columns.size(); ++i) {
    const ListColumn& column = description_.columns[i];
    by_word.emplace(HeadingKey(column.key), i);
    by_word.emplace(HeadingKey(column.label), i);
    for (const std::string& synonym : column.synonyms) by_word.emplace(HeadingKey(synonym), i);
    labels.push_back(column.label);
  }
  columns_.resize(heading.cells.size());
  for (size_t i = 0; i < heading.cells.size(); ++i) {
    const std::string& word = heading.cells[i];
    if (Trim(word).empty()) continue;
    const auto found = by_word.find(HeadingKey(word));
    if (found == by_word.end()) {
      const std::optional<std::string> nearest = Nearest(Trim(word), labels);
      warnings_.push_back({.severity = Severity::kWarning,
                           .code = "list.column",
                           .message = StrCat("第", heading.number, "行 ", ColumnLetters(i), "列“",
                                             Trim(word), "”不是本名单的栏目，没有导入"),
                           .at = {file_, heading.number, static_cast<int>(i) + 1},
                           .hint = nearest ? StrCat("是不是“", *nearest, "”？") : ""});
      continue;
    }
    const auto earlier = std::find(columns_.begin(), columns_.end(), std::optional(found->second));
    if (earlier != columns_.end()) {
      Report(heading.number, i, "list.column",
             StrCat("：“", Trim(word), "”与",
                    ColumnLetters(static_cast<size_t>(earlier - columns_.begin())), "列重复"));
      continue;
    }
    columns_[i] = found->second;
  }
  for (const ListColumn& column : description_.columns) {
    const bool stands_in = !column.default_from.empty() && Position(column.default_from);
    if (!column.required || Position(column.key) || stands_in) continue;
    ++mistake_count_;
    mistakes_.push_back({.code = "list.column",
                         .message = StrCat("缺少必需的栏目“", column.label, "”"),
                         .at = {file_, heading.number, 0},
                         .hint = StrCat("表头（第", heading.number, "行）应有“", column.label,
                                        "”或“", column.key, "”一栏")});
  }
}

bool ListReader::ReadRow(const TableRow& cells, ListRow& row) {
  const size_t before = mistake_count_;
  row = {.number = cells.number, .data = Context()};
  for (size_t i = 0; i < cells.cells.size(); ++i) {
    if (i >= columns_.size()) {
      if (Trim(cells.cells[i]).empty()) continue;
      Report(cells.number, i, "list.cells",
             StrCat("：多出一格“", Trim(cells.cells[i]), "”，表头没有这一列"),
             "该行可能多了一个分隔符；含逗号的内容应加引号");
      break;
    }
    if (!columns_[i]) continue;
    const ListColumn& column = description_.columns[*columns_[i]];
    CellReading reading = ReadCell(column, cells.cells[i], references_);
    if (!reading.mistake.empty()) {
      ReportCell(cells.number, i, "list.value", reading.mistake, std::move(reading.hint));
    } else if (!reading.value.is_null()) {
      row.data.Set(column.as, std::move(reading.value));
    }
  }
  for (size_t i = 0; i < columns_.size(); ++i) {
    if (!columns_[i]) continue;
    const ListColumn& column = description_.columns[*columns_[i]];
    const bool empty = i >= cells.cells.size() || Trim(cells.cells[i]).empty();
    if (!empty) continue;
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
  return mistake_count_ == before;
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

Result<ListSummary> ListReader::Read(const std::function<void(ListRow)>& take) {
  TableRow cells;
  ListSummary summary;
  if (!rows_.Next(cells)) {
    Diagnostics mistakes = rows_.mistakes();
    if (mistakes.empty()) {
      mistakes.push_back({.code = "list.column",
                          .message = "文件是空的，没有表头",
                          .at = {.file = file_, .line = 0, .column = 0}});
    }
    return Unexpected{std::move(mistakes)};
  }
  ReadHeading(cells);
  // Without its columns every row would only repeat the same complaint.
  if (!mistakes_.empty()) return Unexpected{std::move(mistakes_)};
  ListRow row;
  while (rows_.Next(cells)) {
    ++summary.rows;
    const size_t before = mistake_count_;
    ReadRow(cells, row);
    CheckAtMost(cells, row);
    CheckUnique(cells, row);
    CheckSame(cells, row);
    if (mistake_count_ == before) take(std::move(row));
  }
  Append(mistakes_, rows_.mistakes());
  if (mistake_count_ > kMostListMistakes) {
    mistakes_.push_back(
        {.code = "list.more",
         .message = StrCat("另有", mistake_count_ - kMostListMistakes, "处错误未列出")});
  }
  if (!mistakes_.empty()) return Unexpected{std::move(mistakes_)};
  summary.warnings = std::move(warnings_);
  return summary;
}

}  // namespace

Result<ListSummary> ReadList(const ListDescription& description, RowSource& rows,
                             const References& references, std::string_view file,
                             const std::function<void(ListRow)>& take) {
  return ListReader(description, rows, references, file).Read(take);
}

}  // namespace anjuan::form
