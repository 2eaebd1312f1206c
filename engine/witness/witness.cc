#include "engine/witness/witness.h"

#include <fcntl.h>
#include <openssl/rand.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <fstream>
#include <functional>
#include <iterator>
#include <optional>
#include <ostream>

#include "engine/base/check.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"

namespace anjuan::witness {

namespace fs = std::filesystem;

namespace {

constexpr int kDone = 0;
constexpr int kRefused = 1;
constexpr int kCannot = 2;
constexpr const char* kKeyFile = "key";
constexpr const char* kStateFile = "state.json";

std::optional<std::string> ReadFile(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in || fs::is_directory(path)) return std::nullopt;
  return std::string(std::istreambuf_iterator<char>(in), {});
}

bool Sync(int file) {
  const bool synced = ::fsync(file) == 0;
  ::close(file);
  return synced;
}

// On disk whole, or as it was before.
bool Replace(const fs::path& path, const std::string& bytes, mode_t mode) {
  const fs::path fresh = path.string() + ".new";
  fs::remove(fresh);
  const int file = ::open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL, mode);
  if (file < 0) return false;
  const bool written =
      ::write(file, bytes.data(), bytes.size()) == static_cast<ssize_t>(bytes.size());
  if (!Sync(file) || !written) return false;
  fs::rename(fresh, path);
  const int directory = ::open(path.parent_path().c_str(), O_RDONLY | O_DIRECTORY);
  return directory >= 0 && Sync(directory);
}

// Held while it lives.
class Lock {
 public:
  explicit Lock(const fs::path& folder)
      : file_(::open((folder / ".lock").c_str(), O_RDWR | O_CREAT, S_IRUSR | S_IWUSR)) {
    if (file_ >= 0) ::flock(file_, LOCK_EX);
  }
  ~Lock() {
    if (file_ >= 0) ::close(file_);
  }
  Lock(const Lock&) = delete;
  Lock& operator=(const Lock&) = delete;

 private:
  int file_;
};

Unexpected<Diagnostics> CannotWrite(const fs::path& path) {
  return Fail("witness.folder", StrCat("写不了 ", path.string(), "。请检查权限和磁盘空间。"));
}

std::int64_t NowSeconds() {
  return std::chrono::duration_cast<std::chrono::seconds>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

}  // namespace

Result<trail::VerifierKey> Folder::Create(const std::string& name) const {
  if (!trail::IsKeyName(name)) {
    return Fail("witness.folder",
                "名称不能为空，不能有空格和加号；用本机构的域名，如 audit.example/w1");
  }
  fs::create_directories(path_);
  const Lock lock(path_);
  if (fs::exists(path_ / kKeyFile) || fs::exists(path_ / kStateFile)) {
    return Fail("witness.folder", StrCat(path_.string(), " 里已有见证方，不会覆盖"));
  }
  trail::SignerKey key{name, trail::KeyKind::kWitness, std::string(32, '\0')};
  const int ok = RAND_bytes(reinterpret_cast<unsigned char*>(key.seed.data()),
                            static_cast<int>(key.seed.size()));
  ANJUAN_CHECK(ok == 1);
  // The state first: a key without one would sign anything as the first it sees.
  if (!Replace(path_ / kStateFile, trail::Encode(trail::WitnessState{}), 0644) ||
      !Replace(path_ / kKeyFile, trail::ToSkey(key) + "\n", S_IRUSR | S_IWUSR)) {
    return CannotWrite(path_);
  }
  return key.Public();
}

Result<trail::SignerKey> Folder::Signer() const {
  const std::optional<std::string> text = ReadFile(path_ / kKeyFile);
  if (!text) {
    return Fail("witness.folder",
                StrCat(path_.string(), " 里没有见证方。先用 anjuan-witness init 建立。"));
  }
  return trail::ParseSkey(Trim(*text));
}

Result<trail::VerifierKey> Folder::Key() const {
  const Result<trail::SignerKey> key = Signer();
  if (!key) return Unexpected{key.error()};
  return key->Public();
}

Result<trail::WitnessState> Folder::State() const {
  const std::optional<std::string> bytes = ReadFile(path_ / kStateFile);
  return trail::DecodeWitnessState(bytes.value_or(""));
}

Result<trail::VerifierKey> Folder::Trust(std::string_view vkey) const {
  Result<trail::VerifierKey> key = trail::ParseVkey(vkey);
  if (!key) return key;
  if (key->kind != trail::KeyKind::kLog) {
    return Fail("witness.folder",
                "这是见证方的公钥，不是日志的。请用 anjuan seal --vkey 打印的一行。");
  }
  const Lock lock(path_);
  Result<trail::WitnessState> state = State();
  if (!state) return Unexpected{state.error()};
  auto& keys = state->logs[key->name].keys;
  if (std::find(keys.begin(), keys.end(), *key) == keys.end()) keys.push_back(*key);
  if (!Replace(path_ / kStateFile, trail::Encode(*state), 0644)) return CannotWrite(path_);
  return key;
}

