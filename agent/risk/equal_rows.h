#pragma once

#include <cstdint>
#include <vector>

#include "agent/risk/quasi_table.h"

namespace blindlink::agent {

// Rows that cannot be told apart by their quasi-identifiers.
struct EqualRows {
  static constexpr uint32_t kSuppressed = ~uint32_t{0};

  std::vector<uint32_t> group_of;  // per row; kSuppressed if no quasi-identifier is left
  std::vector<uint32_t> sizes;     // per group
  size_t suppressed = 0;           // rows
};

EqualRows FindEqualRows(const QuasiTable& table);

}  // namespace blindlink::agent
