#include "engine/runtime/host.h"

#include <algorithm>
#include <array>

#include "engine/base/chinese.h"
#include "engine/base/identifiers.h"
#include "engine/base/text.h"
#include "engine/calendar/period.h"
#include "engine/port/schema.h"
#include "engine/runtime/records.h"
#include "engine/value/json.h"

namespace anjuan::runtime {

namespace {

using Arguments = std::span<const Value>;

Unexpected<Diagnostics> Wrong(std::string_view function, std::string_view what) {
  return Fail("feel.host", StrCat(function, ": ", what));
}

// The period of a parameter; nullopt where the value is unknown everywhere.
Result<std::optional<calendar::Period>> PeriodOf(const Value& parameter) {
  if (parameter["value"].is_null()) return std::optional<calendar::Period>();
  const Decimal* number = parameter["value"].number();
  const std::optional<std::int64_t> amount = number == nullptr ? std::nullopt : number->ToInteger();
  const std::string* unit_text = parameter["unit"].string();
  const auto unit = unit_text == nullptr ? std::nullopt : calendar::ParseUnit(*unit_text);
  if (!amount || !unit) {
    return Wrong("due", StrCat("parameter ",
                               parameter["id"].string() != nullptr ? *parameter["id"].string()
                                                                   : std::string("?"),
                               " is no whole number of days, months or years"));
  }
  return std::optional(calendar::Period{*amount, *unit});
}

// An open case as other cases of its area may know it: what is searchable of the asking chart's own
// kind of data.
Value OpenCase(const CaseRecord& record, const chart::Chart& chart) {
  Context out({{"id", Value(record.id)},
               {"process", Value(record.process)},
               {"state", Value(record.states)},
               {"opened_on", Value(BeijingDate(record.opened_at))}});
  const Result<Value> state = ReadCanonical(record.state);
  for (const chart::DataField& field : chart.data) {
    if (!field.search || field.personal || out.Find(field.id) != nullptr) continue;
    // Another process may mean something else by that name.
    Result<Value> value =
        Conform(state ? (*state)["data"][field.id] : Value(), field.type, field.id);
    out.Set(field.id, value ? *std::move(value) : Value());
  }
  return Value(std::move(out));
}

Value DocumentFacts(const DocumentRecord& record) {
  return Value(Context({{"number", Value(record.number)},
                        {"sha256", Value(record.sha256)},
                        {"status", Value(record.status)},
                        {"issued_on", Value(BeijingDate(record.issued_at))}}));
}

}  // namespace

struct HostFunctions {
  static Result<Value> ParameterOf(CaseHost& host, Arguments arguments) {
    const std::string* id = arguments[0].string();
    if (id == nullptr || !host.registers_.HasParameter(*id)) {
      return Wrong("parameter", StrCat("no parameter ", id == nullptr ? "null" : *id));
    }
    const Date* on = arguments.size() > 1 ? arguments[1].date() : nullptr;
    std::vector<std::string> unknown_in;
    Value found = host.registers_.LookUp(*id, host.setting_.region,
                                         on == nullptr ? host.setting_.today : *on, &unknown_in);
    for (const std::string& scope : unknown_in) {
      const Region* region = host.registers_.FindRegion(scope);
      host.Remark(StrCat("参数 ", *id, " 在", region == nullptr ? scope : region->name,
                         "尚未确定，采用上一级的规定"));
    }
    return found;
  }

  static calendar::Roll RollRule(CaseHost& host) {
    const Value rule = host.registers_.LookUp("time.roll_to_working_day", host.setting_.region,
                                              host.setting_.today);
    const bool* on = rule["value"].boolean();
    return on != nullptr && !*on ? calendar::Roll::kNone : calendar::Roll::kToWorkingDay;
  }

  static Result<Value> Deadline(CaseHost& host, std::string_view name, Arguments arguments) {
    const Date* start = arguments[0].date();
    if (start == nullptr) return Wrong(name, "the first argument must be a date");
    Result<std::optional<calendar::Period>> period = PeriodOf(arguments[1]);
    if (!period) return Unexpected{period.error()};
    if (!*period) return Value();
    const calendar::Calendar& calendar = host.registers_.calendar();
    Result<calendar::Deadline> deadline =
        name == "due" ? calendar::Due(*start, **period, calendar, RollRule(host))
                      : calendar::DueBefore(*start, **period, calendar);
    if (!deadline) return Unexpected{deadline.error()};
    for (const Diagnostic& warning : deadline->warnings) host.Remark(warning.message);
    return Value(deadline->date);
  }
  static Result<Value> Due(CaseHost& host, Arguments arguments) {
    return Deadline(host, "due", arguments);
  }
  static Result<Value> DueBefore(CaseHost& host, Arguments arguments) {
    return Deadline(host, "due_before", arguments);
  }

