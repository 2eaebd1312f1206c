#include "engine/inspect/four_properties.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <utility>

#include "engine/base/text.h"
#include "engine/inspect/contents.h"
#include "engine/inspect/volume_pages.h"
#include "engine/trail/dossier_names.h"
#include "engine/trail/volume.h"
#include "engine/value/json.h"

namespace anjuan::inspect {

namespace {

using Kind = trail::Statement::Kind;
using trail::Leaf;

constexpr std::array kProperties = {Property::kAuthentic, Property::kIntact, Property::kUsable,
                                    Property::kSafe};

class Inspector {
 public:
  Inspector(const trail::DossierFiles& files, const trail::Trust& trust, const port::PdfReader& pdf)
      : files_(files),
        trusted_(!trust.keys.empty()),
        verdict_(trail::VerifyDossier(files, trust)),
        contents_(ReadContents(files, pdf)) {
    CheckVolumePages(files, pdf, verdict_.report);
  }

  Inspection Run() {
    out_.rows = static_cast<std::int64_t>(contents_.rows.size());
    out_.papers = static_cast<std::int64_t>(contents_.papers.size());
    out_.case_id = contents_.case_id;
    out_.log = contents_.log;
    Authentic();
    Intact();
    Usable();
    Safe();
    return std::move(out_);
  }

 private:
  void Add(std::string id, std::string name, Verdict verdict, std::string note) {
    out_.items.push_back({property_, std::move(id), std::move(name), verdict, std::move(note)});
  }

  // `wrong`: everything that is; "" passes with `good`.
  void Judge(const std::string& id, const std::string& name, const std::string& wrong,
             const std::string& good) {
    Add(id, name, wrong.empty() ? Verdict::kPassed : Verdict::kFailed,
        wrong.empty() ? good : wrong);
  }

  bool Has(std::string_view name) const { return files_.contains(std::string(name)); }

  // ---- what the proofs say

  // A step of the verification as an item: it failed where it found a mistake or a doubt, passed
  // where it proved something, and is unchecked where it could not be done.
  void FromProofs(const std::string& id, const std::string& name, std::string_view topic,
                  const std::string& absent) {
    std::map<Kind, std::vector<std::string>> said;
    for (const trail::Statement& statement : verdict_.report.statements()) {
      if (statement.topic == topic) said[statement.kind].push_back(statement.chinese);
    }
    std::vector<std::string> wrong = said[Kind::kMistake];
    wrong.insert(wrong.end(), said[Kind::kDoubt].begin(), said[Kind::kDoubt].end());
    if (!wrong.empty()) {
      Add(id, name, Verdict::kFailed, Few(wrong));
    } else if (!said[Kind::kProved].empty()) {
      Add(id, name, Verdict::kPassed, Few(said[Kind::kProved]));
    } else if (!said[Kind::kNotProved].empty()) {
      Add(id, name, Verdict::kUnchecked, Few(said[Kind::kNotProved]));
    } else {
      const bool stopped = verdict_.report.Has(Kind::kMistake);
      Add(id, name, Verdict::kUnchecked, stopped ? "前面的检测项不通过，无法检测" : absent);
    }
  }

  static std::string Few(const std::vector<std::string>& texts) {
    constexpr size_t kMost = 4;
    std::string out;
    for (size_t i = 0; i < texts.size() && i < kMost; ++i) {
      out += StrCat(out.empty() ? "" : "；", texts[i]);
    }
    return texts.size() <= kMost ? out : StrCat(out, "；等 ", texts.size(), " 处");
  }

  // ---- 真实性

