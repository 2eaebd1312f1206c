// Reads and checks a chart: SCXML text in, a compiled Chart or all its mistakes out.
//
// Codes: chart.element, chart.attribute, chart.target, chart.duplicate, chart.initial, chart.role,
//        chart.timer, chart.party, chart.form, chart.data, chart.type, chart.child,
//        chart.unreachable, chart.stuck, chart.deadline (warning), chart.unused (warning), xml.*,
//        feel.*, type.*. Places point into the attribute.
// Limits: what xml::Read bounds; at most 10,000 states.
#pragma once

#include <functional>
#include <optional>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/chart/chart.h"
#include "engine/feel/feel.h"

namespace anjuan::chart {

struct ReadOptions {
  // A workflow must name roles, may not reach outside, and every mistake refuses it. Without it the
  // document is plain SCXML: a mistake in an expression waits until it is run (W3C, section 5.9).
  bool workflow = true;
  // The type of `_event.data` for a form of the bundle; nullopt: no such form. Without the callback
  // forms are not looked up and their data are of any type.
  std::function<std::optional<Type>(std::string_view form)> form;
  // Names for "did you mean" where a form is not found.
  std::vector<std::string> form_names;
  std::vector<feel::FunctionDeclaration> functions;  // beside DeclareHostFunctions
  // The text behind the src of a <data> or <script>. Without the callback nothing can be fetched.
  std::function<Result<std::string>(std::string_view uri)> load;
  // Where given, takes a refused chart as far as it was read, so that what it names outside itself
  // can be checked in the same go. Never to be run.
  Chart* refused = nullptr;
};

// Warnings of an accepted chart are in Chart::warnings.
Result<Chart> ReadChart(std::string_view xml_text, std::string_view file,
                        const ReadOptions& options);

}  // namespace anjuan::chart
