// A filled template: the elements that are there this time, with their text. Private to engine/doc.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "engine/doc/node.h"
#include "engine/doc/preview.h"

namespace anjuan::doc {

enum class SpanKind { kText, kBlank, kCheck, kBreak, kFill, kNote };

struct Span {
  SpanKind kind = SpanKind::kText;
  Face face = Face::kFangSong;
  std::string text;  // a line end in it begins a new paragraph
  double width = 0;  // of a blank or what is filled in, in characters
  bool checked = false;
  Location at;
  // What the text comes from, for diagnostics; null: the template itself. Outlives the span.
  const CompiledExpression* from = nullptr;
  std::vector<Span> inner = {};  // what is filled in; the text of a footnote
  int note = 0;                  // the footnote's number, from 1
};

struct Block {
  const Node* node = nullptr;  // never null
  std::vector<Span> spans;     // its text; of party, line, print-office: the attribute's
  std::vector<Span> second;    // as Node::second says
  std::vector<Block> children;
  Value value;  // of picture, image, qr and a party's seal
};

// How many footnotes there are.
int CountNotes(std::span<const Block> blocks);

// Evaluates every expression. Mistakes go to `mistakes`; the blocks are usable if none was added.
std::vector<Block> Expand(const CompiledTemplate& compiled, std::span<const Value> variables,
                          feel::Host& host, Diagnostics& mistakes, Preview* preview = nullptr);

}  // namespace anjuan::doc
