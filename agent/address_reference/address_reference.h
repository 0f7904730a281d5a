#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace blindlink::agent {

// The known streets by ZIP and by city: a site's own reference file. House numbers are not kept, so
// 10 million addresses shrink to some hundred thousand streets. Immutable; threads may share it.
class AddressReference {
 public:
  // A street without its directionals, in the forms of agent/standardize.
  struct Street {
    std::string name;  // without spaces
    std::string suffix;
    uint32_t letters;  // one bit for each letter in the name, for quick comparison
  };
  // A street at a place. Unknown parts are kNone.
  struct Entry {
    uint32_t place;  // ZIP, or index of a city
    uint32_t street;
    uint32_t zip;
    auto operator<=>(const Entry&) const = default;
  };
  static constexpr uint32_t kNone = 0xFFFFFFFF;

  // Reads a CSV file as OpenAddresses publishes it (NUMBER, STREET, CITY, REGION, POSTCODE; other
  // columns are ignored), plain or compressed; reference_builder.cc lists further column names.
  // Rows that cannot be used are counted in `notes` by reason, never with a value. INVALID_ARGUMENT
  // if columns are missing or no row is usable; otherwise the errors of agent/input. `progress` is
  // called now and then.
  static absl::StatusOr<AddressReference> Read(
      const std::string& path, std::vector<std::string>* notes,
      const std::function<void(uint64_t rows, double share)>& progress = nullptr);

  // The entries of the streets of a ZIP or of a city, ordered by street. Empty for an unknown
  // place.
  absl::Span<const Entry> OfZip(uint32_t zip) const { return Range(by_zip_, zip); }
  absl::Span<const Entry> OfCity(absl::string_view state, absl::string_view city) const;

  const Street& street(uint32_t number) const { return streets_[number]; }
  // Streets are numbered by name: those called `name` have the numbers from first to end.
  struct Numbers {
    uint32_t first, end;
  };
  Numbers Named(absl::string_view name) const;

  size_t street_count() const { return streets_.size(); }
  uint64_t rows() const { return rows_; }

 private:
  friend class ReferenceBuilder;
  AddressReference() = default;
  static absl::Span<const Entry> Range(const std::vector<Entry>& entries, uint32_t place);

  std::vector<Street> streets_;          // sorted by name, then suffix
  std::vector<Entry> by_zip_, by_city_;  // sorted
  std::vector<std::string> cities_;      // "MA BOSTON", sorted
  uint64_t rows_ = 0;                    // that were usable
};

// The ZIP in a standardized postal code: 02139 for 021394307, and also for 2139, which lost its
// leading zero. kNone if there is no ZIP in it.
uint32_t ZipNumber(absl::string_view postal_code);
std::string ZipText(uint32_t zip);

// The letters as in AddressReference::Street::letters.
uint32_t LettersOf(absl::string_view name);

}  // namespace blindlink::agent
