// Scripted runs (*.case): what a bundle tests itself with, and what a demonstration plays.
//
//   --- name                     a run of its own
//   area 430600                  clock 2023-03-01 09:00          enterprise {id: "E001", …}
//   calendar YEAR {days_off: {"2023-03-10": "…"}, makeup_workdays: {…}}
//                                the year's days are published anew: running deadlines move
//   let NAME {data}              later data may name it: as NAME; as it, in those of case NAME
//   open offer PROCESS [region R] [as WHO] [on DATE] [with LET] {data}
//   refused-open offer PROCESS [region R] [as WHO] [on DATE] [with LET] role|form ["text"] {data}
//   case offer QUERY             binds a name to the one case the query finds
//   fire offer EVENT [as WHO] [on DATE] [with LET] {data}
//   refused offer EVENT [as WHO] [on DATE] [with LET] role|event|guard|form ["text"] {data}
//   tick 2023-03-26 [09:00]
//   expect offer in STATE | document CODE COUNT | data FEEL | timer ID DATE|none
//               | child ID in STATE | note "text" | no-note "text" | told ROLE|ORG "text"
//
// With LET: the data of that let, the statement's own over them.
// One statement a line; indented lines continue it; # begins a comment. Data are FEEL contexts.
// A case name may be followed by /spawn-id for a child case. fire, refused and expect take several
// names joined by commas, one after the other; in WHO, * stands for the name of the case and % for
// the code of its region ("*-chief", "%-clerk").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"

namespace anjuan::runtime {

struct Statement {
  int line = 0;
  std::vector<std::string> words;  // up to the data, quoted texts without their quotes
  std::string rest;                // of `expect … data`: the expression; else the data, or ""
};

struct ScriptRun {
  std::string name;
  int line = 0;
  std::vector<Statement> statements;
};

struct CaseFile {
  std::string file;
  std::vector<ScriptRun> runs;
};

Result<CaseFile> ReadCaseFile(std::string_view text, std::string_view file);

}  // namespace anjuan::runtime
