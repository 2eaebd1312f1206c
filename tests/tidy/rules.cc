#include "tests/tidy/rules.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <regex>
#include <set>

namespace anjuan::tidy {

namespace {

namespace fs = std::filesystem;

constexpr size_t kMostLines = 700;

// Style section 2. A module may always include itself; what stands in no row may include nothing.
const std::map<std::string, std::set<std::string>>& Ladder() {
  static const std::set<std::string> kUpToFeel = {"engine/base", "engine/value", "engine/xml",
                                                  "engine/feel"};
  static const std::set<std::string> kPort = {"engine/base", "engine/value", "engine/port"};
  static const std::set<std::string> kPortAndDoc = {"engine/base", "engine/value", "engine/port",
                                                    "engine/doc"};
  static const std::map<std::string, std::set<std::string>> kLadder = {
      {"engine/base", {}},
      {"engine/value", {"engine/base"}},
      {"engine/xml", {"engine/base"}},
      {"engine/feel", {"engine/base", "engine/value"}},
      {"engine/dmn", kUpToFeel},
      {"engine/calendar", kUpToFeel},
      {"engine/form", kUpToFeel},
      {"engine/trail", kUpToFeel},
      {"engine/chart", kUpToFeel},
      {"engine/doc", kUpToFeel},
      {"engine/conform",
       {"engine/base", "engine/value", "engine/xml", "engine/feel", "engine/dmn", "engine/chart"}},
      {"engine/describe",
       {"engine/base", "engine/value", "engine/feel", "engine/form", "engine/dmn", "engine/chart"}},
      {"engine/exchange", {"engine/base", "engine/value", "engine/xml"}},
      {"engine/port", {"engine/base", "engine/value", "engine/doc"}},
      {"engine/vault", kPort},
      {"engine/runtime",
       {"engine/base", "engine/value", "engine/xml", "engine/feel", "engine/dmn", "engine/calendar",
        "engine/form", "engine/trail", "engine/chart", "engine/doc", "engine/exchange",
        "engine/port", "engine/vault"}},
      // Programs of their own: nothing of the shell.
      {"engine/inspect",
       {"engine/base", "engine/value", "engine/xml", "engine/trail", "engine/port"}},
      {"engine/verify",
       {"engine/base", "engine/value", "engine/trail", "engine/port", "engine/inspect",
        "plugins/pdf"}},
      {"engine/witness", {"engine/base", "engine/value", "engine/trail"}},
      {"plugins/sqlite", kPort},
      {"plugins/pdf", kPortAndDoc},
      {"plugins/png", kPortAndDoc},
      {"plugins/png", kPortAndDoc},
      {"plugins/xlsx", kPortAndDoc},
  };
  return kLadder;
}

bool EndsWith(std::string_view text, std::string_view end) {
  return text.size() >= end.size() && text.substr(text.size() - end.size()) == end;
}
bool StartsWith(std::string_view text, std::string_view start) {
  return text.substr(0, start.size()) == start;
}
bool IsHeader(std::string_view path) {
  return EndsWith(path, ".h");
}
bool IsSource(std::string_view path) {
  return EndsWith(path, ".cc");
}
bool IsCpp(std::string_view path) {
  return IsHeader(path) || IsSource(path);
}

// The first `depth` folders of a path; "" where it does not lie that deep.
std::string Folder(std::string_view path, int depth) {
  size_t at = 0;
  for (int i = 0; i < depth; ++i) {
    at = path.find('/', i == 0 ? 0 : at + 1);
    if (at == std::string_view::npos) return "";
  }
  return std::string(path.substr(0, at));
}

std::string Place(const std::string& path, size_t line, const std::string& text) {
  return path + ":" + std::to_string(line) + ": " + text;
}

void ForEachLine(std::string_view text,
                 const std::function<void(size_t line, std::string_view)>& visit) {
  size_t line = 1;
  while (!text.empty()) {
    const size_t end = std::min(text.find('\n'), text.size());
    visit(line++, text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
}

// All matches of `pattern` outside comments (and strings, where `blank` takes them away too).
void FindCode(const Tree& tree, const std::regex& pattern,
              const std::function<bool(std::string_view path)>& concerns,
              std::string (*blank)(std::string_view), const std::string& what, Findings& out) {
  for (const auto& [path, text] : tree) {
    if (!IsCpp(path) || !concerns(path)) continue;
    ForEachLine(blank(text), [&, &where = path](size_t line, std::string_view code) {
      std::cmatch match;
      if (std::regex_search(code.data(), code.data() + code.size(), match, pattern)) {
        out.push_back(Place(where, line, what + " \"" + match.str() + "\""));
      }
    });
  }
}

struct Include {
  size_t line = 0;
  bool ours = false;  // "..." rather than <...>
  std::string path;
};

std::vector<Include> IncludesOf(std::string_view source) {
  static const std::regex kInclude(R"re(^\s*#\s*include\s+(["<])([^">]+)[">])re");
  std::vector<Include> out;
  ForEachLine(source, [&](size_t line, std::string_view text) {
    std::cmatch match;
    if (std::regex_search(text.data(), text.data() + text.size(), match, kInclude)) {
      out.push_back({line, match[1].str() == "\"", match[2].str()});
    }
  });
  return out;
}

// nullopt: allowed.
std::optional<std::string> Objection(const std::string& path, const std::string& included) {
  const std::string from = Folder(path, 2);
  const std::string to = Folder(included, 2);
  if (from == to) return std::nullopt;
  if (StartsWith(path, "tests/")) return std::nullopt;
  if (to == "engine/app") return "nothing includes app";
  if (StartsWith(included, "tests/")) return "only tests include tests";
  if (StartsWith(path, "samples/")) {
    return StartsWith(included, "plugins/") ? std::optional<std::string>("samples know no plugin")
                                            : std::nullopt;
  }
  if (from == "engine/app") return std::nullopt;
  const auto row = Ladder().find(from);
  if (row == Ladder().end()) return from + " stands in no row of the table of layers";
  if (row->second.count(to) == 0) return from + " may not include " + to;
  return std::nullopt;
}

enum class Part { kCode, kLineComment, kBlockComment, kString, kCharacter, kRawString };

// Copies `source` with comments (and, if asked, the insides of literals) blanked.
class Blanker {
 public:
  Blanker(std::string_view source, bool strings) : source_(source), strings_(strings) {}

  std::string Run() {
    out_.reserve(source_.size());
    while (at_ < source_.size()) Step();
    return std::move(out_);
  }

 private:
  char Now() const { return source_[at_]; }
  bool Here(std::string_view text) const { return source_.substr(at_, text.size()) == text; }
  void Take(size_t count, bool visible) {
    for (; count > 0 && at_ < source_.size(); --count, ++at_) {
      out_ += visible || Now() == '\n' ? Now() : ' ';
    }
  }

  void Step() {
    switch (part_) {
      case Part::kCode:
        return Code();
      case Part::kLineComment:
        if (Now() == '\n') part_ = Part::kCode;
        return Take(1, false);
      case Part::kBlockComment:
        if (Here("*/")) {
          part_ = Part::kCode;
          return Take(2, false);
        }
        return Take(1, false);
      case Part::kString:
        return Literal('"');
      case Part::kCharacter:
        return Literal('\'');
      case Part::kRawString:
        if (Here(raw_end_)) {
          part_ = Part::kCode;
          return Take(raw_end_.size(), true);
        }
        return Take(1, !strings_);
    }
  }

  void Code() {
    if (Here("//")) {
      part_ = Part::kLineComment;
      return Take(2, false);
    }
    if (Here("/*")) {
      part_ = Part::kBlockComment;
      return Take(2, false);
    }
    if (Here("R\"")) {
      const size_t open = source_.find('(', at_);
      if (open != std::string_view::npos) {
        raw_end_ = ")" + std::string(source_.substr(at_ + 2, open - at_ - 2)) + "\"";
        part_ = Part::kRawString;
        return Take(open + 1 - at_, true);
      }
    }
    if (Now() == '"') part_ = Part::kString;
    // A quote between digits separates them: 10'000.
    const bool separator = at_ > 0 && isalnum(static_cast<unsigned char>(source_[at_ - 1])) != 0;
    if (Now() == '\'' && !separator) part_ = Part::kCharacter;
    Take(1, true);
  }

  void Literal(char end) {
    if (Now() == '\\') return Take(2, !strings_);
    if (Now() == end || Now() == '\n') {
      part_ = Part::kCode;
      return Take(1, true);
    }
    Take(1, !strings_);
  }

  std::string_view source_;
  bool strings_;
  size_t at_ = 0;
  Part part_ = Part::kCode;
  std::string raw_end_;
  std::string out_;
};

// A prefixed literal (u8R"...) is met at its R; an include's quotes are code to every rule.
std::string Blank(std::string_view source, bool strings) {
  return Blanker(source, strings).Run();
}

std::set<std::string> FoldersBelow(const Tree& tree, const std::string& top) {
  std::set<std::string> out;
  for (const auto& [path, text] : tree) {
    if (StartsWith(path, top + "/") && !Folder(path, 2).empty()) out.insert(Folder(path, 2));
  }
  return out;
}

bool HasFileIn(const Tree& tree, const std::string& folder, std::string_view end) {
  return std::any_of(tree.begin(), tree.end(), [&](const auto& file) {
    return StartsWith(file.first, folder + "/") && EndsWith(file.first, end);
  });
}

}  // namespace

std::string WithoutComments(std::string_view source) {
  return Blank(source, false);
}
std::string WithoutCommentsAndStrings(std::string_view source) {
  return Blank(source, true);
}

Tree ReadTree(const fs::path& root) {
  Tree tree;
  for (auto it = fs::recursive_directory_iterator(root); it != fs::recursive_directory_iterator();
       ++it) {
    const std::string name = it->path().filename().string();
    const bool top = it.depth() == 0;
    if ((top && (name == ".git" || StartsWith(name, "build"))) || name == "__pycache__") {
      it.disable_recursion_pending();
      continue;
    }
    if (!it->is_regular_file() || EndsWith(name, ".swp")) continue;
    std::ifstream file(it->path(), std::ios::binary);
    tree.emplace(fs::relative(it->path(), root).generic_string(),
                 std::string(std::istreambuf_iterator<char>(file), {}));
  }
  return tree;
}

Findings CheckLayers(const Tree& tree) {
  Findings out;
  for (const auto& [path, text] : tree) {
    if (!IsCpp(path)) continue;
    for (const Include& include : IncludesOf(text)) {
      if (!include.ours) continue;
      if (tree.count(include.path) == 0) {
        out.push_back(Place(path, include.line,
                            "\"" + include.path + "\" is no path from the project's root"));
      } else if (const auto objection = Objection(path, include.path)) {
        out.push_back(Place(path, include.line, *objection));
      }
    }
  }
  return out;
}

Findings CheckForeignNames(const Tree& tree) {
  Findings out;
  const auto engine_header = [](std::string_view path) {
    return IsHeader(path) && StartsWith(path, "engine/");
  };
  for (const auto& [path, text] : tree) {
    if (!engine_header(path)) continue;
    for (const Include& include : IncludesOf(text)) {
      // The standard library's headers have neither folder nor ending.
      if (!include.ours && include.path.find_first_of("/.") != std::string::npos) {
        out.push_back(
            Place(path, include.line, "<" + include.path + "> in a header of the engine"));
      }
    }
  }
  static const std::regex kNames(
      R"(\b(Poco::|CLI::|nlohmann::|sqlite3|HPDF_|lxw_|pcre2_|EVP_|BID_UINT|__bid))");
  FindCode(tree, kNames, engine_header, WithoutCommentsAndStrings, "a library's name", out);
  return out;
}

Findings CheckWords(const Tree& tree) {
  // In pieces, so that this file does not name them.
  static const std::regex kUnfinished(
      "\\b(TO"
      "DO|FIX"
      "ME|XX"
      "X)\\b");
  static const std::regex kMachine(
      "(^|[^A-Za-z0-9_.~*-])/(wo"
      "rk|ro"
      "ot|ho"
      "me|tm"
      "p)/[A-Za-z0-9_]");
  static const std::regex kRegistry(
      "(deb\\.deb"
      "ian\\.org|registry\\.np"
      "mjs|py"
      "pi\\.org)");
  static const std::array<std::pair<const std::regex*, std::string_view>, 3> kRules = {{
      {&kUnfinished, "unfinished work"},
      {&kMachine, "a path of one machine"},
      {&kRegistry, "a package registry"},
  }};
  Findings out;
  for (const auto& [path, text] : tree) {
    if (text.find('\0') != std::string::npos || path == "LICENSE") continue;
    ForEachLine(text, [&, &where = path](size_t line, std::string_view content) {
      for (const auto& [pattern, what] : kRules) {
        std::cmatch match;
        if (std::regex_search(content.data(), content.data() + content.size(), match, *pattern)) {
          out.push_back(Place(where, line, std::string(what) + " \"" + match.str() + "\""));
        }
      }
    });
  }
  static const std::regex kUsing(R"(\busing\s+namespace\b)");
  FindCode(tree, kUsing, IsHeader, WithoutCommentsAndStrings, "in a header:", out);
  return out;
}

Findings CheckDomainNames(const Tree& tree) {
  // Codes as the catalogue of the domain gives them (P01, D0101, F01A, L11), and the folders'
  // names.
  std::string pattern = R"(\b([PDFL][0-9]{2}([0-9]{2})?[A-C]?)";
  for (const std::string& folder : FoldersBelow(tree, "workflows")) {
    const std::string name = folder.substr(folder.find('/') + 1);
    if (name != "shared") pattern += "|" + name;
  }
  pattern += R"()\b)";
  Findings out;
  FindCode(
      tree, std::regex(pattern),
      [](std::string_view path) {
        return StartsWith(path, "engine/") || StartsWith(path, "plugins/");
      },
      WithoutComments, "the domain is data, yet the program says", out);
  return out;
}

Findings CheckFolders(const Tree& tree) {
  Findings out;
  const auto need = [&](const std::string& path) {
    if (tree.count(path) == 0) out.push_back(path + ": is missing");
  };
  need("README.md");
  need("LICENSE");
  for (const std::string top : {"engine", "plugins"}) {
    for (const std::string& folder : FoldersBelow(tree, top)) {
      if (!HasFileIn(tree, folder, ".cc") && !HasFileIn(tree, folder, ".h")) continue;
      need(folder + "/README.md");
      need(folder + "/CMakeLists.txt");
    }
  }
  for (const std::string& folder : FoldersBelow(tree, "workflows")) {
    need(folder + "/README.md");
    if (tree.count(folder + "/chart.scxml") == 0) continue;
    if (!HasFileIn(tree, folder + "/cases", ".case")) {
      out.push_back(folder + "/cases: holds no scripted run");
    }
  }
  for (const std::string& folder : FoldersBelow(tree, "templates")) {
    if (tree.count(folder + "/template.xml") != 0) need(folder + "/sample.json");
  }
  if (!FoldersBelow(tree, "samples").empty()) need("samples/README.md");
  return out;
}

Findings CheckTopLevel(const Tree& tree) {
  static const std::set<std::string> kAllowed = {
      "CMakeLists.txt", "engine",  "workflows", "templates", "plugins",
      "tests",          "samples", "README.md", "LICENSE",   "NOTICE"};
  std::set<std::string> entries;
  for (const auto& [path, text] : tree) entries.insert(path.substr(0, path.find('/')));
  Findings out;
  for (const std::string& entry : entries) {
    if (entry.front() != '.' && kAllowed.count(entry) == 0) {
      out.push_back(entry + ": does not belong at the top level");
    }
  }
  return out;
}

Findings CheckLength(const Tree& tree) {
  Findings out;
  for (const auto& [path, text] : tree) {
    if (!IsCpp(path)) continue;
    const auto lines = static_cast<size_t>(std::count(text.begin(), text.end(), '\n'));
    if (lines >= kMostLines) {
      out.push_back(path + ": " + std::to_string(lines) + " lines; is it still one thing?");
    }
  }
  return out;
}

Findings CheckDeadFiles(const Tree& tree) {
  std::set<std::string> included;
  for (const auto& [path, text] : tree) {
    if (!IsCpp(path)) continue;
    for (const Include& include : IncludesOf(text)) included.insert(include.path);
  }
  static const std::regex kWholeFolder(R"(anjuan_(module|test)\()");
  Findings out;
  for (const auto& [path, text] : tree) {
    if (IsHeader(path) && included.count(path) == 0) {
      out.push_back(path + ": nobody includes it");
    }
    if (!IsSource(path)) continue;
    const size_t slash = path.rfind('/');
    const auto list = tree.find(path.substr(0, slash) + "/CMakeLists.txt");
    const std::string name = path.substr(slash + 1);
    // anjuan_module() takes all sources of the folder except main.cc.
    const bool built = list != tree.end() &&
                       (list->second.find(name) != std::string::npos ||
                        (name != "main.cc" && std::regex_search(list->second, kWholeFolder)));
    if (!built) out.push_back(path + ": no target builds it");
  }
  return out;
}

Findings CheckFileNames(const Tree& tree) {
  static const std::regex kName(R"(([a-z0-9_-]+/)+[a-z][a-z0-9_]*\.(cc|h))");
  Findings out;
  for (const auto& [path, text] : tree) {
    if (IsCpp(path) && !std::regex_match(path, kName)) {
      out.push_back(path + ": files are named in snake_case");
    }
  }
  return out;
}

}  // namespace anjuan::tidy
