#pragma once

#include <string>

namespace blindlink {

// The shortest text that reads back as the same double, as result files write numbers.
std::string ShortestNumber(double value);

}  // namespace blindlink
