#include "agent/clinical/dates/date_mask.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

absl::StatusOr<absl::CivilDay> ParseDay(absl::string_view text, absl::string_view field) {
  absl::CivilDay day;
  if (text.size() == 10 && absl::ParseCivilTime(text, &day)) return day;
  return absl::InvalidArgumentError(
      absl::StrCat("dates.", field, " must be a day such as 2021-03-14"));
}

// Letters and digits, in capitals.
std::string Plain(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    if (absl::ascii_isalnum(c)) out.push_back(absl::ascii_toupper(c));
  }
  return out;
}

}  // namespace

absl::StatusOr<DateMask> DateMask::Make(const v1::DateRules& rules) {
  DateMask mask;
  BL_ASSIGN_OR_RETURN(const absl::CivilDay first, ParseDay(rules.first_day(), "first_day"));
  BL_ASSIGN_OR_RETURN(const absl::CivilDay last, ParseDay(rules.last_day(), "last_day"));
  mask.first_ = first + rules.shift_days();
  mask.last_ = last - rules.shift_days();
  if (mask.first_ > mask.last_) {
    return absl::InvalidArgumentError(
        absl::StrCat("dates: nothing lies between first_day and last_day once ", rules.shift_days(),
                     " days are cut at both ends; choose a longer period or a smaller shift_days"));
  }
  mask.unit_ = rules.unit() == v1::DATE_UNIT_UNSPECIFIED ? v1::DAYS : rules.unit();
  mask.oldest_age_ = static_cast<int>(rules.oldest_age());
  mask.era_codes_.assign(rules.era_codes().begin(), rules.era_codes().end());
  return mask;
}

std::optional<absl::CivilDay> DateMask::Shift(absl::CivilDay day, int days) const {
  const absl::CivilDay shifted = day + days;
  return InWindow(shifted) ? std::optional(shifted) : std::nullopt;
}

std::string DateMask::Text(absl::CivilDay shifted) const { return TextIn(unit_, shifted); }

std::string DateMask::PeriodText(absl::CivilDay shifted) const {
  return TextIn(std::max(unit_, v1::QUARTERS), shifted);
}

std::string DateMask::TextIn(v1::DateUnit unit, absl::CivilDay shifted) {
  switch (unit) {
    case v1::MONTHS:
      return absl::StrFormat("%04d-%02d", shifted.year(), shifted.month());
    case v1::QUARTERS:
      return absl::StrFormat("%04d-Q%d", shifted.year(), (shifted.month() - 1) / 3 + 1);
    case v1::YEARS:
      return absl::StrFormat("%04d", shifted.year());
    default:
      return absl::FormatCivilTime(shifted);
  }
}

bool DateMask::RevealsEra(absl::string_view code_system, absl::string_view code) const {
  return std::any_of(era_codes_.begin(), era_codes_.end(), [&](const v1::EraCode& era) {
    return Plain(era.code_system()) == Plain(code_system) &&
           absl::StartsWith(Plain(code), Plain(era.prefix()));
  });
}

int DateMask::BirthYear(absl::CivilDay shifted_birth) const {
  const int youngest_hidden = static_cast<int>(last_.year()) - oldest_age_ - 1;
  return std::max(static_cast<int>(shifted_birth.year()), youngest_hidden);
}

}  // namespace blindlink::agent
