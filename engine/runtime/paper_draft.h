// Papers before they are issued: what one would say now, and where a definition issues it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "engine/base/result.h"
#include "engine/chart/step.h"
#include "engine/runtime/commit.h"

namespace anjuan::runtime {

// One place of a chart that issues a paper.
struct IssuePlace {
  const chart::Issue* issue = nullptr;
  std::string where;  // "进入状态“已发出要约”（offer_sent）", "办理“约谈”（summon）"
  Location at;
};
std::vector<IssuePlace> IssuePlacesOf(const chart::Chart& chart, std::string_view code);

// The paper as the case stands: addressee, issuer and arguments of the first place that issues it,
// as far as they can be computed; what a step would write before is not there yet.
// Errors: "preview.paper": the definition has no such paper.
Result<chart::IssueDocument> DraftIssue(Office& office, port::Reader& reader,
                                        const LoadedCase& loaded, std::string_view code);

}  // namespace anjuan::runtime
