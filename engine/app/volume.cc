#include "engine/app/volume.h"

#include <array>
#include <optional>
#include <utility>
#include <vector>

#include "engine/app/library_page.h"
#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/runtime/volume.h"
#include "plugins/pdf/pdf.h"
#include "plugins/pdf/pdf_reader.h"

namespace anjuan::app {

namespace fs = std::filesystem;

namespace {

// Without the table every process has the order of issue.
Result<runtime::VolumeOrders> OrdersOf(const fs::path& library) {
  const fs::path path = library / "workflows" / "shared" / "volumes.json";
  const std::optional<std::string> text = ReadFile(path);
  if (!text) return runtime::VolumeOrders();
  return runtime::ReadVolumeOrders(*text, path.string());
}

// A page of 24 x 8 mm with one number in the middle, as the numbering machine sets it.
void AddStamp(std::int64_t number, const doc::FontMetrics& fonts, doc::Pages& pages) {
  constexpr double kWidth = 24 * doc::kPointsPerMm;
  constexpr double kHeight = 8 * doc::kPointsPerMm;
  constexpr double kSize = 12;
  constexpr double kThousandth = 1000;
  doc::Page page;
  page.width_pt = kWidth;
  page.height_pt = kHeight;
  doc::Run run;
  run.size_pt = kSize;
  double width = 0;
  for (const char digit : std::to_string(number)) {
    const auto character = static_cast<char32_t>(digit);
    const auto glyph = fonts.Find(doc::Face::kHeiTi, character);
    if (!glyph) continue;
    const double advance = glyph->width * kSize / kThousandth;
    run.font = glyph->font;
    run.glyphs.push_back({character, glyph->glyph, glyph->width, static_cast<float>(advance)});
    width += advance;
  }
  run.x_pt = (kWidth - width) / 2;
  run.y_pt = (kHeight + kSize * 2 / 3) / 2;
  if (!run.glyphs.empty()) page.runs.push_back(std::move(run));
  pages.pages.push_back(std::move(page));
}

Result<std::string> Stamps(std::int64_t count, runtime::Office& office) {
  if (count == 0) return std::string();
  const doc::FontMetrics& fonts = office.fonts().metrics();
  doc::Pages pages;
  pages.code = "volume-pages";
  pages.title = "卷内页号";
  for (int i = 0; i < fonts.FontCount(); ++i) pages.fonts.push_back(fonts.Info(i).name);
  for (std::int64_t number = 1; number <= count; ++number) AddStamp(number, fonts, pages);
  return office.pages().Write(pages, "");
}

struct Sheet {
  std::string bytes;
  std::int64_t pages = 0;
};

Result<Sheet> PrintSheet(const fs::path& library, const char* name, const Value& volume,
                         runtime::Office& office) {
  const auto page = ReadLibraryPage(library, StrCat(name, "/template.xml"), {{"volume", volume}});
  if (!page) return Unexpected(page.error());
  const auto pages = ToPages(*page, office);
  if (!pages) return Unexpected(pages.error());
  auto bytes = office.pages().Write(*pages, "");
  if (!bytes) return Unexpected(std::move(bytes).error());
  return Sheet{std::move(*bytes), static_cast<std::int64_t>(pages->pages.size())};
}

// "3　示集要〔2023〕1号　集体协商要约书（作废）"
std::string BookmarkOf(const runtime::VolumePaper& paper, size_t place) {
  return StrCat(place, "　", paper.record.number, paper.record.number.empty() ? "" : "　",
                paper.record.title, paper.remark.empty() ? "" : StrCat("（", paper.remark, "）"));
}

port::VolumePart PartOf(std::string bytes, std::string bookmark, bool numbered) {
  return {.file = [bytes = std::move(bytes)] { return bytes; },
          .bookmark = std::move(bookmark),
          .numbered = numbered};
}

trail::VolumeManifest ManifestOf(const runtime::CaseRecord& record,
                                 const runtime::CaseVolume& volume) {
  trail::VolumeManifest out;
  out.case_id = record.id;
  for (const runtime::VolumePaper& paper : volume.papers) {
    out.papers.push_back({paper.record.code, paper.record.title, paper.record.sha256, paper.first,
                          paper.pages, paper.record.status == "void"});
  }
  return out;
}

}  // namespace

Result<BoundVolume> BindCase(OpenOffice& open, port::Reader& reader,
                             const runtime::CaseRecord& record, const fs::path& library,
                             const std::string& unit) {
  runtime::Office& office = open.office();
  const auto orders = OrdersOf(library);
  if (!orders) return Unexpected(orders.error());
  const auto pdf = pdf::MakePdfReader();
  auto gathered = runtime::GatherVolume(office, reader, record, *orders, unit, *pdf);
  if (!gathered) return Unexpected(std::move(gathered).error());
  runtime::CaseVolume& volume = *gathered;
  auto cover = PrintSheet(library, "volume-cover", volume.cover, office);
  auto contents = PrintSheet(library, "volume-contents", volume.contents, office);
  auto end = PrintSheet(library, "volume-end", volume.end, office);
  auto stamps = Stamps(volume.pages, office);
  for (const auto* sheet : {&cover, &contents, &end}) {
    if (!*sheet) return Unexpected(sheet->error());
  }
  if (!stamps) return Unexpected(stamps.error());

  port::Volume bound;
  bound.title = volume.title;
  bound.author = unit;
  bound.subject = record.id;
  bound.stamps = std::move(*stamps);
  bound.parts.push_back(PartOf(std::move(cover->bytes), "封面", false));
  bound.parts.push_back(PartOf(std::move(contents->bytes), "卷内文件目录", false));
  for (size_t i = 0; i < volume.papers.size(); ++i) {
    runtime::VolumePaper& paper = volume.papers[i];
    if (paper.pages == 0) continue;
    bound.parts.push_back(PartOf(std::move(paper.bytes), BookmarkOf(paper, i + 1), true));
  }
  bound.parts.push_back(PartOf(std::move(end->bytes), "卷内备考表", false));
  auto bytes = pdf::MakeVolumeWriter()->Bind(bound, nullptr);
  if (!bytes) return Unexpected(std::move(bytes).error());
  BoundVolume out{std::move(*bytes), ManifestOf(record, volume)};
  out.manifest.front = cover->pages + contents->pages;
  out.manifest.end = end->pages;
  out.manifest.sha256 = ToHex(Sha256(out.bytes));
  return out;
}

}  // namespace anjuan::app
