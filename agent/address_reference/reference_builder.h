#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "agent/address_reference/address_reference.h"

namespace blindlink::agent {

// Collects a reference's streets row by row. Memory grows with the distinct streets, not with the
// rows.
class ReferenceBuilder {
 public:
  // Texts as in the file. Returns the reason why the row cannot be used ("no-street", "no-place"),
  // or nullptr.
  const char* Add(absl::string_view street, absl::string_view city, absl::string_view state,
                  absl::string_view postal_code);

  AddressReference Build();

 private:
  struct Key {
    uint32_t city, street, zip;
    auto operator<=>(const Key&) const = default;
    template <typename H>
    friend H AbslHashValue(H h, const Key& key) {
      return H::combine(std::move(h), key.city, key.street, key.zip);
    }
  };
  using Numbers = absl::flat_hash_map<std::string, uint32_t>;

  static uint32_t NumberOf(absl::string_view text, Numbers* numbers);

  Numbers streets_;  // "NAME\tSUFFIX"
  Numbers cities_;   // "MA BOSTON"
  absl::flat_hash_set<Key> keys_;
  std::string last_row_;  // neighbours mostly share a street
  uint64_t rows_ = 0;
};

}  // namespace blindlink::agent
