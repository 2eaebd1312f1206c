#include "engine/runtime/seals.h"

#include <set>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/runtime/records.h"
#include "engine/runtime/sealed_blob.h"

namespace anjuan::runtime {

namespace {

// A round seal of 42 mm at 300 dots an inch has 496 pixels; half of that still prints.
constexpr int kLeastPixels = 250;

void Check(Office& office, const SealFile& seal, Diagnostics& mistakes) {
  const auto tell = [&](std::string code, std::string message, std::string hint) {
    mistakes.push_back({.code = std::move(code),
                        .message = std::move(message),
                        .at = {.file = seal.file},
                        .hint = std::move(hint)});
  };
  if (!office.registers()->IsOffice(seal.organisation)) {
    tell("seal.organisation", StrCat("“", seal.organisation, "”不是本系统的机关代码"),
         "写成“机关@行政区划代码”，如 hrss@430600；机关有：" +
             Join(office.registers()->OfficeRoles(), "、"));
  }
  const Result<doc::Image> image = office.images().Read(seal.bytes);
  if (!image) {
    for (Diagnostic mistake : image.error()) {
      mistake.at.file = seal.file;
      mistakes.push_back(std::move(mistake));
    }
    return;
  }
  if (image->width_px < kLeastPixels || image->height_px < kLeastPixels) {
    tell("seal.size",
         StrCat("图片只有", image->width_px, "×", image->height_px, "像素，印出来会模糊"),
         StrCat("请用每边至少", kLeastPixels, "像素的图（300 dpi 扫描的印章约500像素）"));
  }
}

}  // namespace

Result<ImportReport> ImportSeals(Office& office, const std::vector<SealFile>& files, bool dry_run) {
  Diagnostics mistakes;
  std::set<std::string> seen;
  for (const SealFile& seal : files) {
    Check(office, seal, mistakes);
    if (!seen.insert(seal.organisation).second) {
      mistakes.push_back({.code = "seal.twice",
                          .message = StrCat("“", seal.organisation, "”有两个印章文件"),
                          .at = {.file = seal.file},
                          .hint = "每个机关只留一个"});
    }
  }
  if (!mistakes.empty()) return Unexpected(std::move(mistakes));
  ImportReport report;
  office.store().Transact([&](port::Transaction& transaction) {
    report = {};
    SealPlainPictures(office, transaction);  // of before they were encrypted
    for (const SealFile& seal : files) {
      ++report.rows;
      const std::string sha256 = ToHex(Sha256(seal.bytes));
      KeepSealed(office, transaction, seal.bytes);
      const Value body(Context({{"sha256", Value(sha256)}}));
      if (SaveRegister(transaction, "seal", seal.organisation, "", body)) ++report.changed;
    }
    return !dry_run;
  });
  if (!dry_run) office.ReloadRegisters();
  return report;
}

}  // namespace anjuan::runtime
