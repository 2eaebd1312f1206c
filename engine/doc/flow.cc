#include "engine/doc/flow.h"

#include <algorithm>
#include <array>
#include <deque>
#include <iterator>
#include <map>
#include <optional>
#include <span>
#include <utility>

namespace anjuan::doc {
namespace {

constexpr std::array kTighter = {0.97, 0.94, 0.91, 0.88};
// A last page with less than this share of it used is worth tightening the
// lines for.
constexpr double kNearlyEmptyShare = 0.5;
constexpr double kTableLinePt = 0.5;
constexpr double kTolerancePt = 0.05;
// Footnotes: room above them, with the rule in it; how much of a page those may
// take that were begun on the one before; what of a long one stands at least on
// the page of its mark.
constexpr double kAboveNotesPt = 12;
constexpr double kNoteRuleShare = 0.25;
constexpr double kMostNotesShare = 0.6;
constexpr size_t kShortNoteLines = 3;
constexpr size_t kLeastNoteLines = 2;

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
  bool cut_below = false;     // the page ends within a row: needs a lower border
};

// Lines of a footnote on one page.
struct NotePart {
  int note = 0;
  size_t begin = 0, end = 0;
};

// A section is what stands between two forced page breaks; its lines share one pitch.
struct Plan {
  std::vector<Slot> slots;  // pages counted from the section's first
  int pages = 1;
  double last_used_pt = 0;
  double scale = 1;
  std::vector<std::vector<NotePart>> notes;  // of each page
};

// What a section is laid out with.
struct Section {
  std::span<Item> items;
  const std::map<int, Footnote>& notes;
  double top_pt = 0;   // where its first page begins
  double foot_pt = 0;  // height of the 版记 on its last page
  bool sideways = false;

  double height_pt() const { return sideways ? kSidewaysFrame.height_pt : kBlockHeightPt; }
};

class Planner {
 public:
  Planner(const Section& section, double scale)
      : section_(section),
        items_(section.items),
        height_pt_(section.height_pt()),
        scale_(scale),
        y_(section.top_pt),
        at_top_(section.top_pt == 0) {
    for (const Item& item : items_) {
      if (item.head) heads_[item.table] += item.height_pt;
    }
    plan_.scale = scale;
    plan_.slots.resize(items_.size());
    plan_.notes.resize(1);
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
    while (!carried_.empty()) NewPage();
    if (section_.foot_pt > 0 && y_ + section_.foot_pt > Limit()) NewPage();
    plan_.last_used_pt = y_ + notes_pt_ + section_.foot_pt;
    return std::move(plan_);
  }

 private:
  double Height(const Item& item) const { return item.height_pt * ScaleOf(item, scale_); }
  double Limit() const { return height_pt_ - notes_pt_ + kTolerancePt; }

  void Group(size_t begin, size_t end) {
    double height = 0;
    std::vector<int> notes;
    for (size_t i = begin; i < end; ++i) {
      height += Height(items_[i]);
      notes.insert(notes.end(), items_[i].notes.begin(), items_[i].notes.end());
    }
    height += LeastNotesPt(notes);
    const bool fits = y_ + height <= Limit();
    const bool empty = end == begin + 1 && items_[begin].space;
    if (!fits && !at_top_ && !empty && height <= height_pt_) NewPage();
    for (size_t i = begin; i < end; ++i) One(i);
  }

  void One(size_t i) {
    const Item& item = items_[i];
    Slot& slot = plan_.slots[i];
    const double height = Height(item);
    if (y_ + height + LeastNotesPt(item.notes) > Limit() && !at_top_) {
      if (item.space) {  // at the end of the text it makes no page of its own
        slot.dropped = true;
        y_ = height_pt_;
        return;
      }
      NewPage();
    }
    if (item.page_break || (item.space && at_top_ && plan_.pages > 1)) {
      slot.dropped = true;
      return;
    }
    if (at_top_ && plan_.pages > 1 && item.table >= 0 && !item.head) {
      slot.cut_above = true;
      const auto heads = heads_.find(item.table);
      if (heads != heads_.end() && heads->second + height <= height_pt_) {
        slot.heads_before = true;
        y_ += heads->second;
      }
    }
    slot.page = plan_.pages - 1;
    slot.top_pt = y_;
    y_ += height;
    at_top_ = false;
    last_ = i;
    for (const int note : item.notes) {
      const size_t lines = LinesOf(note);
      if (lines > 0) carried_.push_back({note, 0, lines});
    }
    PlaceNotes(height_pt_);
  }

  void NewPage() {
    if (last_ && items_[*last_].row_open) plan_.slots[*last_].cut_below = true;
    last_.reset();
    ++plan_.pages;
    plan_.notes.emplace_back();
    y_ = 0;
    notes_pt_ = 0;
    at_top_ = true;
    PlaceNotes(kMostNotesShare * height_pt_);
  }

