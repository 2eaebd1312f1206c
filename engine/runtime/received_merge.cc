#include <algorithm>
#include <map>
#include <set>

#include "engine/base/text.h"
#include "engine/runtime/received.h"
#include "engine/runtime/records.h"
#include "engine/vault/revealed.h"

namespace anjuan::runtime {

namespace {

constexpr std::string_view kRegionColumn = "@region";

class Merging {
 public:
  Merging(Office& office, port::Reader& reader, const StoredSheet& sheet,
          const MergeRequest& request)
      : office_(office),
        reader_(reader),
        request_(request),
        registers_(office.registers()),
        region_(request.region.empty() ? office.area() : request.region),
        plain_(sheet.description) {
    out_.description = sheet.description;
  }

  Result<Merged> Run() {
    if (registers_->FindRegion(region_) == nullptr) {
      return Fail({.code = "received.region",
                   .message = StrCat("没有地区代码“", region_, "”"),
                   .hint = DidYouMean(region_, registers_->RegionCodes())});
    }
    std::vector<ReceivedReturn> standing = Standing();
    if (const Diagnostics several = ChooseWindow(standing); !several.empty()) {
      return Unexpected{several};
    }
    Sort(standing);
    LeaveOutTheNarrower(standing);
    for (const ReceivedReturn& record : standing) {
      Result<ReceivedRows> rows = LoadReceived(office_, reader_, record.id);
      if (!rows) return Unexpected{rows.error()};
      Add(*std::move(rows));
    }
    if (request_.by_region) {
      const std::string label = plain_.FindColumn("region") ? "报送地区" : "地区";
      out_.description =
          doc::GroupedBy(std::move(out_.description), std::string(kRegionColumn), label);
      out_.fixed.clear();
    }
    out_.of = std::move(standing);
    TellMissing();
    return std::move(out_);
  }

 private:
  void Warn(std::string code, std::string message, std::string hint = "") {
    out_.warnings.push_back({.severity = Severity::kWarning,
                             .code = std::move(code),
                             .message = std::move(message),
                             .at = {},
                             .hint = std::move(hint)});
  }

  std::string Name(const std::string& code) const {
    const Region* region = registers_->FindRegion(code);
    return region == nullptr ? code : region->name;
  }

  std::vector<ReceivedReturn> Standing() {
    std::vector<ReceivedReturn> out;
    for (ReceivedReturn& record : ListReceived(reader_)) {
      const bool wanted = record.sheet == request_.sheet && record.replaced_by.empty() &&
                          registers_->IsWithin(record.region, region_);
      if (wanted) out.push_back(std::move(record));
    }
    return out;
  }

  // The window asked for; where none is, the only one there is.
  Diagnostics ChooseWindow(std::vector<ReceivedReturn>& standing) const {
    const auto day = [](const std::optional<Date>& date) {
      return date ? ToString(*date) : std::string();
    };
    if (request_.from || request_.to) {
      std::erase_if(standing, [&](const ReceivedReturn& record) {
        return record.from != day(request_.from) || record.to != day(request_.to);
      });
      return {};
    }
    std::set<std::string> windows;
    for (const ReceivedReturn& record : standing) {
      windows.insert(record.from.empty() && record.to.empty()
                         ? "不分期间"
                         : StrCat(record.from, "至", record.to));
    }
    if (windows.size() <= 1) return {};
    return {{.code = "received.window",
             .message = StrCat("回报表有", windows.size(), "个期间：",
                               Join(std::vector(windows.begin(), windows.end()), "、")),
             .hint = "请用 --from --to 写明汇总哪一个"}};
  }

  void Sort(std::vector<ReceivedReturn>& standing) const {
    std::ranges::stable_sort(standing, {}, &ReceivedReturn::region);
  }

