#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "tests/population/permutation.h"

namespace blindlink::population {

struct FileSizes {
  uint64_t registry = 0;  // records
  uint64_t claims = 0;    // records
  double overlap = 0.75;  // share of the registry's people who also have claims
  double registry_records_per_person = 1.0;
  double claims_records_per_person = 1.0;
};

// Whose records the two files hold, and in which order. People are numbered 0 .. people() - 1;
// everyone is in at least one file, so the relatives of the registry's people are among the claims.
// Every answer is computed from the record's position alone; nothing is stored.
class Assignment {
 public:
  // INVALID_ARGUMENT if the sizes are inconsistent.
  static absl::StatusOr<Assignment> Create(uint64_t seed, const FileSizes& sizes);

  uint64_t people() const { return membership_.size(); }
  uint64_t registry_people() const { return registry_people_; }
  uint64_t claims_people() const { return claims_people_; }
  uint64_t shared_people() const { return registry_people_ + claims_people_ - people(); }

  // The person of the record at `position` of the file.
  uint64_t RegistryPerson(uint64_t position) const;
  uint64_t ClaimsPerson(uint64_t position) const;

 private:
  Assignment(uint64_t seed, const FileSizes& sizes, uint64_t registry_people,
             uint64_t claims_people, uint64_t shared);
  // Each of `people` has at least one record; the remaining records are dealt at random.
  uint64_t Dealt(uint64_t shuffled, uint64_t people, uint64_t salt) const;

  uint64_t seed_;
  uint64_t registry_people_;
  uint64_t claims_people_;
  Permutation membership_;
  Permutation registry_order_;
  Permutation claims_order_;
};

}  // namespace blindlink::population
