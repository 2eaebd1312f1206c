// doctor, numbers: is this office well, and are its official numbers without gaps.

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <ostream>

#include "engine/app/commands.h"
#include "engine/base/text.h"
#include "engine/port/log_schema.h"
#include "engine/port/schema.h"
#include "engine/runtime/area_log.h"
#include "engine/runtime/key_change.h"
#include "engine/runtime/log_rows.h"
#include "engine/runtime/numbers.h"
#include "engine/runtime/records.h"
#include "engine/runtime/sealer.h"
#include "engine/trail/heads.h"
#include "engine/value/json.h"
#include "engine/vault/keys.h"
#include "plugins/sqlite/upkeep.h"

namespace anjuan::app {

namespace fs = std::filesystem;

namespace {

constexpr std::int64_t kMiB = std::int64_t{1} << 20;
constexpr Instant kMinuteMs = 60'000;
constexpr Instant kHourMs = 60 * kMinuteMs;
constexpr size_t kNamed = 5;  // of a list, in a message

class Examination {
 public:
  Examination(const Options& options, const Streams& streams)
      : options_(options), streams_(streams), folder_(options.folder) {}

  int Run() {
    CheckFolder();
    CheckKeys();
    CheckDisk();
    CheckFonts();
    const bool sound = CheckStore();
    if (sound) CheckOffice();
    if (!options_.json) {
      streams_.out << (problems_ > 0 ? StrCat("doctor: ", problems_, " 个问题") : "doctor: ok")
                   << (notes_ > 0 ? StrCat("，", notes_, " 处请留意") : "") << "\n";
    }
    return problems_ > 0 ? kExitFindings : kExitDone;
  }

 private:
  void Tell(std::string_view level, std::string_view check, const std::string& what,
            const std::string& todo) {
    if (options_.json) {
      streams_.out << WriteJson(Value(Context({{"level", Value(level)},
                                               {"check", Value(check)},
                                               {"text", Value(what)},
                                               {"todo", Value(todo)}})))
                   << "\n";
      return;
    }
    const std::string_view word = level == "ok" ? "正常" : level == "note" ? "留意" : "问题";
    streams_.out << word << "\t" << check << "\t" << what << "\n";
    if (!todo.empty()) streams_.out << "\t\t→ " << todo << "\n";
  }
  void Ok(std::string_view check, const std::string& what) { Tell("ok", check, what, ""); }
  void Note(std::string_view check, const std::string& what, const std::string& todo) {
    ++notes_;
    Tell("note", check, what, todo);
  }
  void Problem(std::string_view check, const std::string& what, const std::string& todo) {
    ++problems_;
    Tell("problem", check, what, todo);
  }

