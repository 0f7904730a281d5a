#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/clinical/codes/code_book.h"
#include "agent/clinical/release/release_row.h"
#include "agent/clinical/source/clinical_row.h"
#include "blindlink/v1/release_plan.pb.h"

namespace blindlink::agent {

// What a study could measure of a person, from the source's rows or from those that are released.
struct PersonCare {
  uint64_t stays = 0;            // visits with the setting inpatient
  uint64_t readmitted = 0;       // stays with another that begins 1 to 30 days after their end
  uint64_t complicated = 0;      // stays with a complication 1 to 90 days after their end
  std::vector<int64_t> amounts;  // of visits, in hundredths; ordered
  friend bool operator==(const PersonCare&, const PersonCare&) = default;
};

void AppendCare(const PersonCare& care, std::string* out);
PersonCare TakeCare(absl::string_view* bytes);

// Whether a code says that a complication took place: it is one of the plan's complications, or
// else of the codes that its rules keep whole, or is below one of them. Not thread-safe: it
// remembers its answers.
class Complications {
 public:
  // `book` may be null: then nothing is known but beginnings of codes. It must outlive this.
  Complications(const v1::ReleasePlan& plan, const CodeBook* book);
  bool named() const { return !listed_.empty(); }
  // `code` as written, or a group that is released in its place.
  bool Has(absl::string_view system, absl::string_view code);

 private:
  bool Find(const std::string& system, const std::string& code) const;

  const CodeBook* const book_;
  absl::flat_hash_map<std::string, std::vector<std::string>> listed_;  // by system
  absl::flat_hash_map<std::pair<std::string, std::string>, bool> known_;
};

// Diagnoses that are of the family or of the past are no complications.
PersonCare CareOf(absl::Span<const ClinicalRow> rows, Complications* complications);
// Of rows whose dates are not days, amounts alone.
PersonCare CareOf(absl::Span<const ReleaseRow> rows, Complications* complications);

}  // namespace blindlink::agent
