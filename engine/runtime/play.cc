#include "engine/runtime/play.h"

#include <algorithm>

#include "engine/base/text.h"
#include "engine/feel/feel.h"
#include "engine/port/schema.h"
#include "engine/runtime/commit.h"
#include "engine/runtime/host.h"
#include "engine/runtime/imports.h"
#include "engine/runtime/query.h"
#include "engine/runtime/request.h"
#include "engine/runtime/tick.h"
#include "engine/value/json.h"
#include "engine/value/members.h"

namespace anjuan::runtime {

namespace {

// "e001" of "e001/review".
std::string RootOf(const std::string& name) {
  return name.substr(0, name.find('/'));
}

class Player {
 public:
  Player(Office& office, Outbox& outbox, const CaseFile& file, const ScriptRun& run,
         const PlayOptions& options)
      : office_(office), outbox_(outbox), file_(file), run_(run), options_(options) {}

  PlayReport Play() {
    for (const Statement& statement : run_.statements) {
      statement_ = &statement;
      ++report_.statements;
      if (!Do(statement)) break;
    }
    return std::move(report_);
  }

 private:
  Location At() const { return {file_.file, statement_->line, 1}; }
  bool Stop(std::string code, std::string_view message, std::string hint = "") {
    report_.mistakes.push_back({.code = std::move(code),
                                .message = StrCat(run_.name, ": ", message),
                                .at = At(),
                                .hint = std::move(hint)});
    return false;
  }
  void Differ(const std::string& message) {
    Stop("case.expect", StrCat(statement_->words[1], ": ", message));
  }

  bool Do(const Statement& statement) {
    const std::string& verb = statement.words[0];
    if (verb == "area") return true;  // the scratch office was made for it
    if (verb == "clock" || verb == "tick") return Move(statement);
    if (verb == "enterprise") return Enterprise(statement);
    if (verb == "calendar") return Arrange(statement);
    if (verb == "let") return Let(statement);
    if (verb == "open") return Open(statement, false);
    if (verb == "refused-open") return played_before_ || Open(statement, true);
    if (verb == "case") return Bind(statement);
    if (statement.words.size() < 3) return Stop("case.words", StrCat(verb, " NAME …: too short"));
    // What was looked at when this was played before may look different by now.
    if (played_before_ && verb != "fire") return true;
    for (const std::string_view name : Split(statement.words[1], ',')) {
      const std::string one(name);
      const bool go_on =
          verb == "expect" ? Expect(statement, one) : Fire(statement, one, verb == "refused");
      if (!go_on) return false;
    }
    return true;
  }

  // Evaluates a FEEL context that may name what `let` said: of the case called `name` as `it`.
  Value DataOf(const std::string& text, const std::string& name) {
    if (text.empty()) return Value(Context());
    feel::Scope scope;
    std::vector<Value> variables;
    const auto declare = [&](const std::string& variable, const Value& value) {
      scope.DeclareVariable(variable, Type::Any());
      variables.push_back(value);
    };
    for (const auto& [variable, value] : lets_) declare(variable, value);
    const auto own = lets_.find(RootOf(name));
    if (own != lets_.end()) declare("it", own->second);
    const Result<feel::Expression> compiled = feel::Compile(text, scope, At());
    Result<Value> value = compiled ? feel::Evaluate(*compiled, variables, feel::NoHost())
                                   : Result<Value>(Unexpected{compiled.error()});
    if (value) return std::move(*value);
    Append(report_.mistakes, value.error());
    return Value();
  }

  Value DataOver(Context common, const std::string& text, const std::string& name) {
    Value own = DataOf(text, name);
    if (own.context() == nullptr) return own;
    for (const auto& [field, value] : own.context()->entries()) common.Set(field, value);
    return Value(std::move(common));
  }

  bool Let(const Statement& statement) {
    if (statement.words.size() != 2) return Stop("case.let", "let NAME {data}");
    const size_t mistakes = report_.mistakes.size();
    Value value = DataOf(statement.rest, "");
    lets_[statement.words[1]] = std::move(value);
    return report_.mistakes.size() == mistakes;
  }

