#include "engine/trail/leaf.h"

#include <utility>

#include "engine/base/check.h"
#include "engine/base/text.h"
#include "engine/trail/merkle.h"
#include "engine/value/json.h"
#include "engine/value/members.h"

namespace anjuan::trail {

namespace {

constexpr std::string_view kAlgorithm = "HMAC-SHA256";
constexpr std::int64_t kSafeInteger = std::int64_t{1} << 53;

// ---- writing: what is empty is left out, so that one leaf has one form

void AddText(Context& to, std::string_view name, const std::string& text) {
  if (!text.empty()) to.entries().emplace_back(name, Value(text));
}

void AddNumber(Context& to, std::string_view name, std::int64_t number) {
  ANJUAN_CHECK(number >= 0 && number <= kSafeInteger);
  to.entries().emplace_back(name, Value(number));
}

void AddTexts(Context& to, std::string_view name, const std::vector<std::string>& texts) {
  if (texts.empty()) return;
  List list;
  for (const std::string& text : texts) list.emplace_back(text);
  to.entries().emplace_back(name, Value(std::move(list)));
}

void AddContext(Context& to, std::string_view name, Context context) {
  to.entries().emplace_back(name, Value(std::move(context)));
}

std::string_view ModeName(ClockRef::Mode mode) {
  switch (mode) {
    case ClockRef::Mode::kReal:
      return "real";
    case ClockRef::Mode::kManual:
      return "manual";
  }
  ANJUAN_CHECK(false);
}

Value DocumentsValue(const std::vector<DocumentRef>& documents) {
  List list;
  for (const DocumentRef& document : documents) {
    Context entry;
    AddText(entry, "code", document.code);
    AddText(entry, "name", document.name);
    AddText(entry, "media", document.media);
    AddNumber(entry, "bytes", document.bytes);
    AddText(entry, "sha256", document.sha256);
    list.emplace_back(std::move(entry));
  }
  return Value(std::move(list));
}

Value ToValue(const Leaf& leaf) {
  Context out;
  AddText(out, "v", std::string(kFormat));
  AddText(out, "log", leaf.log);
  AddText(out, "event_id", leaf.event_id);
  AddText(out, "cmd_id", leaf.command_id);
  AddText(out, "case", leaf.case_id);
  AddNumber(out, "case_seq", leaf.case_seq);
  AddText(out, "case_prev", leaf.case_prev);
  AddNumber(out, "version", leaf.version);
  AddText(out, "type", leaf.type);
  AddText(out, "event", leaf.event);
  AddTexts(out, "from", leaf.from);
  AddTexts(out, "to", leaf.to);
  AddText(out, "outcome", leaf.outcome);
  Context definition;
  AddText(definition, "id", leaf.definition.id);
  AddNumber(definition, "ver", leaf.definition.version);
  AddText(definition, "sha256", leaf.definition.sha256);
  AddContext(out, "def", std::move(definition));
  AddText(out, "actor", leaf.actor);
  AddText(out, "role", leaf.role);
  AddText(out, "org", leaf.organisation);
  AddText(out, "region", leaf.region);
  AddText(out, "on_behalf", leaf.on_behalf);
  AddText(out, "auth", leaf.auth);
  AddText(out, "src", leaf.src);
  AddText(out, "time", ToUtcString(leaf.time));
  Context clock;
  AddText(clock, "mode", std::string(ModeName(leaf.clock.mode)));
  AddText(clock, "source", leaf.clock.source);
  AddContext(out, "clock", std::move(clock));
  if (leaf.effective_on) AddText(out, "eff_date", ToString(*leaf.effective_on));
  Context payload;
  AddText(payload, "alg", std::string(kAlgorithm));
  AddText(payload, "commit", leaf.commit);
  AddText(payload, "key_id", leaf.key_id);
  AddContext(out, "payload", std::move(payload));
  AddText(out, "fields_root", leaf.fields_root);
  if (!leaf.documents.empty()) out.entries().emplace_back("docs", DocumentsValue(leaf.documents));
  AddText(out, "reason", leaf.reason);
  AddTexts(out, "approvals", leaf.approvals);
  AddText(out, "state_hash", leaf.state_hash);
  AddText(out, "engine", leaf.engine);
  return Value(std::move(out));
}

// ---- reading: whatever is amiss comes out empty; Decode then sees that the bytes differ

std::int64_t NumberOf(const Value& from, std::string_view name) {
  const std::int64_t integer = IntegerIn(from, name);
  return integer < 0 || integer > kSafeInteger ? 0 : integer;
}

std::vector<std::string> TextsOf(const Value& from, std::string_view name) {
  std::vector<std::string> texts;
  if (const List* list = from[name].list()) {
    for (const Value& item : *list) {
      const std::string* text = item.string();
      texts.push_back(text == nullptr ? std::string() : *text);
    }
  }
  return texts;
}

std::vector<DocumentRef> DocumentsOf(const Value& from) {
  std::vector<DocumentRef> documents;
  if (const List* list = from["docs"].list()) {
    for (const Value& item : *list) {
      documents.push_back({TextIn(item, "code"), TextIn(item, "name"), TextIn(item, "media"),
                           NumberOf(item, "bytes"), TextIn(item, "sha256")});
    }
  }
  return documents;
}

Leaf FromValue(const Value& from) {
  Leaf leaf;
  leaf.log = TextIn(from, "log");
  leaf.event_id = TextIn(from, "event_id");
  leaf.command_id = TextIn(from, "cmd_id");
  leaf.case_id = TextIn(from, "case");
  leaf.case_seq = NumberOf(from, "case_seq");
  leaf.case_prev = TextIn(from, "case_prev");
  leaf.version = NumberOf(from, "version");
  leaf.type = TextIn(from, "type");
  leaf.event = TextIn(from, "event");
  leaf.from = TextsOf(from, "from");
  leaf.to = TextsOf(from, "to");
  leaf.outcome = TextIn(from, "outcome");
  const Value& definition = from["def"];
  leaf.definition = {TextIn(definition, "id"), NumberOf(definition, "ver"),
                     TextIn(definition, "sha256")};
  leaf.actor = TextIn(from, "actor");
  leaf.role = TextIn(from, "role");
  leaf.organisation = TextIn(from, "org");
  leaf.region = TextIn(from, "region");
  leaf.on_behalf = TextIn(from, "on_behalf");
  leaf.auth = TextIn(from, "auth");
  leaf.src = TextIn(from, "src");
  leaf.time = ParseUtcInstant(TextIn(from, "time")).value_or(0);
  const Value& clock = from["clock"];
  leaf.clock.mode =
      TextIn(clock, "mode") == "manual" ? ClockRef::Mode::kManual : ClockRef::Mode::kReal;
  leaf.clock.source = TextIn(clock, "source");
  leaf.effective_on = ParseDate(TextIn(from, "eff_date"));
  leaf.commit = TextIn(from["payload"], "commit");
  leaf.key_id = TextIn(from["payload"], "key_id");
  leaf.fields_root = TextIn(from, "fields_root");
  leaf.documents = DocumentsOf(from);
  leaf.reason = TextIn(from, "reason");
  leaf.approvals = TextsOf(from, "approvals");
  leaf.state_hash = TextIn(from, "state_hash");
  leaf.engine = TextIn(from, "engine");
  return leaf;
}

}  // namespace

Result<std::string> Encode(const Leaf& leaf) {
  std::string bytes = WriteCanonical(ToValue(leaf));
  if (bytes.size() > kMaxLeafBytes) {
    return Fail("trail.leaf-size",
                StrCat("the history row of case \"", leaf.case_id, "\" needs ", bytes.size(),
                       " bytes; at most ", kMaxLeafBytes, " are allowed"));
  }
  return bytes;
}

Result<Leaf> Decode(std::string_view bytes) {
  if (bytes.size() > kMaxLeafBytes) {
    return Fail("trail.leaf", StrCat("a leaf of ", bytes.size(), " bytes"));
  }
  const Result<Value> value = ReadCanonical(bytes);
  if (!value) return Unexpected{value.error()};
  const std::string format = TextIn(*value, "v");
  if (format != kFormat) {
    return Fail("trail.leaf", StrCat("the format is \"", format, "\", not \"", kFormat, "\""));
  }
  Leaf leaf = FromValue(*value);
  // Also refuses unknown names, wrong kinds and everything FromValue passed over.
  if (WriteCanonical(ToValue(leaf)) != bytes) {
    return Fail("trail.leaf", "these bytes are not a leaf as this format writes it");
  }
  return leaf;
}

Hash LeafHash(std::string_view bytes) {
  return HashLeaf(bytes);
}

Hash Commit(std::string_view key, std::string_view payload) {
  return HmacSha256(key, payload);
}

}  // namespace anjuan::trail
