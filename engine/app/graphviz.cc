#include "engine/app/graphviz.h"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <thread>
#include <vector>

#include "engine/app/folder.h"
#include "engine/base/text.h"
#include "engine/port/store.h"

// POSIX, from no header.
extern char** environ;

namespace anjuan::app {
namespace {

namespace fs = std::filesystem;

// Files instead of pipes: neither side can wait for the other to read.
class ScratchFolder {
 public:
  ScratchFolder() {
    std::string name = (fs::temp_directory_path() / "anjuan-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr) {
      throw port::Failure(StrCat("cannot make a folder in ", fs::temp_directory_path().string()));
    }
    path_ = name;
  }
  ~ScratchFolder() {
    std::error_code ignored;
    fs::remove_all(path_, ignored);
  }
  ScratchFolder(const ScratchFolder&) = delete;
  ScratchFolder& operator=(const ScratchFolder&) = delete;
  std::string File(std::string_view name) const { return (path_ / name).string(); }

 private:
  fs::path path_;
};

Unexpected<Diagnostics> Missing() {
  return Unexpected(Diagnostics{
      {.code = "graphviz.missing",
       .message = "the program dot, which lays out charts, is not installed",
       .hint = "as root: apt-get install --no-install-recommends graphviz fonts-lxgw-wenkai"}});
}

// The exit status as waitpid gives it; nullopt: it was stopped after `seconds`.
std::optional<int> WaitFor(pid_t child, int seconds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(seconds);
  for (;;) {
    int status = 0;
    const pid_t done = waitpid(child, &status, WNOHANG);
    if (done == child) return status;
    if (done < 0 && errno != EINTR) return -1;
    if (std::chrono::steady_clock::now() >= end) {
      kill(child, SIGKILL);
      waitpid(child, &status, 0);
      return std::nullopt;
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

}  // namespace

Result<std::string> RunGraphviz(std::string_view dot, std::string_view format, int seconds) {
  const ScratchFolder scratch;
  const std::string in = scratch.File("chart.dot");
  const std::string out = scratch.File("chart.out");
  const std::string err = scratch.File("chart.err");
  std::ofstream(in, std::ios::binary) << dot;
  std::vector<std::string> words = {"dot", StrCat("-T", format), "-o", out, in};
  std::vector<char*> arguments;
  arguments.reserve(words.size() + 1);
  for (std::string& word : words) arguments.push_back(word.data());
  arguments.push_back(nullptr);

  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_addopen(&files, STDERR_FILENO, err.c_str(), O_WRONLY | O_CREAT | O_TRUNC,
                                   0600);
  pid_t child = 0;
  const int failed = posix_spawnp(&child, "dot", &files, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  if (failed == ENOENT) return Missing();
  if (failed != 0) {
    return Fail("graphviz.failed", StrCat("dot cannot be started: ", std::strerror(failed)));
  }
  const std::optional<int> status = WaitFor(child, seconds);
  if (!status) {
    return Fail("graphviz.time", StrCat("dot took longer than ", seconds, " seconds"));
  }
  if (WIFEXITED(*status) && WEXITSTATUS(*status) == 127) return Missing();
  const std::optional<std::string> made = ReadFile(out);
  if (*status != 0 || !made || made->empty()) {
    return Fail("graphviz.failed", StrCat("dot failed: ", Trim(ReadFile(err).value_or(""))));
  }
  return *made;
}

}  // namespace anjuan::app