  bool Move(const Statement& statement) {
    std::string text = statement.words.size() > 1 ? statement.words[1] : "";
    if (statement.words.size() > 2) text += " " + statement.words[2];
    const std::optional<Instant> to = ParseMoment(text);
    if (!to) return Stop("case.time", StrCat("\"", text, "\" is no date or time"));
    Instant now = 0;
    office_.store().Read([&](port::Reader& reader) { now = office_.Now(reader); });
    played_before_ = *to < now;
    if (!played_before_) Tick(office_, outbox_, *to);
    return true;
  }

  bool Enterprise(const Statement& statement) {
    const Value body = DataOf(statement.rest, "");
    const std::string* id = body["id"].string();
    if (id == nullptr) return Stop("case.enterprise", "an enterprise needs an id");
    if (!options_.scratch) return true;
    office_.store().Transact([&](port::Transaction& transaction) {
      const std::string* code = body["credit_code"].string();
      SaveRegister(transaction, "org", *id, code != nullptr ? *code : "", body);
      return true;
    });
    return true;
  }

  // As an import of the year's arrangement on that day; scratch offices alone.
  bool Arrange(const Statement& statement) {
    const auto year = statement.words.size() == 2 ? ParseInteger(statement.words[1]) : std::nullopt;
    if (!year) return Stop("case.calendar", "calendar YEAR {days_off: {…}, makeup_workdays: {…}}");
    if (!options_.scratch) return true;
    const Result<calendar::Year> days =
        calendar::ReadYear(static_cast<int>(*year), DataOf(statement.rest, ""));
    if (!days) return Stop("case.calendar", Render(days.error()));
    ArrangeYears(office_, {{static_cast<int>(*year), *days}}, StrCat(*year, "年节假日安排"), {});
    outbox_.Drain();
    return true;
  }

  // ---- words after the name: [region R] [as WHO] [on DATE] -------------------------------------
  struct Clauses {
    std::string region;
    Credentials who;
    std::optional<Date> on;
    Context common;  // of `with NAME`: what the statement's own data are laid over
    std::vector<std::string> others;
  };

  // `case_id`: the case acted on, "" where there is none yet.
  bool ReadClauses(const Statement& statement, size_t from, const std::string& name,
                   const std::string& case_id, Clauses& out) {
    const std::vector<std::string>& words = statement.words;
    for (size_t i = from; i < words.size(); ++i) {
      if (words[i] == "region" && i + 1 < words.size()) {
        out.region = words[++i];
      } else if (words[i] == "as" && i + 1 < words.size()) {
        out.who = Who(AccountFor(words[++i], name, case_id));
      } else if (words[i] == "on" && i + 1 < words.size()) {
        out.on = ParseDate(words[++i]);
        if (!out.on) return Stop("case.time", StrCat("\"", words[i], "\" is no date"));
      } else if (words[i] == "with" && i + 1 < words.size()) {
        const auto let = lets_.find(words[++i]);
        if (let == lets_.end() || let->second.context() == nullptr) {
          return Stop("case.let", StrCat("no let \"", words[i], "\" with fields stands above"));
        }
        out.common = *let->second.context();
      } else {
        out.others.push_back(words[i]);
      }
    }
    return true;
  }

  // * stands for the name of the case, % for the code of its region: "*-chief", "%-clerk".
  std::string AccountFor(const std::string& text, const std::string& name,
                         const std::string& case_id) {
    std::string out;
    for (const char c : text) {
      if (c == '*') {
        out += RootOf(name);
      } else if (c == '%' && !case_id.empty()) {
        const std::optional<LoadedCase> loaded = Load(case_id);
        out += loaded ? loaded->record.region : "";
      } else {
        out += c;
      }
    }
    return out;
  }

  // "role@org", made where this is a scratch office; "account" or "account:role" elsewhere.
  Credentials Who(const std::string& text) {
    const size_t at = text.find('@');
    if (at == std::string::npos || !options_.scratch) {
      const size_t colon = text.find(':');
      if (colon == std::string::npos) return {text, ""};
      return {text.substr(0, colon), text.substr(colon + 1)};
    }
    const std::string role = text.substr(0, at);
    const std::string place = text.substr(at + 1);
    office_.store().Transact([&](port::Transaction& transaction) {
      const std::optional<Value> org = LoadRegister(transaction, "org", place);
      Context body({{"account", Value(text)}, {"role", Value(role)}});
      body.Set("org", Value(org ? place : OfficeOf(role, place)));
      body.Set("region", org ? (*org)["region"] : Value(place));
      SaveRegister(transaction, "account", text, text, Value(std::move(body)));
      return true;
    });
    return {text, ""};
  }

