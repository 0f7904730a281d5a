#include "researcher/report/plot.h"

#include <algorithm>
#include <cmath>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace blindlink::researcher {
namespace {

constexpr int kWidth = 480;
constexpr int kHeight = 360;
constexpr double kLeft = 64;
constexpr double kRight = kWidth - 18;
constexpr double kTop = 34;
constexpr double kBottom = kHeight - 52;

std::string Coordinate(double value) { return absl::StrFormat("%.2f", value); }

// The step, 1, 2 or 5 times a power of ten, that divides the axis into about five parts.
double StepOf(const Axis& axis) {
  const double rough = (axis.to - axis.from) / 5;
  const double power = std::pow(10, std::floor(std::log10(rough)));
  for (const double factor : {1.0, 2.0, 5.0}) {
    if (factor * power >= rough * 0.999) return factor * power;
  }
  return 10 * power;
}

std::vector<double> TicksOf(const Axis& axis) {
  const double step = StepOf(axis);
  std::vector<double> ticks;
  const auto last = static_cast<int>(std::floor(axis.to / step + 1e-6));
  for (int i = static_cast<int>(std::ceil(axis.from / step - 1e-6)); i <= last; ++i) {
    ticks.push_back(i * step);
  }
  return ticks;
}

std::string TickText(double tick, const Axis& axis) {
  const int decimals = std::max(0, -static_cast<int>(std::floor(std::log10(StepOf(axis)) + 1e-6)));
  return absl::StrFormat("%.*f", decimals, tick);
}

}  // namespace

void OpenDrawing(const DrawingText& text, int width, int height, Markup* page) {
  const std::string title = absl::StrCat(text.id, "-title");
  const std::string description = absl::StrCat(text.id, "-description");
  page->Open("svg", {{"xmlns", "http://www.w3.org/2000/svg"},
                     {"viewBox", absl::StrCat("0 0 ", width, " ", height)},
                     {"role", "img"},
                     {"aria-labelledby", absl::StrCat(title, " ", description)}});
  page->Element("title", text.title, {{"id", title}});
  page->Element("desc", text.description, {{"id", description}});
}

Axis AxisOfShares(double lowest, std::string label) {
  Axis axis{0, 1, std::move(label)};
  for (const double from : {0.5, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995, 0.998, 0.999}) {
    if (from <= lowest) axis.from = from;
  }
  return axis;
}

Axis AxisOver(double lowest, double highest, std::string label) {
  if (lowest >= highest) return {lowest - 0.5, lowest + 0.5, std::move(label)};
  return {lowest, highest, std::move(label)};
}

Plot::Plot(const DrawingText& text, Axis x, Axis y, Markup* page)
    : x_(std::move(x)), y_(std::move(y)), page_(*page) {
  OpenDrawing(text, kWidth, kHeight, page);
  DrawGrid();
}

double Plot::X(double x) const {
  return kLeft + (std::clamp(x, x_.from, x_.to) - x_.from) / (x_.to - x_.from) * (kRight - kLeft);
}

double Plot::Y(double y) const {
  return kBottom - (std::clamp(y, y_.from, y_.to) - y_.from) / (y_.to - y_.from) * (kBottom - kTop);
}

