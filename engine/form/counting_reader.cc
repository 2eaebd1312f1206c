#include <algorithm>
#include <set>

#include "engine/form/json_reading.h"
#include "engine/form/statistics.h"
#include "engine/value/json.h"

namespace anjuan::form {

namespace {

class CountingReader {
 public:
  CountingReader(const Value& root, std::string_view text, std::string_view file)
      : root_(root), json_(root["counting"]), in_(text, file) {}

  Result<std::optional<Counting>> Read() {
    in_.CheckMembers(
        json_, kAt,
        {"rows_by", "rows_by_field", "cases", "sets", "second", "columns", "checks", "note"});
    out_.rows_by = in_.Text(json_, kAt, "rows_by");
    out_.rows_by_field = in_.Text(json_, kAt, "rows_by_field");
    out_.processes = in_.Texts(json_, kAt, "cases");
    ReadSheetNames();
    out_.second = ReadFields(json_["second"], StrCat(kAt, "/second"));
    ReadSets();
    ReadColumns();
    ReadChecks();
    if (out_.rows_by.empty()) in_.Mistake(kAt, "counting.json", "\"rows_by\" is missing");
    if (out_.processes.empty()) in_.Mistake(kAt, "counting.json", "\"cases\" names no process");
    if (!in_.mistakes().empty()) return Unexpected{std::move(in_.mistakes())};
    return std::optional(std::move(out_));
  }

 private:
  static constexpr std::string_view kAt = "/counting";

  // Rows and columns of the sheet the counting is for.
  void ReadSheetNames() {
    for (const Value& row : in_.Elements(root_["body"], "/body", "rows")) {
      out_.rows.push_back(in_.Text(row, "/body/rows", "key"));
      out_.labels[out_.rows.back()] = in_.Text(row, "/body/rows", "label");
    }
    for (const Value& column : in_.Elements(root_, "", "columns")) {
      const std::string key = in_.Text(column, "/columns", "key");
      sheet_columns_.push_back(key);
      // 发出要约·企业数: the leaf alone would name several columns.
      const std::vector<std::string> path = in_.Texts(column, "/columns", "header_path");
      out_.labels[key] = path.empty() ? in_.Text(column, "/columns", "zh", key) : Join(path, "·");
    }
    if (out_.rows.empty()) in_.Mistake("/body", "counting.row", "a counted sheet has fixed rows");
  }

  CaseFields ReadFields(const Value& json, const std::string& at) {
    CaseFields out;
    const Context* fields = json.context();
    if (fields == nullptr) return out;
    for (const auto& [field, value] : fields->entries()) {
      out[field] = in_.Texts(json, at, field);
      if (out[field].empty()) {
        in_.Mistake(StrCat(at, "/", field), "counting.set",
                    StrCat("\"", field, "\" lists no value"));
      }
    }
    return out;
  }

  void ReadSets() {
    const Context* sets = json_["sets"].context();
    if (sets == nullptr || sets->empty()) {
      in_.Mistake(kAt, "counting.set", "\"sets\" is missing");
      return;
    }
    std::vector<CountingSet> read;
    for (const auto& [name, json] : sets->entries()) read.push_back(ReadSet(name, json));
    for (const CountingSet& set : read) names_.push_back(set.name);
    for (const CountingSet& set : read) {
      CheckSet(set.from, set.name, "from");
      CheckSet(set.within, set.name, "within");
      CheckSet(set.without, set.name, "without");
    }
    Order(std::move(read));
  }

  CountingSet ReadSet(const std::string& name, const Value& json) {
    const std::string at = StrCat(kAt, "/sets/", name);
    in_.CheckMembers(json, at,
                     {"fact", "date", "from", "in_states", "where", "within", "without", "note"});
    CountingSet set;
    set.name = name;
    set.fact = in_.Text(json, at, "fact");
    set.from = in_.Text(json, at, "from");
    set.in_states = in_.Texts(json, at, "in_states");
    set.where = ReadFields(json["where"], StrCat(at, "/where"));
    set.within = in_.Text(json, at, "within");
    set.without = in_.Text(json, at, "without");
    const std::string date = in_.Text(json, at, "date", "window");
    set.window = date == "window";
    if (date != "window" && date != "closing") {
      in_.Mistake(StrCat(at, "/date"), "counting.set",
                  StrCat("unknown \"date\" \"", date, "\": window or closing"));
    }
    if (set.fact.empty() == set.from.empty()) {
      in_.Mistake(at, "counting.set", "a set has either \"fact\" or \"from\"");
    }
    return set;
  }

