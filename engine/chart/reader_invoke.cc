// <invoke>: a child session of plain SCXML, with its <finalize>.
#include "engine/base/text.h"
#include "engine/chart/draft.h"
#include "engine/chart/vocabulary.h"

namespace anjuan::chart {

namespace {

void CheckInvoke(Draft& draft, const xml::Element& element, const Invoke& invoke) {
  const auto both = [&](std::string_view a, std::string_view b) {
    if (Attr(element, a) == nullptr || Attr(element, b) == nullptr) return;
    draft.Error(Attr(element, b)->at, "chart.attribute",
                StrCat("\"", a, "\" and \"", b, "\" exclude each other"));
  };
  both("type", "typeexpr");
  both("src", "srcexpr");
  both("id", "idlocation");
  const bool source = Attr(element, "src") != nullptr || Attr(element, "srcexpr") != nullptr;
  if (source && !invoke.content.empty()) {
    draft.Error(element.at, "chart.element", "<content> and a src exclude each other");
  }
}

// Finalize works on what came, and causes nothing (section 6.5.1).
void CheckFinalize(Draft& draft, const xml::Element& element) {
  for (const xml::Element* child : element.Elements()) {
    if (IsScxml(*child, "send") || IsScxml(*child, "raise")) {
      draft.Warn(child->at, "chart.element",
                 StrCat("<", child->name, "> does not belong in <finalize>"));
    }
    CheckFinalize(draft, *child);
  }
}

}  // namespace

Invoke ReadInvoke(Draft& draft, const xml::Element& element) {
  const feel::Scope& scope = draft.chart.scope;
  Invoke invoke;
  invoke.at = element.at;
  invoke.id = AttrText(element, "id");
  invoke.type = AttrText(element, "type");
  invoke.src = AttrText(element, "src");
  invoke.type_expr = draft.Compile(Attr(element, "typeexpr"), scope);
  invoke.src_expr = draft.Compile(Attr(element, "srcexpr"), scope);
  invoke.id_location = ReadPlace(draft, Attr(element, "idlocation"), true);
  invoke.autoforward = AttrFlag(draft, element, "autoforward", false);
  // Unlike a <send>, an <invoke> may have both: what to run, and data for it.
  invoke.content = ReadContent(draft, element, scope);
  invoke.params = ReadNamed(draft, element, scope);
  for (const xml::Element* child : element.Elements()) {
    if (!IsScxml(*child, "finalize")) continue;
    CheckFinalize(draft, *child);
    invoke.finalize = ReadBlock(draft, *child, scope, nullptr);
  }
  CheckInvoke(draft, element, invoke);
  return invoke;
}

}  // namespace anjuan::chart
