#include "engine/runtime/sheet_rows.h"

#include <algorithm>

#include "engine/base/text.h"

namespace anjuan::runtime {

namespace {

class SheetRowSource : public form::RowSource {
 public:
  SheetRowSource(const port::Workbook& workbook, size_t sheet, std::string_view file,
                 std::vector<form::MergedCells> merges)
      : name_(workbook.sheets()[sheet].name),
        from_1904_(workbook.dates_from_1904()),
        file_(file),
        merges_(std::move(merges)),
        rows_(workbook.Rows(sheet)) {}

  bool Next(form::TableRow& row) override {
    port::SheetRow cells;
    while (mistakes_.empty() && rows_->Next(cells)) {
      if (Take(cells, row)) return true;
    }
    Append(mistakes_, rows_->mistakes());
    return false;
  }

  const Diagnostics& mistakes() const override { return mistakes_; }
  std::string sheet() const override { return name_; }
  bool dates_from_1904() const override { return from_1904_; }
  const std::vector<form::MergedCells>* merges() const override { return &merges_; }

 private:
  bool Take(port::SheetRow& cells, form::TableRow& row) {
    row.number = cells.number;
    row.hidden = cells.hidden;
    row.cells.clear();
    row.faults.clear();
    row.computed.clear();
    for (port::SheetCell& cell : cells.cells) {
      const auto column = static_cast<size_t>(cell.column);
      if (Trim(cell.text).empty()) continue;
      if (column >= form::kMostColumns) {
        mistakes_.push_back({.code = "table.size",
                             .message = StrCat(form::CellAddress(name_, row.number, column),
                                               "：内容超过", form::kMostColumns, "列"),
                             .at = {file_, row.number, cell.column + 1},
                             .hint = "请删去名单右边多余的内容"});
        return false;
      }
      if (cell.kind == port::SheetCell::Kind::kFault) {
        row.faults.push_back({column, std::move(cell.text)});
        continue;
      }
      if (cell.computed) row.computed.push_back(column);
      row.cells.resize(column + 1);
      row.cells[column] = std::move(cell.text);
    }
    return !row.cells.empty() || !row.faults.empty();
  }

