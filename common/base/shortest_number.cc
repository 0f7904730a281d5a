#include "common/base/shortest_number.h"

#include <charconv>

namespace blindlink {

std::string ShortestNumber(double value) {
  char buffer[32];
  const std::to_chars_result end = std::to_chars(buffer, buffer + sizeof(buffer), value);
  return std::string(buffer, end.ptr);
}

}  // namespace blindlink
