#include "engine/doc/line_break.h"

#include <algorithm>

namespace anjuan::doc {
namespace {

constexpr double kTolerancePt = 0.02;
// A line that is short by more than this for each gap is left ragged: wide gaps look worse.
constexpr double kWidestGapEm = 0.35;
// How much text may be pushed to the next line to keep a date or quantity together.
constexpr double kDiscouragedReachEm = 6;

bool In(std::u32string_view set, char32_t c) {
  return set.find(c) != std::u32string_view::npos;
}

bool BarredFromStart(char32_t c) {
  if (c < 0x80) return In(U")]},.;:?!%", c);
  return In(U"，。、；：？！）》〉」』】〕〗］｝’”…—～·‰℃％‐–", c);
}

bool BarredFromEnd(char32_t c) {
  if (c < 0x80) return In(U"([{$#", c);
  return In(U"（《〈「『【〔〖［｛‘“￥¥№±", c);
}

bool IsDigit(char32_t c) {
  return (c >= '0' && c <= '9');
}
bool IsLetter(char32_t c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
bool IsAsciiGraphic(char32_t c) {
  return c > 0x20 && c < 0x7F;
}

// Marks whose right half is empty, and how much of it a full line may take, in em.
double ShrinkAfter(const Atom& atom) {
  if (atom.kind != AtomKind::kGlyph || atom.width_em < 0.9F) return 0;
  if (In(U"，。、）》〉」』】〕〗］｝”’", atom.character)) return 0.5;
  if (In(U"；：？！", atom.character)) return 0.25;
  return 0;
}

double ShrinkAtEnd(const Atom& atom) {
  if (atom.kind != AtomKind::kGlyph || atom.width_em < 0.9F) return 0;
  return In(U"，。、；：？！）》〉」』】〕〗］｝”’", atom.character) ? 0.5 : 0;
}

// Words that titles and the names of offices are made of (GB/T 9704 7.3.1: 词意完整). Longer texts
// break anywhere, as Chinese does.
constexpr std::u32string_view kWords[] = {
    U"有限责任公司", U"有限公司", U"股份",   U"集团",   U"人力资源", U"社会保障", U"综合",
    U"工会联合会",   U"总工会",   U"委员会", U"联合会", U"工商业",   U"企业",     U"协会",
    U"职工代表",     U"代表大会", U"职工",   U"大会",   U"主席团",   U"工会",     U"集体合同",
    U"集体协商",     U"劳动合同", U"合同",   U"协商",   U"工资",     U"专项",     U"年度",
    U"草案",         U"要约书",   U"应约书", U"审查",   U"意见书",   U"意见",     U"备案",
    U"回执",         U"登记",     U"通知书", U"通知",   U"决议",     U"公告",     U"报告",
    U"材料",         U"补正",     U"移送",   U"催办函", U"逾期",     U"报送",     U"撤回",
    U"授权",         U"委托书",   U"名单",   U"代表",   U"区域性",   U"行业性",   U"技术工人",
    U"薪酬",         U"新就业",   U"形态",   U"劳动者", U"提请",     U"审议",     U"关于",
    U"变更",         U"解除",     U"续订",   U"公布",   U"人民政府", U"行政",     U"部门",
    U"食品",         U"加工",     U"机械",   U"制造",   U"科技",     U"建筑",     U"工程",
    U"物流",         U"餐饮",     U"服务",   U"管理",   U"外卖",     U"配送",     U"平台",
    U"人社局",       U"盖章",     U"签章",   U"签字",   U"专用章",
};

// Does one of the words reach over the place before atoms[index]?
bool InsideWord(std::span<const Atom> atoms, size_t index) {
  for (const std::u32string_view word : kWords) {
    for (size_t before = 1; before < word.size(); ++before) {
      if (before > index || index - before + word.size() > atoms.size()) continue;
      const auto part = atoms.subspan(index - before, word.size());
      if (std::equal(part.begin(), part.end(), word.begin(),
                     [](const Atom& atom, char32_t c) { return atom.character == c; })) {
        return true;
      }
    }
  }
  return false;
}

bool IsSpace(const Atom& atom) {
  return atom.kind == AtomKind::kGlyph && atom.character == ' ';
}

bool IsBreakKind(const Atom& atom) {
  return atom.kind == AtomKind::kLineBreak || atom.kind == AtomKind::kParagraphBreak;
}

double Advance(const Atom& atom, const Measure& measure) {
  const double tracking =
      atom.kind == AtomKind::kGlyph && atom.width_em > 0.9F ? measure.tracking_pt : 0;
  return static_cast<double>(atom.width_em) * measure.size_pt + tracking;
}

}  // namespace

Break BreakBetween(std::span<const Atom> atoms, size_t index) {
  const Atom& a = atoms[index - 1];
  const Atom& b = atoms[index];
  if (IsBreakKind(a)) return Break::kAllowed;
  if (IsBreakKind(b) || IsSpace(b)) return Break::kForbidden;
  if (a.kind == AtomKind::kCheck) return Break::kForbidden;  // a box stays with its label
  const char32_t left = a.kind == AtomKind::kGlyph ? a.character : 0;
  const char32_t right = b.kind == AtomKind::kGlyph ? b.character : 0;
  if (BarredFromStart(right) || BarredFromEnd(left)) return Break::kForbidden;
  if (left == ' ') return Break::kAllowed;
  if (IsAsciiGraphic(left) && IsAsciiGraphic(right)) {
    const bool joint = (left == '/' || left == '-' || left == '.' || left == '&' || left == '?');
    return joint && IsLetter(right) ? Break::kDiscouraged : Break::kForbidden;
  }
  if (left == U'〕' && IsDigit(right)) return Break::kForbidden;
  if (IsDigit(left)) {
    if (right == U'号') {  // 〔2023〕17号 is one word
      size_t i = index - 1;
      while (i > 0 && IsDigit(atoms[i].character)) --i;
      return atoms[i].character == U'〕' ? Break::kForbidden : Break::kDiscouraged;
    }
    // A unit (20日, 5.5吨) or the rest of a number's name (430624集备〔2023〕1号).
    if (right > 0x7F) return Break::kDiscouraged;
  }
  if (left == U'第' && IsDigit(right)) return Break::kDiscouraged;
  if (left == U'年' && right == U'度') return Break::kDiscouraged;
  if (b.kind == AtomKind::kBlank && left == U'：') return Break::kDiscouraged;
  return Break::kAllowed;
}

namespace {

class LineBreaker {
 public:
  LineBreaker(std::span<const Atom> atoms, const Measure& measure)
      : atoms_(atoms), measure_(measure) {}

