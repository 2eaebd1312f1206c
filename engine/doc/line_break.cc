#include "engine/doc/line_break.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace anjuan::doc {
namespace {

constexpr double kTolerancePt = 0.02;
constexpr double kWideEm = 0.9;
// A line that is short by more than this for each gap is left ragged: wide gaps look worse.
constexpr double kWidestGapEm = 0.35;
// How much text is rather pushed to the next line than a date, a quantity or a name parted; and
// what share of the line that may be.
constexpr double kReachEm = 6;
constexpr double kReachShare = 0.5;
constexpr double kLatinGapEm = 0.25;
constexpr double kLeastLatinGapEm = 0.125;

bool IsBreakKind(const Atom& atom) {
  return atom.kind == AtomKind::kLineBreak || atom.kind == AtomKind::kParagraphBreak;
}

bool IsSpace(const Atom& atom) {
  return atom.role == Role::kSpace;
}

bool IsWide(const Atom& atom) {
  return static_cast<double>(atom.width_em) > kWideEm;
}

bool IsHanzi(const Atom& atom) {
  return atom.kind == AtomKind::kGlyph && atom.role == Role::kOther && IsWide(atom);
}

bool IsLatin(const Atom& atom) {
  return atom.kind == AtomKind::kGlyph && !IsWide(atom) &&
         (atom.role == Role::kLetter || atom.role == Role::kDigit);
}

// The empty part of a wide mark behind its body. ？ stands in the middle of its em in most fonts.
double EmptyAfter(const Atom& atom) {
  if (!IsWide(atom)) return 0;
  switch (atom.role) {
    case Role::kPause:
    case Role::kClose:
      return 0.5;
    case Role::kMark:
      return atom.character == U'？' ? 0.25 : 0.5;
    case Role::kMiddle:
      return 0.25;
    case Role::kOther:
    case Role::kSpace:
    case Role::kDigit:
    case Role::kLetter:
    case Role::kAscii:
    case Role::kOpen:
    case Role::kDash:
    case Role::kDots:
    case Role::kJoin:
    case Role::kSlash:
    case Role::kSuffix:
    case Role::kPrefix:
    case Role::kRaised:
    case Role::kCircled:
      return 0;
  }
  return 0;
}

// What a mark between hanzi may give up where that makes a line fit.
double RoomAfter(const Atom& atom) {
  if (atom.role == Role::kMiddle) return 0;
  const bool soft = atom.role == Role::kMark || atom.character == U'；' || atom.character == U'：';
  return soft ? std::min(EmptyAfter(atom), 0.25) : EmptyAfter(atom);
}

double Advance(const Atom& atom, const Measure& measure) {
  const double tracking = atom.kind == AtomKind::kGlyph && IsWide(atom) ? measure.tracking_pt : 0;
  return static_cast<double>(atom.width_em) * measure.size_pt + tracking;
}

// Goes along a line and tells what each atom does to the space of the one before it and its own:
// neighbouring marks give up the empty half between them.
class Spacer {
 public:
  struct Step {
    double before_em = 0;  // added to the advance of the atom before
    double own_em = 0;     // and to its own
    double room_em = 0;    // added to what the marks could give up in all
    bool closed = false;   // the gap before it has been closed and does not open again
  };

  explicit Spacer(const MarkStyle& style) : style_(style) {}

  Step Next(const Atom& atom) {
    Step step;
    const bool wide = IsWide(atom);
    if (before_ != nullptr && wide && !style_.grid) Compress(atom, step);
    if (before_ != nullptr && style_.latin_gap) Gap(atom, step);
    if (atom.role != Role::kMark) marks_ = 0;
    empty_ = style_.grid ? 0 : EmptyAfter(atom) + step.own_em;
    room_ = RoomIn(atom, step);
    step.room_em += room_;
    before_ = &atom;
    return step;
  }

  // What the atom of a step could give up itself.
  double RoomIn(const Atom& atom, const Step& step) const {
    return style_.grid || step.own_em < 0 ? 0 : RoomAfter(atom);
  }

 private:
  static bool IsMark(const Atom& atom) {
    return atom.role == Role::kPause || atom.role == Role::kMark || atom.role == Role::kClose ||
           atom.role == Role::kOpen || atom.role == Role::kMiddle;
  }