  void Authentic() {
    property_ = Property::kAuthentic;
    FromKeys();
    FromProofs("signature", "固化信息：日志检查点的数字签名", trail::topic::kCheckpoint,
               "没有检查点");
    FromProofs("chain", "历史条目逐条相扣（哈希链）", trail::topic::kRows, "没有历史");
    FromProofs("inclusion", "每条历史在已签名的日志中", trail::topic::kInclusion, "没有历史");
    FromProofs("continuity", "日志没有被改写过（与先前的检查点一致）", trail::topic::kEarlier,
               "没有先前的检查点可以比对");
    FromProofs("time", "办理时间与见证方所见相符", trail::topic::kTimes, "没有见证方签过的检查点");
    FromProofs("payloads", "各条内容与历史的承诺值相符", trail::topic::kPayloads, "没有出示内容");
    FromProofs("papers", "文书与签发时的SHA-256相符", trail::topic::kDocuments, "没有文书");
    FromProofs("disclosed", "公开的个人信息与历史的承诺值相符", trail::topic::kDisclosures,
               "没有公开个人信息");
    FromProofs("volume", "合订本各页与文书原件相同", trail::topic::kVolume, "没有合订本");
  }

  // Keys that came with the dossier say nothing of who made it.
  void FromKeys() {
    const std::string name = "来源：日志公钥与另行公布的一致";
    if (!trusted_) {
      Add("source", name, Verdict::kUnchecked,
          "没有给出另行公布的公钥（--trust）；卷宗自带的公钥不能证明来源");
      return;
    }
    std::vector<std::string> wrong;
    for (const trail::Statement& one : verdict_.report.statements()) {
      const bool about = one.topic == trail::topic::kKeys || one.topic == trail::topic::kCheckpoint;
      if (about && one.kind == Kind::kMistake) wrong.push_back(one.chinese);
    }
    Judge("source", name, Few(wrong), "检查点由指定的公钥签名");
  }

  // ---- 完整性

  void Intact() {
    property_ = Property::kIntact;
    CountRows();
    FromProofs("last", "末尾事项没有遗漏（末条记录）", trail::topic::kHeads, "没有末条记录");
    CountPayloads();
    CountPapers();
    CheckMetadata();
    CheckSheets();
    CheckEventLog();
  }

  void CountRows() {
    const std::string name = "历史条数与登记数一致、序号连续";
    if (!contents_.declared_rows) {
      Add("rows", name, Verdict::kFailed, "dossier.json 缺失或读不出，没有登记数");
      return;
    }
    std::string wrong;
    if (*contents_.declared_rows != out_.rows) {
      wrong = StrCat("登记 ", *contents_.declared_rows, " 条，实有 ", out_.rows, " 条");
    }
    for (size_t i = 0; i < contents_.rows.size() && wrong.empty(); ++i) {
      if (contents_.rows[i].case_seq != static_cast<std::int64_t>(i))
        wrong = StrCat("缺第", i, "条");
    }
    Judge("rows", name, wrong, StrCat("登记与实有都是 ", out_.rows, " 条，序号连续"));
  }

  void CountPayloads() {
    const std::string name = "各条内容齐全";
    std::string missing;
    size_t shown = 0;
    for (size_t i = 0; i < contents_.rows.size(); ++i) {
      const std::string file =
          StrCat(trail::kPayloads, trail::RowName(static_cast<std::int64_t>(i)), ".json");
      if (files_.contains(file)) {
        ++shown;
      } else {
        missing += StrCat(missing.empty() ? "缺第" : "、", i);
      }
    }
    if (shown == 0) {
      Add("contents", name, Verdict::kUnchecked, "本卷宗只有证明，不含内容（--bare）");
      return;
    }
    Judge("contents", name, missing.empty() ? "" : missing + "条的内容",
          StrCat(shown, " 条的内容都在卷宗内"));
  }

