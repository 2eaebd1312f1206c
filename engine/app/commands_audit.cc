// verify, replay: proving what is stored.

#include <ostream>

#include "engine/app/commands.h"
#include "engine/app/progress.h"
#include "engine/runtime/audit.h"

namespace anjuan::app {

int Verify(const Options& options, const Streams& streams) {
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  runtime::AuditReport report;
  {
    Progress progress(streams, "核验");
    report = runtime::Verify(open->office(), [&](std::int64_t done, std::int64_t total) {
      progress.Update(done, total);
    });
  }
  streams.out << "案卷 " << report.cases << "，历史 " << report.rows << " 条，文书 "
              << report.documents << " 份，依法删除 " << report.erased << " 条\n";
  if (report.ok()) {
    streams.out << "verify: ok\n";
    return kExitDone;
  }
  streams.err << "verify: " << report.mistake << "\n";
  return kExitFindings;
}

int Replay(const Options& options, const Streams& streams) {
  const std::unique_ptr<OpenOffice> open = OpenFolder(options, streams);
  if (open == nullptr) return kExitCannot;
  runtime::AuditReport report;
  {
    Progress progress(streams, "重演");
    report = runtime::Replay(open->office(), [&](std::int64_t done, std::int64_t total) {
      progress.Update(done, total);
    });
  }
  streams.out << "案卷 " << report.cases << "，历史 " << report.rows << " 条，重新生成文书 "
              << report.documents << " 份一致，不可比 " << report.not_comparable << " 份\n";
  if (report.ok()) {
    streams.out << "replay: ok\n";
    return kExitDone;
  }
  streams.err << "replay: " << report.mistake << "\n";
  return kExitFindings;
}

}  // namespace anjuan::app
