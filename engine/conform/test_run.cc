#include "engine/conform/test_run.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

#include "engine/base/text.h"
#include "engine/chart/sessions.h"

namespace anjuan::conform {

namespace {

constexpr std::uintmax_t kLargest = 16 << 20;
constexpr Instant kLongestMs = 10'000;

bool Says(const Outcome& outcome, std::string_view text) {
  return std::any_of(outcome.log.begin(), outcome.log.end(),
                     [&](const std::string& line) { return line.find(text) != std::string::npos; });
}

// What one session said, without its name.
std::vector<std::string> Lines(const Outcome& outcome, std::string_view session,
                               std::string_view with) {
  std::vector<std::string> out;
  const std::string begin = StrCat(session, ": ");
  for (const std::string& line : outcome.log) {
    if (line.starts_with(begin) && line.find(with) != std::string::npos) {
      out.push_back(line.substr(begin.size()));
    }
  }
  return out;
}

bool EndedIn(const Outcome& outcome, std::string_view state) {
  return outcome.ended && outcome.states == std::vector<std::string>{std::string(state)};
}

struct Manual {
  std::string_view id;
  bool (*holds)(const Outcome&);
  std::string_view verdict;
};

// Each check is what a tester would look for.
constexpr std::array kManual = {
    Manual{"178",
           [](const Outcome& o) { return EndedIn(o, "final") && Says(o, "{\"Var1\":[2,3]}"); },
           "both values of the name given twice arrive: a name's values become a list"},
    Manual{"230",
           [](const Outcome& o) {
             const auto parent = Lines(o, "session1", " is ");
             return EndedIn(o, "final") && parent.size() == 7 &&
                    parent == Lines(o, "session2", " is ");
           },
           "all seven fields of the forwarded copy are those of the original"},
    Manual{"250",
           [](const Outcome& o) {
             return EndedIn(o, "final") && Says(o, "session2: Exiting sub01") &&
                    Says(o, "session2: Exiting sub0") && !Says(o, "was not cancelled");
           },
           "both exit handlers of the cancelled child ran, and it did not go on"},
    Manual{"301", [](const Outcome& o) { return o.refused; },
           "refused when it is read: the script cannot be fetched"},
    Manual{"307",
           [](const Outcome& o) {
             return EndedIn(o, "final") && Says(o, "no error in s0") &&
                    Says(o, "is a number and has no");
           },
           "the unbound datum is null and reading it no error; asking a number for a member is an "
           "error of type. Like with like, a member of an unbound datum and one missing in a "
           "context are both null (tests/chart, \"late binding\")"},
    Manual{
        "313", [](const Outcome& o) { return o.refused || EndedIn(o, "pass"); },
        "the ill-formed expression is told when the document is read, and an error when it runs"},
    Manual{"314", [](const Outcome& o) { return o.refused || EndedIn(o, "pass"); },
           "the error comes when the expression is evaluated, not before"},
    Manual{"415", [](const Outcome& o) { return EndedIn(o, "final") && !Says(o, "event1"); },
           "the session has ended; the raised event was never looked at"},
};

}  // namespace

Result<std::string> ReadTestFile(const std::filesystem::path& path) {
  std::error_code error;
  const std::uintmax_t size = std::filesystem::file_size(path, error);
  std::ifstream file(path, std::ios::binary);
  if (error || !file) {
    return Fail("conform.file", StrCat(path.filename().string(), " cannot be read"));
  }
  if (size > kLargest) {
    return Fail("conform.file", StrCat(path.filename().string(), " is larger than 16 MiB"));
  }
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

Outcome RunDocument(std::string_view scxml, std::string_view file, const Loader& load) {
  Outcome out;
  chart::Sessions sessions(load);
  const Result<std::string> session = sessions.Start(scxml, file);
  if (!session) {
    out.refused = true;
    out.why = Render(session.error());
    return out;
  }
  if (!sessions.Run(kLongestMs)) out.why = Render(sessions.mistakes());
  out.ended = !sessions.running(*session);
  out.states = sessions.Configuration(*session);
  out.log = sessions.log();
  return out;
}

std::string JudgeManual(std::string_view id, const Outcome& outcome) {
  for (const Manual& manual : kManual) {
    if (manual.id == id && manual.holds(outcome)) return std::string(manual.verdict);
  }
  return "";
}

}  // namespace anjuan::conform
