#include <algorithm>
#include <array>
#include <set>

#include "engine/form/cell.h"
#include "engine/form/json_reading.h"
#include "engine/form/list.h"
#include "engine/value/json.h"

namespace anjuan::form {

namespace {

struct TypeName {
  std::string_view text;
  CellType type;
};
constexpr std::array kTypes = {
    TypeName{"text", CellType::kText},
    TypeName{"code", CellType::kCode},
    TypeName{"credit_code", CellType::kCreditCode},
    TypeName{"citizen_id", CellType::kCitizenId},
    TypeName{"phone", CellType::kPhone},
    TypeName{"integer", CellType::kInteger},
    TypeName{"number", CellType::kNumber},
    TypeName{"boolean", CellType::kBoolean},
    TypeName{"date", CellType::kDate},
    TypeName{"choice", CellType::kChoice},
    TypeName{"reference", CellType::kReference},
    TypeName{"held", CellType::kHeld},
};

CellType ReadCellType(JsonReading& in, const std::string& pointer, std::string_view member,
                      const std::string& text) {
  std::vector<std::string> names;
  for (const TypeName& name : kTypes) {
    if (name.text == text) return name.type;
    names.emplace_back(name.text);
  }
  in.Mistake(StrCat(pointer, "/", member), "list.type", StrCat("unknown type \"", text, "\""),
             StrCat(DidYouMean(text, names), " Types: ", Join(names, ", ")));
  return CellType::kText;
}

std::optional<Decimal> ReadLimit(JsonReading& in, const Value& column, const std::string& pointer,
                                 std::string_view member) {
  const Value& limit = column[member];
  if (limit.number() != nullptr) return *limit.number();
  if (!limit.is_null()) {
    in.Mistake(StrCat(pointer, "/", member), "list.type",
               StrCat("\"", member, "\" must be a number"));
  }
  return std::nullopt;
}

std::vector<Choice> ReadChoices(JsonReading& in, const Value& column, const std::string& pointer) {
  std::vector<Choice> out;
  const List& values = in.Elements(column, pointer, "values");
  for (size_t i = 0; i < values.size(); ++i) {
    const std::string at = StrCat(pointer, "/values/", i);
    in.CheckMembers(values[i], at, {"value", "label", "synonyms", "holds"});
    Choice choice;
    choice.value = in.Text(values[i], at, "value");
    choice.label = in.Text(values[i], at, "label", choice.value);
    choice.words = {Narrow(choice.value), Narrow(choice.label)};
    for (const std::string& word : in.Texts(values[i], at, "synonyms")) {
      choice.words.push_back(Narrow(word));
    }
    if (!values[i]["holds"].is_null()) {
      choice.holds = ReadCellType(in, at, "holds", in.Text(values[i], at, "holds"));
    }
    if (choice.value.empty()) in.Mistake(at, "list.key", "a choice without \"value\"");
    out.push_back(std::move(choice));
  }
  return out;
}

ListColumn ReadColumn(JsonReading& in, const Value& value, const std::string& pointer) {
  in.CheckMembers(value, pointer,
                  {"key", "as", "label", "synonyms", "type", "required", "min", "max", "max_length",
                   "at_most", "of", "values", "default_from", "by", "personal", "note"});
  ListColumn column;
  column.key = in.Text(value, pointer, "key");
  column.as = in.Text(value, pointer, "as", column.key);
  column.label = in.Text(value, pointer, "label", column.key);
  column.synonyms = in.Texts(value, pointer, "synonyms");
  column.type = ReadCellType(in, pointer, "type", in.Text(value, pointer, "type", "text"));
  column.required = in.Flag(value, pointer, "required", false);
  column.min = ReadLimit(in, value, pointer, "min");
  column.max = ReadLimit(in, value, pointer, "max");
  if (const std::optional<Decimal> length = ReadLimit(in, value, pointer, "max_length")) {
    column.max_length =
        static_cast<size_t>(std::max<std::int64_t>(1, length->ToInteger().value_or(500)));
  }
  column.at_most = in.Text(value, pointer, "at_most");
  column.of = in.Text(value, pointer, "of");
  column.values = ReadChoices(in, value, pointer);
  column.default_from = in.Text(value, pointer, "default_from");
  column.by = in.Text(value, pointer, "by");
  column.personal = in.Text(value, pointer, "personal");
  if (column.key.empty()) in.Mistake(pointer, "list.key", "a column without \"key\"");
  if (column.type == CellType::kReference && column.of.empty()) {
    in.Mistake(pointer, "list.type", "a reference needs \"of\": region, role, ...");
  }
  if (column.type == CellType::kHeld && column.by.empty()) {
    in.Mistake(pointer, "list.type", "a held column needs \"by\": the choice that says its type");
  }
  if (column.type == CellType::kChoice && column.values.empty()) {
    in.Mistake(pointer, "list.type", "a choice needs \"values\"");
  }
  return column;
}

std::vector<std::vector<std::string>> ReadKeyLists(JsonReading& in, const Value& root,
                                                   std::string_view member, size_t at_least) {
  std::vector<std::vector<std::string>> out;
  const List& lists = in.Elements(root, "", member);
  for (size_t i = 0; i < lists.size(); ++i) {
    std::vector<std::string> keys;
    if (const List* list = lists[i].list()) {
      for (const Value& key : *list) keys.push_back(key.string() ? *key.string() : "");
    }
    if (keys.size() < at_least) {
      in.Mistake(StrCat("/", member, "/", i), "list.key",
                 StrCat("a list of at least ", at_least, " column keys is wanted"));
      continue;
    }
    out.push_back(std::move(keys));
  }
  return out;
}

// Every key named anywhere must be a column's.
void CheckKeys(JsonReading& in, const ListDescription& description) {
  std::vector<std::string> known;
  std::set<std::string> seen;
  for (size_t i = 0; i < description.columns.size(); ++i) {
    const std::string& key = description.columns[i].key;
    if (!seen.insert(key).second) {
      in.Mistake(StrCat("/columns/", i, "/key"), "list.key",
                 StrCat("a second column \"", key, "\""));
    }
    known.push_back(key);
  }
  const auto check = [&](const std::string& key, const std::string& pointer) {
    if (key.empty() || seen.contains(key)) return;
    in.Mistake(pointer, "list.key", StrCat("no column \"", key, "\""), DidYouMean(key, known));
  };
  for (size_t i = 0; i < description.columns.size(); ++i) {
    check(description.columns[i].at_most, StrCat("/columns/", i, "/at_most"));
    check(description.columns[i].default_from, StrCat("/columns/", i, "/default_from"));
    check(description.columns[i].by, StrCat("/columns/", i, "/by"));
  }
  for (size_t i = 0; i < description.unique.size(); ++i) {
    for (const std::string& key : description.unique[i]) check(key, StrCat("/unique/", i));
  }
  for (size_t i = 0; i < description.same.size(); ++i) {
    for (const std::string& key : description.same[i]) check(key, StrCat("/same/", i));
  }
}

}  // namespace

Result<ListDescription> ReadListDescription(std::string_view text, std::string_view file) {
  const Result<Value> json = ReadJson(text, file);
  if (!json) return Unexpected{json.error()};
  JsonReading in(text, file);
  in.CheckMembers(*json, "",
                  {"id", "title", "source", "columns", "unique", "same", "note", "groups",
                   "ignored", "totals", "footers"});
  ListDescription out;
  out.id = in.Text(*json, "", "id");
  out.title = in.Text(*json, "", "title", out.id);
  const List& columns = in.Elements(*json, "", "columns");
  for (size_t i = 0; i < columns.size(); ++i) {
    out.columns.push_back(ReadColumn(in, columns[i], StrCat("/columns/", i)));
  }
  if (out.id.empty()) in.Mistake("", "list.json", "the list has no \"id\"");
  if (columns.empty()) in.Mistake("", "list.json", "the list has no \"columns\"");
  out.unique = ReadKeyLists(in, *json, "unique", 1);
  out.same = ReadKeyLists(in, *json, "same", 2);
  out.groups = in.Texts(*json, "", "groups");
  out.ignored = in.Texts(*json, "", "ignored");
  out.totals = in.Texts(*json, "", "totals");
  out.footers = in.Texts(*json, "", "footers");
  CheckKeys(in, out);
  if (!in.mistakes().empty()) return Unexpected{std::move(in.mistakes())};
  return out;
}

}  // namespace anjuan::form
