#include "common/base/secret_bytes.h"

#include <string.h>

#include <utility>

namespace blindlink {

void WipeMemory(void* data, size_t size) {
  if (size > 0) explicit_bzero(data, size);
}

SecretBytes& SecretBytes::operator=(SecretBytes&& other) noexcept {
  if (this != &other) {
    Wipe();
    bytes_ = std::move(other.bytes_);
    other.bytes_.clear();
  }
  return *this;
}

SecretBytes::~SecretBytes() { Wipe(); }

void SecretBytes::Wipe() {
  WipeMemory(bytes_.data(), bytes_.size());
  bytes_.clear();
}

}  // namespace blindlink
