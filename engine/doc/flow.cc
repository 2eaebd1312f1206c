#include "engine/doc/flow.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <span>
#include <utility>

namespace anjuan::doc {
namespace {

constexpr std::array kTighter = {0.97, 0.94, 0.91, 0.88};
// A last page with less than this much on it is worth tightening the lines for.
constexpr double kNearlyEmptyPt = kBlockHeightPt * 0.5;
constexpr double kTableLinePt = 0.5;
constexpr double kTolerancePt = 0.05;

void MoveContent(Page& from, double dy, Page& to) {
  for (Run& run : from.runs) run.y_pt += dy;
  for (Stroke& stroke : from.strokes) {
    stroke.y1_pt += dy;
    stroke.y2_pt += dy;
  }
  for (CheckBox& box : from.boxes) box.y_pt += dy;
  for (Shape& shape : from.shapes) {
    for (Point& point : shape.points) point.y_pt += dy;
  }
  for (PlacedImage& image : from.images) image.y_pt += dy;
  std::move(from.runs.begin(), from.runs.end(), std::back_inserter(to.runs));
  std::move(from.strokes.begin(), from.strokes.end(), std::back_inserter(to.strokes));
  std::move(from.boxes.begin(), from.boxes.end(), std::back_inserter(to.boxes));
  std::move(from.shapes.begin(), from.shapes.end(), std::back_inserter(to.shapes));
  std::move(from.images.begin(), from.images.end(), std::back_inserter(to.images));
}

bool IsBlank(const Page& page) {
  return page.runs.empty() && page.strokes.empty() && page.boxes.empty() && page.shapes.empty() &&
         page.images.empty();
}

// Empty lines give way four times as much as lines of text.
double ScaleOf(const Item& item, double scale) {
  if (!item.grid) return 1;
  return item.space ? 1 - 4 * (1 - scale) : scale;
}

// Where an item stands: its page and its top, from the top of the block.
struct Slot {
  int page = 0;
  double top_pt = 0;
  bool dropped = false;
  bool heads_before = false;  // the table's heads are repeated above it
  bool cut_above = false;     // first row on its page: needs an upper border
};

// A section is what stands between two forced page breaks; its lines share one pitch.
struct Plan {
  std::vector<Slot> slots;  // pages counted from the section's first
  int pages = 1;
  double last_used_pt = 0;
  double scale = 1;
};

class Planner {
 public:
  Planner(std::span<const Item> items, double top_pt, double foot_pt, double scale)
      : items_(items), scale_(scale), y_(top_pt), foot_pt_(foot_pt), at_top_(top_pt == 0) {
    for (const Item& item : items) {
      if (item.head) heads_[item.table] += item.height_pt;
    }
    plan_.scale = scale;
    plan_.slots.resize(items.size());
  }

  Plan Run() {
    for (size_t i = 0; i < items_.size();) {
      size_t end = i;
      // What keeps with the next keeps over the empty lines between.
      bool keep = items_[end].keep_next;
      while (end + 1 < items_.size() && keep) {
        ++end;
        keep = items_[end].keep_next || items_[end].space;
      }
      Group(i, end + 1);
      i = end + 1;
    }
    if (foot_pt_ > 0 && y_ + foot_pt_ > kBlockHeightPt + kTolerancePt) NewPage();
    plan_.last_used_pt = y_ + foot_pt_;
    return std::move(plan_);
  }

 private:
  double Height(const Item& item) const { return item.height_pt * ScaleOf(item, scale_); }

  void Group(size_t begin, size_t end) {
    double height = 0;
    for (size_t i = begin; i < end; ++i) height += Height(items_[i]);
    const bool fits = y_ + height <= kBlockHeightPt + kTolerancePt;
    if (!fits && !at_top_ && height <= kBlockHeightPt) NewPage();
    for (size_t i = begin; i < end; ++i) One(i);
  }

