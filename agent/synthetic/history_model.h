#pragma once

#include <cstdint>
#include <vector>

#include "agent/synthetic/coded_table.h"
#include "agent/synthetic/synthesis_spec.h"
#include "agent/synthetic/visits.h"

namespace blindlink::agent {

// Histories as a table of steps, one row a visit: what the visit before it was about, what it is
// about, setting, days since the visit before (for the first one: since the spec's first day),
// length of stay, how many visits the person has, and the persons' columns that the spec names.
// A table like it, without the persons behind it, is enough to make new histories: each visit is
// drawn from the rows that begin where the history stands (a Markov chain).
class HistoryModel {
 public:
  explicit HistoryModel(const SynthesisSpec& spec);

  // Columns of the table of steps.
  const std::vector<Domain>& domains() const { return domains_; }
  // A column to append to the persons: how many visits they have.
  const Domain& visits_domain() const { return visits_; }
  const Domain& settings() const { return domains_[kSetting]; }

  // `persons` has the spec's columns. At most `steps_per_person` rows of each, chosen at random;
  // 0: all.
  CodedTable StepsOf(const std::vector<History>& histories, const CodedTable& persons,
                     uint64_t steps_per_person, RandomSource& random) const;
  // A history for each row of `persons`, whose last column is that of visits_domain().
  std::vector<History> Draw(const CodedTable& persons, const CodedTable& steps,
                            RandomSource& random) const;

 private:
  enum Column { kBefore, kGroup, kSecond, kSetting, kGap, kStay, kVolume, kColumns };

  class Chain;

  uint32_t VolumeOf(size_t visits) const;
  // The code in kBefore of a group: the first visit stands between the groups and "other".
  uint32_t BeforeCode(uint32_t group) const;
  std::vector<uint32_t> StepOf(const History& history, size_t visit, const CodedTable& persons,
                               size_t person) const;

  const SynthesisSpec& spec_;
  std::vector<Domain> domains_;
  Domain visits_;
  uint32_t start_ = 0;  // in kBefore: there is no visit before
};

}  // namespace blindlink::agent