  void CountPapers() {
    const std::string name = "文书件数与历史登记一致";
    const std::vector<std::string> missing = contents_.MissingPapers();
    if (!missing.empty() && contents_.papers.empty() && !contents_.shows_payloads) {
      Add("documents", name, Verdict::kUnchecked, "本卷宗只有证明，不含文书（--bare）");
      return;
    }
    if (missing.empty() || !contents_.withholds) {
      Judge("documents", name, missing.empty() ? "" : StrCat("缺 ", Few(missing)),
            StrCat("登记 ", contents_.named.size(), " 件，实有 ", out_.papers, " 件",
                   !contents_.erased.empty() ? "，其余依法删除" : ""));
      return;
    }
    Add("documents", name, Verdict::kUnchecked,
        StrCat("因个人信息不予公开，未随卷的文书 ", missing.size(), " 件：", Few(missing)));
  }

  void CheckMetadata() {
    std::vector<std::string> wrong;
    for (const Leaf& row : contents_.rows) {
      const bool whole = row.time > 0 && !row.actor.empty() && !row.type.empty() &&
                         !row.event_id.empty() && !row.definition.sha256.empty() &&
                         !row.outcome.empty() && !row.state_hash.empty();
      if (!whole) wrong.push_back(StrCat("第", row.case_seq, "条元数据不全"));
    }
    for (const std::string& bad : contents_.bad_rows) wrong.push_back(bad);
    if (contents_.row_hashes.empty()) wrong.emplace_back("没有历史");
    Judge("metadata", "元数据齐全：时间、办理人、事项、结果、流程版本、状态", Few(wrong),
          StrCat(out_.rows, " 条的元数据齐全"));
  }

  void CheckSheets() {
    const std::string name = "卷内文件目录与文书一致，封面、目录、备考表齐全";
    const auto list = files_.find(std::string(trail::kVolumeManifest));
    if (list == files_.end() && !Has(trail::kVolume)) {
      Add("register", name, Verdict::kUnchecked, "本卷宗没有合订本");
      return;
    }
    const auto manifest = list == files_.end() ? Result<trail::VolumeManifest>(Fail("", ""))
                                               : trail::DecodeVolumeManifest(list->second);
    std::string wrong;
    if (!manifest) {
      wrong = "volume.json 缺失或读不出";
    } else if (manifest->papers.size() != contents_.named.size()) {
      wrong =
          StrCat("目录 ", manifest->papers.size(), " 件，历史登记 ", contents_.named.size(), " 件");
    } else if (manifest->front < 2 || manifest->end < 1) {
      wrong = "缺封面、目录或备考表";
    }
    Judge("register", name, wrong,
          manifest ? StrCat("目录 ", manifest->papers.size(), " 件，", manifest->pages(), " 页")
                   : "");
  }

  void CheckEventLog() {
    const std::string name = "事件日志与历史逐条对应";
    if (!contents_.event_hashes) {
      const bool there = Has("log.ocel.json");
      Add("events", name, there ? Verdict::kFailed : Verdict::kUnchecked,
          there ? "log.ocel.json 读不出" : "本卷宗没有事件日志");
      return;
    }
    const bool same = *contents_.event_hashes == contents_.row_hashes;
    Judge("events", name, same ? "" : "log.ocel.json 的事件与历史条目不一一对应",
          StrCat(out_.rows, " 个事件，与历史一一对应"));
  }

  // ---- 可用性

  // Of every PDF: what `mistake` finds, named by file.
  template <typename Mistake>
  void OfEachPdf(const std::string& id, const std::string& name, const std::string& good,
                 const Mistake& mistake) {
    if (contents_.pdfs.empty()) {
      Add(id, name, Verdict::kUnchecked, "卷宗内没有 PDF");
      return;
    }
    std::vector<std::string> wrong;
    size_t read = 0;
    for (const auto& [file, facts] : contents_.pdfs) {
      if (!facts) continue;  // told by the first item
      ++read;
      const std::string found = mistake(*facts);
      if (!found.empty()) wrong.push_back(StrCat(file, "：", found));
    }
    if (read == 0) {
      Add(id, name, Verdict::kUnchecked, "没有一个 PDF 打得开");
      return;
    }
    Judge(id, name, Few(wrong), StrCat(read, " 个 PDF ", good));
  }

