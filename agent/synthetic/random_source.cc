#include "agent/synthetic/random_source.h"

#include <cstring>
#include <limits>

#include "common/crypto/random.h"

namespace blindlink::agent {
namespace {

class System : public RandomSource {
 public:
  uint64_t Next() override {
    if (used_ == kBytes) {
      buffer_ = RandomBytes(kBytes);
      used_ = 0;
    }
    uint64_t bits;
    memcpy(&bits, buffer_.Reveal().data() + used_, sizeof bits);
    used_ += sizeof bits;
    return bits;
  }

 private:
  static constexpr size_t kBytes = size_t{1} << 16;
  SecretBytes buffer_;
  size_t used_ = kBytes;
};

class Seeded : public RandomSource {
 public:
  explicit Seeded(uint64_t seed) : state_(seed) {}
  uint64_t Next() override {
    uint64_t x = state_ += 0x9e3779b97f4a7c15;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return x ^ (x >> 31);
  }

 private:
  uint64_t state_;
};

}  // namespace

uint64_t RandomSource::Below(uint64_t size) {
  // Numbers from the last, incomplete range of `size` would be favoured.
  const uint64_t most = std::numeric_limits<uint64_t>::max();
  const uint64_t surplus = (most % size + 1) % size;
  for (;;) {
    if (const uint64_t bits = Next(); bits <= most - surplus) return bits % size;
  }
}

RandomSource::Wide RandomSource::BelowWide(Wide size) {
  if (size <= std::numeric_limits<uint64_t>::max()) return Below(static_cast<uint64_t>(size));
  const Wide most = ~Wide{0};
  const Wide surplus = (most % size + 1) % size;
  for (;;) {
    const Wide bits = (static_cast<Wide>(Next()) << 64) | Next();
    if (bits <= most - surplus) return bits % size;
  }
}

std::unique_ptr<RandomSource> SystemRandom() { return std::make_unique<System>(); }
std::unique_ptr<RandomSource> SeededRandom(uint64_t seed) { return std::make_unique<Seeded>(seed); }

}  // namespace blindlink::agent