  void One(size_t i) {
    const Item& item = items_[i];
    Slot& slot = plan_.slots[i];
    const double height = Height(item);
    if (y_ + height > kBlockHeightPt + kTolerancePt && !at_top_) NewPage();
    if (item.page_break || (item.space && at_top_ && plan_.pages > 1)) {
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

  std::span<const Item> items_;
  double scale_;
  std::map<int, double> heads_;
  Plan plan_;
  double y_;
  double foot_pt_;
  bool at_top_;
};

Plan PlanSection(std::span<const Item> items, double top_pt, double foot_pt) {
  Plan plan = Planner(items, top_pt, foot_pt, 1).Run();
  if (plan.pages == 1 || plan.last_used_pt >= kNearlyEmptyPt) return plan;
  for (const double tighter : kTighter) {
    Plan candidate = Planner(items, top_pt, foot_pt, tighter).Run();
    if (candidate.pages < plan.pages) return candidate;
  }
  return plan;
}

// The heads of each table, to be repeated above some of its rows.
std::map<int, std::vector<const Item*>> HeadsOf(std::span<const Item> items) {
  std::map<int, std::vector<const Item*>> out;
  for (const Item& item : items) {
    if (item.head) out[item.table].push_back(&item);
  }
  return out;
}

void PlaceHeads(const std::vector<const Item*>& heads, double row_top_pt, Page& page) {
  double y = kBlockTopPt + row_top_pt;
  for (const Item* head : heads) y -= head->height_pt;
  for (const Item* head : heads) {
    Page copy = head->content;
    MoveContent(copy, y, page);
    y += head->height_pt;
  }
}

// Appends the section's pages; the first may have content already (the head of page 1).
void PlaceSection(std::span<Item> items, const Plan& plan, std::vector<Page>& pages) {
  const size_t base = pages.size() - 1;
  pages.resize(base + static_cast<size_t>(plan.pages));
  const auto page_of = [&](const Slot& slot) -> Page& {
    return pages[base + static_cast<size_t>(slot.page)];
  };
  auto heads = HeadsOf(items);
  // Repeated heads first, while the originals are still in their items.
  for (size_t i = 0; i < items.size(); ++i) {
    const Slot& slot = plan.slots[i];
    if (slot.heads_before) PlaceHeads(heads[items[i].table], slot.top_pt, page_of(slot));
    if (slot.cut_above && !slot.heads_before) {
      const double y = kBlockTopPt + slot.top_pt;
      page_of(slot).strokes.push_back(
          {items[i].left_pt, y, items[i].right_pt, y, kTableLinePt, Colour::kBlack});
    }
  }
  for (size_t i = 0; i < items.size(); ++i) {
    const Slot& slot = plan.slots[i];
    if (slot.dropped) continue;
    Item& item = items[i];
    const double middle = item.grid ? item.height_pt * ScaleOf(item, plan.scale) / 2 : 0;
    MoveContent(item.content, kBlockTopPt + slot.top_pt + middle, page_of(slot));
  }
}

}  // namespace

std::vector<Page> Paginate(Flow flow) {
  std::vector<Page> pages(1);
  pages[0] = std::move(flow.first_page);
  const std::span<Item> items(flow.items);
  double top = flow.first_page_top_pt;
  for (size_t begin = 0;;) {
    size_t end = begin;
    while (end < items.size() && !items[end].page_break && !items[end].own_page) ++end;
    const std::span<Item> section = items.subspan(begin, end - begin);
    const bool last = end == items.size();
    const bool foot = flow.foot.height_pt > 0 && begin <= flow.foot_at && flow.foot_at <= end;
    PlaceSection(section, PlanSection(section, top, foot ? flow.foot.height_pt : 0), pages);
    if (foot) {
      if (flow.foot_even && pages.size() % 2 == 1) pages.emplace_back();
      MoveContent(flow.foot.content, kBlockTopPt + kBlockHeightPt - flow.foot.height_pt,
                  pages.back());
    }
    if (last) break;
    begin = end + 1;
    top = 0;
    if (items[end].own_page) {
      if (IsBlank(pages.back())) pages.pop_back();
      pages.push_back(std::move(items[end].content));
      const bool foot_follows = flow.foot.height_pt > 0 && begin <= flow.foot_at;
      if (begin == items.size() && !foot_follows) break;
    }
    pages.emplace_back();
  }
  return pages;
}

}  // namespace anjuan::doc