  void Usable() {
    property_ = Property::kUsable;
    CheckOpening();
    OfEachPdf("archive-format", "PDF 为长期保存格式（PDF/A 标识）", "都标明 PDF/A",
              [](const port::PdfFacts& facts) {
                return facts.archive.empty() ? std::string("没有 PDF/A 标识") : std::string();
              });
    OfEachPdf("fonts", "PDF 的字体全部嵌入", "的字体都已嵌入", [](const port::PdfFacts& facts) {
      return facts.loose_fonts.empty() ? std::string()
                                       : StrCat("未嵌入字体 ", Join(facts.loose_fonts, "、"));
    });
    Judge("readable", "历史、证明和数据文件可以解析（JSON、XML）", Few(contents_.unreadable),
          StrCat(contents_.parsed, " 个文件都可以解析"));
    Judge("formats", "文件格式都在约定范围内", Few(contents_.strange),
          StrCat(files_.size(), " 个文件都是约定的格式"));
    Add("workbooks", "台账（XLSX）可以打开", Verdict::kUnchecked,
        contents_.workbooks == 0 ? "本卷宗没有台账" : "本检测不读 XLSX，请用表格软件打开核对");
    Add("environment", "在移交双方的软硬件环境中可以读取", Verdict::kUnchecked,
        "须由接收方在自己的环境中检测");
  }

  void CheckOpening() {
    const std::string name = "PDF 可以正常打开，每页内容可以读取";
    if (contents_.pdfs.empty()) {
      Add("opening", name, Verdict::kUnchecked, "卷宗内没有 PDF");
      return;
    }
    std::vector<std::string> wrong;
    std::int64_t pages = 0;
    for (const auto& [file, facts] : contents_.pdfs) {
      if (!facts) {
        wrong.push_back(StrCat(file, "：", facts.error().front().message));
      } else if (facts->encrypted && facts->pages.empty()) {
        wrong.push_back(StrCat(file, "：须有口令才能打开"));
      } else {
        pages += static_cast<std::int64_t>(facts->pages.size());
      }
    }
    Judge("opening", name, Few(wrong),
          StrCat(contents_.pdfs.size(), " 个 PDF 共 ", pages, " 页，都可以打开"));
  }

  // ---- 安全性

  void Safe() {
    property_ = Property::kSafe;
    OfEachPdf("encryption", "PDF 没有加密和口令", "都没有加密", [](const port::PdfFacts& facts) {
      return facts.encrypted ? std::string("已加密") : std::string();
    });
    OfEachPdf("scripts", "PDF 没有脚本和自动动作", "都没有脚本和自动动作",
              [](const port::PdfFacts& facts) { return Join(facts.active, "、"); });
    OfEachPdf("attachments", "PDF 没有附件", "都没有附件",
              [](const port::PdfFacts& facts) { return Join(facts.attached, "、"); });
    OfEachPdf("links", "PDF 不指向外部", "都不指向外部",
              [](const port::PdfFacts& facts) { return Join(facts.external, "、"); });
    Judge("personal", "历史、证明和数据文件中没有明文的公民身份号码、手机号码",
          Few(contents_.personal), "没有发现（不含文书和依申请公开的字段）");
    Judge("keys", "卷宗内没有办公室的密钥和私钥", Few(contents_.secrets),
          "没有发现（payloads/*.key 是逐条内容的核验随机数，不是密钥）");
    Judge("programs", "卷宗内没有可执行文件和宏", Few(contents_.programs), "没有发现");
    Add("viruses", "病毒和恶意代码", Verdict::kUnchecked, "本检测不查病毒，请用杀毒软件检测");
    Add("carrier", "存储介质和传输过程的安全", Verdict::kUnchecked, "须由移交双方对介质和线路检测");
  }

