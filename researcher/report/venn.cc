#include "researcher/report/venn.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace blindlink::researcher {
namespace {

constexpr double kGap = 0.1;  // between circles without an overlap

// The area of the circle with `radius` beyond a chord at `distance` from its centre (negative: the
// centre lies beyond the chord).
double SegmentArea(double radius, double distance) {
  const double cosine = std::clamp(distance / radius, -1.0, 1.0);
  return radius * radius * (std::acos(cosine) - cosine * std::sqrt(1 - cosine * cosine));
}

}  // namespace

double OverlapArea(double left_radius, double right_radius, double distance) {
  const double smaller = std::min(left_radius, right_radius);
  if (distance >= left_radius + right_radius || smaller <= 0) return 0;
  if (distance <= std::abs(left_radius - right_radius)) {
    return std::numbers::pi * smaller * smaller;
  }
  // Where the chord through the two intersections crosses the line between the centres.
  const double cut =
      (distance * distance + left_radius * left_radius - right_radius * right_radius) /
      (2 * distance);
  return SegmentArea(left_radius, cut) + SegmentArea(right_radius, distance - cut);
}

VennCircles PlaceCircles(uint64_t left_only, uint64_t both, uint64_t right_only) {
  const auto left = static_cast<double>(left_only + both);
  const auto right = static_cast<double>(right_only + both);
  const double larger = std::max(left, right);
  VennCircles circles;
  if (larger == 0) return circles;
  circles.left_radius = std::sqrt(left / larger);
  circles.right_radius = std::sqrt(right / larger);
  if (both == 0) {
    circles.distance = circles.left_radius + circles.right_radius + kGap;
    return circles;
  }
  const double wanted = std::numbers::pi * static_cast<double>(both) / larger;
  double near = std::abs(circles.left_radius - circles.right_radius);
  double far = circles.left_radius + circles.right_radius;
  if (left_only == 0 || right_only == 0) far = near;
  for (int i = 0; i < 60; ++i) {  // enough for a double's precision
    const double middle = (near + far) / 2;
    const bool too_near = OverlapArea(circles.left_radius, circles.right_radius, middle) > wanted;
    (too_near ? near : far) = middle;
  }
  circles.distance = near;
  return circles;
}

}  // namespace blindlink::researcher
