#include "engine/runtime/return_people.h"

#include <algorithm>
#include <functional>
#include <map>
#include <optional>

#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/runtime/office_log.h"
#include "engine/runtime/privacy.h"
#include "engine/runtime/records.h"
#include "engine/vault/token.h"

namespace anjuan::runtime {

namespace {

// Values too short to stand for a person: 女, 3.
constexpr size_t kLeastCharacters = 2;
// Of a value that is neither name nor number: 汉族, 本科 are anybody's.
constexpr size_t kLeastElsewhere = 6;

enum class Meaning { kNobody, kUnclear, kMeant };

struct Namesake {
  std::string subject;
  Instant since = 0;
  std::set<std::string> id_numbers;
};

struct Person {
  std::string subject;
  std::set<std::string> names;    // as they were at any time and without blanks, as all values here
  std::set<std::string> telling;  // nobody else's
  std::vector<Namesake> namesakes;
};

size_t Occurrences(std::string_view text, std::string_view word) {
  size_t count = 0;
  for (size_t at = text.find(word); at != std::string_view::npos;
       at = text.find(word, at + word.size())) {
    ++count;
  }
  return count;
}

bool ContainsAny(const std::string& text, const std::set<std::string>& words) {
  return std::ranges::any_of(
      words, [&](const std::string& word) { return text.find(word) != std::string::npos; });
}

class People {
 public:
  People(const Office& office, port::Reader& reader, const std::set<std::string>& subjects)
      : office_(office), reader_(reader), subjects_(subjects) {
    for (const std::string& subject : subjects) people_.push_back(Know(subject));
  }

  bool Has(const std::string& subject) const { return subjects_.contains(subject); }

  // Those of whom some word stands in the text: a disposal is of thousands, a return of few.
  std::vector<const Person*> Among(const std::string& text) const {
    std::vector<const Person*> out;
    for (const Person& person : people_) {
      const bool here = ContainsAny(text, person.names) || ContainsAny(text, person.telling);
      if (here) out.push_back(&person);
    }
    return out;
  }

  // Cells that stand together, without blanks, in a return of this moment; `present`: whom the row
  // is of, where that is known.
  Meaning Judge(const Person& person, const std::vector<std::string>& cells, Instant moment,
                const std::set<std::string>& present) {
    size_t named = 0;
    for (const std::string& cell : cells) {
      if (ContainsAny(cell, person.telling)) return Meaning::kMeant;
      for (const std::string& name : person.names) {
        const size_t count = Occurrences(cell, name);
        if (count > 0 && !IsSomebodyElse(cell, person)) named += count;
      }
    }
    if (named == 0) return Meaning::kNobody;
    if (present.contains(person.subject)) return Meaning::kMeant;
    size_t possible = 0;
    size_t here = 0;
    for (const Namesake& other : person.namesakes) {
      if (other.since > moment) continue;
      ++possible;
      const bool seen = present.contains(other.subject) ||
                        std::ranges::any_of(cells, [&](const std::string& cell) {
                          return ContainsAny(cell, other.id_numbers);
                        });
      here += seen ? 1 : 0;
    }
    if (possible == 0) return Meaning::kMeant;
    return here >= named ? Meaning::kNobody : Meaning::kUnclear;
  }

 private:
  Person Know(const std::string& subject) {
    Person out{.subject = subject, .names = {}, .telling = {}, .namesakes = {}};
    for (const auto& [field, value] : office_.vault().EverKnown(reader_, subject)) {
      const std::string* text = value.string();
      if (text == nullptr) continue;
      const std::string word = Squeezed(*text);
      const size_t length = CountCodePoints(word);
      if (field == "name" && length >= kLeastCharacters) out.names.insert(word);
      const bool number = field == "id_number" || field == "phone";
      // An office's telephone is several people's.
      if (field == "phone" && IsShared(subject, *text)) continue;
      if (field != "name" && length >= (number ? kLeastCharacters : kLeastElsewhere)) {
        out.telling.insert(word);
      }
    }
    std::set<std::string> seen;
    for (const std::string& name : out.names) {
      for (const std::string& other : office_.vault().Find(reader_, "name", name)) {
        // Whoever goes too need not be told apart.
        if (subjects_.contains(other) || !seen.insert(other).second) continue;
        out.namesakes.push_back(KnowNamesake(other));
      }
    }
    return out;
  }

