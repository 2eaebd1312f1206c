#include "engine/runtime/volume.h"

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "engine/base/text.h"
#include "engine/runtime/issue.h"
#include "engine/runtime/privacy.h"
#include "engine/value/json.h"

namespace anjuan::runtime {

namespace {

// ---- the table of orders

class OrdersReader {
 public:
  explicit OrdersReader(std::string_view file) : file_(file) {}

  Result<VolumeOrders> Read(const Value& table) {
    const List* volumes = table["volumes"].list();
    if (volumes == nullptr) Wrong("没有列表 volumes", "每项一个流程：process、first、last");
    for (const Value& one : volumes == nullptr ? List() : *volumes) ReadOne(one);
    if (!mistakes_.empty()) return Unexpected{std::move(mistakes_)};
    return std::move(orders_);
  }

 private:
  void Wrong(const std::string& message, const std::string& hint) {
    mistakes_.push_back(
        {.code = "volume.order", .message = StrCat(file_, "：", message), .hint = hint});
  }

  void ReadOne(const Value& one) {
    const std::string* process = one["process"].string();
    if (process == nullptr || process->empty()) {
      Wrong("有一项没有 process", "写流程文件夹的名字");
      return;
    }
    VolumeOrder order;
    std::set<std::string> seen;
    ReadCodes(*process, one["first"], order.first, seen);
    ReadCodes(*process, one["last"], order.last, seen);
    if (!orders_.emplace(*process, std::move(order)).second)
      Wrong(StrCat("流程 ", *process, " 写了两次"), "合并成一项");
  }

  void ReadCodes(const std::string& process, const Value& codes, std::vector<std::string>& out,
                 std::set<std::string>& seen) {
    if (codes.is_null()) return;
    if (codes.list() == nullptr) {
      Wrong(StrCat(process, "：first、last 应是文书代码的列表"), "如 [\"甲01\", \"甲02\"]");
      return;
    }
    for (const Value& code : *codes.list()) {
      if (code.string() == nullptr) {
        Wrong(StrCat(process, "：文书代码应是文字"), "");
      } else if (!seen.insert(*code.string()).second) {
        Wrong(StrCat(process, "：文书 ", *code.string(), " 写了两次"), "留一处");
      } else {
        out.push_back(*code.string());
      }
    }
  }

  std::string file_;
  VolumeOrders orders_;
  Diagnostics mistakes_;
};

}  // namespace

Result<VolumeOrders> ReadVolumeOrders(std::string_view text, std::string_view file) {
  const Result<Value> table = ReadJson(text, file);
  if (!table) return Unexpected{table.error()};
  return OrdersReader(file).Read(*table);
}

namespace {

// Before all others, in their order, behind them. What was declared void is no final document any
// more and stands where it was issued.
std::pair<int, std::int64_t> RankOf(const DocumentRecord& paper, const VolumeOrder& order) {
  constexpr int kInBetween = 1;
  if (paper.status == "void") return {kInBetween, 0};
  for (const auto& [codes, rank] : {std::pair(&order.first, 0), std::pair(&order.last, 2)}) {
    const auto found = std::ranges::find(*codes, paper.code);
    if (found != codes->end()) return {rank, found - codes->begin()};
  }
  return {kInBetween, 0};
}

class VolumeGatherer {
 public:
  VolumeGatherer(Office& office, port::Reader& reader, const CaseRecord& record,
                 const port::PdfReader& pdf)
      : office_(office), reader_(reader), record_(record), pdf_(pdf) {}

  Result<CaseVolume> Run(const VolumeOrders& orders, const std::string& unit) {
    TakePapers(orders);
    CountPages();
    if (!mistakes_.empty()) return Unexpected{std::move(mistakes_)};
    FillTitle();
    FillCover(unit);
    FillContents();
    FillEnd();
    return std::move(volume_);
  }

 private:
  void TakePapers(const VolumeOrders& orders) {
    const auto found = orders.find(record_.process);
    const VolumeOrder order = found == orders.end() ? VolumeOrder() : found->second;
    for (DocumentRecord& document : LoadDocuments(reader_, record_.area, record_.id)) {
      if (document.sha256.empty()) {
        ++waiting_;
        continue;
      }
      VolumePaper paper;
      paper.bytes = DocumentBytes(office_, document).value_or("");
      paper.record = std::move(document);
      paper.record.bytes.clear();
      volume_.papers.push_back(std::move(paper));
    }
    // They come in the order of their rows; of one moment that order stays.
    std::ranges::stable_sort(volume_.papers, {}, [&](const VolumePaper& paper) {
      return std::pair(RankOf(paper.record, order), paper.record.issued_at);
    });
  }

  void CountPages() {
    for (VolumePaper& paper : volume_.papers) {
      if (paper.record.status == "void") paper.remark = "作废";
      if (paper.record.status == "to-seal") paper.remark = "待盖章";
      if (paper.bytes.empty()) {
        paper.remark += paper.remark.empty() ? "原文已依法删除" : "，原文已依法删除";
        continue;
      }
      const Result<port::PdfFacts> facts = pdf_.Read(paper.bytes);
      if (!facts) {
        mistakes_.push_back({.code = "volume.paper",
                             .message = StrCat("文书 ", paper.record.code, " ", paper.record.title,
                                               " 打不开：", facts.error().front().message),
                             .hint = "请运行 anjuan verify"});
        continue;
      }
      paper.by = facts->author;
      paper.first = volume_.pages + 1;
      paper.pages = static_cast<std::int64_t>(facts->pages.size());
      volume_.pages += paper.pages;
    }
  }

