#include "engine/doc/compose.h"

#include <algorithm>
#include <utility>

#include "engine/base/text.h"

namespace anjuan::doc {
namespace {

constexpr TextStyle kBody{kSize3Pt, kTrackingPt, Colour::kBlack};
constexpr double kCharacterPt = kSize3Pt + kTrackingPt;
constexpr double kMarkSizePt = 42;  // of a short issuer mark; long names shrink to the block
constexpr double kMarkMiddleEm = 0.5;
constexpr double kRedLinePt = 1.4;
constexpr double kThickPt = 0.35 * kPointsPerMm;
constexpr double kThinPt = 0.25 * kPointsPerMm;
constexpr double kSevenEighthsPt = kSize3Pt * 7 / 8;
constexpr double kFootPitchPt = 22;
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

Measure TitleMeasure(double width_pt) {
  return {.width_pt = width_pt,
          .first_indent_pt = 0,
          .rest_indent_pt = 0,
          .size_pt = kSize2Pt,
          .tracking_pt = 0,
          .whole_words = true};
}

// The narrowest measure that needs no more lines than the full one: balanced title lines.
double BalancedWidth(std::span<const Atom> atoms) {
  const size_t lines = BreakLines(atoms, TitleMeasure(kBlockWidthPt)).size();
  if (lines < 2) return kBlockWidthPt;
  double low = kBlockWidthPt / static_cast<double>(lines + 1);
  double high = kBlockWidthPt;
  while (high - low > kSize2Pt / 4) {
    const double middle = (low + high) / 2;
    (BreakLines(atoms, TitleMeasure(middle)).size() <= lines ? high : low) = middle;
  }
  return high;
}

bool AllBold(std::span<const Span> spans) {
  return !spans.empty() && std::all_of(spans.begin(), spans.end(),
                                       [](const Span& span) { return span.face == Face::kHeiTi; });
}

const Block* FirstOf(const std::vector<Block>& blocks, NodeKind kind) {
  for (const Block& block : blocks) {
    if (block.node->kind == kind) return &block;
  }
  return nullptr;
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
  if (form_ != Form::kPlain) Head(blocks);
  for (const Block& block : blocks) One(block);
  Foot(blocks);
  return std::move(flow_);
}

// ---- The head of page 1 (GB/T 9704 7.2, 10.1) ----

double Composer::IssuerMark(const Block& issuer, double top_pt) {
  const std::vector<Atom> atoms = shaper_.Shape(issuer.spans);
  double ems = 0;
  for (const Atom& atom : atoms) ems += static_cast<double>(atom.width_em);
  const double size = std::min(kMarkSizePt, ems > 0 ? kBlockWidthPt / ems : kMarkSizePt);
  const TextStyle style{size, 0, Colour::kRed};
  PlaceNatural(atoms, kBlockLeftPt + (kBlockWidthPt - ems * size) / 2,
               top_pt + kMarkMiddleEm * size, style, flow_.first_page);
  return top_pt + size;
}

// The two double lines of a letter, 170 mm wide: under the mark and 20 mm above the sheet's end.
void Composer::LetterLines(double top_pt) {
  const double left = 20 * kPointsPerMm;
  const double right = 190 * kPointsPerMm;
  const auto line = [&](double y, double width) {
    flow_.first_page.strokes.push_back({left, y, right, y, width, Colour::kRed});
  };
  line(top_pt, 2.2);
  line(top_pt + 3, 0.8);
  const double bottom = (297 - 20) * kPointsPerMm;
  line(bottom - 3, 0.8);
  line(bottom, 2.2);
}

void Composer::Head(const std::vector<Block>& blocks) {
  const bool letter = form_ == Form::kLetter;
  double y = letter ? 30 * kPointsPerMm : kBlockTopPt + 35 * kPointsPerMm;
  for (const Block& block : blocks) {
    if (block.node->kind != NodeKind::kIssuer) continue;
    y = IssuerMark(block, y);
    if (letter) break;  // the lead issuer alone
  }
  const Block* number = FirstOf(blocks, NodeKind::kNumber);
  const std::vector<Atom> atoms =
      number == nullptr ? std::vector<Atom>{} : shaper_.Shape(number->spans);
  const double width = WidthOf(atoms, kBody);
  if (letter) {
    y += 4 * kPointsPerMm;
    LetterLines(y);
    flow_.numbered_first_page = false;
    y += 3;
    if (number != nullptr) {
      y += kSevenEighthsPt + kSize3Pt;
      PlaceNatural(atoms, kBlockLeftPt + kBlockWidthPt - width, y - kSize3Pt / 2, kBody,
                   flow_.first_page);
    }
  } else {
    y += 2 * kPitchPt;
    if (number != nullptr) {
      PlaceNatural(atoms, kBlockLeftPt + (kBlockWidthPt - width) / 2, y + kPitchPt / 2, kBody,
                   flow_.first_page);
      y += kPitchPt / 2 + kSize3Pt / 2;
    }
    y += 4 * kPointsPerMm;
    flow_.first_page.strokes.push_back(
        {kBlockLeftPt, y, kBlockLeftPt + kBlockWidthPt, y, kRedLinePt, Colour::kRed});
  }
  flow_.first_page_top_pt = std::max(y - kBlockTopPt, 0.0);
}

// ---- The text ----

void Composer::One(const Block& block) {
  const bool headed = form_ != Form::kPlain;
  switch (block.node->kind) {
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
      flow_.foot_at = flow_.items.size();  // the letter ends here; a proof of service may follow
      return;
    case NodeKind::kItem:  // inside others; the reader lets none stand alone
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

void Composer::Text(const std::vector<Atom>& atoms, const Measure& measure, Align align) {
  for (const BrokenLine& line : BreakLines(atoms, measure)) {
    Item item;
    if (measure.size_pt < kSize3Pt) item.height_pt = kSmallPitchEm * measure.size_pt;
    PlaceBroken(atoms, line, measure, align, kBlockLeftPt, 0, Colour::kBlack, item.content);
    flow_.items.push_back(std::move(item));
  }
}

void Composer::Title(const Block& block) {
  const std::vector<Atom> atoms = shaper_.Shape(block.spans);
  Measure measure = TitleMeasure(BalancedWidth(atoms));
  const double left = kBlockLeftPt + (kBlockWidthPt - measure.width_pt) / 2;
  for (const BrokenLine& line : BreakLines(atoms, measure)) {
    Item item;
    item.keep_next = true;
    PlaceBroken(atoms, line, measure, Align::kCenter, left, 0, Colour::kBlack, item.content);
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

// ---- 版记 (GB/T 9704 7.4): 抄送, 印发机关 and date, on the bottom of the last page ----

void Composer::FootLine(std::vector<Atom> atoms, double hang_pt) {
  const TextStyle style{kSize4Pt, 0, Colour::kBlack};
  const Measure measure{.width_pt = kBlockWidthPt - 2 * kSize4Pt,
                        .first_indent_pt = 0,
                        .rest_indent_pt = hang_pt,
                        .size_pt = style.size_pt,
                        .tracking_pt = 0,
                        .whole_words = false};
  Item& foot = flow_.foot;
  for (const BrokenLine& line : BreakLines(atoms, measure)) {
    PlaceBroken(atoms, line, measure, Align::kDefault, kBlockLeftPt + kSize4Pt,
                foot.height_pt + kFootPitchPt / 2, Colour::kBlack, foot.content);
    foot.height_pt += kFootPitchPt;
  }
}

void Composer::Foot(const std::vector<Block>& blocks) {
  Item& foot = flow_.foot;
  foot.height_pt = 0;
  foot.grid = false;
  const bool ruled = form_ != Form::kLetter;
  const auto rule = [&](double width) {
    if (!ruled) return;
    foot.content.strokes.push_back({kBlockLeftPt, foot.height_pt, kBlockLeftPt + kBlockWidthPt,
                                    foot.height_pt, width, Colour::kBlack});
  };
  bool first = true;
  for (const Block& block : blocks) {
    const bool cc = block.node->kind == NodeKind::kCc;
    if (!cc && block.node->kind != NodeKind::kPrintOffice) continue;
    rule(first ? kThickPt : kThinPt);
    first = false;
    if (cc) {
      const double hang = 3 * kSize4Pt;
      FootLine(Prefixed("抄送：", Face::kFangSong, block), hang);
      continue;
    }
    // The date's spans come first, see Expander::One.
    const double top = foot.height_pt;
    const auto& spans = block.spans;
    const size_t date_spans = block.node->text.pieces.size();
    const auto office = std::span(spans).subspan(std::min(date_spans, spans.size()));
    FootLine(shaper_.Shape(office), 0);
    if (date_spans == 0 || date_spans > spans.size()) continue;
    std::vector<Atom> date = shaper_.Shape(std::span(spans).first(date_spans));
    shaper_.Append("印发", Face::kFangSong, block.node->at, date);
    const TextStyle style{kSize4Pt, 0, Colour::kBlack};
    PlaceNatural(date, kBlockLeftPt + kBlockWidthPt - kSize4Pt - WidthOf(date, style),
                 top + kFootPitchPt / 2, style, foot.content);
  }
  if (!first) rule(kThickPt);
}

}  // namespace anjuan::doc
