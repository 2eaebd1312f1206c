#include "engine/conform/dmn_suite.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <set>
#include <utility>

#include "engine/base/text.h"
#include "engine/conform/dmn_values.h"
#include "engine/conform/test_run.h"
#include "engine/dmn/as_feel.h"
#include "engine/dmn/dmn.h"
#include "engine/dmn/reader.h"
#include "engine/value/json.h"

namespace anjuan::conform {

namespace {

namespace fs = std::filesystem;

constexpr double kLongestSeconds = 2;

std::vector<const xml::Element*> Named(const xml::Element& element, std::string_view name) {
  std::vector<const xml::Element*> out = element.Elements();
  std::erase_if(out, [&](const xml::Element* child) { return child->name != name; });
  return out;
}

// FEEL's two functions of time, which a model elsewhere does not have.
std::vector<feel::FunctionDeclaration> ClockFunctions() {
  return {{"today", {}, Type::Of(Type::Base::kDate)}, {"now", {}, Type::Of(Type::Base::kDateTime)}};
}

class ClockHost final : public feel::Host {
 public:
  explicit ClockHost(Instant now) : now_(*ParseDateTime(ToBeijingString(now) + "+08:00")) {}
  Result<Value> Call(std::string_view function, std::span<const Value>) override {
    return function == "today" ? Value(now_.date) : Value(now_);
  }

 private:
  DateTime now_;
};

class FolderRun {
 public:
  FolderRun(fs::path folder, const DmnOptions& options, DmnCase common, DmnReport& report)
      : folder_(std::move(folder)),
        options_(options),
        common_(std::move(common)),
        report_(report) {}

  Result<bool> Run(const fs::path& test_file) {
    const Result<std::string> text = ReadTestFile(test_file);
    if (!text) return Unexpected{text.error()};
    const Result<xml::Document> document = xml::Read(*text, test_file.string());
    if (!document) return Unexpected{document.error()};
    const auto names = Named(*document->root, "modelName");
    const std::string file = names.empty() ? "" : std::string(Trim(names.front()->InnerText()));
    const Result<std::string> source = ReadTestFile(folder_ / fs::path(file).filename());
    const Result<dmn::Model> model = source ? dmn::Model::Read(*source, file, ModelsIn(folder_),
                                                               options_.zones, ClockFunctions())
                                            : Result<dmn::Model>(Unexpected{source.error()});
    for (const xml::Element* test : Named(*document->root, "testCase")) {
      DmnCase out = common_;
      out.id = test->Get("id");
      if (model) {
        RunCase(*model, *test, out);
      } else {
        Expectations(*test, out);
        out.failure = Render(model.error());
      }
      report_.cases.push_back(std::move(out));
    }
    return true;
  }

 private:
  static void Expectations(const xml::Element& test, DmnCase& out) {
    for (const xml::Element* node : Named(test, "resultNode")) {
      if (node->Get("errorResult") == "true") out.expects_error = true;
      const auto expected = Named(*node, "expected");
      if (!expected.empty() && !ReadTestValue(*expected.front(), nullptr, nullptr).is_null()) {
        out.has_value = true;
      }
    }
  }

  void RunCase(const dmn::Model& model, const xml::Element& test, DmnCase& out) {
    Expectations(test, out);
    std::vector<dmn::Given> inputs;
    for (const xml::Element* node : Named(test, "inputNode")) {
      const std::string name = node->Get("name");
      const std::string ns = node->Get("namespace");
      inputs.push_back(
          {name, ReadTestValue(*node, model.FindType(name, ns), options_.zones.get()), ns});
    }
    const std::string type = test.Get("type", "", "decision");
    const std::string invocable = test.Get("invocableName");
    const double begin = options_.seconds();
    out.passed = true;
    out.told = true;
    ClockHost clock(options_.now);
    const dmn::Setting setting{&clock};
    const auto nodes = Named(test, "resultNode");
    for (const xml::Element* node : nodes) {
      const std::string name = node->Get("name");
      dmn::Answer answer = invocable.empty() || type == "decision"
                               ? model.Decide(name, inputs, setting)
                               : model.Call(invocable, inputs, setting);
      const bool several = answer.value.context() != nullptr && nodes.size() > 1;
      if (!invocable.empty() && several) answer.value = Value(answer.value[name]);
      Judge(*node, answer, out);
    }
    if (options_.seconds() - begin > kLongestSeconds) {
      out.passed = false;
      out.failure += "    took more than two seconds\n";
    }
    out.told = out.told && out.passed;
  }

