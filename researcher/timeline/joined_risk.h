#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/bytes16.h"
#include "common/extsort/external_sorter.h"
#include "researcher/timeline/person_events.h"

namespace blindlink::researcher {

// The columns of all sites' persons tables by which somebody could recognize a person.
class QuasiIdentifiers {
 public:
  explicit QuasiIdentifiers(const std::vector<SiteTables>& sites);

  // Each name once, in the order of the sites.
  const std::vector<std::string>& names() const { return names_; }
  // For each name what all sites together say of the person: the different values, sorted, as
  // written. A missing value says nothing.
  std::vector<std::vector<absl::string_view>> ValuesOf(const PersonEvents& person) const;

 private:
  struct Column {
    size_t name;
    size_t column;
  };
  std::vector<std::string> names_;
  std::vector<std::vector<Column>> columns_;  // by site
};

// Sixteen bytes that stand for the values, the same for the same values only (SHA-256).
using ProfileDigest = Bytes16<struct ProfileDigestTag>;
ProfileDigest DigestOf(const std::vector<std::vector<absl::string_view>>& values);

// How well persons hide among each other once the sites' tables meet.
struct JoinedRisk {
  uint64_t k = 0;  // what was asked for
  uint64_t persons = 0;
  uint64_t groups = 0;
  uint64_t smallest = 0;       // persons in the smallest group; 0: no person
  uint64_t groups_below = 0;   // groups of fewer than k
  uint64_t persons_below = 0;  // persons in such groups
};

// Counts the groups of equal digests, each person once. Errors are those of the sorter.
absl::StatusOr<JoinedRisk> MeasureRisk(ExternalSorter<ProfileDigest>* digests, uint64_t k);

}  // namespace blindlink::researcher
