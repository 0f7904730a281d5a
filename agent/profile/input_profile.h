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
#include "common/plan/site_columns.h"

namespace blindlink::agent {

// What a data manager wants to know about a file before it is tokenized. Counts only, no values.
// Values are those that tokens are made of (agent/tokenize/record_values.h).

struct FieldProfile {
  std::string field;
  // Numbers of records; filled + missing = all. A text that says nothing, such as "-", is missing.
  uint64_t filled = 0;
  uint64_t missing = 0;
  uint64_t usable = 0;   // with at least one usable value
  uint64_t several = 0;  // with more than one different usable value
  // Numbers of values.
  uint64_t changed = 0;  // usable, and changed by standardization
  // What was done to values, and to cells before they were put together, by kind (ValueChange);
  // "other-writing" if only case, accents or punctuation changed.
  std::map<std::string, uint64_t> changes;
  std::map<std::string, uint64_t> invalid;  // by reason
  std::map<std::string, uint64_t> placeholder;
  // Different standardized values; an estimate if there are very many.
  uint64_t distinct = 0;
  bool distinct_is_exact = true;
  // Of a number that should be one person's: how often the most frequent value occurs, and how many
  // values occur more often than kOftenShared. Somebody may have typed them. 0 for other fields.
  uint64_t most_frequent = 0;
  uint64_t often_shared = 0;
  uint64_t records_often_shared = 0;

  static constexpr uint32_t kOftenShared = 8;
};

struct MatchKeyProfile {
  std::string match_key;
  uint64_t records_with_tokens = 0;
};

struct InputProfile {
  uint64_t rows = 0;  // including rejected ones
  uint64_t records = 0;
  uint64_t rejected_rows = 0;
  RejectLog::Counts rejects;
  std::vector<FieldProfile> fields;         // in the plan's order
  std::vector<MatchKeyProfile> match_keys;  // in the plan's order
  // By AddressOutcome. Only with a validator, whose additions count for match keys, not for fields.
  std::optional<AddressCounts> addresses;
};

// Reads `source` to its end. `rejects` is the log that `source` writes to; values that are not
// usable are counted in the profile instead. `progress` is called from time to time with the number
// of records read. `addresses` may be null. Errors: those of `source`.
absl::StatusOr<InputProfile> ProfileInput(
    RecordSource& source, const Plan& plan, const StandardizeOptions& options,
    const RejectLog& rejects, const std::function<void(uint64_t records, double share)>& progress,
    const AddressValidator* addresses = nullptr);

// The fields with usable values, for the coordinator who creates the project.
SiteColumns ColumnsOf(const InputProfile& profile);

// A table for human readers.
std::string ProfileToText(const InputProfile& profile);
// The same as one JSON object.
std::string ProfileToJson(const InputProfile& profile);

}  // namespace blindlink::agent
