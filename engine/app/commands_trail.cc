// history: what happened in a case, told row by row.

#include <algorithm>
#include <ostream>
#include <utility>

#include "engine/app/case_text.h"
#include "engine/app/commands.h"
#include "engine/base/text.h"
#include "engine/feel/text.h"
#include "engine/runtime/event_log.h"
#include "engine/runtime/office_log.h"
#include "engine/trail/leaf.h"
#include "engine/value/json.h"

namespace anjuan::app {

using runtime::CaseRecord;
using runtime::HistoryRecord;

namespace {

std::string TextOf(const Value& value) {
  const auto shown = feel::Display(Masked(value));
  return shown ? *shown : WriteJson(Masked(value));
}

// Which legal numbers the step read, and where they come from.
std::vector<std::string> ParameterLines(const Value& payload) {
  std::vector<std::string> out;
  const List* reads = payload["reads"].list();
  if (reads == nullptr) return out;
  for (const Value& read : *reads) {
    const Value& found = read["r"];
    if (read["f"] != Value("parameter") || found["value"].is_null()) continue;
    std::string line = StrCat("参数 ", TextOf(found["id"]), " = ", TextOf(found["value"]), " ",
                              TextOf(found["unit"]), "（", TextOf(found["scope"]), "，",
                              TextOf(found["source"]), "）");
    if (std::find(out.begin(), out.end(), line) == out.end()) out.push_back(std::move(line));
  }
  return out;
}

// One row of a history, told to a person.
class RowTeller {
 public:
  RowTeller(const runtime::Definition* definition, const runtime::Registers& registers,
            const Streams& streams)
      : chart_(definition == nullptr ? nullptr : definition->chart.get()),
        registers_(registers),
        streams_(streams) {}

  void Tell(const HistoryRecord& row, const trail::Leaf& leaf) const {
    const Result<Value> read = ReadCanonical(row.payload);
    const Value payload = read ? *read : Value();
    streams_.out << row.seq << "\t" << ToBeijingString(row.at) << "\t"
                 << runtime::ActivityOf(chart_, row, leaf) << "（"
                 << (row.event.empty() ? row.type : row.event) << "）\t" << Who(leaf)
                 << (leaf.outcome == "ok" ? "" : StrCat("\t未办成：", leaf.outcome))
                 << (runtime::IsIntervention(leaf) ? "\t【人工干预】" : "") << "\n";
    if (leaf.from != leaf.to) {
      Line(StrCat("状态 ", States(leaf.from), leaf.from.empty() ? "" : " ", "→ ", States(leaf.to)));
    }
    if (leaf.effective_on) Line(StrCat("业务日期 ", ToString(*leaf.effective_on)));
    const Value& given = payload["event"]["data"];
    if (!leaf.reason.empty()) Line("理由 " + TextOf(Value(leaf.reason)));
    if (!given["reason"].is_null()) Line("理由 " + TextOf(given["reason"]));
    TellCorrection(given);
    for (const trail::DocumentRef& document : leaf.documents) {
      const std::string* number = payload["number"].string();
      Line(StrCat("文书 ", document.code, " ", document.name, number ? " " : "",
                  number ? *number : "", " SHA-256 ", document.sha256));
    }
    if (row.type == "notify") TellNotice(TextOf(payload["text"]));
    for (const std::string& line : ParameterLines(payload)) Line(line);
    for (const char* key : {"notes", "warnings"}) {
      const List* texts = payload[key].list();
      if (texts == nullptr) continue;
      for (const Value& text : *texts) Line(TextOf(text));
    }
    if (row.payload.empty()) Line("内容已依法删除；本条的位置和承诺值仍可证明");
  }

 private:
  void Line(const std::string& text) const { streams_.out << "\t\t" << text << "\n"; }

  std::string Who(const trail::Leaf& leaf) const {
    if (leaf.actor == "engine") return "系统";
    std::string role = leaf.role;
    if (chart_ != nullptr && leaf.actor != "timer") role = RoleLabel(*chart_, registers_, role);
    std::string out = leaf.actor == "timer" ? "期限" : leaf.actor;
    if (!role.empty()) out += StrCat("（", role, "）");
    if (!leaf.on_behalf.empty()) out += " 代办";
    if (!leaf.organisation.empty()) out += " " + leaf.organisation;
    return out;
  }

