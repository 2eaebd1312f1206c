#include "engine/vault/vault.h"

#include <algorithm>
#include <array>
#include <limits>
#include <map>

#include "engine/base/check.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/port/schema.h"
#include "engine/value/json.h"
#include "engine/vault/blind_index.h"
#include "engine/vault/envelope.h"
#include "engine/vault/rewrap.h"
#include "engine/vault/subject_keys.h"

namespace anjuan::vault {

using port::Cell;
using port::Reader;
using port::Row;
using port::Transaction;
using State = Revealed::State;

namespace {

constexpr std::array<std::string_view, 5> kPlainFields = {"subject", "post", "side", "outsider",
                                                          "frontline"};
constexpr std::array<std::string_view, 4> kIndexedFields = {"id_number", "phone", "name", "roster"};
constexpr std::array<std::string_view, 3> kAlwaysShown = {"name", "id_number", "phone"};

bool IsOneOf(std::span<const std::string_view> names, std::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

const std::string& TextAt(const Row& row, int column) {
  static const std::string kNone;
  const auto* text = std::get_if<std::string>(&row[static_cast<size_t>(column)]);
  return text == nullptr ? kNone : *text;
}

// What a value is searched as.
std::string SearchText(const Value& value) {
  const std::string* text = value.string();
  return text != nullptr ? *text : WriteJson(value);
}

bool IsGiven(const Value& value) {
  const std::string* text = value.string();
  return !value.is_null() && (text == nullptr || !text->empty());
}

// ---- references: a text's is its token; a person's entry lies at "<subject>:<field>:<time>"

constexpr int kTimeDigits = 16;

std::string FieldPrefix(std::string_view subject, std::string_view field) {
  return StrCat(subject, ":", field, ":");
}

std::string TimeText(Instant at) {
  const std::string digits = std::to_string(std::max<Instant>(at, 0));
  const size_t width = std::max(digits.size(), size_t{kTimeDigits});
  return std::string(width - digits.size(), '0') + digits;
}

struct FieldReference {
  std::string field;
  std::string time;
};

// The reader gives only references of this subject.
FieldReference SplitReference(std::string_view reference, std::string_view subject) {
  reference.remove_prefix(subject.size() + 1);
  const size_t colon = reference.rfind(':');
  if (colon == std::string_view::npos) return {};
  return {std::string(reference.substr(0, colon)), std::string(reference.substr(colon + 1))};
}

// Visits a person's entries, by field and then by time.
void ScanFields(Reader& reader, std::string_view subject,
                const std::function<bool(const Row&)>& visit) {
  const port::Range range = {.from = Cell(StrCat(subject, ":")), .to = Cell(StrCat(subject, ";"))};
  reader.Scan(port::sealed::kTable, range, visit);
}

// ---- what lies in a cell: the kind, a zero byte, the canonical value

struct Content {
  std::string kind;
  Value value;
};

std::optional<Content> OpenRow(const Row& row, std::string_view key) {
  const std::optional<std::string> plain =
      Open(key, TextAt(row, port::sealed::kReference), TextAt(row, port::sealed::kNonce),
           TextAt(row, port::sealed::kCipher));
  if (!plain) return std::nullopt;
  const size_t end = plain->find('\0');
  if (end == std::string::npos) return std::nullopt;
  Result<Value> value = ReadCanonical(std::string_view(*plain).substr(end + 1));
  if (!value) return std::nullopt;
  return Content{plain->substr(0, end), *std::move(value)};
}

Unexpected<Diagnostics> UnknownSubject(State state) {
  switch (state) {
    case State::kErased:
      return Fail("vault.subject",
                  "该人员的个人信息已依法删除，不能再写入。请重新录入为新的人员。");
    case State::kDamaged:
      return Fail("vault.subject", "该人员的密钥打不开：数据被改动，或密钥文件不是本单位的。");
    case State::kPresent:
    case State::kUnknown:
      break;
  }
  return Fail("vault.subject", "没有这个人员记录，请从名册中重新选择。");
}

// One sealing: rows are written under a subject's key, and found again by the blind index.
class Writer {
 public:
  Writer(Transaction& transaction, const OfficeKeys& keys, const Random& random, Instant now)
      : transaction_(transaction),
        keys_(keys),
        random_(random),
        now_(now),
        known_(transaction, keys) {}

  const SubjectKey& Key(std::string_view subject) { return known_.Get(subject); }

  std::string NewSubject() {
    EnsureCurrent(transaction_, keys_);
    std::string subject = MakeToken(random_);
    const std::string key = random_(kKeyBytes);
    ANJUAN_CHECK(key.size() == kKeyBytes);
    const bool inserted = transaction_.Insert(
        port::subjects::kTable,
        {Cell(subject), Cell(WrapSubjectKey(keys_, random_, subject, key)), Cell(now_)});
    ANJUAN_CHECK(inserted);
    return subject;
  }

  void Write(std::string_view subject, const std::string& reference, std::string_view kind,
             const Value& value) {
    const SubjectKey& key = Key(subject);
    ANJUAN_CHECK(key.state == State::kPresent);
    const Box box = Seal(random_, key.key, reference, StrCat(kind, '\0', WriteCanonical(value)));
    transaction_.Put(port::sealed::kTable, {Cell(reference), Cell(std::string(subject)),
                                            Cell(box.nonce), Cell(box.cipher)});
  }

  // A new value stands beside the old ones.
  void WriteField(std::string_view subject, const std::string& field, const Value& value) {
    const std::optional<Value> current = Current(subject, field);
    if (current && *current == value) return;
    Write(subject, FieldPrefix(subject, field) + TimeText(now_), field, value);
  }

  std::optional<Value> Current(std::string_view subject, std::string_view field) {
    const std::string prefix = FieldPrefix(subject, field);
    const port::Range range = {.from = Cell(prefix),
                               .to = Cell(prefix + TimeText(std::numeric_limits<Instant>::max())),
                               .descending = true,
                               .limit = 1};
    std::optional<Value> value;
    transaction_.Scan(port::sealed::kTable, range, [&](const Row& row) {
      if (std::optional<Content> content = OpenRow(row, Key(subject).key)) value = content->value;
      return false;
    });
    return value;
  }

  std::string Digest(std::string_view kind, const Value& value) const {
    return BlindDigest(keys_.index, kind, SearchText(value));
  }

  void Index(std::string_view kind, const Value& value, const std::string& reference) {
    transaction_.Put(port::blind::kTable, {Cell(Digest(kind, value)), Cell(reference)});
  }

  std::vector<std::string> Indexed(std::string_view kind, const Value& value) {
    std::vector<std::string> references;
    transaction_.Scan(port::blind::kTable, {.prefix = {Cell(Digest(kind, value))}},
                      [&](const Row& row) {
                        references.push_back(TextAt(row, port::blind::kReference));
                        return true;
                      });
    return references;
  }

  void Unindex(std::string_view kind, const Value& value, const std::string& reference) {
    const std::vector<Cell> key = {Cell(Digest(kind, value)), Cell(reference)};
    transaction_.Delete(port::blind::kTable, key);
  }

 private:
  Transaction& transaction_;
  const OfficeKeys& keys_;
  const Random& random_;
  Instant now_;
  SubjectKeys known_;
};

std::optional<std::string> Sole(const std::vector<std::string>& references) {
  return references.empty() ? std::nullopt : std::optional(references.front());
}

bool SameNormalised(std::string_view kind, const Value& a, const Value& b) {
  return Normalise(kind, SearchText(a)) == Normalise(kind, SearchText(b));
}

// Which person this is; nullopt: one not known yet.
std::optional<std::string> Identify(Writer& writer, const Value& id_number, const Value& roster) {
  if (IsGiven(id_number)) {
    if (auto same = Sole(writer.Indexed("id_number", id_number))) return same;
  }
  if (!IsGiven(roster)) return std::nullopt;
  std::optional<std::string> listed = Sole(writer.Indexed("roster", roster));
  if (!listed || !IsGiven(id_number)) return listed;
  // A roster entry that changed hands: the ID number says it is somebody else.
  const std::optional<Value> known = writer.Current(*listed, "id_number");
  return !known || SameNormalised("id_number", *known, id_number) ? listed : std::nullopt;
}

}  // namespace

// ---- sealing

Result<std::string> Vault::SealText(Transaction& transaction, std::string_view text,
                                    const TextOptions& options, Instant now) const {
  ANJUAN_CHECK(options.kind.find('\0') == std::string::npos);
  Writer writer(transaction, keys_, random_, now);
  if (options.subject) {
    const State state = writer.Key(*options.subject).state;
    if (state != State::kPresent) return UnknownSubject(state);
  }
  const std::string subject = options.subject ? *options.subject : writer.NewSubject();
  std::string token = MakeToken(random_);
  writer.Write(subject, token, options.kind, Value(text));
  if (options.searchable) writer.Index(options.kind, Value(text), token);
  return token;
}

Result<std::string> Vault::SealPerson(Transaction& transaction, const Context& person,
                                      Instant now) const {
  Writer writer(transaction, keys_, random_, now);
  const Value given(person);
  for (const auto& [name, value] : person.entries()) {
    if (name.empty() || name.find_first_of(std::string_view(":\0", 2)) != std::string::npos) {
      return Fail("vault.field", StrCat("人员信息的字段名「", name, "」不能使用，请改名。"));
    }
  }
  std::string subject;
  if (IsGiven(given["subject"])) {
    const std::string* token = given["subject"].string();
    subject = token == nullptr ? std::string() : *token;
    const State state = writer.Key(subject).state;
    if (state != State::kPresent) return UnknownSubject(state);
    const std::vector<std::string> same = IsGiven(given["id_number"])
                                              ? writer.Indexed("id_number", given["id_number"])
                                              : std::vector<std::string>();
    if (!same.empty() && same.front() != subject) {
      return Fail("vault.id-number", "该公民身份号码已登记在另一人名下，请核对。");
    }
  } else {
    subject = Identify(writer, given["id_number"], given["roster"]).value_or(std::string());
    if (subject.empty()) {
      subject = writer.NewSubject();
    } else if (const State state = writer.Key(subject).state; state != State::kPresent) {
      return UnknownSubject(state);
    }
  }
  // A roster key names one person at a time.
  if (IsGiven(given["roster"])) {
    for (const std::string& other : writer.Indexed("roster", given["roster"])) {
      if (other != subject) writer.Unindex("roster", given["roster"], other);
    }
  }
  for (const auto& [name, value] : person.entries()) {
    if (IsOneOf(kPlainFields, name) || !IsGiven(value)) continue;
    writer.WriteField(subject, name, value);
    if (IsOneOf(kIndexedFields, name)) writer.Index(name, value, subject);
  }
  return subject;
}

Context Vault::PlainPart(const Context& person, std::string_view subject) {
  Context plain({{"subject", Value(subject)}});
  for (const auto& [name, value] : person.entries()) {
    if (name != "subject" && IsOneOf(kPlainFields, name)) plain.Set(name, value);
  }
  return plain;
}

// ---- resolving

namespace {

// A text that was erased by itself.
bool IsBlank(const Row& row) {
  return TextAt(row, port::sealed::kNonce).empty() && TextAt(row, port::sealed::kCipher).empty();
}

Revealed ResolveText(Reader& reader, SubjectKeys& keys, std::string_view token) {
  const std::vector<Cell> key = {std::string(token)};
  const std::optional<Row> row = reader.Get(port::sealed::kTable, key);
  if (!row) return Revealed(State::kUnknown);
  const SubjectKey& subject = keys.Get(TextAt(*row, port::sealed::kSubject));
  if (subject.state != State::kPresent) return Revealed(subject.state);
  if (IsBlank(*row)) return Revealed(State::kErased);
  std::optional<Content> content = OpenRow(*row, subject.key);
  return content ? Revealed(std::move(content->value)) : Revealed(State::kDamaged);
}

RevealedPerson ResolveFields(Reader& reader, SubjectKeys& keys, std::string_view subject,
                             std::optional<Instant> as_of) {
  const SubjectKey& key = keys.Get(subject);
  RevealedPerson person{key.state, {}};
  if (key.state != State::kPresent) return person;
  const std::string last = TimeText(as_of.value_or(std::numeric_limits<Instant>::max()));
  std::map<std::string, Revealed> latest;
  ScanFields(reader, subject, [&](const Row& row) {
    const FieldReference at = SplitReference(TextAt(row, port::sealed::kReference), subject);
    if (at.time.size() > last.size() || (at.time.size() == last.size() && at.time > last)) {
      return true;
    }
    std::optional<Content> content = OpenRow(row, key.key);
    if (!content) person.state = State::kDamaged;
    latest.insert_or_assign(
        at.field, content ? Revealed(std::move(content->value)) : Revealed(State::kDamaged));
    return true;
  });
  for (auto& [field, revealed] : latest) {
    if (field != "roster") person.fields.emplace_back(field, std::move(revealed));
  }
  return person;
}

// Walks a value and puts the plain data in. Values come from readers that bound their depth.
class Resolver {
 public:
  Resolver(Reader& reader, const OfficeKeys& keys, std::optional<Instant> as_of)
      : reader_(reader), keys_(reader, keys), as_of_(as_of) {}

