#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/string_view.h"
#include "agent/clinical/codes/code_book.h"
#include "agent/clinical/codes/code_ladders.h"
#include "agent/clinical/codes/code_rules.h"
#include "agent/clinical/codes/code_utility.h"
#include "agent/clinical/codes/person_codes.h"

namespace blindlink::agent {

// Decides for the codes of one system what each person's codes are released as.
//
// Every code begins at the finest group that may be released. Two steps are repeated until neither
// changes anything: a group that fewer than `min_persons` persons have is given up, and all its
// codes move up their ladders; then, in each person who has a combination of codes that fewer than
// `min_combination` persons have, codes move up until none is left, first those that lose the least
// information for each combination they resolve. The end of a ladder is no code at all. What
// remains holds at this site without any trust in others. All decisions of a step are made from
// the counts at its beginning, so the order of rows and persons has no effect.
//
// With a code map and without combinations the map alone decides.
class SystemGeneralizer {
 public:
  // `book` and `released`, the map's names (null: no map), must outlive it.
  SystemGeneralizer(const CodeBook& book, CodeTarget target,
                    const absl::flat_hash_set<std::string>* released);

  void Add(uint64_t person, absl::string_view code);
  // Call it after the last Add and before the functions below, which are then thread-safe.
  void Prepare();

  CodeRung Released(uint64_t person, absl::string_view code) const;
  CodeRung ReleasedForAll(absl::string_view code) const;
  CodeUtility Utility() const;

 private:
  static constexpr uint32_t kNoNode = 0xFFFFFFFF;
  struct Choice {
    std::vector<uint32_t> nodes;  // what the code may be released as, finest first
    bool kept = false;            // whole, whatever the counts
    uint32_t step_for_all = 0;    // before combinations are looked at
  };
  using Counts = absl::flat_hash_map<uint64_t, uint32_t>;
  // A person's entries, [first, second).
  using Range = std::pair<size_t, size_t>;

  // Otherwise the map alone decides.
  bool NeedsCounts() const { return released_ == nullptr || target_.combination > 1; }
  Choice ChoiceOf(absl::Span<const CodeRung> ladder, absl::string_view code) const;
  void MakeChoices();
  CodeRung RungOf(uint32_t node) const;
  uint32_t NodeAt(uint32_t code, uint32_t step) const;
  uint32_t NodeOf(size_t entry) const;
  // The distinct nodes of a person, in order.
  void NodesOf(Range person, std::vector<uint32_t>* nodes) const;
  std::vector<uint32_t> CountPersons() const;
  bool RaiseRareCodes();
  Counts CountCombinations() const;
  bool RaiseRareCombinations();
  bool RaiseIn(Range person, const Counts& counts);
  bool IsKept(Range person, uint32_t node) const;
  // The information that is lost if this person's codes at `node` move up, in bits.
  double LossOf(Range person, uint32_t node) const;
  double BitsOf(uint32_t node) const;
  void Raise(Range person, uint32_t node);

  const CodeTarget target_;
  const absl::flat_hash_set<std::string>* const released_;
  CodeLadders ladders_;
  PersonCodes codes_;
  std::vector<Choice> choices_;  // by code
  std::vector<uint8_t> steps_;   // by entry
  std::vector<uint64_t> rows_;   // by node
  uint64_t all_rows_ = 0;
};

}  // namespace blindlink::agent
