#include "agent/compare/name_rarity.h"

#include <array>

namespace blindlink::agent {
namespace {

// Classes from frequent to rare: a name occurs at least once in this many records.
constexpr std::array<double, 6> kOneIn = {50, 200, 600, 2000, 6000, 20000};

}  // namespace

LevelNames NameRarityLevels() {
  static constexpr const char* kLevels[] = {"missing",    "1 in 50",    "1 in 200",    "1 in 600",
                                            "1 in 2 000", "1 in 6 000", "1 in 20 000", "rarer"};
  return kLevels;
}

void NameFrequencies::AddOfLargerFile(uint64_t name) {
  ++in_larger_;
  const auto found = counts_.find(name);
  if (found != counts_.end()) ++found->second.larger;
}

size_t NameFrequencies::LevelOf(uint64_t count) const {
  size_t level = 1;
  for (const double one_in : kOneIn) {
    if (static_cast<double>(count) * one_in >= static_cast<double>(in_larger_)) return level;
    ++level;
  }
  return level;
}

size_t NameFrequencies::RarityOf(uint64_t name) const {
  const auto found = counts_.find(name);
  return LevelOf(found == counts_.end() ? 0 : found->second.larger);
}

void NameFrequencies::Describe(ScoredField* field, v1::ChanceAgreement* chance) const {
  const size_t levels = NameRarityLevels().size();
  constexpr double kUnseen = 1;  // pseudo-count of each class, so that nothing is impossible
  std::vector<double> borne(levels, kUnseen);
  std::vector<uint64_t> pairs(levels, 0);
  double total = kUnseen * static_cast<double>(levels - 1);
  for (const auto& [name, count] : counts_) {
    const size_t level = LevelOf(count.larger);
    borne[level] += static_cast<double>(count.held);
    total += static_cast<double>(count.held);
    pairs[level] += count.held * count.larger;
  }
  borne[0] = 0;
  for (double& share : borne) share /= total;
  field->usual_match = borne;
  chance->set_field(field->name);
  chance->mutable_levels()->Assign(pairs.begin(), pairs.end());
}

}  // namespace blindlink::agent
