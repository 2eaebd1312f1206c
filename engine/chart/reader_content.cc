// Executable content: SCXML's own and the workflow extension's.
#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/chart/draft.h"
#include "engine/chart/scope.h"
#include "engine/chart/timing.h"
#include "engine/chart/vocabulary.h"

namespace anjuan::chart {

namespace {

class ContentReader {
 public:
  ContentReader(Draft& draft, const feel::Scope& scope, const std::string* form)
      : draft_(draft), scope_(scope), form_(form) {}

  Block Read(const xml::Element& parent) {
    Block block;
    for (const xml::Element* element : parent.Elements()) ReadOne(*element, block);
    return block;
  }

 private:
  using Reading = Action::What (ContentReader::*)(const xml::Element&);
  struct Entry {
    std::string_view name;
    Reading read;
  };

  void ReadOne(const xml::Element& element, Block& block) {
    static constexpr Entry kStandard[] = {
        {"assign", &ContentReader::ReadAssign}, {"raise", &ContentReader::ReadRaise},
        {"if", &ContentReader::ReadIf},         {"foreach", &ContentReader::ReadForeach},
        {"log", &ContentReader::ReadLog},       {"send", &ContentReader::ReadSend},
        {"cancel", &ContentReader::ReadCancel}, {"script", &ContentReader::ReadScript},
    };
    static constexpr Entry kExtension[] = {
        {"take", &ContentReader::ReadTake},     {"number", &ContentReader::ReadNumber},
        {"issue", &ContentReader::ReadIssue},   {"void", &ContentReader::ReadVoid},
        {"fact", &ContentReader::ReadFact},     {"spawn", &ContentReader::ReadSpawn},
        {"notify", &ContentReader::ReadNotify}, {"cancel-child", &ContentReader::ReadCancelChild},
        {"start", &ContentReader::ReadTimer},   {"stop", &ContentReader::ReadTimer},
        {"pause", &ContentReader::ReadTimer},   {"resume", &ContentReader::ReadTimer},
        {"restart", &ContentReader::ReadTimer}, {"extend", &ContentReader::ReadTimer},
    };
    const auto look = [&](const auto& table) {
      for (const Entry& entry : table) {
        if (element.name == entry.name) {
          block.push_back({element.at, (this->*entry.read)(element)});
        }
      }
    };
    if (element.ns == kScxml) look(kStandard);
    if (element.ns == kAj) look(kExtension);
  }

  Expr Compile(const xml::Element& element, std::string_view name,
               const Type& wanted = Type::Any()) {
    return draft_.Compile(Attr(element, name), scope_, wanted);
  }

  static Type Text() { return Type::Of(Type::Base::kString); }

  // ---- SCXML ----

  Action::What ReadAssign(const xml::Element& element) {
    Assign assign;
    assign.to = ReadPlace(draft_, Attr(element, "location"), true);
    const DataField* field = assign.to.slot >= 0 && assign.to.path.empty()
                                 ? &draft_.chart.data[static_cast<size_t>(assign.to.slot)]
                                 : nullptr;
    const xml::Attribute* expr = Attr(element, "expr");
    if (expr != nullptr) {
      const bool empty = Trim(expr->value) == "null";
      assign.expr = draft_.Compile(
          expr, scope_,
          field == nullptr || field->personal || empty ? Type::Any() : Wanted(field->type));
      if (field != nullptr) CheckFits(draft_, assign.expr, *field);
    } else {
      draft_.ReadValue(element, scope_, assign.expr, assign.literal);
      if (!assign.expr.given && !assign.literal) {
        draft_.Error(element.at, "chart.attribute", "<assign> needs the attribute \"expr\"");
      }
    }
    return assign;
  }

  Action::What ReadScript(const xml::Element& element) {
    return draft_.ReadScript(element, scope_);
  }

