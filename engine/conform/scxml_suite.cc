#include "engine/conform/scxml_suite.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include "engine/base/text.h"
#include "engine/chart/sessions.h"
#include "engine/conform/abstract_document.h"
#include "engine/conform/foreign_document.h"
#include "engine/conform/test_run.h"
#include "engine/value/json.h"

namespace anjuan::conform {

namespace {

namespace fs = std::filesystem;

std::string TextOf(const Value& value) {
  return value.string() != nullptr ? *value.string() : std::string();
}

// ---- the W3C implementation report -------------------------------------------------------------

// "file:sub.scxml" beside the test; nothing outside its folder.
Loader FilesOf(const fs::path& folder) {
  return [folder](std::string_view uri) -> Result<std::string> {
    if (uri.starts_with("file:")) uri.remove_prefix(5);
    const fs::path name = fs::path(uri).filename();
    fs::path abstract = folder / name;
    abstract.replace_extension(".txml");
    if (name.extension() != ".scxml" || !fs::exists(abstract)) return ReadTestFile(folder / name);
    const Result<std::string> text = ReadTestFile(abstract);
    return text ? TranslateAbstract(*text, abstract.filename().string()) : text;
  };
}

std::string_view WhyNotApplicable(std::string_view group) {
  if (group == "ecmascript") return "written in ECMAScript";
  if (group == "xpath") return "written for the XPath data model";
  if (group == "basichttp") return "of the optional BasicHTTP event processor";
  return "";
}

std::string Told(const Outcome& outcome) {
  if (outcome.refused) return StrCat("refused:\n", outcome.why);
  std::string out = outcome.ended ? "ended in " : "after ten seconds in ";
  out += Join(outcome.states, " ");
  if (!outcome.why.empty()) out += StrCat("; ", outcome.why);
  for (const std::string& line : outcome.log) out += StrCat("\n    ", line);
  return out;
}

Finding RunOfficial(const fs::path& folder, const Value& test) {
  Finding finding{.id = TextOf(test["id"]), .text = "", .rule = TextOf(test["assertion"])};
  const std::string group = TextOf(test["group"]);
  if (const std::string_view why = WhyNotApplicable(group); !why.empty()) {
    finding.verdict = Verdict::kNotApplicable;
    finding.text = why;
    return finding;
  }
  const std::string file = TextOf(test["file"]);
  const Result<std::string> abstract = ReadTestFile(folder / fs::path(file).filename());
  const Result<std::string> document = abstract ? TranslateAbstract(*abstract, file) : abstract;
  if (!document) {
    finding.text = Render(document.error());
    return finding;
  }
  const Outcome outcome = RunDocument(*document, file, FilesOf(folder));
  if (group == "manual") {
    finding.text = JudgeManual(finding.id, outcome);
    if (!finding.text.empty()) {
      finding.verdict = Verdict::kJudged;
      return finding;
    }
  } else if (outcome.ended && outcome.states == std::vector<std::string>{"pass"}) {
    finding.verdict = Verdict::kPassed;
    return finding;
  }
  finding.text = Told(outcome);
  return finding;
}

Result<Report> RunOfficialSuite(const fs::path& folder) {
  const fs::path path = folder / "manifest.json";
  const Result<std::string> text = ReadTestFile(path);
  if (!text) return Unexpected{text.error()};
  const Result<Value> manifest = ReadJson(*text, path.string());
  if (!manifest) return Unexpected{manifest.error()};
  const List* tests = (*manifest)["tests"].list();
  if (tests == nullptr) return Fail("conform.manifest", "manifest.json lists no tests");
  Report report{.suite = "W3C SCXML 1.0", .findings = {}};
  for (const Value& test : *tests) report.findings.push_back(RunOfficial(folder, test));
  return report;
}

// ---- documents with their expected configurations ----------------------------------------------

struct Expected {
  std::set<std::string> states;
  bool given = false;
};

Expected StatesOf(const Value& value) {
  Expected out;
  const List* list = value.list();
  if (list == nullptr) return out;
  out.given = true;
  for (const Value& id : *list) out.states.insert(TextOf(id));
  return out;
}

std::string Compare(const chart::Sessions& sessions, const std::string& session,
                    const Expected& expected, const std::string& when) {
  const std::vector<std::string> active = sessions.Configuration(session);
  if (!expected.given || std::set<std::string>(active.begin(), active.end()) == expected.states) {
    return "";
  }
  const std::vector<std::string> wanted(expected.states.begin(), expected.states.end());
  std::string out =
      StrCat(when, ": active [", Join(active, " "), "], expected [", Join(wanted, " "), "]");
  for (const std::string& line : sessions.log()) out += StrCat("\n    ", line);
  return out;
}

Instant After(const Value& event) {
  const Decimal* ms = event["after"].number();
  const std::optional<std::int64_t> whole = ms != nullptr ? ms->ToInteger() : std::nullopt;
  return std::max<std::int64_t>(whole.value_or(0), 0);
}

// What differs from the expectations; "" where nothing does.
std::string Follow(chart::Sessions& sessions, const std::string& session, const Value& script) {
  const auto rest = [&](Instant until) {
    return sessions.Run(until) ? std::string() : Render(sessions.mistakes());
  };
  if (std::string endless = rest(0); !endless.empty()) return endless;
  std::string wrong =
      Compare(sessions, session, StatesOf(script["initialConfiguration"]), "at the start");
  const List* events = script["events"].list();
  for (size_t i = 0; events != nullptr && i < events->size() && wrong.empty(); ++i) {
    const Value& entry = (*events)[i];
    wrong = rest(sessions.now() + After(entry));
    const Value& event = entry["event"];
    const std::string name = event.string() != nullptr ? *event.string() : TextOf(event["name"]);
    if (!name.empty()) sessions.Send(session, name, event["data"]);
    if (wrong.empty()) wrong = rest(sessions.now());
    if (wrong.empty()) {
      wrong = Compare(sessions, session, StatesOf(entry["nextConfiguration"]),
                      StrCat("after event ", i + 1, " (", name, ")"));
    }
  }
  return wrong;
}

Finding RunWithScript(const fs::path& folder, const fs::path& document) {
  Finding finding{.id = document.lexically_relative(folder).replace_extension().string(),
                  .text = "",
                  .rule = ""};
  const fs::path json = fs::path(document).replace_extension(".json");
  const Result<std::string> text = ReadTestFile(document);
  const Result<std::string> expectations = ReadTestFile(json);
  if (!text || !expectations) {
    finding.text = Render(text ? expectations.error() : text.error());
    return finding;
  }
  const Result<Value> script = ReadJson(*expectations, json.string());
  if (!script) {
    finding.text = Render(script.error());
    return finding;
  }
  const Result<std::string> scxml = TranslateForeign(*text, document.string());
  if (!scxml) {
    const Diagnostic& first = scxml.error().front();
    const bool foreign = first.code == "conform.script";
    finding.verdict = foreign ? Verdict::kSkipped : Verdict::kFailed;
    finding.text = foreign ? StrCat(first.message, " (line ", first.at.line, ")") : Render(first);
    return finding;
  }
  chart::Sessions sessions(FilesOf(document.parent_path()));
  const Result<std::string> session = sessions.Start(*scxml, document.string());
  finding.text = session ? Follow(sessions, *session, *script) : Render(session.error());
  if (finding.text.empty()) finding.verdict = Verdict::kPassed;
  return finding;
}

}  // namespace

Result<Report> RunScxmlSuite(const fs::path& folder) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return Fail("conform.folder", StrCat("no folder \"", folder.string(), "\""));
  }
  if (fs::exists(folder / "manifest.json", error)) return RunOfficialSuite(folder);
  std::vector<fs::path> documents;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const fs::path json = fs::path(entry.path()).replace_extension(".json");
    if (entry.path().extension() == ".scxml" && fs::exists(json)) documents.push_back(entry.path());
  }
  if (documents.empty()) {
    return Fail("conform.folder",
                StrCat("\"", folder.string(),
                       "\" holds neither manifest.json nor NAME.scxml with NAME.json"));
  }
  std::sort(documents.begin(), documents.end());
  Report report{.suite = folder.filename().string(), .findings = {}};
  for (const fs::path& document : documents) {
    report.findings.push_back(RunWithScript(folder, document));
  }
  return report;
}

}  // namespace anjuan::conform
