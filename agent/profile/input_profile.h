#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/address_reference/address_validator.h"
#include "agent/input/input_record.h"
#include "agent/input/reject_log.h"
#include "agent/standardize/text/standard_value.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// What a data manager wants to know of a file before it is hashed. Counts only, no values.

struct FieldProfile {
  std::string field;
  // Records: filled + missing = all. A word that means "nothing" (NULL, unknown) is missing.
  uint64_t filled = 0;
  uint64_t missing = 0;
  uint64_t usable = 0;   // with at least one usable value
  uint64_t several = 0;  // with more than one different usable value
  // Values.
  uint64_t changed = 0;                     // usable, and standardization changed the text
  std::map<std::string, uint64_t> invalid;  // by reason
  std::map<std::string, uint64_t> placeholder;
  // Different standardized values; an estimate where there are very many.
  uint64_t distinct = 0;
  bool distinct_is_exact = true;
};

struct MatchKeyProfile {
  std::string match_key;
  uint64_t records_with_tokens = 0;
};

struct InputProfile {
  uint64_t rows = 0;  // rejected ones among them
  uint64_t records = 0;
  uint64_t rejected_rows = 0;
  RejectLog::Counts rejects;
  std::vector<FieldProfile> fields;         // in the plan's order
  std::vector<MatchKeyProfile> match_keys;  // in the plan's order
  // By AddressOutcome; only with a validator.
  std::optional<AddressCounts> addresses;
};

// Reads `source` to its end. Values that are not usable are counted here, not in `rejects`, which
// is the one `source` writes to. `progress` is called now and then with the records so far. Errors:
// those of `source`. `addresses` may be null.
absl::StatusOr<InputProfile> ProfileInput(
    RecordSource& source, const Plan& plan, const StandardizeOptions& options,
    const RejectLog& rejects, const std::function<void(uint64_t records, double share)>& progress,
    const AddressValidator* addresses = nullptr);

// A table for people.
std::string ProfileToText(const InputProfile& profile);
// The same as one JSON object.
std::string ProfileToJson(const InputProfile& profile);

}  // namespace blindlink::agent