  void Compress(const Atom& atom, Step& step) {
    double gives = 0;
    if (atom.role == Role::kMark && before_->role == Role::kMark) {
      // ？！ takes one em, ？？？ two: of each two neighbours both give up their half.
      ++marks_;
      if (marks_ % 2 == 1) {
        gives = before_->character == atom.character ? 0.5 : empty_;
        step.own_em = -EmptyAfter(atom);
      }
    } else if (IsMark(atom) || before_->role == Role::kMiddle) {
      gives = empty_;
    }
    if (atom.role == Role::kOpen && before_->role == Role::kOpen) gives += 0.5;
    if (atom.role == Role::kMiddle) gives += 0.25;
    if (gives == 0) return;
    step.before_em = -gives;
    step.room_em -= room_;
    step.closed = true;
  }

  void Gap(const Atom& atom, Step& step) const {
    const bool meet = (IsHanzi(*before_) && IsLatin(atom)) || (IsLatin(*before_) && IsHanzi(atom));
    if (!meet) return;
    step.before_em += kLatinGapEm;
    step.room_em += kLatinGapEm - kLeastLatinGapEm;
  }

  const MarkStyle& style_;
  const Atom* before_ = nullptr;
  double empty_ = 0;  // behind the atom before
  double room_ = 0;   // what that atom could give up
  int marks_ = 0;     // ？ and ！ in a row before it
};

// How far an opening mark at the start of a line that goes on moves out of it.
double StartShift(const Atom& atom, bool continues, const MarkStyle& style) {
  return continues && !style.grid && atom.role == Role::kOpen && IsWide(atom) ? 0.5 : 0;
}

bool MayHang(const Atom& atom) {
  return atom.character == U'，' || atom.character == U'。' || atom.character == U'、';
}

class LineBreaker {
 public:
  LineBreaker(std::span<const Atom> atoms, const Measure& measure)
      : atoms_(atoms), measure_(measure) {}

  std::vector<BrokenLine> Run() {
    bool first = true;
    bool continues = false;
    size_t begin = 0;
    do {
      const double indent = first ? measure_.first_indent_pt : measure_.rest_indent_pt;
      const double available = measure_.width_pt - indent;
      hangs_ = false;
      const size_t full = LineEnd(begin, available, continues);
      const size_t end = WithLastCharacter(begin, full, available, continues);
      const bool forced = end < atoms_.size() && IsBreakKind(atoms_[end]);
      BrokenLine line = LineOf(begin, end, continues);
      line.indent_pt = indent;
      line.paragraph_end = forced || end == atoms_.size();
      line.overflows = end == begin + 1 && line.width_pt > available + kTolerancePt;
      lines_.push_back(line);
      first = forced && atoms_[end].kind == AtomKind::kParagraphBreak;
      continues = !forced;
      begin = forced ? end + 1 : end;
      if (forced && begin == atoms_.size()) break;  // a break at the very end makes no line
      while (!forced && begin < atoms_.size() && IsSpace(atoms_[begin])) ++begin;
    } while (begin < atoms_.size());
    return std::move(lines_);
  }

  // The atoms as a line: spaces at its end left out, its natural width taken.
  BrokenLine LineOf(size_t begin, size_t end, bool continues) const {
    BrokenLine line;
    line.begin = begin;
    line.end = end;
    line.continues = continues;
    line.hangs = hangs_;
    while (line.end > begin && IsSpace(atoms_[line.end - 1])) --line.end;
    if (line.end > begin) {
      line.width_pt = -StartShift(atoms_[begin], continues, measure_.marks) * measure_.size_pt;
    }
    Spacer spacer(measure_.marks);
    for (size_t i = line.begin; i < line.end; ++i) {
      const Spacer::Step step = spacer.Next(atoms_[i]);
      line.width_pt +=
          Advance(atoms_[i], measure_) + (step.before_em + step.own_em) * measure_.size_pt;
    }
    return line;
  }

  Break BreakBefore(size_t index) const {
    const Break out = BreakBetween(atoms_, index);
    const bool split = out == Break::kAllowed && measure_.whole_words &&
                       AmongWords(atoms_, index) == WordPlace::kInside;
    return split ? Break::kDiscouraged : out;
  }

 private:
  struct Place {
    size_t end = 0;  // 0: none
    double width = 0;
  };

