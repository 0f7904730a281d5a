#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "blindlink/v1/linkage_service.pb.h"
#include "common/plan/plan.h"
#include "resolver/extsort/external_sorter.h"
#include "resolver/linkage/candidate_parts.h"
#include "resolver/linkage/meeting_table.h"
#include "resolver/linkage/record_order.h"
#include "resolver/linkage/run_control.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_file.h"

namespace blindlink::resolver {

// A match pair that may join two entities; best first.
struct Join {
  double score;
  uint32_t left;
  uint32_t right;

  friend bool operator<(const Join& a, const Join& b) {
    if (a.score != b.score) return a.score > b.score;
    return a.left != b.left ? a.left < b.left : a.right < b.right;
  }
};

struct DecisionInput {
  const Plan& plan;
  const MeetingTable& table;
  const RecordOrder& order;
  const std::vector<storage::v1::CommittedDataset>& datasets;
  std::filesystem::path temporary_folder;
  // As in LinkageInput: numbers of the datasets without which there is no pair; empty: any pair.
  const std::vector<uint32_t>& only_with;
  size_t threads;
};

// Brings together all that each two candidates shared and decides as the plan says: by its rules
// (the first that holds is the pair's), by the score (common/score), or by both; where it scores
// and sites have one record per person, better pairs exclude others (pair_choice.h). Writes the
// match pairs in the order of left and right, and gives those whose level joins entities to
// `joins`. Fills the summary's counts of pairs and rules, and its report on the score.
absl::Status DecidePairs(const DecisionInput& input, CandidateParts* candidates,
                         const RunControl& control, RowFileWriter<PairRow>* pairs,
                         ExternalSorter<Join>* joins, v1::RunSummary* summary);

}  // namespace blindlink::resolver
