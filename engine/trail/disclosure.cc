#include "engine/trail/disclosure.h"

#include <algorithm>
#include <set>
#include <utility>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/trail/dossier_names.h"
#include "engine/trail/fields.h"
#include "engine/value/json.h"

namespace anjuan::trail {

namespace {

Value PathValue(const std::vector<std::string>& path) {
  List out;
  for (const std::string& step : path) out.emplace_back(step);
  return Value(std::move(out));
}

std::vector<std::string> PathOf(const Value& value) {
  std::vector<std::string> out;
  const List* steps = value.list();
  for (const Value& step : steps == nullptr ? List() : *steps) {
    out.push_back(step.string() == nullptr ? "" : *step.string());
  }
  return out;
}

std::string TextOf(const Value& value, std::string_view name) {
  const std::string* text = value[name].string();
  return text == nullptr ? "" : *text;
}

std::int64_t RowOf(const Value& value) {
  const Decimal* number = value["row"].number();
  const auto integer = number == nullptr ? std::nullopt : number->ToInteger();
  return integer ? *integer : -1;
}

}  // namespace

std::string Encode(const FieldDisclosure& disclosure) {
  List values;
  for (const DisclosedValue& one : disclosure.values) {
    values.emplace_back(Context({{"row", Value(one.row)},
                                 {"path", PathValue(one.path)},
                                 {"at", Value(one.at)},
                                 {"part", Value(one.part)},
                                 {"value", one.value},
                                 {"salt", Value(ToHex(one.salt))}}));
  }
  List hidden;
  for (const HiddenToken& one : disclosure.hidden) {
    hidden.emplace_back(Context({{"path", PathValue(one.path)}, {"erased", Value(one.erased)}}));
  }
  return WriteCanonical(Value(Context({{"v", Value(kDisclosureFormat)},
                                       {"case", Value(disclosure.case_id)},
                                       {"field", Value(disclosure.field)},
                                       {"label", Value(disclosure.label)},
                                       {"withheld", Value(disclosure.withheld)},
                                       {"values", Value(std::move(values))},
                                       {"hidden", Value(std::move(hidden))}})));
}

Result<FieldDisclosure> DecodeDisclosure(std::string_view bytes) {
  FieldDisclosure out;
  const Result<Value> value = ReadCanonical(bytes);
  if (value) {
    out.case_id = TextOf(*value, "case");
    out.field = TextOf(*value, "field");
    out.label = TextOf(*value, "label");
    out.withheld = (*value)["withheld"] == Value(true);
    const List* values = (*value)["values"].list();
    for (const Value& one : values == nullptr ? List() : *values) {
      out.values.push_back({RowOf(one), PathOf(one["path"]), TextOf(one, "at"), TextOf(one, "part"),
                            one["value"], FromHex(TextOf(one, "salt")).value_or("")});
    }
    const List* hidden = (*value)["hidden"].list();
    for (const Value& one : hidden == nullptr ? List() : *hidden) {
      out.hidden.push_back({PathOf(one["path"]), one["erased"] == Value(true)});
    }
  }
  const bool empty = out.values.empty() && out.hidden.empty();
  if (!value || Encode(out) != bytes || (out.withheld && !empty)) {
    return Fail("trail.disclosure", "这不是 anjuan.disclosure/1 的公开记录");
  }
  return out;
}

std::string TokenAt(const Value& value, const std::vector<std::string>& path) {
  Value here = value;
  for (const std::string& step : path) {
    if (const List* list = here.list()) {
      constexpr size_t kDigits = 9;
      const bool number = !step.empty() && step.size() <= kDigits &&
                          step.find_first_not_of("0123456789") == std::string::npos;
      const size_t place = number ? std::stoul(step) : list->size();
      if (place >= list->size() || std::to_string(place) != step) return "";
      here = Value((*list)[place]);
    } else if (here.context() != nullptr) {
      here = Value(here[step]);
    } else {
      return "";
    }
  }
  if (here.context() != nullptr) return TextOf(here, "subject");
  return here.string() == nullptr ? "" : *here.string();
}

namespace {

class DisclosureChecker {
 public:
  DisclosureChecker(const std::string& case_id, const ProvedContents& proved, Report& report)
      : case_(case_id), proved_(proved), report_(report) {}

