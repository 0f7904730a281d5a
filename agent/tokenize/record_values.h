#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <vector>

#include "absl/types/span.h"
#include "agent/address_reference/address_report.h"
#include "agent/address_reference/address_validator.h"
#include "agent/input/input_record.h"
#include "agent/standardize/standardize_values.h"
#include "agent/standardize/text/standard_value.h"
#include "agent/tokenize/field_texts.h"
#include "agent/tokenize/field_texts_source.h"
#include "agent/tokenize/token_recipe.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// A value that is not used. States its place and the reason, never the value.
struct UnusedValue {
  uint64_t row;
  size_t field;        // index into LinkagePlan.fields
  const char* reason;  // a literal, e.g. "impossible-date"
};

// Which fields of a plan to read. Only fields that match keys or evidence use take part in what
// spans fields: names of fictitious people and addresses.
enum class FieldsRead { kUsed, kAll };

// Turns a record's raw texts into its values: standardizes each field, removes the names of
// fictitious people and validates the address. Everything that looks at clear text (tokens, gold
// standard, profile, why-missed) takes its values from here, so they cannot differ. Each thread
// needs its own.
class RecordValues {
 public:
  // `plan`, `recipe` and `addresses` must outlive the object. Without `addresses` (null) no address
  // is validated. The plan decides options.earliest_year.
  RecordValues(const Plan& plan, const TokenRecipe& recipe, const StandardizeOptions& options,
               const AddressValidator* addresses, FieldsRead fields);
  RecordValues(const RecordValues&) = delete;
  RecordValues& operator=(const RecordValues&) = delete;

  // Replaces the values by those of `record`. Appends the values that are not used to `unused`.
  void Read(const RawRecord& record, std::vector<UnusedValue>* unused);

  // The functions below describe the record last read. A field that was not read has no values.

  const std::vector<StandardValue>& Of(size_t field) const { return texts_[field]->values(); }
  // Without those that address validation added.
  absl::Span<const StandardValue> StatedOf(size_t field) const {
    return absl::MakeConstSpan(Of(field)).subspan(0, stated_[field]);
  }
  const TextOutcomes& OutcomesOf(size_t field) const { return texts_[field]->outcomes(); }
  const FieldTexts& TextsOf(size_t field) const { return *texts_[field]; }
  // Empty without a validator.
  const AddressFindings& address_findings() const { return address_findings_; }

 private:
  static constexpr size_t kAllStated = std::numeric_limits<size_t>::max();

  void FindTexts(const RawRecord& record, std::vector<UnusedValue>* unused);
  // Removes a pair of names such as John Doe and Mickey Mouse. One such name alone is kept.
  void RemoveFictitiousNames(uint64_t row, std::vector<UnusedValue>* unused);
  void RemoveName(size_t field);
  void ValidateAddress(uint64_t row);
  bool IsUsed(size_t field) const { return recipe_.fields[field].used; }

  const TokenRecipe& recipe_;
  const AddressValidator* const addresses_;
  std::vector<FieldTextsSource> sources_;  // by field
  std::vector<const FieldTexts*> texts_;   // by field; owned by sources_
  std::vector<size_t> read_;               // the fields that are read
  std::optional<size_t> given_name_;       // the first used field of its kind
  std::optional<size_t> surname_;
  std::vector<size_t> stated_;                         // by field: number of values, or kAllStated
  std::vector<std::vector<StandardValue>> validated_;  // by field; a buffer
  AddressFindings address_findings_;
};

}  // namespace blindlink::agent
