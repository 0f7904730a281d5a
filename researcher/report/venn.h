#pragma once

#include <cstdint>

namespace blindlink::researcher {

// Two circles whose areas and overlap are proportional to the counts of two sets; the larger radius
// is 1. Sets without a common member stand slightly apart; a set within the other touches it from
// inside.
struct VennCircles {
  double left_radius = 0;
  double right_radius = 0;
  double distance = 0;  // between the centres
};

// The area that two circles share.
double OverlapArea(double left_radius, double right_radius, double distance);

// For two sets with `left_only` + `both` and `right_only` + `both` members. The distance is found
// by bisection: the overlap shrinks as the circles move apart and has no closed-form inverse.
VennCircles PlaceCircles(uint64_t left_only, uint64_t both, uint64_t right_only);

}  // namespace blindlink::researcher