  void Judge(const xml::Element& node, const dmn::Answer& answer, DmnCase& out) {
    const auto expected = Named(node, "expected");
    const bool matches = expected.empty() ? answer.value.is_null()
                                          : MatchesExpected(*expected.front(), answer.value,
                                                            options_.zones.get(), out.exact);
    const bool error = node.Get("errorResult") == "true";
    if (error && answer.ok()) out.strict = false;
    if (error == answer.ok()) out.told = false;
    if (!matches) out.passed = false;
    if (matches && error != answer.ok() && out.exact) return;
    const Value wanted = expected.empty()
                             ? Value()
                             : ReadTestValue(*expected.front(), nullptr, options_.zones.get());
    out.failure +=
        StrCat("    ", node.Get("name"), ": expected ", dmn::AsFeel(wanted),
               error ? " and an error" : "", ", found ", dmn::AsFeel(answer.value), "\n");
    for (const Diagnostic& note : answer.notes) {
      out.failure += StrCat("        ", note.at.line, ":", note.at.column, ": [", note.code, "] ",
                            note.message, "\n");
    }
  }

  fs::path folder_;
  const DmnOptions& options_;
  DmnCase common_;
  DmnReport& report_;
};

struct Listed {
  std::string group;
  bool in_scope = true;
};

// What a manifest beside the folders says of each; empty where there is none.
Result<std::map<std::string, Listed>> ReadManifest(const fs::path& path) {
  std::map<std::string, Listed> out;
  std::error_code error;
  if (!fs::exists(path, error)) return out;
  const Result<std::string> text = ReadTestFile(path);
  if (!text) return Unexpected{text.error()};
  const Result<Value> manifest = ReadJson(*text, path.string());
  if (!manifest) return Unexpected{manifest.error()};
  const List* folders = (*manifest)["folders"].list();
  if (folders == nullptr) return Fail("conform.manifest", "manifest.json lists no folders");
  for (const Value& entry : *folders) {
    const std::string* folder = entry["folder"].string();
    const std::string* group = entry["group"].string();
    const bool* in_scope = entry["in_scope"].boolean();
    if (folder == nullptr) continue;
    out[*folder] = {group == nullptr ? "" : *group, in_scope == nullptr || *in_scope};
  }
  return out;
}

double Percent(int part, int whole) {
  return whole == 0 ? 100.0 : 100.0 * part / whole;
}

std::string Decimals(double percent) {
  const auto hundredths = std::llround(percent * 100);
  const std::string fraction = std::to_string(hundredths % 100);
  return StrCat(hundredths / 100, ".", fraction.size() < 2 ? "0" : "", fraction);
}

}  // namespace

dmn::Importer ModelsIn(const fs::path& folder) {
  return [folder](std::string_view ns, std::string_view) -> Result<dmn::Imported> {
    std::vector<fs::path> files;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".dmn") files.push_back(entry.path());
    }
    std::sort(files.begin(), files.end());
    for (const fs::path& file : files) {
      Result<std::string> text = ReadTestFile(file);
      if (!text) continue;
      const Result<dmn::Source> source = dmn::ReadSource(*text, file.filename().string());
      if (source && source->ns == ns) {
        return dmn::Imported{*std::move(text), file.filename().string()};
      }
    }
    return Fail("dmn.import", StrCat("no model \"", ns, "\""));
  };
}

int DmnReport::failed() const {
  return static_cast<int>(
      std::count_if(cases.begin(), cases.end(), [](const DmnCase& one) { return !one.passed; }));
}

double DmnReport::ValuePercent() const {
  int all = 0;
  int passed = 0;
  for (const DmnCase& one : cases) {
    if (!one.in_scope || !one.has_value) continue;
    ++all;
    if (one.passed) ++passed;
  }
  return Percent(passed, all);
}

double DmnReport::ToldPercent() const {
  int all = 0;
  int told = 0;
  for (const DmnCase& one : cases) {
    if (!one.in_scope) continue;
    ++all;
    if (one.told) ++told;
  }
  return Percent(told, all);
}

