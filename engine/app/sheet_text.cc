#include "engine/app/sheet_text.h"

#include <algorithm>
#include <map>
#include <utility>
#include <vector>

#include "engine/base/text.h"
#include "engine/feel/text.h"

namespace anjuan::app {

namespace {

constexpr std::string_view kGap = "  ";

std::string TextOf(const doc::SheetCell& cell) {
  using Kind = doc::SheetCell::Kind;
  switch (cell.kind) {
    case Kind::kBlank:
      return "";
    case Kind::kText:
      return cell.text;
    case Kind::kNumber:
    case Kind::kFormula:
      return StrCat(cell.number.ToString(), cell.unit);
    case Kind::kDate:
      return cell.style == doc::SheetStyle::kMonth ? ToString(cell.date).substr(0, 7)
                                                   : ToString(cell.date);
  }
  return "";
}

bool IsNumber(const doc::SheetCell& cell) {
  return cell.kind == doc::SheetCell::Kind::kNumber || cell.kind == doc::SheetCell::Kind::kFormula;
}

// Lines of the table proper stand in columns; title, preface and notes do not.
bool IsLine(const doc::SheetRow& row) {
  return std::all_of(row.cells.begin(), row.cells.end(), [](const doc::SheetCell& cell) {
    return cell.kind == doc::SheetCell::Kind::kBlank || cell.style == doc::SheetStyle::kTitle ||
           cell.style == doc::SheetStyle::kLine;
  });
}

class SheetPrinter {
 public:
  std::string Print(const doc::SheetModel& model) {
    Take(model.rows, model.merges);
    Take(model.tail, model.tail_merges);
    for (size_t i = 0; i < rows_.size(); ++i) {
      if (!IsLine(*rows_[i])) Measure(i);
    }
    for (size_t i = 0; i < rows_.size(); ++i) IsLine(*rows_[i]) ? Line(*rows_[i]) : Columns(i);
    return std::move(out_);
  }

 private:
  void Take(const std::vector<doc::SheetRow>& rows, const std::vector<doc::SheetMerge>& merges) {
    const size_t first = rows_.size();
    for (const doc::SheetRow& row : rows) rows_.push_back(&row);
    for (const doc::SheetMerge& merge : merges) {
      last_column_[{first + static_cast<size_t>(merge.first_row),
                    static_cast<size_t>(merge.first_column)}] =
          static_cast<size_t>(merge.last_column);
    }
  }

  // The last column of the cell that begins here.
  size_t LastColumn(size_t row, size_t column) const {
    const auto it = last_column_.find({row, column});
    return it == last_column_.end() ? column : it->second;
  }

  void Measure(size_t row) {
    const std::vector<doc::SheetCell>& cells = rows_[row]->cells;
    for (size_t i = 0; i < cells.size(); ++i) {
      if (widths_.size() <= i) widths_.push_back(0);
      if (LastColumn(row, i) == i) {
        widths_[i] = std::max(widths_[i], TextColumns(TextOf(cells[i])));
      }
    }
  }

  void Line(const doc::SheetRow& row) {
    std::string text;
    for (const doc::SheetCell& cell : row.cells) {
      const std::string part = TextOf(cell);
      if (!part.empty()) text += StrCat(text.empty() ? "" : "　　", part);
    }
    if (!text.empty()) out_ += text + "\n";
  }

  void Columns(size_t row) {
    const std::vector<doc::SheetCell>& cells = rows_[row]->cells;
    std::string line;
    for (size_t i = 0; i < cells.size(); ++i) {
      const size_t last = LastColumn(row, i);
      int width = -static_cast<int>(kGap.size());
      for (size_t j = i; j <= last && j < widths_.size(); ++j) {
        width += widths_[j] + static_cast<int>(kGap.size());
      }
      line += Padded(TextOf(cells[i]), width, IsNumber(cells[i]));
      line += kGap;
      i = last;
    }
    line.erase(line.find_last_not_of(' ') + 1);
    out_ += line + "\n";
  }

  std::vector<const doc::SheetRow*> rows_;
  std::map<std::pair<size_t, size_t>, size_t> last_column_;
  std::vector<int> widths_;
  std::string out_;
};

}  // namespace

int TextColumns(std::string_view text) {
  int columns = 0;
  for (Utf8Cursor cursor(text); !cursor.done();) columns += cursor.Next() < 0x1100 ? 1 : 2;
  return columns;
}

std::string Padded(std::string_view text, int columns, bool right) {
  const int missing = std::max(0, columns - TextColumns(text));
  const std::string spaces(static_cast<size_t>(missing), ' ');
  return right ? StrCat(spaces, text) : StrCat(text, spaces);
}

std::string SheetText(const doc::SheetModel& model) {
  return SheetPrinter().Print(model);
}

}  // namespace anjuan::app
