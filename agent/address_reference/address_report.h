#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/partial_file.h"

namespace blindlink::agent {

// The outcome of validating one address.
enum class AddressOutcome : uint8_t {
  kConfirmed,  // the street is there
  kCorrected,  // one street is near enough; or the suffix was wrong or missing
  kZipFilled,  // city and street determine the ZIP, which was wrong or missing
  kAmbiguous,  // several streets are equally near
  kUnknown,    // no street is near, or the place is not in the reference
};
constexpr size_t kAddressOutcomes = 5;

// "confirmed", "zip filled".
absl::string_view AddressOutcomeName(AddressOutcome outcome);

struct AddressChange {
  uint64_t row;
  size_t field;  // index into LinkagePlan.fields
  AddressOutcome outcome;
  int distance;  // edits in the street's name; 0: only the suffix differs
};

// Numbers of addresses by outcome.
using AddressCounts = std::array<uint64_t, kAddressOutcomes>;

struct AddressFindings {
  AddressCounts counts = {};
  std::vector<AddressChange> changes;  // the corrected and filled ones

  // Adds the counts, not the changes.
  void Count(const AddressFindings& other);
};

// "90 confirmed, 3 corrected, ..."; for people.
std::string AddressCountsText(const AddressCounts& counts);

// The site's file of changes: CSV "row,column,change", never a value, mode 0600. The file gets its
// name only when it is complete. Errors as in common/base/partial_file.h. Not thread-safe.
class AddressChangeLog {
 public:
  static absl::StatusOr<AddressChangeLog> Create(const std::string& path);

  absl::Status Add(const AddressChange& change, absl::string_view column);
  absl::Status Finish() { return file_->Finish(); }

 private:
  explicit AddressChangeLog(std::unique_ptr<PartialFile> file) : file_(std::move(file)) {}
  std::unique_ptr<PartialFile> file_;
};

}  // namespace blindlink::agent