double DmnReport::MeanOverFolders() const {
  std::map<std::string, std::pair<int, int>> folders;
  for (const DmnCase& one : cases) {
    if (!one.in_scope) continue;
    auto& [passed, all] = folders[one.folder];
    ++all;
    if (one.passed) ++passed;
  }
  double sum = 0;
  for (const auto& [folder, counts] : folders) sum += Percent(counts.first, counts.second);
  return folders.empty() ? 100.0 : sum / static_cast<double>(folders.size());
}

Result<DmnReport> RunDmnSuite(const fs::path& folder, const DmnOptions& options) {
  std::error_code error;
  if (!fs::is_directory(folder, error)) {
    return Fail("conform.folder", StrCat("no folder \"", folder.string(), "\""));
  }
  const Result<std::map<std::string, Listed>> manifest = ReadManifest(folder / "manifest.json");
  if (!manifest) return Unexpected{manifest.error()};
  std::vector<fs::path> tests;
  for (const fs::directory_entry& entry : fs::recursive_directory_iterator(folder)) {
    const std::string name = entry.path().filename().string();
    if (entry.path().extension() == ".xml" && name.find("-test-") != std::string::npos) {
      tests.push_back(entry.path());
    }
  }
  if (tests.empty()) {
    return Fail("conform.folder", StrCat("\"", folder.string(), "\" holds no NAME-test-NN.xml"));
  }
  std::sort(tests.begin(), tests.end());
  DmnReport report;
  for (const fs::path& test : tests) {
    DmnCase common;
    common.folder = test.parent_path().lexically_relative(folder).string();
    if (const auto it = manifest->find(common.folder); it != manifest->end()) {
      common.group = it->second.group;
      common.in_scope = it->second.in_scope;
    }
    const Result<bool> done = FolderRun(test.parent_path(), options, common, report).Run(test);
    if (!done) return Unexpected{done.error()};
  }
  return report;
}

std::string Render(const DmnReport& report, bool failures) {
  struct Counts {
    int all = 0, passed = 0, values = 0, values_passed = 0, told = 0, inexact = 0, lenient = 0;
    void Add(const DmnCase& one) {
      ++all;
      if (one.passed) ++passed;
      if (one.has_value) ++values;
      if (one.has_value && one.passed) ++values_passed;
      if (one.told) ++told;
      if (one.passed && !one.exact) ++inexact;
      if (!one.strict) ++lenient;
    }
  };
  std::string out;
  std::map<std::string, Counts> groups;
  Counts total;
  Counts outside;
  for (const DmnCase& one : report.cases) {
    if (one.in_scope) {
      groups[one.group].Add(one);
      total.Add(one);
    } else {
      outside.Add(one);
    }
    const bool inexact = one.passed && !one.exact;
    if (!failures || (one.passed && one.told && !inexact)) continue;
    out +=
        StrCat(!one.passed ? "FAILED "
               : !one.told ? "diagnostics "
                           : "inexact ",
               one.folder, " ", one.id, one.in_scope ? "" : " (out of scope)", "\n", one.failure);
  }
  const auto line = [](std::string_view name, const Counts& counts) {
    std::string text(name);
    text.resize(std::max<size_t>(text.size(), 30), ' ');
    return StrCat(
        text, " cases ", counts.passed, "/", counts.all, "  values ", counts.values_passed, "/",
        counts.values, "  with diagnostics ", counts.told, "/", counts.all,
        counts.inexact > 0 ? StrCat("  inexact ", counts.inexact) : "",
        counts.lenient > 0 ? StrCat("  without an error in strict mode ", counts.lenient) : "",
        "\n");
  };
  for (const auto& [name, counts] : groups) out += line(name.empty() ? "(no group)" : name, counts);
  out += line("all in scope", total);
  if (outside.all > 0) out += line("out of scope", outside);
  out += StrCat("values ", Decimals(report.ValuePercent()), " %, mean over folders ",
                Decimals(report.MeanOverFolders()), " %, with diagnostics ",
                Decimals(report.ToldPercent()), " %\n");
  const int failed = report.failed();
  out += StrCat("DMN TCK: ", report.cases.size() - static_cast<size_t>(failed), " passed, ", failed,
                " failed\n");
  return out;
}

}  // namespace anjuan::conform