  std::string Subject() const {
    const std::optional<Value> entry = LoadRegister(reader_, "org", record_.subject);
    const std::string* name = entry ? (*entry)["name"].string() : nullptr;
    return name == nullptr ? record_.subject : *name;
  }

  void FillTitle() {
    const auto definition = office_.FindDefinition(reader_, record_.definition);
    volume_.title = StrCat(
        Subject(), definition == nullptr ? record_.process : definition->chart->title, "案卷");
  }

  // The days of the first and the last paper; of the case where there is none.
  std::pair<Date, Date> Period() const {
    if (volume_.papers.empty())
      return {BeijingDate(record_.opened_at), BeijingDate(record_.updated_at)};
    const auto [first, last] = std::ranges::minmax_element(
        volume_.papers, {}, [](const VolumePaper& paper) { return paper.record.issued_at; });
    return {BeijingDate(first->record.issued_at), BeijingDate(last->record.issued_at)};
  }

  Value Retention() const {
    const Value years = RetentionOf(*office_.registers(), record_, Period().second);
    return years.is_null() ? Value("永久") : Value(StrCat(years.number()->ToString(), "年"));
  }

  Context Counts() const {
    return Context({{"title", Value(volume_.title)},
                    {"paper_count", Value(static_cast<std::int64_t>(volume_.papers.size()))},
                    {"page_count", Value(volume_.pages)}});
  }

  void FillCover(const std::string& unit) {
    const auto [from, to] = Period();
    Context cover = Counts();
    cover.Set("number", Value());  // given by the archive
    cover.Set("unit", Value(unit));
    cover.Set("from", Value(from));
    cover.Set("to", Value(to));
    cover.Set("retention", Retention());
    volume_.cover = Value(std::move(cover));
  }

  // "1", of the last "53—54": from where it begins the next one tells where it ends.
  static std::string PageText(const VolumePaper& paper, bool last) {
    if (paper.pages == 0) return "";
    if (!last || paper.pages == 1) return std::to_string(paper.first);
    return StrCat(paper.first, "—", paper.first + paper.pages - 1);
  }

  // 20230704, as archives write days.
  static std::string DayText(Instant at) {
    std::string day = ToString(BeijingDate(at));
    std::erase(day, '-');
    return day;
  }

  static Value TextOrNull(const std::string& text) { return text.empty() ? Value() : Value(text); }

  void FillContents() {
    List rows;
    for (const VolumePaper& paper : volume_.papers) {
      const bool last = &paper == &volume_.papers.back();
      rows.emplace_back(Context({{"n", Value(static_cast<std::int64_t>(rows.size() + 1))},
                                 {"number", TextOrNull(paper.record.number)},
                                 {"by", TextOrNull(paper.by)},
                                 {"title", Value(paper.record.title)},
                                 {"date", Value(DayText(paper.record.issued_at))},
                                 {"page", TextOrNull(PageText(paper, last))},
                                 {"remark", TextOrNull(paper.remark)}}));
    }
    Context contents = Counts();
    contents.Set("papers", Value(std::move(rows)));
    volume_.contents = Value(std::move(contents));
  }

  // "第3、5件": those of which `is` holds.
  template <typename Is>
  std::string Those(const Is& is) const {
    std::string out;
    for (size_t i = 0; i < volume_.papers.size(); ++i) {
      if (is(volume_.papers[i])) out += StrCat(out.empty() ? "" : "、", i + 1);
    }
    return out.empty() ? "" : StrCat("第", out, "件");
  }

  void FillEnd() {
    std::string note =
        StrCat("本卷为案卷 ", record_.id,
               " 的电子文书合订本，各件照签发的原件装订，右上角（双页左上角）为卷内页号。");
    const std::string voided =
        Those([](const VolumePaper& paper) { return paper.record.status == "void"; });
    if (!voided.empty()) note += StrCat(voided, "已作废，仍按签发时间排列，不作办理依据。");
    const std::string gone = Those([](const VolumePaper& paper) { return paper.pages == 0; });
    if (!gone.empty()) note += StrCat(gone, "的原文已依法删除，卷内无页。");
    const std::string unsealed =
        Those([](const VolumePaper& paper) { return paper.record.status == "to-seal"; });
    if (!unsealed.empty()) note += StrCat(unsealed, "待盖章。");
    if (waiting_ > 0) note += StrCat("另有", waiting_, "件尚未制成，未装订。");
    if (!record_.ended) note += "装订时案卷尚未办结。";
    Context end = Counts();
    end.Set("note", Value(note));
    for (const char* by_hand : {"filed_by", "checked_by", "filed_on"}) end.Set(by_hand, Value());
    volume_.end = Value(std::move(end));
  }

  Office& office_;
  port::Reader& reader_;
  const CaseRecord& record_;
  const port::PdfReader& pdf_;
  CaseVolume volume_;
  std::int64_t waiting_ = 0;  // papers that are decided and not made yet
  Diagnostics mistakes_;
};

}  // namespace

Result<CaseVolume> GatherVolume(Office& office, port::Reader& reader, const CaseRecord& record,
                                const VolumeOrders& orders, const std::string& unit,
                                const port::PdfReader& pdf) {
  return VolumeGatherer(office, reader, record, pdf).Run(orders, unit);
}

}  // namespace anjuan::runtime