  static Result<Value> WorkingDaysAfter(CaseHost& host, Arguments arguments) {
    constexpr std::int64_t kMost = 10'000;
    const Date* date = arguments[0].date();
    const auto count =
        arguments[1].number() == nullptr ? std::nullopt : arguments[1].number()->ToInteger();
    if (date == nullptr || !count || *count < -kMost || *count > kMost) {
      return Wrong("working_days_after", "a date and a whole number up to 10000 are wanted");
    }
    return Value(host.registers_.calendar().AddWorkingDays(*date, static_cast<int>(*count)));
  }
  static Result<Value> WorkingDaysBetween(CaseHost& host, Arguments arguments) {
    constexpr std::int64_t kMost = 40'000;
    const Date* from = arguments[0].date();
    const Date* to = arguments[1].date();
    if (from == nullptr || to == nullptr ||
        std::abs(ToDayNumber(*to) - ToDayNumber(*from)) > kMost) {
      return Wrong("working_days_between", "two dates at most 100 years apart are wanted");
    }
    return Value(host.registers_.calendar().WorkingDaysBetween(*from, *to));
  }
  static Result<Value> IsWorkingDay(CaseHost& host, Arguments arguments) {
    const Date* date = arguments[0].date();
    if (date == nullptr) return Wrong("is_working_day", "a date is wanted");
    return Value(host.registers_.calendar().IsWorkingDay(*date));
  }

  static Result<Value> Organisation(CaseHost& host, Arguments arguments) {
    const std::string* id = arguments[0].string();
    if (id == nullptr) return Value();
    return LoadRegister(host.reader_, "org", *id).value_or(Value());
  }

  static Result<Value> Document(CaseHost& host, Arguments arguments) {
    const std::string* code = arguments[0].string();
    if (code == nullptr) return Wrong("document", "a code is wanted");
    Value latest;
    for (const DocumentRecord& record :
         LoadDocuments(host.reader_, host.setting_.area, host.setting_.case_id)) {
      if (record.code == *code && record.status != "void") latest = DocumentFacts(record);
    }
    return latest;
  }

  // The newest so many: a guard asks for few, and a record of the answer is kept in the history.
  static Result<Value> OpenCases(CaseHost& host, Arguments arguments) {
    constexpr size_t kMost = 100;
    const std::string* organisation = arguments[0].string();
    const std::string* process = arguments.size() > 1 ? arguments[1].string() : nullptr;
    if (host.setting_.chart == nullptr) return Wrong("open_cases", "not offered here");
    List found;
    if (organisation == nullptr) return Value(std::move(found));
    host.reader_.Scan(port::cases::kTable,
                      {.index = 2,
                       .prefix = {port::Cell(host.setting_.area), port::Cell(*organisation),
                                  port::Cell(std::int64_t{0})},
                       .descending = true},
                      [&](const port::Row& row) {
                        const CaseRecord record = ToCase(row);
                        if (record.id == host.setting_.case_id) return true;
                        if (process != nullptr && record.process != *process) return true;
                        found.push_back(OpenCase(record, *host.setting_.chart));
                        return found.size() < kMost;
                      });
    if (found.size() == kMost) {
      host.Remark(StrCat("单位 ", *organisation, " 的未结案卷较多，只比对了最近 ", kMost, " 件"));
    }
    std::reverse(found.begin(), found.end());
    return Value(std::move(found));
  }

