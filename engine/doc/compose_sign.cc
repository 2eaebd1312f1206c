#include <algorithm>
#include <span>
#include <utility>

#include "engine/doc/compose.h"

namespace anjuan::doc {
namespace {

constexpr TextStyle kBody{kSize3Pt, kTrackingPt, Colour::kBlack};
constexpr double kCharacterPt = kSize3Pt + kTrackingPt;
constexpr double kRightPt = kBlockLeftPt + kBlockWidthPt;
constexpr double kLineBlankEm = 7;
constexpr double kWidestNamePt = 26 * kCharacterPt;
constexpr double kSealMm = 42;  // of most bodies; size= says otherwise
constexpr double kStampMm = 32;
constexpr double kSealGapPt = 6;  // between the text and a seal: within one line
constexpr double kBetweenSealsPt = 2 * kPointsPerMm;
// Name and date stand a little below the middle of the seal.
constexpr double kBelowSealMiddlePt = 4 * kPointsPerMm;
constexpr size_t kMostInRow = 3;

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
  Drawn seal;  // or stamp
  bool stamped = false;
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
      party.stamped = child.node->stamp;
      party.seal = DrawSeal(child, party.stamped ? kStampMm : kSealMm);
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
  const auto sealed = [](const Party& party) { return party.seal.width_pt > 0 && !party.stamped; };
  const auto stamped = [](const Party& party) { return party.seal.width_pt > 0 && party.stamped; };
  const bool lines = std::any_of(parties.begin(), parties.end(),
                                 [](const Party& party) { return !party.lines.empty(); });
  if (block.node->unsealed && !lines) {
    UnsealedSign(parties);
  } else if (std::any_of(parties.begin(), parties.end(), stamped)) {
    StampSign(parties);
  } else if (parties.size() > 1 && std::any_of(parties.begin(), parties.end(), sealed) &&
             (lines || Dates(parties) > 1)) {
    SealedColumns(parties);
  } else if (!lines && std::any_of(parties.begin(), parties.end(), sealed)) {
    SealedSign(parties);
  } else if (parties.size() > 1) {
    ColumnSign(parties);
  } else if (parties.front().lines.empty()) {
    RoomForSeal(parties.front());
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

// One row of seals, each centred over its body's name; the last covers the date, too. A row is one
// item: neither a page's end nor tightened lines can part a seal from what it stands on.
void Composer::SealRow(std::span<Party> parties, double column_pt, const std::vector<Atom>& date) {
  double tallest = 0;
  size_t lines = 1;
  const bool single = parties.size() == 1 && column_pt >= kBlockWidthPt;
  const Measure measure = Within(single ? kWidestNamePt : column_pt - kCharacterPt / 2);
  std::vector<std::vector<BrokenLine>> broken;
  for (const Party& party : parties) {
    tallest = std::max(tallest, party.seal.height_pt);
    broken.push_back(BreakLines(party.name, measure));
    lines = std::max(lines, broken.back().size());
  }
  const double names = static_cast<double>(lines) * kPitchPt;
  const double text = names + (date.empty() ? 0 : kPitchPt);
  // The text's top, below the row's: never above the seal's own.
  const double text_top =
      std::max(kSealGapPt, kSealGapPt + tallest / 2 + kBelowSealMiddlePt - text / 2);
  Item item;
  item.grid = false;
  item.height_pt = std::max(kSealGapPt + tallest, text_top + text) + kBetweenSealsPt;
  for (size_t i = 0; i < parties.size(); ++i) {
    Party& party = parties[i];
    double middle = kBlockLeftPt + (static_cast<double>(i) + 0.5) * column_pt;
    double name_width = 0;
    for (const BrokenLine& line : broken[i]) name_width = std::max(name_width, line.width_pt);
    if (single) {  // the date four characters from the right, a long name inside the block
      const double widest = date.empty() ? name_width : WidthOf(date, kBody);
      middle = kRightPt - (date.empty() ? 2 : 4) * kCharacterPt - widest / 2;
      middle = std::min(middle, kRightPt - kCharacterPt - name_width / 2);
      middle = std::min(middle, kRightPt - party.seal.width_pt / 2);
    }
    if (party.seal.width_pt > 0) {
      PlacePage(std::move(party.seal.page), middle - party.seal.width_pt / 2,
                kSealGapPt + (tallest - party.seal.height_pt) / 2, item.content);
    }
    double y = text_top + names - static_cast<double>(broken[i].size()) * kPitchPt;
    for (const BrokenLine& line : broken[i]) {
      PlaceBroken(party.name, line, measure, Align::kCenter, middle - measure.width_pt / 2,
                  y + kPitchPt / 2, Colour::kBlack, item.content);
      y += kPitchPt;
    }
    if (i + 1 == parties.size() && !date.empty()) {
      PlaceNatural(date, middle - WidthOf(date, kBody) / 2, text_top + names + kPitchPt / 2, kBody,
                   item.content);
    }
  }
  SignItem(std::move(item));
}

// 7.3.5.1: neat rows in the order of the bodies, at most three seals a row and none touching the
// next; fewer where a name or a seal is too wide.
void Composer::SealedSign(std::vector<Party>& parties) {
  double widest_seal = 0;
  double widest_name = 0;
  for (const Party& party : parties) {
    widest_seal = std::max(widest_seal, party.seal.width_pt);
    widest_name = std::max(widest_name, WidthOf(party.name, kBody));
  }
  const auto fits = [&](size_t across) {
    const double column = kBlockWidthPt / static_cast<double>(across);
    return widest_seal + kBetweenSealsPt <= column && widest_name + kCharacterPt / 2 <= column;
  };
  size_t across = std::min(parties.size(), kMostInRow);
  if (parties.size() == 4) across = 2;  // two rows of two, not three and one
  while (across > 2 && !fits(across)) --across;
  if (across == 2 && widest_seal + kBetweenSealsPt > kBlockWidthPt / 2) across = 1;
  std::vector<Atom> date;
  for (const Party& party : parties) {
    if (!party.date.empty()) date = party.date;
  }
  const double column = kBlockWidthPt / static_cast<double>(across);
  for (size_t first = 0; first < parties.size(); first += across) {
    const size_t count = std::min(across, parties.size() - first);
    const bool last = first + count == parties.size();
    SealRow(std::span(parties).subspan(first, count), column, last ? date : std::vector<Atom>{});
  }
}

// 7.3.5.2, without seal: one blank line, the names under each other and two characters from the
// right; the date begins two characters right of the name, or, where it is the longer, ends two
// characters from the right and the name moves left.
void Composer::UnsealedSign(const std::vector<Party>& parties) {
  Item room;
  room.space = true;
  SignItem(std::move(room));
  const double right = kRightPt - 2 * kCharacterPt;
  double widest = 0;
  std::vector<Atom> date;
  for (const Party& party : parties) {
    widest = std::max(widest, WidthOf(party.name, kBody));
    if (!party.date.empty()) date = party.date;
  }
  const double date_width = WidthOf(date, kBody);
  double left = std::max(right - widest, kBlockLeftPt);
  if (left + 2 * kCharacterPt + date_width > right) left = right - date_width - 2 * kCharacterPt;
  const Measure measure = Within(kRightPt - left);
  for (const Party& party : parties) {
    if (party.name.empty()) continue;
    for (const BrokenLine& line : BreakLines(party.name, measure)) {
      Item item;
      PlaceBroken(party.name, line, measure, Align::kStart, left, 0, Colour::kBlack, item.content);
      SignItem(std::move(item));
    }
  }
  if (date.empty()) return;
  Item item;
  PlaceNatural(date, left + 2 * kCharacterPt, 0, kBody, item.content);
  SignItem(std::move(item));
}

// 7.3.5.3: the stamp two lines under the text, four characters from the right; the office two
// characters left of it, at its middle; one blank line, the date four characters from the right.
void Composer::StampSign(std::vector<Party>& parties) {
  Item room;
  room.space = true;
  room.height_pt = 2 * kPitchPt;
  SignItem(std::move(room));
  const double right = kRightPt - 4 * kCharacterPt;
  double widest = 0;  // stamps and offices stand under each other
  for (const Party& party : parties) widest = std::max(widest, party.seal.width_pt);
  std::vector<Atom> date;
  for (Party& party : parties) {
    const double height = std::max(party.seal.height_pt, kPitchPt);
    Item item;
    item.grid = false;
    item.height_pt = height + kSealGapPt;
    const double left = right - widest;
    if (party.seal.width_pt > 0) {
      PlacePage(std::move(party.seal.page), left, (height - party.seal.height_pt) / 2,
                item.content);
    }
    PlaceNatural(party.name, left - 2 * kCharacterPt - WidthOf(party.name, kBody), height / 2,
                 kBody, item.content);
    SignItem(std::move(item));
    if (!party.date.empty()) date = party.date;
  }
  if (date.empty()) return;
  Item blank;
  blank.space = true;
  SignItem(std::move(blank));
  Item item;
  PlaceNatural(date, right - WidthOf(date, kBody), 0, kBody, item.content);
  SignItem(std::move(item));
}

// 7.3.5.1 with a seal to be set by hand: the date four characters from the right, the name centred
// above it, room for the seal.
void Composer::RoomForSeal(const Party& party) {
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
  if (party.seal.width_pt > 0) {
    // Beside lines to sign on, the seal stands over the name; what it needs above is kept free.
    Item over;
    over.grid = false;
    over.space = true;
    over.height_pt = std::max(0.0, party.seal.height_pt / 2 - kPitchPt / 2);
    SignItem(std::move(over));
  }
  const size_t name_item = flow_.items.size();
  if (!party.name.empty()) place(party.name);
  for (const auto& line : party.lines) place(line);
  if (party.seal.width_pt > 0 && name_item < flow_.items.size()) {
    const double middle = left + WidthOf(party.name, kBody) / 2;
    PlacePage(party.seal.page,
              std::min(middle, kRightPt - party.seal.width_pt / 2) - party.seal.width_pt / 2,
              -party.seal.height_pt / 2, flow_.items[name_item].content);
  }
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

std::ptrdiff_t Composer::Dates(std::span<const Party> parties) {
  return std::count_if(parties.begin(), parties.end(),
                       [](const Party& party) { return !party.date.empty(); });
}

// Parties with lines to sign on, or each with its date (甲方, 乙方), under seals: each seal over
// its own party's name and, as far as it reaches, over the lines and the date below, at the left of
// the column, so that the right half of the lines is free for the hand. Two beside each other, or
// one where a name or a seal is too wide; a row is one item.
void Composer::SealedColumns(std::vector<Party>& parties) {
  std::vector<Atom> common_date;
  if (Dates(std::span(parties).first(parties.size() - 1)) == 0) {
    common_date = std::exchange(parties.back().date, {});
  }
  const double gap = kCharacterPt;
  const double half = (kBlockWidthPt - gap) / 2;
  const bool wide = std::any_of(parties.begin(), parties.end(), [&](const Party& party) {
    return WidthOf(party.name, kBody) > half || party.seal.width_pt > half;
  });
  const size_t across = wide ? 1 : 2;
  const double width = wide ? kBlockWidthPt * 2 / 3 : half;
  for (size_t first = 0; first < parties.size(); first += across) {
    const size_t count = std::min(across, parties.size() - first);
    SealedColumnRow(std::span(parties).subspan(first, count), wide ? kBlockWidthPt - width : 0,
                    width, gap);
  }
  if (common_date.empty()) return;
  Item item;
  PlaceNatural(common_date, kRightPt - 4 * kCharacterPt - WidthOf(common_date, kBody), 0, kBody,
               item.content);
  SignItem(std::move(item));
}

void Composer::SealedColumnRow(std::span<Party> parties, double left_pt, double width_pt,
                               double gap_pt) {
  std::vector<Stack> columns;
  double above = 0;  // of the text, for the seals
  double height = 0;
  const auto middle_of = [](const Party& party, double stack_pt) {
    // Name to date in the seal, a little below its middle; of a longer stack as much as it covers.
    const double covered = std::min(stack_pt, party.seal.height_pt - 2 * kBelowSealMiddlePt);
    return covered / 2 - kBelowSealMiddlePt;
  };
  for (const Party& party : parties) {
    columns.push_back(MakeColumn(party, width_pt));
    const double stack = static_cast<double>(columns.back().lines.size()) * kPitchPt;
    if (party.seal.width_pt <= 0) continue;
    above = std::max(above, party.seal.height_pt / 2 - middle_of(party, stack));
  }
  above = std::max(above, kPitchPt - kSealGapPt);
  Item item;
  item.grid = false;
  for (size_t i = 0; i < parties.size(); ++i) {
    Party& party = parties[i];
    const double x = kBlockLeftPt + left_pt + static_cast<double>(i) * (width_pt + gap_pt);
    const double top = kSealGapPt + above;
    const double stack = static_cast<double>(columns[i].lines.size()) * kPitchPt;
    double bottom = top + stack;
    if (party.seal.width_pt > 0) {
      const double middle = top + middle_of(party, stack);
      const double left = party.lines.empty() ? (width_pt - party.seal.width_pt) / 2 : 0;
      PlacePage(std::move(party.seal.page), x + left, middle - party.seal.height_pt / 2,
                item.content);
      bottom = std::max(bottom, middle + party.seal.height_pt / 2);
    }
    double y = top + kPitchPt / 2;
    for (Page& line : columns[i].lines) {
      PlacePage(std::move(line), x, y, item.content);
      y += kPitchPt;
    }
    height = std::max(height, bottom);
  }
  item.height_pt = height + kBetweenSealsPt;
  SignItem(std::move(item));
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
