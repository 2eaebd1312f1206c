#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <iterator>

#include "engine/app/commands.h"
#include "engine/app/sealing.h"
#include "engine/base/text.h"
#include "engine/chart/texts.h"
#include "engine/feel/feel.h"
#include "engine/runtime/sealer.h"
#include "engine/value/json.h"
#include "engine/vault/token.h"

namespace anjuan::app {

void PrintMistakes(const Diagnostics& mistakes, const Streams& streams) {
  streams.err << Render(mistakes);
}

bool WantsChinese(const Options& options) {
  if (!options.lang.empty()) return options.lang == "zh";
  // As gettext: the first that says anything decides.
  for (const char* name : {"LC_ALL", "LC_MESSAGES", "LANG"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != '\0') return std::string_view(value).starts_with("zh");
  }
  return false;
}

void PrintFindings(const Diagnostics& found, const Options& options, const Streams& streams) {
  streams.err << (WantsChinese(options) ? chart::RenderInChinese(found) : Render(found));
}

std::unique_ptr<OpenOffice> OpenFolder(const Options& options, const Streams& streams) {
  Result<std::unique_ptr<OpenOffice>> open = OpenOffice::Open(options.folder);
  if (open) {
    if (!(*open)->upgraded().empty()) streams.err << (*open)->upgraded() << "\n";
    return std::move(*open);
  }
  PrintMistakes(open.error(), streams);
  return nullptr;
}

std::optional<std::filesystem::path> LibraryOf(const Options& options, const Streams& streams) {
  if (options.library) return options.library;
  Result<std::filesystem::path> library = FindLibrary();
  if (library) return *library;
  PrintMistakes(library.error(), streams);
  return std::nullopt;
}

namespace {

// k=text, several of one key make a list; k:=FEEL for anything else.
void Set(Context& data, const std::string& assignment, Diagnostics& mistakes) {
  const size_t equals = assignment.find('=');
  if (equals == std::string::npos || equals == 0) {
    mistakes.push_back({.code = "set.form",
                        .message = StrCat("--set ", assignment, ": no name=value"),
                        .hint = "write --set name=text or --set name:=FEEL"});
    return;
  }
  const bool expression = assignment[equals - 1] == ':';
  const std::string key(Trim(assignment.substr(0, expression ? equals - 1 : equals)));
  const std::string text = assignment.substr(equals + 1);
  if (expression) {
    const auto compiled = feel::Compile(text, feel::Scope(), {StrCat("--set ", key), 1, 1});
    const auto value = compiled ? feel::Evaluate(*compiled, {}, feel::NoHost())
                                : Result<Value>(Unexpected{compiled.error()});
    if (value) {
      data.Set(key, *value);
    } else {
      Append(mistakes, value.error());
    }
    return;
  }
  const Value* before = data.Find(key);
  if (before == nullptr) {
    data.Set(key, Value(text));
  } else {
    List items = before->list() != nullptr ? *before->list() : List{*before};
    items.emplace_back(text);
    data.Set(key, Value(std::move(items)));
  }
}

}  // namespace

std::optional<Value> DataOf(const Options& options, const Streams& streams) {
  Context data;
  Diagnostics mistakes;
  if (!options.data.empty()) {
    std::optional<std::string> text;
    if (options.data == "-") {
      text = std::string(std::istreambuf_iterator<char>(std::cin), {});
    } else {
      text = ReadFile(options.data);
    }
    if (!text) {
      mistakes.push_back({.code = "data.file", .message = StrCat("cannot read ", options.data)});
    } else {
      const Result<Value> read = ReadJson(*text, options.data);
      if (!read) {
        Append(mistakes, read.error());
      } else if (read->context() == nullptr) {
        mistakes.push_back(
            {.code = "data.shape", .message = StrCat(options.data, ": a JSON object is wanted")});
      } else {
        data = *read->context();
      }
    }
  }
  // A --set replaces what the file says; several of one key in one call make a list.
  Context given;
  for (const std::string& assignment : options.set) Set(given, assignment, mistakes);
  for (const auto& [name, value] : given.entries()) data.Set(name, value);
  if (mistakes.empty()) return Value(std::move(data));
  PrintMistakes(mistakes, streams);
  return std::nullopt;
}

std::optional<Context> SetOf(const Options& options, const Streams& streams) {
  Context out;
  Diagnostics mistakes;
  for (const std::string& assignment : options.set) Set(out, assignment, mistakes);
  if (mistakes.empty()) return out;
  PrintMistakes(mistakes, streams);
  return std::nullopt;
}

runtime::Credentials WhoOf(const Options& options) {
  const size_t colon = options.as.find(':');
  if (colon == std::string::npos) return {options.as, ""};
  return {options.as.substr(0, colon), options.as.substr(colon + 1)};
}

std::optional<When> WhenOf(const Options& options, OpenOffice& open, const Streams& streams) {
  When when;
  if (options.at.empty()) return when;
  const std::optional<Instant> at = ParseMoment(options.at);
  if (!at) {
    streams.err << "error: --at " << options.at
                << ": no date or time; write 2023-03-06 or \"2023-03-06 09:00\"\n";
    return std::nullopt;
  }
  if (open.office().clock() == runtime::ClockKind::kReal) {
    when.eff_date = BeijingDate(*at);
    return when;
  }
  bool moved = false;
  open.office().store().Transact([&](port::Transaction& transaction) {
    moved = open.office().MoveClock(transaction, *at);
    return moved;
  });
  if (!moved) {
    streams.err << "error: --at " << options.at
                << " lies before the office's clock; a manual clock only moves forward\n";
    return std::nullopt;
  }
  return when;
}

bool DrainOutbox(OpenOffice& open, const Streams& streams) {
  const runtime::OutboxReport report = open.outbox().DrainAll();
  if (report.dead_letters > 0) {
    streams.err << "warning: " << report.dead_letters
                << " events between cases found no taker; see anjuan history of those cases\n";
  }
  if (report.failed > 0) {
    streams.err << "error: " << report.failed
                << " outbox rows failed and stay for the next attempt; see anjuan cases --json\n";
  }
  return report.failed == 0;
}

void SealIfDue(OpenOffice& open, const Streams& streams, bool at_end) {
  try {
    runtime::LogSealer(open.office()).SealIfDue(at_end);
  } catch (const port::Failure& failure) {
    streams.err << "warning: 历史尚未封存，下次办理时再封：" << failure.what() << "\n";
  }
}

// What stands for a person or a sealed text on the screen.
Value Masked(const Value& value) {
  if (value.string() != nullptr && vault::LooksLikeToken(*value.string())) {
    return Value("（个人信息）");
  }
  if (const List* list = value.list()) {
    List out;
    for (const Value& item : *list) out.push_back(Masked(item));
    return Value(std::move(out));
  }
  if (const Context* context = value.context()) {
    Context out;
    for (const auto& [name, item] : context->entries()) out.Set(name, Masked(item));
    return Value(std::move(out));
  }
  return value;
}

std::string AreaOf(OpenOffice& open, const std::string& case_id) {
  return open.office().registers()->AreaOf(case_id.substr(0, case_id.find('-')));
}

std::string UnitOf(OpenOffice& open, const std::string& region) {
  const Value party =
      open.office().registers()->Competent("hrss", region.empty() ? open.office().area() : region);
  const std::string* name = party["name"].string();
  return name == nullptr ? "" : *name;
}

int WithCase(const Options& options, const Streams& streams,
             const std::function<int(OpenOffice& open, port::Reader& reader,
                                     const runtime::CaseRecord& record)>& work) {
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  const std::string& id = options.names[0];
  int exit = kExitFindings;
  open->office().store().Read([&](port::Reader& reader) {
    if (const auto record = runtime::LoadCase(reader, AreaOf(*open, id), id)) {
      exit = work(*open, reader, *record);
    } else {
      streams.err << "error: 没有案卷“" << id << "”; see anjuan cases\n";
    }
  });
  return exit;
}

}  // namespace anjuan::app
