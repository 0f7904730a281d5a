#include "agent/clinical/release/era_guard.h"

#include "agent/clinical/codes/code_text.h"

namespace blindlink::agent {

bool EraGuard::HasAlways(absl::string_view system, absl::string_view code) const {
  return book_.Check(system, code, first_day_) != CodeVerdict::kWrongYear &&
         book_.Check(system, code, last_day_) != CodeVerdict::kWrongYear;
}

bool EraGuard::IsListedAlways(absl::string_view system, absl::string_view code) const {
  const auto listed = [](CodeVerdict verdict) {
    return verdict == CodeVerdict::kValid || verdict == CodeVerdict::kNotBillable;
  };
  return listed(book_.Check(system, code, first_day_)) &&
         listed(book_.Check(system, code, last_day_));
}

std::string EraGuard::Find(absl::string_view system, const std::string& code) const {
  if (HasAlways(system, code)) return code;
  for (const CodeRung& rung : book_.Ladder(system, code, book_.Levels(system))) {
    if (rung.code != code && IsListedAlways(system, rung.code)) return rung.code;
  }
  return "";
}

const std::string& EraGuard::Safe(absl::string_view system, absl::string_view code) {
  std::pair<std::string, std::string> key(CanonicalSystem(system), "");
  key.second = NormalizeCode(key.first, code);
  auto found = known_.find(key);
  if (found == known_.end()) {
    std::string safe = Find(key.first, key.second);
    found = known_.emplace(key, std::move(safe)).first;
  }
  if (found->second != key.second) ++changed_;
  return found->second;
}

}  // namespace blindlink::agent
