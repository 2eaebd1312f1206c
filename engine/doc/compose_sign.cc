#include <algorithm>
#include <utility>

#include "engine/doc/compose.h"

namespace anjuan::doc {
namespace {

constexpr TextStyle kBody{kSize3Pt, kTrackingPt, Colour::kBlack};
constexpr double kCharacterPt = kSize3Pt + kTrackingPt;
constexpr double kRightPt = kBlockLeftPt + kBlockWidthPt;
constexpr double kLineBlankEm = 7;
constexpr double kWidestNamePt = 26 * kCharacterPt;

Measure Within(double width_pt) {
  return {.width_pt = width_pt,
          .first_indent_pt = 0,
          .rest_indent_pt = 0,
          .size_pt = kSize3Pt,
          .tracking_pt = kTrackingPt,
          .whole_words = true};
}

}  // namespace

// One signing party: its name with role, its lines to sign on, its date.
struct Composer::Party {
  std::vector<Atom> name;
  std::vector<std::vector<Atom>> lines;
  std::vector<Atom> date;
};

// A party's block set in one column: one Page piece for each line, x from the column's left.
struct Composer::Stack {
  std::vector<Page> lines;
};

void Composer::Sign(const Block& block) {
  std::vector<Party> parties;
  for (const Block& child : block.children) {
    const NodeKind kind = child.node->kind;
    if (kind == NodeKind::kParty || parties.empty()) parties.emplace_back();
    Party& party = parties.back();
    if (kind == NodeKind::kParty) {
      party.name = shaper_.Shape(child.spans);
      const std::vector<Atom> role = shaper_.Shape(child.second);
      // A role that does not fit behind the name goes below it as a whole.
      const double width = WidthOf(party.name, kBody) + WidthOf(role, kBody);
      if (width > kWidestNamePt && !role.empty() && !party.name.empty()) {
        Atom line_break;
        line_break.kind = AtomKind::kLineBreak;
        party.name.push_back(line_break);
      }
      party.name.insert(party.name.end(), role.begin(), role.end());
    } else if (kind == NodeKind::kLine) {
      party.lines.push_back(shaper_.Shape(child.spans));
      Atom blank;
      blank.kind = AtomKind::kBlank;
      blank.width_em = kLineBlankEm;
      party.lines.back().push_back(blank);
    } else {
      party.date = shaper_.Shape(child.spans);
    }
  }
  if (parties.empty()) return;
  KeepWithSign();
  if (parties.size() > 1) {
    ColumnSign(parties);
  } else if (parties.front().lines.empty()) {
    SealedSign(parties.front());
  } else {
    StackedSign(parties.front());
  }
  flow_.items.back().keep_next = false;
}

// The last two lines of the text go with the signatures, so that these never stand alone.
void Composer::KeepWithSign() {
  int lines = 0;
  for (size_t i = flow_.items.size(); i-- > 0 && lines < 2;) {
    Item& item = flow_.items[i];
    if (item.page_break) return;
    item.keep_next = true;
    if (!item.space) ++lines;
  }
}

void Composer::SignItem(Item item) {
  item.sign = true;
  item.keep_next = true;
  flow_.items.push_back(std::move(item));
}

// 7.3.5.1: date four characters from the right, the name centred above it, room for the seal.
void Composer::SealedSign(const Party& party) {
  Item room;
  room.space = true;
  room.height_pt = 2 * kPitchPt;
  SignItem(std::move(room));
  const double date_width = WidthOf(party.date, kBody);
  const Measure measure = Within(kWidestNamePt);
  const std::vector<BrokenLine> lines = BreakLines(party.name, measure);
  double name_width = 0;
  for (const BrokenLine& line : lines) name_width = std::max(name_width, line.width_pt);
  const double right = kRightPt - (party.date.empty() ? 2 : 4) * kCharacterPt;
  double middle = right - std::max(date_width, party.date.empty() ? name_width : 0.0) / 2;
  // A long name must stay in the block; the date then stands in the middle below it.
  middle = std::min(middle, kRightPt - kCharacterPt - name_width / 2);
  if (!party.name.empty()) {
    for (const BrokenLine& line : lines) {
      Item item;
      PlaceBroken(party.name, line, measure, Align::kCenter, middle - measure.width_pt / 2, 0,
                  Colour::kBlack, item.content);
      SignItem(std::move(item));
    }
  }
  if (party.date.empty()) return;
  Item item;
  PlaceNatural(party.date, middle - date_width / 2, 0, kBody, item.content);
  SignItem(std::move(item));
}

// Name and lines to sign on under each other in the right half of the block.
void Composer::StackedSign(const Party& party) {
  Item room;
  room.space = true;
  SignItem(std::move(room));
  double width = 0;
  const auto widen = [&](const std::vector<Atom>& atoms) {
    width = std::max(width, WidthOf(atoms, kBody));
  };
  widen(party.name);
  for (const auto& line : party.lines) widen(line);
  width = std::min(width, kBlockWidthPt);
  const double left = std::max(kBlockLeftPt, kRightPt - 2 * kCharacterPt - width);
  const auto place = [&](const std::vector<Atom>& atoms) {
    const Measure measure = Within(kRightPt - left);
    for (const BrokenLine& line : BreakLines(atoms, measure)) {
      Item item;
      PlaceBroken(atoms, line, measure, Align::kStart, left, 0, Colour::kBlack, item.content);
      SignItem(std::move(item));
    }
  };
  if (!party.name.empty()) place(party.name);
  for (const auto& line : party.lines) place(line);
  if (party.date.empty()) return;
  Item item;
  PlaceNatural(party.date, kRightPt - 4 * kCharacterPt - WidthOf(party.date, kBody), 0, kBody,
               item.content);
  SignItem(std::move(item));
}

Composer::Stack Composer::MakeColumn(const Party& party, double width_pt) {
  Stack column;
  const Measure measure = Within(width_pt);
  const auto place = [&](std::vector<Atom> atoms, Align align) {
    if (atoms.empty()) return;
    if (atoms.back().kind == AtomKind::kBlank) {
      // The line to sign on ends with the column.
      const double label = WidthOf(std::span(atoms).first(atoms.size() - 1), kBody);
      const double left_em = (width_pt - label) / kSize3Pt;
      atoms.back().width_em = static_cast<float>(std::clamp(left_em - 0.1, 3.0, kLineBlankEm));
    }
    for (const BrokenLine& line : BreakLines(atoms, measure)) {
      Page page;
      PlaceBroken(atoms, line, measure, align, 0, 0, Colour::kBlack, page);
      column.lines.push_back(std::move(page));
    }
  };
  // To be sealed: name and date centred under the seal. To be signed: flush left.
  const Align align = party.lines.empty() ? Align::kCenter : Align::kStart;
  place(party.name, align);
  for (const auto& line : party.lines) place(line, Align::kStart);
  place(party.date, align);
  return column;
}

// Two parties beside each other, or one per row where a name does not fit half the width; a date
// said once, at the end, is everybody's.
void Composer::ColumnSign(const std::vector<Party>& parties) {
  std::vector<Party> own = parties;
  std::vector<Atom> common_date;
  const bool dated = std::any_of(own.begin(), own.end() - 1,
                                 [](const Party& party) { return !party.date.empty(); });
  if (!dated) common_date = std::exchange(own.back().date, {});
  const double gap = kCharacterPt;
  const double half = (kBlockWidthPt - gap) / 2;
  double widest = 0;
  for (const Party& party : own) widest = std::max(widest, WidthOf(party.name, kBody));
  const bool stacked = widest > half;
  // One per row: their middle a little right of the page's, where a single seal would stand.
  const double width = stacked ? std::min(widest, kBlockWidthPt) : half;
  const double right = std::max(kRightPt - 2 * kCharacterPt, kBlockLeftPt + width);
  const double left = stacked ? right - width : kBlockLeftPt;
  const size_t per_row = stacked ? 1 : 2;
  for (size_t i = 0; i < own.size(); i += per_row) {
    Item room;
    room.space = true;
    room.height_pt = (own[i].lines.empty() ? 2 : 1) * kPitchPt;
    SignItem(std::move(room));
    Stack columns[2] = {MakeColumn(own[i], width), {}};
    if (!stacked && i + 1 < own.size()) columns[1] = MakeColumn(own[i + 1], width);
    const size_t count = std::max(columns[0].lines.size(), columns[1].lines.size());
    for (size_t line = 0; line < count; ++line) {
      Item item;
      for (size_t side = 0; side < 2; ++side) {
        if (line >= columns[side].lines.size()) continue;
        Page& piece = columns[side].lines[line];
        const double x = left + static_cast<double>(side) * (width + gap);
        for (Run& run : piece.runs) {
          run.x_pt += x;
          item.content.runs.push_back(std::move(run));
        }
        for (Stroke& stroke : piece.strokes) {
          stroke.x1_pt += x;
          stroke.x2_pt += x;
          item.content.strokes.push_back(stroke);
        }
      }
      SignItem(std::move(item));
    }
  }
  if (common_date.empty()) return;
  const double date_width = WidthOf(common_date, kBody);
  const double date_left =
      stacked ? left + (width - date_width) / 2 : kRightPt - 4 * kCharacterPt - date_width;
  Item item;
  PlaceNatural(common_date, date_left, 0, kBody, item.content);
  SignItem(std::move(item));
}

}  // namespace anjuan::doc
