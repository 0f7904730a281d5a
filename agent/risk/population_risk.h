#pragma once

#include <cstdint>
#include <map>
#include <string>

namespace blindlink::agent {

// How many groups of a sample have each size.
using SizeCounts = std::map<uint32_t, uint64_t>;

// The expected value of 1/F, where F is how many people of the population have the
// quasi-identifiers of a group of `size` in a sample of this `fraction` of it: F - size has a
// negative binomial distribution (Benedetti and Franconi 1998, as in mu-Argus). 1/size for a
// fraction of 1.
double ExpectedRisk(uint32_t size, double fraction);

struct UniqueEstimate {
  double uniques = 0;  // people that are unique in the population
  std::string by;      // the estimator: "Pitman", "Zayatz" or "the data are the population"
};

// Estimates how many people are unique in the population, by the rule of Dankar et al. (2012): for
// a sample of at most a tenth by Pitman's formula with Hoshino's (2001) moment estimates where they
// exist, else by Zayatz (1991).
UniqueEstimate EstimateUniques(const SizeCounts& counts, uint64_t sample, uint64_t population);

}  // namespace blindlink::agent