  std::vector<BrokenLine> Run() {
    bool first = true;
    size_t begin = 0;
    do {
      const double indent = first ? measure_.first_indent_pt : measure_.rest_indent_pt;
      const double available = measure_.width_pt - indent;
      const size_t end = LineEnd(begin, available);
      const bool forced = end < atoms_.size() && IsBreakKind(atoms_[end]);
      Emit(begin, end, indent, available, forced || end == atoms_.size());
      first = forced && atoms_[end].kind == AtomKind::kParagraphBreak;
      begin = forced ? end + 1 : end;
      if (forced && begin == atoms_.size()) break;  // a break at the very end makes no line
      while (!forced && begin < atoms_.size() && IsSpace(atoms_[begin])) ++begin;
    } while (begin < atoms_.size());
    return std::move(lines_);
  }

 private:
  Break BreakBefore(size_t index) const {
    const Break out = BreakBetween(atoms_, index);
    const bool split = out == Break::kAllowed && measure_.whole_words && InsideWord(atoms_, index);
    return split ? Break::kDiscouraged : out;
  }

  // One past the last atom of the line that starts at `begin`.
  size_t LineEnd(size_t begin, double available) {
    double width = 0;
    double shrink = 0;  // what the marks before the last atom could give up
    size_t allowed = 0, discouraged = 0;
    double allowed_width = 0;
    bool overfull = false;   // the natural width has been passed
    size_t natural = begin;  // as far as fits without shrinking, breaks set aside
    for (size_t i = begin; i < atoms_.size(); ++i) {
      const Atom& atom = atoms_[i];
      if (IsBreakKind(atom)) return i;
      const double advance = IsSpace(atom) ? 0 : Advance(atom, measure_);
      const double end_shrink = ShrinkAtEnd(atom) * measure_.size_pt;
      const bool fits = width + advance - end_shrink <= available + kTolerancePt;
      if (!fits && !overfull) {
        overfull = true;
        // A legal break just here needs no help from the marks.
        if (allowed == i) break;
      }
      if (overfull && width + advance - end_shrink - shrink > available + kTolerancePt) break;
      width += IsSpace(atom) ? Advance(atom, measure_) : advance;
      if (!overfull) natural = i + 1;
      shrink += ShrinkAfter(atom) * measure_.size_pt;
      if (i + 1 == atoms_.size()) return atoms_.size();
      if (IsBreakKind(atoms_[i + 1])) return i + 1;
      switch (BreakBefore(i + 1)) {
        case Break::kAllowed:
          allowed = i + 1;
          allowed_width = width;
          break;
        case Break::kDiscouraged:
          discouraged = i + 1;
          break;
        case Break::kForbidden:
          break;
      }
      // One break taken with the help of the marks is enough.
      if (overfull && allowed == i + 1) break;
    }
    if (allowed > begin) {
      const bool near = measure_.whole_words ||
                        available - allowed_width <= kDiscouragedReachEm * measure_.size_pt;
      return near || discouraged < allowed ? allowed : discouraged;
    }
    if (discouraged > begin) return discouraged;
    // A word longer than the line is broken anywhere.
    return std::min(std::max(natural, begin + 1), atoms_.size());
  }

