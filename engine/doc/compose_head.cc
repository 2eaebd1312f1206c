// The head of page 1 (版头) and the 版记: what stands at fixed places of the sheet.
//
// Source: GB/T 9704-2012 7.2 (head), 7.4 (版记), 10.1 (letter), 10.2 (order), 10.3 (minutes).
#include <algorithm>
#include <array>
#include <utility>

#include "engine/base/text.h"
#include "engine/doc/compose.h"

namespace anjuan::doc {
namespace {

constexpr TextStyle kBody{kSize3Pt, kTrackingPt, Colour::kBlack};
constexpr double kCharacterPt = kSize3Pt + kTrackingPt;
constexpr double kRightPt = kBlockLeftPt + kBlockWidthPt;
// Of a short issuer mark, by the number of issuers; long names shrink to the block. Page 1 must
// still show text, so the more names, the smaller.
constexpr std::array kMarkSizesPt = {42.0, 38.0, 33.0, 29.0};
constexpr double kMarkMiddleEm = 0.5;
constexpr double kMarkPitchEm = 1.35;
constexpr double kWordEm = 1.3;     // 文件 beside several names, against their size
constexpr double kWordGapEm = 0.5;  // between the names and 文件
constexpr double kRedLinePt = 1.4;
constexpr double kThickPt = 0.35 * kPointsPerMm;
constexpr double kThinPt = 0.25 * kPointsPerMm;
constexpr double kSevenEighthsPt = kSize3Pt * 7 / 8;
constexpr double kFootPitchPt = 22;
constexpr double kShortestNameEm = 3;  // 签发人: names of two characters take the room of three

const Block* FirstOf(const std::vector<Block>& blocks, NodeKind kind) {
  for (const Block& block : blocks) {
    if (block.node->kind == kind) return &block;
  }
  return nullptr;
}

double Ems(std::span<const Atom> atoms) {
  double out = 0;
  for (const Atom& atom : atoms) out += static_cast<double>(atom.width_em);
  return out;
}

}  // namespace

// ---- 发文机关标志 ----

// One mark, or the names of a joint issue under each other, spread to one width, with the word
// (文件) to their right. Gives the lower edge.
double Composer::IssuerMarks(const std::vector<const Block*>& issuers, double top_pt) {
  std::vector<std::vector<Atom>> names;
  std::vector<Atom> word;
  for (const Block* issuer : issuers) {
    names.push_back(shaper_.Shape(issuer->spans));
    if (word.empty()) word = shaper_.Shape(issuer->second);
  }
  if (names.size() > kMarkSizesPt.size()) {
    Mistake(*issuers[kMarkSizesPt.size()], "doc.issuer",
            "联合行文的发文机关标志最多排四个机关；请只用主办机关的标志，其余机关在落款署名");
    return top_pt;
  }
  if (names.size() == 1) {
    std::vector<Atom>& name = names.front();
    name.insert(name.end(), word.begin(), word.end());
    const double ems = Ems(name);
    const double size = std::min(kMarkSizesPt[0], ems > 0 ? kBlockWidthPt / ems : kMarkSizesPt[0]);
    PlaceNatural(name, kBlockLeftPt + (kBlockWidthPt - ems * size) / 2,
                 top_pt + kMarkMiddleEm * size, {size, 0, Colour::kRed}, flow_.first_page);
    return top_pt + size;
  }
  double longest = 1;
  for (const auto& name : names) longest = std::max(longest, Ems(name));
  const double word_ems = word.empty() ? 0 : kWordGapEm + kWordEm * Ems(word);
  const double size =
      std::min(kMarkSizesPt[names.size() - 1], kBlockWidthPt / (longest + word_ems));
  const double left = kBlockLeftPt + (kBlockWidthPt - (longest + word_ems) * size) / 2;
  const double pitch = kMarkPitchEm * size;
  double y = top_pt;
  for (const auto& name : names) {
    const double spare = (longest - Ems(name)) * size;
    const double spread = name.size() > 1 ? spare / static_cast<double>(name.size() - 1) : 0;
    const double x = name.size() > 1 ? left : left + spare / 2;
    PlaceNatural(name, x, y + kMarkMiddleEm * size, {size, spread, Colour::kRed}, flow_.first_page);
    y += pitch;
  }
  const double bottom = y - pitch + size;
  PlaceNatural(word, left + (longest + kWordGapEm) * size, (top_pt + bottom) / 2,
               {kWordEm * size, 0, Colour::kRed}, flow_.first_page);
  return bottom;
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

// 份号, 密级和保密期限, 紧急程度: those there are, flush left under each other in this order.
// `middle_pt` is the first one's; gives the last one's, or nullopt where there is none.
std::optional<double> Composer::HeadStack(const std::vector<Block>& blocks, double middle_pt) {
  std::optional<double> last;
  for (const NodeKind kind : {NodeKind::kCopyNumber, NodeKind::kSecrecy, NodeKind::kUrgency}) {
    const Block* block = FirstOf(blocks, kind);
    if (block == nullptr) continue;
    const double middle = last ? *last + kPitchPt : middle_pt;
    PlaceNatural(shaper_.Shape(block->spans), kBlockLeftPt, middle, kBody, flow_.first_page);
    last = middle;
  }
  return last;
}

// 签发人：, two names a line, each under the one above, one character free on the right. Gives the
// middle of the last line.
double Composer::Signers(const std::vector<const Block*>& signers, double middle_pt) {
  std::vector<std::vector<Atom>> names;
  double name_em = kShortestNameEm;
  for (const Block* signer : signers) {
    names.push_back(shaper_.Shape(signer->spans));
    name_em = std::max(name_em, Ems(names.back()));
  }
  const size_t across = std::min<size_t>(names.size(), 2);
  const double step = (name_em + 1) * kCharacterPt;
  const double names_left =
      kRightPt - kCharacterPt - static_cast<double>(across) * step + kCharacterPt;
  const std::vector<Atom> label = shaper_.Shape("签发人：", Face::kFangSong);
  PlaceNatural(label, names_left - WidthOf(label, kBody), middle_pt, kBody, flow_.first_page);
  for (size_t i = 0; i < names.size(); ++i) {
    if (i > 0 && i % across == 0) middle_pt += kPitchPt;
    PlaceNatural(names[i], names_left + static_cast<double>(i % across) * step, middle_pt, kBody,
                 flow_.first_page);
  }
  return middle_pt;
}

void Composer::Head(const std::vector<Block>& blocks) {
  std::vector<const Block*> issuers;
  std::vector<const Block*> signers;
  for (const Block& block : blocks) {
    if (block.node->kind == NodeKind::kIssuer) issuers.push_back(&block);
    if (block.node->kind == NodeKind::kSigner) signers.push_back(&block);
  }
  const Block* number = FirstOf(blocks, NodeKind::kNumber);
  const std::vector<Atom> atoms =
      number == nullptr ? std::vector<Atom>{} : shaper_.Shape(number->spans);
  if (form_ == Form::kLetter) return LetterHead(blocks, issuers, atoms);
  if (form_ == Form::kOrder) return OrderHead(blocks, issuers, atoms);
  HeadStack(blocks, kBlockTopPt + kPitchPt / 2);
  double y = kBlockTopPt + 35 * kPointsPerMm;
  if (!issuers.empty()) y = IssuerMarks(issuers, y);
  y += 2 * kPitchPt;
  double middle = y + kPitchPt / 2;
  // An upward document: signers on the right, the number on the line of the last.
  if (!signers.empty()) middle = Signers(signers, middle);
  const double width = WidthOf(atoms, kBody);
  const double x =
      signers.empty() ? kBlockLeftPt + (kBlockWidthPt - width) / 2 : kBlockLeftPt + kCharacterPt;
  PlaceNatural(atoms, x, middle, kBody, flow_.first_page);
  if (number != nullptr || !signers.empty()) y = middle + kSize3Pt / 2;
  y += 4 * kPointsPerMm;
  flow_.first_page.strokes.push_back({kBlockLeftPt, y, kRightPt, y, kRedLinePt, Colour::kRed});
  flow_.first_page_top_pt = std::max(y - kBlockTopPt, 0.0);
}

// 10.2: the mark's top 20 mm below the top of the block, two blank lines, the number in the middle,
// two blank lines, the text. No line under it.
void Composer::OrderHead(const std::vector<Block>& blocks, const std::vector<const Block*>& issuers,
                         const std::vector<Atom>& number) {
  double y = IssuerMarks(issuers, kBlockTopPt + 20 * kPointsPerMm);
  if (!number.empty()) {
    y += 2 * kPitchPt;
    PlaceNatural(number, kBlockLeftPt + (kBlockWidthPt - WidthOf(number, kBody)) / 2,
                 y + kPitchPt / 2, kBody, flow_.first_page);
    y += kPitchPt;
  }
  flow_.first_page_top_pt = y - kBlockTopPt;
  if (FirstOf(blocks, NodeKind::kTitle) == nullptr) Space(2);  // a title brings its own
}

void Composer::LetterHead(const std::vector<Block>& blocks,
                          const std::vector<const Block*>& issuers,
                          const std::vector<Atom>& number) {
  double y = 30 * kPointsPerMm;
  if (!issuers.empty()) y = IssuerMarks({issuers.front()}, y);  // the lead issuer alone
  y += 4 * kPointsPerMm;
  LetterLines(y);
  flow_.numbered_first_page = false;
  y += 3;
  const double middle = y + kSevenEighthsPt + kSize3Pt / 2;
  const std::optional<double> last = HeadStack(blocks, middle);
  PlaceNatural(number, kRightPt - WidthOf(number, kBody), middle, kBody, flow_.first_page);
  if (last || !number.empty()) y = last.value_or(middle) + kSize3Pt / 2;
  flow_.first_page_top_pt = std::max(y - kBlockTopPt, 0.0);
}

// ---- 版记: 抄送, 印发机关 and date, on the bottom of the last page ----

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

// 主送 (moved here) stands above 抄送, no line between the two; a full stop after the last name.
void Composer::FootReceivers(const Block& block) {
  const bool moved = block.node->kind == NodeKind::kTo;
  std::vector<Atom> atoms = Prefixed(moved ? "主送：" : "抄送：", Face::kFangSong, block);
  if (moved && !atoms.empty()) {
    const auto mark = [](char32_t c) { return c == U'：' || c == U'。' || c == U':'; };
    while (!atoms.empty() && mark(atoms.back().character)) atoms.pop_back();
    shaper_.Append("。", Face::kFangSong, block.node->at, atoms);
  }
  FootLine(std::move(atoms), 3 * kSize4Pt);
}

void Composer::FootOffice(const Block& block) {
  // The date's spans come first, see Expander::One.
  const double top = flow_.foot.height_pt;
  const auto& spans = block.spans;
  const size_t date_spans = block.node->text.pieces.size();
  const auto office = std::span(spans).subspan(std::min(date_spans, spans.size()));
  FootLine(shaper_.Shape(office), 0);
  if (date_spans == 0 || date_spans > spans.size()) return;
  std::vector<Atom> date = shaper_.Shape(std::span(spans).first(date_spans));
  shaper_.Append("印发", Face::kFangSong, block.node->at, date);
  const TextStyle style{kSize4Pt, 0, Colour::kBlack};
  PlaceNatural(date, kRightPt - kSize4Pt - WidthOf(date, style), top + kFootPitchPt / 2, style,
               flow_.foot.content);
}

void Composer::Foot(const std::vector<Block>& blocks) {
  Item& foot = flow_.foot;
  foot.height_pt = 0;
  foot.grid = false;
  flow_.foot_even = Headed() && form_ != Form::kLetter && !one_sided_;
  const bool ruled = form_ != Form::kLetter;
  const auto rule = [&](double width) {
    if (!ruled) return;
    foot.content.strokes.push_back(
        {kBlockLeftPt, foot.height_pt, kRightPt, foot.height_pt, width, Colour::kBlack});
  };
  std::vector<const Block*> lines;
  for (const Block& block : blocks) {
    if (block.node->kind == NodeKind::kTo && block.node->at_foot) lines.push_back(&block);
  }
  const size_t moved = lines.size();
  for (const Block& block : blocks) {
    const NodeKind kind = block.node->kind;
    if (kind == NodeKind::kCc || kind == NodeKind::kPrintOffice) lines.push_back(&block);
  }
  if (!lines.empty() && !foot_placed_) flow_.foot_at = flow_.items.size();
  for (size_t i = 0; i < lines.size(); ++i) {
    const bool office = lines[i]->node->kind == NodeKind::kPrintOffice;
    const bool below_moved = i > 0 && i == moved && !office;
    if (!below_moved) rule(i == 0 ? kThickPt : kThinPt);
    if (office) {
      FootOffice(*lines[i]);
    } else {
      FootReceivers(*lines[i]);
    }
  }
  if (!lines.empty()) rule(kThickPt);
}

}  // namespace anjuan::doc
