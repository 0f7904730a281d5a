#pragma once

#include <cstddef>
#include <cstdint>

namespace blindlink::resolver {

// What one ingest or run may use. No result depends on it.
struct WorkLimits {
  uint64_t memory_budget;  // bytes, for sorting
  size_t threads = 1;      // 1 or more
};

}  // namespace blindlink::resolver
