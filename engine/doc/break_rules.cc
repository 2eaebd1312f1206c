#include "engine/doc/break_rules.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "engine/doc/shape.h"

namespace anjuan::doc {
namespace {

bool In(std::u32string_view set, char32_t c) {
  return set.find(c) != std::u32string_view::npos;
}

constexpr std::array<Role, 128> kAsciiRoles = [] {
  std::array<Role, 128> out{};
  for (char32_t c = 0; c < 128; ++c) {
    Role role = c > ' ' && c < 0x7F ? Role::kAscii : Role::kOther;
    if (c == ' ') role = Role::kSpace;
    if (c >= '0' && c <= '9') role = Role::kDigit;
    if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z')) role = Role::kLetter;
    out[c] = role;
  }
  return out;
}();

struct RoleSet {
  Role role;
  std::u32string_view characters;
};

constexpr RoleSet kRoleSets[] = {
    {Role::kPause, U"，。、；：．"},
    {Role::kMark, U"？！"},
    {Role::kClose, U"）》〉」』】〕〗］｝’”〞"},
    {Role::kOpen, U"（《〈「『【〔〖［｛‘“〝"},
    {Role::kDash, U"—―⸺"},
    {Role::kDots, U"…⋯‥"},
    {Role::kJoin, U"–～〜－‐‑"},
    {Role::kMiddle, U"·•・‧"},
    {Role::kSlash, U"／"},
    {Role::kSuffix, U"‰℃％‱℉°′″㎡㎥㎞㎝㎜㎏㎎㏄"},
    {Role::kPrefix, U"￥¥№±＄€£−§＃"},
    {Role::kRaised, U"²³¹⁰⁴⁵⁶⁷⁸⁹†‡＊"},
};

// Units after a line to write a number on: ______元, ____年__月__日.
constexpr std::u32string_view kBlankUnits = U"元年月日天时分人名号页份个次条";
constexpr std::u32string_view kHanziDigits = U"〇一二三四五六七八九十百千零两";
constexpr std::u32string_view kOrdinals = U"条款项章节号届次期编部级";
constexpr std::u32string_view kMagnitudes = U"百千万亿";

bool IsAsciiGraphic(const Atom& atom) {
  return atom.kind == AtomKind::kGlyph && atom.character > 0x20 && atom.character < 0x7F;
}

bool IsDigit(const Atom& atom) {
  return atom.role == Role::kDigit;
}

bool IsSpace(const Atom& atom) {
  return atom.role == Role::kSpace;
}

bool IsBreakKind(const Atom& atom) {
  return atom.kind == AtomKind::kLineBreak || atom.kind == AtomKind::kParagraphBreak;
}

bool IsHanzi(const Atom& atom) {
  return atom.kind == AtomKind::kGlyph && atom.role == Role::kOther && atom.character > 0x7F;
}

bool IsWord(const Atom& atom) {
  return IsHanzi(atom) || atom.role == Role::kLetter || atom.role == Role::kDigit;
}

bool BarredFromStart(const Atom& atom) {
  switch (atom.role) {
    case Role::kPause:
    case Role::kMark:
    case Role::kClose:
    case Role::kDash:
    case Role::kDots:
    case Role::kJoin:
    case Role::kMiddle:
    case Role::kSlash:
    case Role::kSuffix:
      return true;
    case Role::kAscii:
      return In(U")]},.;:?!%/-~", atom.character);
    case Role::kOther:
    case Role::kSpace:
    case Role::kDigit:
    case Role::kLetter:
    case Role::kOpen:
    case Role::kPrefix:
    case Role::kRaised:
    case Role::kCircled:
      return false;
  }
  return false;
}

bool BarredFromEnd(const Atom& atom) {
  if (atom.role == Role::kAscii) return In(U"([{$#", atom.character);
  return atom.role == Role::kOpen || atom.role == Role::kPrefix || atom.role == Role::kSlash;
}

// Between two ASCII characters: inside a number or word, but a long address may be parted after
// one of / . - ;
Break WithinAscii(std::span<const Atom> atoms, size_t index) {
  const Atom& a = atoms[index - 1];
  const Atom& b = atoms[index];
  const bool word_follows = b.role == Role::kLetter || b.role == Role::kDigit;
  if (!word_follows || !In(U"/.-;", a.character)) return Break::kNoSplit;
  const bool number = IsDigit(b) && (index < 2 || IsDigit(atoms[index - 2]));
  if (number || (a.character == '.' && b.role != Role::kLetter)) return Break::kNoSplit;
  return Break::kDiscouraged;
}

// How many digits stand just before atoms[end].
size_t DigitsBefore(std::span<const Atom> atoms, size_t end) {
  size_t count = 0;
  while (count < end && IsDigit(atoms[end - 1 - count])) ++count;
  return count;
}

Break AfterDigit(std::span<const Atom> atoms, size_t index) {
  const Atom& b = atoms[index];
  if (IsDigit(b)) return Break::kNoSplit;  // full-width ones, or mixed
  if (b.character == U'号') {              // 〔2023〕17号 is one word
    const size_t digits = DigitsBefore(atoms, index);
    const bool bracket = digits < index && atoms[index - 1 - digits].character == U'〕';
    return bracket ? Break::kNoSplit : Break::kDiscouraged;
  }
  // A unit (20日, 5.5吨) or the rest of a number's name (430624集备〔2023〕1号).
  return IsHanzi(b) ? Break::kDiscouraged : Break::kAllowed;
}

// 第三章, 第十二条: the ordinal and what it counts.
bool InsideOrdinal(std::span<const Atom> atoms, size_t index) {
  constexpr size_t kLongest = 7;
  const char32_t right = atoms[index].character;
  if (!In(kHanziDigits, atoms[index - 1].character)) return false;
  if (!In(kHanziDigits, right) && !In(kOrdinals, right)) return false;
  for (size_t back = 2; back <= std::min(index, kLongest); ++back) {
    const char32_t c = atoms[index - back].character;
    if (c == U'第') return true;
    if (!In(kHanziDigits, c)) return false;
  }
  return false;
}

Break AfterHanzi(std::span<const Atom> atoms, size_t index) {
  const char32_t left = atoms[index - 1].character;
  const Atom& b = atoms[index];
  const bool counted = index > 1 && IsDigit(atoms[index - 2]);
  if (left == U'第' && (IsDigit(b) || In(kHanziDigits, b.character))) return Break::kDiscouraged;
  if (counted && left == U'年' && b.character == U'度') return Break::kDiscouraged;
  if (counted && In(kMagnitudes, left) && IsHanzi(b)) return Break::kDiscouraged;  // 100万元
  // 2023年5月25日, 15时30分; 年 and 月 before a line to write on.
  if (counted && In(U"年月日时分", left) && IsDigit(b)) return Break::kAvoid;
  if (In(U"年月", left) && b.kind == AtomKind::kBlank) return Break::kAvoid;
  return InsideOrdinal(atoms, index) ? Break::kAvoid : Break::kAllowed;
}

// [1] or 〔1〕 behind a word: a note of one or two digits.
bool BeginsNote(std::span<const Atom> atoms, size_t index) {
  const char32_t open = atoms[index].character;
  if (open != '[' && open != U'〔') return false;
  const char32_t close = open == '[' ? ']' : U'〕';
  size_t end = index + 1;
  while (end < atoms.size() && end < index + 3 && IsDigit(atoms[end])) ++end;
  return end > index + 1 && end < atoms.size() && atoms[end].character == close;
}

bool StaysWithWordBefore(std::span<const Atom> atoms, size_t index) {
  const Atom& a = atoms[index - 1];
  const Atom& b = atoms[index];
  if (b.role == Role::kRaised || b.character == '*') {
    return !IsSpace(a) && a.kind == AtomKind::kGlyph;
  }
  const bool noted = IsWord(a) || a.role == Role::kClose;
  return noted && (b.role == Role::kCircled || BeginsNote(atoms, index));
}

// ①甲；②乙: the number with what it counts, unless it is a note to the word before.
bool IsOwnNumber(std::span<const Atom> atoms, size_t index) {
  return atoms[index].role == Role::kCircled && (index == 0 || !StaysWithWordBefore(atoms, index));
}

Break Legal(std::span<const Atom> atoms, size_t index) {
  const Atom& a = atoms[index - 1];
  const Atom& b = atoms[index];
  if (a.kind == AtomKind::kBlank) {
    return In(kBlankUnits, b.character) ? Break::kDiscouraged : Break::kAllowed;
  }
  if (b.kind == AtomKind::kBlank && a.character == U'：') return Break::kDiscouraged;
  if (a.character == U'〕' && IsDigit(b)) return Break::kNoSplit;
  if (a.character == U'〕' && b.character == U'第') return Break::kDiscouraged;
  if (IsDigit(a)) return AfterDigit(atoms, index);
  if (a.role == Role::kJoin || a.role == Role::kDash) {  // 3～5天, 3—5天
    return IsDigit(b) && index > 1 && IsDigit(atoms[index - 2]) ? Break::kDiscouraged
                                                                : Break::kAllowed;
  }
  if (a.role == Role::kMiddle) return Break::kAvoid;
  if (IsOwnNumber(atoms, index - 1)) return Break::kAvoid;
  const bool wide_number = In(U"，．", a.character) && IsDigit(b) && b.character > 0x7F &&
                           index > 1 && IsDigit(atoms[index - 2]);
  if (wide_number) return Break::kNoSplit;  // １，０００
  if (In(U"\"'", a.character) || In(U"\"'", b.character)) return Break::kAvoid;
  return IsHanzi(a) ? AfterHanzi(atoms, index) : Break::kAllowed;
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

// What ends a word whatever comes before it: 财政局, 教育厅; 的 belongs to what it follows.
constexpr std::u32string_view kWordEnds = U"局厅的";

}  // namespace

Role RoleOf(char32_t c) {
  if (c < 0x80) return kAsciiRoles[c];
  if ((c >= 0x3400 && c < 0xA000) || c >= 0x20000) return Role::kOther;
  if (c >= U'０' && c <= U'９') return Role::kDigit;
  if (c >= U'①' && c <= U'⑳') return Role::kCircled;
  for (const RoleSet& set : kRoleSets) {
    if (In(set.characters, c)) return set.role;
  }
  return Role::kOther;
}

Break BreakBetween(std::span<const Atom> atoms, size_t index) {
  const Atom& a = atoms[index - 1];
  const Atom& b = atoms[index];
  if (IsBreakKind(a)) return Break::kAllowed;
  // Nothing gains from a break before a space or a forced one.
  if (IsBreakKind(b) || IsSpace(b) || BarredFromStart(b)) return Break::kLineStart;
  if (BarredFromEnd(a)) return Break::kLineEnd;
  if (a.kind == AtomKind::kCheck || b.join == Join::kMust) return Break::kNoSplit;  // box and label
  if (StaysWithWordBefore(atoms, index)) return Break::kNoSplit;
  if (IsSpace(a)) {  // 5 km
    const bool unit = b.role == Role::kLetter && index > 1 && IsDigit(atoms[index - 2]);
    return unit ? Break::kAvoid : Break::kAllowed;
  }
  if (IsAsciiGraphic(a) && IsAsciiGraphic(b)) return WithinAscii(atoms, index);
  // Wer’s: the closing quote is an apostrophe there.
  if (a.character == U'’' && b.role == Role::kLetter && index > 1 &&
      atoms[index - 2].role == Role::kLetter) {
    return Break::kNoSplit;
  }
  const Break legal = Legal(atoms, index);
  return b.join == Join::kPrefer ? std::max(legal, Break::kAvoid) : legal;
}

WordPlace AmongWords(std::span<const Atom> atoms, size_t index) {
  const Atom& a = atoms[index - 1];
  const Atom& b = atoms[index];
  if (IsHanzi(a) && In(kWordEnds, b.character)) return WordPlace::kInside;
  const bool mark = !IsHanzi(a) || !IsHanzi(b);
  bool edge = mark || a.character == U'的';
  for (const std::u32string_view word : kWords) {
    for (size_t before = 0; before <= word.size(); ++before) {
      if (before > index || index - before + word.size() > atoms.size()) continue;
      const auto part = atoms.subspan(index - before, word.size());
      const bool here =
          std::equal(part.begin(), part.end(), word.begin(),
                     [](const Atom& atom, char32_t c) { return atom.character == c; });
      if (here && before > 0 && before < word.size()) return WordPlace::kInside;
      edge = edge || here;
    }
  }
  return edge ? WordPlace::kEdge : WordPlace::kUnknown;
}

}  // namespace anjuan::doc