  const trail::DossierFiles& files_;
  bool trusted_;  // keys were given
  trail::DossierVerdict verdict_;
  DossierContents contents_;
  Inspection out_;
  Property property_ = Property::kAuthentic;
};

}  // namespace

std::string NameOf(Property property) {
  switch (property) {
    case Property::kAuthentic:
      return "真实性";
    case Property::kIntact:
      return "完整性";
    case Property::kUsable:
      return "可用性";
    case Property::kSafe:
      return "安全性";
  }
  return "";
}

std::string NameOf(Verdict verdict) {
  switch (verdict) {
    case Verdict::kPassed:
      return "通过";
    case Verdict::kFailed:
      return "不通过";
    case Verdict::kUnchecked:
      return "未检测";
  }
  return "";
}

bool Inspection::passed() const {
  return std::ranges::none_of(items,
                              [](const Item& item) { return item.verdict == Verdict::kFailed; });
}

std::int64_t Inspection::Count(Property property, Verdict verdict) const {
  return std::ranges::count_if(items, [&](const Item& item) {
    return item.property == property && item.verdict == verdict;
  });
}

Inspection Inspect(const trail::DossierFiles& files, const trail::Trust& trust,
                   const port::PdfReader& pdf) {
  return Inspector(files, trust, pdf).Run();
}

namespace {

std::string Summary(const Inspection& inspection, Property property) {
  return StrCat("通过 ", inspection.Count(property, Verdict::kPassed), " 项，不通过 ",
                inspection.Count(property, Verdict::kFailed), " 项，未检测 ",
                inspection.Count(property, Verdict::kUnchecked), " 项");
}

std::string Conclusion(const Inspection& inspection) {
  std::string failed;
  for (const Item& item : inspection.items) {
    if (item.verdict != Verdict::kFailed) continue;
    failed += StrCat(failed.empty() ? "" : "；", NameOf(item.property), "：", item.name);
  }
  if (!failed.empty()) return StrCat("不通过。不通过的检测项：", failed, "。");
  return "已检测的各项全部通过；未检测的各项由移交、接收双方另行检测。";
}

}  // namespace

std::string ToText(const Inspection& inspection) {
  std::string out =
      StrCat("电子档案四性检测报告\n案卷　", inspection.case_id, "\n日志　", inspection.log,
             "\n历史 ", inspection.rows, " 条，文书 ", inspection.papers, " 件\n");
  for (const Property property : kProperties) {
    out += StrCat("\n", NameOf(property), "（", Summary(inspection, property), "）\n");
    int number = 0;
    for (const Item& item : inspection.items) {
      if (item.property != property) continue;
      out += StrCat("  ", ++number, ". ", item.name, "\t", NameOf(item.verdict), "\n     ",
                    item.note, "\n");
    }
  }
  return StrCat(out, "\n结论：", Conclusion(inspection), "\n");
}

Value ToValue(const Inspection& inspection) {
  List properties;
  for (const Property property : kProperties) {
    List items;
    for (const Item& item : inspection.items) {
      if (item.property != property) continue;
      items.emplace_back(Context({{"n", Value(static_cast<std::int64_t>(items.size() + 1))},
                                  {"id", Value(item.id)},
                                  {"name", Value(item.name)},
                                  {"verdict", Value(NameOf(item.verdict))},
                                  {"note", Value(item.note)}}));
    }
    properties.emplace_back(Context({{"name", Value(NameOf(property))},
                                     {"summary", Value(Summary(inspection, property))},
                                     {"items", Value(std::move(items))}}));
  }
  return Value(Context({{"case", Value(inspection.case_id)},
                        {"log", Value(inspection.log)},
                        {"rows", Value(inspection.rows)},
                        {"papers", Value(inspection.papers)},
                        {"passed", Value(inspection.passed())},
                        {"conclusion", Value(Conclusion(inspection))},
                        {"properties", Value(std::move(properties))}}));
}

}  // namespace anjuan::inspect