  static Result<Value> Competent(CaseHost& host, Arguments arguments) {
    const std::string* role = arguments[0].string();
    if (role == nullptr || host.registers_.FindOfficeKind(*role) == nullptr) {
      return Wrong("competent", StrCat("no office of role ", role == nullptr ? "null" : *role));
    }
    const std::string* region = arguments.size() > 1 ? arguments[1].string() : nullptr;
    return host.registers_.Competent(*role, region == nullptr ? host.setting_.region : *region);
  }
};

namespace {

Result<Value> Label(const chart::Chart* chart, Arguments arguments) {
  const std::string* value = arguments[0].string();
  const std::string* field = arguments[1].string();
  if (value == nullptr || field == nullptr || chart == nullptr) return Value();
  const std::optional<std::string> label = chart->Label(*field, *value);
  return label ? Value(*label) : Value();
}

Result<Value> ChineseDate(const chart::Chart*, Arguments arguments) {
  const Date* date = arguments[0].date();
  return date == nullptr ? Value() : Value(ToChinese(*date));
}

Result<Value> InCapitals(const chart::Chart*, Arguments arguments) {
  const Decimal* amount = arguments[0].number();
  const auto text = amount == nullptr ? std::nullopt : AmountInCapitals(*amount);
  if (!text) return Wrong("amount_in_capitals", "an amount of money is wanted");
  return Value(*text);
}

// A function of one text: null in, null out.
template <auto function>
Result<Value> OnText(const chart::Chart*, Arguments arguments) {
  const std::string* text = arguments[0].string();
  return text == nullptr ? Value() : Value(function(*text));
}

Result<Value> DaysBetween(const chart::Chart*, Arguments arguments) {
  const Date* from = arguments[0].date();
  const Date* to = arguments[1].date();
  if (from == nullptr || to == nullptr) return Wrong("days_between", "two dates are wanted");
  return Value(ToDayNumber(*to) - ToDayNumber(*from));
}

template <typename Subject>
struct Entry {
  std::string_view name;
  Result<Value> (*call)(Subject, Arguments);
};

constexpr std::array kAsking = {
    Entry<CaseHost&>{"parameter", HostFunctions::ParameterOf},
    Entry<CaseHost&>{"due", HostFunctions::Due},
    Entry<CaseHost&>{"due_before", HostFunctions::DueBefore},
    Entry<CaseHost&>{"working_days_after", HostFunctions::WorkingDaysAfter},
    Entry<CaseHost&>{"working_days_between", HostFunctions::WorkingDaysBetween},
    Entry<CaseHost&>{"is_working_day", HostFunctions::IsWorkingDay},
    Entry<CaseHost&>{"organisation", HostFunctions::Organisation},
    Entry<CaseHost&>{"document", HostFunctions::Document},
    Entry<CaseHost&>{"competent", HostFunctions::Competent},
    Entry<CaseHost&>{"open_cases", HostFunctions::OpenCases},
};

constexpr std::array kPure = {
    Entry<const chart::Chart*>{"label", Label},
    Entry<const chart::Chart*>{"chinese_date", ChineseDate},
    Entry<const chart::Chart*>{"amount_in_capitals", InCapitals},
    Entry<const chart::Chart*>{"mask_id", OnText<MaskId>},
    Entry<const chart::Chart*>{"mask_phone", OnText<MaskPhone>},
    Entry<const chart::Chart*>{"is_credit_code", OnText<IsCreditCode>},
    Entry<const chart::Chart*>{"is_citizen_id", OnText<IsCitizenId>},
    Entry<const chart::Chart*>{"days_between", DaysBetween},
};

}  // namespace

Result<Value> CallPure(const chart::Chart* chart, std::string_view function,
                       std::span<const Value> arguments) {
  for (const auto& entry : kPure) {
    if (entry.name == function) return entry.call(chart, arguments);
  }
  return Wrong(function, "not offered here");
}

void CaseHost::Remark(std::string text) {
  if (std::find(remarks_.begin(), remarks_.end(), text) == remarks_.end()) {
    remarks_.push_back(std::move(text));
  }
}

Result<Value> CaseHost::Call(std::string_view function, std::span<const Value> arguments) {
  for (const auto& entry : kAsking) {
    if (entry.name == function) return entry.call(*this, arguments);
  }
  if (setting_.rules != nullptr && setting_.rules->Has(function)) {
    std::vector<std::string> used;
    Result<Value> decided = setting_.rules->Decide(function, arguments, used);
    for (std::string& rule : used) Remark(std::move(rule));
    return decided;
  }
  return CallPure(setting_.chart, function, arguments);
}

}  // namespace anjuan::runtime
