// The compiled form of a template: the elements with their expressions ready to evaluate.
// Private to engine/doc.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "engine/doc/font_metrics.h"
#include "engine/doc/template.h"

namespace anjuan::doc {

enum class NodeKind {
  kCopyNumber,
  kSecrecy,
  kUrgency,
  kSigner,
  kAttendance,
  kAnnex,
  kEntry,
  kImage,
  kQr,
  kGroup,
  kIssuer,
  kNumber,
  kTitle,
  kTo,
  kParagraph,
  kHeading,
  kList,
  kItem,
  kTable,
  kRow,
  kCell,
  kAttachments,
  kSign,
  kParty,
  kLine,
  kDate,
  kReceipt,
  kNote,
  kCc,
  kPrintOffice,
  kPageBreak,
  kPicture,
  kInclude,
  kSideways,
  kFill,  // inline, too
  // Inline:
  kBold,
  kBlank,
  kField,
  kCheck,
  kBreak,
  kFootnote,
  kText,
};

enum class Align { kStart, kCenter, kEnd, kDefault };

enum class Marker {
  kNumber,
  kBracket,
  kChinese,
  kNone
};  // of a list: 1. / （1） / （一） / nothing

struct CompiledExpression {
  feel::Expression expression;
  Location at;  // of its first character
};

// Text in braces and text as it stands, white space already settled.
struct CompiledText {
  using Piece = std::variant<std::string, CompiledExpression>;
  std::vector<Piece> pieces;
  Location at;
};

struct Column {
  double width_mm = 0;  // 0: by shares
  double shares = 0;
  Align align = Align::kDefault;
  bool decimal = false;  // numbers stand with their decimal marks under each other
};

struct Node {
  NodeKind kind = NodeKind::kText;
  Location at;
  std::optional<CompiledExpression> condition;
  std::optional<CompiledExpression> loop;
  int loop_slot = 0;

  // Of field, fill, check, picture, image and qr; of a party its seal or stamp.
  std::optional<CompiledExpression> value;
  CompiledText text;  // kText; party name; label; print-office date
  CompiledText
      second;       // party role; issuer word; label of an attendance, entry or fill; annex number
  int level = 1;    // of a heading
  double size = 0;  // indent or blank in characters; row height in mm
  int lines = 1;    // to fill in
  double text_pt = 0;        // size of the text of a paragraph or table; 0: the usual one
  double width_mm = 0;       // of an image, code or seal; 0: the usual one
  bool stamp = false;        // of a party: `value` is a signer's stamp, not a seal
  bool unsealed = false;     // of a signature block: set as a paper without seal
  bool at_foot = false;      // of the addressee: moved to the 版记
  std::optional<Face> face;  // of a paragraph, where the author chose one
  bool own_page = false;     // of a picture
  Align align = Align::kDefault;
  Marker marker = Marker::kNumber;
  bool head = false;
  bool keep_next = false;  // of a paragraph or row
  bool top = false;        // of a cell: its text begins at the top
  int colspan = 1;
  int rowspan = 1;
  std::vector<Column> columns;
  std::vector<Node> children;
};

// Characters of the fixed text, by face; ascending, without doubles.
struct StaticText {
  Face face = Face::kFangSong;
  std::u32string characters;
};

// What a document may choose about its marks.
struct MarkStyle {
  bool hang = false;       // one of 、，。 may stand beyond the line's end
  bool latin_gap = false;  // a quarter of an em between hanzi and Latin letters or digits
  bool grid = false;       // marks keep their em, so that hanzi stand under each other
};

struct CompiledNodes {
  MarkStyle marks;
  std::vector<Node> blocks;
  std::vector<FieldUse> fields;
  std::vector<StaticText> fixed;
  bool footnotes = false;
};

// The face an element's text is set in, where its surroundings use `outer`.
Face FaceOf(const Node& node, Face outer);

}  // namespace anjuan::doc