  Action::What ReadRaise(const xml::Element& element) {
    draft_.raised.push_back(AttrText(element, "event"));
    return Raise{draft_.raised.back()};
  }

  Action::What ReadIf(const xml::Element& element) {
    If out;
    out.branches.push_back({draft_.CompileGuard(Attr(element, "cond"), scope_), {}});
    bool closed = false;
    for (const xml::Element* child : element.Elements()) {
      const bool last = IsScxml(*child, "else");
      if (!last && !IsScxml(*child, "elseif")) {
        ReadOne(*child, out.branches.back().body);
        continue;
      }
      if (closed) {
        draft_.Error(child->at, "chart.element",
                     StrCat("<", child->name, "> behind the <else> of its <if>"));
      }
      closed = closed || last;
      out.branches.push_back(
          {last ? Expr{} : draft_.CompileGuard(Attr(*child, "cond"), scope_), {}});
    }
    return out;
  }

  Action::What ReadForeach(const xml::Element& element) {
    Foreach loop;
    loop.array = Compile(element, "array");
    CheckList(loop.array);
    loop.item = ReadPlace(draft_, Attr(element, "item"), false);
    loop.index = ReadPlace(draft_, Attr(element, "index"), false);
    loop.body = Read(element);
    return loop;
  }

  void CheckList(const Expr& array) {
    if (!array.given || !array.mistakes.empty() || !draft_.options.workflow) return;
    const Type& type = array.compiled.type();
    if (type.base == Type::Base::kAny || type.base == Type::Base::kList) return;
    draft_.Error(array.at, "chart.type", StrCat("foreach wants a list, not ", ToString(type)));
  }

  Action::What ReadLog(const xml::Element& element) {
    Log log;
    log.label = AttrText(element, "label");
    const xml::Attribute* expr = Attr(element, "expr");
    if (expr != nullptr && !Trim(expr->value).empty()) log.expr = draft_.Compile(expr, scope_);
    return log;
  }

  Action::What ReadSend(const xml::Element& element) {
    Send send;
    send.event = AttrText(element, "event");
    send.target = AttrText(element, "target");
    send.type = AttrText(element, "type");
    send.id = AttrText(element, "id");
    send.delay = AttrText(element, "delay");
    send.event_expr = Compile(element, "eventexpr");
    send.target_expr = Compile(element, "targetexpr");
    send.type_expr = Compile(element, "typeexpr");
    send.delay_expr = Compile(element, "delayexpr");
    if (const xml::Attribute* location = Attr(element, "idlocation")) {
      send.id_location = ReadPlace(draft_, location, true);
    }
    send.payload = ReadPayload(draft_, element, scope_);
    CheckSend(element, send);
    return send;
  }

  void CheckSend(const xml::Element& element, const Send& send) {
    const auto both = [&](std::string_view a, std::string_view b) {
      if (Attr(element, a) == nullptr || Attr(element, b) == nullptr) return;
      draft_.Error(Attr(element, b)->at, "chart.attribute",
                   StrCat("\"", a, "\" and \"", b, "\" exclude each other"));
    };
    both("event", "eventexpr");
    both("target", "targetexpr");
    both("type", "typeexpr");
    both("id", "idlocation");
    both("delay", "delayexpr");
    if (!send.delay.empty() && !ParseDelay(send.delay)) {
      draft_.Error(Attr(element, "delay")->at, "chart.timer",
                   StrCat("\"", send.delay, "\" is no delay"), "write 5s, 500ms or P3D");
    }
    const bool to_self = send.target.empty() || send.target == "#_internal";
    if (!send.event.empty() && to_self && !send.target_expr.given) {
      draft_.raised.push_back(send.event);
    }
    if (!draft_.options.workflow) return;
    if (!send.type.empty() || send.type_expr.given) {
      draft_.Error(element.at, "chart.attribute", "a workflow sends to cases only: no type");
    }
    if (to_self || send.target == "#_parent") return;
    const Location& at = Attr(element, "target")->at;
    if (send.target.starts_with("#_")) {
      draft_.children_named.push_back({send.target.substr(2), at});
    } else {
      draft_.Error(at, "chart.target", StrCat("\"", send.target, "\" is no target of <send>"),
                   "#_parent, #_internal, #_<id of an <aj:spawn>>, or targetexpr with a case id");
    }
  }

