#include "engine/doc/compose.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"

namespace anjuan::doc {
namespace {

constexpr TextStyle kBody{kSize3Pt, kTrackingPt, Colour::kBlack};
constexpr double kCharacterPt = kSize3Pt + kTrackingPt;
constexpr double kSmallPitchEm = 1.5;  // of text smaller than size 3

Measure BodyMeasure(double first_indent_em, double rest_indent_em = 0) {
  return {.width_pt = kBlockWidthPt,
          .first_indent_pt = first_indent_em * kCharacterPt,
          .rest_indent_pt = rest_indent_em * kCharacterPt,
          .size_pt = kSize3Pt,
          .tracking_pt = kTrackingPt,
          .whole_words = false};
}

// Text of another size leaves the grid of 28 characters.
Measure SmallMeasure(Measure measure, double size_pt) {
  measure.first_indent_pt *= size_pt / kCharacterPt;
  measure.size_pt = size_pt;
  measure.tracking_pt = 0;
  return measure;
}

Measure TitleMeasure() {
  return {.width_pt = kBlockWidthPt,
          .first_indent_pt = 0,
          .rest_indent_pt = 0,
          .size_pt = kSize2Pt,
          .tracking_pt = 0,
          .whole_words = true};
}

bool AllBold(std::span<const Span> spans) {
  return !spans.empty() && std::all_of(spans.begin(), spans.end(),
                                       [](const Span& span) { return span.face == Face::kHeiTi; });
}

}  // namespace

std::string ChineseNumber(int number) {
  constexpr std::string_view kDigits[] = {"", "一", "二", "三", "四", "五", "六", "七", "八", "九"};
  if (number <= 0 || number > 99) return std::to_string(number);
  const int tens = number / 10;
  std::string out;
  if (tens > 1) out += kDigits[tens];
  if (tens > 0) out += "十";
  out += kDigits[number % 10];
  return out;
}

void Composer::Mistake(const Block& block, std::string code, std::string message) {
  mistakes_.push_back(
      Diagnostic{.code = std::move(code), .message = std::move(message), .at = block.node->at});
}

Flow Composer::Compose(const std::vector<Block>& blocks) {
  if (form_ == Form::kCertificate || form_ == Form::kPlaque || form_ == Form::kCover) {
    OneSheet(blocks);
    return std::move(flow_);
  }
  annexes_ = std::count_if(blocks.begin(), blocks.end(),
                           [](const Block& block) { return block.node->kind == NodeKind::kAnnex; });
  flow_.numbered = form_ != Form::kToc;
  if (Headed()) Head(blocks);
  Sequence(blocks);
  Foot(blocks);
  return std::move(flow_);
}

void Composer::Sequence(const std::vector<Block>& blocks) {
  for (size_t i = 0; i < blocks.size(); ++i) {
    const bool fill = blocks[i].node->kind == NodeKind::kFill;
    const bool first = i == 0 || blocks[i - 1].node->kind != NodeKind::kFill;
    if (fill && first) fill_label_pt_ = FillLabelsPt(std::span(blocks).subspan(i));
    One(blocks[i]);
  }
}

// ---- The text ----

void Composer::One(const Block& block) {
  const bool headed = Headed();
  if (block.node->kind != NodeKind::kAttendance) in_attendance_ = false;
  switch (block.node->kind) {
    case NodeKind::kCopyNumber:
    case NodeKind::kSecrecy:
    case NodeKind::kUrgency:
    case NodeKind::kSigner:
      return;  // in the head
    case NodeKind::kAttendance:
      return Attendance(block);
    case NodeKind::kAnnex:
      return Annex(block);
    case NodeKind::kIssuer:
      if (!headed) Title(block);
      return;
    case NodeKind::kNumber:
      if (!headed) RightNumber(block);
      return;
    case NodeKind::kTitle:
      if (headed) Space(2);
      return Title(block);
    case NodeKind::kTo:
      if (block.node->at_foot) return;
      SettleGap();
      return Text(shaper_.Shape(block.spans), BodyMeasure(0), Align::kDefault);
    case NodeKind::kParagraph:
      SettleGap();
      return Paragraph(block);
    case NodeKind::kHeading:
      SettleGap();
      return Heading(block);
    case NodeKind::kList:
      SettleGap();
      return ListItems(block);
    case NodeKind::kTable:
      SettleGap();
      return Table(block);
    case NodeKind::kAttachments:
      return Attachments(block);
    case NodeKind::kSign:
      return Sign(block);
    case NodeKind::kReceipt:
      return Receipt(block);
    case NodeKind::kNote:
      return Note(block);
    case NodeKind::kPageBreak: {
      Item item;
      item.page_break = true;
      flow_.items.push_back(std::move(item));
      return;
    }
    case NodeKind::kPicture:
      SettleGap();
      return Picture(block);
    case NodeKind::kCc:
    case NodeKind::kPrintOffice:
      foot_placed_ = true;
      flow_.foot_at = flow_.items.size();  // the letter ends here; a proof of service may follow
      return;
    case NodeKind::kEntry:
      SettleGap();
      return Entry(block);
    case NodeKind::kImage:
    case NodeKind::kQr:
      SettleGap();
      return Inset(block);
    case NodeKind::kSideways:
      return Sideways(block);
    case NodeKind::kFill:
      SettleGap();
      return FillLines(block);
    case NodeKind::kItem:  // inside others; the reader lets none stand alone
    case NodeKind::kGroup:
    case NodeKind::kRow:
    case NodeKind::kCell:
    case NodeKind::kParty:
    case NodeKind::kLine:
    case NodeKind::kDate:
    case NodeKind::kInclude:
    case NodeKind::kBold:
    case NodeKind::kBlank:
    case NodeKind::kField:
    case NodeKind::kCheck:
    case NodeKind::kBreak:
    case NodeKind::kFootnote:
    case NodeKind::kText:
      return;
  }
}

void Composer::Space(double lines) {
  Item item;
  item.height_pt = lines * kPitchPt;
  item.space = true;
  flow_.items.push_back(std::move(item));
}

void Composer::SettleGap() {
  if (gap_pending_) Space(1);
  gap_pending_ = false;
}

// Neither the first line of a paragraph nor its last stands alone on a page.
bool KeepsNext(size_t line, size_t lines) {
  return lines > 1 && (line == 0 || line + 2 == lines);
}

void Composer::Text(const std::vector<Atom>& atoms, Measure measure, Align align) {
  measure.marks = marks_;
  measure.width_pt = frame_.width_pt;
  const std::vector<BrokenLine> lines = BreakLines(atoms, measure);
  for (const BrokenLine& line : lines) {
    Item item;
    item.keep_next = KeepsNext(static_cast<size_t>(&line - lines.data()), lines.size());
    if (measure.size_pt < kSize3Pt) item.height_pt = kSmallPitchEm * measure.size_pt;
    PlaceBroken(atoms, line, measure, align, frame_.left_pt, 0, Colour::kBlack, item.content);
    Noted(std::span(atoms).subspan(line.begin, line.end - line.begin), item);
    flow_.items.push_back(std::move(item));
  }
}

void Composer::Title(const Block& block) {
  const std::vector<Atom> atoms = shaper_.Shape(block.spans);
  Measure measure = TitleMeasure();
  measure.width_pt = frame_.width_pt;
  for (const BrokenLine& line : BalanceLines(atoms, measure)) {
    Item item;
    item.keep_next = true;
    PlaceBroken(atoms, line, measure, Align::kCenter, frame_.left_pt, 0, Colour::kBlack,
                item.content);
    Noted(std::span(atoms).subspan(line.begin, line.end - line.begin), item);
    flow_.items.push_back(std::move(item));
  }
  gap_pending_ = true;
}

void Composer::RightNumber(const Block& block) {
  Text(shaper_.Shape(block.spans), BodyMeasure(0), Align::kEnd);
}

std::vector<Atom> Composer::Prefixed(std::string_view prefix, Face face, const Block& block) {
  std::vector<Atom> out = shaper_.Shape(prefix, face);
  const std::vector<Atom> text = shaper_.Shape(block.spans);
  out.insert(out.end(), text.begin(), text.end());
  return out;
}

void Composer::Paragraph(const Block& block) {
  const Align align = block.node->align;
  const bool placed = align == Align::kCenter || align == Align::kEnd;
  const size_t first = flow_.items.size();
  Measure measure = BodyMeasure(placed ? 0 : block.node->size);
  if (block.node->text_pt > 0) measure = SmallMeasure(measure, block.node->text_pt);
  Text(shaper_.Shape(block.spans), measure, align);
  const size_t lines = flow_.items.size() - first;
  // A centred bold line heads a chapter, whatever the author says.
  const bool heads = align == Align::kCenter && lines == 1 && AllBold(block.spans);
  if (!heads && !block.node->keep_next) return;
  for (size_t i = flow_.items.size() - std::min<size_t>(lines, 2); i < flow_.items.size(); ++i) {
    flow_.items[i].keep_next = true;
  }
}

void Composer::Heading(const Block& block) {
  const int level = block.node->level;
  const int number = ++heading_[level - 1];
  for (int deeper = level; deeper < 4; ++deeper) heading_[deeper] = 0;
  std::string prefix;
  if (level == 1) prefix = ChineseNumber(number) + "、";
  if (level == 2) prefix = StrCat("（", ChineseNumber(number), "）");
  if (level == 3) prefix = StrCat(number, ".");
  if (level == 4) prefix = StrCat("（", number, "）");
  const size_t first = flow_.items.size();
  Text(Prefixed(prefix, FaceOf(*block.node, Face::kFangSong), block), BodyMeasure(2),
       Align::kDefault);
  for (size_t i = first; i < flow_.items.size(); ++i) flow_.items[i].keep_next = true;
}

void Composer::ListItems(const Block& block) {
  int number = 0;
  for (const Block& item : block.children) {
    ++number;
    std::string prefix;
    if (block.node->marker == Marker::kNumber) prefix = StrCat(number, ".");
    if (block.node->marker == Marker::kBracket) prefix = StrCat("（", number, "）");
    if (block.node->marker == Marker::kChinese) prefix = StrCat("（", ChineseNumber(number), "）");
    Text(Prefixed(prefix, Face::kFangSong, item), BodyMeasure(2), Align::kDefault);
  }
}

// 出席：…, after one blank line; 请假 and 列席 follow on the next lines.
void Composer::Attendance(const Block& block) {
  SettleGap();
  if (!in_attendance_) Space(1);
  in_attendance_ = true;
  LabelledLine(block);
}

// What belongs to a label stands to the right of its colon.
void Composer::LabelledLine(const Block& block) {
  std::vector<Atom> atoms = shaper_.Shape(block.second);
  shaper_.Append("：", block.second.empty() ? Face::kFangSong : block.second.front().face,
                 block.node->at, atoms);
  Measure measure = BodyMeasure(2);
  measure.rest_indent_pt = measure.first_indent_pt + WidthOf(atoms, kBody);
  const std::vector<Atom> text = shaper_.Shape(block.spans);
  atoms.insert(atoms.end(), text.begin(), text.end());
  Text(atoms, measure, Align::kDefault);
}

void Composer::Entry(const Block& block) {
  LabelledLine(block);
}

// 附件1 flush left on the first line of a new page, its title centred on the third (7.3.8).
void Composer::Annex(const Block& block) {
  Item turn;
  turn.page_break = true;
  flow_.items.push_back(std::move(turn));
  gap_pending_ = false;
  std::fill(std::begin(heading_), std::end(heading_), 0);
  ++annex_;
  std::vector<Atom> label = shaper_.Shape("附件", Face::kHeiTi);
  if (!block.second.empty()) {
    const std::vector<Atom> number = shaper_.Shape(block.second);
    label.insert(label.end(), number.begin(), number.end());
  } else if (annexes_ > 1) {
    shaper_.Append(std::to_string(annex_), Face::kHeiTi, block.node->at, label);
  }
  Text(label, BodyMeasure(0), Align::kStart);
  flow_.items.back().keep_next = true;
  Space(1);
  flow_.items.back().keep_next = true;
  Title(block);
}

// 附件：1.…, each name's further lines under its first character.
void Composer::Attachments(const Block& block) {
  if (block.children.empty()) return;
  Space(1);
  const bool several = block.children.size() > 1;
  int number = 0;
  for (const Block& item : block.children) {
    ++number;
    const std::string prefix =
        StrCat(number == 1 ? "附件：" : "", several ? StrCat(number, ".") : "");
    Measure measure = BodyMeasure(number == 1 ? 2 : 5);
    measure.rest_indent_pt =
        measure.first_indent_pt + WidthOf(shaper_.Shape(prefix, Face::kFangSong), kBody);
    Text(Prefixed(prefix, Face::kFangSong, item), measure, Align::kDefault);
  }
}

void Composer::Note(const Block& block) {
  std::vector<Atom> atoms = shaper_.Shape(block.spans);
  const bool bracketed = !atoms.empty() && atoms.front().character == U'（';
  if (!bracketed) {
    atoms = Prefixed("（", Face::kFangSong, block);
    shaper_.Append("）", Face::kFangSong, block.node->at, atoms);
  }
  Text(atoms, BodyMeasure(2), Align::kDefault);
}

// 签收：________　　　年　　月　　日
void Composer::Receipt(const Block& block) {
  std::vector<Atom> atoms =
      block.spans.empty() ? shaper_.Shape("签收：", Face::kFangSong) : shaper_.Shape(block.spans);
  Atom blank;
  blank.kind = AtomKind::kBlank;
  blank.width_em = 8;
  atoms.push_back(blank);
  shaper_.Append("　　　年　　月　　日", Face::kFangSong, block.node->at, atoms);
  Space(1);
  Text(atoms, BodyMeasure(2), Align::kStart);
}

}  // namespace anjuan::doc
