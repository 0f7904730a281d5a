#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "researcher/report/count_figures.h"
#include "researcher/report/number_text.h"
#include "researcher/report/page_words.h"
#include "researcher/report/venn.h"

namespace blindlink::researcher {
namespace {

constexpr int kWidth = 640;
constexpr int kHeight = 300;
constexpr double kMiddleX = kWidth / 2.0;
constexpr double kMiddleY = 155;
constexpr double kMaxSpan = 290;
constexpr double kMaxRadius = 100;
constexpr double kMinRadius = 5;
constexpr double kLabelRow = kMiddleY;

struct Circle {
  double x = 0;
  double radius = 0;
};

struct Drawn {
  Circle left, right;
  bool enlarged = false;  // large enough to be seen
};

// In the drawing's units, with the whole centred.
Drawn Draw(const VennCircles& circles) {
  const double left_edge = std::min(-circles.left_radius, circles.distance - circles.right_radius);
  const double right_edge = std::max(circles.left_radius, circles.distance + circles.right_radius);
  const double scale = std::min(kMaxSpan / (right_edge - left_edge), kMaxRadius);
  const double origin = kMiddleX - scale * (left_edge + right_edge) / 2;
  Drawn drawn{{origin, scale * circles.left_radius},
              {origin + scale * circles.distance, scale * circles.right_radius}};
  for (Circle* circle : {&drawn.left, &drawn.right}) {
    if (circle->radius == 0 || circle->radius >= kMinRadius) continue;
    circle->radius = kMinRadius;
    drawn.enlarged = true;
  }
  return drawn;
}

void AppendCircle(const Circle& circle, absl::string_view style, Markup* page) {
  page->Empty("circle", {{"class", std::string(style)},
                         {"cx", absl::StrFormat("%.3f", circle.x)},
                         {"cy", absl::StrFormat("%.3f", kMiddleY)},
                         {"r", absl::StrFormat("%.3f", circle.radius)}});
}

void AppendText(double x, double y, absl::string_view anchor, absl::string_view style,
                absl::string_view text, Markup* page) {
  page->Element("text", text,
                {{"class", std::string(style)},
                 {"x", absl::StrFormat("%.2f", x)},
                 {"y", absl::StrFormat("%.2f", y)},
                 {"text-anchor", std::string(anchor)}});
}

void AppendLeader(double x1, double y1, double x2, double y2, Markup* page) {
  page->Empty("line", {{"class", "leader"},
                       {"x1", absl::StrFormat("%.2f", x1)},
                       {"y1", absl::StrFormat("%.2f", y1)},
                       {"x2", absl::StrFormat("%.2f", x2)},
                       {"y2", absl::StrFormat("%.2f", y2)}});
}

// The counts are beside the circles, where they are readable however small a part is.
void AppendLabels(const Evaluation& evaluation, const Drawn& drawn, Markup* page) {
  const ContingencyTable& table = evaluation.table;
  const PageWords words = WordsFor(evaluation);
  AppendText(150, kLabelRow - 4, "end", "count", CountText(table.false_positives), page);
  AppendText(150, kLabelRow + 14, "end", "", words.linked_only, page);
  AppendText(490, kLabelRow - 4, "start", "count", CountText(table.false_negatives), page);
  AppendText(490, kLabelRow + 14, "start", "", words.reference_only, page);
  AppendText(kMiddleX, kHeight - 22, "middle", "count", CountText(table.true_positives), page);
  AppendText(kMiddleX, kHeight - 5, "middle", "", words.both, page);
  AppendText(310, 24, "end", "set-left",
             absl::StrCat("Linked: ", CountText(table.true_positives + table.false_positives)),
             page);
  AppendText(330, 24, "start", "set-right",
             absl::StrCat(words.reference_pairs, ": ", CountText(evaluation.true_pairs)), page);
  // One line into each part that has pairs, however narrow the part is.
  const double left_edge = drawn.left.x - drawn.left.radius;
  const double right_edge = drawn.right.x + drawn.right.radius;
  const double overlap_from = std::max(left_edge, drawn.right.x - drawn.right.radius);
  const double overlap_to = std::min(right_edge, drawn.left.x + drawn.left.radius);
  if (table.false_positives > 0) {
    const double to = table.true_positives > 0 ? (left_edge + overlap_from) / 2 : drawn.left.x;
    AppendLeader(155, kLabelRow, to, kMiddleY, page);
  }
  if (table.false_negatives > 0) {
    const double to = table.true_positives > 0 ? (right_edge + overlap_to) / 2 : drawn.right.x;
    AppendLeader(485, kLabelRow, to, kMiddleY, page);
  }
  if (table.true_positives > 0) {
    AppendLeader(kMiddleX, kHeight - 40, (overlap_from + overlap_to) / 2, kMiddleY + 4, page);
  }
}

}  // namespace

void AppendVennFigure(const Evaluation& evaluation, Markup* page) {
  const ContingencyTable& table = evaluation.table;
  if (table.true_positives + table.false_positives + table.false_negatives == 0) {
    page->Element("p", "There is nothing to draw: no pair was linked, and none is true.");
    return;
  }
  const PageWords words = WordsFor(evaluation);
  const Drawn drawn =
      Draw(PlaceCircles(table.false_positives, table.true_positives, table.false_negatives));
  page->Open("figure");
  OpenDrawing({"venn", "Linked pairs and the reference",
               absl::StrCat("Two circles: ", table.true_positives, " pairs in both, ",
                            table.false_positives, " linked only, ", table.false_negatives, " ",
                            words.is_true, " only.")},
              kWidth, kHeight, page);
  AppendCircle(drawn.left, "circle-left", page);
  AppendCircle(drawn.right, "circle-right", page);
  AppendLabels(evaluation, drawn, page);
  page->Close();
  page->Element("figcaption", drawn.enlarged
                                  ? "Areas are proportional to the counts, except that the small "
                                    "circle is enlarged to be visible."
                                  : "Areas are proportional to the counts.");
  page->Close();
}

}  // namespace blindlink::researcher
