// Forms of one sheet: certificate (证书), plaque (牌匾), cover of a case volume (卷宗封面).
//
// The words stand in two groups: from the top what is said, at the bottom who says it; the free
// height is shared out between them. Sizes are those of an A4 sheet and grow with the sheet.
#include <algorithm>
#include <utility>

#include "engine/base/text.h"
#include "engine/doc/compose.h"

namespace anjuan::doc {
namespace {

constexpr double kA4Short = 210 * kPointsPerMm;
constexpr double kA4Long = 297 * kPointsPerMm;
constexpr double kPitchEm = 1.75;
constexpr double kTitlePitchEm = 1.4;
constexpr double kSealMm = 42;
constexpr double kBelowSealMiddlePt = 4 * kPointsPerMm;
constexpr double kEntryLabelEm = 5;
constexpr double kLeastDisplay = 2.0 / 3;

struct Look {
  SheetSize sheet;       // where the template names none
  double margin_pt = 0;  // of the text, from the sheet's edge
  double frame_pt = 0;   // of the outer frame, from the sheet's edge
  double issuer_pt = 0, title_pt = 0, text_pt = 0, small_pt = 0;
  double lead = 0;  // share of the free height above the first line
  Colour title = Colour::kBlack;
  Colour frame = Colour::kBlack;
  bool ornate = false;
};

Look LookOf(Form form) {
  const double mm = kPointsPerMm;
  if (form == Form::kCertificate) {
    return {{297, 210}, 32 * mm, 10 * mm, 26, 46, 22, 14, 0.25, Colour::kRed, Colour::kRed, true};
  }
  if (form == Form::kPlaque) {
    return {{600, 400}, 26 * mm, 9 * mm, 24, 60, 26, 14, 0.45, Colour::kRed, Colour::kRed, true};
  }
  return {{210, 297}, 36 * mm,        24 * mm,        26,   26, 16, 14,
          0.22,       Colour::kBlack, Colour::kBlack, false};
}

}  // namespace

// Lines of the sheet from the top of their group.
struct Composer::SheetGroup {
  Page page;
  double height_pt = 0;
};

class Composer::SheetSetter {
 public:
  SheetSetter(Composer& composer, Form form, SheetSize own) : composer_(composer), form_(form) {
    look_ = LookOf(form);
    const SheetSize size = own.width_mm > 0 ? own : look_.sheet;
    width_ = size.width_mm * kPointsPerMm;
    height_ = size.height_mm * kPointsPerMm;
    const bool wide = width_ >= height_;
    scale_ = std::min(width_ / (wide ? kA4Long : kA4Short), height_ / (wide ? kA4Short : kA4Long));
    left_ = look_.margin_pt * scale_;
    text_width_ = width_ - 2 * left_;
  }

  Item Set(const std::vector<Block>& blocks) {
    for (const Block& block : blocks) Corner(block);  // first: signatures stand beside them
    for (const Block& block : blocks) One(block);
    if (!issuers_.empty()) Issuers();
    PlaqueDate();
    Item item;
    item.own_page = true;
    item.content.width_pt = width_;
    item.content.height_pt = height_;
    Frame(item.content);
    PlacePage(std::move(fixed_), 0, 0, item.content);
    const double bottom_height = std::max(bottom_.height_pt, inset_height_);
    const double room = height_ - 2 * look_.margin_pt * scale_;
    const double gap = look_.text_pt * scale_;
    const double free = room - top_.height_pt - bottom_height - entries_.height_pt;
    if (free < gap) {
      composer_.Mistake(
          blocks.front(), "doc.overflow",
          StrCat("这一张放不下：内容比纸高出", static_cast<int>((gap - free) / kPointsPerMm) + 1,
                 "毫米；请缩短文字，或在 sheet= 里选大一些的纸"));
      return item;
    }
    const double edge = look_.margin_pt * scale_;
    PlacePage(std::move(top_.page), 0, edge + look_.lead * free, item.content);
    PlacePage(std::move(bottom_.page), 0, height_ - edge - bottom_.height_pt, item.content);
    PlacePage(std::move(insets_), 0, height_ - edge, item.content);
    PlacePage(std::move(entries_.page), 0, height_ - edge - bottom_height - entries_.height_pt,
              item.content);
    return item;
  }