  // The office of a region that has such people: hrss_clerk at 430602 works in hrss@430602.
  std::string OfficeOf(const std::string& role, const std::string& region) const {
    const auto registers = office_.registers();
    for (const std::string& kind : registers->OfficeRoles()) {
      const auto& holders = registers->FindOfficeKind(kind)->holders;
      if (std::find(holders.begin(), holders.end(), role) != holders.end()) {
        return StrCat(kind, "@", region);
      }
    }
    return region;
  }

  // The file by its name alone: the office may be copied, and the script played from elsewhere.
  std::string RequestId(const std::string& name) const {
    const std::string file = file_.file.substr(file_.file.rfind('/') + 1);
    return StrCat("play:", file, "#", run_.name, "/", statement_->line, "/", name);
  }

  bool Open(const Statement& statement, bool refused) {
    if (statement.words.size() < 3) return Stop("case.open", "open NAME PROCESS {data}");
    Clauses clauses;
    if (!ReadClauses(statement, 3, statement.words[1], "", clauses)) return false;
    OpenCommand command;
    command.process = statement.words[2];
    command.region = clauses.region;
    command.data = DataOver(clauses.common, statement.rest, statement.words[1]);
    command.who = clauses.who;
    command.request_id = RequestId(statement.words[1]);
    command.eff_date = clauses.on;
    const Answer answer = CaseService(office_).Open(command);
    if (refused) return CheckRefusal(answer, clauses.others);
    if (!answer.ok()) return Stop("case.open", Render(answer.mistakes));
    played_before_ = answer.verdict == Verdict::kRepeated;
    names_[statement.words[1]] = answer.case_id;
    outbox_.Drain();
    return true;
  }

  bool Bind(const Statement& statement) {
    const Result<Query> query = ParseQuery(statement.rest);
    if (!query) return Stop("case.query", Render(query.error()));
    std::vector<CaseRecord> found;
    office_.store().Read(
        [&](port::Reader& reader) { found = FindCases(reader, *office_.registers(), *query); });
    if (found.size() != 1) {
      return Stop("case.query", StrCat(found.size(), " cases match \"", statement.rest, "\""));
    }
    names_[statement.words[1]] = found.front().id;
    return true;
  }

  // "offer", or "offer/review" for the latest child of that spawn.
  std::optional<std::string> Resolve(const std::string& name) {
    const std::vector<std::string_view> parts = Split(name, '/');
    const auto it = names_.find(std::string(parts[0]));
    if (it == names_.end()) {
      Stop("case.name", StrCat("no case \"", parts[0], "\" was opened here"));
      return std::nullopt;
    }
    std::string id = it->second;
    for (size_t i = 1; i < parts.size(); ++i) {
      const std::optional<std::string> child = Child(id, parts[i]);
      if (!child) {
        Stop("case.name", StrCat("case ", id, " has no child \"", parts[i], "\""));
        return std::nullopt;
      }
      id = *child;
    }
    return id;
  }

  std::optional<LoadedCase> Load(const std::string& id) {
    std::optional<LoadedCase> loaded;
    office_.store().Read([&](port::Reader& reader) {
      const std::string area = office_.registers()->AreaOf(id.substr(0, id.find('-')));
      loaded = LoadWithState(office_, reader, area, id);
    });
    return loaded;
  }

  std::optional<std::string> Child(const std::string& parent, std::string_view spawn) {
    const std::optional<LoadedCase> loaded = Load(parent);
    if (!loaded) return std::nullopt;
    std::string identity;
    for (const chart::ChildState& child : loaded->state.children) {
      if (child.id == spawn) identity = child.identity;
    }
    std::optional<std::string> found;
    office_.store().Read([&](port::Reader& reader) {
      reader.Scan(port::cases::kTable, {.index = 3, .prefix = {port::Cell(parent)}},
                  [&](const port::Row& row) {
                    if (TextOf(row, port::cases::kSpawn) == identity) {
                      found = TextOf(row, port::cases::kCase);
                    }
                    return true;
                  });
    });
    return found;
  }