  Value Resolve(const Value& value, const std::string& path) {
    if (const std::string* text = value.string()) {
      return LooksLikeToken(*text) ? Text(*text, path) : value;
    }
    if (const List* list = value.list()) {
      List resolved;
      for (size_t i = 0; i < list->size(); ++i) {
        resolved.push_back(Resolve((*list)[i], StrCat(path, "[", i, "]")));
      }
      return Value(std::move(resolved));
    }
    if (const Context* context = value.context()) return Value(Entries(*context, path));
    return value;
  }

  Diagnostics& diagnostics() { return diagnostics_; }

 private:
  Context Entries(const Context& context, const std::string& path) {
    Context resolved;
    std::optional<std::string> subject;
    for (const auto& [name, value] : context.entries()) {
      const std::string* text = value.string();
      if (name == "subject" && text != nullptr && LooksLikeToken(*text)) {
        subject = *text;
        resolved.Set(name, value);
      } else {
        resolved.Set(name, Resolve(value, path.empty() ? name : StrCat(path, ".", name)));
      }
    }
    if (subject) AddPerson(*subject, path, resolved);
    return resolved;
  }

  void AddPerson(const std::string& subject, const std::string& path, Context& to) {
    const RevealedPerson person = ResolveFields(reader_, keys_, subject, as_of_);
    Note(person.state, path);
    const Value absent =
        person.state == State::kErased ? Revealed(State::kErased).Expose() : Value();
    for (std::string_view name : kAlwaysShown) to.Set(name, absent);
    for (const auto& [name, revealed] : person.fields) to.Set(name, revealed.Expose());
  }