 private:
  double Scaled(double pt) const { return pt * scale_; }

  void One(const Block& block) {
    // The reader lets nothing else stand on a sheet.
    const NodeKind kind = block.node->kind;
    if (kind == NodeKind::kIssuer) Issuer(block);
    if (kind == NodeKind::kNumber) Number(block);
    if (kind == NodeKind::kTitle) Title(block);
    if (kind == NodeKind::kTo) {
      Lines(block, Scaled(look_.text_pt), Align::kDefault, 0, Colour::kBlack, top_);
    }
    if (kind == NodeKind::kParagraph) Paragraph(block);
    if (kind == NodeKind::kEntry) Entry(block);
    if (kind == NodeKind::kSign) Sign(block);
  }

  void Issuer(const Block& block) {
    if (form_ == Form::kPlaque) {
      issuers_.push_back(&block);
      return;
    }
    Display(block, Scaled(look_.issuer_pt), Colour::kBlack);
  }

  Measure MeasureOf(double size_pt, double indent_em) const {
    return {.width_pt = text_width_,
            .first_indent_pt = indent_em * size_pt,
            .rest_indent_pt = 0,
            .size_pt = size_pt,
            .tracking_pt = 0,
            .whole_words = false};
  }

  void Gap(double lines, SheetGroup& group) { group.height_pt += lines * Scaled(look_.text_pt); }

  void Lines(const Block& block, double size_pt, Align align, double indent_em, Colour colour,
             SheetGroup& group) {
    Measure measure = MeasureOf(size_pt, indent_em);
    measure.whole_words = align == Align::kCenter;
    const std::vector<Atom> atoms = composer_.shaper_.Shape(block.spans);
    const double pitch = (align == Align::kCenter ? kTitlePitchEm : kPitchEm) * size_pt;
    for (const BrokenLine& line : BreakLines(atoms, measure)) {
      PlaceBroken(atoms, line, measure, align, left_, group.height_pt + pitch / 2, colour,
                  group.page);
      group.height_pt += pitch;
    }
  }

  void Title(const Block& block) { Display(block, Scaled(look_.title_pt), look_.title); }

  // Big words are made smaller before they are broken, to two thirds at the most.
  void Display(const Block& block, double size_pt, Colour colour) {
    const std::vector<Atom> atoms = composer_.shaper_.Shape(block.spans);
    double ems = 0;
    for (const Atom& atom : atoms) ems += static_cast<double>(atom.width_em);
    const double fits = ems > 0 ? text_width_ / ems : size_pt;
    const double size = fits >= kLeastDisplay * size_pt ? std::min(size_pt, fits) : size_pt;
    Lines(block, size, Align::kCenter, 0, colour, top_);
    Gap(1, top_);
  }

  // 证书编号, 档号: in the upper right corner of the frame.
  void Number(const Block& block) {
    const TextStyle style{Scaled(look_.small_pt), 0, Colour::kBlack};
    const std::vector<Atom> atoms = composer_.shaper_.Shape(block.spans);
    PlaceNatural(atoms, left_ + text_width_ - WidthOf(atoms, style),
                 (look_.frame_pt + look_.margin_pt) / 2 * scale_ + style.size_pt / 2, style,
                 fixed_);
  }

  void Paragraph(const Block& block) {
    const Align align = block.node->align;
    const bool placed = align == Align::kCenter || align == Align::kEnd;
    const double size = Scaled(block.node->text_pt > 0 ? block.node->text_pt : look_.text_pt);
    Lines(block, size, align, placed ? 0 : block.node->size, Colour::kBlack, top_);
  }