  bool Fire(const Statement& statement, const std::string& name, bool refused) {
    const std::optional<std::string> id = Resolve(name);
    if (!id) return false;
    Clauses clauses;
    if (!ReadClauses(statement, 3, name, *id, clauses)) return false;
    FireCommand command;
    command.case_id = *id;
    command.event = statement.words[2];
    command.data = DataOver(clauses.common, statement.rest, name);
    command.who = clauses.who;
    command.request_id = RequestId(name);
    command.case_id = PlayedOn(command).value_or(command.case_id);
    command.eff_date = clauses.on;
    const Answer answer = CaseService(office_).Fire(command);
    outbox_.Drain();
    if (refused) return CheckRefusal(answer, clauses.others);
    played_before_ = answer.verdict == Verdict::kRepeated;
    if (!answer.ok()) {
      return Stop("case.fire",
                  StrCat(name, ": ", command.event, " was refused (", VerdictName(answer.verdict),
                         "):\n", Render(answer.mistakes)));
    }
    return true;
  }

  // The case this very request was for when it was played before: by now a newer child may bear the
  // same name.
  std::optional<std::string> PlayedOn(const FireCommand& command) {
    const std::string area =
        office_.registers()->AreaOf(command.case_id.substr(0, command.case_id.find('-')));
    std::optional<std::string> found;
    office_.store().Read([&](port::Reader& reader) {
      const auto row = reader.Get(port::requests::kTable,
                                  port::Row{port::Cell(area), port::Cell(command.who.account),
                                            port::Cell(command.request_id)});
      if (row) found = ReadAnswer(TextOf(*row, port::requests::kAnswer)).case_id;
    });
    return found;
  }

  bool CheckRefusal(const Answer& answer, const std::vector<std::string>& wanted) {
    if (answer.ok()) {
      Differ(StrCat(statement_->words[2], " was expected to be refused, but was done"));
      return true;
    }
    if (!wanted.empty() && wanted[0] != VerdictName(answer.verdict)) {
      Differ(StrCat("refusal \"", wanted[0], "\" expected, found \"", VerdictName(answer.verdict),
                    "\": ", Render(answer.mistakes)));
    }
    if (wanted.size() > 1 && Render(answer.mistakes).find(wanted[1]) == std::string::npos) {
      Differ(StrCat("\"", wanted[1], "\" is not in: ", Render(answer.mistakes)));
    }
    return true;
  }

  // ---- expectations ----------------------------------------------------------------------------

  bool Expect(const Statement& statement, const std::string& name) {
    const std::vector<std::string>& words = statement.words;
    const std::optional<std::string> id = Resolve(name);
    if (!id) return false;
    const std::optional<LoadedCase> loaded = Load(*id);
    if (!loaded) return Stop("case.name", StrCat("no case ", *id));
    const std::string& what = words[2];
    if (what == "data") return ExpectData(*loaded, statement.rest);
    if (what == "in" && words.size() == 4) return ExpectState(*loaded, words[3]);
    if (what == "document" && words.size() == 5)
      return ExpectDocuments(*loaded, words[3], words[4]);
    if (what == "timer" && words.size() >= 5) return ExpectTimer(*loaded, words[3], words[4]);
    if (what == "child" && words.size() == 6) {
      const std::optional<std::string> child = Child(*id, words[3]);
      if (!child) {
        Differ(StrCat("no child ", words[3]));
        return true;
      }
      return ExpectState(*Load(*child), words[5]);
    }
    if ((what == "note" || what == "no-note") && words.size() == 4) {
      return ExpectNote(*loaded, words[3], what == "note");
    }
    if (what == "told" && words.size() == 5) return ExpectTold(*loaded, words[3], words[4]);
    return Stop("case.expect", StrCat("\"expect … ", what, "\" is not understood"));
  }

  bool ExpectState(const LoadedCase& loaded, const std::string& state) {
    const auto& active = loaded.state.configuration;
    if (std::find(active.begin(), active.end(), state) == active.end()) {
      Differ(StrCat("expected in ", state, ", found in ", loaded.record.states));
    }
    return true;
  }

  bool ExpectDocuments(const LoadedCase& loaded, const std::string& code,
                       const std::string& count) {
    std::int64_t live = 0;
    office_.store().Read([&](port::Reader& reader) {
      for (const DocumentRecord& document :
           LoadDocuments(reader, loaded.record.area, loaded.record.id)) {
        if (document.code == code && document.status != "void") ++live;
      }
    });
    if (ParseInteger(count) != live) {
      Differ(StrCat("expected ", count, " documents ", code, ", found ", live));
    }
    return true;
  }

