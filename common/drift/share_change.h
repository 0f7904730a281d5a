#pragma once

#include "absl/types/span.h"

namespace blindlink {

// Whether a share has changed. One exact test serves datasets of ten and of a hundred million
// records; what is too small to matter is told by the size of the effect, never by the test, which
// finds any difference in enough records. Pure functions.

// `of` of `all` trials. Real numbers, since trials that are not independent count as fewer.
struct CountedShare {
  double of = 0;
  double all = 0;

  double value() const { return all > 0 ? of / all : 0; }
  // As if there had been fewer trials by this factor.
  CountedShare Divided(double by) const { return {of / by, all / by}; }
};

// Both together.
CountedShare Pooled(absl::Span<const CountedShare> shares);

// Cohen's h, the difference of two shares on the scale on which their variance does not depend on
// them: 2 |asin sqrt(a) - asin sqrt(b)|. .1 is .95 against .925, .5 against .45 or .01 against
// .023. Source: Cohen, Statistical Power Analysis for the Behavioral Sciences (1988), chapter 6.
double EffectSize(double a, double b);

// How much more the shares vary than counts of independent trials would, from 1 on: Pearson's
// chi-square over its degrees of freedom. 1 for fewer than two shares.
// Source: Rao and Scott, A simple method for the analysis of clustered binary data, Biometrics 48
// (1992), who divide the counts by it.
double DesignEffect(absl::Span<const CountedShare> shares);

// The probability that two samples of one population differ at least so much, in either direction:
// twice the smaller tail of Fisher's exact test, at most 1. Counts are rounded to whole ones.
// Takes time in proportion to the standard deviation of the count.
double ChanceOfDifference(const CountedShare& a, const CountedShare& b);

}  // namespace blindlink
