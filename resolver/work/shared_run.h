#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/status.h"
#include "blindlink/v1/work_service.pb.h"
#include "resolver/extsort/work_limits.h"
#include "resolver/index/shared_index.h"
#include "resolver/linkage/run_sharing.h"
#include "resolver/work/run_at_hand.h"
#include "resolver/work/work_board.h"

namespace blindlink::resolver {

// A run that workers on other machines share with this process: the tokens are divided into ranges,
// each of which is swept by whoever is free; the candidates of all sweeps, divided by their left
// records, are exchanged through the engine; and each part is collected by whoever is free. This
// process does pieces too, in limits.threads threads, so a run ends even if all workers are gone.
// What counts are the pieces that were reported, not who did them.
class SharedRun : public RunSharing {
 public:
  // `folder` is for sorting. The board must outlive it.
  SharedRun(WorkBoard& board, std::unique_ptr<OwnedSharedIndex> index, const WorkLimits& limits,
            std::filesystem::path folder);
  ~SharedRun() override;

  absl::Status Sweep(const SharedRunInput& input, const RunControl& control, CandidateLimit* limit,
                     RecordReach* reach, v1::RunSummary* summary) override;
  absl::Status WriteTokenUses(RowFileWriter<TokenUseRow>* writer) override;
  size_t parts() const override { return description_->parts(); }
  absl::Status CollectPairs(const RunControl& control, TakePart take, PairTally* tally) override;

  // What has been done so far, and by whom.
  struct Counts {
    uint64_t pieces = 0;
    uint64_t by_workers = 0;
    uint64_t taken_over = 0;  // from silent workers
    uint64_t candidates = 0;  // exchanged
  };
  const Counts& counts() const { return counts_; }

 private:
  absl::Status Describe(const SharedRunInput& input, const CandidateLimit& limit);
  absl::Status PutRanks(const RecordOrder& order);
  std::vector<WorkPiece> Ranges(uint64_t postings) const;
  // Has the pieces done; `take` is called by this thread with each, in no particular order.
  absl::Status Do(std::vector<WorkPiece> pieces, const RunControl& control, const char* stage,
                  const std::function<absl::Status(const WorkBoard::Offer::Done&)>& take);
  // Over all ranges: count(const v1::SweepCounts&).
  template <typename Count>
  uint64_t SumOf(Count count) const;
  absl::Status ReadReach(uint64_t records, RecordReach* reach) const;
  bool FitsPart(const ScoredPairRow& pair, size_t part) const;
  absl::Status ReadPart(size_t part, const WorkBoard::Offer::Done& done, KeepPair keep) const;
  absl::Status ReadDecoys(size_t part, const WorkBoard::Offer::Done& done, PairTally* tally) const;

  WorkBoard& board_;
  const std::unique_ptr<OwnedSharedIndex> index_;
  const WorkLimits limits_;
  const std::filesystem::path folder_;
  const uint64_t number_;
  std::shared_ptr<v1::RunToShare> description_ = std::make_shared<v1::RunToShare>();
  std::unique_ptr<const RunAtHand> at_hand_;
  // By range, in the order of tokens.
  std::vector<v1::SweepCounts> swept_;
  std::vector<uint64_t> sweep_attempts_;
  Counts counts_;
};

}  // namespace blindlink::resolver
