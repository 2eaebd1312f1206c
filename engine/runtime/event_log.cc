#include "engine/runtime/event_log.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include "engine/base/text.h"
#include "engine/value/json.h"

namespace anjuan::runtime {

namespace {

// Rows that are not a transition of the definition, and events every process has.
const std::map<std::string_view, std::string_view>& EngineWords() {
  static const std::map<std::string_view, std::string_view> kWords = {
      {"opened", "立案"},
      {"warning", "期限提醒"},
      {"comment", "批注"},
      {"transfer", "移送地区"},
      {"correct", "更正数据"},
      {"dispatch", "盖章发出"},
      {"retry", "重办"},
      {"incident", "异常"},
      {"dead-letter", "来文无人接收"},
      {"hold", "留存"},
      {"notify", "通知"},
      {"release", "解除留存"},
      {"cancelled", "上级撤销"},
      {"erased", "依法删除"},
      {"view", "查阅个人信息"},
      {"aj.comment", "批注"},
      {"aj.transfer", "移送地区"},
      {"aj.correct", "更正数据"},
      {"aj.void", "文书作废"},
      {"aj.dispatch", "盖章发出"},
      {"aj.retry", "重办"},
      {"calendar", "期限随节假日安排调整"},
  };
  return kWords;
}

std::string LabelOfEvent(const chart::Chart& chart, std::string_view event) {
  for (const chart::Transition& transition : chart.transitions) {
    const bool names = std::find(transition.events.begin(), transition.events.end(), event) !=
                       transition.events.end();
    if (names && !transition.label.empty()) return transition.label;
  }
  return "";
}

// Of the transitions a row says were taken: catalogue ids, else labels.
std::string LabelOfTaken(const chart::Chart& chart, const Value& payload) {
  const List* taken = payload["transitions"].list();
  if (taken == nullptr || taken->empty() || taken->front().string() == nullptr) return "";
  const std::string& first = *taken->front().string();
  for (const chart::Transition& transition : chart.transitions) {
    if (!transition.refs.empty() && Join(transition.refs, " ") == first) return transition.label;
  }
  return first;
}

}  // namespace

std::string ActivityOf(const chart::Chart* chart, const HistoryRecord& row,
                       const trail::Leaf& leaf) {
  if (row.type == "document" && !leaf.documents.empty()) {
    return StrCat("制发", leaf.documents.front().name);
  }
  const auto& words = EngineWords();
  for (const std::string_view key : {std::string_view(row.type), std::string_view(row.event)}) {
    if (const auto word = words.find(key); word != words.end()) return std::string(word->second);
  }
  std::string label;
  if (chart != nullptr) {
    const Result<Value> payload = ReadCanonical(row.payload);
    if (payload) label = LabelOfTaken(*chart, *payload);
    if (label.empty()) label = LabelOfEvent(*chart, row.event);
  }
  if (!label.empty()) return label;
  return row.event.empty() ? row.type : row.event;
}

bool IsIntervention(const trail::Leaf& leaf) {
  const bool beside = leaf.event == "aj.correct" || leaf.event == "aj.transfer" ||
                      leaf.event == "aj.void" || leaf.event == "aj.retry";
  return beside && leaf.outcome == "ok";
}

exchange::LogCase ToLogCase(Office& office, port::Reader& reader, const CaseRecord& record) {
  const auto definition = office.FindDefinition(reader, record.definition);
  const chart::Chart* chart = definition == nullptr ? nullptr : definition->chart.get();
  exchange::LogCase out{.id = record.id,
                        .process = chart == nullptr ? record.process : chart->title,
                        .definition = record.definition,
                        .region = record.region,
                        .subject = record.subject,
                        .parent = record.parent,
                        .events = {}};
  for (const HistoryRecord& row : LoadHistory(reader, record.area, record.id)) {
    const Result<trail::Leaf> leaf = trail::Decode(row.leaf);
    if (!leaf) continue;
    exchange::LogEvent event{.id = leaf->event_id,
                             .seq = row.seq,
                             .activity = ActivityOf(chart, row, *leaf),
                             .type = row.type,
                             .time = row.at,
                             .completed = leaf->outcome == "ok",
                             .account = row.actor,
                             .role = leaf->role,
                             .organisation = leaf->organisation,
                             .from = Join(leaf->from, " "),
                             .to = Join(leaf->to, " "),
                             .leaf_hash = row.hash,
                             .documents = {}};
    for (const trail::DocumentRef& document : leaf->documents) {
      event.documents.push_back(
          {.sha256 = document.sha256, .code = document.code, .name = document.name});
    }
    out.events.push_back(std::move(event));
  }
  return out;
}

}  // namespace anjuan::runtime
