// Personal data: sealed before Step sees them, resolved for page, form and reveal alone.
//
// A subject (one person, or one free text) has a random key of its own, wrapped by the office key;
// its values lie encrypted under that key. Exact search goes by a keyed blind index. Destroying the
// key is the erasure: tokens, leaves and proofs stay as they are. Values are kept by date, so that
// an old page can be rendered again as it was.
//
// Source:  design section 6; 个人信息保护法 (2021-11-01) arts. 28, 45-47, 51.
// Errors:  mistakes in what a user gave are Results (vault.*); the store's failures are
// port::Failure. Threads: any; the vault keeps nothing between calls.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "engine/base/result.h"
#include "engine/base/temporal.h"
#include "engine/port/store.h"
#include "engine/value/value.h"
#include "engine/vault/keys.h"
#include "engine/vault/revealed.h"
#include "engine/vault/token.h"

namespace anjuan::vault {

struct TextOptions {
  std::optional<std::string> subject = {};  // whose text it is: erased with that person
  std::string kind = "text";                // what it is searched as
  bool searchable = false;                  // exact search by Find(kind, text)
};

// All that is known of a person at one moment.
struct RevealedPerson {
  Revealed::State state = Revealed::State::kUnknown;
  std::vector<std::pair<std::string, Revealed>> fields;  // by name; none where erased or unknown
};

// A sealed value with what opens the commitment to it. Plain personal data, as what ResolveAll
// gives.
struct Opening {
  std::string reference;  // of its cell
  std::string token;      // what stands for it in a case: a text's token, or a subject's
  std::string field;      // of a person: "name"; "" for a text
  Value value;
  std::string
      salt;  // 32 bytes; gone with the subject's key, and another once the cell is rewritten
};

class Vault {
 public:
  Vault(OfficeKeys keys, Random random) : keys_(std::move(keys)), random_(std::move(random)) {}

  // Keeps a free text whole; the token stands for it. Errors: vault.subject.
  Result<std::string> SealText(port::Transaction& transaction, std::string_view text,
                               const TextOptions& options, Instant now) const;

  // Keeps a person's values and gives the subject token. Who it is: the person of `subject` where
  // that entry is there, else of the same id_number, else of the same `roster` key (unless that
  // person has another ID number), else a new one; never of the same name. Every entry is sealed
  // but those of PlainPart; null and "" change nothing. Errors: vault.subject, vault.field,
  // vault.id-number (the ID number is another person's).
  Result<std::string> SealPerson(port::Transaction& transaction, const Context& person,
                                 Instant now) const;

  // What the state may hold of a person: subject, post, side, outsider, frontline.
  static Context PlainPart(const Context& person, std::string_view subject);

  // `as_of`: the values known then; without it, the latest.
  Revealed Resolve(port::Reader& reader, std::string_view text_token) const;
  RevealedPerson ResolvePerson(port::Reader& reader, std::string_view subject,
                               std::optional<Instant> as_of = {}) const;

  // Every value that was ever kept of the person, by field (the roster key is none); none where
  // erased or unknown.
  std::vector<std::pair<std::string, Value>> EverKnown(port::Reader& reader,
                                                       std::string_view subject) const;

  // Layout's and forms' view of a case: each context with a `subject` gets the person's entries
  // (name, id_number and phone always, null where not known), each text token becomes its text.
  // Erased ones read kErasedText. The result is plain personal data: hand it to layout or a form,
  // keep it nowhere. Errors: vault.unknown, vault.damaged, with the place inside the value.
  Result<Value> ResolveAll(port::Reader& reader, const Value& value,
                           std::optional<Instant> as_of = {}) const;

  // What these tokens stand for now: of a text its words, of a person each value that is known.
  // None of what is erased, unknown or damaged.
  std::vector<Opening> Openings(port::Reader& reader, const std::set<std::string>& tokens) const;
  // The value in this cell; nullopt: erased, unknown or damaged.
  std::optional<Opening> OpenAt(port::Reader& reader, std::string_view reference) const;

  // Tokens of what was sealed under this kind with this value: "id_number", "phone", "name",
  // "roster" give subjects, a text's kind gives text tokens. Spaces and width do not matter.
  std::vector<std::string> Find(port::Reader& reader, std::string_view kind,
                                std::string_view value) const;

  // The subject of a text token; the token itself where it is a subject. nullopt: unknown.
  std::optional<std::string> SubjectOf(port::Reader& reader, std::string_view token) const;

  // Destroys one text and its index entry; whoever else's it is stays, a subject of its own goes
  // with it. false: no text, or erased before.
  bool EraseText(port::Transaction& transaction, std::string_view token) const;

  // Destroys the subject's key, values and index entries. false: unknown, or erased before.
  // Whether the law allows it (retention, hold) is the caller's to decide and to record.
  bool Erase(port::Transaction& transaction, std::string_view subject) const;

 private:
  OfficeKeys keys_;
  Random random_;
};

}  // namespace anjuan::vault