  Value Text(const std::string& token, const std::string& path) {
    const Revealed revealed = ResolveText(reader_, keys_, token);
    // A subject token by itself (in a list of people, say) stays as it is.
    if (revealed.state() == State::kUnknown && keys_.Get(token).state != State::kUnknown) {
      return Value(token);
    }
    Note(revealed.state(), path);
    return revealed.Expose();
  }

  void Note(State state, const std::string& path) {
    switch (state) {
      case State::kPresent:
      case State::kErased:
        return;
      case State::kUnknown:
        diagnostics_.push_back(
            {.code = "vault.unknown", .message = StrCat("「", path, "」引用的个人信息不存在。")});
        return;
      case State::kDamaged:
        diagnostics_.push_back(
            {.code = "vault.damaged",
             .message =
                 StrCat("「", path, "」的个人信息打不开：数据被改动，或密钥文件不是本单位的。")});
        return;
    }
  }

  Reader& reader_;
  SubjectKeys keys_;
  std::optional<Instant> as_of_;
  Diagnostics diagnostics_;
};

}  // namespace

Revealed Vault::Resolve(Reader& reader, std::string_view text_token) const {
  SubjectKeys keys(reader, keys_);
  return ResolveText(reader, keys, text_token);
}

RevealedPerson Vault::ResolvePerson(Reader& reader, std::string_view subject,
                                    std::optional<Instant> as_of) const {
  SubjectKeys keys(reader, keys_);
  return ResolveFields(reader, keys, subject, as_of);
}

std::vector<std::pair<std::string, Value>> Vault::EverKnown(Reader& reader,
                                                            std::string_view subject) const {
  SubjectKeys keys(reader, keys_);
  const SubjectKey& key = keys.Get(subject);
  std::vector<std::pair<std::string, Value>> out;
  if (key.state != State::kPresent) return out;
  ScanFields(reader, subject, [&](const Row& row) {
    std::string field = SplitReference(TextAt(row, port::sealed::kReference), subject).field;
    std::optional<Content> content = OpenRow(row, key.key);
    if (content && field != "roster") out.emplace_back(std::move(field), std::move(content->value));
    return true;
  });
  return out;
}

Result<Value> Vault::ResolveAll(Reader& reader, const Value& value,
                                std::optional<Instant> as_of) const {
  Resolver resolver(reader, keys_, as_of);
  Value resolved = resolver.Resolve(value, "");
  if (!resolver.diagnostics().empty()) return Unexpected{std::move(resolver.diagnostics())};
  return resolved;
}

namespace {

// The salt hangs on the subject's key and on the cell's nonce: erased with the one, and of a value
// that was replaced in its place nobody learns anything from the new one's.
std::optional<Opening> OpenCell(SubjectKeys& keys, const Row& row) {
  const std::string& reference = TextAt(row, port::sealed::kReference);
  const std::string& subject = TextAt(row, port::sealed::kSubject);
  const SubjectKey& key = keys.Get(subject);
  if (key.state != State::kPresent) return std::nullopt;
  std::optional<Content> content = OpenRow(row, key.key);
  if (!content) return std::nullopt;
  const bool text = LooksLikeToken(reference);
  return Opening{
      .reference = reference,
      .token = text ? reference : subject,
      .field = text ? "" : SplitReference(reference, subject).field,
      .value = std::move(content->value),
      .salt = std::string(AsBytes(HmacSha256(
          key.key, StrCat("commitment:", reference, '\0', TextAt(row, port::sealed::kNonce)))))};
}

}  // namespace

std::vector<Opening> Vault::Openings(Reader& reader, const std::set<std::string>& tokens) const {
  SubjectKeys keys(reader, keys_);
  std::vector<Opening> out;
  for (const std::string& token : tokens) {
    const std::vector<Cell> key = {Cell(token)};
    if (const std::optional<Row> row = reader.Get(port::sealed::kTable, key)) {
      if (auto opening = OpenCell(keys, *row)) out.push_back(std::move(*opening));
      continue;
    }
    std::map<std::string, Opening> latest;  // by field; they come by time
    ScanFields(reader, token, [&](const Row& row) {
      std::optional<Opening> opening = OpenCell(keys, row);
      if (opening && opening->field != "roster")
        latest.insert_or_assign(opening->field, std::move(*opening));
      return true;
    });
    for (auto& [field, opening] : latest) out.push_back(std::move(opening));
  }
  return out;
}

std::optional<Opening> Vault::OpenAt(Reader& reader, std::string_view reference) const {
  SubjectKeys keys(reader, keys_);
  const std::vector<Cell> key = {Cell(std::string(reference))};
  const std::optional<Row> row = reader.Get(port::sealed::kTable, key);
  return row ? OpenCell(keys, *row) : std::nullopt;
}

std::vector<std::string> Vault::Find(Reader& reader, std::string_view kind,
                                     std::string_view value) const {
  std::vector<std::string> references;
  const Cell digest = BlindDigest(keys_.index, kind, value);
  reader.Scan(port::blind::kTable, {.prefix = {digest}}, [&](const Row& row) {
    references.push_back(TextAt(row, port::blind::kReference));
    return true;
  });
  return references;
}

std::optional<std::string> Vault::SubjectOf(Reader& reader, std::string_view token) const {
  const std::vector<Cell> key = {std::string(token)};
  if (const auto row = reader.Get(port::sealed::kTable, key)) {
    return TextAt(*row, port::sealed::kSubject);
  }
  if (reader.Get(port::subjects::kTable, key)) return std::string(token);
  return std::nullopt;
}

// ---- erasing

namespace {

// A cell and its index entry. A text's token must go on saying "erased"; a person's does by the
// subject's row.
void EraseCell(Transaction& transaction, const OfficeKeys& keys, const Row& sealed,
               const std::string& subject_key) {
  const std::string& reference = TextAt(sealed, port::sealed::kReference);
  const std::string& subject = TextAt(sealed, port::sealed::kSubject);
  const bool is_text = LooksLikeToken(reference);
  if (const std::optional<Content> content = OpenRow(sealed, subject_key)) {
    const std::vector<Cell> entry = {
        BlindDigest(keys.index, content->kind, SearchText(content->value)),
        is_text ? reference : subject};
    transaction.Delete(port::blind::kTable, entry);
  }
  const std::vector<Cell> sealed_key = {Cell(reference)};
  transaction.Delete(port::sealed::kTable, sealed_key);
  if (is_text) {
    transaction.Put(port::sealed::kTable, {Cell(reference), Cell(subject), Cell(""), Cell("")});
  }
}

}  // namespace

bool Vault::EraseText(Transaction& transaction, std::string_view token) const {
  const std::vector<Cell> key = {Cell(std::string(token))};
  const std::optional<Row> row = transaction.Get(port::sealed::kTable, key);
  if (!row || !LooksLikeToken(token) || IsBlank(*row)) return false;
  const std::string& subject = TextAt(*row, port::sealed::kSubject);
  const port::Range range = {.index = 0, .prefix = {Cell(subject)}};
  if (transaction.Count(port::sealed::kTable, range) == 1) return Erase(transaction, subject);
  SubjectKeys keys(transaction, keys_);
  EraseCell(transaction, keys_, *row, keys.Get(subject).key);
  return true;
}

bool Vault::Erase(Transaction& transaction, std::string_view subject) const {
  const std::vector<Cell> key = {std::string(subject)};
  const std::optional<Row> row = transaction.Get(port::subjects::kTable, key);
  if (!row || TextAt(*row, port::subjects::kWrappedKey).empty()) return false;
  SubjectKeys keys(transaction, keys_);
  const std::string subject_key = keys.Get(subject).key;
  const port::Range range = {.index = 0, .prefix = key};
  transaction.Scan(port::sealed::kTable, range, [&](const Row& sealed) {
    EraseCell(transaction, keys_, sealed, subject_key);
    return true;
  });
  // Deleted and made anew, not replaced: stores clear what was deleted out of their logs.
  transaction.Delete(port::subjects::kTable, key);
  transaction.Put(port::subjects::kTable, {key[0], Cell(""), (*row)[port::subjects::kCreatedAt]});
  return true;
}

}  // namespace anjuan::vault
