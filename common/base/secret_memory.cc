#include "common/base/secret_memory.h"

#include <sys/mman.h>

#include <mutex>
#include <new>
#include <vector>

namespace blindlink {
namespace {

constexpr size_t kSlotSize = 64;
constexpr size_t kSlots = 512;
constexpr size_t kRegionSize = kSlotSize * kSlots;

struct Pages {
  void* begin;
  bool locked;
};

Pages TakePages(size_t size) {
  void* const begin =
      mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (begin == MAP_FAILED) throw std::bad_alloc();
  madvise(begin, size, MADV_DONTDUMP);
  return {begin, mlock(begin, size) == 0};
}

// Slots of equal size in a few pages, for keys; nearly every secret is one.
class Slots {
 public:
  Slots() : pages_(TakePages(kRegionSize)) {
    for (size_t i = kSlots; i > 0; --i) free_.push_back(begin() + (i - 1) * kSlotSize);
  }

  bool locked() const { return pages_.locked; }
  bool Holds(const void* memory) const {
    return memory >= begin() && memory < begin() + kRegionSize;
  }
  // Null if all are taken.
  void* Take() {
    const std::lock_guard lock(mutex_);
    if (free_.empty()) return nullptr;
    uint8_t* const slot = free_.back();
    free_.pop_back();
    return slot;
  }
  void Return(void* slot) {
    const std::lock_guard lock(mutex_);
    free_.push_back(static_cast<uint8_t*>(slot));
  }

 private:
  uint8_t* begin() const { return static_cast<uint8_t*>(pages_.begin); }

  const Pages pages_;
  std::mutex mutex_;
  std::vector<uint8_t*> free_;
};

// Never destroyed: secrets of static objects may outlive it otherwise.
Slots& AllSlots() {
  static Slots& slots = *new Slots;
  return slots;
}

}  // namespace

bool SecretMemoryIsLocked() { return AllSlots().locked(); }

void* TakeSecretMemory(size_t size) {
  if (size > kMaxLockedSecret) return ::operator new(size);
  void* const slot = size <= kSlotSize ? AllSlots().Take() : nullptr;
  return slot != nullptr ? slot : TakePages(size).begin;
}

void ReturnSecretMemory(void* memory, size_t size) {
  if (size > kMaxLockedSecret) {
    ::operator delete(memory);
  } else if (AllSlots().Holds(memory)) {
    AllSlots().Return(memory);
  } else {
    munmap(memory, size);
  }
}

}  // namespace blindlink
