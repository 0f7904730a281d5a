#pragma once

#include <cstddef>
#include <cstdint>

namespace blindlink::resolver {

// The resources that one ingest or run may use. They do not affect its result.
struct WorkLimits {
  uint64_t memory_budget;  // bytes, for sorting
  size_t threads = 1;      // 1 or more
};

}  // namespace blindlink::resolver