  void CheckFolder() {
    struct stat about {};
    if (stat(folder_.c_str(), &about) != 0 || !fs::is_directory(folder_)) {
      Problem("文件夹", StrCat("没有文件夹 ", folder_.string()), "请用 -C 指明办公库的文件夹");
      return;
    }
    if (access(folder_.c_str(), W_OK | X_OK) != 0) {
      Problem("文件夹", StrCat("不能在 ", folder_.string(), " 里写文件"),
              "请给当前用户这个文件夹的写权限");
    } else if ((about.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
      Note("文件夹", "其他用户也能在办公库的文件夹里写", StrCat("chmod 750 ", folder_.string()));
    } else {
      Ok("文件夹", folder_.string());
    }
  }

  void CheckKeys() {
    const fs::path path = folder_ / kKeyFile;
    struct stat about {};
    if (stat(path.c_str(), &about) != 0) {
      Problem("密钥", "没有密钥文件 keys.json", "请放回原来的密钥文件，否则个人信息和文书无法读取");
      return;
    }
    const std::optional<std::string> text = ReadFile(path);
    if (!text || !vault::ParseKeys(*text)) {
      Problem("密钥", "密钥文件读不出或已损坏", "请从密钥的备份恢复，不要新建");
    } else if ((about.st_mode & (S_IRWXG | S_IRWXO)) != 0) {
      Problem("密钥", "其他用户能读密钥文件", StrCat("chmod 600 ", path.string()));
    } else if (about.st_uid != geteuid()) {
      Note("密钥", "密钥文件属于另一个用户", StrCat("chown $(whoami) ", path.string()));
    } else {
      Ok("密钥", "只有本人可读");
    }
  }

  void CheckDisk() {
    struct statvfs disk {};
    if (statvfs(folder_.c_str(), &disk) != 0) return;
    const auto free =
        static_cast<std::int64_t>(disk.f_bavail) * static_cast<std::int64_t>(disk.f_frsize);
    std::error_code none;
    const auto size = static_cast<std::int64_t>(fs::file_size(folder_ / kStoreFile, none));
    const std::int64_t wanted = std::max(1024 * kMiB, none ? 0 : 2 * size);
    const std::string told = StrCat("剩余 ", free / kMiB, " MB");
    if (free < 100 * kMiB) {
      Problem("磁盘", told, "请立即腾出空间；写满后办理会被拒绝，已办的不受影响");
    } else if (free < wanted) {
      Note("磁盘", told, StrCat("建议至少留 ", wanted / kMiB, " MB，备份也要用"));
    } else {
      Ok("磁盘", told);
    }
  }

  void CheckFonts() {
    if (const std::optional<Diagnostics> missing = MissingFonts()) {
      for (const Diagnostic& one : *missing) {
        Problem("字体", one.message, one.hint.empty() ? "请安装缺少的字体包" : one.hint);
      }
    } else {
      Ok("字体", "齐全");
    }
  }

  bool CheckStore() {
    const fs::path path = folder_ / kStoreFile;
    const std::unique_ptr<port::Upkeep> upkeep = sqlite::MakeUpkeep(path.string());
    const std::optional<std::int64_t> version = upkeep->Version();
    if (!version) {
      Problem("数据库", StrCat("没有办公库的数据库：", path.string()),
              "请检查文件夹；新建用 anjuan init，恢复用 anjuan restore");
      return false;
    }
    if (*version > port::kSchemaVersion) {
      Problem("数据库", StrCat("格式 ", *version, " 比本程序支持的 ", port::kSchemaVersion, " 新"),
              "请升级程序");
      return false;
    }
    const port::Health health = upkeep->Examine();
    for (const std::string& damage : health.damages) {
      Problem("数据库", StrCat("数据库已损坏：", damage),
              "请停止使用，保留原文件，用 anjuan restore 从备份恢复");
    }
    if (!health.damages.empty()) return false;
    if (!health.durable) {
      Problem("数据库", "不是按断电不丢失的方式写盘", "请把办公库放在本机磁盘上，用本程序打开一次");
    }
    if (health.log_bytes > 256 * kMiB) {
      Note("数据库", StrCat("预写日志有 ", health.log_bytes / kMiB, " MB"),
           "有程序长时间占用读取；请结束长时间运行的查询或备份");
    }
    Ok("数据库", StrCat("格式 ", health.version, "，", health.bytes / kMiB, " MB，逐页检查完好"));
    return true;
  }

  void CheckOffice() {
    Result<std::unique_ptr<OpenOffice>> open = OpenOffice::Open(folder_);
    if (!open) {
      for (const Diagnostic& one : open.error()) Problem("办公库", one.message, one.hint);
      return;
    }
    if (!(*open)->upgraded().empty()) Note("数据库", (*open)->upgraded(), "");
    runtime::Office& office = (*open)->office();
    CheckKeyChange(office);
    CheckKeyBackup(office);
    office.store().Read([&](port::Reader& reader) {
      CheckCases(office, reader);
      CheckDefinitions(office, reader);
      CheckOutbox(reader);
      CheckTimers(office, reader);
      CheckSealed(office, reader);
      CheckNumbers(reader);
    });
  }

  void CheckKeyChange(runtime::Office& office) {
    bool begun = false;
    office.store().Read([&](port::Reader& reader) { begun = runtime::KeyChangeBegun(reader); });
    if (!begun) return;
    Problem("密钥", "主密钥的更换没有做完，新旧两把密钥都还要用",
            "运行 anjuan keys rotate 把它做完，再备份新的密钥");
  }

  void CheckKeyBackup(runtime::Office& office) {
    const KeyBackup backup = LastKeyBackup(office);
    const std::string todo = "运行 anjuan keys backup -o 文件，存到别处；密钥丢了谁也读不出";
    if (backup.at.empty()) {
      Note("密钥备份", "没有备份过密钥", todo);
      return;
    }
    const std::string when = ToBeijingString(ParseUtcInstant(backup.at).value_or(0));
    if (backup.current) {
      Ok("密钥备份", StrCat("上次 ", when, "，密钥没有变过"));
    } else {
      Note("密钥备份", StrCat("上次 ", when, "，此后更换过密钥"), todo);
    }
  }

  static std::string Some(const std::vector<std::string>& names) {
    std::vector<std::string> shown(
        names.begin(), names.begin() + static_cast<std::ptrdiff_t>(std::min(names.size(), kNamed)));
    return StrCat(Join(shown, "、"), names.size() > kNamed ? " 等" : "");
  }

  // The clock against what was written last, and what waits for a person.
  void CheckCases(runtime::Office& office, port::Reader& reader) {
    std::vector<std::string> incidents;
    Instant last = 0;
    std::int64_t cases = 0;
    reader.Scan(port::cases::kTable, {}, [&](const port::Row& row) {
      ++cases;
      last = std::max(last, runtime::IntegerOf(row, port::cases::kUpdatedAt));
      if (runtime::IntegerOf(row, port::cases::kIncident) != 0) {
        incidents.push_back(runtime::TextOf(row, port::cases::kCase));
      }
      return true;
    });
    const Instant now = office.Now(reader);
    const bool manual = office.clock() == runtime::ClockKind::kManual;
    const int year = BeijingDate(now).year;
    if (now + 5 * kMinuteMs < last) {
      Problem("时钟",
              StrCat("现在 ", ToBeijingString(now), "，早于最后一次办理 ", ToBeijingString(last)),
              "系统时钟被拨回；请校准（timedatectl set-ntp true）后再办理，期限不会因此提前或漏掉");
    } else if (year < 2020 || year > 2099) {
      Problem("时钟", StrCat("现在是 ", ToBeijingString(now)), "请校准系统时钟");
    } else {
      Ok("时钟", StrCat(ToBeijingString(now), manual ? "（手动时钟）" : ""));
    }
    std::vector<std::string> letters;
    for (const std::string& area : AreasOf(reader)) {
      reader.Scan(port::search::kTable, {.prefix = {port::Cell(area), port::Cell("dead_letter")}},
                  [&](const port::Row& row) {
                    letters.push_back(runtime::TextOf(row, port::search::kCase));
                    return true;
                  });
    }
    if (!incidents.empty()) {
      Problem("异常", StrCat(incidents.size(), " 件案卷有未处理的异常：", Some(incidents)),
              "用 anjuan history 案卷号 看原因，改正后 anjuan fire 案卷号 aj.retry --set reason=…");
    }
    if (!letters.empty()) {
      Note("来文", StrCat(letters.size(), " 件案卷收到无人接收的来文：", Some(letters)),
           "用 anjuan history 案卷号 查看，处理后 anjuan fire 案卷号 aj.retry --set reason=…");
    }
    if (incidents.empty() && letters.empty()) Ok("案卷", StrCat(cases, " 件，没有未处理的异常"));
  }

  static std::vector<std::string> AreasOf(port::Reader& reader) {
    std::vector<std::string> areas;
    for (bool more = true; more;) {
      more = false;
      port::Range range;
      if (!areas.empty()) range.from = port::Cell(areas.back() + "\x01");
      range.limit = 1;
      reader.Scan(port::cases::kTable, range, [&](const port::Row& row) {
        areas.push_back(runtime::TextOf(row, port::cases::kArea));
        more = true;
        return false;
      });
    }
    return areas;
  }

  void CheckDefinitions(runtime::Office& office, port::Reader& reader) {
    int good = 0;
    reader.Scan(port::definitions::kTable, {}, [&](const port::Row& row) {
      const runtime::DefinitionRecord record = runtime::ToDefinition(row);
      if (office.FindDefinition(reader, record.hash) != nullptr) {
        ++good;
      } else {
        Problem("流程", StrCat(record.name, " 第 ", record.version, " 版不能读取"),
                "请用发布它的程序版本打开，或运行 anjuan verify 查明哪里被改动");
      }
      return true;
    });
    Ok("流程", StrCat(good, " 个版本可用"));
  }

  void CheckOutbox(port::Reader& reader) {
    constexpr std::int64_t kMostAttempts = 3;
    std::int64_t waiting = 0;
    std::vector<std::string> stuck;
    reader.Scan(port::outbox::kTable, {.index = 0}, [&](const port::Row& row) {
      const runtime::OutboxRecord record = runtime::ToOutbox(row);
      ++waiting;
      if (record.attempts >= kMostAttempts) {
        stuck.push_back(StrCat(record.case_id, "（", record.kind, "）"));
      }
      return true;
    });
    if (!stuck.empty()) {
      Problem("待发事项", StrCat(stuck.size(), " 项多次失败后停下：", Some(stuck)),
              "用 anjuan history 案卷号 看原因，改正后 anjuan fire 案卷号 aj.retry --set reason=…");
    } else if (waiting > 0) {
      Note("待发事项", StrCat(waiting, " 项等待办理（文书、子案卷、通知）"), "运行 anjuan tick");
    } else {
      Ok("待发事项", "没有积压");
    }
  }

  void CheckTimers(runtime::Office& office, port::Reader& reader) {
    const Instant now = office.Now(reader);
    const std::int64_t late =
        reader.Count(port::timers::kTable,
                     {.index = 0, .prefix = {}, .from = {}, .to = port::Cell(now - kHourMs)});
    if (late > 0) {
      Note("期限", StrCat(late, " 个期限到期一小时以上还没有办理"),
           "运行 anjuan tick；有异常的案卷要先处理异常");
    } else {
      Ok("期限", "没有逾期未办的");
    }
  }

  // cron looks for programs in few places.
  static std::string Program() {
    std::error_code error;
    const fs::path self = fs::read_symlink("/proc/self/exe", error);
    return error ? "anjuan" : self.string();
  }

  // Until a row stands in its area's log nobody can be shown that it was there.
  void CheckSealed(runtime::Office& office, port::Reader& reader) {
    const Instant now = office.Now(reader);
    std::int64_t cases = 0;
    std::int64_t own = 0;  // rows of the office's own log
    Instant oldest = now;
    for (const std::string& area : runtime::UnsealedAreas(reader)) {
      runtime::AreaLog log(office, reader, area);
      reader.Scan(
          port::unsealed::kTable, {.prefix = {port::Cell(area)}}, [&](const port::Row& row) {
            const std::string& id = runtime::TextOf(row, port::unsealed::kCase);
            const auto head = log.HeadOf(id);
            const std::int64_t first = head ? head->seq + 1 : 0;
            runtime::ScanLogRows(reader, area, id, first, 1, [&](const runtime::LogRow& waiting) {
              oldest = std::min(oldest, waiting.at);
            });
            if (id == trail::kOfficeCase) {
              own = runtime::LastLogRow(reader, area, id) + 1 - first;
            } else {
              ++cases;
            }
            return true;
          });
    }
    std::vector<std::string> of;
    if (cases > 0) of.push_back(StrCat(cases, " 件案卷"));
    if (own > 0) of.push_back(StrCat("办公库自身 ", own, " 条"));
    const std::string what = Join(of, "和");
    if (of.empty()) {
      Ok("封存", "历史都已封存");
    } else if (now - oldest <= runtime::kSealEveryMs) {
      Ok("封存", StrCat(what, "的新记录等待封存，不满一分钟"));
    } else {
      Note("封存", StrCat(what, "有记录未封存，最早的已等 ", (now - oldest) / kMinuteMs, " 分钟"),
           StrCat("运行 anjuan tick；请让系统每分钟运行一次，crontab -e 加一行：* * * * * ",
                  Program(), " -C ", fs::absolute(folder_).lexically_normal().string(),
                  " tick >/dev/null"));
    }
  }

  void CheckNumbers(port::Reader& reader) {
    bool dense = true;
    const std::vector<runtime::Counter> counters = runtime::Counters(reader);
    for (const runtime::Counter& counter : counters) {
      if (counter.gaps.empty()) continue;
      dense = false;
      Problem("文号",
              StrCat(counter.office, " ", counter.year, " 年“", counter.kind, "”缺第 ",
                     counter.gaps.front(), " 号"),
              "文号登记被改动；请运行 anjuan verify，并与备份核对");
    }
    if (dense) Ok("文号", StrCat(counters.size(), " 个序列，没有缺号"));
  }

  const Options& options_;
  const Streams& streams_;
  fs::path folder_;
  int problems_ = 0;
  int notes_ = 0;
};

void PrintCounter(const runtime::Counter& counter, const Options& options, const Streams& streams) {
  List gaps;
  std::vector<std::string> texts;
  for (const std::int64_t gap : counter.gaps) {
    gaps.emplace_back(gap);
    texts.push_back(std::to_string(gap));
  }
  if (options.json) {
    streams.out << WriteJson(Value(Context({{"office", Value(counter.office)},
                                            {"year", Value(counter.year)},
                                            {"kind", Value(counter.kind)},
                                            {"count", Value(counter.count)},
                                            {"last", Value(counter.last)},
                                            {"gaps", Value(std::move(gaps))}})))
                << "\n";
    return;
  }
  streams.out << counter.office << "\t" << counter.year << "\t" << counter.kind << "\t1-"
              << counter.last << "\t共 " << counter.count << " 个\t"
              << (texts.empty() ? "无缺号" : StrCat("缺号：", Join(texts, "、"))) << "\n";
}

void PrintNumber(const runtime::Allotment& number, const Options& options, const Streams& streams) {
  if (options.json) {
    streams.out << WriteJson(Value(Context({{"office", Value(number.of.office)},
                                            {"year", Value(number.of.year)},
                                            {"kind", Value(number.of.kind)},
                                            {"serial", Value(number.serial)},
                                            {"number", Value(number.text)},
                                            {"case", Value(number.case_id)},
                                            {"seq", Value(number.seq)},
                                            {"document", Value(number.paper)},
                                            {"void", Value(number.is_void)},
                                            {"void_seq", Value(number.void_at)}})))
                << "\n";
    return;
  }
  streams.out << number.serial << "\t" << number.text << "\t" << number.case_id << "\t"
              << number.paper << "\t" << (number.is_void ? "作废" : "");
  if (number.void_at > 0) streams.out << "（理由见历史第 " << number.void_at << " 条）";
  streams.out << "\n";
}

}  // namespace

int Doctor(const Options& options, const Streams& streams) {
  return Examination(options, streams).Run();
}

int Numbers(const Options& options, const Streams& streams) {
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  bool dense = true;
  bool found = options.names.empty();
  open->office().store().Read([&](port::Reader& reader) {
    for (const runtime::Counter& counter : runtime::Counters(reader)) {
      dense = dense && counter.gaps.empty();
      if (options.names.empty()) {
        PrintCounter(counter, options, streams);
        continue;
      }
      if (counter.kind != options.names[0]) continue;
      found = true;
      for (const runtime::Allotment& number : runtime::NumbersOf(reader, counter)) {
        PrintNumber(number, options, streams);
      }
    }
  });
  if (!found) {
    streams.err << "error: 没有编号种类“" << options.names[0] << "”；不带种类运行可列出全部\n";
    return kExitCannot;
  }
  if (!dense) streams.err << "error: 有缺号\n";
  return dense ? kExitDone : kExitFindings;
}

}  // namespace anjuan::app
