#pragma once

#include <string>

namespace blindlink {

// The shortest text that reads back as the same double; result files hold numbers in this form.
std::string ShortestNumber(double value);

}  // namespace blindlink