  std::string name_;
  bool from_1904_;
  std::string file_;
  std::vector<form::MergedCells> merges_;
  std::unique_ptr<port::SheetRows> rows_;
  Diagnostics mistakes_;
};

std::string Names(const port::Workbook& workbook) {
  std::vector<std::string> out;
  for (const port::SheetInfo& sheet : workbook.sheets()) {
    out.push_back(StrCat("“", sheet.name, "”", sheet.hidden ? "（隐藏）" : ""));
  }
  return Join(out, "、");
}

// Whether there is anything below the heading: a second, empty form is no second list.
struct Fit {
  std::optional<form::ListMatch> match;
  bool has_rows = false;
};

Result<Fit> FitOf(const port::Workbook& workbook, size_t sheet,
                  const form::ListDescription& description, std::string_view file) {
  Result<std::unique_ptr<form::RowSource>> rows = OpenSheet(workbook, sheet, file);
  if (!rows) return Unexpected{rows.error()};
  std::vector<form::TableRow> first;
  form::TableRow row;
  while (first.size() < form::kHeadingWithin + 2 && (*rows)->Next(row)) first.push_back(row);
  if (!(*rows)->mistakes().empty()) return Unexpected{(*rows)->mistakes()};
  Fit fit;
  fit.match = form::FindHeading(description, first, (*rows)->merges(), (*rows)->sheet(), file);
  fit.has_rows = fit.match && first.back().number > fit.match->last_row;
  return fit;
}

}  // namespace

Result<std::unique_ptr<form::RowSource>> OpenSheet(const port::Workbook& workbook, size_t sheet,
                                                   std::string_view file) {
  const Result<std::vector<port::SheetMerge>> found = workbook.Merges(sheet);
  if (!found) return Unexpected{found.error()};
  std::vector<form::MergedCells> merges;
  for (const port::SheetMerge& merge : *found) {
    merges.push_back({merge.first_row, static_cast<size_t>(merge.first_column), merge.last_row,
                      static_cast<size_t>(merge.last_column)});
  }
  std::stable_sort(merges.begin(), merges.end(),
                   [](const auto& a, const auto& b) { return a.first_row < b.first_row; });
  return std::unique_ptr<form::RowSource>(
      std::make_unique<SheetRowSource>(workbook, sheet, file, std::move(merges)));
}

Result<size_t> ChooseSheet(const port::Workbook& workbook, const form::ListDescription& description,
                           std::string_view wanted, std::string_view file) {
  const std::vector<port::SheetInfo>& sheets = workbook.sheets();
  const auto fail = [&](std::string message, std::string hint) {
    return Fail({.code = "import.sheet",
                 .message = std::move(message),
                 .at = {.file = std::string(file), .line = 0, .column = 0},
                 .hint = std::move(hint)});
  };
  if (!wanted.empty()) {
    for (size_t i = 0; i < sheets.size(); ++i) {
      if (Trim(sheets[i].name) == Trim(wanted)) return i;
    }
    return fail(StrCat("没有名为“", wanted, "”的工作表"), StrCat("工作表有：", Names(workbook)));
  }
  std::vector<std::string> fitting;
  std::optional<size_t> chosen;
  std::optional<size_t> nearest;
  size_t most = 0;
  for (size_t i = 0; i < sheets.size(); ++i) {
    if (sheets[i].hidden) continue;
    const Result<Fit> fit = FitOf(workbook, i, description, file);
    if (!fit) return Unexpected{fit.error()};
    if (!fit->match) continue;
    if (fit->match->matched > most) {
      most = fit->match->matched;
      nearest = i;
    }
    if (!fit->match->missing.empty() || !fit->has_rows) continue;
    chosen = i;
    fitting.push_back(StrCat("“", sheets[i].name, "”"));
  }
  if (fitting.size() > 1) {
    return fail(StrCat("有", fitting.size(), "个工作表都像“", description.title, "”：",
                       Join(fitting, "、")),
                "请用--sheet写明导入哪一个，或逐个导入");
  }
  if (chosen) return *chosen;
  if (nearest) return *nearest;
  return fail(StrCat("没有一个工作表有“", description.title, "”的表头"),
              StrCat("工作表有：", Names(workbook), "；隐藏的工作表要用--sheet写明才读"));
}

Result<ListSource> OpenList(const form::ListDescription& description, std::string bytes,
                            std::string_view file, const port::SheetReader* reader,
                            const std::string& wanted) {
  ListSource source;
  if (reader == nullptr || !reader->Recognises(bytes)) {
    if (!wanted.empty()) {
      return Fail({.code = "import.sheet",
                   .message = "这不是表格文件，没有工作表",
                   .at = {.file = std::string(file), .line = 0, .column = 0},
                   .hint = "导入CSV时不用--sheet"});
    }
    Result<std::unique_ptr<form::RowSource>> rows = form::OpenCsv(std::move(bytes), file);
    if (!rows) return Unexpected{rows.error()};
    source.rows = std::move(*rows);
    return source;
  }
  Result<std::unique_ptr<port::Workbook>> workbook = reader->Open(std::move(bytes), file);
  if (!workbook) return Unexpected{workbook.error()};
  source.workbook = std::move(*workbook);
  const Result<size_t> sheet = ChooseSheet(*source.workbook, description, wanted, file);
  if (!sheet) return Unexpected{sheet.error()};
  source.sheet = *sheet;
  Result<std::unique_ptr<form::RowSource>> rows = OpenSheet(*source.workbook, *sheet, file);
  if (!rows) return Unexpected{rows.error()};
  source.rows = std::move(*rows);
  return source;
}

form::ReferenceTable ReferencesOf(const Registers& registers) {
  form::ReferenceTable table;
  table.Add("scope", "national", "全国");
  for (const std::string& code : registers.RegionCodes()) {
    const std::string& name = registers.FindRegion(code)->name;
    table.Add("region", code, name);
    table.Add("scope", code, name);
  }
  for (const std::string& id : registers.RoleIds()) {
    table.Add("role", id, registers.FindRole(id)->name);
  }
  return table;
}

}  // namespace anjuan::runtime