  // One past the last atom of the line that starts at `begin`.
  size_t LineEnd(size_t begin, double available, bool continues) {
    const double size = measure_.size_pt;
    places_.fill({});
    Spacer spacer(measure_.marks);
    double width = -StartShift(atoms_[begin], continues, measure_.marks) * size;
    double room = 0;         // what the marks before the atom could give up
    bool overfull = false;   // the natural width has been passed
    size_t fitting = begin;  // as far as fits without shrinking, breaks set aside
    for (size_t i = begin; i < atoms_.size(); ++i) {
      const Atom& atom = atoms_[i];
      if (IsBreakKind(atom)) return i;
      const Spacer::Step step = spacer.Next(atom);
      const double own = Advance(atom, measure_) + step.own_em * size;
      const double at_end = std::max(EmptyAfter(atom) + step.own_em, 0.0);
      const double needed =
          width + step.before_em * size + (IsSpace(atom) ? 0 : own - at_end * size);
      const double before_room = room + (step.room_em - spacer.RoomIn(atom, step)) * size;
      if (needed > available + kTolerancePt) {
        if (!overfull && places_[0].end == i) break;  // a legal break just here needs no help
        if (!overfull && CanHang(i, width + step.before_em * size, available)) {
          hangs_ = true;
          return i + 1;
        }
        overfull = true;
        if (needed - before_room > available + kTolerancePt) break;
      }
      width += step.before_em * size + own;
      room += step.room_em * size;
      if (!overfull) fitting = i + 1;
      if (i + 1 == atoms_.size()) return atoms_.size();
      if (IsBreakKind(atoms_[i + 1])) return i + 1;
      const Break kind = BreakBefore(i + 1);
      places_[static_cast<size_t>(kind)] = {i + 1, width};
      // One break taken with the help of the marks is enough.
      if (overfull && kind == Break::kAllowed) break;
    }
    const size_t best = BestPlace(available);
    if (best > begin) return best;
    // A single character that is too wide.
    return std::min(std::max(fitting, begin + 1), atoms_.size());
  }

  // 5.1.10: the last character of a paragraph does not go to a line of its own where the marks of
  // the line before can make room for it and its mark.
  size_t WithLastCharacter(size_t begin, size_t end, double available, bool continues) const {
    if (hangs_ || end >= atoms_.size() || IsBreakKind(atoms_[end])) return end;
    size_t last = end;
    while (last < atoms_.size() && !IsBreakKind(atoms_[last]) && last < end + 3) ++last;
    const bool ends = last == atoms_.size() || IsBreakKind(atoms_[last]);
    const bool lone = last == end + 1 || (last == end + 2 && EmptyAfter(atoms_[end + 1]) > 0);
    if (!ends || !lone) return end;
    const BrokenLine line = LineOf(begin, last, continues);
    Spacer spacer(measure_.marks);
    double room = 0;
    double at_end = 0;
    for (size_t i = line.begin; i < line.end; ++i) {
      const Spacer::Step step = spacer.Next(atoms_[i]);
      room += step.room_em;
      if (i + 1 < line.end) continue;
      room -= spacer.RoomIn(atoms_[i], step);
      at_end = std::max(EmptyAfter(atoms_[i]) + step.own_em, 0.0);
    }
    const double least = line.width_pt - (room + at_end) * measure_.size_pt;
    return least <= available + kTolerancePt ? last : end;
  }

  bool CanHang(size_t i, double width, double available) const {
    if (!measure_.marks.hang || !MayHang(atoms_[i])) return false;
    if (width > available + kTolerancePt) return false;
    return i + 1 == atoms_.size() || IsBreakKind(atoms_[i + 1]) ||
           BreakBefore(i + 1) <= Break::kDiscouraged;
  }

  // Of the legal breaks the one that leaves least empty, a better one counting for a few
  // characters; else the last of the least bad kind.
  size_t BestPlace(double available) const {
    const double reach = std::min(kReachEm * measure_.size_pt, kReachShare * available);
    Place best = places_[static_cast<size_t>(Break::kAllowed)];
    for (const Break kind : {Break::kAvoid, Break::kDiscouraged}) {
      const Place& other = places_[static_cast<size_t>(kind)];
      if (other.end == 0) continue;
      const bool better = best.end == 0 || (!measure_.whole_words && other.end > best.end &&
                                            other.width - best.width > reach);
      if (better) best = other;
    }
    for (size_t kind = 3; kind < places_.size() && best.end == 0; ++kind) best = places_[kind];
    return best.end;
  }

