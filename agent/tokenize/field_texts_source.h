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

// Gives the texts of one field, record by record. For fields whose values often repeat, such as
// names and places, it caches the texts of recent values. The cache holds the values themselves; it
// is in memory only and lives as long as the source. Each thread needs its own.
class FieldTextsSource {
 public:
  // Limits of the cache: number of values, length of a value, memory. A value that exceeds the
  // memory limit empties the cache.
  static constexpr size_t kMostKept = 4096;
  static constexpr size_t kLongestKept = 64;  // bytes of a raw text
  static constexpr size_t kMostBytes = size_t{4} << 20;

  // `plan` and `recipe` must outlive the source.
  FieldTextsSource(const Plan& plan, const FieldRecipe& recipe, const StandardizeOptions& options);

  // Valid until the next call of this function.
  const FieldTexts& Of(absl::Span<const std::string> raw);
  // The texts of values that differ from what the raw texts say; `outcomes` are those of the raw
  // texts. Never cached; valid until the next call of either function.
  const FieldTexts& OfValues(std::vector<StandardValue> values, TextOutcomes outcomes);

 private:
  struct Kept {
    std::string raw;
    FieldTexts texts;
    size_t bytes = 0;
  };

  const FieldTexts& Keep(const std::string& raw, Kept* kept);

  FieldTextsMaker maker_;
  StandardizeOptions options_;
  FieldTexts none_;                          // for records without a value
  FieldTexts own_;                           // for values that are not cached
  std::vector<std::unique_ptr<Kept>> kept_;  // by hash of the raw text; empty: no cache
  size_t bytes_ = 0;                         // used by kept_
};

}  // namespace blindlink::agent