  size_t LinesOf(int note) const {
    const auto found = section_.notes.find(note);
    return found == section_.notes.end() ? 0 : found->second.lines.size();
  }

  // What must stand on the page of the marks: all notes but the end of the last
  // one, if it is long.
  double LeastNotesPt(std::span<const int> notes) const {
    if (notes.empty() || !carried_.empty()) return 0;  // or they come after those before
    size_t lines = 0;
    for (const int note : notes) lines += LinesOf(note);
    const size_t last = LinesOf(notes.back());
    if (last > kShortNoteLines) lines -= last - kLeastNoteLines;
    return NoteRoom(lines);
  }

  double NoteRoom(size_t lines) const {
    return (notes_pt_ == 0 ? kAboveNotesPt : 0) + static_cast<double>(lines) * kNotePitchPt;
  }

  // Notes that wait, as many lines as there is room for above `most_pt`.
  void PlaceNotes(double most_pt) {
    while (!carried_.empty()) {
      NotePart& next = carried_.front();
      const double room =
          std::min(height_pt_ - y_, most_pt) - notes_pt_ - NoteRoom(0) + kTolerancePt;
      const auto fit = static_cast<size_t>(std::max(room, 0.0) / kNotePitchPt);
      const size_t lines = std::min(fit, next.end - next.begin);
      if (lines == 0) return;
      plan_.notes.back().push_back({next.note, next.begin, next.begin + lines});
      notes_pt_ += NoteRoom(lines);
      next.begin += lines;
      if (next.begin < next.end) return;
      carried_.pop_front();
    }
  }

