#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "researcher/report/count_figures.h"
#include "researcher/report/number_text.h"

namespace blindlink::researcher {
namespace {

constexpr int kWidth = 720;
constexpr int kRow = 26;
constexpr double kBarsLeft = 278;
constexpr double kBarsWidth = 190;
constexpr double kBarHeight = 16;

// A part of a bar; drawn at least as wide as a hairline if its count is not 0.
double AppendBarPart(double x, double y, double width, absl::string_view style, Markup* page) {
  if (width <= 0) return x;
  width = std::max(width, 1.0);
  page->Empty("rect", {{"class", std::string(style)},
                       {"x", absl::StrFormat("%.2f", x)},
                       {"y", absl::StrFormat("%.2f", y)},
                       {"width", absl::StrFormat("%.2f", width)},
                       {"height", absl::StrFormat("%.2f", kBarHeight)}});
  return x + width;
}

void AppendRowText(double x, double y, absl::string_view anchor, absl::string_view text,
                   Markup* page) {
  page->Element("text", text,
                {{"x", absl::StrFormat("%.2f", x)},
                 {"y", absl::StrFormat("%.2f", y)},
                 {"dy", "0.35em"},
                 {"text-anchor", std::string(anchor)}});
}

// A proportion on its own scale: a line from low to high, with a dot.
void AppendIntervalRow(const Proportion& share, uint64_t total, double from, double left,
                       double width, double y, Markup* page) {
  if (total == 0) return;
  const auto at = [&](double value) {
    return absl::StrFormat("%.2f", left + width * (std::max(value, from) - from) / (1 - from));
  };
  const std::string row = absl::StrFormat("%.2f", y);
  page->Empty("line", {{"class", "interval"},
                       {"x1", at(share.low)},
                       {"x2", at(share.high)},
                       {"y1", row},
                       {"y2", row}});
  page->Empty("circle", {{"class", "dot"}, {"cx", at(share.value)}, {"cy", row}, {"r", "4"}});
}

// One of the two scales of the subgroup figure.
class SubgroupScale {
 public:
  SubgroupScale(std::string name, double left, double lowest)
      : axis_(AxisOfShares(lowest, std::move(name))), left_(left) {}

  void AppendFrame(int rows, Markup* page) const {
    const double bottom = 34.0 + rows * kRow;
    page->Empty("rect", {{"class", "frame"},
                         {"x", absl::StrFormat("%.2f", left_)},
                         {"y", "30"},
                         {"width", absl::StrFormat("%.2f", kScaleWidth)},
                         {"height", absl::StrFormat("%.2f", bottom - 30)}});
    AppendRowText(left_ + kScaleWidth / 2, 14, "middle", axis_.label, page);
    AppendRowText(left_, bottom + 14, "middle", absl::StrFormat("%g", axis_.from), page);
    AppendRowText(left_ + kScaleWidth, bottom + 14, "middle", "1", page);
  }
  void Append(const Proportion& share, uint64_t total, double y, Markup* page) const {
    AppendIntervalRow(share, total, axis_.from, left_, kScaleWidth, y, page);
  }

  static constexpr double kScaleWidth = 220;

 private:
  const Axis axis_;
  const double left_;
};

double LowestOf(const std::vector<SubgroupOutcome>& subgroups,
                Proportion (ContingencyTable::*figure)() const) {
  double lowest = 1;
  for (const SubgroupOutcome& subgroup : subgroups) {
    lowest = std::min(lowest, (subgroup.table.*figure)().low);
  }
  return lowest;
}

}  // namespace

void AppendBarFigure(const DrawingText& text, const std::vector<Bar>& bars, const PageWords& words,
                     Markup* page) {
  uint64_t most = 1;
  for (const Bar& bar : bars) most = std::max(most, bar.true_positives + bar.false_positives);
  const double scale = kBarsWidth / static_cast<double>(most);
  page->Open("figure");
  OpenDrawing(text, kWidth, kRow * static_cast<int>(bars.size()) + 8, page);
  double y = 4;
  for (const Bar& bar : bars) {
    const double middle = y + kBarHeight / 2;
    AppendRowText(kBarsLeft - 8, middle, "end", bar.name, page);
    double x = AppendBarPart(kBarsLeft, y, scale * static_cast<double>(bar.true_positives),
                             "bar-true", page);
    x = AppendBarPart(x, y, scale * static_cast<double>(bar.false_positives), "bar-false", page);
    AppendRowText(x + 8, middle, "start",
                  absl::StrCat(CountText(bar.true_positives), " ", words.is_true, ", ",
                               CountText(bar.false_positives), " ", words.is_false),
                  page);
    y += kRow;
  }
  page->Close();
  page->Element("figcaption", text.title);
  page->Close();
}

void AppendSubgroupFigure(const DrawingText& text, const std::vector<SubgroupOutcome>& subgroups,
                          Markup* page) {
  const int rows = static_cast<int>(subgroups.size());
  const SubgroupScale sensitivity("Sensitivity", 190,
                                  LowestOf(subgroups, &ContingencyTable::Sensitivity));
  const SubgroupScale ppv("PPV", 460,
                          LowestOf(subgroups, &ContingencyTable::PositivePredictiveValue));
  page->Open("figure");
  OpenDrawing(text, kWidth, 34 + rows * kRow + 28, page);
  sensitivity.AppendFrame(rows, page);
  ppv.AppendFrame(rows, page);
  double y = 32 + kRow / 2.0;
  for (const SubgroupOutcome& subgroup : subgroups) {
    const ContingencyTable& table = subgroup.table;
    AppendRowText(180, y, "end", subgroup.group, page);
    sensitivity.Append(table.Sensitivity(), table.true_positives + table.false_negatives, y, page);
    ppv.Append(table.PositivePredictiveValue(), table.true_positives + table.false_positives, y,
               page);
    y += kRow;
  }
  page->Close();
  page->Element("figcaption", absl::StrCat(text.title, ", with 95 % intervals."));
  page->Close();
}

}  // namespace blindlink::researcher
