#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "researcher/report/markup.h"

namespace blindlink::researcher {

// The name of a drawing for readers who cannot see it. `id` is unique on the page.
struct DrawingText {
  std::string id;
  std::string title;
  std::string description;
};

// Opens an <svg> of this size in user units, scaled to the available width, with title and
// description; the caller closes it.
void OpenDrawing(const DrawingText& text, int width, int height, Markup* page);

struct Axis {
  double from = 0;
  double to = 1;  // greater than `from`
  std::string label;
};

// An axis for shares that ends at 1 and begins at a round number, so that differences near 1, the
// range of good linkage, are visible.
Axis AxisOfShares(double lowest, std::string label);
// An axis from `lowest` to `highest`, or around them if they are equal.
Axis AxisOver(double lowest, double highest, std::string label);

// A coordinate system in an <svg>. The constructor draws frame, grid and labels; each call draws
// one more element. Styles are class names of the page's style sheet.
class Plot {
 public:
  Plot(const DrawingText& text, Axis x, Axis y, Markup* page);
  // Closes the drawing.
  void Finish() { page_.Close(); }

  void Line(const std::vector<std::pair<double, double>>& points, absl::string_view style);
  // A dot, or a vertical line, each with a label beside it.
  void Dot(double x, double y, absl::string_view label);
  void Vertical(double x, absl::string_view label);
  // A line from low to high at x, with a dot.
  void Interval(double x, double middle, double low, double high);
  // Line samples with their names, above the frame.
  void Legend(const std::vector<std::pair<std::string, std::string>>& style_and_name);

 private:
  double X(double x) const;
  double Y(double y) const;
  void DrawGrid();

  const Axis x_;
  const Axis y_;
  Markup& page_;
};

}  // namespace blindlink::researcher
