// Lines to fill in, footnotes, and sheets turned sideways.
#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/doc/compose.h"

namespace anjuan::doc {
namespace {

constexpr TextStyle kBody{kSize3Pt, kTrackingPt, Colour::kBlack};
constexpr double kCharacterPt = kSize3Pt + kTrackingPt;
constexpr double kLongestLabelShare = 0.5;  // of the block

}  // namespace

// ---- <fill> as an element of its own ----

std::vector<Atom> Composer::FillLabel(const Block& block) {
  std::vector<Atom> label = shaper_.Shape(block.second);
  if (label.empty()) return label;
  const char32_t last = label.back().character;
  if (last != U'：' && last != ':') {
    shaper_.Append("：", Face::kFangSong, block.node->at, label);
  }
  return label;
}

// The lines of neighbours begin under each other: behind the longest label of
// them.
double Composer::FillLabelsPt(std::span<const Block> blocks) {
  double widest = 0;
  for (const Block& block : blocks) {
    if (block.node->kind != NodeKind::kFill) break;
    widest = std::max(widest, WidthOf(FillLabel(block), kBody));
  }
  return std::min(widest, kLongestLabelShare * frame_.width_pt);
}

// Label, then the line with the value on it; further lines below the first.
void Composer::FillLines(const Block& block) {
  const std::vector<Atom> label = FillLabel(block);
  const double beside = label.empty() ? 0 : std::max(fill_label_pt_, WidthOf(label, kBody));
  const double left = frame_.left_pt + beside;
  const double most = frame_.left_pt + frame_.width_pt - left;
  Measure measure{.width_pt = most,
                  .first_indent_pt = 0,
                  .rest_indent_pt = 0,
                  .size_pt = kSize3Pt,
                  .tracking_pt = kTrackingPt,
                  .whole_words = false,
                  .marks = marks_};
  if (block.node->size > 0) measure.width_pt = std::min(most, block.node->size * kCharacterPt);
  if (measure.width_pt < 2 * kCharacterPt) {
    return Mistake(block, "doc.overflow", "<fill> 的名称太长，一行里放不下横线");
  }
  const std::vector<Atom> value = shaper_.Shape(block.spans);
  const std::vector<BrokenLine> lines = BreakLines(value, measure);
  const size_t count = std::max(lines.size(), static_cast<size_t>(block.node->lines));
  const double under = (kMiddleEm + kUnderlineEm) * kSize3Pt;
  for (size_t i = 0; i < count; ++i) {
    Item item;
    item.keep_next = KeepsNext(i, count);
    if (i == 0) PlaceNatural(label, frame_.left_pt, 0, kBody, item.content);
    if (i < lines.size()) {
      PlaceBroken(value, lines[i], measure, Align::kDefault, left, 0, Colour::kBlack, item.content);
    }
    item.content.strokes.push_back({left, under, left + measure.width_pt, under, kThinLinePt});
    flow_.items.push_back(std::move(item));
  }
}

// ---- Footnotes ----

// The marks in `atoms` stand in `item`: their notes belong on its page.
void Composer::Noted(std::span<const Atom> atoms, Item& item) {
  for (const Atom& atom : atoms) {
    const bool known = !item.notes.empty() && item.notes.back() == atom.note;
    if (atom.note == 0 || known) continue;
    item.notes.push_back(atom.note);
    flow_.notes[atom.note] = MakeNote(atom.note);
  }
}

// The mark, then the text, its further lines under its first character.
Footnote Composer::MakeNote(int number) {
  Footnote out;
  const Span* note = shaper_.Note(number);
  if (note == nullptr) return out;
  std::vector<Atom> atoms = shaper_.NoteMark(number);
  shaper_.Append(" ", Face::kFangSong, note->at, atoms);
  const double mark = WidthOf(atoms, {kNotePt, 0, Colour::kBlack});
  const std::vector<Atom> text = shaper_.Shape(note->inner);
  atoms.insert(atoms.end(), text.begin(), text.end());
  const Measure measure{.width_pt = frame_.width_pt,
                        .first_indent_pt = 0,
                        .rest_indent_pt = mark,
                        .size_pt = kNotePt,
                        .tracking_pt = 0,
                        .whole_words = false,
                        .marks = marks_};
  for (const BrokenLine& line : BreakLines(atoms, measure)) {
    PlaceBroken(atoms, line, measure, Align::kDefault, frame_.left_pt, 0, Colour::kBlack,
                out.lines.emplace_back());
  }
  return out;
}

// ---- Sheets turned sideways ----

void Composer::TurnSheet(bool sideways) {
  Item turn;
  turn.page_break = true;
  turn.soft = true;
  turn.sideways = sideways;
  flow_.items.push_back(std::move(turn));
  gap_pending_ = false;
}

void Composer::Sideways(const Block& block) {
  if (block.children.empty()) return;
  TurnSheet(true);
  const Frame upright = std::exchange(frame_, kSidewaysFrame);
  Sequence(block.children);
  frame_ = upright;
  TurnSheet(false);
}

}  // namespace anjuan::doc
