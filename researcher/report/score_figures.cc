#include "researcher/report/score_figures.h"

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "researcher/report/number_text.h"
#include "researcher/report/plot.h"

namespace blindlink::researcher {
namespace {

constexpr size_t kMostPoints = 400;

using Points = std::vector<std::pair<double, double>>;

template <typename X, typename Y>
Points PointsOf(const std::vector<CurvePoint>& curve, const X& x, const Y& y) {
  Points points;
  for (const CurvePoint& point : curve) points.emplace_back(x(point), y(point));
  return points;
}

// The informative part of the curve: F1 within a tenth of its highest value. Without the rest,
// which is nearly straight, the axes can begin close to that part.
std::vector<CurvePoint> NearBest(const ScoreOutcome& outcome, uint64_t true_pairs) {
  const double enough = 0.9 * outcome.Best(true_pairs)->F1Of(true_pairs);
  std::vector<CurvePoint> curve;
  for (const CurvePoint& point : outcome.curve) {
    if (point.F1Of(true_pairs) >= enough) curve.push_back(point);
  }
  return ThinnedCurve(curve, kMostPoints);
}

double LowestY(const Points& points) {
  return std::min_element(points.begin(), points.end(),
                          [](const auto& a, const auto& b) { return a.second < b.second; })
      ->second;
}

std::string ThresholdText(double threshold) { return absl::StrFormat("%.3g", threshold); }

}  // namespace

void AppendPrecisionRecallFigure(const ScoreOutcome& outcome, uint64_t true_pairs, Markup* page) {
  const CurvePoint& used = outcome.curve.back();
  const CurvePoint& best = *outcome.Best(true_pairs);
  const auto sensitivity = [true_pairs](const CurvePoint& p) {
    return p.SensitivityOf(true_pairs);
  };
  const auto ppv = [](const CurvePoint& p) { return p.PositivePredictiveValue(); };
  const Points points = PointsOf(NearBest(outcome, true_pairs), sensitivity, ppv);
  page->Open("figure");
  Plot plot({"precision-recall", "PPV over sensitivity",
             absl::StrCat("From sensitivity ", ShareText(points.front().first), ", PPV ",
                          ShareText(points.front().second), ", to sensitivity ",
                          ShareText(points.back().first), ", PPV ", ShareText(points.back().second),
                          ".")},
            AxisOfShares(points.front().first, "sensitivity (recall)"),
            AxisOfShares(LowestY(points), "PPV (precision)"), page);
  plot.Line(points, "solid");
  plot.Dot(sensitivity(used), ppv(used), absl::StrCat("used: ", ThresholdText(used.threshold)));
  if (best.threshold != used.threshold) {
    plot.Dot(sensitivity(best), ppv(best),
             absl::StrCat("highest F1: ", ThresholdText(best.threshold)));
  }
  plot.Finish();
  page->Element("figcaption",
                "Precision and recall as the threshold falls from left to right, where F1 is "
                "within a tenth of its maximum. Note where the axes begin.");
  page->Close();
}

void AppendThresholdFigure(const ScoreOutcome& outcome, uint64_t true_pairs, Markup* page) {
  const CurvePoint& best = *outcome.Best(true_pairs);
  const double lowest = outcome.curve.back().threshold;
  const double highest = outcome.curve.front().threshold;
  const auto threshold = [](const CurvePoint& p) { return p.threshold; };
  const std::vector<CurvePoint> curve = NearBest(outcome, true_pairs);
  const Points f1 =
      PointsOf(curve, threshold, [true_pairs](const CurvePoint& p) { return p.F1Of(true_pairs); });
  const Points sensitivity = PointsOf(
      curve, threshold, [true_pairs](const CurvePoint& p) { return p.SensitivityOf(true_pairs); });
  const Points ppv =
      PointsOf(curve, threshold, [](const CurvePoint& p) { return p.PositivePredictiveValue(); });
  page->Open("figure");
  Plot plot({"threshold", "F1 over the threshold",
             absl::StrCat("F1 is highest, ", ShareText(best.F1Of(true_pairs)), ", at a threshold ",
                          "of ", ThresholdText(best.threshold), ".")},
            AxisOver(lowest, highest, "threshold"),
            AxisOfShares(std::min({LowestY(f1), LowestY(sensitivity), LowestY(ppv)}), "share"),
            page);
  plot.Legend({{"solid", "F1"}, {"dashed", "sensitivity"}, {"dotted", "PPV"}});
  plot.Line(ppv, "dotted");
  plot.Line(sensitivity, "dashed");
  plot.Line(f1, "solid");
  plot.Vertical(best.threshold, absl::StrCat("highest F1: ", ThresholdText(best.threshold)));
  plot.Finish();
  page->Element("figcaption",
                "F1, sensitivity and PPV if this were the lowest score of a match pair, where F1 "
                "is within a tenth of its maximum.");
  page->Close();
}

void AppendCalibrationFigure(const ScoreOutcome& outcome, Markup* page) {
  page->Open("figure");
  Plot plot({"calibration", "Share of true pairs by score",
             "One dot for each range of scores that has pairs; if the scores are accurate, the "
             "dots are on the diagonal. The table beside it has the figures."},
            {0, 1, "mean score"}, {0, 1, "share of true pairs"}, page);
  plot.Legend({{"dotted", "as expected"}});
  plot.Line({{0, 0}, {1, 1}}, "dotted");
  for (const ScoreBin& bin : outcome.bins) {
    const Proportion share = bin.TrueShare();
    plot.Interval(bin.mean_score, share.value, share.low, share.high);
  }
  plot.Finish();
  page->Element("figcaption",
                "Below the diagonal, scores are higher than the share of true pairs.");
  page->Close();
}

}  // namespace blindlink::researcher
