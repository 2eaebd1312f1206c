// print: the issued papers of many cases as one file for the printer.

#include <algorithm>
#include <fstream>
#include <ostream>

#include "engine/app/commands.h"
#include "engine/app/progress.h"
#include "engine/base/text.h"
#include "engine/runtime/issue.h"
#include "engine/runtime/query.h"
#include "plugins/pdf/pdf.h"

namespace anjuan::app {

using runtime::CaseRecord;
using runtime::DocumentRecord;

namespace {

struct Letter {
  DocumentRecord record;
  std::string subject;  // the organisation its case is about
};

// What is issued and not void, in the order of case numbers, then of issue. Without the bytes,
// which are read when their turn comes.
std::vector<Letter> LettersOf(OpenOffice& open, const runtime::Query& query,
                              const std::vector<std::string>& codes) {
  std::vector<Letter> out;
  open.office().store().Read([&](port::Reader& reader) {
    for (const CaseRecord& record : runtime::FindCases(reader, *open.office().registers(), query)) {
      for (DocumentRecord& document : runtime::LoadDocuments(reader, record.area, record.id)) {
        const bool wanted =
            codes.empty() || std::find(codes.begin(), codes.end(), document.code) != codes.end();
        if (!wanted || document.sha256.empty() || document.status == "void") continue;
        document.bytes.clear();
        out.push_back({std::move(document), record.subject});
      }
    }
  });
  return out;
}

// "示集要〔2023〕1号　集体协商要约书　示例公司"
std::string BookmarkOf(const Letter& letter) {
  std::vector<std::string> words;
  for (const std::string& word :
       {letter.record.number.empty() ? letter.record.case_id : letter.record.number,
        letter.record.title, letter.subject}) {
    if (!word.empty()) words.push_back(word);
  }
  return Join(words, "　");
}

std::string BytesOf(OpenOffice& open, const DocumentRecord& letter) {
  std::string out;
  open.office().store().Read([&](port::Reader& reader) {
    for (const DocumentRecord& record :
         runtime::LoadDocuments(reader, letter.area, letter.case_id)) {
      if (record.seq != letter.seq || record.position != letter.position) continue;
      out = runtime::DocumentBytes(open.office(), record).value_or("");
    }
  });
  return out;
}

}  // namespace

int Print(const Options& options, const Streams& streams) {
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  const Result<runtime::Query> query = runtime::ParseQuery(options.cases);
  if (!query) {
    PrintMistakes(query.error(), streams);
    return kExitCannot;
  }
  const std::vector<Letter> letters = LettersOf(*open, *query, options.codes);
  if (letters.empty()) {
    streams.err << "没有可打印的文书：这些案卷里没有已签发且未作废的；见 anjuan docs\n";
    return kExitFindings;
  }
  port::Volume volume;
  volume.title = StrCat("文书", letters.size(), "份");
  volume.odd_start = options.duplex;
  std::vector<std::string> erased;
  for (const Letter& letter : letters) {
    volume.parts.push_back({.file =
                                [&] {
                                  std::string bytes = BytesOf(*open, letter.record);
                                  if (bytes.empty()) erased.push_back(BookmarkOf(letter));
                                  return bytes;
                                },
                            .bookmark = BookmarkOf(letter)});
  }
  Result<std::string> bytes = std::string();
  {
    Progress progress(streams, "print");
    bytes = pdf::MakeVolumeWriter()->Bind(
        volume, [&](std::int64_t done, std::int64_t total) { progress.Update(done, total); });
  }
  for (const std::string& one : erased) {
    streams.err << "warning: " << one << "：原文已依法删除或打不开，没有打印\n";
  }
  if (!bytes) {
    PrintMistakes(bytes.error(), streams);
    return kExitCannot;
  }
  std::ofstream file(options.output, std::ios::binary | std::ios::trunc);
  file << *bytes;
  file.close();
  if (!file) {
    streams.err << "error: cannot write " << options.output << "\n";
    return kExitCannot;
  }
  streams.out << options.output << "\t" << letters.size() - erased.size() << "份\t" << bytes->size()
              << "字节\n";
  return erased.empty() ? kExitDone : kExitFindings;
}

}  // namespace anjuan::app
