// Blocks -> flow: what each element looks like. Private to engine/doc.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/doc/block.h"
#include "engine/doc/flow.h"
#include "engine/doc/place.h"
#include "engine/doc/shape.h"

namespace anjuan::doc {

class Composer {
 public:
  Composer(Form form, Shaper& shaper, Diagnostics& mistakes)
      : form_(form), shaper_(shaper), mistakes_(mistakes) {}

  Flow Compose(const std::vector<Block>& blocks);

 private:
  // compose.cc
  void Head(const std::vector<Block>& blocks);
  double IssuerMark(const Block& issuer, double top_pt);
  void LetterLines(double top_pt);
  void One(const Block& block);
  void Title(const Block& block);
  void RightNumber(const Block& block);
  void Heading(const Block& block);
  void Paragraph(const Block& block);
  void ListItems(const Block& block);
  void Attachments(const Block& block);
  void Note(const Block& block);
  void Receipt(const Block& block);
  void Foot(const std::vector<Block>& blocks);
  void FootLine(std::vector<Atom> atoms, double hang_pt);
  void Text(const std::vector<Atom>& atoms, const Measure& measure, Align align);
  void Space(double lines);
  void Picture(const Block& block);  // compose_picture.cc
  void SettleGap();                  // the blank line a title leaves before what follows it
  std::vector<Atom> Prefixed(std::string_view prefix, Face face, const Block& block);

  // compose_table.cc
  struct Cell;
  struct Row;
  void Table(const Block& block);
  std::vector<Row> Rows(const Block& table, const std::vector<double>& edges);
  Cell MakeCell(const Block& block, int column, bool head, const std::vector<double>& edges);
  void RowItems(std::vector<Row>& rows, const std::vector<double>& edges);
  void PlaceCell(Cell& cell, double top_pt, double height_pt, bool first_row,
                 const std::vector<double>& edges, Page& out);

  // compose_sign.cc
  struct Party;
  struct Stack;
  void Sign(const Block& block);
  void SealedSign(const Party& party);
  void StackedSign(const Party& party);
  void ColumnSign(const std::vector<Party>& parties);
  Stack MakeColumn(const Party& party, double width_pt);
  void KeepWithSign();
  void SignItem(Item item);

  void Mistake(const Block& block, std::string code, std::string message);

  Form form_;
  Shaper& shaper_;
  Diagnostics& mistakes_;
  Flow flow_;
  bool gap_pending_ = false;
  int heading_[4] = {0, 0, 0, 0};
  int tables_ = 0;
  double table_text_pt_ = 0;  // of the table at hand
};

std::string ChineseNumber(int number);  // 1-99: 一, 十, 十二, 二十三

}  // namespace anjuan::doc