  std::string States(const std::vector<std::string>& states) const {
    return chart_ == nullptr ? Join(states, " ") : StateLabels(*chart_, states);
  }

  std::string FieldLabel(const std::string& name) const {
    const int slot = chart_ == nullptr ? -1 : chart_->FindData(name);
    if (slot < 0) return name;
    const chart::DataField& field = chart_->data[static_cast<size_t>(slot)];
    return field.label.empty() ? name : field.label;
  }

  void TellCorrection(const Value& data) const {
    const Context* before = data["before"].context();
    const Context* after = data["fields"].context();
    if (before == nullptr || after == nullptr) return;
    for (const auto& [name, value] : after->entries()) {
      const Value* old = before->Find(name);
      Line(StrCat("更正 ", FieldLabel(name), "（", name, "）：",
                  old == nullptr || old->is_null() ? "（空）" : TextOf(*old), " → ",
                  value.is_null() ? "（空）" : TextOf(value)));
    }
  }

  // `body`: the outbox's row, {party, text}.
  void TellNotice(const std::string& body) const {
    const Result<Value> notice = ReadCanonical(body);
    if (!notice) return;
    const Value& party = (*notice)["party"];
    std::vector<std::string> to;
    if (!party["name"].is_null()) to.push_back(TextOf(party["name"]));
    const List* roles = party["roles"].list();
    for (const Value& role : roles == nullptr || !to.empty() ? List() : *roles) {
      to.push_back(chart_ == nullptr ? TextOf(role) : RoleLabel(*chart_, registers_, TextOf(role)));
    }
    Line(StrCat("告知", Join(to, "、"), "：", TextOf((*notice)["text"])));
  }

  const chart::Chart* chart_;
  const runtime::Registers& registers_;
  const Streams& streams_;
};

void PrintRowJson(const HistoryRecord& row, const trail::Leaf& leaf, const chart::Chart* chart,
                  const Streams& streams) {
  const Result<Value> payload = ReadCanonical(row.payload);
  const Result<Value> body = ReadJson(row.leaf, "");
  streams.out << WriteJson(
                     Value(Context({{"activity", Value(runtime::ActivityOf(chart, row, leaf))},
                                    {"intervention", Value(runtime::IsIntervention(leaf))},
                                    {"leaf_hash", Value(row.hash)},
                                    {"leaf", body ? *body : Value()},
                                    {"payload", payload ? *payload : Value()}})))
              << "\n";
}

}  // namespace

namespace {

// What was done to the office as a whole.
int OfficeHistory(const Options& options, const Streams& streams) {
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  open->office().store().Read([&](port::Reader& reader) {
    for (const runtime::OfficeEvent& event : runtime::OfficeEvents(reader)) {
      if (options.json) {
        streams.out << WriteJson(Value(Context({{"ordinal", Value(event.ordinal)},
                                                {"event", Value(event.event)},
                                                {"at", Value(event.at)},
                                                {"by", Value(event.by)},
                                                {"reason", event.reason},
                                                {"data", event.data}})))
                    << "\n";
        continue;
      }
      streams.out << event.ordinal << "\t" << ToBeijingString(ParseUtcInstant(event.at).value_or(0))
                  << "\t" << event.event << "\t" << event.by << "\t" << WriteJson(event.data)
                  << (event.reason.is_null() ? "" : "\t理由（个人信息）") << "\n";
    }
  });
  return kExitDone;
}

}  // namespace

int History(const Options& options, const Streams& streams) {
  if (options.names.empty()) return OfficeHistory(options, streams);
  return WithCase(
      options, streams,
      [&](OpenOffice& open, port::Reader& reader, const runtime::CaseRecord& record) {
        const auto definition = open.office().FindDefinition(reader, record.definition);
        const auto registers = open.office().registers();
        const RowTeller teller(definition.get(), *registers, streams);
        for (const HistoryRecord& row : runtime::LoadHistory(reader, record.area, record.id)) {
          const Result<trail::Leaf> leaf = trail::Decode(row.leaf);
          if (!leaf) {
            streams.err << "error: row " << row.seq << " cannot be read; run anjuan verify\n";
            return kExitFindings;
          }
          if (options.json) {
            PrintRowJson(row, *leaf, definition ? definition->chart.get() : nullptr, streams);
          } else {
            teller.Tell(row, *leaf);
          }
        }
        return kExitDone;
      });
}

}  // namespace anjuan::app
