#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "blindlink/v1/token_block.pb.h"
#include "common/base/bytes16.h"
#include "common/plan/plan.h"
#include "resolver/index/posting.h"
#include "resolver/results/named_decision.h"

namespace blindlink::resolver {

// A random history of a project: what its sites and its coordinator do one after the other, and
// what must stand at the end. The same for the same seed.

// Records of a site with their tokens and evidence; dataset and record numbers are not set.
using SiteRows = std::map<RecordPseudonym, std::vector<Posting>>;

struct HistoryStep {
  enum class Kind { kUpload, kWithdraw, kDecide, kRun };
  Kind kind = Kind::kUpload;
  std::string site;
  std::string dataset;                        // an upload's
  v1::DatasetKind dataset_kind = v1::APPEND;  // an upload's
  SiteRows rows;                              // an upload's
  std::vector<RecordPseudonym> records;       // that are withdrawn
  NamedDecision decision;                     // of a coordinator
  int runs_before = 0;
  std::string Name() const;
};

struct HistoryScript {
  std::vector<HistoryStep> steps;  // the last one is a run
  // At the end: the records of each site, and the decisions that hold.
  std::map<std::string, SiteRows> standing;
  std::vector<NamedDecision> decisions;
  std::vector<RecordPseudonym> withdrawn;
};

// No token is on more than so many records of a dataset: if it were, only their number would be
// kept, in which a record that leaves stays counted (docs/increments.md).
inline constexpr int kMostRecordsOfADataset = 8;

HistoryScript MakeHistory(const Plan& plan, uint32_t seed);

// One block with all of the rows, as an agent would send it.
v1::TokenBlock BlockOfRows(const SiteRows& rows);

}  // namespace blindlink::resolver
