#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "blindlink/v1/release_plan.pb.h"

namespace blindlink::agent {

// What becomes of a day once it is known by how much the person's dates are shifted. A release has
// one window for everybody: the plan's days, less the largest shift at either end. What a shift
// moves out of it is left out. Whoever knows first and last day of the data then learns nothing
// from how close a person's events come to them. Immutable; thread-safe.
class DateMask {
 public:
  // INVALID_ARGUMENT if the window is empty, or a day of the plan is none.
  static absl::StatusOr<DateMask> Make(const v1::DateRules& rules);

  absl::CivilDay window_first() const { return first_; }
  absl::CivilDay window_last() const { return last_; }
  bool InWindow(absl::CivilDay shifted) const { return first_ <= shifted && shifted <= last_; }
  // Shifted, if that is in the window.
  std::optional<absl::CivilDay> Shift(absl::CivilDay day, int days) const;

  // "2021-03-14", or a coarser unit if the plan asks for it.
  std::string Text(absl::CivilDay shifted) const;
  // The end of a period of insurance: "2021-Q1", or coarser. Such periods begin on the first of a
  // month and mostly of a year, so days would give the shift away.
  std::string PeriodText(absl::CivilDay shifted) const;

  // Whether the code did not exist before a day of the plan, so that it would bound the shift.
  // Dots, case and signs in names of systems make no difference.
  bool RevealsEra(absl::string_view code_system, absl::string_view code) const;

  // The year of a shifted birth; for whom has more years than the plan's oldest age at the end of
  // the window, the latest year of those who have.
  int BirthYear(absl::CivilDay shifted_birth) const;

 private:
  DateMask() = default;
  static std::string TextIn(v1::DateUnit unit, absl::CivilDay shifted);

  absl::CivilDay first_;
  absl::CivilDay last_;
  v1::DateUnit unit_ = v1::DAYS;
  int oldest_age_ = 0;
  std::vector<v1::EraCode> era_codes_;
};

}  // namespace blindlink::agent
