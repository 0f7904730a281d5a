#pragma once

#include <cstdint>
#include <string>

#include "researcher/evaluate/contingency.h"

namespace blindlink::researcher {

// "1 234 567", with no-break spaces.
std::string CountText(uint64_t count);
// A share with four decimals, or with as many as show two digits of its distance from 0 or 1. "1"
// and "0" only if it is exactly that, so that 158 280 148 of 158 280 216 never reads as all.
std::string ShareText(double share);
// "0.9963 (0.9948 to 0.9974)"; "unknown" if the total is 0.
std::string IntervalText(const Proportion& share, uint64_t total);

}  // namespace blindlink::researcher
