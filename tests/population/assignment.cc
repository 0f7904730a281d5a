#include "tests/population/assignment.h"

#include <algorithm>
#include <cmath>

namespace blindlink::population {
namespace {

uint64_t PeopleOf(uint64_t records, double per_person) {
  if (records == 0) return 0;
  const auto people =
      static_cast<uint64_t>(std::llround(static_cast<double>(records) / per_person));
  return std::clamp<uint64_t>(people, 1, records);
}

}  // namespace

absl::StatusOr<Assignment> Assignment::Create(uint64_t seed, const FileSizes& sizes) {
  if (!(sizes.overlap >= 0 && sizes.overlap <= 1)) {
    return absl::InvalidArgumentError("the overlap is a share, 0 to 1");
  }
  if (!(sizes.registry_records_per_person >= 1) || !(sizes.claims_records_per_person >= 1)) {
    return absl::InvalidArgumentError("a person in a file has at least one record in it");
  }
  const uint64_t registry = PeopleOf(sizes.registry, sizes.registry_records_per_person);
  const uint64_t claims = PeopleOf(sizes.claims, sizes.claims_records_per_person);
  if (registry + claims == 0) return absl::InvalidArgumentError("no records are asked for");
  const auto shared =
      static_cast<uint64_t>(std::llround(sizes.overlap * static_cast<double>(registry)));
  if (shared > claims && claims > 0) {
    return absl::InvalidArgumentError("the claims are too few to hold the overlap");
  }
  return Assignment(seed, sizes, registry, claims, std::min(shared, claims));
}

Assignment::Assignment(uint64_t seed, const FileSizes& sizes, uint64_t registry_people,
                       uint64_t claims_people, uint64_t shared)
    : seed_(seed),
      registry_people_(registry_people),
      claims_people_(claims_people),
      membership_(seed, Purpose::kMembership, registry_people + claims_people - shared),
      registry_order_(seed, Purpose::kRegistryOrder, sizes.registry),
      claims_order_(seed, Purpose::kClaimsOrder, sizes.claims) {}

uint64_t Assignment::Dealt(uint64_t shuffled, uint64_t people, uint64_t salt) const {
  if (shuffled < people) return shuffled;
  return Draw(seed_, Purpose::kExtraRecord, shuffled << 1 | salt).Below(people);
}

// Of the shuffled people the first registry_people() are in the registry, the last claims_people()
// in the claims; where the two overlap they are in both.
uint64_t Assignment::RegistryPerson(uint64_t position) const {
  return membership_.At(Dealt(registry_order_.At(position), registry_people_, 0));
}

uint64_t Assignment::ClaimsPerson(uint64_t position) const {
  const uint64_t first = people() - claims_people_;
  return membership_.At(first + Dealt(claims_order_.At(position), claims_people_, 1));
}

}  // namespace blindlink::population
