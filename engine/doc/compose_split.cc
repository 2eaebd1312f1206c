// Rows higher than a page, alone or joined by cells that span them: cut into strips, between which
// a page may end. A row that fits a page is one strip; of a higher one each line of its longest
// cell.
//
// In rows that are cut all text begins at the top. A short text beside several rows (a label) runs
// on as it is, and the strips it crosses stay together; a long one takes in each strip the lines
// that fit.
#include <algorithm>
#include <utility>

#include "engine/doc/compose_table.h"

namespace anjuan::doc {
namespace {

constexpr double kLabelShare = 1.0 / 3;  // of the page: what is higher is no label
constexpr double kTolerancePt = 0.05;

}  // namespace

class Composer::Splitter {
 public:
  Splitter(Composer& composer, std::span<Row> rows, const std::vector<double>& edges)
      : composer_(composer),
        rows_(rows),
        edges_(edges),
        frame_(composer.frame_),
        begins_table_(composer.BeginsTable()) {}

  void Run() {
    for (row_ = 0; row_ < rows_.size(); ++row_) {
      for (const Cell& cell : rows_[row_].cells) Begin(cell);
      std::erase_if(open_, [&](const Open& open) { return open.last_row < row_; });
      OneRow();
    }
    composer_.flow_.items.back().row_open = false;
  }

 private:
  // A cell that the strips at hand belong to.
  struct Open {
    const Cell* cell;
    size_t last_row;
    bool label;  // runs on over strips
    bool whole;  // stands in one strip
    size_t piece = 0, line = 0;
    double ahead_pt = kCellPadDownPt;  // of its next line, from the top of the strip

    bool Done() const { return piece == cell->pieces.size(); }
    double Pitch() const { return cell->pieces[piece].pitch_pt(); }
    void Advance() {
      if (++line < cell->pieces[piece].lines.size()) return;
      line = 0;
      ++piece;
    }
  };

  bool Fits(const Row& row) const { return row.own_pt <= frame_.height_pt / 2; }

  void Begin(const Cell& cell) {
    const size_t last = std::min(row_ + static_cast<size_t>(cell.rowspan), rows_.size()) - 1;
    const bool several = last > row_;
    open_.push_back({.cell = &cell,
                     .last_row = last,
                     .label = several && cell.text_pt() <= kLabelShare * frame_.height_pt,
                     .whole = !several && Fits(rows_[row_])});
  }

  // What must be finished before the row's end.
  bool Due(const Open& open) const { return !open.Done() && !open.whole && open.last_row == row_; }
  bool AnyDue() const {
    return std::any_of(open_.begin(), open_.end(), [&](const Open& open) { return Due(open); });
  }

  void OneRow() {
    const Row& row = rows_[row_];
    const size_t first = composer_.flow_.items.size();
    if (Fits(row)) {
      // The labels that end here need what they have left; long texts go on below.
      double height = row.own_pt;
      for (const Open& open : open_) {
        if (open.label && Due(open)) height = std::max(height, Left(open) + kCellPadDownPt);
      }
      Strip(height, true, 0);
    }
    while (AnyDue()) {
      double height = 0;
      for (const Open& open : open_) {
        if (Due(open)) height = std::max(height, open.ahead_pt + open.Pitch());
      }
      Strip(height, composer_.flow_.items.size() == first, kCellPadDownPt);
    }
    KeepEnds(first);
  }

  // No line of a row that is cut stands alone on a page.
  void KeepEnds(size_t first) {
    std::vector<Item>& items = composer_.flow_.items;
    if (items.size() < first + 2) return;
    items[first].keep_next = true;
    items[items.size() - 2].keep_next = true;
  }

  // Height of what is left of a text, from the top of the strip.
  static double Left(const Open& open) {
    double height = open.ahead_pt;
    for (size_t i = open.piece; i < open.cell->pieces.size(); ++i) {
      const Cell::Piece& piece = open.cell->pieces[i];
      const size_t begun = i == open.piece ? open.line : 0;
      height += piece.pitch_pt() * static_cast<double>(piece.lines.size() - begun);
    }
    return height;
  }

  // `below_pt`: added where the row ends with this strip.
  void Strip(double height_pt, bool first, double below_pt) {
    Item item = composer_.RowItem(edges_);
    item.row_open = true;
    for (Open& open : open_) Text(open, height_pt, first, item);
    const bool last = !AnyDue();
    item.height_pt = height_pt + (last ? below_pt : 0);
    for (Open& open : open_) {
      Borders(open, item.height_pt, first, last, item.content);
      open.ahead_pt = open.label ? std::max(open.ahead_pt - item.height_pt, 0.0) : 0;
    }
    composer_.flow_.items.push_back(std::move(item));
  }

  void Borders(const Open& open, double height_pt, bool first, bool last, Page& out) const {
    const auto column = static_cast<size_t>(open.cell->column);
    const double left = edges_[column];
    const double right = edges_[column + static_cast<size_t>(open.cell->colspan)];
    const auto line = [&](double x1, double y1, double x2, double y2) {
      out.strokes.push_back({x1, y1, x2, y2, kCellBorderPt, Colour::kBlack});
    };
    if (first && row_ == 0 && begins_table_) line(left, 0, right, 0);
    if (column == 0) line(left, 0, left, height_pt);
    line(right, 0, right, height_pt);
    if (last && open.last_row == row_) line(left, height_pt, right, height_pt);
  }

  void Text(Open& open, double height_pt, bool first, Item& item) const {
    const double left = edges_[static_cast<size_t>(open.cell->column)];
    if (open.whole) {
      if (!first) return;
      open.cell->PlaceText(0, height_pt, left, item.content);
      for (const Cell::Piece& piece : open.cell->pieces) composer_.Noted(piece.atoms, item);
      return;
    }
    const double bottom = height_pt + kTolerancePt;
    while (!open.Done()) {
      const double end = open.ahead_pt + open.Pitch();
      if (open.label ? open.ahead_pt >= bottom : end > bottom) break;
      const Cell::Piece& piece = open.cell->pieces[open.piece];
      const BrokenLine& line = piece.lines[open.line];
      open.cell->PlaceLine(piece, line, left, open.ahead_pt, item.content);
      composer_.Noted(std::span(piece.atoms).subspan(line.begin, line.end - line.begin), item);
      open.ahead_pt = end;
      open.Advance();
    }
    // What reaches into the next strip, or what is yet to come of a label, goes there with it.
    if (open.label && (!open.Done() || open.ahead_pt > bottom)) item.keep_next = true;
  }

  Composer& composer_;
  std::span<Row> rows_;
  const std::vector<double>& edges_;
  const Frame& frame_;
  bool begins_table_;
  std::vector<Open> open_;
  size_t row_ = 0;
};

void Composer::SplitRows(std::span<Row> rows, const std::vector<double>& edges) {
  Splitter(*this, rows, edges).Run();
}

}  // namespace anjuan::doc
