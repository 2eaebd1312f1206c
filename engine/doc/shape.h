// Text -> atoms: characters checked, mapped and given their glyphs. Private to engine/doc.
#pragma once

#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "engine/doc/block.h"
#include "engine/doc/break_rules.h"
#include "engine/doc/font_metrics.h"

namespace anjuan::doc {

enum class AtomKind : std::uint8_t { kGlyph, kBlank, kCheck, kLineBreak, kParagraphBreak };

// Whether a line may break before an atom, beyond what its characters say.
enum class Join : std::uint8_t {
  kFree,
  kPrefer,  // within a name
  kMust,    // around a no-break space
};

struct Atom {
  AtomKind kind = AtomKind::kGlyph;
  bool checked = false;
  Role role = Role::kOther;
  Join join = Join::kFree;
  char32_t character = 0;
  FontGlyph glyph;
  float width_em = 0;
  bool underlined = false;
  int note = 0;  // the mark of this footnote: small and raised
};

inline constexpr double kRaisedSizeEm = 0.6;  // of a mark against the text it stands in

// Kangxi radicals and compatibility ideographs as the hanzi they stand for.
char32_t Canonical(char32_t character);

// NFC: letters with their accents in one character, hanzi instead of compatibility ideographs.
std::string Composed(std::string_view text);
bool MayCompose(char32_t character);  // false: a text of such characters is in NFC as it stands

class Shaper {
 public:
  Shaper(const FontMetrics& fonts, Diagnostics& mistakes, Diagnostics& notes)
      : fonts_(fonts), mistakes_(mistakes), notes_(notes) {}

  std::vector<Atom> Shape(std::span<const Span> spans);
  std::vector<Atom> Shape(std::string_view text, Face face);  // the engine's own text
  void Append(std::string_view text, Face face, const Location& at, std::vector<Atom>& out);

  // What stands for a footnote: ① to ⑩; plain numbers where the document has
  // more notes than that, since few fonts go on.
  void SetNoteCount(int count) { note_count_ = count; }
  std::vector<Atom> NoteMark(int number);  // as large as other text
  // The text of a footnote that has been shaped; null: there is none of that
  // number.
  const Span* Note(int number) const;

 private:
  void Mark(const Span& note, std::vector<Atom>& out);
  void Fill(const Span& span, std::vector<Atom>& out);
  void Add(char32_t character, Face face, const Location& at, std::vector<Atom>& out);
  void Refuse(char32_t character, const Location& at, std::string_view why);
  void Remark(char32_t character, const Location& at, std::string code, const std::string& what);
  std::string Place() const;  // "{worker_reps.name}" or "模板文字"

  const FontMetrics& fonts_;
  Diagnostics& mistakes_;
  Diagnostics& notes_;
  std::set<std::pair<Face, char32_t>> substituted_;
  // What has been refused already, so that a text full of one character gives one message.
  std::set<std::tuple<const CompiledExpression*, int, int, char32_t>> refused_;
  const CompiledExpression* from_ = nullptr;  // of the text being shaped
  std::string_view text_;                     // and the text
  std::map<int, const Span*> footnotes_;      // by number
  int note_count_ = 0;
  size_t characters_ = 0;
  bool after_no_break_ = false;
};

}  // namespace anjuan::doc