  bool IsShared(const std::string& subject, const std::string& phone) {
    const std::vector<std::string> owners = office_.vault().Find(reader_, "phone", phone);
    return std::ranges::any_of(owners, [&](const std::string& owner) { return owner != subject; });
  }

  Namesake KnowNamesake(const std::string& subject) {
    Namesake out{.subject = subject, .since = 0, .id_numbers = {}};
    const auto row = reader_.Get(port::subjects::kTable, port::Row{port::Cell(subject)});
    if (row) out.since = IntegerOf(*row, port::subjects::kCreatedAt);
    for (const auto& [field, value] : office_.vault().EverKnown(reader_, subject)) {
      if (field == "id_number" && value.string() != nullptr) {
        out.id_numbers.insert(Squeezed(*value.string()));
      }
    }
    return out;
  }

  // A longer name that is somebody's: 王芳 is not meant where 王芳芳 stands.
  bool IsSomebodyElse(const std::string& cell, const Person& person) {
    if (person.names.contains(cell)) return false;
    return !office_.vault().Find(reader_, "name", cell).empty();
  }

  const Office& office_;
  port::Reader& reader_;
  const std::set<std::string>& subjects_;
  std::vector<Person> people_;
};

// ---- frozen: plain cells; what stands in one row stands together

void AddCells(const Value& value, std::vector<std::string>& out) {
  if (const List* list = value.list()) {
    for (const Value& item : *list) AddCells(item, out);
  } else if (const Context* context = value.context()) {
    for (const auto& [key, item] : context->entries()) AddCells(item, out);
  } else if (!value.is_null()) {
    out.push_back(Squeezed(CellText(value)));
  }
}

void ForEachRow(const Value& content, const std::function<void(const Value&)>& visit) {
  const Value& data = content["data"];
  visit(data["unit"]);
  visit(data["preface"]);
  for (const Value* list : {&data["lines"], &data["rows"], &content["differences"]}) {
    if (list->list() != nullptr) std::ranges::for_each(*list->list(), visit);
  }
  if (const Context* fixed = data["fixed"].context()) {
    for (const auto& [key, row] : fixed->entries()) visit(row);
  }
}

Meaning OfFrozen(People& people, const FrozenReturn& record, const Value& content) {
  const Instant moment = ParseUtcInstant(record.frozen_at).value_or(0);
  std::vector<std::vector<std::string>> rows;
  std::string text;
  ForEachRow(content, [&](const Value& row) {
    rows.emplace_back();
    AddCells(row, rows.back());
    for (const std::string& cell : rows.back()) text += StrCat(cell, "\n");
  });
  Meaning meaning = Meaning::kNobody;
  for (const Person* person : people.Among(text)) {
    for (const std::vector<std::string>& cells : rows) {
      meaning = std::max(meaning, people.Judge(*person, cells, moment, {}));
    }
  }
  return meaning;
}

// ---- received: the people's own cells are theirs; texts that are nobody's and plain cells are
// judged one by one

struct ReceivedFindings {
  ReceivedErasure certain;  // its content not made yet
  ReceivedErasure unclear;
  // Where plain cells stand: in "rows" (index) or "fixed" (key), and which.
  std::vector<std::pair<std::string, std::string>> certain_cells;
  std::vector<std::pair<std::string, std::string>> unclear_cells;
  bool any() const {
    return !certain.people.empty() || !certain.texts.empty() || !certain_cells.empty();
  }
  bool open() const { return !unclear.texts.empty() || !unclear_cells.empty(); }
};

using VisitRow = std::function<void(const std::string& place, const Value& row)>;

void ForEachReceivedRow(const Value& content, const VisitRow& visit) {
  if (const List* rows = content["rows"].list()) {
    for (size_t i = 0; i < rows->size(); ++i) visit(std::to_string(i), (*rows)[i]);
  }
  if (const Context* fixed = content["fixed"].context()) {
    for (const auto& [key, row] : fixed->entries()) visit(StrCat("/", key), row);
  }
}

class ReceivedLook {
 public:
  ReceivedLook(const Office& office, port::Reader& reader, People& people)
      : office_(office), reader_(reader), people_(people) {}