  Action::What ReadCancel(const xml::Element& element) {
    return Cancel{AttrText(element, "sendid"), Compile(element, "sendidexpr")};
  }

  // ---- the workflow extension ----

  Action::What ReadTake(const xml::Element& element) {
    Take take;
    const std::vector<int> offered = draft_.FieldsOf(form_ != nullptr ? *form_ : "");
    const xml::Attribute* fields = Attr(element, "fields");
    if (fields == nullptr) {
      take.slots = offered;
    } else {
      for (const std::string_view name : SplitWords(fields->value)) {
        const int slot = draft_.chart.FindData(name);
        if (slot < 0) {
          draft_.Error(fields->at, "chart.data", StrCat("no datum \"", name, "\""),
                       DidYouMean(name, draft_.DataIds()));
        } else if (std::find(offered.begin(), offered.end(), slot) == offered.end()) {
          draft_.Error(
              fields->at, "chart.form",
              StrCat("form \"", form_ != nullptr ? *form_ : "", "\" has no field \"", name, "\""));
        } else {
          take.slots.push_back(slot);
        }
      }
      std::sort(take.slots.begin(), take.slots.end());
    }
    draft_.written.insert(take.slots.begin(), take.slots.end());
    return take;
  }

  Action::What ReadNumber(const xml::Element& element) {
    Number number;
    const xml::Attribute* location = Attr(element, "location");
    number.slot = ReadPlace(draft_, location, false).slot;
    number.kind = AttrText(element, "kind");
    number.office = Compile(element, "office", Text());
    number.year = Compile(element, "year", Type::Of(Type::Base::kNumber));
    number.gapless = AttrFlag(draft_, element, "gapless", true);
    if (const xml::Attribute* digits = Attr(element, "digits")) {
      const std::optional<long long> count = ParseInteger(digits->value);
      constexpr int kMostDigits = 12;
      if (!count || *count < 1 || *count > kMostDigits) {
        draft_.Error(digits->at, "chart.attribute", "digits is a number from 1 to 12");
      } else {
        number.digits = static_cast<int>(*count);
      }
    }
    if (number.slot >= 0 &&
        draft_.chart.data[static_cast<size_t>(number.slot)].type.base != Type::Base::kString) {
      draft_.Error(location->at, "chart.type", "an official number is a string");
    }
    if (const xml::Attribute* format = Attr(element, "format")) {
      feel::Scope scope = scope_;
      scope.DeclareVariable("n", Text());
      scope.DeclareVariable("year", Text());
      number.format = draft_.CompileTemplate(format, scope);
      if (format->value.find("{n}") == std::string::npos) {
        draft_.Error(format->at, "chart.attribute", "the format has no {n} for the serial");
      }
    }
    return number;
  }

  std::vector<std::pair<std::string, Type>> Types(const std::vector<Param>& params) {
    std::vector<std::pair<std::string, Type>> out;
    out.reserve(params.size());
    for (const Param& param : params) out.emplace_back(param.name, param.expr.compiled.type());
    return out;
  }

  Action::What ReadIssue(const xml::Element& element) {
    Issue issue;
    issue.code = AttrText(element, "template");
    issue.to = Compile(element, "to");
    issue.by = Compile(element, "by");
    CheckParty(issue.to, "to");
    CheckParty(issue.by, "by");
    issue.params = ReadParams(draft_, element, scope_);
    if (const xml::Attribute* seal = Attr(element, "seal")) {
      issue.await_seal = seal->value == "await";
      if (!issue.await_seal) {
        draft_.Error(seal->at, "chart.attribute", "seal is \"await\" or absent");
      }
    }
    ReadRefs(draft_, element, StrCat("document ", issue.code));
    draft_.chart.templates.push_back({issue.code, Types(issue.params), element.at});
    return issue;
  }

