#pragma once

#include <cstdint>

#include "blindlink/v1/release_plan.pb.h"
#include "common/base/bytes16.h"
#include "common/crypto/hmac_sha256.h"

namespace blindlink::agent {

// By how many days a person's dates are shifted. All sites of a project shift one person alike,
// since they share the key and the resolver gives the person's records one seed (GetShiftSeeds):
//   resolver     knows seeds, but neither the key nor a date
//   researcher   knows shifted dates, but neither the key nor seeds. A person whose true dates are
//                known tells nothing of others
//   a site       knows the shifts of its own persons, whose dates it has anyway. Two sites that
//                compare seeds learn 10 bits at most about who is at both
// Immutable; thread-safe.
class DateShift {
 public:
  // `key`: TokenKey::DeriveReleaseKey(project, kPurpose). `rules` as a checked plan has them, with
  // shift_days of at least 1, or 7 if weekdays are kept.
  DateShift(const HmacSha256& key, const v1::DateRules& rules);
  static constexpr char kPurpose[] = "date shift";

  // At most rules.shift_days to either side, never 0; whole weeks if weekdays are kept. Every
  // shift is equally likely.
  int DaysOf(uint32_t seed) const;
  // For a site that releases its data alone: nobody else's record has the person's shift.
  int DaysOf(const RecordPseudonym& record) const;

 private:
  int DaysOf(absl::string_view message) const;

  HmacSha256 key_;
  int step_;   // 1 or 7
  int steps_;  // at most so many to either side
};

}  // namespace blindlink::agent