  // A label and a line with the value on it; the entries of a cover stand under each other.
  void Entry(const Block& block) {
    const double size = Scaled(look_.text_pt);
    const double pitch = 2 * size;
    const TextStyle style{size, 0, Colour::kBlack};
    const std::vector<Atom> label = composer_.shaper_.Shape(block.second);
    const double label_width = std::max(WidthOf(label, style), kEntryLabelEm * size);
    PlaceNatural(label, left_, entries_.height_pt + pitch / 2, style, entries_.page);
    Measure measure = MeasureOf(size, 0);
    const double x = left_ + label_width + size;
    measure.width_pt = left_ + text_width_ - x;
    const std::vector<Atom> value = composer_.shaper_.Shape(block.spans);
    for (const BrokenLine& line : BreakLines(value, measure)) {
      PlaceBroken(value, line, measure, Align::kStart, x, entries_.height_pt + pitch / 2,
                  Colour::kBlack, entries_.page);
      entries_.height_pt += pitch;
      const double y = entries_.height_pt - 0.35 * size;
      entries_.page.strokes.push_back({x, y, left_ + text_width_, y, 0.5, Colour::kBlack});
    }
  }

  // The bodies that give a plaque: under each other, at the bottom.
  void Issuers() {
    for (const Block* issuer : issuers_) {
      Lines(*issuer, Scaled(look_.issuer_pt), Align::kCenter, 0, Colour::kBlack, bottom_);
    }
  }

  // A plaque's date stands below its issuers; elsewhere name over date, on the right, the seal
  // centred over both.
  void Sign(const Block& block) {
    std::vector<const Block*> parties;
    const Block* date = nullptr;
    for (const Block& child : block.children) {
      if (child.node->kind == NodeKind::kParty) parties.push_back(&child);
      if (child.node->kind == NodeKind::kDate) date = &child;
    }
    if (form_ == Form::kPlaque) {
      for (const Block* party : parties) issuers_.push_back(party);
      date_ = date;
      return;
    }
    const size_t across = std::clamp<size_t>(parties.size(), 1, 3);
    for (size_t first = 0; first < std::max<size_t>(parties.size(), 1); first += across) {
      const bool last = first + across >= parties.size();
      SignRow(std::span(parties).subspan(std::min(first, parties.size())), across,
              last ? date : nullptr);
    }
  }

  void SignRow(std::span<const Block* const> parties, size_t across, const Block* date) {
    const double size = Scaled(look_.text_pt);
    const double pitch = kPitchEm * size;
    const TextStyle style{size, 0, Colour::kBlack};
    const size_t count = std::min(across, parties.size());
    std::vector<std::vector<Atom>> names;
    std::vector<Drawn> seals;
    for (size_t i = 0; i < count; ++i) {
      names.push_back(composer_.shaper_.Shape(parties[i]->spans));
      seals.push_back(composer_.DrawSeal(*parties[i], kSealMm));
    }
    const std::vector<Atom> dated =
        date == nullptr ? std::vector<Atom>{} : composer_.shaper_.Shape(date->spans);
    double tallest = 0;
    for (const Drawn& seal : seals) tallest = std::max(tallest, seal.height_pt);
    const double lines = dated.empty() ? 1 : 2;
    const double text_top = std::max(0.0, tallest / 2 + kBelowSealMiddlePt - lines * pitch / 2);
    const double sign_left = left_ + beside_left_;
    const double sign_right = left_ + text_width_ - beside_right_;
    const double column = (sign_right - sign_left) / static_cast<double>(across);
    const auto middle_of = [&](size_t i) {
      if (across > 1) return sign_left + column * (static_cast<double>(i) + 0.5);
      double widest = WidthOf(dated, style);
      if (!names.empty()) widest = std::max(widest, WidthOf(names.front(), style));
      return std::max(sign_right - 2 * size - widest / 2, sign_left + widest / 2);
    };
    const double top = bottom_.height_pt;
    for (size_t i = 0; i < count; ++i) {
      const double middle = middle_of(i);
      if (seals[i].width_pt > 0) {
        PlacePage(std::move(seals[i].page), middle - seals[i].width_pt / 2,
                  top + (tallest - seals[i].height_pt) / 2, bottom_.page);
      }
      // A name too long for its column is set smaller.
      TextStyle fitting = style;
      const double width = WidthOf(names[i], style);
      if (width > column - size / 2) fitting.size_pt *= (column - size / 2) / width;
      PlaceNatural(names[i], middle - WidthOf(names[i], fitting) / 2, top + text_top + pitch / 2,
                   fitting, bottom_.page);
    }
    if (!dated.empty()) {
      const double middle = middle_of(count == 0 ? 0 : count - 1);
      PlaceNatural(dated, middle - WidthOf(dated, style) / 2, top + text_top + 1.5 * pitch, style,
                   bottom_.page);
    }
    bottom_.height_pt += std::max(tallest, text_top + lines * pitch);
  }

