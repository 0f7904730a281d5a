#include "agent/synthetic/domain.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"

namespace blindlink::agent {

Domain Domain::OfCategories(std::string name, std::vector<std::string> categories) {
  std::unordered_map<std::string, uint32_t> codes;
  for (const std::string& category : categories) {
    codes.emplace(category, static_cast<uint32_t>(codes.size()));
  }
  return OfGroups(std::move(name), std::move(categories), std::move(codes));
}

Domain Domain::OfGroups(std::string name, std::vector<std::string> categories,
                        std::unordered_map<std::string, uint32_t> groups) {
  Domain domain;
  domain.name_ = std::move(name);
  domain.listed_ = static_cast<uint32_t>(categories.size());
  domain.categories_ = std::move(categories);
  domain.codes_ = std::move(groups);
  return domain;
}

Domain Domain::OfNumbers(std::string name, int64_t smallest, int64_t largest, uint32_t width) {
  std::vector<int64_t> bounds;
  for (int64_t begin = smallest; begin <= largest; begin += width) bounds.push_back(begin);
  return OfBounds(std::move(name), std::move(bounds), largest + 1);
}

Domain Domain::OfBounds(std::string name, std::vector<int64_t> bounds, int64_t end) {
  Domain domain;
  domain.name_ = std::move(name);
  domain.listed_ = static_cast<uint32_t>(bounds.size());
  domain.bounds_ = std::move(bounds);
  domain.bounds_.push_back(end);
  return domain;
}

uint32_t Domain::CodeOf(absl::string_view text) const {
  if (text.empty()) return missing();
  if (!ordinal()) {
    const auto found = codes_.find(std::string(text));
    return found == codes_.end() ? other() : found->second;
  }
  double number = 0;
  constexpr double kLargest = 1e15;
  if (!absl::SimpleAtod(text, &number) || !(std::abs(number) < kLargest)) return other();
  return CodeOfNumber(static_cast<int64_t>(std::floor(number)));
}

uint32_t Domain::CodeOfNumber(int64_t number) const {
  if (number < bounds_.front() || number >= bounds_.back()) return other();
  const auto after = std::upper_bound(bounds_.begin(), bounds_.end(), number);
  return static_cast<uint32_t>(after - bounds_.begin() - 1);
}

int64_t Domain::NumberOf(uint32_t code, RandomSource& random) const {
  const int64_t begin = bounds_[code];
  return begin + static_cast<int64_t>(random.Below(bounds_[code + 1] - begin));
}

std::string Domain::TextOf(uint32_t code, RandomSource& random) const {
  if (code >= listed_) return code == other() ? "other" : "";
  return ordinal() ? absl::StrCat(NumberOf(code, random)) : categories_[code];
}

std::string Domain::LabelOf(uint32_t code) const {
  if (code >= listed_) return code == other() ? "other" : "(missing)";
  if (!ordinal()) return categories_[code];
  const int64_t begin = bounds_[code], last = bounds_[code + 1] - 1;
  return begin == last ? absl::StrCat(begin) : absl::StrCat(begin, "-", last);
}

}  // namespace blindlink::agent