Result<trail::WitnessAnswer> Folder::Decide(const std::string& request) const {
  const Lock lock(path_);
  const Result<trail::SignerKey> key = Signer();
  if (!key) return Unexpected{key.error()};
  Result<trail::WitnessState> state = State();
  if (!state) return Unexpected{state.error()};
  trail::WitnessAnswer answer = trail::Witness(*state, *key, request, NowSeconds());
  if (answer.verdict == trail::WitnessVerdict::kSigned &&
      !Replace(path_ / kStateFile, trail::Encode(*state), 0644)) {
    return CannotWrite(path_);
  }
  if (answer.alarm) {
    fs::create_directories(path_ / "evidence");
    Replace(path_ / "evidence" / ToHex(Sha256(request)), request, 0644);
  }
  return answer;
}

namespace {

class Program {
 public:
  Program(std::ostream& out, std::ostream& err) : out_(out), err_(err) {}

  int Run(const std::vector<std::string>& arguments) {
    CLI::App app("anjuan-witness: signs what continues the logs it knows, and nothing else");
    app.name("anjuan-witness");
    app.require_subcommand(1);
    std::function<int()> chosen;
    const auto add = [&](const char* name, const char* help, int (Program::*command)()) {
      CLI::App* sub = app.add_subcommand(name, help);
      sub->add_option("DIR", folder_, "The witness's folder")->required();
      sub->callback(
          [this, &chosen, command] { chosen = [this, command] { return (this->*command)(); }; });
      return sub;
    };
    add("init", "Make a witness: its key and an empty memory", &Program::Init)
        ->add_option("--name", name_, "Its name, a domain of your own: audit.example/w1")
        ->required();
    add("vkey", "Print the public key", &Program::Vkey);
    add("status", "How far each log had come", &Program::Status);
    add("trust", "Know a log by its public key (anjuan seal --vkey), or its new key",
        &Program::Trust)
        ->add_option("VKEY", vkey_, "The key")
        ->required();
    CLI::App* sign =
        add("sign", "Sign a checkpoint that continues what was signed", &Program::Sign);
    sign->add_option("REQUEST", request_, "What anjuan seal --requests wrote")->required();
    sign->add_option("-o", output_, "The signed checkpoint, for anjuan seal --cosigned")
        ->required();
    add("serve", "Answer POST /add-checkpoint (C2SP tlog-witness)", &Program::ServeHttp)
        ->add_option("--port", port_, "0: any free one, printed")
        ->capture_default_str();
    std::vector<std::string> reversed(arguments.rbegin(), arguments.rend());
    try {
      app.parse(reversed);
    } catch (const CLI::ParseError& error) {
      return app.exit(error, out_, err_) == 0 ? kDone : kCannot;
    }
    return chosen();
  }

 private:
  int Cannot(const Diagnostics& mistakes) {
    err_ << Render(mistakes);
    return kCannot;
  }
  int Print(const Result<trail::VerifierKey>& key) {
    if (!key) return Cannot(key.error());
    out_ << (key->kind == trail::KeyKind::kLog ? "log " : "witness ") << trail::ToVkey(*key)
         << "\n";
    return kDone;
  }

  int Init() { return Print(Folder(folder_).Create(name_)); }
  int Vkey() { return Print(Folder(folder_).Key()); }
  int Trust() {
    constexpr std::string_view kLog = "log ";
    const std::string_view vkey = vkey_;
    return Print(Folder(folder_).Trust(vkey.starts_with(kLog) ? vkey.substr(kLog.size()) : vkey));
  }

  int Status() {
    const auto state = Folder(folder_).State();
    if (!state) return Cannot(state.error());
    for (const auto& [origin, log] : state->logs) {
      out_ << origin << "\t" << log.size << "\t" << ToHex(log.root) << "\n";
    }
    return kDone;
  }

  int Sign() {
    const std::optional<std::string> request = ReadFile(request_);
    if (!request) {
      err_ << "读不出 " << request_ << "\n";
      return kCannot;
    }
    const auto answer = Folder(folder_).Decide(*request);
    if (!answer) return Cannot(answer.error());
    if (answer->verdict != trail::WitnessVerdict::kSigned) {
      err_ << "拒绝（" << static_cast<int>(answer->verdict) << "）：" << answer->chinese << "\n"
           << "refused: " << answer->english << "\n";
      return kRefused;
    }
    if (!Replace(fs::absolute(output_), trail::ToString(answer->cosigned), 0644)) {
      return Cannot(CannotWrite(output_).error);
    }
    out_ << "已签署：" << answer->known << " 条\n";
    return kDone;
  }

  int ServeHttp() {
    const auto key = Folder(folder_).Key();
    if (!key) return Cannot(key.error());
    if (Serve(Folder(folder_), port_, out_)) return kDone;
    err_ << "端口 " << port_ << " 用不了\n";
    return kCannot;
  }

  std::ostream& out_;
  std::ostream& err_;
  std::string folder_;
  std::string name_;
  std::string vkey_;
  std::string request_;
  std::string output_;
  int port_ = 8700;
};

}  // namespace

int Run(const std::vector<std::string>& arguments, std::ostream& out, std::ostream& err) {
  try {
    return Program(out, err).Run(arguments);
  } catch (const fs::filesystem_error& error) {
    err << error.what() << "\n";
    return kCannot;
  }
}

}  // namespace anjuan::witness