  void Run(const std::map<std::string, const std::string*>& files) {
    for (const auto& [name, bytes] : files) CheckFile(name, *bytes);
    Tell();
  }

 private:
  void Wrong(const std::string& chinese, const std::string& english) {
    report_.Mistake(StrCat(kDisclosed, file_, "：", chinese),
                    StrCat(kDisclosed, file_, ": ", english));
  }

  static std::string PartName(const std::string& part) {
    static const std::map<std::string, std::string> kNames = {
        {"name", "姓名"}, {"id_number", "公民身份号码"}, {"phone", "电话"}};
    const auto known = kNames.find(part);
    return known == kNames.end() ? part : known->second;
  }

  void CheckFile(const std::string& name, const std::string& bytes) {
    file_ = name;
    const Result<FieldDisclosure> read = DecodeDisclosure(bytes);
    if (!read) {
      Wrong("不是规定的写法", "is malformed");
      return;
    }
    if (read->case_id != case_ || name != read->field + ".json") {
      Wrong("属于另一案卷或另一字段", "is of another case or field");
      return;
    }
    const std::string label =
        read->label.empty() ? read->field : StrCat(read->label, "（", read->field, "）");
    if (read->withheld) {
      Add(withheld_, label);
      return;
    }
    bool holds = true;
    std::set<std::int64_t> where;
    std::set<std::string> parts;  // in Chinese, where they have a name
    for (const DisclosedValue& value : read->values) {
      holds = CheckValue(*read, value) && holds;
      where.insert(value.row);
      opened_.insert(value.at);
      if (!value.part.empty()) parts.insert(PartName(value.part));
    }
    for (const HiddenToken& token : read->hidden) CheckHidden(read->field, label, token);
    if (holds && !read->values.empty()) TellShown(label, *read, where, parts);
  }

  void TellShown(const std::string& label, const FieldDisclosure& read,
                 const std::set<std::int64_t>& where, const std::set<std::string>& parts) {
    std::string rows;
    for (const std::int64_t row : where) rows += StrCat(rows.empty() ? "" : "、", row);
    const std::string of =
        parts.empty()
            ? ""
            : StrCat("（", Join(std::vector<std::string>(parts.begin(), parts.end()), "、"), "）");
    report_.Proved(StrCat("公开的个人信息 ", label, "：", read.values.size(), " 项", of, "，正是第",
                          rows, "条历史当时所记"),
                   StrCat("disclosed field ", read.field, ": its ", read.values.size(),
                          " values are those rows ", rows, " committed to"));
  }

  // The token at that place of the field; "": told.
  std::string Token(const std::string& field, const std::vector<std::string>& path) {
    if (proved_.state.is_null()) {
      Wrong(StrCat("没有出示 ", kState, "，看不出字段里是谁"), StrCat(kState, " is not shown"));
      return "";
    }
    std::string token = TokenAt(proved_.state["data"][field], path);
    if (token.empty()) {
      Wrong(StrCat("案卷现状的字段 ", field, " 里没有这一项 ", Join(path, ".")),
            StrCat("field ", field, " of the case holds nothing personal at ", Join(path, ".")));
    }
    return token;
  }

  // A forger changes a value, takes another person's, or puts it under another field's name.
  bool CheckValue(const FieldDisclosure& field, const DisclosedValue& value) {
    const std::string token = Token(field.field, value.path);
    if (token.empty()) return false;
    // "<subject>:<part>:<time>", or the text's token itself.
    const bool of_token = value.part.empty()
                              ? value.at == token
                              : value.at.starts_with(StrCat(token, ":", value.part, ":"));
    if (!of_token) {
      Wrong(StrCat("字段 ", field.field, " 里不是这一项：", value.part),
            StrCat("field ", field.field, " holds another entry: ", value.part));
      return false;
    }
    const auto payload = proved_.payloads.find(value.row);
    if (payload == proved_.payloads.end()) {
      Wrong(StrCat("第", value.row, "条的内容没有出示，证明不了"),
            StrCat("the contents of row ", value.row, " are not shown"));
      return false;
    }
    constexpr size_t kSaltBytes = 32;
    const std::string commit = CommitmentIn(payload->second, value.at);
    const bool opens = value.salt.size() == kSaltBytes && !commit.empty() &&
                       ToHex(CommitValue(value.salt, value.at, value.value)) == commit;
    if (!opens) {
      Wrong(StrCat("值不是第", value.row, "条历史所承诺的：", value.part),
            StrCat("the value is not what row ", value.row, " commits to: ", value.part));
    }
    return opens;
  }

