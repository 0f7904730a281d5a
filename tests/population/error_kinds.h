#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace blindlink::population {

// What can go wrong between a person and a record of them: the kinds that the Mini-Sentinel report
// of 2013 lists. Append new ones at the end.
enum class ErrorKind : uint8_t {
  kNickname,
  kInitial,
  kMiddleForFirst,
  kMiddleAdded,
  kMiddleMissing,
  kTypoInFirst,
  kTypoInLast,
  kOcrInName,
  kPhoneticFirst,
  kPhoneticLast,
  kNamesExchanged,
  kSurnameChanged,
  kSurnamePartMissing,
  kSurnamePunctuation,
  kAccentsDropped,
  kSuffixMissing,
  kDayMonthExchanged,
  kNearYear,
  kTypoInDate,
  kDateMissing,
  kDatePlaceholder,
  kSexWrong,
  kUnitMissing,
  kUnitForm,
  kStreetSuffixForm,
  kStreetSuffixMissing,
  kDirectionForm,
  kDirectionMissing,
  kStreetWhiteSpace,
  kStreetMisspelled,
  kOrdinalForm,
  kHouseNumberWrong,
  kMoved,
  kStreetMissing,
  kCityMisspelled,
  kZipMissing,
  kZipWrong,
  kSsnMissing,
  kSsnPlaceholder,
  kTypoInSsn,
  kPhoneMissing,
  kPhoneChanged,
  kEmailMissing,
  kEmailChanged,
};
inline constexpr int kErrorKinds = static_cast<int>(ErrorKind::kEmailChanged) + 1;

struct ErrorKindFacts {
  ErrorKind kind;
  absl::string_view name;
  // Share of the records that can have it (which have a nickname, a unit, ...).
  double usual_rate;
};
absl::Span<const ErrorKindFacts> AllErrorKinds();
absl::string_view NameOf(ErrorKind kind);

// How often each kind happens at one site.
class ErrorRates {
 public:
  // The usual rates times `scale`, at most 1.
  explicit ErrorRates(double scale);

  // "nickname=0.2". INVALID_ARGUMENT, naming the text, where there is no such kind or rate.
  absl::Status Override(absl::string_view text);
  void Set(ErrorKind kind, double rate) { rates_[static_cast<int>(kind)] = rate; }
  double Of(ErrorKind kind) const { return rates_[static_cast<int>(kind)]; }

 private:
  std::array<double, kErrorKinds> rates_;
};

// How often each kind was made, and how many records could have had it.
struct ErrorCounts {
  std::array<uint64_t, kErrorKinds> possible{};
  std::array<uint64_t, kErrorKinds> made{};
};

}  // namespace blindlink::population
