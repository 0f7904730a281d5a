#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/types/span.h"
#include "agent/standardize/standardize_values.h"
#include "agent/standardize/text/standard_value.h"
#include "agent/tokenize/field_texts.h"

namespace blindlink::agent {

// Gives the texts of a field, record by record. Of fields in which records often have the same,
// such as names and places, those of the last values are kept: the values themselves too, in memory
// only, for as long as the source lives. For one thread.
class FieldTextsSource {
 public:
  // As many values are kept at most, each of them short, and so much memory; beyond that all are
  // forgotten.
  static constexpr size_t kMostKept = 4096;
  static constexpr size_t kLongestKept = 64;  // bytes of a raw value
  static constexpr size_t kMostBytes = size_t{4} << 20;

  // `plan` and `recipe` must outlive it.
  FieldTextsSource(const Plan& plan, const FieldRecipe& recipe, const StandardizeOptions& options);

  // Valid until the next call of it.
  const FieldTexts& Of(absl::Span<const std::string> raw);
  // The texts of values that differ from what the field's raw texts say, with the outcomes of those
  // texts. Never kept; valid until the next call of either function.
  const FieldTexts& OfValues(std::vector<StandardValue> values, TextOutcomes outcomes);

 private:
  struct Kept {
    std::string raw;
    FieldTexts texts;
    size_t bytes = 0;
  };

  const FieldTexts& Keep(const std::string& raw, Kept* kept);

  FieldTextsMaker maker_;
  const StandardizeOptions options_;
  FieldTexts none_;                          // of a record that has no value
  FieldTexts own_;                           // of what is not kept
  std::vector<std::unique_ptr<Kept>> kept_;  // by hash of the raw value; empty: nothing is kept
  size_t bytes_ = 0;                         // of kept_
};

}  // namespace blindlink::agent