  static std::string CommitmentIn(const Value& payload, const std::string& at) {
    const List* personal = payload["personal"].list();
    if (personal == nullptr) return "";
    for (const Value& one : *personal) {
      if (TextOf(one, "at") == at) return TextOf(one, "commit");
    }
    return "";
  }

  void CheckHidden(const std::string& field, const std::string& label, const HiddenToken& hidden) {
    const std::string token = Token(field, hidden.path);
    if (token.empty()) return;
    if (!hidden.erased) {
      Add(unproved_, label);
      return;
    }
    const std::int64_t row = ErasingRow(token);
    if (row >= 0) {
      Add(erased_, StrCat(label, "（第", row, "条历史载明）"));
    } else {
      report_.Doubt(StrCat(label, "：自称已依法删除，历史里没有删除的记载"),
                    StrCat(label, ": called erased, but no row says so"));
    }
  }

  // The row that says so: of a person by his token, of texts by their number alone.
  std::int64_t ErasingRow(const std::string& token) const {
    for (const auto& [row, payload] : proved_.payloads) {
      if (proved_.rows[static_cast<size_t>(row)].type != "erased") continue;
      const Decimal* texts = payload["texts"].number();
      const bool some_text = texts != nullptr && texts->ToInteger().value_or(0) > 0;
      if (payload["subject"] == Value(token) || some_text) return row;
    }
    return -1;
  }

  static void Add(std::vector<std::string>& to, const std::string& label) {
    if (std::ranges::find(to, label) == to.end()) to.push_back(label);
  }

  void Tell() {
    if (!erased_.empty()) {
      const std::string list = Join(erased_, "、");
      report_.NotProved(StrCat("依法删除的个人信息：", list), StrCat("erased by law: ", list));
    }
    if (!unproved_.empty()) {
      const std::string list = Join(unproved_, "、");
      report_.NotProved(StrCat("这些个人信息写入历史时还没有逐项承诺，证明不了，没有公开：", list),
                        StrCat("recorded before rows committed to values, so not shown: ", list));
    }
    if (!withheld_.empty()) {
      const std::string list = Join(withheld_, "、");
      report_.NotProved(StrCat("不予公开的个人信息：", list), StrCat("withheld: ", list));
    }
    TellOthers();
  }

  // Reasons, comments and other people named in rows: no field of the case.
  void TellOthers() {
    std::set<std::string> others;
    for (const auto& [row, payload] : proved_.payloads) {
      const List* personal = payload["personal"].list();
      for (const Value& one : personal == nullptr ? List() : *personal) {
        const std::string at = TextOf(one, "at");
        if (!opened_.contains(at)) others.insert(at);
      }
    }
    if (others.empty()) return;
    report_.NotProved(
        StrCat("历史中另有 ", others.size(), " 项个人信息只有代号和承诺值，没有公开"),
        StrCat(others.size(), " personal values stand in the history as tokens and commitments"));
  }

  const std::string& case_;
  const ProvedContents& proved_;
  Report& report_;
  std::string file_;
  std::set<std::string> opened_;
  std::vector<std::string> withheld_;
  std::vector<std::string> erased_;
  std::vector<std::string> unproved_;
};

}  // namespace

void CheckDisclosures(const std::map<std::string, const std::string*>& files,
                      const std::string& case_id, const ProvedContents& proved, Report& report) {
  if (files.empty()) return;
  DisclosureChecker(case_id, proved, report).Run(files);
}

}  // namespace anjuan::trail
