#include <utility>

#include "engine/base/text.h"
#include "engine/exchange/event_log.h"
#include "engine/value/json.h"

namespace anjuan::exchange {

namespace {

// Object ids must be unique in the whole log: a prefix keeps a case and an account apart.
constexpr std::string_view kCase = "case:";
constexpr std::string_view kOrganisation = "organisation:";
constexpr std::string_view kAccount = "account:";
constexpr std::string_view kDocument = "document:";

Value Named(std::string_view name, std::string_view value) {
  return Value(Context({{"name", Value(name)}, {"value", Value(value)}}));
}

Value Related(std::string_view prefix, std::string_view id, std::string_view qualifier) {
  return Value(Context({{"objectId", Value(StrCat(prefix, id))}, {"qualifier", Value(qualifier)}}));
}

Value Declared(std::string_view type, const std::vector<std::string_view>& attributes) {
  List list;
  for (const std::string_view attribute : attributes) {
    list.emplace_back(Context({{"name", Value(attribute)}, {"type", Value("string")}}));
  }
  return Value(Context({{"name", Value(type)}, {"attributes", Value(std::move(list))}}));
}

// Writes the members of one JSON array, with commas between.
class Members {
 public:
  explicit Members(const EventLogWriter::Sink& sink) : sink_(sink) {}
  void Add(const Value& member) {
    sink_(StrCat(first_ ? "\n" : ",\n", WriteJson(member)));
    first_ = false;
  }

 private:
  const EventLogWriter::Sink& sink_;
  bool first_ = true;
};

// Events are written as they come; what they mention is written behind them.
class OcelWriter : public EventLogWriter {
 public:
  explicit OcelWriter(Sink sink) : sink_(std::move(sink)), events_(sink_) {
    sink_("{\"events\":[");
  }

  void Add(const LogCase& one) override {
    Keep(StrCat(kCase, one.id), "案卷", CaseAttributes(one),
         one.events.empty() ? 0 : one.events.front().time);
    if (!one.parent.empty()) parents_[StrCat(kCase, one.id)] = one.parent;
    if (!one.subject.empty()) Keep(StrCat(kOrganisation, one.subject), "单位", {}, 0);
    for (const LogEvent& event : one.events) AddEvent(one, event);
  }

  void Finish() override {
    sink_("\n],\"objects\":[");
    Members objects(sink_);
    for (const auto& [id, object] : objects_) objects.Add(ObjectJson(id, object));
    sink_("\n],\"eventTypes\":[");
    Members types(sink_);
    for (const std::string& activity : activities_) {
      types.Add(Declared(activity, {"seq", "type", "outcome", "role", "from", "to", "leaf_hash"}));
    }
    sink_("\n],\"objectTypes\":[");
    Members kinds(sink_);
    kinds.Add(Declared("案卷", {"process", "definition", "region"}));
    kinds.Add(Declared("单位", {}));
    kinds.Add(Declared("人员账号", {}));
    kinds.Add(Declared("文书", {"code", "name", "sha256"}));
    sink_("\n]}\n");
  }

 private:
  using Attributes = std::vector<std::pair<std::string, std::string>>;
  struct Object {
    std::string type;
    Attributes attributes;
    Instant since = 0;
  };

  static Attributes CaseAttributes(const LogCase& one) {
    return {{"process", one.process}, {"definition", one.definition}, {"region", one.region}};
  }

  void Keep(const std::string& id, std::string type, Attributes attributes, Instant since) {
    objects_.try_emplace(id, Object{std::move(type), std::move(attributes), since});
  }

  void AddEvent(const LogCase& one, const LogEvent& event) {
    activities_.insert(event.activity);
    List related{Related(kCase, one.id, "案卷")};
    if (!one.subject.empty()) related.push_back(Related(kOrganisation, one.subject, "当事单位"));
    if (!event.organisation.empty() && event.organisation != one.subject) {
      Keep(StrCat(kOrganisation, event.organisation), "单位", {}, 0);
      related.push_back(Related(kOrganisation, event.organisation, "经办单位"));
    }
    if (!event.account.empty()) {
      Keep(StrCat(kAccount, event.account), "人员账号", {}, 0);
      related.push_back(Related(kAccount, event.account, "经办"));
    }
    for (const LogDocument& document : event.documents) {
      // One file may be issued twice; the row that names it keeps the two apart.
      const std::string id = StrCat(one.id, "/", event.seq, "/", document.code);
      Keep(StrCat(kDocument, id), "文书",
           {{"code", document.code}, {"name", document.name}, {"sha256", document.sha256}},
           event.time);
      related.push_back(Related(kDocument, id, "制发文书"));
    }
    List attributes;
    const auto add = [&](std::string_view name, std::string_view value) {
      if (!value.empty()) attributes.push_back(Named(name, value));
    };
    add("seq", std::to_string(event.seq));
    add("type", event.type);
    add("outcome", event.completed ? "complete" : "abort");
    add("role", event.role);
    add("from", event.from);
    add("to", event.to);
    add("leaf_hash", event.leaf_hash);
    events_.Add(Value(Context({{"id", Value(event.id)},
                               {"type", Value(event.activity)},
                               {"time", Value(ToUtcString(event.time))},
                               {"attributes", Value(std::move(attributes))},
                               {"relationships", Value(std::move(related))}})));
  }

  Value ObjectJson(const std::string& id, const Object& object) const {
    List attributes;
    for (const auto& [name, value] : object.attributes) {
      attributes.emplace_back(Context({{"name", Value(name)},
                                       {"value", Value(value)},
                                       {"time", Value(ToUtcString(object.since))}}));
    }
    Context out({{"id", Value(id)},
                 {"type", Value(object.type)},
                 {"attributes", Value(std::move(attributes))}});
    const auto parent = parents_.find(id);
    // A parent outside the log is no object of it.
    if (parent != parents_.end() && objects_.contains(StrCat(kCase, parent->second))) {
      out.Set("relationships", Value(List{Related(kCase, parent->second, "上级案卷")}));
    }
    return Value(std::move(out));
  }

  Sink sink_;
  Members events_;
  std::map<std::string, Object> objects_;
  std::map<std::string, std::string> parents_;  // object id -> case id
  std::set<std::string> activities_;
};

}  // namespace

std::unique_ptr<EventLogWriter> NewOcelWriter(EventLogWriter::Sink sink) {
  return std::make_unique<OcelWriter>(std::move(sink));
}

}  // namespace anjuan::exchange
