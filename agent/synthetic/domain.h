#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/synthetic/random_source.h"

namespace blindlink::agent {

// The values that a synthetic column may have, as small numbers: 0 .. listed() - 1 are the spec's,
// then "other" (any other text) and missing (no text). Never learned from data. Immutable.
class Domain {
 public:
  // Categories in the given order, without duplicates.
  static Domain OfCategories(std::string name, std::vector<std::string> categories);
  // As above; `groups` maps texts of the data to indexes of categories.
  static Domain OfGroups(std::string name, std::vector<std::string> categories,
                         std::unordered_map<std::string, uint32_t> groups);
  // [smallest, largest] in bins of `width`; numbers beyond are "other".
  static Domain OfNumbers(std::string name, int64_t smallest, int64_t largest, uint32_t width);
  // Bins that begin at `bounds` (increasing); the last one ends at `end`.
  static Domain OfBounds(std::string name, std::vector<int64_t> bounds, int64_t end);

  const std::string& name() const { return name_; }
  uint32_t listed() const { return listed_; }
  uint32_t other() const { return listed_; }
  uint32_t missing() const { return listed_ + 1; }
  uint32_t size() const { return listed_ + 2; }
  // Neighbouring codes are alike.
  bool ordinal() const { return !bounds_.empty(); }

  uint32_t CodeOf(absl::string_view text) const;
  // Only for numbers.
  uint32_t CodeOfNumber(int64_t number) const;
  // A number is drawn from its bin.
  std::string TextOf(uint32_t code, RandomSource& random) const;
  // The same without drawing, for reports: "20", "20-24".
  std::string LabelOf(uint32_t code) const;
  // Only for numbers and listed codes.
  int64_t NumberOf(uint32_t code, RandomSource& random) const;

 private:
  std::string name_;
  uint32_t listed_ = 0;
  std::vector<std::string> categories_;
  std::unordered_map<std::string, uint32_t> codes_;
  std::vector<int64_t> bounds_;  // of numbers: where each bin begins, then where the last ends
};

}  // namespace blindlink::agent
