#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace blindlink::agent {

// What was done to a value beyond case, accents and punctuation. A data manager sees these by field
// before anything is hashed (agent/profile).
enum class ValueChange : uint8_t {
  kNumberFormat,       // 46203.0 or 4.6203E4 became 46203
  kTextMarker,         // '02139 or ="02139" became 02139
  kWebText,            // O&apos;Brien became O'Brien
  kNoValueWord,        // NULL, nan or #REF!, taken for no value
  kZerosRestored,      // 2139 became 02139
  kZerosDropped,       // 0012945 became 12945
  kTitleOrDegree,      // Dr., MD or Jr. left out of a name
  kOtherScript,        // Иванов became IVANOV, ƒ became F
  kPartOfDate,         // only the year, or the year and the month, are known
  kDayMonthExchanged,  // the order of the column gives no date, the other does
  kLookalikeDigits,    // 2O6 became 206
  kWordsLeftOut,       // 206-454-1234 cell
  kMasked,             // of XXX-XX-1234 the last four are known
  kSecondLine,         // the street stood in the second line
  kFromParts,          // a date from columns of year, month and day
};
inline constexpr size_t kValueChanges = static_cast<size_t>(ValueChange::kFromParts) + 1;

// "number-format", for reports. A literal.
absl::string_view NameOf(ValueChange change);

class ValueChanges {
 public:
  ValueChanges() = default;
  ValueChanges(ValueChange change) { Add(change); }  // NOLINT: a set of one

  void Add(ValueChange change) { bits_ |= uint32_t{1} << static_cast<unsigned>(change); }
  void Add(ValueChanges changes) { bits_ |= changes.bits_; }
  bool Has(ValueChange change) const { return (bits_ >> static_cast<unsigned>(change) & 1) != 0; }
  bool empty() const { return bits_ == 0; }

 private:
  uint32_t bits_ = 0;
};

}  // namespace blindlink::agent
