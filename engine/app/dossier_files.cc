#include "engine/app/dossier_files.h"

#include <Poco/DateTime.h>
#include <Poco/Path.h>
#include <Poco/Zip/Compress.h>
#include <stdlib.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "engine/app/commands.h"
#include "engine/app/volume.h"
#include "engine/base/text.h"
#include "engine/exchange/event_log.h"
#include "engine/runtime/event_log.h"
#include "engine/runtime/sheet_intake.h"
#include "engine/runtime/sheets.h"
#include "plugins/xlsx/xlsx.h"

namespace anjuan::app {

namespace fs = std::filesystem;

void AddEventLogs(OpenOffice& open, port::Reader& reader, const runtime::CaseRecord& record,
                  trail::DossierFiles& files) {
  const exchange::LogCase one = runtime::ToLogCase(open.office(), reader, record);
  const auto write = [&](std::string_view name, const auto& make) {
    std::string& text = files[std::string(name)];
    const std::unique_ptr<exchange::EventLogWriter> writer =
        make([&](std::string_view more) { text += more; });
    writer->Add(one);
    writer->Finish();
  };
  write(kDossierXes, [&](exchange::EventLogWriter::Sink sink) {
    return exchange::NewXesWriter(open.office().origin(), std::move(sink));
  });
  write(kDossierOcel, [&](exchange::EventLogWriter::Sink sink) {
    return exchange::NewOcelWriter(std::move(sink));
  });
}

namespace {

// Sheets are written to files; this one is read back at once and gone.
class TemporaryFile {
 public:
  TemporaryFile() {
    std::string name = (fs::temp_directory_path() / "anjuan-XXXXXX").string();
    if (::mkdtemp(name.data()) == nullptr) throw port::Failure("no temporary folder");
    folder_ = name;
  }
  ~TemporaryFile() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  fs::path path() const { return folder_ / "sheet.xlsx"; }

 private:
  fs::path folder_;
};

bool IsLedgerOf(const runtime::StoredSheet& sheet, const std::string& process) {
  const auto& view = sheet.description.view;
  return view && view->of_sheet.empty() && view->process == process;
}

}  // namespace

Diagnostics AddLedgers(OpenOffice& open, port::Reader& reader, const runtime::CaseRecord& record,
                       const std::string& unit, trail::DossierFiles& files) {
  Diagnostics mistakes;
  for (const std::string& id : runtime::SheetIds(reader)) {
    const Result<runtime::StoredSheet> sheet = runtime::LoadSheet(reader, id);
    if (!sheet || !IsLedgerOf(*sheet, record.process)) continue;
    runtime::SheetRequest request;
    request.id = id;
    request.unit = unit;
    request.case_id = record.id;
    const Result<runtime::FilledSheet> filled =
        runtime::FillSheetIn(open.office(), reader, request);
    if (!filled) {
      Append(mistakes, filled.error());
      continue;
    }
    if (filled->data.rows.empty()) continue;  // the ledger does not show it, or not yet
    const TemporaryFile file;
    xlsx::NewSheetWriter()->Write(filled->model, file.path().string());
    files[StrCat(kDossierSheets, id, ".xlsx")] = ReadFile(file.path()).value_or("");
  }
  return mistakes;
}

Diagnostics AddVolume(OpenOffice& open, port::Reader& reader, const runtime::CaseRecord& record,
                      const fs::path& library, const std::string& unit,
                      trail::DossierFiles& files) {
  Result<BoundVolume> volume = BindCase(open, reader, record, library, unit);
  if (!volume) return volume.error();
  files[std::string(trail::kVolume)] = std::move(volume->bytes);
  files[std::string(trail::kVolumeManifest)] = trail::Encode(volume->manifest);
  return {};
}

// It is proved by nothing, and anjuan-verify says so.
void AddReadme(trail::DossierFiles& files) {
  const auto has = [&](std::string_view name) {
    return std::ranges::any_of(files,
                               [&](const auto& file) { return file.first.starts_with(name); });
  };
  std::string text =
      R"(本文件夹是一件案卷的全部历史及其证明，供脱离办案系统核验。

一、怎样核验
1. 从办案机关以外的途径（公报、上级机关、见证机关）取得其日志公钥，存为 keys.txt，每行一个：log 公钥。
2. 运行：anjuan-verify 本文件夹 --trust keys.txt
   结论写明证明了什么、哪一段时间、哪些不能证明。任何一个字节被改动都会被指出。
3. 归档、移交前的四性检测：anjuan inspect 本文件夹 --trust keys.txt -o 四性检测报告.pdf

二、有哪些文件
case.jsonl　逐条历史的原文；proofs/、checkpoint、heads.*、checkpoints/、keys/、vkeys.txt 是它的证明
)";
  if (has("documents/")) text += "documents/　已签发的文书，与签发时逐字节相同\n";
  if (has("payloads/")) text += "payloads/　各条历史的内容，个人信息以代号表示\n";
  if (has("disclosed/")) {
    text +=
        "disclosed/"
        "　依申请公开的个人信息，每项附随机数，核验程序逐项证明它就是当时所记；未公开的仍是代号\n";
  }
  if (has(trail::kVolume)) {
    text +=
        "volume.pdf　便于阅读、打印的合订本（封面、目录、文书、备考表）；volume.json "
        "是它的卷内文件清单。"
        "证据以 documents/ 的原件为准\n";
  }
  if (has(kDossierXes)) {
    text += "log.xes、log.ocel.json　本案卷的事件日志（XES、OCEL 2.0），每个事件带历史条目的哈希\n";
  }
  if (has(kDossierSheets)) text += "sheets/　本案卷在各台账中的记载\n";
  files[std::string(kDossierReadme)] = text;
}