  const Section& section_;
  std::span<const Item> items_;
  double height_pt_;
  double scale_;
  std::map<int, double> heads_;
  Plan plan_;
  double y_;
  double notes_pt_ = 0;  // at the foot of the page, with the rule above
  std::deque<NotePart> carried_;
  bool at_top_;
  std::optional<size_t> last_;  // placed
};

Plan PlanSection(const Section& section) {
  Plan plan = Planner(section, 1).Run();
  if (plan.pages == 1 || plan.last_used_pt >= kNearlyEmptyShare * section.height_pt()) return plan;
  for (const double tighter : kTighter) {
    Plan candidate = Planner(section, tighter).Run();
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
  double y = row_top_pt;
  for (const Item* head : heads) y -= head->height_pt;
  for (const Item* head : heads) {
    Page copy = head->content;
    MoveContent(copy, y, page);
    y += head->height_pt;
  }
}

// The notes of a page, their last line on `bottom_pt`, under a rule a quarter
// of the frame wide.
void PlaceNotes(const std::vector<NotePart>& parts, const Section& section, double bottom_pt,
                Page& page) {
  if (parts.empty()) return;
  size_t lines = 0;
  for (const NotePart& part : parts) lines += part.end - part.begin;
  double y = bottom_pt - static_cast<double>(lines) * kNotePitchPt;
  const Frame frame = section.sideways ? kSidewaysFrame : Frame();
  page.strokes.push_back({frame.left_pt, y - kAboveNotesPt / 3,
                          frame.left_pt + kNoteRuleShare * frame.width_pt, y - kAboveNotesPt / 3,
                          kTableLinePt, Colour::kBlack});
  for (const NotePart& part : parts) {
    for (size_t i = part.begin; i < part.end; ++i) {
      Page line = section.notes.at(part.note).lines[i];
      MoveContent(line, y + kNotePitchPt / 2, page);
      y += kNotePitchPt;
    }
  }
}

// Appends the section's pages; the first may have content already (the head of
// page 1). `lift_pt`: how far above the block's end the notes of the last page
// end.
void PlaceSection(const Section& section, const Plan& plan, double lift_pt,
                  std::vector<Page>& pages) {
  const std::span<Item> items = section.items;
  const double block_top = section.sideways ? 0 : kBlockTopPt;
  const size_t base = pages.size() - 1;
  pages.resize(base + static_cast<size_t>(plan.pages));
  const auto page_of = [&](const Slot& slot) -> Page& {
    return pages[base + static_cast<size_t>(slot.page)];
  };
  auto heads = HeadsOf(items);
  // Repeated heads first, while the originals are still in their items.
  for (size_t i = 0; i < items.size(); ++i) {
    const Slot& slot = plan.slots[i];
    const double top = block_top + slot.top_pt;
    const auto border = [&](double y) {
      page_of(slot).strokes.push_back(
          {items[i].left_pt, y, items[i].right_pt, y, kTableLinePt, Colour::kBlack});
    };
    if (slot.heads_before) PlaceHeads(heads[items[i].table], top, page_of(slot));
    if (slot.cut_above && !slot.heads_before) border(top);
    if (slot.cut_below) border(top + items[i].height_pt);
  }
  for (size_t i = 0; i < items.size(); ++i) {
    const Slot& slot = plan.slots[i];
    if (slot.dropped) continue;
    Item& item = items[i];
    const double middle = item.grid ? item.height_pt * ScaleOf(item, plan.scale) / 2 : 0;
    MoveContent(item.content, block_top + slot.top_pt + middle, page_of(slot));
  }
  for (size_t i = 0; i < plan.notes.size(); ++i) {
    const double lift = i + 1 == plan.notes.size() ? lift_pt : 0;
    PlaceNotes(plan.notes[i], section, block_top + section.height_pt() - lift, pages[base + i]);
  }
}

// From the frame of a turned sheet to the sheet: 7.2.9 wants the head of a
// table at the binding edge on odd pages and at the fore edge on even ones,
// which both times is the left one.
Point Upright(double x_pt, double y_pt) {
  return {kBlockLeftPt + y_pt, kBlockTopPt + kBlockHeightPt - x_pt};
}

void Turn(Page& page) {
  for (Run& run : page.runs) {
    const Point at = Upright(run.x_pt, run.y_pt);
    run.x_pt = at.x_pt;
    run.y_pt = at.y_pt;
    run.turned = true;
  }
  for (Stroke& stroke : page.strokes) {
    const Point from = Upright(stroke.x1_pt, stroke.y1_pt);
    const Point to = Upright(stroke.x2_pt, stroke.y2_pt);
    stroke = {from.x_pt, from.y_pt, to.x_pt, to.y_pt, stroke.width_pt, stroke.colour};
  }
  for (CheckBox& box : page.boxes) {
    const Point corner = Upright(box.x_pt + box.size_pt, box.y_pt);
    box = {corner.x_pt, corner.y_pt, box.size_pt, box.checked, true};
  }
  for (Shape& shape : page.shapes) {
    for (Point& point : shape.points) point = Upright(point.x_pt, point.y_pt);
  }
  for (PlacedImage& image : page.images) {
    const Point corner = Upright(image.x_pt + image.width_pt, image.y_pt);
    image.x_pt = corner.x_pt;
    image.y_pt = corner.y_pt;
    std::swap(image.width_pt, image.height_pt);
    image.turned = true;
  }
}

void PlaceSideways(const Section& section, std::vector<Page>& pages) {
  std::vector<Page> turned(1);
  PlaceSection(section, PlanSection(section), 0, turned);
  for (Page& page : turned) Turn(page);
  pages.pop_back();  // empty: a section begins a page
  std::move(turned.begin(), turned.end(), std::back_inserter(pages));
}

}  // namespace

Paginated Paginate(Flow flow) {
  Paginated out;
  std::vector<Page>& pages = out.pages;
  pages.push_back(std::move(flow.first_page));
  const std::span<Item> items(flow.items);
  double top = flow.first_page_top_pt;
  bool sideways = false;
  bool soft = false;  // the section began with a soft break
  for (size_t begin = 0;;) {
    size_t end = begin;
    while (end < items.size() && !items[end].page_break && !items[end].own_page) ++end;
    const bool last = end == items.size();
    const bool foot =
        flow.foot.height_pt > 0 && begin <= flow.foot_at && flow.foot_at <= end && !sideways;
    const Section section{.items = items.subspan(begin, end - begin),
                          .notes = flow.notes,
                          .top_pt = top,
                          .foot_pt = foot ? flow.foot.height_pt : 0,
                          .sideways = sideways};
    const bool empty = section.items.empty() && !foot && IsBlank(pages.back());
    if (sideways && !empty) {
      PlaceSideways(section, pages);
    } else {
      const Plan plan = PlanSection(section);
      const size_t all = pages.size() + static_cast<size_t>(plan.pages) - 1;
      const bool moved = foot && flow.foot_even && all % 2 == 1;
      PlaceSection(section, plan, moved ? 0 : section.foot_pt, pages);
      if (moved) pages.emplace_back();
    }
    if (foot) {
      const size_t at = pages.size() - 1;
      if (at > 0 && IsBlank(pages[at]) && IsBlank(pages[at - 1])) {
        out.unnumbered = {at - 1, at};
      }
      MoveContent(flow.foot.content, kBlockTopPt + kBlockHeightPt - flow.foot.height_pt,
                  pages.back());
    }
    if (last) {
      if (empty && soft && pages.size() > 1) pages.pop_back();
      break;
    }
    const Item& stop = items[end];
    begin = end + 1;
    top = 0;
    if (stop.own_page) {
      if (IsBlank(pages.back())) pages.pop_back();
      pages.push_back(std::move(items[end].content));
      const bool foot_follows = flow.foot.height_pt > 0 && begin <= flow.foot_at;
      if (begin == items.size() && !foot_follows) break;
    }
    sideways = stop.page_break && stop.sideways;
    const bool reuse = stop.page_break && empty && (soft || stop.soft);
    soft = stop.page_break && stop.soft;
    if (!reuse) pages.emplace_back();
  }
  return out;
}

}  // namespace anjuan::doc