  ReceivedFindings At(const ReceivedReturn& record, const Value& content) {
    const Instant moment = ParseUtcInstant(record.received_at).value_or(0);
    ReceivedFindings out;
    std::vector<Cell> cells;
    std::string text;
    ForEachReceivedRow(content, [&](const std::string& place, const Value& row) {
      const std::set<std::string> present = PeopleOf(row);
      for (const std::string& subject : present) {
        if (people_.Has(subject)) out.certain.people.insert(subject);
      }
      for (const auto& [key, value] : row.context()->entries()) {
        std::optional<Cell> cell = CellAt(place, key, value, present);
        if (!cell) continue;
        text += StrCat(cell->text, "\n");
        cells.push_back(*std::move(cell));
      }
    });
    const std::vector<const Person*> among = people_.Among(text);
    for (const Cell& cell : cells) {
      Meaning meaning = Meaning::kNobody;
      for (const Person* person : among) {
        meaning = std::max(meaning, people_.Judge(*person, {cell.text}, moment, cell.present));
      }
      Keep(cell, meaning, out);
    }
    return out;
  }

 private:
  // One that is nobody's.
  struct Cell {
    std::string place;
    std::string key;
    std::string token;  // "": a plain one
    std::string text;   // without blanks
    std::set<std::string> present;
  };

  std::optional<Cell> CellAt(const std::string& place, const std::string& key, const Value& value,
                             const std::set<std::string>& present) {
    if (value.context() != nullptr) return std::nullopt;
    const std::string* token = value.string();
    const bool sealed = token != nullptr && vault::LooksLikeToken(*token);
    const std::optional<std::string> text = sealed ? FreeText(*token, present) : CellText(value);
    if (!text) return std::nullopt;
    return Cell{place, key, sealed ? *token : "", Squeezed(*text), present};
  }

  static void Keep(const Cell& cell, Meaning meaning, ReceivedFindings& out) {
    if (meaning == Meaning::kNobody) return;
    const bool certain = meaning == Meaning::kMeant;
    if (!cell.token.empty()) {
      (certain ? out.certain : out.unclear).texts.push_back(cell.token);
    } else {
      (certain ? out.certain_cells : out.unclear_cells).emplace_back(cell.place, cell.key);
    }
  }

  // The words of a text that is nobody's; what is a person's goes with that person alone.
  std::optional<std::string> FreeText(const std::string& token,
                                      const std::set<std::string>& present) {
    const auto owner = office_.vault().SubjectOf(reader_, token);
    if (!owner || present.contains(*owner) || !office_.vault().EverKnown(reader_, *owner).empty())
      return std::nullopt;
    const vault::Revealed text = office_.vault().Resolve(reader_, token);
    const std::string* words = text.Expose().string();
    if (text.state() != vault::Revealed::State::kPresent || words == nullptr) return std::nullopt;
    return *words;
  }

