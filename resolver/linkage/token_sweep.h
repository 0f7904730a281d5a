#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "blindlink/v1/linkage_service.pb.h"
#include "common/plan/plan.h"
#include "resolver/index/token_index.h"
#include "resolver/linkage/candidate_limit.h"
#include "resolver/linkage/candidate_parts.h"
#include "resolver/linkage/decoys.h"
#include "resolver/linkage/meeting_table.h"
#include "resolver/linkage/rank_marks.h"
#include "resolver/linkage/record_order.h"
#include "resolver/linkage/record_reach.h"
#include "resolver/linkage/run_control.h"
#include "resolver/linkage/token_use.h"

namespace blindlink::resolver {

// Which pairs a run that starts from an earlier one compares, by ranks. All may be null.
struct CompareOnly {
  const std::vector<bool>* changed = nullptr;  // pairs with one of these records,
  const std::vector<bool>* done = nullptr;     // unless one of them is here
  // Marked: records that are not `changed` and share a token with others of them that the earlier
  // run used in another way.
  RankMarks* crossed = nullptr;
};

// Shared by the sweeps of a run, which must not outlive them; pointers may be null.
struct SweepWatches {
  CandidateLimit* limit = nullptr;  // how many candidates there may be
  RecordReach* reach = nullptr;     // marked: how records share tokens
  CompareOnly compare = {};
};

// A pass over postings in the order of their tokens: records that share a token are candidates,
// unless more records share it than the plan allows. Such a token does not identify a person; it is
// counted but not used, so no block costs more time or memory than the square of the limit and four
// bytes per record. The same holds for a token of which the index has only the number of records
// (resolver/index/overused_token.h), together with the records of other datasets that have it.
// Unless the plan compares records of one site, tokens that only one site has are not counted
// either. For one thread.
class TokenSweep {
 public:
  // If `only_with` is not empty: only pairs with a record of one of these datasets, by number.
  // Pairs of `decoys` are candidates too.
  TokenSweep(const Plan& plan, const MeetingTable& table, const RecordOrder& order,
             const std::vector<uint32_t>& only_with = {}, const Decoys& decoys = {},
             const SweepWatches& watches = {});

  // Sweeps one range of tokens; ranges may come in any order. Fill() reports the counts.
  // RESOURCE_EXHAUSTED when the limit of candidates is reached. `uses`, which may be null, is the
  // range's.
  absl::Status Run(Cursor<Posting>* postings, const RunControl& control, CandidateSink* candidates,
                   TokenUseLog* uses = nullptr);
  // Adds its counts to the summary's.
  void Fill(v1::RunSummary* summary) const;
  // Adds the use of the match key, by index into Plan::match_keys, to the summary's: of all keys,
  // one after the other.
  static void AddUse(int match_key, const v1::MatchKeyUse& use, v1::RunSummary* summary);
  const CandidateCounts& candidates() const { return counts_; }

 private:
  struct Member {
    uint32_t rank;
    uint16_t site;
    uint8_t form;
    bool wanted;  // a pair needs one such record: by only_with and CompareOnly::changed
    bool done;    // CompareOnly::done
    bool decoy;
    EvidenceCodes evidence;
  };

  static bool SameBlock(const Posting& a, const Posting& b) {
    return a.token == b.token && a.match_key == b.match_key;
  }
  // Whether the posting belongs to the block being gathered.
  bool GoesOn(const Posting& posting) const;
  // Checks and counts postings of one block, and returns whether there may be candidates among
  // them.
  absl::StatusOr<bool> MayMeet(absl::Span<const Posting> block);
  absl::Status Add(const Posting& posting, CandidateSink* candidates);
  absl::Status EndBlock(CandidateSink* candidates);
  absl::Status CheckLimit();
  absl::Status MeetAll(CandidateSink* candidates);
  // Whether the two may be a candidate pair, by their sites.
  bool MayPair(const Member& left, const Member& right) const {
    if (left.site == right.site && !within_site_) return left.decoy && right.decoy;
    return (left.wanted || right.wanted) && !left.done && !right.done;
  }
  // Sorts the block by rank and returns its number of records; sets overused_ if there are too
  // many.
  size_t CountRecords();
  // The rest of the block only counts.
  void BecomeOverused();
  void CountOveruse(v1::MatchKeyUse* use);
  // Notes how the block is used, and marks its records if the earlier run used it in another way.
  absl::Status NoteUse();
  // How rare the name is that the block stands for, by its records; 0: it stands for no whole name.
  uint8_t RarityOfBlock() const;
  void MarkCrossed();
  absl::Status Meet(const Member& left, const Member& right, CandidateSink* candidates);

  const Plan& plan_;
  const MeetingTable& table_;
  const RecordOrder& order_;
  const Decoys decoys_;
  RecordReach* const reach_;
  const CompareOnly compare_;
  TokenUseLog* uses_log_ = nullptr;
  const bool within_site_;
  const uint32_t max_records_per_token_;
  std::vector<int> key_of_id_;  // MatchKey.id -> index into Plan::match_keys, -1: not in the plan

  std::vector<bool> only_with_;      // by dataset number; empty: all datasets
  std::vector<bool> is_whole_name_;  // by index into Plan::match_keys

  // The block being gathered: all postings of one token of one match key.
  StoredToken token_;
  uint8_t key_id_ = 0;
  int key_ = -1;
  uint64_t block_size_ = 0;  // postings
  std::vector<Member> block_;
  size_t block_records_ = 0;    // once it is complete: a record may have several of its postings
  uint16_t site_ = 0;           // of its first posting
  bool several_sites_ = false;  // otherwise the token matters within that site only
  bool overused_ = false;       // then only its ranks are needed
  std::vector<uint32_t> overused_ranks_;
  std::vector<uint32_t> overused_datasets_;  // that have only its number
  // The block size at which to count records next: a record has a member for each form and dataset.
  size_t count_records_at_;

  CandidateLimit* const limit_;
  CandidateCounts counts_;
  uint64_t counted_ = 0;  // candidates that the limit knows of

  uint64_t postings_ = 0;
  std::vector<v1::MatchKeyUse> uses_;  // by index into Plan::match_keys
};

}  // namespace blindlink::resolver
