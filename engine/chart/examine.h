// What is wrong with definitions that could all be read: found by looking at what they can do, one
// by one and as parents and children of each other. Needs more time than reading (up to a second),
// so it runs when an administrator asks or publishes, never when a case is worked on.
//
// Codes: chart.overlap chart.gap chart.never chart.dead_end chart.unreachable chart.endless
//        chart.done chart.unset chart.child chart.timer chart.target chart.bound; README.md says
//        what each means. Texts in Chinese: texts.h.
// Limits: ExploreLimits. What lies behind them is not judged, and chart.bound says so.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/base/diagnostic.h"
#include "engine/chart/chart.h"
#include "engine/chart/explore.h"
#include "engine/chart/guard.h"

namespace anjuan::chart {

struct Subject {
  const Chart* chart = nullptr;
  std::string_view text;  // of its file, for the pictures of lines; may be empty
  Diagnostics told = {};  // by its reader: nothing is told twice
  Guards::FormType form = {};
  // Data that may have a value when a case is opened by hand; nullopt: any.
  std::optional<std::set<std::string>> opened_with = std::nullopt;
  std::map<std::string, std::vector<std::string>> templates =
      {};              // code -> data it cannot do without
  bool wanted = true;  // false: only there because others speak of it
};

Diagnostics Examine(const std::vector<Subject>& subjects, const ExploreLimits& limits = {});

}  // namespace anjuan::chart