  void CheckParty(const Expr& expr, std::string_view what) {
    if (!expr.given || !expr.mistakes.empty()) return;
    const Type& type = expr.compiled.type();
    if (type.base == Type::Base::kAny || type.base == Type::Base::kNull ||
        type.base == Type::Base::kContext) {
      return;
    }
    draft_.Error(expr.at, "chart.party", StrCat("\"", what, "\" is a party, not ", ToString(type)),
                 "a party is context{roles, org, name}, as <aj:party> or competent() give it");
  }

  Action::What ReadVoid(const xml::Element& element) {
    const xml::Attribute* code = Attr(element, "template");
    if (code != nullptr) draft_.chart.documents.push_back({code->value, code->at});
    return Void{AttrText(element, "template"), Compile(element, "reason")};
  }

  Action::What ReadFact(const xml::Element& element) {
    Fact fact;
    fact.key = AttrText(element, "key");
    fact.reverses = AttrText(element, "reverses");
    fact.organisation = Compile(element, "org", Text());
    fact.quantity = Compile(element, "quantity", Type::Of(Type::Base::kNumber));
    fact.date = Compile(element, "date", Type::Of(Type::Base::kDate));
    return fact;
  }

  Action::What ReadSpawn(const xml::Element& element) {
    Spawn spawn;
    spawn.id = AttrText(element, "id");
    spawn.process = AttrText(element, "process");
    spawn.region = Compile(element, "region", Text());
    spawn.params = ReadParams(draft_, element, scope_);
    ReadRefs(draft_, element, StrCat("spawn ", spawn.id));
    if (spawn.id == "parent" || spawn.id == "internal" || spawn.id.starts_with("scxml_")) {
      draft_.Error(Attr(element, "id")->at, "chart.child",
                   StrCat("\"", spawn.id, "\" cannot be the id of a child: #_", spawn.id,
                          " means something else"));
    }
    draft_.chart.spawns.push_back({spawn.id, spawn.process, Types(spawn.params), element.at});
    if (spawn.process == draft_.chart.name) HandDown(spawn);
    return spawn;
  }

  // A process that opens cases of itself: what it hands down is written in them.
  void HandDown(const Spawn& spawn) {
    for (const Param& param : spawn.params) {
      const int slot = draft_.chart.FindData(param.name);
      if (slot >= 0) {
        draft_.written.insert(slot);
      } else {
        draft_.Error(param.at, "chart.data", StrCat("no datum \"", param.name, "\""),
                     DidYouMean(param.name, draft_.DataIds()));
      }
    }
  }

  Action::What ReadCancelChild(const xml::Element& element) {
    if (const xml::Attribute* id = Attr(element, "id")) {
      draft_.children_named.push_back({id->value, id->at});
    }
    return StopChild{AttrText(element, "id")};
  }

  Action::What ReadNotify(const xml::Element& element) {
    Notice notice;
    notice.to = Compile(element, "to");
    CheckParty(notice.to, "to");
    notice.text = draft_.CompileTemplate(Attr(element, "text"), scope_);
    return notice;
  }

