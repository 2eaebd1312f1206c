// A chart as DOT text for Graphviz, labels in Chinese; and what Graphviz laid out as a picture that
// a template can print.
//
// Pure. States are boxes coloured by kind, stages are clusters, deadlines dashed, results of child
// cases blue; what leaves a state as it is stands in its box. The path of a case may be marked.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "engine/base/result.h"
#include "engine/chart/chart.h"
#include "engine/value/value.h"

namespace anjuan::describe {

// What one case went through, by the chart's numbers.
struct Passage {
  std::set<int> states;       // entered
  std::set<int> transitions;  // taken
  std::set<int> current;      // where it is
  std::string title;          // the case
};

enum class Flow { kDown, kRight };

std::string ToDot(const chart::Chart& chart, Flow flow, const Passage* passage = nullptr);

// Graphviz's layout (dot -Tjson) as the picture of engine/doc: {width, height, shapes, texts}.
// Errors: "describe.graphviz": not the JSON Graphviz writes.
Result<Value> PictureOf(std::string_view graphviz_json);

}  // namespace anjuan::describe