  void LeaveOutTheNarrower(std::vector<ReceivedReturn>& standing) {
    const std::vector<ReceivedReturn> all = standing;
    std::erase_if(standing, [&](const ReceivedReturn& record) {
      const auto wider = std::ranges::find_if(all, [&](const ReceivedReturn& other) {
        return other.region != record.region && registers_->IsWithin(record.region, other.region);
      });
      if (wider == all.end()) return false;
      Warn("received.twice", StrCat(record.id, "（", Name(record.region), "）没有计入：", wider->id,
                                    "（", Name(wider->region), "）已含该地区"));
      return true;
    });
  }

  void Add(ReceivedRows received) {
    const Value region(Name(received.record.region));
    CheckTwice(received, Name(received.record.region));
    for (Context& row : received.rows) {
      if (request_.by_region) row.Set(kRegionColumn, region);
      out_.rows.push_back(std::move(row));
    }
    for (const doc::SheetFixedRow& fixed : plain_.fixed_rows) {
      const auto found = received.fixed.find(fixed.key);
      if (found == received.fixed.end()) continue;
      if (request_.by_region) {
        Context row = found->second;
        row.Set(plain_.row_label_column, Value(fixed.label));
        row.Set(kRegionColumn, region);
        out_.rows.push_back(std::move(row));
      } else {
        AddUp(out_.fixed[fixed.key], found->second);
      }
    }
  }

  // Counts and money add up; texts stand one after the other.
  static void AddUp(Context& sum, const Context& row) {
    for (const auto& [key, value] : row.entries()) {
      const Value* before = sum.Find(key);
      if (before == nullptr || before->is_null()) {
        sum.Set(key, value);
      } else if (before->number() != nullptr && value.number() != nullptr) {
        sum.Set(key, Value(before->number()->Add(*value.number()).value_or(*before->number())));
      } else if (before->string() != nullptr && value.string() != nullptr) {
        sum.Set(key, Value(StrCat(*before->string(), "；", *value.string())));
      }
    }
  }

  // The same key in two regions' returns: a person, or an organisation, reported twice.
  void CheckTwice(const ReceivedRows& received, const std::string& region) {
    for (size_t i = 0; i < plain_.unique.size(); ++i) {
      for (const Context& row : received.rows) {
        std::string key = StrCat(i);
        for (const std::string& column : plain_.unique[i]) {
          const Value* value = row.Find(column);
          const bool known = value != nullptr && value->string() != nullptr &&
                             *value->string() != vault::kErasedText;
          if (!known) {
            key.clear();
            break;
          }
          key += StrCat("\n", *value->string());
        }
        if (key.empty()) continue;
        const auto [at, fresh] = seen_.emplace(key, region);
        if (fresh || at->second == region) continue;
        const size_t column = *plain_.FindColumn(plain_.unique[i].front());
        Warn("received.twice",
             StrCat(at->second, "和", region, "报了相同的“", plain_.columns[column].label,
                    "”（汇总表第", out_.rows.size() + 1, "行起的", region, "部分）"),
             "请核对应由哪个地区报");
      }
    }
  }

  // The regions directly below that have not reported, nor any region below them.
  void TellMissing() {
    std::vector<std::string> missing;
    for (const std::string& code : registers_->RegionCodes()) {
      const Region* region = registers_->FindRegion(code);
      if (region->parent != region_) continue;
      const bool reported = std::ranges::any_of(out_.of, [&](const ReceivedReturn& record) {
        return registers_->IsWithin(record.region, code) || record.region == region_;
      });
      if (!reported) missing.push_back(region->name);
    }
    if (!missing.empty() && !out_.of.empty()) {
      Warn("received.missing", StrCat("还没有收到：", Join(missing, "、")));
    }
  }

  Office& office_;
  port::Reader& reader_;
  const MergeRequest& request_;
  std::shared_ptr<const Registers> registers_;
  std::string region_;
  const doc::SheetDescription& plain_;
  std::map<std::string, std::string> seen_;  // key -> region
  Merged out_;
};

}  // namespace

Result<Merged> MergeReceived(Office& office, port::Reader& reader, const StoredSheet& sheet,
                             const MergeRequest& request) {
  return Merging(office, reader, sheet, request).Run();
}

}  // namespace anjuan::runtime