  const Office& office_;
  port::Reader& reader_;
  People& people_;
};

// The content with these cells saying that they were erased.
Value Blanked(const Value& content, const std::vector<std::pair<std::string, std::string>>& cells) {
  const auto blank = [&](const std::string& place, const Value& row) {
    Context changed = *row.context();
    for (const auto& [at, key] : cells) {
      if (at == place) changed.Set(key, Value(vault::kErasedText));
    }
    return Value(std::move(changed));
  };
  List rows;
  Context fixed;
  ForEachReceivedRow(content, [&](const std::string& place, const Value& row) {
    if (place.starts_with('/')) {
      fixed.Set(place.substr(1), blank(place, row));
    } else {
      rows.push_back(blank(place, row));
    }
  });
  return Value(Context({{"rows", Value(std::move(rows))}, {"fixed", Value(std::move(fixed))}}));
}

struct Search {
  NamingReturns naming;
  std::map<std::string, std::pair<ReceivedFindings, Value>> received;  // by id, with the content
};

Result<Search> Look(const Office& office, port::Reader& reader,
                    const std::set<std::string>& subjects) {
  People people(office, reader, subjects);
  Search out;
  Diagnostics mistakes =
      ScanReturns(office, reader, [&](const FrozenReturn& record, const Value& content) {
        const Meaning meaning = OfFrozen(people, record, content);
        if (meaning == Meaning::kMeant) out.naming.frozen.push_back(record);
        if (meaning == Meaning::kUnclear) out.naming.unclear.push_back(record);
      });
  if (!mistakes.empty()) return Unexpected{std::move(mistakes)};
  ReceivedLook look(office, reader, people);
  ScanReceived(reader, [&](const ReceivedReturn& record, const Value& content) {
    ReceivedFindings found = look.At(record, content);
    if (found.any()) out.naming.received.push_back(record);
    if (found.open()) out.naming.unclear.push_back(record);
    if (found.any() || found.open()) out.received[record.id] = {std::move(found), content};
  });
  return out;
}

void TakeOut(Office& office, port::Transaction& transaction, const std::string& id,
             const ReceivedFindings& found, const Value& content, bool decided,
             const ErasureCause& cause) {
  ReceivedErasure erasure = found.certain;
  auto cells = found.certain_cells;
  if (decided) {
    std::ranges::copy(found.unclear.texts, std::back_inserter(erasure.texts));
    std::ranges::copy(found.unclear_cells, std::back_inserter(cells));
  }
  erasure.decided = decided;
  if (!cells.empty()) erasure.content = Blanked(content, cells);
  EraseFromReceived(office, transaction, id, erasure, cause);
}

}  // namespace

Result<NamingReturns> ReturnsNaming(const Office& office, port::Reader& reader,
                                    const std::set<std::string>& people) {
  Result<Search> found = Look(office, reader, people);
  if (!found) return Unexpected{std::move(found).error()};
  return std::move(found->naming);
}

Diagnostics Undecided(port::Reader& reader, const NamingReturns& naming,
                      const Decisions& decisions) {
  Diagnostics out;
  for (const ReturnRecord& record : naming.unclear) {
    const bool meant = decisions.meant.contains(record.id);
    const bool not_meant = decisions.not_meant.contains(record.id);
    if (meant != not_meant) continue;
    out.push_back(
        {.code = "return.namesake",
         .message = StrCat("报表 ", record.id, "（", record.title,
                           "）写有要删除的人的姓名，另有同名的人，看不出写的是哪一个"),
         .hint = StrCat("请用 anjuan sheets ", record.id, " 核对：写的是要删除的人，加 --meant ",
                        record.id, "（一并删除）；是同名的另一人，加 --not-meant ", record.id,
                        "（保留）")});
  }
  std::vector<std::string> known;
  for (const FrozenReturn& record : ListReturns(reader)) known.push_back(record.id);
  for (const ReceivedReturn& record : ListReceived(reader)) known.push_back(record.id);
  for (const std::set<std::string>* ids : {&decisions.meant, &decisions.not_meant}) {
    for (const std::string& id : *ids) {
      if (std::ranges::find(known, id) != known.end()) continue;
      out.push_back({.code = "return.none",
                     .message = StrCat("没有报表“", id, "”"),
                     .hint = DidYouMean(id, known)});
    }
  }
  return out;
}

Result<ErasedReturns> EraseFromReturns(Office& office, port::Transaction& transaction,
                                       const std::set<std::string>& people,
                                       const ErasureCause& cause, const Decisions& decisions) {
  const Result<Search> found = Look(office, transaction, people);
  if (!found) return Unexpected{found.error()};
  if (Diagnostics open = Undecided(transaction, found->naming, decisions); !open.empty()) {
    return Unexpected{std::move(open)};
  }
  ErasedReturns out;
  for (const FrozenReturn& record : found->naming.frozen) {
    EraseReturn(office, transaction, record.id, cause, false);
    out.frozen.push_back(record.id);
  }
  for (const ReturnRecord& record : found->naming.unclear) {
    const bool meant = decisions.meant.contains(record.id);
    if (!meant) {
      RecordOfficeEvent(office, transaction, "return.kept", cause.by, cause.reason,
                        Value(Context({{"return", Value(record.id)},
                                       {"content", Value(record.content)},
                                       {cause.what, Value(cause.id)}})));
    } else if (!found->received.contains(record.id)) {
      EraseReturn(office, transaction, record.id, cause, true);
      out.frozen.push_back(record.id);
    }
  }
  for (const auto& [id, look] : found->received) {
    const bool decided = look.first.open() && decisions.meant.contains(id);
    if (!look.first.any() && !decided) continue;
    TakeOut(office, transaction, id, look.first, look.second, decided, cause);
    out.received.push_back(id);
  }
  return out;
}

}  // namespace anjuan::runtime
