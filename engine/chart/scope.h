// What expressions may name: the functions of the host, and the scopes of guards and templates.
#pragma once

#include <vector>

#include "engine/chart/chart.h"
#include "engine/feel/feel.h"

namespace anjuan::chart {

// parameter, due, organisation, ... : shared by charts, forms and templates.
void DeclareHostFunctions(feel::Scope& scope);

// context{roles: list<string>, org: string, name: string}; an office (competent) has besides its
// short_name for official numbers, its region and, where offices.json says so, the address its
// papers are verified at (verify_url); on a paper the SHA-256 of its seal where one was imported.
// What is not there is null.
Type PartyType();
Type XType();  // _x: {actor, now, today, case}
// On a paper _x has besides verification: 32 hexadecimal digits of this very document, for its QR
// code.
Type PaperXType();
Type EventType(const Type& data);  // _event with that type of data
// open_cases(): the open cases about an organisation, with the chart's search fields.
feel::FunctionDeclaration OpenCasesFunction(const Chart& chart);
// As a case's state holds it: of a person only what identifies nobody; a personal text is a token
// that can be compared with null and passed on, nothing else.
Type StateType(const Type& type, bool personal);

// The chart's scope with `_event.data` of the given type; same slots as Chart::scope.
feel::Scope GuardScope(const Chart& chart, const Type& event_data);

// Slots: declared data (persons whole), parties, addressee, issuer, args, _x.
feel::Scope TemplateScope(const Chart& chart);
// Values for the slots of TemplateScope. `data` is IssueDocument::data, or the case's data by name
// with its parties; what is absent is null.
std::vector<Value> TemplateVariables(const Chart& chart, const Context& data,
                                     const Value& addressee, const Value& issuer,
                                     const Context& args, const Value& x);

}  // namespace anjuan::chart
