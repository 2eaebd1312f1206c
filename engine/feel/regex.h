// Regular expressions as FEEL has them, run within a bound.
//
// Source:  XML Schema part 2, appendix F, with the additions of XPath functions 3.1, section 5.6:
//          anchors, lazy quantifiers, groups `(?:`, back references, class subtraction
//          ([a-z-[aeiou]]), \i \c, categories \p{Lu}, blocks \p{IsCJKUnifiedIdeographs}, and the
//          flags s m i x q. The pattern is translated, not passed on: PCRE2 accepts these forms and
//          takes several for something else.
// Errors:  a pattern or flag that is none; a match that costs more than it may.
// Threads: a Regex may be used by any number at once.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace anjuan::feel {

class Regex {
 public:
  // The mistake in words, where there is one.
  struct Mistake {
    std::string text;
  };
  static std::shared_ptr<const Regex> Compile(std::string_view pattern, std::string_view flags,
                                              Mistake& mistake);

  // Bytes of the text, by group; the whole match is the first. A group that took no part is empty.
  struct Match {
    std::vector<std::pair<size_t, size_t>> groups;
    size_t begin() const { return groups.front().first; }
    size_t end() const { return groups.front().second; }
  };
  enum class Outcome { kFound, kNone, kTooCostly, kBadText };
  // `cost` is what it took, in steps of an evaluation.
  Outcome Find(std::string_view text, size_t from, Match& match, std::int64_t& cost) const;

  size_t group_count() const { return group_count_; }

 private:
  Regex() = default;
  std::shared_ptr<void> code_;  // pcre2_code
  size_t group_count_ = 0;
};

// The same pattern in PCRE2's spelling; nullopt and a mistake where it is none.
std::optional<std::string> TranslatePattern(std::string_view pattern, bool spaces_ignored,
                                            bool dot_is_all, size_t& groups,
                                            Regex::Mistake& mistake);

}  // namespace anjuan::feel
