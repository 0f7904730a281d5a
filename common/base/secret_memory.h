#pragma once

#include <cstddef>
#include <cstdint>

namespace blindlink {

// Memory for key material. Up to kMaxLockedSecret bytes come from pages that are locked, so that
// they are never written to swap, and that core dumps leave out. The pages stay for the life of the
// process: two secrets may share one. Thread-safe.

// No key is larger. What is larger comes from the heap, and is not locked.
inline constexpr size_t kMaxLockedSecret = 4096;

// Whether the system lets this process lock memory (RLIMIT_MEMLOCK). If not, secrets are kept all
// the same, and may be swapped.
bool SecretMemoryIsLocked();

void* TakeSecretMemory(size_t size);
void ReturnSecretMemory(void* memory, size_t size);

// For std::vector.
template <typename T>
struct SecretAllocator {
  using value_type = T;
  SecretAllocator() = default;
  template <typename U>
  // NOLINTNEXTLINE(google-explicit-constructor): the standard's allocators convert
  SecretAllocator(const SecretAllocator<U>&) {}
  T* allocate(size_t count) { return static_cast<T*>(TakeSecretMemory(count * sizeof(T))); }
  void deallocate(T* memory, size_t count) { ReturnSecretMemory(memory, count * sizeof(T)); }
  friend bool operator==(const SecretAllocator&, const SecretAllocator&) { return true; }
};

}  // namespace blindlink