  // Images and codes stand in the lower corners, or in the middle of the lower edge.
  void Corner(const Block& block) {
    if (block.node->kind != NodeKind::kImage && block.node->kind != NodeKind::kQr) return;
    Drawn drawn = composer_.DrawInset(block, text_width_ / 2, height_ / 3);
    if (drawn.width_pt <= 0) return;
    double x = left_;
    if (block.node->align == Align::kCenter) x += (text_width_ - drawn.width_pt) / 2;
    if (block.node->align == Align::kEnd) x += text_width_ - drawn.width_pt;
    PlacePage(std::move(drawn.page), x, -drawn.height_pt, insets_);
    inset_height_ = std::max(inset_height_, drawn.height_pt);
    const double beside = drawn.width_pt + Scaled(look_.small_pt);
    if (block.node->align == Align::kEnd) {
      beside_right_ = std::max(beside_right_, beside);
    } else if (block.node->align != Align::kCenter) {
      beside_left_ = std::max(beside_left_, beside);
    }
  }

  void PlaqueDate() {
    if (date_ == nullptr) return;
    Lines(*date_, Scaled(look_.text_pt), Align::kCenter, 0, Colour::kBlack, bottom_);
  }

  void Rectangle(double inset_pt, double width_pt, Page& out) const {
    const double l = inset_pt, t = inset_pt, r = width_ - inset_pt, b = height_ - inset_pt;
    const auto line = [&](double x1, double y1, double x2, double y2) {
      out.strokes.push_back({x1, y1, x2, y2, width_pt, look_.frame});
    };
    const double half = width_pt / 2;  // so that the corners are closed
    line(l - half, t, r + half, t);
    line(l - half, b, r + half, b);
    line(l, t, l, b);
    line(r, t, r, b);
  }

  // Two frames; an ornate sheet has stepped corners (回纹) between them.
  void Frame(Page& out) const {
    const double outer = Scaled(look_.frame_pt);
    if (!look_.ornate) {
      Rectangle(outer, 1.5, out);
      Rectangle(outer + 4, 0.5, out);
      return;
    }
    Rectangle(outer, Scaled(3), out);
    Rectangle(outer + Scaled(9), Scaled(0.9), out);
    const double width = Scaled(1.4);
    const auto line = [&](double x1, double y1, double x2, double y2) {
      out.strokes.push_back({x1, y1, x2, y2, width, look_.frame});
    };
    for (const bool right : {false, true}) {
      for (const bool bottom : {false, true}) {
        for (const double step : {14.0, 20.0, 26.0}) {
          const double near = outer + Scaled(step);
          const double arm = Scaled(46 - step);
          const double x = right ? width_ - near : near;
          const double y = bottom ? height_ - near : near;
          const double dx = right ? -arm : arm;
          const double dy = bottom ? -arm : arm;
          line(x, y, x + dx, y);
          line(x, y, x, y + dy);
        }
      }
    }
  }

  Composer& composer_;
  Form form_;
  Look look_;
  double width_ = 0, height_ = 0, scale_ = 1, left_ = 0, text_width_ = 0;
  SheetGroup top_, bottom_, entries_;
  Page fixed_;
  Page insets_;
  double inset_height_ = 0;
  double beside_left_ = 0, beside_right_ = 0;  // kept free for insets
  std::vector<const Block*> issuers_;
  const Block* date_ = nullptr;
};

void Composer::OneSheet(const std::vector<Block>& blocks) {
  if (blocks.empty()) return;
  flow_.numbered = false;
  flow_.items.push_back(SheetSetter(*this, form_, sheet_).Set(blocks));
  if (CountNotes(blocks) > 0) {
    Mistake(blocks.front(), "doc.footnote",
            "证书、牌匾、封面是一张纸，没有脚注；请把注的文字写进正文");
  }
}

}  // namespace anjuan::doc