  std::span<const Atom> atoms_;
  const Measure& measure_;
  std::vector<BrokenLine> lines_;
  std::array<Place, 6> places_;  // the last place for a break of each kind
  bool hangs_ = false;
};

}  // namespace

std::vector<BrokenLine> BreakLines(std::span<const Atom> atoms, const Measure& measure) {
  if (atoms.empty()) return {{.indent_pt = measure.first_indent_pt, .paragraph_end = true}};
  return LineBreaker(atoms, measure).Run();
}

namespace {

// Where a stretched line may open up: not inside a number or word, nor between marks that have
// given up what was between them.
bool MayOpen(const Atom& a, const Atom& b) {
  if (a.kind != AtomKind::kGlyph || b.kind != AtomKind::kGlyph) return true;
  const bool ascii = a.character < 0x7F && b.character < 0x7F && !IsSpace(a) && !IsSpace(b);
  if (ascii) return false;
  return !(a.character == b.character && (a.role == Role::kDash || a.role == Role::kDots));
}

void Shrink(std::span<const Atom> line, const Measure& measure, double excess, SetAtoms& out) {
  // The mark at the end gives way first; its empty half is seen by nobody.
  const double size = measure.size_pt;
  const double natural_end = Advance(line.back(), measure);
  const double left = EmptyAfter(line.back()) * size - (natural_end - out.advances_pt.back());
  const double at_end = std::min(excess, std::max(left, 0.0));
  out.advances_pt.back() -= at_end;
  excess -= at_end;
  if (excess <= kTolerancePt) return;
  std::vector<double> rooms(line.size(), 0);
  double possible = 0;
  Spacer spacer(measure.marks);
  for (size_t i = 0; i < line.size(); ++i) {
    const Spacer::Step step = spacer.Next(line[i]);
    if (i > 0 && step.closed) rooms[i - 1] = 0;
    if (i > 0 && step.before_em > 0) rooms[i - 1] += kLatinGapEm - kLeastLatinGapEm;
    rooms[i] = spacer.RoomIn(line[i], step);
  }
  for (size_t i = 0; i + 1 < line.size(); ++i) possible += rooms[i] * size;
  if (possible <= 0) return;
  const double part = std::min(1.0, excess / possible);
  for (size_t i = 0; i + 1 < line.size(); ++i) out.advances_pt[i] -= part * rooms[i] * size;
}

void Stretch(std::span<const Atom> line, const std::vector<bool>& closed, double missing,
             const Measure& measure, SetAtoms& out) {
  const auto opens = [&](size_t i) { return !closed[i + 1] && MayOpen(line[i], line[i + 1]); };
  int gaps = 0;
  for (size_t i = 0; i + 1 < line.size(); ++i) gaps += opens(i) ? 1 : 0;
  if (gaps == 0 || missing / gaps > kWidestGapEm * measure.size_pt) return;
  for (size_t i = 0; i + 1 < line.size(); ++i) {
    if (opens(i)) out.advances_pt[i] += missing / gaps;
  }
}

double WidthOf(const SetAtoms& set, bool hangs) {
  double width = set.shift_pt;
  for (const double advance : set.advances_pt) width += advance;
  return hangs ? width - set.advances_pt.back() : width;
}

}  // namespace

SetAtoms SetLine(std::span<const Atom> atoms, const BrokenLine& line, const Measure& measure,
                 bool stretch) {
  const auto on_line = atoms.subspan(line.begin, line.end - line.begin);
  SetAtoms out;
  if (on_line.empty()) return out;
  out.advances_pt.reserve(on_line.size());
  out.shift_pt = -StartShift(on_line.front(), line.continues, measure.marks) * measure.size_pt;
  std::vector<bool> closed;
  closed.reserve(on_line.size());
  Spacer spacer(measure.marks);
  for (const Atom& atom : on_line) {
    const Spacer::Step step = spacer.Next(atom);
    if (!out.advances_pt.empty()) out.advances_pt.back() += step.before_em * measure.size_pt;
    out.advances_pt.push_back(Advance(atom, measure) + step.own_em * measure.size_pt);
    closed.push_back(step.closed);
  }
  const double available = measure.width_pt - line.indent_pt;
  const double missing = available - WidthOf(out, line.hangs);
  if (missing < -kTolerancePt && !line.hangs) {
    Shrink(on_line, measure, -missing, out);
  } else if (stretch && missing > kTolerancePt) {
    Stretch(on_line, closed, missing, measure, out);
  }
  out.width_pt = WidthOf(out, line.hangs);
  return out;
}

