#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "blindlink/v1/plan.pb.h"
#include "common/plan/plan.h"

namespace blindlink {

// Whether records that share a token of a match key have one value of a field, too.
enum class Joins : uint8_t {
  kNot,              // the token says nothing about the field
  kByToken,          // the value is part of the token
  kByTokenAndCodes,  // those whose evidence codes of the field agree
};

// A way to join the records of a token set into classes of one value: a field, and the form in
// which it is the same. EXACT is the value itself.
struct ChainWay {
  size_t field;   // index into LinkagePlan.fields
  size_t target;  // index into ChainLayout::targets()
  v1::Form form;
  bool by_codes;     // also by codes that agree, not only by tokens that hold the field
  std::string name;  // "last_name", "last_name by tokens alone", "last_name by SOUNDEX"
  // False: its classes are parts of another way's. They may name values better, being purer, but
  // chain no more records.
  bool tells_more = true;
};

// What the tokens of a plan say about names, dates of birth and places, to somebody without the
// token key. Immutable, so threads may share it.
class ChainLayout {
 public:
  // Fields that are followed: the first so many names, dates and places of the plan.
  static constexpr size_t kMaxTargets = 6;
  using Codes = std::array<uint32_t, kMaxTargets>;

  // `plan` must outlive the layout.
  explicit ChainLayout(const Plan& plan);

  // Indices into LinkagePlan.fields.
  const std::vector<size_t>& targets() const { return targets_; }
  const std::vector<ChainWay>& ways() const { return ways_; }
  // `match_key`: index into Plan::match_keys().
  Joins JoinsOf(size_t match_key, size_t way) const { return joins_[match_key][way]; }
  // The codes that travel with a token of the match key, as one number for each target; 0 if the
  // record has no such value, or if no codes of it travel. Equal values have equal numbers under
  // equal tokens.
  Codes CodesIn(size_t match_key, const uint8_t* evidence) const;
  // So many records may share a token before chance makes codes of different values agree too
  // often to tell values apart.
  uint64_t LargestGroup(size_t match_key, size_t target) const {
    return codes_[match_key][target].largest_group;
  }

 private:
  struct TargetCodes {
    std::vector<size_t> items;  // of EvidenceLayout::items(); the first is of the field itself
    uint64_t largest_group = 0;
  };

  void AddTargets();
  void AddWays(size_t target);
  TargetCodes CodesOfTarget(size_t match_key, size_t target) const;
  Joins HowItJoins(size_t match_key, const ChainWay& way) const;

  const Plan& plan_;
  std::vector<size_t> targets_;
  std::vector<ChainWay> ways_;
  std::vector<std::vector<TargetCodes>> codes_;  // by match key and target
  std::vector<std::vector<Joins>> joins_;        // by match key and way
};

}  // namespace blindlink