  Action::What ReadTimer(const xml::Element& element) {
    TimerAction action;
    using Kind = TimerAction::Kind;
    action.kind = element.name == "start"     ? Kind::kStart
                  : element.name == "stop"    ? Kind::kStop
                  : element.name == "pause"   ? Kind::kPause
                  : element.name == "resume"  ? Kind::kResume
                  : element.name == "restart" ? Kind::kRestart
                                              : Kind::kExtend;
    std::vector<std::string> ids;
    for (const Timer& timer : draft_.chart.timers) ids.push_back(timer.id);
    for (const std::string& id : AttrWords(element, "timer")) {
      const int timer = draft_.chart.FindTimer(id);
      if (timer < 0) {
        draft_.Error(Attr(element, "timer")->at, "chart.timer", StrCat("no timer \"", id, "\""),
                     DidYouMean(id, ids));
        continue;
      }
      action.timers.push_back(timer);
      if (action.kind == Kind::kStart || action.kind == Kind::kRestart) {
        draft_.timers_started.insert(timer);
      }
    }
    if (action.kind == Kind::kExtend) {
      action.due = Compile(element, "due");
      const Type::Base base = action.due.compiled.type().base;
      if (base != Type::Base::kAny && base != Type::Base::kNull && base != Type::Base::kDate &&
          base != Type::Base::kDateTime) {
        draft_.Error(action.due.at, "chart.type", "a timer is due on a date");
      }
    }
    return action;
  }

  Draft& draft_;
  const feel::Scope& scope_;
  const std::string* form_;
};

}  // namespace

Block ReadBlock(Draft& draft, const xml::Element& parent, const feel::Scope& scope,
                const std::string* form) {
  return ContentReader(draft, scope, form).Read(parent);
}

std::vector<Param> ReadParams(Draft& draft, const xml::Element& parent, const feel::Scope& scope) {
  std::vector<Param> out;
  for (const xml::Element* child : parent.Elements()) {
    if (!IsScxml(*child, "param")) continue;
    const xml::Attribute* expr = Attr(*child, "expr");
    const xml::Attribute* location = Attr(*child, "location");
    if ((expr == nullptr) == (location == nullptr)) {
      draft.Error(child->at, "chart.attribute", "<param> needs \"expr\" or \"location\"");
    }
    const std::string name = AttrText(*child, "name");
    for (const Param& other : out) {
      if (other.name == name && draft.options.workflow) {
        draft.Error(child->at, "chart.duplicate", StrCat("param \"", name, "\" is given twice"));
      }
    }
    out.push_back({name, draft.Compile(expr != nullptr ? expr : location, scope), child->at});
  }
  return out;
}

std::vector<Param> ReadNamed(Draft& draft, const xml::Element& parent, const feel::Scope& scope) {
  std::vector<Param> out;
  if (const xml::Attribute* names = parent.Find("namelist")) {
    for (const std::string_view name : SplitWords(names->value)) {
      out.push_back(
          {std::string(name), draft.CompileText(std::string(name), names->at, scope), names->at});
    }
  }
  for (Param& param : ReadParams(draft, parent, scope)) out.push_back(std::move(param));
  return out;
}

Payload ReadContent(Draft& draft, const xml::Element& parent, const feel::Scope& scope) {
  Payload payload;
  for (const xml::Element* child : parent.Elements()) {
    if (!IsScxml(*child, "content")) continue;
    if (const xml::Attribute* expr = Attr(*child, "expr")) {
      payload.content = draft.Compile(expr, scope);
      continue;
    }
    // A literal of FEEL (JSON is), never a variable: <content>foo</content> is the text.
    static const feel::Scope kConstants;
    draft.ReadValue(*child, kConstants, payload.content, payload.literal);
    if (!payload.content.given && !payload.literal) payload.literal = Value("");
  }
  return payload;
}

Payload ReadPayload(Draft& draft, const xml::Element& parent, const feel::Scope& scope) {
  Payload payload = ReadContent(draft, parent, scope);
  payload.params = ReadNamed(draft, parent, scope);
  if (payload.params.empty() || (!payload.content.given && !payload.literal)) return payload;
  for (const xml::Element* child : parent.Elements()) {
    if (!IsScxml(*child, "content")) continue;
    draft.Error(child->at, "chart.element", "<content> and <param> exclude each other");
  }
  return payload;
}

}  // namespace anjuan::chart
