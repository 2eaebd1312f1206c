// The four-property check (四性检测) of a dossier before it is filed or handed over: authenticity,
// integrity, usability, safety, each a list of things that were looked at.
//
// Source:  DA/T 70-2018 《文书类电子档案检测一般要求》 for the four properties and what they ask
// for (from
//          memory); the items are what can be checked of a dossier of ours.
// Pure: no item is passed that was not looked at; what cannot be is said to be unchecked, and why.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "engine/port/pdf_reader.h"
#include "engine/trail/dossier.h"
#include "engine/value/value.h"

namespace anjuan::inspect {

enum class Property { kAuthentic, kIntact, kUsable, kSafe };
enum class Verdict { kPassed, kFailed, kUnchecked };

std::string NameOf(Property property);  // "真实性"
std::string NameOf(Verdict verdict);    // "通过"

struct Item {
  Property property = Property::kAuthentic;
  std::string id;    // stable, for programs: "fonts"
  std::string name;  // what was checked
  Verdict verdict = Verdict::kUnchecked;
  std::string note;  // what was found, or why it was not checked
};

struct Inspection {
  std::string case_id;
  std::string log;
  std::int64_t rows = 0;
  std::int64_t papers = 0;  // in the dossier
  std::vector<Item> items;  // by property
  bool passed() const;      // no item failed
  std::int64_t Count(Property property, Verdict verdict) const;
};

Inspection Inspect(const trail::DossierFiles& files, const trail::Trust& trust,
                   const port::PdfReader& pdf);

std::string ToText(const Inspection& inspection);
// {case, log, rows, papers, passed, conclusion, properties: [{name, passed, failed, unchecked,
// items: [{n, id, name, verdict, note}]}]}: for --json and for the report's template.
Value ToValue(const Inspection& inspection);

}  // namespace anjuan::inspect
