#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "agent/why_missed/explanation.h"
#include "common/base/json_writer.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// Counts the reasons of one kind of wrongly judged pairs.
class ReasonSummary {
 public:
  // `plan` must outlive the summary.
  explicit ReasonSummary(const Plan& plan);

  void Add(const Explanation& explanation);
  // Counts a pair that cannot be explained because a record of it is in no file.
  void AddWithoutRecords() { ++without_records_; }

  // Counts and shares, most frequent first.
  std::string ToText() const;
  // Adds members to an open JSON object.
  void WriteJson(JsonWriter* json) const;

  uint64_t explained() const { return explained_; }
  uint64_t without_records() const { return without_records_; }
  uint64_t candidates() const { return candidates_; }
  uint64_t WithMain(Subject subject) const { return main_[static_cast<size_t>(subject)]; }
  uint64_t With(size_t field, Difference difference) const;

 private:
  const Plan& plan_;
  uint64_t explained_ = 0;
  uint64_t without_records_ = 0;
  uint64_t candidates_ = 0;  // pairs that share a token
  std::array<uint64_t, kSubjects> main_{};
  std::vector<std::map<Difference, uint64_t>> fields_;  // by the plan's fields
};

}  // namespace blindlink::agent
