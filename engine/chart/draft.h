// The chart while it is being read, private to the reader: what several of its files share.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "engine/chart/chart.h"
#include "engine/chart/reader.h"
#include "engine/xml/xml.h"

namespace anjuan::chart {

struct Draft {
  const xml::Document& document;
  const ReadOptions& options;
  Chart chart;
  std::vector<const xml::Element*> elements = {};  // by state
  Diagnostics found = {};

  // Collected on the way, for the checks at the end.
  std::set<int> written = {};                   // slots of data that something writes
  std::map<int, Location> read_in_guards = {};  // slot -> first guard that reads it
  std::vector<std::string> raised = {};         // events the chart itself raises or sends to itself
  std::map<std::string, feel::Scope> scopes = {};  // form -> scope with its data as _event.data
  std::set<std::string> missing_forms = {};        // told once
  std::vector<NameUse> children_named = {};        // <aj:cancel-child>, target="#_x", child:x
  std::vector<NameUse> states_named = {};          // In("…")
  std::set<int> timers_started = {};
  size_t hint_work = 0;

  void Error(const Location& at, std::string code, std::string message, std::string hint = "");
  void Warn(const Location& at, std::string code, std::string message, std::string hint = "");
  // Diagnostics of another module, completed with their source lines.
  void Take(Diagnostics diagnostics);

  // The scope in which a transition with that form (or none) is compiled.
  const feel::Scope& ScopeOf(const std::string& form, const Location& at);
  // Fields of a form that are declared data; all data where the form is not known.
  std::vector<int> FieldsOf(const std::string& form) const;

  Expr Compile(const xml::Attribute* attribute, const feel::Scope& scope,
               const Type& wanted = Type::Any());
  Expr CompileText(std::string text, const Location& at, const feel::Scope& scope,
                   const Type& wanted = Type::Any());
  Expr CompileGuard(const xml::Attribute* attribute, const feel::Scope& scope);
  // What stands in an element as its value: FEEL where it is an expression over `scope`, XML as its
  // text, else a text with its spaces normalised (section 5.9.3, B.2).
  void ReadValue(const xml::Element& element, const feel::Scope& scope, Expr& expr,
                 std::optional<Value>& literal);
  void ReadValue(const std::string& text, const Location& at, const feel::Scope& scope, Expr& expr,
                 std::optional<Value>& literal);
  // The text behind a src.
  Result<std::string> Load(const xml::Attribute& src);
  // The context a <script> is; a src that cannot be read is a mistake (section 5.8).
  Script ReadScript(const xml::Element& element, const feel::Scope& scope);
  // "did you mean", as long as looking for it is cheap.
  std::string Hint(std::string_view name, const std::vector<std::string>& known);

  // A text with FEEL in braces.
  feel::TextTemplate CompileTemplate(const xml::Attribute* attribute, const feel::Scope& scope);

  std::vector<std::string> StateIds() const;
  std::vector<std::string> DataIds() const;
};

// The attribute of an element: on an element of the extension with or without the prefix, on one of
// SCXML the extension's only where `name` begins with "aj:".
const xml::Attribute* Attr(const xml::Element& element, std::string_view name);
std::string AttrText(const xml::Element& element, std::string_view name);
std::vector<std::string> AttrWords(const xml::Element& element, std::string_view name);
// true or false; anything else is a mistake and counts as `otherwise`.
bool AttrFlag(Draft& draft, const xml::Element& element, std::string_view name, bool otherwise);

// What an assignment to a datum of that type asks of its expression.
Type Wanted(const Type& declared);
// Mistakes that Wanted() cannot tell: lists and contexts, values of an enum.
void CheckFits(Draft& draft, const Expr& expr, const DataField& field);
// The datum (and path) a location names; slot -1 and a mistake where there is none.
Place ReadPlace(Draft& draft, const xml::Attribute* attribute, bool path_allowed);

// aj:ref of any element, as words; remembered in Chart::references.
std::vector<std::string> ReadRefs(Draft& draft, const xml::Element& element,
                                  const std::string& what);

// reader_data.cc: <data>, <aj:party>, <aj:timer>. Names first, so that everything may refer to
// them.
void ReadDeclarations(Draft& draft);
void CompileDeclarations(Draft& draft);

// reader_invoke.cc: <invoke> with its <finalize>.
Invoke ReadInvoke(Draft& draft, const xml::Element& element);

// reader_content.cc: executable content. `form`: of the transition, for <aj:take>; null elsewhere.
Block ReadBlock(Draft& draft, const xml::Element& parent, const feel::Scope& scope,
                const std::string* form);
std::vector<Param> ReadParams(Draft& draft, const xml::Element& parent, const feel::Scope& scope);
// namelist and <param>; <content>; either.
std::vector<Param> ReadNamed(Draft& draft, const xml::Element& parent, const feel::Scope& scope);
Payload ReadContent(Draft& draft, const xml::Element& parent, const feel::Scope& scope);
Payload ReadPayload(Draft& draft, const xml::Element& parent, const feel::Scope& scope);

// aj:role, aj:owner.
std::vector<Role> ReadRoles(Draft& draft, const xml::Attribute* attribute);

// check.cc: what can only be judged when everything is read.
void CheckStructure(Draft& draft);

// Does the event name match the descriptor (section 3.12.1)? Descriptors are stored without ".*".
bool MatchesDescriptor(std::string_view event, std::string_view descriptor);
// Without a trailing "." or ".*".
std::string NormalDescriptor(std::string_view descriptor);

}  // namespace anjuan::chart
