#include "engine/inspect/volume_pages.h"

#include <map>
#include <optional>
#include <string>
#include <utility>

#include "engine/base/digest.h"
#include "engine/base/text.h"
#include "engine/trail/dossier_names.h"
#include "engine/trail/volume.h"

namespace anjuan::inspect {

namespace {

class PageComparer {
 public:
  PageComparer(const trail::DossierFiles& files, const port::PdfReader& pdf, trail::Report& report)
      : files_(files), pdf_(pdf), report_(report) {}

  void Run() {
    const auto volume = files_.find(std::string(trail::kVolume));
    const auto list = files_.find(std::string(trail::kVolumeManifest));
    if (volume == files_.end() || list == files_.end()) return;
    const auto manifest = trail::DecodeVolumeManifest(list->second);
    if (!manifest) return;
    const auto bound = pdf_.Read(volume->second);
    if (!bound) {
      Wrong(StrCat("打不开：", bound.error().front().message), "cannot be opened");
      return;
    }
    pages_ = bound->pages;
    const auto wanted = static_cast<size_t>(manifest->front + manifest->pages() + manifest->end);
    if (pages_.size() != wanted) {
      Wrong(StrCat("有 ", pages_.size(), " 页，清单所列是 ", wanted, " 页"),
            StrCat("has ", pages_.size(), " pages, its list says ", wanted));
      return;
    }
    IndexPapers();
    for (const trail::VolumeEntry& paper : manifest->papers) {
      if (paper.pages > 0) Compare(*manifest, paper);
    }
    Tell(*manifest);
  }

 private:
  void Wrong(const std::string& chinese, const std::string& english) {
    wrong_ = true;
    report_.Mistake(StrCat(trail::kVolume, "：", chinese), StrCat(trail::kVolume, ": ", english));
  }

  void IndexPapers() {
    for (const auto& [name, bytes] : files_) {
      if (name.starts_with(trail::kDocuments)) papers_[ToHex(Sha256(bytes))] = &bytes;
    }
  }

  void Compare(const trail::VolumeManifest& manifest, const trail::VolumeEntry& paper) {
    const auto found = papers_.find(paper.sha256);
    const auto original = found == papers_.end() ? Result<port::PdfFacts>(Fail("", "没有出示"))
                                                 : pdf_.Read(*found->second);
    if (!original) {
      unseen_ += StrCat(unseen_.empty() ? "" : "、", paper.code, " ", paper.title);
      return;
    }
    if (original->pages.size() != static_cast<size_t>(paper.pages)) {
      Wrong(StrCat("清单说 ", paper.code, " ", paper.title, " 有 ", paper.pages, " 页，原件是 ",
                   original->pages.size(), " 页"),
            StrCat("its list gives ", paper.code, " ", paper.pages, " pages, the paper has ",
                   original->pages.size()));
      return;
    }
    for (std::int64_t i = 0; i < paper.pages; ++i) {
      const auto place = static_cast<size_t>(manifest.front + paper.first - 1 + i);
      if (pages_[place] == original->pages[static_cast<size_t>(i)]) {
        ++same_;
        continue;
      }
      Wrong(StrCat("第", paper.first + i, "页与原件 ", paper.code, " ", paper.title, " 的第", i + 1,
                   "页不同"),
            StrCat("page ", paper.first + i, " is not page ", i + 1, " of ", paper.code));
    }
  }

  void Tell(const trail::VolumeManifest& manifest) {
    if (same_ > 0 && !wrong_) {
      report_.Proved(StrCat("合订本中 ", same_, " 页文书与原件逐页相同（页边的卷内页号除外）"),
                     StrCat(same_,
                            " pages of papers in the bound copy are those of the papers, but "
                            "for the page numbers in the margin"));
    }
    if (!unseen_.empty()) {
      report_.NotProved(StrCat("合订本中这些文书与原件是否相同：原件没有出示：", unseen_),
                        StrCat("whether these papers in the bound copy are as issued: ", unseen_));
    }
    report_.NotProved(StrCat("合订本的封面、目录和备考表（", manifest.front + manifest.end,
                             " 页）：装订时所加，供阅读用，不在历史的证明之内"),
                      StrCat("cover, contents and end sheet of the bound copy (",
                             manifest.front + manifest.end, " pages): added when it was bound"));
  }

  const trail::DossierFiles& files_;
  const port::PdfReader& pdf_;
  trail::Report& report_;
  std::vector<port::PdfPage> pages_;
  std::map<std::string, const std::string*> papers_;  // by SHA-256
  std::int64_t same_ = 0;
  std::string unseen_;
  bool wrong_ = false;
};

}  // namespace

void CheckVolumePages(const trail::DossierFiles& files, const port::PdfReader& pdf,
                      trail::Report& report) {
  report.Begin(trail::topic::kVolume);
  PageComparer(files, pdf, report).Run();
}

}  // namespace anjuan::inspect
