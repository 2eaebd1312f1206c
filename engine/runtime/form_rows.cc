#include "engine/runtime/form_rows.h"

#include <algorithm>

#include "engine/base/text.h"

namespace anjuan::runtime {

namespace {

constexpr int kRowsLookedAt = 40;

}  // namespace

std::string WithoutBlank(std::string_view title) {
  const size_t text = title.find_first_not_of("_ ");
  return std::string(text == std::string_view::npos ? "" : title.substr(text));
}

FormRows::FormRows(form::RowSource& rows, const doc::SheetDescription& sheet)
    : rows_(rows), title_(sheet.title_blank ? form::Narrow(WithoutBlank(sheet.title)) : "") {
  for (const doc::SheetPrefaceLine& line : sheet.preface) {
    if (line.field == "reporting_unit") labels_.push_back(form::Narrow(line.label));
  }
  for (const std::string& line : sheet.signatures) {
    const size_t at = line.find("{unit}");
    if (at != std::string::npos && at > 0) labels_.push_back(form::Narrow(line.substr(0, at)));
  }
  if (!sheet.total_label.empty()) {
    sums_ = {form::Narrow(sheet.total_label), "合计", "总计", "共计"};
  }
}

bool FormRows::Next(form::TableRow& row) {
  while (rows_.Next(row)) {
    last_row_ = row.number;
    Look(row);
    const auto first = std::ranges::find_if(
        row.cells, [](const std::string& cell) { return !Trim(cell).empty(); });
    const bool sum =
        first != row.cells.end() && std::ranges::find(sums_, form::Narrow(*first)) != sums_.end();
    if (!sum) return true;
    totals_.push_back({row.number, row.cells});
  }
  return false;
}

void FormRows::Look(const form::TableRow& row) {
  for (size_t i = 0; i < row.cells.size(); ++i) {
    const std::string narrow = form::Narrow(row.cells[i]);
    if (narrow.empty()) continue;
    if (row.number <= kRowsLookedAt) lines_.emplace_back(row.number, row.cells[i]);
    for (const std::string& label : labels_) {
      if (!narrow.starts_with(label)) continue;
      std::string rest = narrow.substr(label.size());
      const bool beside = rest.empty() && i + 1 < row.cells.size() &&
                          row.cells[i + 1].find("：") == std::string::npos;
      if (beside) rest = form::Narrow(row.cells[i + 1]);
      if (!rest.empty()) unit_ = rest;
    }
    const bool titled =
        !title_.empty() && narrow.size() > title_.size() && narrow.ends_with(title_);
    if (!titled || !unit_.empty()) continue;
    const std::string before = narrow.substr(0, narrow.size() - title_.size());
    if (before.find_first_not_of('_') != std::string::npos) {
      unit_ = before.substr(before.find_first_not_of('_'));
      while (unit_.ends_with('_')) unit_.pop_back();
    }
  }
}

namespace {

std::string JsonText(const Value& value) {
  if (value.string() != nullptr) return *value.string();
  if (value.number() != nullptr) return value.number()->ToString();
  if (value.boolean() != nullptr) return *value.boolean() ? "是" : "否";
  std::vector<std::string> parts;
  if (value.list() != nullptr) {
    for (const Value& element : *value.list()) parts.push_back(JsonText(element));
  }
  if (value.context() != nullptr) return JsonText(value["name"]);
  return Join(parts, "、");
}

class JsonRowSource : public form::RowSource {
 public:
  explicit JsonRowSource(std::vector<form::TableRow> rows) : rows_(std::move(rows)) {}
  bool Next(form::TableRow& row) override {
    if (next_ == rows_.size()) return false;
    row = std::move(rows_[next_++]);
    return true;
  }
  const Diagnostics& mistakes() const override { return mistakes_; }

 private:
  std::vector<form::TableRow> rows_;
  size_t next_ = 0;
  Diagnostics mistakes_;
};

}  // namespace

Result<std::unique_ptr<form::RowSource>> JsonRows(const doc::SheetDescription& sheet,
                                                  const Value& value, std::string_view file) {
  std::vector<std::string> keys;
  for (const doc::SheetColumn& column : sheet.columns) keys.push_back(column.key);
  std::vector<Context> given;
  const List* list = value.list() != nullptr ? value.list() : value["rows"].list();
  if (list != nullptr) {
    for (const Value& row : *list) given.push_back(row.context() ? *row.context() : Context());
  }
  if (const Context* cells = value["cells"].context(); cells != nullptr) {
    for (const auto& entry : cells->entries()) {
      const std::string& label = entry.first;
      const Value& row = entry.second;
      const auto fixed = std::ranges::find_if(
          sheet.fixed_rows, [&](const doc::SheetFixedRow& one) { return one.key == label; });
      Context data = row.context() ? *row.context() : Context();
      data.Set(sheet.row_label_column,
               Value(fixed == sheet.fixed_rows.end() ? label : fixed->label));
      given.push_back(std::move(data));
    }
  }
  if (given.empty()) {
    return Fail({.code = "list.column",
                 .message = "JSON里没有“rows”（各行）或“cells”（固定行的各格）",
                 .at = {.file = std::string(file), .line = 1, .column = 1}});
  }
  for (const Context& row : given) {
    for (const auto& [key, cell] : row.entries()) {
      if (std::ranges::find(keys, key) == keys.end()) keys.push_back(key);
    }
  }
  std::vector<form::TableRow> rows(1);
  rows[0].number = 1;
  rows[0].cells = keys;
  for (const Context& row : given) {
    form::TableRow cells;
    cells.number = static_cast<int>(rows.size()) + 1;
    for (const std::string& key : keys) {
      const Value* cell = row.Find(key);
      cells.cells.push_back(cell == nullptr ? "" : JsonText(*cell));
    }
    rows.push_back(std::move(cells));
  }
  return std::unique_ptr<form::RowSource>(std::make_unique<JsonRowSource>(std::move(rows)));
}

}  // namespace anjuan::runtime