  void Emit(size_t begin, size_t end, double indent, double available, bool paragraph_end) {
    BrokenLine line;
    line.begin = begin;
    line.end = end;
    while (line.end > begin && IsSpace(atoms_[line.end - 1])) --line.end;
    line.indent_pt = indent;
    for (size_t i = line.begin; i < line.end; ++i) line.width_pt += Advance(atoms_[i], measure_);
    line.paragraph_end = paragraph_end;
    line.overflows = end == begin + 1 && line.width_pt > available + kTolerancePt;
    lines_.push_back(line);
  }

  std::span<const Atom> atoms_;
  const Measure& measure_;
  std::vector<BrokenLine> lines_;
};

}  // namespace

std::vector<BrokenLine> BreakLines(std::span<const Atom> atoms, const Measure& measure) {
  return LineBreaker(atoms, measure).Run();
}

namespace {

// Where a stretched line may open up: not inside a number or word.
bool MayOpen(const Atom& a, const Atom& b) {
  if (a.kind != AtomKind::kGlyph || b.kind != AtomKind::kGlyph) return true;
  if (IsAsciiGraphic(a.character) && IsAsciiGraphic(b.character)) return false;
  return !(a.character == b.character && In(U"—…", a.character));
}

void Shrink(std::span<const Atom> line, const Measure& measure, double excess,
            std::vector<double>& advances) {
  // The mark at the end gives way first; its empty half is seen by nobody.
  const double at_end = std::min(excess, ShrinkAtEnd(line.back()) * measure.size_pt);
  advances.back() -= at_end;
  excess -= at_end;
  double possible = 0;
  for (size_t i = 0; i + 1 < line.size(); ++i) possible += ShrinkAfter(line[i]) * measure.size_pt;
  if (excess <= kTolerancePt || possible <= 0) return;
  const double part = std::min(1.0, excess / possible);
  for (size_t i = 0; i + 1 < line.size(); ++i) {
    advances[i] -= part * ShrinkAfter(line[i]) * measure.size_pt;
  }
}

}  // namespace

std::vector<double> SetLine(std::span<const Atom> line, const Measure& measure, double available_pt,
                            bool stretch) {
  std::vector<double> advances;
  advances.reserve(line.size());
  double width = 0;
  for (const Atom& atom : line) {
    advances.push_back(Advance(atom, measure));
    width += advances.back();
  }
  if (line.empty()) return advances;
  const double missing = available_pt - width;
  if (missing < -kTolerancePt) {
    Shrink(line, measure, -missing, advances);
    return advances;
  }
  if (!stretch || missing <= kTolerancePt) return advances;
  int gaps = 0;
  for (size_t i = 0; i + 1 < line.size(); ++i) gaps += MayOpen(line[i], line[i + 1]) ? 1 : 0;
  if (gaps == 0 || missing / gaps > kWidestGapEm * measure.size_pt) return advances;
  for (size_t i = 0; i + 1 < line.size(); ++i) {
    if (MayOpen(line[i], line[i + 1])) advances[i] += missing / gaps;
  }
  return advances;
}

}  // namespace anjuan::doc
