#pragma once

#include <cstddef>
#include <memory>

#include "common/base/secret_bytes.h"

namespace blindlink {

// For containers of what must not stay behind in memory, but is too much to be locked there: wipes
// memory before it is given back, also when a container grows.
template <typename T>
struct WipingAllocator {
  using value_type = T;
  WipingAllocator() = default;
  template <typename U>
  // NOLINTNEXTLINE(google-explicit-constructor): the standard's allocators convert
  WipingAllocator(const WipingAllocator<U>&) {}
  T* allocate(size_t count) { return std::allocator<T>().allocate(count); }
  void deallocate(T* memory, size_t count) {
    WipeMemory(memory, count * sizeof(T));
    std::allocator<T>().deallocate(memory, count);
  }
  friend bool operator==(const WipingAllocator&, const WipingAllocator&) { return true; }
};

}  // namespace blindlink
