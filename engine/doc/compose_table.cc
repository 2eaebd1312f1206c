#include <algorithm>
#include <span>
#include <utility>

#include "engine/base/text.h"
#include "engine/doc/compose_table.h"

namespace anjuan::doc {
namespace {

constexpr double kTextPt = 12;  // 小四: what fits five columns into 156 mm
constexpr double kLineEm = 1.5;
constexpr double kShortestRowEm = 2.25;
constexpr double kAroundPt = 6;  // above and below the table
// Heads are repeated on each page and must leave room for rows.
constexpr double kMostHeadShare = 0.75;

struct TableRow {
  const Block* block = nullptr;
  bool keep_next = false;  // the author's word, or inside a group
};

// The rows in order, out of their groups.
std::vector<TableRow> FlatRows(const Block& table) {
  std::vector<TableRow> out;
  for (const Block& child : table.children) {
    if (child.node->kind != NodeKind::kGroup) {
      out.push_back({&child, child.node->keep_next});
      continue;
    }
    for (const Block& row : child.children) {
      out.push_back({&row, row.node->keep_next || &row != &child.children.back()});
    }
  }
  return out;
}

std::vector<doc::Column> ColumnsOf(const Block& table) {
  if (!table.node->columns.empty()) return table.node->columns;
  int count = 1;
  for (const TableRow& row : FlatRows(table)) {
    int cells = 0;
    for (const Block& cell : row.block->children) cells += cell.node->colspan;
    count = std::max(count, cells);
  }
  return std::vector<doc::Column>(static_cast<size_t>(count), doc::Column{0, 1});
}

// The left edges of the columns and the right edge of the last.
std::vector<double> ColumnEdges(const Block& table, const Frame& frame) {
  const std::vector<doc::Column> columns = ColumnsOf(table);
  double fixed_pt = 0;
  double shares = 0;
  for (const doc::Column& column : columns) {
    fixed_pt += column.width_mm * kPointsPerMm;
    shares += column.shares;
  }
  const double share_pt = shares > 0 ? std::max(frame.width_pt - fixed_pt, 0.0) / shares : 0;
  // A table of fixed columns only stands in the middle.
  double x = frame.left_pt + (shares > 0 ? 0 : (frame.width_pt - fixed_pt) / 2);
  std::vector<double> edges = {x};
  for (const doc::Column& column : columns) {
    x += column.width_mm * kPointsPerMm + column.shares * share_pt;
    edges.push_back(x);
  }
  return edges;
}

// Names what a cell or row shows: the expressions it is filled from, else its first words.
std::string Content(const Block& block) {
  std::string expressions;
  std::string words;
  const auto collect = [&](const Block& one, const auto& self) -> void {
    for (const Span& span : one.spans) {
      if (span.from != nullptr) {
        expressions += StrCat("{", Trim(span.from->expression.text()), "}");
      }
      words += span.text;
    }
    for (const Block& child : one.children) self(child, self);
  };
  collect(block, collect);
  if (!expressions.empty()) return expressions;
  constexpr size_t kShown = 10;
  std::string shown;
  size_t count = 0;
  for (Utf8Cursor cursor(words); !cursor.done() && count < kShown; ++count) {
    AppendUtf8(shown, cursor.Next());
  }
  return StrCat("“", shown, "”");
}

}  // namespace

double Composer::Cell::Piece::pitch_pt() const {
  return kLineEm * measure.size_pt;
}

double Composer::Cell::text_pt() const {
  double out = 0;
  for (const Piece& piece : pieces) out += piece.height_pt();
  return out;
}

Composer::Cell Composer::MakeCell(const Block& block, int column, bool head,
                                  const std::vector<double>& edges) {
  Cell cell;
  cell.column = column;
  cell.colspan = block.node->colspan;
  cell.rowspan = block.node->rowspan;
  cell.align = block.node->align;
  cell.top = block.node->top;
  if (cell.align == Align::kDefault && !head && column < static_cast<int>(table_columns_.size())) {
    cell.align = table_columns_[static_cast<size_t>(column)].align;
  }
  if (cell.align == Align::kDefault) cell.align = head ? Align::kCenter : Align::kStart;
  const auto first = static_cast<size_t>(column);
  const double width = edges[first + static_cast<size_t>(cell.colspan)] - edges[first];
  const auto add = [&](const Block& text, double indent_em) {
    Cell::Piece piece;
    piece.atoms = shaper_.Shape(text.spans);
    const double own = text.node->kind == NodeKind::kParagraph ? text.node->text_pt : 0;
    const double size = own > 0 ? own : table_text_pt_;
    piece.measure = {.width_pt = width - 2 * kCellPadAcrossPt,
                     .first_indent_pt = indent_em * size,
                     .rest_indent_pt = 0,
                     .size_pt = size,
                     .tracking_pt = 0,
                     .whole_words = false,
                     .marks = marks_};
    piece.lines = BreakLines(piece.atoms, piece.measure);
    for (const BrokenLine& line : piece.lines) {
      if (!line.overflows) continue;
      Mistake(block, "doc.overflow", StrCat(Content(text), "：表格的列太窄，放不下一个字"));
      break;
    }
    cell.height_pt += piece.height_pt();
    cell.pieces.push_back(std::move(piece));
  };
  if (!block.spans.empty()) add(block, 0);
  for (const Block& paragraph : block.children) add(paragraph, paragraph.node->size);
  cell.height_pt += 2 * kCellPadDownPt;
  return cell;
}

std::vector<Composer::Row> Composer::Rows(const Block& table, const std::vector<double>& edges) {
  const size_t columns = edges.size() - 1;
  std::vector<int> taken(columns, 0);  // further rows each column is covered from above
  std::vector<Row> rows;
  for (const TableRow& flat : FlatRows(table)) {
    const Block& block = *flat.block;
    Row row;
    row.block = &block;
    row.keep_next = flat.keep_next;
    row.height_pt = std::max(kShortestRowEm * table_text_pt_, block.node->size * kPointsPerMm);
    size_t column = 0;
    const auto skip = [&] {
      while (column < columns && taken[column] > 0) --taken[column++];
    };
    for (const Block& cell : block.children) {
      skip();
      const auto span = static_cast<size_t>(cell.node->colspan);
      if (column + span > columns) {
        Mistake(cell, "doc.table",
                StrCat("the row has more cells than the table's ", columns, " columns"));
        return {};
      }
      row.cells.push_back(MakeCell(cell, static_cast<int>(column), block.node->head, edges));
      for (size_t i = 0; i < span; ++i) taken[column++] = cell.node->rowspan - 1;
    }
    skip();
    if (column < columns) {
      Mistake(block, "doc.table",
              StrCat("the row fills ", column, " of the table's ", columns, " columns"));
      return {};
    }
    row.open = std::any_of(taken.begin(), taken.end(), [](int left) { return left > 0; });
    rows.push_back(std::move(row));
  }
  return rows;
}

void Composer::SettleHeights(std::vector<Row>& rows) {
  for (Row& row : rows) {
    for (const Cell& cell : row.cells) {
      if (cell.rowspan == 1) row.height_pt = std::max(row.height_pt, cell.height_pt);
    }
    row.own_pt = row.height_pt;
  }
  for (size_t i = 0; i < rows.size(); ++i) {
    for (const Cell& cell : rows[i].cells) {
      double height = 0;
      const size_t end = std::min(rows.size(), i + static_cast<size_t>(cell.rowspan));
      for (size_t j = i; j < end; ++j) height += rows[j].height_pt;
      if (cell.height_pt > height) rows[end - 1].height_pt += cell.height_pt - height;
    }
  }
}

// Rows joined by cells that span them are one item, which no page's end can cut; where they do not
// fit below the heads of a page, they are cut into strips.
void Composer::RowItems(std::vector<Row>& rows, const std::vector<double>& edges) {
  SettleHeights(rows);
  double heads_pt = 0;
  for (const Row& row : rows) heads_pt += row.block->node->head ? row.height_pt : 0;
  if (heads_pt > kMostHeadShare * frame_.height_pt) {
    return Mistake(*rows[0].block, "doc.overflow",
                   StrCat(Content(*rows[0].block), "：表头太高，一页上放不下表头和内容"));
  }
  const double room_pt = frame_.height_pt - kAroundPt - heads_pt;
  for (size_t begin = 0, end = 0; begin < rows.size(); begin = end) {
    double height_pt = 0;
    GiveWay(rows[begin], room_pt);
    do {
      height_pt += rows[end++].height_pt;
    } while (end < rows.size() && rows[end - 1].open);
    const std::span<Row> joined = std::span(rows).subspan(begin, end - begin);
    const bool keep = (joined.back().block->node->head || joined.back().keep_next);
    if (height_pt > room_pt && !joined.back().block->node->head) {
      SplitRows(joined, edges);
    } else {
      JoinedRows(joined, edges);
    }
    flow_.items.back().keep_next = keep && end < rows.size();
  }
}

// The height an author wants of a row gives way to the room below the heads; its text does not.
void Composer::GiveWay(Row& row, double room_pt) {
  double text_pt = 0;
  for (const Cell& cell : row.cells) text_pt = std::max(text_pt, cell.height_pt);
  if (row.open || row.block->node->head || text_pt > room_pt) return;
  row.height_pt = std::min(row.height_pt, room_pt);
}

Item Composer::RowItem(const std::vector<double>& edges) const {
  Item item;
  item.grid = false;
  item.table = tables_;
  item.left_pt = edges.front();
  item.right_pt = edges.back();
  return item;
}

// Its first row has an upper border, all others the lower one of the row above.
bool Composer::BeginsTable() const {
  return flow_.items.empty() || flow_.items.back().table != tables_;
}

void Composer::JoinedRows(std::span<Row> rows, const std::vector<double>& edges) {
  Item item = RowItem(edges);
  const bool begins = BeginsTable();
  double top = 0;
  for (size_t i = 0; i < rows.size(); ++i) {
    for (Cell& cell : rows[i].cells) {
      double height = 0;
      const size_t end = std::min(rows.size(), i + static_cast<size_t>(cell.rowspan));
      for (size_t j = i; j < end; ++j) height += rows[j].height_pt;
      PlaceCell(cell, top, height, begins && i == 0, edges, item);
    }
    top += rows[i].height_pt;
  }
  item.height_pt = top;
  item.head = rows.back().block->node->head;
  flow_.items.push_back(std::move(item));
}

void Composer::PlaceCell(Cell& cell, double top_pt, double height_pt, bool first_row,
                         const std::vector<double>& edges, Item& item) {
  Page& out = item.content;
  for (const Cell::Piece& piece : cell.pieces) Noted(piece.atoms, item);
  const auto column = static_cast<size_t>(cell.column);
  const double left = edges[column];
  const double right = edges[column + static_cast<size_t>(cell.colspan)];
  const double bottom = top_pt + height_pt;
  const auto border = [&](double x1, double y1, double x2, double y2) {
    out.strokes.push_back({x1, y1, x2, y2, kCellBorderPt, Colour::kBlack});
  };
  if (first_row) border(left, top_pt, right, top_pt);
  if (cell.column == 0) border(left, top_pt, left, bottom);
  border(right, top_pt, right, bottom);
  border(left, bottom, right, bottom);
  cell.PlaceText(top_pt, height_pt, left, out);
}

// All lines of a cell between its borders.
void Composer::Cell::PlaceText(double top_pt, double room_pt, double left_pt, Page& out) const {
  double y = top ? top_pt + kCellPadDownPt : top_pt + (room_pt - text_pt()) / 2;
  for (const Piece& piece : pieces) {
    for (const BrokenLine& line : piece.lines) {
      PlaceLine(piece, line, left_pt, y, out);
      y += piece.pitch_pt();
    }
  }
}

void Composer::Cell::PlaceLine(const Piece& piece, const BrokenLine& line, double left_pt,
                               double top_pt, Page& out) const {
  // Several lines of text are justified; a single one is never stretched.
  const bool justify = align == Align::kStart && piece.lines.size() > 1;
  PlaceBroken(piece.atoms, line, piece.measure, justify ? Align::kDefault : align,
              left_pt + kCellPadAcrossPt + shift_pt, top_pt + piece.pitch_pt() / 2, Colour::kBlack,
              out);
}

// Numbers of a column under each other by their decimal marks, the widest in the middle; what is no
// number ("—") is centred. Where they are too wide for that, they stand flush right.
void Composer::AlignDecimals(std::vector<Row>& rows, const std::vector<double>& edges) {
  for (size_t column = 0; column < table_columns_.size(); ++column) {
    if (!table_columns_[column].decimal) continue;
    struct Number {
      Cell* cell;
      double before_pt;
      double after_pt;
    };
    std::vector<Number> numbers;
    double before = 0;
    double after = 0;
    for (Row& row : rows) {
      if (row.block->node->head) continue;
      for (Cell& cell : row.cells) {
        const bool mine = cell.column == static_cast<int>(column) && cell.colspan == 1;
        if (!mine || cell.pieces.size() != 1 || cell.pieces[0].lines.size() != 1) continue;
        const std::vector<Atom>& atoms = cell.pieces[0].atoms;
        const auto digit = [](const Atom& a) { return a.character >= '0' && a.character <= '9'; };
        if (std::none_of(atoms.begin(), atoms.end(), digit)) {
          cell.align = Align::kCenter;
          continue;
        }
        const auto mark = std::find_if(atoms.begin(), atoms.end(),
                                       [](const Atom& a) { return a.character == U'.'; });
        const auto whole = static_cast<size_t>(mark - atoms.begin());
        const TextStyle style{cell.pieces[0].measure.size_pt, 0, Colour::kBlack};
        const double whole_pt = WidthOf(std::span(atoms).first(whole), style);
        const double rest_pt = WidthOf(std::span(atoms).subspan(whole), style);
        numbers.push_back({&cell, whole_pt, rest_pt});
        before = std::max(before, whole_pt);
        after = std::max(after, rest_pt);
      }
    }
    const double room = edges[column + 1] - edges[column] - 2 * kCellPadAcrossPt;
    for (const Number& number : numbers) {
      number.cell->align = before + after > room ? Align::kEnd : Align::kStart;
      if (before + after > room) continue;
      number.cell->shift_pt = (room - before - after) / 2 + before - number.before_pt;
    }
  }
}

void Composer::Table(const Block& block) {
  if (block.children.empty()) return;
  table_text_pt_ = block.node->text_pt > 0 ? block.node->text_pt : kTextPt;
  table_columns_ = block.node->columns;
  const std::vector<double> edges = ColumnEdges(block, frame_);
  std::vector<Row> rows = Rows(block, edges);
  if (rows.empty()) return;
  AlignDecimals(rows, edges);
  const auto around = [&] {
    Item item;
    item.height_pt = kAroundPt;
    item.grid = false;
    item.space = true;
    flow_.items.push_back(std::move(item));
  };
  ++tables_;
  around();
  RowItems(rows, edges);
  around();
}

}  // namespace anjuan::doc
