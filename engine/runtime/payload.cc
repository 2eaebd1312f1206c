#include "engine/runtime/payload.h"

#include "engine/value/members.h"

namespace anjuan::runtime {

namespace {

bool FlagIn(const Value& body, std::string_view key) {
  const bool* flag = body[key].boolean();
  return flag != nullptr && *flag;
}

Context ContextIn(const Value& body, std::string_view key) {
  const Context* context = body[key].context();
  return context == nullptr ? Context() : *context;
}

Value Texts(const std::vector<std::string>& texts) {
  List out;
  for (const std::string& text : texts) out.emplace_back(text);
  return Value(std::move(out));
}

std::vector<std::string> TextsIn(const Value& body, std::string_view key) {
  std::vector<std::string> out;
  if (const List* list = body[key].list()) {
    for (const Value& item : *list) out.push_back(*item.string());
  }
  return out;
}

std::string_view KindText(chart::Event::Kind kind) {
  switch (kind) {
    case chart::Event::Kind::kExternal:
      return "person";
    case chart::Event::Kind::kTimer:
      return "timer";
    case chart::Event::Kind::kChild:
      return "child";
    case chart::Event::Kind::kPlatform:
      return "platform";
  }
  return "";
}

chart::Event::Kind KindOf(std::string_view text) {
  if (text == "timer") return chart::Event::Kind::kTimer;
  if (text == "child") return chart::Event::Kind::kChild;
  if (text == "platform") return chart::Event::Kind::kPlatform;
  return chart::Event::Kind::kExternal;
}

Value ToValue(const chart::Read& read) {
  return Value(Context(
      {{"f", Value(read.function)}, {"a", Value(List(read.arguments))}, {"r", read.result}}));
}

chart::Read ToRead(const Value& value) {
  return {.function = TextIn(value, "f"), .arguments = *value["a"].list(), .result = value["r"]};
}

template <typename T, typename Convert>
std::vector<T> ListIn(const Value& body, std::string_view key, Convert convert) {
  std::vector<T> out;
  if (const List* list = body[key].list()) {
    for (const Value& item : *list) out.push_back(convert(item));
  }
  return out;
}

}  // namespace

Context ToContext(const StepPayload& payload) {
  Context out;
  out.Set("event", Value(Context({{"name", Value(payload.event.name)},
                                  {"kind", Value(KindText(payload.event.kind))},
                                  {"origin", Value(payload.event.origin)},
                                  {"data", payload.event.data}})));
  if (!payload.initial.empty()) out.Set("initial", Value(payload.initial));
  out.Set("env", Value(Context({{"now", Value(payload.env.now)},
                                {"today", Value(payload.env.today)},
                                {"actor", Value(payload.env.actor)},
                                {"case", Value(payload.env.case_info)}})));
  List reads;
  for (const chart::Read& read : payload.reads) reads.push_back(ToValue(read));
  out.Set("reads", Value(std::move(reads)));
  List numbers;
  for (const AllocatedNumber& number : payload.numbers) numbers.push_back(ToValue(number));
  out.Set("numbers", Value(std::move(numbers)));
  if (!payload.seals.empty()) {
    List seals;
    for (const UsedSeal& seal : payload.seals) seals.push_back(ToValue(seal));
    out.Set("seals", Value(std::move(seals)));
  }
  out.Set("notes", Texts(payload.notes));
  out.Set("warnings", Texts(payload.warnings));
  out.Set("transitions", Texts(payload.transitions));
  return out;
}

StepPayload ToStepPayload(const Context& payload) {
  const Value body(payload);
  const Value& event = body["event"];
  const Value& env = body["env"];
  StepPayload out;
  out.event = {.name = TextIn(event, "name"),
               .kind = KindOf(TextIn(event, "kind")),
               .origin = TextIn(event, "origin"),
               .data = event["data"]};
  out.initial = ContextIn(body, "initial");
  out.env.now = IntegerIn(env, "now");
  if (env["today"].date() != nullptr) out.env.today = *env["today"].date();
  out.env.actor = ContextIn(env, "actor");
  out.env.case_info = ContextIn(env, "case");
  out.reads = ListIn<chart::Read>(body, "reads", ToRead);
  out.numbers = ListIn<AllocatedNumber>(body, "numbers", ToNumber);
  out.seals = ListIn<UsedSeal>(body, "seals", ToSeal);
  out.notes = TextsIn(body, "notes");
  out.warnings = TextsIn(body, "warnings");
  out.transitions = TextsIn(body, "transitions");
  return out;
}

Value ToValue(const chart::IssueDocument& effect) {
  return Value(Context({{"code", Value(effect.code)},
                        {"addressee", effect.addressee},
                        {"issuer", effect.issuer},
                        {"arguments", Value(effect.arguments)},
                        {"data", Value(effect.data)},
                        {"await_seal", Value(effect.await_seal)}}));
}

Value ToValue(const chart::SpawnCase& effect) {
  return Value(Context({{"id", Value(effect.id)},
                        {"process", Value(effect.process)},
                        {"data", Value(effect.data)},
                        {"region", Value(effect.region)}}));
}

Value ToValue(const chart::SendEvent& effect) {
  return Value(Context(
      {{"target", Value(effect.target)}, {"event", Value(effect.event)}, {"data", effect.data}}));
}

Value ToValue(const chart::CancelChild& effect) {
  return Value(Context({{"id", Value(effect.id)}}));
}

Value ToValue(const chart::Notify& effect) {
  return Value(Context({{"party", effect.party}, {"text", Value(effect.text)}}));
}

chart::IssueDocument ToIssueDocument(const Value& value) {
  return {.code = TextIn(value, "code"),
          .addressee = value["addressee"],
          .issuer = value["issuer"],
          .arguments = ContextIn(value, "arguments"),
          .data = ContextIn(value, "data"),
          .await_seal = FlagIn(value, "await_seal")};
}

chart::SpawnCase ToSpawnCase(const Value& value) {
  return {.id = TextIn(value, "id"),
          .process = TextIn(value, "process"),
          .data = ContextIn(value, "data"),
          .region = TextIn(value, "region")};
}

chart::SendEvent ToSendEvent(const Value& value) {
  return {
      .target = TextIn(value, "target"), .event = TextIn(value, "event"), .data = value["data"]};
}

}  // namespace anjuan::runtime
