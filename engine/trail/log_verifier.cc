#include "engine/trail/log_verifier.h"

#include <algorithm>
#include <functional>
#include <unordered_map>
#include <utility>

#include "engine/base/text.h"
#include "engine/trail/leaf.h"
#include "engine/trail/merkle.h"

namespace anjuan::trail {

namespace {

// Walks one canonical JSON object without making values of it.
class ObjectWalker {
 public:
  explicit ObjectWalker(std::string_view text) : text_(text) {}

  // Calls `visit(name, raw value)`; false: no such object.
  template <typename Visit>
  bool Walk(const Visit& visit) {
    if (!Take('{')) return false;
    for (;;) {
      const std::optional<std::string_view> name = String();
      if (!name || !Take(':')) return false;
      const size_t begin = at_;
      if (!Skip()) return false;
      visit(*name, text_.substr(begin, at_ - begin));
      if (Take(',')) continue;
      return Take('}') && at_ == text_.size();
    }
  }

 private:
  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  // What stands between two quotation marks, escapes and all.
  std::optional<std::string_view> String() {
    if (!Take('"')) return std::nullopt;
    for (size_t end = at_;;) {
      end = text_.find('"', end);
      if (end == std::string_view::npos) return std::nullopt;
      size_t strokes = 0;
      while (text_[end - 1 - strokes] == '\\') ++strokes;
      if (strokes % 2 == 0) {
        const std::string_view inside = text_.substr(at_, end - at_);
        at_ = end + 1;
        return inside;
      }
      ++end;
    }
  }

  bool Skip() {
    int depth = 0;
    while (at_ < text_.size()) {
      const char c = text_[at_];
      if (c == '"') {
        if (!String()) return false;
      } else if (c == '{' || c == '[') {
        ++depth;
        ++at_;
        continue;
      } else if (c == '}' || c == ']') {
        if (depth == 0) return true;
        --depth;
        ++at_;
      } else if (c == ',' && depth == 0) {
        return true;
      } else {
        ++at_;
        continue;
      }
      if (depth == 0) return true;
    }
    return false;
  }

