#include "agent/clinical/dates/date_shift.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/byte_order.h"
#include "common/base/encoding.h"

namespace blindlink::agent {

DateShift::DateShift(const HmacSha256& key, const v1::DateRules& rules)
    : key_(key),
      step_(rules.keep_weekday() ? 7 : 1),
      steps_(static_cast<int>(rules.shift_days()) / step_) {}

int DateShift::DaysOf(uint32_t seed) const {
  std::string message = "seed";
  AppendNumber64(seed, &message);
  return DaysOf(message);
}

int DateShift::DaysOf(const RecordPseudonym& record) const {
  return DaysOf(absl::StrCat("record", record.AsView()));
}

int DateShift::DaysOf(absl::string_view message) const {
  const auto digest = key_.Digest16(message);
  // 64 bits modulo less than 2^11: no shift is likelier than another by more than 2^-53.
  const auto choice = static_cast<int>(LoadBigEndian64(digest.data()) % (2 * uint64_t(steps_)));
  return (choice < steps_ ? choice - steps_ : choice - steps_ + 1) * step_;
}

}  // namespace blindlink::agent
