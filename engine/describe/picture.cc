// Graphviz's xdot operations, as dot -Tjson writes them, to the picture of engine/doc.
#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include "engine/base/text.h"
#include "engine/describe/dot.h"
#include "engine/value/json.h"

namespace anjuan::describe {
namespace {

constexpr double kBoldFromPt = 15;  // letters of this size are the names of states
constexpr double kCircle = 0.5523;  // the handles of a Bezier piece that is a quarter of a circle

Unexpected<Diagnostics> NotALayout() {
  return Fail("describe.graphviz", "this is not the layout Graphviz writes (dot -Tjson)");
}

std::optional<double> NumberIn(std::string_view text) {
  double out = 0;
  const char* end = text.data() + text.size();
  const auto read = std::from_chars(text.data(), end, out);
  return read.ec == std::errc() && read.ptr == end ? std::optional(out) : std::nullopt;
}

std::optional<double> Length(const Value& value) {
  const Decimal* number = value.number();
  return number == nullptr ? std::nullopt : NumberIn(number->ToString());
}

// Hundredths of a point.
Value Number(double length) {
  const long long hundredths = std::llround(length * 100);
  return Value(*Decimal::Parse(StrCat(hundredths, "e-2")));
}

class Reader {
 public:
  // y grows upwards there, downwards here.
  explicit Reader(double height) : height_(height) {}

  void Operations(const Value& item) {
    for (const std::string_view name :
         {"_draw_", "_ldraw_", "_hdraw_", "_tdraw_", "_hldraw_", "_tldraw_"}) {
      const List* operations = item[name].list();
      if (operations == nullptr) continue;
      pen_ = Value("#000000");
      fill_ = Value();
      dashed_ = false;
      width_ = 1;
      for (const Value& operation : *operations) One(operation);
    }
  }

  List shapes, texts;

 private:
  void One(const Value& operation) {
    const std::string* op = operation["op"].string();
    if (op == nullptr || op->size() != 1) return;
    switch (op->front()) {
      case 'c':
        pen_ = Colour(operation["color"]);
        break;
      case 'C':
        fill_ = Colour(operation["color"]);
        break;
      case 'S':
        Style(operation["style"]);
        break;
      case 'F':
        size_ = Length(operation["size"]).value_or(size_);
        break;
      case 'P':
      case 'p':
        Shape(Points(operation["points"]), false, true, op->front() == 'P');
        break;
      case 'L':
        Shape(Points(operation["points"]), false, false, false);
        break;
      case 'b':
      case 'B':
        Curve(operation["points"], op->front() == 'B');
        break;
      case 'E':  // as with P and B, the capital letter is the filled one
      case 'e':
        Ellipse(operation["rect"], op->front() == 'E');
        break;
      case 'T':
        Text(operation);
        break;
      default:
        break;
    }
  }

  // "#rrggbb" or "#rrggbbaa"; what is wholly transparent is not drawn.
  static Value Colour(const Value& value) {
    const std::string* text = value.string();
    if (text == nullptr || !text->starts_with('#')) return Value("#000000");
    if (text->size() == 9 && text->ends_with("00")) return Value();
    return Value(text->substr(0, 7));
  }

  void Style(const Value& value) {
    const std::string* style = value.string();
    if (style == nullptr) return;
    if (*style == "dashed" || *style == "dotted") dashed_ = true;
    if (*style == "solid") dashed_ = false;
    constexpr std::string_view kWidth = "setlinewidth(";
    if (style->starts_with(kWidth)) {
      width_ =
          NumberIn(style->substr(kWidth.size(), style->size() - kWidth.size() - 1)).value_or(1);
    }
  }

  List Points(const Value& points) const {
    List out;
    if (points.list() == nullptr) return out;
    for (const Value& point : *points.list()) {
      const List* pair = point.list();
      if (pair == nullptr || pair->size() < 2) continue;
      const auto x = Length((*pair)[0]);
      const auto y = Length((*pair)[1]);
      if (x && y) Add(*x, height_ - *y, out);
    }
    return out;
  }

  static void Add(double x, double y, List& out) {
    out.push_back(Number(x));
    out.push_back(Number(y));
  }

  void Shape(List points, bool curve, bool closed, bool filled) {
    if (points.size() < 4) return;
    shapes.emplace_back(Context({{"points", Value(std::move(points))},
                                 {"curve", Value(curve)},
                                 {"closed", Value(closed)},
                                 {"fill", filled ? fill_ : Value()},
                                 {"stroke", pen_},
                                 {"width", Number(width_)},
                                 {"dashed", Value(dashed_)}}));
  }

  void Curve(const Value& points, bool filled) { Shape(Points(points), true, filled, filled); }

  void Ellipse(const Value& rect, bool filled) {
    const List* list = rect.list();
    if (list == nullptr || list->size() != 4) return;
    std::array<double, 4> at{};
    for (size_t i = 0; i < at.size(); ++i) at[i] = Length((*list)[i]).value_or(0);
    constexpr double kAround[][2] = {{1, 0},         {1, kCircle},  {kCircle, 1},  {0, 1},
                                     {-kCircle, 1},  {-1, kCircle}, {-1, 0},       {-1, -kCircle},
                                     {-kCircle, -1}, {0, -1},       {kCircle, -1}, {1, -kCircle},
                                     {1, 0}};
    List points;
    for (const auto& [x, y] : kAround) Add(at[0] + x * at[2], height_ - at[1] + y * at[3], points);
    Shape(std::move(points), true, true, filled);
  }

  void Text(const Value& operation) {
    const std::string* text = operation["text"].string();
    const List* at = operation["pt"].list();
    if (text == nullptr || Trim(*text).empty() || at == nullptr || at->size() != 2) return;
    const auto x = Length((*at)[0]);
    const auto y = Length((*at)[1]);
    if (!x || !y) return;
    const std::string* align = operation["align"].string();
    const std::string_view side = align == nullptr || *align == "c" ? "center"
                                  : *align == "l"                   ? "left"
                                                                    : "right";
    texts.emplace_back(Context({{"text", Value(*text)},
                                {"x", Number(*x)},
                                {"y", Number(height_ - *y)},
                                {"size", Number(size_)},
                                {"align", Value(side)},
                                {"bold", Value(size_ >= kBoldFromPt)}}));
  }

  double height_;
  Value pen_, fill_;
  double size_ = 10;
  double width_ = 1;
  bool dashed_ = false;
};

}  // namespace

Result<Value> PictureOf(std::string_view graphviz_json) {
  const Result<Value> read = ReadJson(graphviz_json, "dot -Tjson");
  if (!read) return Unexpected(read.error());
  const std::string* box = (*read)["bb"].string();
  if (box == nullptr) return NotALayout();
  std::vector<double> corners;
  for (const std::string_view part : Split(*box, ',')) {
    const auto number = NumberIn(part);
    if (number) corners.push_back(*number);
  }
  if (corners.size() != 4) return NotALayout();
  Reader reader(corners[3]);
  // Clusters come before what stands in them, so they are drawn below it.
  if (const List* objects = (*read)["objects"].list()) {
    for (const Value& object : *objects) reader.Operations(object);
  }
  if (const List* edges = (*read)["edges"].list()) {
    for (const Value& edge : *edges) reader.Operations(edge);
  }
  return Value(Context({{"width", Number(corners[2])},
                        {"height", Number(corners[3])},
                        {"shapes", Value(std::move(reader.shapes))},
                        {"texts", Value(std::move(reader.texts))}}));
}

}  // namespace anjuan::describe