  bool ExpectTimer(const LoadedCase& loaded, const std::string& timer, const std::string& wanted) {
    std::string found = "none";
    for (const chart::TimerState& state : loaded.state.timers) {
      // A date's period ends at 24:00: the last moment of the day is what people call its end.
      if (state.id == timer && state.due) found = ToString(BeijingDate(*state.due - 1));
    }
    if (found != wanted) Differ(StrCat("expected timer ", timer, " ", wanted, ", found ", found));
    return true;
  }

  bool ExpectData(const LoadedCase& loaded, const std::string& expression) {
    const chart::Chart& chart = *loaded.definition->chart;
    const Result<feel::Expression> compiled = feel::Compile(expression, chart.scope, At());
    if (!compiled) return Stop("case.expect", Render(compiled.error()));
    std::vector<Value> variables = loaded.state.data;
    variables.resize(static_cast<size_t>(chart.slots));
    Result<Value> value = Value();
    office_.store().Read([&](port::Reader& reader) {
      CaseHost host(*office_.registers(), reader,
                    {.area = loaded.record.area,
                     .case_id = loaded.record.id,
                     .region = loaded.record.region,
                     .today = BeijingDate(office_.Now(reader)),
                     .chart = &chart});
      value = feel::Evaluate(*compiled, variables, host);
    });
    if (!value) {
      Differ(Render(value.error()));
    } else if (*value != Value(true)) {
      Differ(StrCat("not so: ", expression, Found(*compiled, loaded)));
    }
    return true;
  }

  // The values the expression read, for the difference.
  static std::string Found(const feel::Expression& compiled, const LoadedCase& loaded) {
    std::string out;
    for (const int slot : compiled.reads()) {
      const auto index = static_cast<size_t>(slot);
      if (index >= loaded.state.data.size()) continue;
      out += StrCat("; ", loaded.definition->chart->data[index].id, " is ",
                    WriteJson(loaded.state.data[index]));
    }
    return out;
  }

  bool ExpectNote(const LoadedCase& loaded, const std::string& text, bool wanted) {
    bool found = false;
    office_.store().Read([&](port::Reader& reader) {
      for (const HistoryRecord& row : LoadHistory(reader, loaded.record.area, loaded.record.id)) {
        if (row.payload.find(text) != std::string::npos) found = true;
      }
    });
    if (found != wanted) {
      Differ(StrCat(wanted ? "no" : "a", " history row says \"", text, "\""));
    }
    return true;
  }

  // A notice that went to people of this role, or to this organisation.
  bool ExpectTold(const LoadedCase& loaded, const std::string& who, const std::string& text) {
    std::vector<std::string> others;
    bool found = false;
    office_.store().Read([&](port::Reader& reader) {
      for (const HistoryRecord& row : LoadHistory(reader, loaded.record.area, loaded.record.id)) {
        if (row.type != "notify") continue;
        const Result<Value> payload = ReadCanonical(row.payload);
        const Result<Value> notice = ReadCanonical(payload ? TextIn(*payload, "text") : "");
        if (!notice || TextIn(*notice, "text").find(text) == std::string::npos) continue;
        const Value& party = (*notice)["party"];
        const List* roles = party["roles"].list();
        found = found || party["org"] == Value(who) ||
                (roles != nullptr && std::ranges::find(*roles, Value(who)) != roles->end());
        others.push_back(WriteJson(party));
      }
    });
    if (!found) {
      Differ(StrCat(who, " was not told \"", text, "\"; told were: ", Join(others, ", ")));
    }
    return true;
  }

  Office& office_;
  Outbox& outbox_;
  const CaseFile& file_;
  const ScriptRun& run_;
  const PlayOptions& options_;
  const Statement* statement_ = nullptr;
  std::map<std::string, std::string> names_;
  std::map<std::string, Value> lets_;
  bool played_before_ = false;  // the latest command or time of the script lies in the past
  PlayReport report_;
};

}  // namespace

PlayReport PlayRun(Office& office, Outbox& outbox, const CaseFile& file, const ScriptRun& run,
                   const PlayOptions& options) {
  return Player(office, outbox, file, run, options).Play();
}

}  // namespace anjuan::runtime