void Plot::DrawGrid() {
  for (const double tick : TicksOf(x_)) {
    const std::string x = Coordinate(X(tick));
    page_.Empty("line", {{"class", "grid"},
                         {"x1", x},
                         {"x2", x},
                         {"y1", Coordinate(kTop)},
                         {"y2", Coordinate(kBottom)}});
    page_.Element("text", TickText(tick, x_),
                  {{"x", x}, {"y", Coordinate(kBottom + 18)}, {"text-anchor", "middle"}});
  }
  for (const double tick : TicksOf(y_)) {
    const std::string y = Coordinate(Y(tick));
    page_.Empty("line", {{"class", "grid"},
                         {"x1", Coordinate(kLeft)},
                         {"x2", Coordinate(kRight)},
                         {"y1", y},
                         {"y2", y}});
    page_.Element(
        "text", TickText(tick, y_),
        {{"x", Coordinate(kLeft - 6)}, {"y", y}, {"dy", "0.35em"}, {"text-anchor", "end"}});
  }
  page_.Empty("rect", {{"class", "frame"},
                       {"x", Coordinate(kLeft)},
                       {"y", Coordinate(kTop)},
                       {"width", Coordinate(kRight - kLeft)},
                       {"height", Coordinate(kBottom - kTop)}});
  page_.Element("text", x_.label,
                {{"x", Coordinate((kLeft + kRight) / 2)},
                 {"y", Coordinate(kBottom + 40)},
                 {"text-anchor", "middle"}});
  const double middle = (kTop + kBottom) / 2;
  page_.Element("text", y_.label,
                {{"x", "14"},
                 {"y", Coordinate(middle)},
                 {"text-anchor", "middle"},
                 {"transform", absl::StrFormat("rotate(-90 14 %.2f)", middle)}});
}

void Plot::Line(const std::vector<std::pair<double, double>>& points, absl::string_view style) {
  std::string text;
  for (const auto& [x, y] : points) absl::StrAppendFormat(&text, "%.2f,%.2f ", X(x), Y(y));
  if (!text.empty()) text.pop_back();
  page_.Empty("polyline", {{"class", absl::StrCat("line ", style)}, {"points", text}});
}

void Plot::Dot(double x, double y, absl::string_view label) {
  page_.Empty("circle",
              {{"class", "dot"}, {"cx", Coordinate(X(x))}, {"cy", Coordinate(Y(y))}, {"r", "5"}});
  // Towards the middle, where there is room.
  const bool left = X(x) > (kLeft + kRight) / 2;
  const bool below = Y(y) < kTop + 40;
  page_.Element("text", label,
                {{"class", "label"},
                 {"x", Coordinate(X(x) + (left ? -9 : 9))},
                 {"y", Coordinate(Y(y) + (below ? 20 : -10))},
                 {"text-anchor", left ? "end" : "start"}});
}

void Plot::Vertical(double x, absl::string_view label) {
  page_.Empty("line", {{"class", "threshold"},
                       {"x1", Coordinate(X(x))},
                       {"x2", Coordinate(X(x))},
                       {"y1", Coordinate(kTop)},
                       {"y2", Coordinate(kBottom)}});
  const bool left = X(x) > (kLeft + kRight) / 2;
  page_.Element("text", label,
                {{"class", "label"},
                 {"x", Coordinate(X(x) + (left ? -6 : 6))},
                 {"y", Coordinate(kBottom - 10)},
                 {"text-anchor", left ? "end" : "start"}});
}

void Plot::Interval(double x, double middle, double low, double high) {
  const std::string at = Coordinate(X(x));
  page_.Empty("line", {{"class", "interval"},
                       {"x1", at},
                       {"x2", at},
                       {"y1", Coordinate(Y(low))},
                       {"y2", Coordinate(Y(high))}});
  page_.Empty("circle", {{"class", "dot"}, {"cx", at}, {"cy", Coordinate(Y(middle))}, {"r", "4"}});
}

void Plot::Legend(const std::vector<std::pair<std::string, std::string>>& style_and_name) {
  double x = kLeft;
  for (const auto& [style, name] : style_and_name) {
    page_.Empty("line", {{"class", absl::StrCat("line ", style)},
                         {"x1", Coordinate(x)},
                         {"x2", Coordinate(x + 28)},
                         {"y1", "16"},
                         {"y2", "16"}});
    page_.Element("text", name, {{"x", Coordinate(x + 34)}, {"y", "16"}, {"dy", "0.35em"}});
    x += 54 + 7.0 * static_cast<double>(name.size());
  }
}

}  // namespace blindlink::researcher
