// Which characters may begin or end a line, and what is not parted. Private to engine/doc.
//
// Source: GB/T 15834-2011 part 5 (marks barred from line start and line end); CLREQ for numbers,
// Latin
//         words and quantities. What keeps together in dates, numbers of papers and names is the
//         house's own reading; line_break.cases in tests/doc/data shows each rule.
#pragma once

#include <cstdint>
#include <span>

namespace anjuan::doc {

struct Atom;

// What a character is to a line. Wide marks have their body in one half of the em.
enum class Role : std::uint8_t {
  kOther,  // hanzi and symbols: a line may break on both sides
  kSpace,
  kDigit,   // full-width ones too
  kLetter,  // ASCII
  kAscii,   // the rest of it
  kPause,   // ， 。 、 ； ：
  kMark,    // ？ ！
  kClose,
  kOpen,
  kDash,     // — and ―: one of them is a 一字线, two are a 破折号
  kDots,     // …
  kJoin,     // 连接号: – ～ － and their like
  kMiddle,   // 间隔号 ·
  kSlash,    // 分隔号 ／
  kSuffix,   // % ‰ ℃ ㎡: ends a number
  kPrefix,   // ￥ № ±: begins one
  kRaised,   // ² † ＊: belongs to the word before
  kCircled,  // ① to ⑳: a note after a word, a number of its own after a mark
};

Role RoleOf(char32_t character);

// How bad a line break is: the first three are legal; the others are taken in this order where a
// line has nothing better (the line-start rule is kept longest).
enum class Break : std::uint8_t {
  kAllowed,
  kAvoid,        // within a date, a name, after an ordinal
  kDiscouraged,  // between a number and its unit
  kNoSplit,      // within a number, a Latin word, 〔2023〕17号
  kLineEnd,      // an opening mark would end the line
  kLineStart,    // a mark would begin the line; —— or …… would be parted
};

Break BreakBetween(std::span<const Atom> atoms, size_t index);  // before atoms[index], index > 0

// Whether the place before atoms[index] is inside one of the words that titles and names of offices
// are made of, or beside one.
enum class WordPlace : std::uint8_t { kUnknown, kEdge, kInside };
WordPlace AmongWords(std::span<const Atom> atoms, size_t index);

}  // namespace anjuan::doc
