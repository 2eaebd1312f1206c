// Blocks -> flow: what each element looks like. Private to engine/doc.
#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "engine/doc/block.h"
#include "engine/doc/flow.h"
#include "engine/doc/pictures.h"
#include "engine/doc/place.h"
#include "engine/doc/shape.h"

namespace anjuan::doc {

class Composer {
 public:
  // `pictures` may be null: there are none.
  Composer(const CompiledTemplate& compiled, const Pictures* pictures, Shaper& shaper,
           Diagnostics& mistakes)
      : form_(compiled.form()),
        marks_(compiled.nodes().marks),
        sheet_(compiled.sheet()),
        one_sided_(compiled.one_sided()),
        pictures_(pictures),
        shaper_(shaper),
        mistakes_(mistakes) {}

  Flow Compose(const std::vector<Block>& blocks);

 private:
  // compose.cc
  void Sequence(const std::vector<Block>& blocks);
  void One(const Block& block);
  void Title(const Block& block);
  void RightNumber(const Block& block);
  void Heading(const Block& block);
  void Paragraph(const Block& block);
  void ListItems(const Block& block);
  void Attachments(const Block& block);
  void Note(const Block& block);
  void Receipt(const Block& block);
  void Attendance(const Block& block);
  void Entry(const Block& block);
  void LabelledLine(const Block& block);
  void Annex(const Block& block);
  void Text(const std::vector<Atom>& atoms, Measure measure, Align align);
  void Space(double lines);
  // compose_fill.cc
  void FillLines(const Block& block);
  std::vector<Atom> FillLabel(const Block& block);
  double FillLabelsPt(std::span<const Block> blocks);
  void Noted(std::span<const Atom> atoms, Item& item);
  Footnote MakeNote(int number);
  void Sideways(const Block& block);
  void TurnSheet(bool sideways);
  void Picture(const Block& block);  // compose_picture.cc
  void SettleGap();                  // the blank line a title leaves before what follows it
  std::vector<Atom> Prefixed(std::string_view prefix, Face face, const Block& block);

  bool Headed() const {
    return form_ == Form::kLetter || form_ == Form::kRedHeader || form_ == Form::kMinutes ||
           form_ == Form::kOrder;
  }

  // compose_head.cc
  void Head(const std::vector<Block>& blocks);
  void OrderHead(const std::vector<Block>& blocks, const std::vector<const Block*>& issuers,
                 const std::vector<Atom>& number);
  void LetterHead(const std::vector<Block>& blocks, const std::vector<const Block*>& issuers,
                  const std::vector<Atom>& number);
  double IssuerMarks(const std::vector<const Block*>& issuers, double top_pt);
  std::optional<double> HeadStack(const std::vector<Block>& blocks, double middle_pt);
  double Signers(const std::vector<const Block*>& signers, double middle_pt);
  void LetterLines(double top_pt);
  void Foot(const std::vector<Block>& blocks);
  void FootLine(std::vector<Atom> atoms, double hang_pt);
  void FootReceivers(const Block& block);
  void FootOffice(const Block& block);

  // compose_image.cc
  struct Drawn {  // from its own top left corner; width 0: nothing there, and told
    Page page;
    double width_pt = 0, height_pt = 0;
  };
  std::shared_ptr<const Image> FindImage(const Block& block);
  Drawn DrawImage(const Block& block, double widest_pt, double tallest_pt);
  Drawn DrawCode(const Block& block);
  Drawn DrawSeal(const Block& party, double usual_mm);
  Drawn DrawInset(const Block& block, double widest_pt, double tallest_pt);
  void Inset(const Block& block);

  // compose_sheet.cc
  struct SheetGroup;
  class SheetSetter;
  void OneSheet(const std::vector<Block>& blocks);

  // compose_table.cc
  struct Cell;
  struct Row;
  class Splitter;
  void Table(const Block& block);
  std::vector<Row> Rows(const Block& table, const std::vector<double>& edges);
  Cell MakeCell(const Block& block, int column, bool head, const std::vector<double>& edges);
  void AlignDecimals(std::vector<Row>& rows, const std::vector<double>& edges);
  static void SettleHeights(std::vector<Row>& rows);
  static void GiveWay(Row& row, double room_pt);
  void RowItems(std::vector<Row>& rows, const std::vector<double>& edges);
  Item RowItem(const std::vector<double>& edges) const;
  bool BeginsTable() const;
  void JoinedRows(std::span<Row> rows, const std::vector<double>& edges);
  void SplitRows(std::span<Row> rows, const std::vector<double>& edges);  // compose_split.cc
  void PlaceCell(Cell& cell, double top_pt, double height_pt, bool first_row,
                 const std::vector<double>& edges, Item& item);

  // compose_sign.cc
  struct Party;
  struct Stack;
  void Sign(const Block& block);
  void RoomForSeal(const Party& party);
  void SealRow(std::span<Party> parties, double column_pt, const std::vector<Atom>& date);
  void SealedSign(std::vector<Party>& parties);
  void UnsealedSign(const std::vector<Party>& parties);
  void StampSign(std::vector<Party>& parties);
  void StackedSign(const Party& party);
  void ColumnSign(const std::vector<Party>& parties);
  static std::ptrdiff_t Dates(std::span<const Party> parties);
  void SealedColumns(std::vector<Party>& parties);
  void SealedColumnRow(std::span<Party> parties, double left_pt, double width_pt, double gap_pt);
  Stack MakeColumn(const Party& party, double width_pt);
  void KeepWithSign();
  void SignItem(Item item);

  void Mistake(const Block& block, std::string code, std::string message);

  Form form_;
  Frame frame_;
  MarkStyle marks_;
  SheetSize sheet_;
  bool one_sided_;
  const Pictures* pictures_;
  Shaper& shaper_;
  Diagnostics& mistakes_;
  Flow flow_;
  double fill_label_pt_ = 0;  // of the lines to fill in at hand: the widest label
  bool gap_pending_ = false;
  int heading_[4] = {0, 0, 0, 0};
  std::ptrdiff_t annexes_ = 0;  // in the document
  int annex_ = 0;               // the one at hand
  bool in_attendance_ = false;
  bool foot_placed_ = false;
  int tables_ = 0;
  double table_text_pt_ = 0;           // of the table at hand
  std::vector<Column> table_columns_;  // likewise
};

// A piece at its place on `out`.
void PlacePage(Page piece, double x_pt, double y_pt, Page& out);

// Whether a line of a paragraph stands on the same page as the next one.
bool KeepsNext(size_t line, size_t lines);

std::string ChineseNumber(int number);  // 1-99: 一, 十, 十二, 二十三

}  // namespace anjuan::doc
