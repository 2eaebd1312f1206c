// The rows of a returned form on their way to engine/form's list reader: sums are set aside, what
// stands around the table is remembered. Private to engine/runtime.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/doc/sheet.h"
#include "engine/form/table.h"

namespace anjuan::runtime {

// A title without the blank it begins with.
std::string WithoutBlank(std::string_view title);

class FormRows : public form::RowSource {
 public:
  struct Total {
    int row = 0;
    std::vector<std::string> cells;
  };

  FormRows(form::RowSource& rows, const doc::SheetDescription& sheet);

  bool Next(form::TableRow& row) override;
  const Diagnostics& mistakes() const override { return rows_.mistakes(); }
  std::string sheet() const override { return rows_.sheet(); }
  bool dates_from_1904() const override { return rows_.dates_from_1904(); }
  const std::vector<form::MergedCells>* merges() const override { return rows_.merges(); }

  // Row and text of the cells of the first rows.
  const std::vector<std::pair<int, std::string>>& lines() const { return lines_; }
  const std::vector<Total>& totals() const { return totals_; }
  // Behind the label of the line for the unit, else before the title; "" where nobody wrote it.
  const std::string& unit() const { return unit_; }
  int last_row() const { return last_row_; }

 private:
  void Look(const form::TableRow& row);

  form::RowSource& rows_;
  std::string title_;                // narrow
  std::vector<std::string> labels_;  // narrow, of the lines that name the unit
  std::vector<std::string> sums_;    // narrow
  std::vector<std::pair<int, std::string>> lines_;
  std::vector<Total> totals_;
  std::string unit_;
  int last_row_ = 0;
};

// {"rows": [...]}, {"cells": {row: {...}}} or a list, as rows under a heading of the columns' keys.
Result<std::unique_ptr<form::RowSource>> JsonRows(const doc::SheetDescription& sheet,
                                                  const Value& value, std::string_view file);

}  // namespace anjuan::runtime