  void CheckSet(const std::string& set, const std::string& in, std::string_view member) {
    if (set.empty() || std::find(names_.begin(), names_.end(), set) != names_.end()) return;
    in_.Mistake(StrCat(kAt, "/sets/", in, "/", member), "counting.set",
                StrCat("no set \"", set, "\""), DidYouMean(set, names_));
  }

  // Each set after those it needs; what is left over waits for itself.
  void Order(std::vector<CountingSet> sets) {
    std::set<std::string> done;
    const auto ready = [&](const CountingSet& set) {
      for (const std::string* needed : {&set.from, &set.within, &set.without}) {
        const bool known = std::find(names_.begin(), names_.end(), *needed) != names_.end();
        if (known && !done.contains(*needed)) return false;
      }
      return true;
    };
    for (;;) {
      const auto next = std::find_if(sets.begin(), sets.end(), ready);
      if (next == sets.end()) break;
      done.insert(next->name);
      out_.sets.push_back(std::move(*next));
      sets.erase(next);
    }
    for (const CountingSet& set : sets) {
      in_.Mistake(StrCat(kAt, "/sets/", set.name), "counting.set",
                  StrCat("the set \"", set.name, "\" depends on itself"));
    }
  }

  void CheckColumn(const std::string& key, const std::string& at) {
    if (std::find(sheet_columns_.begin(), sheet_columns_.end(), key) != sheet_columns_.end())
      return;
    in_.Mistake(at, "counting.column", StrCat("the sheet has no column \"", key, "\""),
                DidYouMean(key, sheet_columns_));
  }

  void ReadColumns() {
    const Context* columns = json_["columns"].context();
    if (columns == nullptr) {
      in_.Mistake(kAt, "counting.column", "\"columns\" is missing");
      return;
    }
    using Kind = CountingColumn::Kind;
    constexpr std::pair<std::string_view, Kind> kKinds[] = {
        {"count", Kind::kCount}, {"sum", Kind::kSum}, {"list", Kind::kList}};
    for (const auto& [key, json] : columns->entries()) {
      const std::string at = StrCat(kAt, "/columns/", key);
      in_.CheckMembers(json, at, {"count", "sum", "list", "text", "separator", "note"});
      CheckColumn(key, at);
      CountingColumn column;
      column.key = key;
      int kinds = 0;
      for (const auto& [word, kind] : kKinds) {
        const std::string set = in_.Text(json, at, word);
        if (set.empty()) continue;
        ++kinds;
        column.kind = kind;
        column.set = set;
        if (std::find(names_.begin(), names_.end(), set) == names_.end()) {
          in_.Mistake(StrCat(at, "/", word), "counting.set", StrCat("no set \"", set, "\""),
                      DidYouMean(set, names_));
        }
      }
      if (kinds != 1) {
        in_.Mistake(at, "counting.column", "a column has one of \"count\", \"sum\", \"list\"");
      }
      column.text = in_.Text(json, at, "text");
      column.separator = in_.Text(json, at, "separator", "；");
      column.text_at = in_.Place(StrCat(at, "/text"));
      ++column.text_at.column;  // the quote
      if ((column.kind == Kind::kList) == column.text.empty()) {
        in_.Mistake(at, "counting.column", "a \"list\", and nothing else, has a \"text\"");
      }
      out_.columns.push_back(std::move(column));
    }
  }

  void ReadChecks() {
    const List& checks = in_.Elements(json_, kAt, "checks");
    for (size_t i = 0; i < checks.size(); ++i) {
      const std::string at = StrCat(kAt, "/checks/", i);
      in_.CheckMembers(checks[i], at, {"sum", "at_most", "warning", "note"});
      CountingCheck check;
      check.sum = in_.Texts(checks[i], at, "sum");
      check.at_most = in_.Text(checks[i], at, "at_most");
      check.warning = in_.Flag(checks[i], at, "warning", false);
      for (const std::string& column : check.sum) CheckColumn(column, StrCat(at, "/sum"));
      CheckColumn(check.at_most, StrCat(at, "/at_most"));
      out_.checks.push_back(std::move(check));
    }
  }

  const Value& root_;
  const Value& json_;
  JsonReading in_;
  Counting out_;
  std::vector<std::string> sheet_columns_;
  std::vector<std::string> names_;
};

}  // namespace

Result<std::optional<Counting>> ReadCounting(std::string_view text, std::string_view file) {
  const Result<Value> json = ReadJson(text, file);
  if (!json) return Unexpected{json.error()};
  if ((*json)["counting"].is_null()) return std::optional<Counting>();
  return CountingReader(*json, text, file).Read();
}

}  // namespace anjuan::form