SetAtoms SetNatural(std::span<const Atom> atoms, const Measure& measure) {
  Measure wide = measure;
  wide.width_pt = 1e9;
  BrokenLine all;
  all.end = atoms.size();
  return SetLine(atoms, all, wide, false);
}

// ---- Titles ----

namespace {

// Breaks of a title's lines, chosen together. Few characters and few lines: everything is tried.
class Balancer {
 public:
  Balancer(std::span<const Atom> atoms, const Measure& measure, size_t lines)
      : atoms_(atoms), breaker_(atoms, measure), measure_(measure), lines_(lines) {
    for (size_t i = 1; i < atoms.size(); ++i) {
      const Break kind = breaker_.BreakBefore(i);
      if (kind > Break::kDiscouraged) continue;
      const bool edge = AmongWords(atoms, i) == WordPlace::kEdge;
      places_.push_back({i, kind != Break::kAllowed ? kSplit : edge ? 0 : kUnknown});
    }
  }

  std::optional<std::vector<BrokenLine>> Run() {
    const BrokenLine whole = breaker_.LineOf(0, atoms_.size(), false);
    mean_ = whole.width_pt / static_cast<double>(lines_);
    Try(0, 0, 0);
    if (best_.empty()) return std::nullopt;
    best_.back().paragraph_end = true;
    return best_;
  }

 private:
  struct Place {
    size_t index;
    double cost;
  };
  static constexpr double kSplit = 1000;    // a word in two
  static constexpr double kUnknown = 6;     // perhaps one
  static constexpr double kHourglass = 40;  // a middle line shorter than both its neighbours

  void Try(size_t begin, size_t from, double cost) {
    if (cost >= best_cost_) return;
    if (current_.size() + 1 == lines_) return Last(begin, cost);
    for (size_t i = from; i < places_.size(); ++i) {
      const BrokenLine line = breaker_.LineOf(begin, places_[i].index, begin > 0);
      if (line.width_pt > measure_.width_pt + kTolerancePt) break;
      current_.push_back(line);
      Try(SkipSpaces(places_[i].index), i + 1, cost + places_[i].cost + Deviation(line));
      current_.pop_back();
    }
  }

  void Last(size_t begin, double cost) {
    if (begin >= atoms_.size()) return;
    const BrokenLine line = breaker_.LineOf(begin, atoms_.size(), begin > 0);
    if (line.width_pt > measure_.width_pt + kTolerancePt) return;
    current_.push_back(line);
    cost += Deviation(line) + Shape();
    if (cost < best_cost_) {
      best_cost_ = cost;
      best_ = current_;
    }
    current_.pop_back();
  }

  double Deviation(const BrokenLine& line) const {
    const double em = (line.width_pt - mean_) / measure_.size_pt;
    return em * em;
  }

  double Shape() const {
    double cost = 0;
    for (size_t i = 1; i + 1 < current_.size(); ++i) {
      const double shorter = std::min(current_[i - 1].width_pt, current_[i + 1].width_pt);
      if (current_[i].width_pt + kTolerancePt < shorter) cost += kHourglass;
    }
    return cost;
  }

  size_t SkipSpaces(size_t index) const {
    while (index < atoms_.size() && IsSpace(atoms_[index])) ++index;
    return index;
  }

  std::span<const Atom> atoms_;
  LineBreaker breaker_;
  const Measure& measure_;
  size_t lines_;
  double mean_ = 0;
  std::vector<Place> places_;
  std::vector<BrokenLine> current_;
  std::vector<BrokenLine> best_;
  double best_cost_ = 1e18;
};

}  // namespace

std::vector<BrokenLine> BalanceLines(std::span<const Atom> atoms, const Measure& measure) {
  constexpr size_t kMostLines = 4;  // of a title that is weighed; a longer one is simply broken
  std::vector<BrokenLine> plain = BreakLines(atoms, measure);
  const bool forced = std::any_of(atoms.begin(), atoms.end(), IsBreakKind);
  if (plain.size() < 2 || plain.size() > kMostLines || forced) return plain;
  return Balancer(atoms, measure, plain.size()).Run().value_or(std::move(plain));
}

}  // namespace anjuan::doc