namespace {

// A paper that is not there is in no bound copy either.
bool HoldsEveryPaper(port::Reader& reader, const runtime::CaseRecord& record,
                     const trail::DossierFiles& files) {
  for (const auto& paper : runtime::LoadDocuments(reader, record.area, record.id)) {
    const bool there = files.contains(
        StrCat("documents/", paper.code, "-", paper.seq, "-", paper.position, ".pdf"));
    if (!there && !paper.wrapped_key.empty() && !paper.sha256.empty()) return false;
  }
  return true;
}

}  // namespace

Result<trail::DossierFiles> FullDossier(OpenOffice& open, const std::string& case_id,
                                        const fs::path& library, const std::string& unit,
                                        runtime::DossierContent content) {
  const bool bare = !content.payloads && !content.documents;
  content.more = [&](port::Reader& reader, const runtime::CaseRecord& record,
                     trail::DossierFiles& files) {
    if (bare) return Diagnostics();
    const std::string filed_by = unit.empty() ? UnitOf(open, record.region) : unit;
    AddEventLogs(open, reader, record, files);
    Diagnostics mistakes = AddLedgers(open, reader, record, filed_by, files);
    if (HoldsEveryPaper(reader, record, files)) {
      Append(mistakes, AddVolume(open, reader, record, library, filed_by, files));
    }
    return mistakes;
  };
  Result<trail::DossierFiles> files = runtime::CaseDossier(open.office(), case_id, content);
  if (files) AddReadme(*files);
  return files;
}

void WriteZip(const fs::path& file, const trail::DossierFiles& files) {
  const std::string part = file.string() + ".part";
  {
    std::ofstream out(part, std::ios::binary);
    Poco::Zip::Compress zip(out, true);
    for (const auto& [name, bytes] : files) {
      std::istringstream in(bytes);
      zip.addFile(in, Poco::DateTime(1980, 1, 1), Poco::Path(name, Poco::Path::PATH_UNIX));
    }
    zip.close();
    out.close();
    if (!out) throw port::Failure(StrCat("cannot write ", file.string()));
  }
  fs::rename(part, file);
}

}  // namespace anjuan::app
