#include "engine/doc/flow.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <utility>

namespace anjuan::doc {
namespace {

constexpr std::array kTighter = {0.97, 0.94, 0.91, 0.88};
// A last page with less than this much on it is worth tightening the lines for.
constexpr double kNearlyEmptyPt = kBlockHeightPt * 0.3;
constexpr double kTableLinePt = 0.5;
constexpr double kTolerancePt = 0.05;

void MoveContent(Page& from, double dy, Page& to) {
  for (Run& run : from.runs) run.y_pt += dy;
  for (Stroke& stroke : from.strokes) {
    stroke.y1_pt += dy;
    stroke.y2_pt += dy;
  }
  for (CheckBox& box : from.boxes) box.y_pt += dy;
  std::move(from.runs.begin(), from.runs.end(), std::back_inserter(to.runs));
  std::move(from.strokes.begin(), from.strokes.end(), std::back_inserter(to.strokes));
  std::move(from.boxes.begin(), from.boxes.end(), std::back_inserter(to.boxes));
}

// Where an item stands: its page and its top, from the top of the block.
struct Slot {
  int page = 0;
  double top_pt = 0;
  bool dropped = false;
  bool heads_before = false;  // the table's heads are repeated above it
  bool cut_above = false;     // first row on its page: needs an upper border
};

struct Plan {
  std::vector<Slot> slots;
  int pages = 1;
  double last_used_pt = 0;
};

class Planner {
 public:
  Planner(const Flow& flow, double scale) : flow_(flow), scale_(scale) {
    for (const Item& item : flow.items) {
      if (item.head) heads_[item.table] += item.height_pt;
    }
  }

  Plan Run() {
    y_ = flow_.first_page_top_pt;
    at_top_ = y_ == 0;
    plan_.slots.resize(flow_.items.size());
    for (size_t i = 0; i < flow_.items.size();) {
      size_t end = i;
      while (end + 1 < flow_.items.size() && flow_.items[end].keep_next) ++end;
      Group(i, end + 1);
      i = end + 1;
    }
    if (flow_.foot.height_pt > 0) {
      if (y_ + flow_.foot.height_pt > kBlockHeightPt + kTolerancePt) NewPage();
    }
    plan_.last_used_pt = y_;
    return std::move(plan_);
  }

 private:
  double Height(const Item& item) const {
    return item.grid ? item.height_pt * scale_ : item.height_pt;
  }

  void Group(size_t begin, size_t end) {
    double height = 0;
    for (size_t i = begin; i < end; ++i) height += Height(flow_.items[i]);
    const bool fits = y_ + height <= kBlockHeightPt + kTolerancePt;
    if (!fits && !at_top_ && height <= kBlockHeightPt) NewPage();
    for (size_t i = begin; i < end; ++i) One(i);
  }

  void One(size_t i) {
    const Item& item = flow_.items[i];
    Slot& slot = plan_.slots[i];
    if (item.page_break) {
      slot.dropped = true;
      if (!at_top_) NewPage();
      return;
    }
    const double height = Height(item);
    if (y_ + height > kBlockHeightPt + kTolerancePt && !at_top_) NewPage();
    if (item.space && at_top_ && plan_.pages > 1) {
      slot.dropped = true;
      return;
    }
    if (at_top_ && plan_.pages > 1 && item.table >= 0 && !item.head) {
      slot.cut_above = true;
      const auto heads = heads_.find(item.table);
      if (heads != heads_.end() && heads->second + height <= kBlockHeightPt) {
        slot.heads_before = true;
        y_ += heads->second;
      }
    }
    slot.page = plan_.pages - 1;
    slot.top_pt = y_;
    y_ += height;
    at_top_ = false;
  }

  void NewPage() {
    ++plan_.pages;
    y_ = 0;
    at_top_ = true;
  }

  const Flow& flow_;
  double scale_;
  std::map<int, double> heads_;
  Plan plan_;
  double y_ = 0;
  bool at_top_ = true;
};

void PlaceHeads(const Flow& flow, size_t row, double below_pt, Page& page) {
  double height = 0;
  for (const Item& item : flow.items) {
    if (item.head && item.table == flow.items[row].table) height += item.height_pt;
  }
  double y = kBlockTopPt + below_pt - height;
  for (const Item& item : flow.items) {
    if (!item.head || item.table != flow.items[row].table) continue;
    Page copy = item.content;
    MoveContent(copy, y, page);
    y += item.height_pt;
  }
}

}  // namespace

std::vector<Page> Paginate(Flow flow) {
  double scale = 1;
  Plan plan = Planner(flow, scale).Run();
  if (plan.pages > 1 && plan.last_used_pt < kNearlyEmptyPt) {
    for (const double tighter : kTighter) {
      Plan candidate = Planner(flow, tighter).Run();
      if (candidate.pages >= plan.pages) continue;
      plan = std::move(candidate);
      scale = tighter;
      break;
    }
  }
  std::vector<Page> pages(static_cast<size_t>(plan.pages));
  pages[0] = std::move(flow.first_page);
  // Heads first, while the originals are still in their items.
  for (size_t i = 0; i < flow.items.size(); ++i) {
    const Slot& slot = plan.slots[i];
    Page& page = pages[static_cast<size_t>(slot.page)];
    if (slot.heads_before) PlaceHeads(flow, i, slot.top_pt, page);
    if (slot.cut_above && !slot.heads_before) {
      const double y = kBlockTopPt + slot.top_pt;
      page.strokes.push_back({kBlockLeftPt, y, kBlockLeftPt + kBlockWidthPt, y, kTableLinePt,
                              Colour::kBlack});
    }
  }
  for (size_t i = 0; i < flow.items.size(); ++i) {
    const Slot& slot = plan.slots[i];
    if (slot.dropped) continue;
    Item& item = flow.items[i];
    const double middle = item.grid ? item.height_pt * scale / 2 : 0;
    MoveContent(item.content, kBlockTopPt + slot.top_pt + middle,
                pages[static_cast<size_t>(slot.page)]);
  }
  if (flow.foot.height_pt > 0) {
    MoveContent(flow.foot.content, kBlockTopPt + kBlockHeightPt - flow.foot.height_pt,
                pages.back());
  }
  return pages;
}

}  // namespace anjuan::doc
