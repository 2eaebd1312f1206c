// Line breaking against cases in data/line_break.cases, an oracle that knows the rules in its own
// words and tries every breaking, and properties that hold for any text.
#include "engine/doc/line_break.h"

#include <gtest/gtest.h>

#include <sstream>

#include "engine/base/text.h"
#include "tests/doc/fixture.h"

namespace anjuan::doc {
namespace {

constexpr std::string_view kFile = "tests/doc/data/line_break.cases";

// "--- name", the measure in characters with switches, the text, the lines with | between them;
// then perhaps "advances" of the first line. Characters are 10 pt; ASCII is half a character wide.
struct Case {
  std::string name;
  int line = 0;  // of the file
  std::string measure;
  std::string text;
  std::string lines;
  std::string advances;
};

std::vector<Case> ReadCases() {
  std::vector<Case> out;
  std::istringstream in(ReadSource(std::string(kFile)));
  int number = 0;
  int part = 0;
  for (std::string line; std::getline(in, line);) {
    ++number;
    if (line.starts_with("--- ")) {
      out.emplace_back();
      out.back().name = line.substr(4);
      out.back().line = number;
      part = 0;
    } else if (!line.starts_with("#") && !line.empty() && !out.empty()) {
      std::string* const parts[] = {&out.back().measure, &out.back().text, &out.back().lines,
                                    &out.back().advances};
      EXPECT_LT(part, 4) << kFile << ":" << number;
      if (part < 4) *parts[part++] = line;
    }
  }
  return out;
}

std::string Unescaped(std::string text) {
  for (size_t at = text.find("\\n"); at != std::string::npos; at = text.find("\\n")) {
    text.replace(at, 2, "\n");
  }
  return text;
}

// "4" or "4.5".
double Number(std::string_view word) {
  const size_t point = word.find('.');
  double out = static_cast<double>(ParseInteger(word.substr(0, point)).value_or(-1000));
  if (point != std::string_view::npos) {
    out += static_cast<double>(ParseInteger(word.substr(point + 1)).value_or(-1000)) / 10;
  }
  return out;
}

Measure MeasureOf(const Case& one) {
  Measure out{.width_pt = 0, .size_pt = 10};
  for (const std::string_view word : SplitWords(one.measure)) {
    if (word == "hang") {
      out.marks.hang = true;
    } else if (word == "gap") {
      out.marks.latin_gap = true;
    } else if (word == "grid") {
      out.marks.grid = true;
    } else if (word == "words") {
      out.whole_words = true;
    } else if (word.starts_with("indent")) {
      out.first_indent_pt = 10 * Number(word.substr(6));
    } else {
      out.width_pt = 10 * Number(word);
    }
  }
  return out;
}

// <…> in a text is a value of the data, <____> a line to write on.
std::vector<Atom> AtomsOf(const std::string& text) {
  static const FakeFonts kFonts;
  static const CompiledExpression kValue;
  Diagnostics mistakes;
  Diagnostics notes;
  std::vector<Span> spans;
  const auto add = [&](std::string_view part, bool data) {
    Span span;
    span.text = std::string(part);
    span.from = data ? &kValue : nullptr;
    spans.push_back(std::move(span));
  };
  std::string_view rest = text;
  for (size_t open = rest.find('<'); open != std::string_view::npos; open = rest.find('<')) {
    const size_t close = rest.find('>', open);
    add(rest.substr(0, open), false);
    if (rest.substr(open, close - open + 1) == "<____>") {
      Span blank;
      blank.kind = SpanKind::kBlank;
      blank.width = 2;
      spans.push_back(std::move(blank));
    } else {
      add(rest.substr(open + 1, close - open - 1), true);
    }
    rest.remove_prefix(close + 1);
  }
  add(rest, false);
  return Shaper(kFonts, mistakes, notes).Shape(spans);
}

std::string LineText(std::span<const Atom> atoms, const BrokenLine& line) {
  std::string out;
  for (const Atom& atom : atoms.subspan(line.begin, line.end - line.begin)) {
    if (atom.kind == AtomKind::kBlank) {
      out += "<____>";
    } else {
      AppendUtf8(out, atom.character);
    }
  }
  return out;
}

std::string Numbers(const std::vector<double>& numbers) {
  std::string out;
  for (const double number : numbers) {
    const auto hundredths = static_cast<long long>(number * 100 + (number < 0 ? -0.5 : 0.5));
    out += StrCat(out.empty() ? "" : " ", hundredths / 100);
    const long long part = hundredths % 100;
    if (part != 0) out += StrCat(".", part / 10, part % 10 == 0 ? "" : StrCat(part % 10));
  }
  return out;
}

class LineBreakTest : public testing::TestWithParam<Case> {};

TEST_P(LineBreakTest, Breaks) {
  const Case& one = GetParam();
  const Measure measure = MeasureOf(one);
  const std::vector<Atom> atoms = AtomsOf(Unescaped(one.text));
  std::string got;
  std::string advances;
  for (const BrokenLine& line : BreakLines(atoms, measure)) {
    if (line.begin > 0) got += '|';
    got += LineText(atoms, line);
    const SetAtoms set = SetLine(atoms, line, measure, !line.paragraph_end);
    EXPECT_LE(set.width_pt, measure.width_pt - line.indent_pt + 0.05) << got;
    if (line.begin == 0) advances = Numbers(set.advances_pt);
  }
  EXPECT_EQ(got, one.lines == "(empty)" ? "" : one.lines) << kFile << ":" << one.line;
  if (!one.advances.empty()) {
    EXPECT_EQ(advances, one.advances) << kFile << ":" << one.line;
  }
}

INSTANTIATE_TEST_SUITE_P(Cases, LineBreakTest, testing::ValuesIn(ReadCases()), [](const auto& one) {
  std::string name;
  for (const char c : one.param.name) {
    const bool plain = (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    name += plain ? c : '_';
  }
  return name;
});

// ---- The oracle ----

// The rules again, over the characters alone and as sets: what may not be parted.
class Oracle {
 public:
  Oracle(std::u32string text, double characters) : text_(std::move(text)), measure_(characters) {}

  bool MayBreak(size_t at) const {
    constexpr std::u32string_view kNotFirst = U"，。、；：？！）》”’〕】」—…～·／–%‰℃ ,.)-";
    constexpr std::u32string_view kNotLast = U"（《“‘〔【「￥／(";
    const char32_t a = text_[at - 1];
    const char32_t b = text_[at];
    if (kNotFirst.find(b) != kNotFirst.npos || kNotLast.find(a) != kNotLast.npos) return false;
    if (Word(a) && Word(b)) return false;
    if (Digit(b) && (a == U'〕' || a == '-' || a == '.' || a == ',')) return AfterJoint(at);
    if (Letter(b) && (a == ',' || a == ')' || a == '%')) return false;
    if (a < 0x80 && b < 0x80 && a != ' ') return AfterJoint(at);
    return !(b == U'号' && NumberOfPaper(at));
  }

  // Is there a breaking whose breaks are all legal and whose lines all fit?
  bool HasLegal() const {
    std::vector<bool> reached(text_.size() + 1, false);
    reached[0] = true;
    for (size_t begin = 0; begin < text_.size(); ++begin) {
      if (!reached[begin]) continue;
      for (size_t end = begin + 1; end <= text_.size(); ++end) {
        const bool legal = end == text_.size() || MayBreak(end);
        if (legal && Fits(begin, end)) reached[SkipSpaces(end)] = true;
      }
    }
    return reached[text_.size()];
  }

 private:
  static bool Digit(char32_t c) { return c >= '0' && c <= '9'; }
  static bool Letter(char32_t c) { return c >= 'a' && c <= 'z'; }
  static bool Word(char32_t c) { return Digit(c) || Letter(c); }

  // After one of / . - ; between letters, so that a long address can be parted.
  bool AfterJoint(size_t at) const {
    const char32_t a = text_[at - 1];
    const char32_t b = text_[at];
    if (a != '-' && a != '.') return false;
    const bool digits = Digit(b) && (at < 2 || Digit(text_[at - 2]));
    return Word(b) && !digits && !(a == '.' && !Letter(b));
  }

  bool NumberOfPaper(size_t at) const {
    size_t first = at;
    while (first > 0 && Digit(text_[first - 1])) --first;
    return first < at && first > 0 && text_[first - 1] == U'〕';
  }

  size_t SkipSpaces(size_t at) const {
    while (at < text_.size() && text_[at] == ' ') ++at;
    return at;
  }

  // As wide as its characters are: what marks may give up only helps.
  bool Fits(size_t begin, size_t end) const {
    while (end > begin && text_[end - 1] == ' ') --end;
    double width = 0;
    for (size_t i = begin; i < end; ++i) width += text_[i] < 0x80 ? 0.5 : 1;
    return width <= measure_;
  }

  std::u32string text_;
  double measure_;
};

// Texts and measures from a seed.
class Dice {
 public:
  std::uint32_t Below(std::uint32_t below) {
    seed_ = seed_ * 1664525 + 1013904223;
    return (seed_ >> 8) % below;
  }

  std::u32string Text(std::u32string_view pool, std::uint32_t most) {
    std::u32string out;
    for (std::uint32_t left = Below(most); left > 0; --left) {
      out += pool[Below(static_cast<std::uint32_t>(pool.size()))];
    }
    return out;
  }

 private:
  std::uint32_t seed_ = 20230306;
};

std::string Utf8(std::u32string_view text) {
  std::string out;
  for (const char32_t c : text) AppendUtf8(out, c);
  return out;
}

TEST(LineBreakOracleTest, NoRuleIsBrokenWhereALegalBreakingExists) {
  constexpr std::u32string_view kPool =
      U"甲乙丙丁戊己庚辛壬癸子丑寅卯，。、；（）《》“”‘’……——〔〕·～／0123ab %‰℃号年月日-.,";
  Dice dice;
  int legal = 0;
  for (int round = 0; round < 20'000; ++round) {
    const std::u32string text = dice.Text(kPool, 28);
    const double characters = 3 + 0.5 * dice.Below(14);
    if (text.empty()) continue;
    const Oracle oracle(text, characters);
    if (!oracle.HasLegal()) continue;
    ++legal;
    Measure measure{.width_pt = characters * 10, .size_pt = 10};
    measure.marks.grid = dice.Below(4) == 0;
    measure.whole_words = dice.Below(4) == 0;
    const std::vector<Atom> atoms = AtomsOf(Utf8(text));
    ASSERT_EQ(atoms.size(), text.size());
    std::string shown;
    for (const BrokenLine& line : BreakLines(atoms, measure)) {
      shown += LineText(atoms, line) + "|";
      if (line.begin > 0) {
        ASSERT_TRUE(oracle.MayBreak(line.begin)) << Utf8(text) << " -> " << shown;
      }
      const SetAtoms set = SetLine(atoms, line, measure, true);
      ASSERT_LE(set.width_pt, measure.width_pt + 0.05) << Utf8(text) << " -> " << shown;
    }
  }
  EXPECT_GT(legal, 4'000);  // else the oracle saw nothing
}

// ---- Properties ----

// Whatever the text: nothing is lost, nothing is wider than the measure.
TEST(LineBreakPropertyTest, AnyTextIsCoveredAndFits) {
  constexpr std::u32string_view kPool =
      U"甲乙丙，。、；？！（）《》“”·……——〔〕0123456789abc /-%号年第①² \n";
  Dice dice;
  for (int round = 0; round < 4'000; ++round) {
    const std::string text = Utf8(dice.Text(kPool, 60));
    const std::vector<Atom> atoms = AtomsOf(text);
    Measure measure{.width_pt = 40.0 + dice.Below(100), .first_indent_pt = 20, .size_pt = 10};
    measure.marks = {
        .hang = dice.Below(3) == 0, .latin_gap = dice.Below(3) == 0, .grid = dice.Below(3) == 0};
    size_t at = 0;
    const auto skip_to = [&](size_t end) {
      // Only spaces and the break itself are left out between two lines.
      for (; at < end; ++at) {
        ASSERT_TRUE(atoms[at].kind != AtomKind::kGlyph || atoms[at].character == U' ') << text;
      }
    };
    for (const BrokenLine& line : BreakLines(atoms, measure)) {
      skip_to(line.begin);
      at = line.end;
      const SetAtoms set = SetLine(atoms, line, measure, !line.paragraph_end);
      ASSERT_LE(set.width_pt, measure.width_pt - line.indent_pt + 0.05) << text;
      ASSERT_FALSE(line.overflows) << text;
      for (const double advance : set.advances_pt) ASSERT_GE(advance, -0.01) << text;
    }
    skip_to(atoms.size());
  }
}

TEST(LineBreakPropertyTest, FiveThousandCharactersWithoutABreak) {
  for (const char* const unit : {"x", "字", "（", "。", "…", "9"}) {
    std::string text;
    for (int i = 0; i < 5'000; ++i) text += unit;
    const std::vector<Atom> atoms = AtomsOf(text);
    const Measure measure{.width_pt = 280, .size_pt = 10};
    size_t covered = 0;
    for (const BrokenLine& line : BreakLines(atoms, measure)) {
      covered += line.end - line.begin;
      EXPECT_LE(SetLine(atoms, line, measure, true).width_pt, 280.05) << unit;
    }
    EXPECT_EQ(covered, 5'000U) << unit;
  }
}

// ---- Setting ----

std::vector<double> SetOneLine(std::string_view text, double width_pt, bool stretch) {
  const std::vector<Atom> atoms = AtomsOf(std::string(text));
  BrokenLine line;
  line.end = atoms.size();
  return SetLine(atoms, line, {.width_pt = width_pt, .size_pt = 10}, stretch).advances_pt;
}

TEST(SetLineTest, StretchesToTheMeasureButNotInsideNumbers) {
  EXPECT_EQ(SetOneLine("甲12乙丙", 46, true), (std::vector<double>{12, 5, 7, 12, 10}));
  EXPECT_EQ(SetOneLine("甲12乙丙", 46, false), (std::vector<double>{10, 5, 5, 10, 10}));
  // Gaps of half a character would look worse than a ragged line.
  EXPECT_EQ(SetOneLine("甲12乙丙", 70, true), (std::vector<double>{10, 5, 5, 10, 10}));
}

TEST(SetLineTest, WhatMarksGaveUpIsNotOpenedAgain) {
  // 》、 has closed up; the two gaps left take one point each.
  EXPECT_EQ(SetOneLine("甲》、乙", 37, true), (std::vector<double>{11, 5, 11, 10}));
}

TEST(MarkStyleTest, IsTheDocumentsChoice) {
  const auto first_line = [](std::string_view attributes) {
    const std::string markup =
        StrCat("<document xmlns=\"urn:anjuan:template:1\" code=\"T\" title=\"题\" ", attributes,
               "><p "
               "indent=\"0\">《甲》、《乙》一二三四五六七八九十一二三四五六七八九十，3。戊</p></"
               "document>");
    const auto pages = TemplateRun(markup, "{}").Layout();
    EXPECT_TRUE(pages.has_value()) << Render(pages.error());
    return pages ? TextOf(*pages) : "";
  };
  EXPECT_EQ(first_line(""), "《甲》、《乙》一二三四五六七八九十一二三四五六七八九十，3。\n戊\n");
  EXPECT_EQ(first_line("marks=\"grid\""),
            "《甲》、《乙》一二三四五六七八九十一二三四五六七八九十，\n3。戊\n");
  const auto wrong = TemplateRun(
      "<document xmlns=\"urn:anjuan:template:1\" code=\"T\" title=\"题\" marks=\"loose\"/>", "{}");
  ASSERT_FALSE(wrong.compiled().has_value());
  EXPECT_EQ(wrong.compiled().error()[0].code, "doc.attribute");
}

// ---- Titles ----

std::string Balanced(const std::string& text, double characters) {
  const std::vector<Atom> atoms = AtomsOf(text);
  const Measure measure{.width_pt = characters * 10, .size_pt = 10, .whole_words = true};
  std::string out;
  for (const BrokenLine& line : BalanceLines(atoms, measure)) {
    out += StrCat(out.empty() ? "" : "|", LineText(atoms, line));
  }
  return out;
}

TEST(BalanceLinesTest, TrapeziumOrDiamond) {
  EXPECT_EQ(Balanced("某市某局", 20), "某市某局");
  EXPECT_EQ(Balanced("甲乙丙丁戊己庚辛壬癸子丑", 8), "甲乙丙丁戊己|庚辛壬癸子丑");
  EXPECT_EQ(Balanced("示例市人力资源和社会保障局关于开展集体协商的通知", 20),
            "示例市人力资源和社会保障局|关于开展集体协商的通知");
  // Not with a short line in the middle.
  EXPECT_EQ(Balanced("甲乙集体合同丙丁劳动合同戊己集体协商庚辛", 8),
            "甲乙集体合同|丙丁劳动合同|戊己集体协商庚辛");
}

TEST(BalanceLinesTest, LongTitlesAreSimplyBroken) {
  std::string text;
  for (int i = 0; i < 5'000; ++i) text += "题";
  EXPECT_EQ(Balanced(text, 20).size(), 5'000U * 3 + 249);
}

}  // namespace
}  // namespace anjuan::doc