  std::string_view text_;
  size_t at_ = 0;
};

bool IsHex(std::string_view hex, const Hash& hash) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  if (hex.size() != 2 * hash.size()) return false;
  for (size_t i = 0; i < hash.size(); ++i) {
    if (hex[2 * i] != kDigits[hash[i] >> 4U] || hex[2 * i + 1] != kDigits[hash[i] & 15U]) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<LeafPlace> ReadPlace(std::string_view leaf) {
  LeafPlace place;
  bool plain = true;
  const auto text = [&](std::string_view raw) {
    plain = plain && raw.size() >= 2 && raw.front() == '"' && raw.find('\\') == raw.npos;
    return plain ? raw.substr(1, raw.size() - 2) : std::string_view();
  };
  const bool whole = ObjectWalker(leaf).Walk([&](std::string_view name, std::string_view raw) {
    if (name == "v") place.format = text(raw);
    if (name == "log") place.log = text(raw);
    if (name == "case") place.case_id = text(raw);
    if (name == "case_prev") place.case_prev = text(raw);
    if (name == "case_seq") {
      const auto number = ParseInteger(raw);
      plain = plain && number && *number >= 0;
      place.case_seq = number.value_or(0);
    }
  });
  if (!whole || !plain) return std::nullopt;
  return place;
}

// Entries in the order cases came; `order_` sorts them when somebody asks.
struct LogVerifier::Cases {
  struct Entry {
    std::string case_id;
    std::int64_t seq = -1;
    Hash leaf = {};
    Hash head = {};
    bool stale = true;  // `head` is not computed yet
  };

  Entry& Of(std::string_view case_id) {
    const auto found = index_.find(case_id);
    if (found != index_.end()) return entries_[found->second];
    index_.emplace(case_id, entries_.size());
    order_.push_back(entries_.size());
    entries_.push_back({std::string(case_id), -1, {}, {}, true});
    return entries_.back();
  }

  // Those that came since were put behind the sorted ones.
  void Sort() {
    const auto before = [this](size_t a, size_t b) {
      return entries_[a].case_id < entries_[b].case_id;
    };
    const auto fresh = order_.begin() + static_cast<std::ptrdiff_t>(sorted_);
    std::sort(fresh, order_.end(), before);
    std::inplace_merge(order_.begin(), fresh, order_.end(), before);
    sorted_ = order_.size();
  }

  static Head HeadOf(const Entry& entry) { return {entry.case_id, entry.seq, ToHex(entry.leaf)}; }

  Hash Root() {
    Sort();
    CompactRange tree;
    for (const size_t i : order_) {
      Entry& entry = entries_[i];
      if (entry.stale) entry.head = HeadHash(HeadOf(entry));
      entry.stale = false;
      tree.Append(entry.head);
    }
    return tree.Root();
  }

  struct HashText {
    using is_transparent = void;
    size_t operator()(std::string_view text) const { return std::hash<std::string_view>()(text); }
  };
  std::unordered_map<std::string, size_t, HashText, std::equal_to<>> index_;  // never iterated
  std::vector<Entry> entries_;
  std::vector<size_t> order_;
  size_t sorted_ = 0;  // so many of order_ are in order
};

LogVerifier::LogVerifier(std::string origin)
    : origin_(std::move(origin)), cases_(std::make_unique<Cases>()) {}
LogVerifier::~LogVerifier() = default;

std::uint64_t LogVerifier::cases() const {
  return cases_->entries_.size();
}

std::vector<Head> LogVerifier::Heads() {
  cases_->Sort();
  std::vector<Head> heads;
  for (const size_t i : cases_->order_) heads.push_back(Cases::HeadOf(cases_->entries_[i]));
  return heads;
}

std::optional<LogVerifier::Mistake> LogVerifier::Wrong(std::string chinese,
                                                       std::string english) const {
  return Mistake{tree_.size(), std::move(chinese), std::move(english)};
}

std::optional<LogVerifier::Mistake> LogVerifier::Next(std::string_view leaf, bool deep) {
  last_hash_ = HashLeaf(leaf);
  const std::optional<LeafPlace> place = ReadPlace(leaf);
  if (!place) return Wrong("不是日志条目", "is no leaf of a log");
  std::optional<Mistake> wrong;
  ++since_heads_;
  if (place->format == kFormat) {
    wrong = NextRow(*place);
    if (!wrong && deep && !Decode(leaf)) wrong = Wrong("不合历史条目的格式", "is no history leaf");
  } else if (place->format == kHeadsFormat) {
    wrong = NextHeads(leaf);
  } else if (place->format == kKeyFormat) {
    wrong = NextKey(leaf);
  } else {
    wrong = Wrong(StrCat("格式未知：", place->format), StrCat("unknown format ", place->format));
  }
  if (!wrong) tree_.Append(last_hash_);
  return wrong;
}

std::optional<LogVerifier::Mistake> LogVerifier::NextRow(const LeafPlace& place) {
  const bool here = origin_.size() > place.log.size() + 1 && origin_.starts_with(place.log) &&
                    origin_[place.log.size()] == '/' &&
                    origin_.find('/', place.log.size() + 1) == std::string::npos;
  if (!here || place.case_id.empty()) {
    return Wrong(StrCat("属于另一日志 ", place.log), StrCat("belongs to another log, ", place.log));
  }
  Cases::Entry& entry = cases_->Of(place.case_id);
  const bool linked = entry.seq < 0 ? place.case_prev.empty() : IsHex(place.case_prev, entry.leaf);
  if (place.case_seq != entry.seq + 1 || !linked) {
    return Wrong(
        StrCat("案卷 ", place.case_id, " 的第", place.case_seq, "条不接它的第", entry.seq, "条"),
        StrCat("row ", place.case_seq, " of case ", place.case_id, " does not continue its row ",
               entry.seq));
  }
  entry.seq = place.case_seq;
  entry.leaf = last_hash_;
  entry.stale = true;
  return std::nullopt;
}

std::optional<LogVerifier::Mistake> LogVerifier::NextHeads(std::string_view leaf) {
  const Result<HeadsRecord> record = DecodeHeads(leaf);
  if (!record || record->log != origin_ || record->covers != tree_.size()) {
    return Wrong("末条记录不合格式或位置不符", "is no heads record of this place");
  }
  if (record->cases != cases() || record->root != ToHex(cases_->Root())) {
    return Wrong("末条记录与各案卷的实际末条不符：有案卷的最后事项被隐瞒或虚构",
                 "the heads record is not where the cases end: last events are hidden or invented");
  }
  ++heads_records_;
  since_heads_ = 0;
  return std::nullopt;
}

std::optional<LogVerifier::Mistake> LogVerifier::NextKey(std::string_view leaf) {
  Result<KeyChange> change = DecodeKeyChange(leaf);
  const bool follows = change && change->log == origin_ &&
                       (changes_.empty() || changes_.back().second.new_key == change->old_key);
  if (!follows) return Wrong("换钥记录无效", "is no valid change of keys");
  changes_.emplace_back(tree_.size(), *std::move(change));
  return std::nullopt;
}

}  // namespace anjuan::trail
