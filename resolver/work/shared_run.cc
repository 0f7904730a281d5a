#include "resolver/work/shared_run.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <limits>
#include <optional>
#include <string>
#include <thread>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/types/span.h"
#include "common/base/byte_order.h"
#include "common/base/status_macros.h"
#include "common/score/pattern_check.h"
#include "resolver/linkage/token_sweep.h"
#include "resolver/work/exchange_blocks.h"
#include "resolver/work/exchange_writer.h"
#include "resolver/work/perform_work.h"

namespace blindlink::resolver {
namespace {

using Kind = ExchangeBlock::Kind;

constexpr std::chrono::milliseconds kBetweenLooks{200};

absl::Status DoesNotFit(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("a worker gave ", what, " that do not fit the run"));
}

// A range takes some seconds, so that little is lost with a worker.
constexpr uint64_t kPostingsInRange = uint64_t{2} << 20;
constexpr uint64_t kLeastRangesOfShard = 8;
constexpr uint64_t kMostRangesOfShard = 4096;
// A part is sorted by one worker, in memory if it can be.
constexpr uint64_t kRecordsInPart = uint64_t{1} << 20;
constexpr uint64_t kLeastParts = 16;
constexpr uint64_t kMostParts = 1024;

StoredToken TokenWith(uint64_t high) {
  StoredToken token;
  StoreBigEndian64(high, token.bytes.data());
  return token;
}

v1::SweepWork RangeOf(const StoredToken& first, const std::optional<StoredToken>& end) {
  v1::SweepWork range;
  range.set_first(std::string(first.AsView()));
  if (end.has_value()) range.set_end(std::string(end->AsView()));
  return range;
}

// What a report counts by match key and by site.
bool FitsRun(const v1::SweepCounts& counts, const SharedRunInput& input) {
  return static_cast<size_t>(counts.match_keys_size()) == input.plan.match_keys().size() &&
         static_cast<size_t>(counts.candidates_by_site_size()) == input.order.sites().size();
}

void AddCandidates(const v1::SweepCounts& counts, CandidateCounts* sum) {
  std::vector<uint64_t> by_match_key;
  for (const auto& key : counts.match_keys()) by_match_key.push_back(key.candidates());
  sum->Add(counts.candidates(),
           {counts.candidates_by_site().begin(), counts.candidates_by_site().end()}, by_match_key);
}

void AddUses(const v1::SweepCounts& counts, const Plan& plan, v1::RunSummary* summary) {
  for (int key = 0; key < counts.match_keys_size(); ++key) {
    v1::MatchKeyUse use;
    use.set_match_key(plan.match_keys()[static_cast<size_t>(key)].name);
    use.set_shared_tokens(counts.match_keys(key).shared_tokens());
    use.set_overused_tokens(counts.match_keys(key).overused_tokens());
    use.set_overused_postings(counts.match_keys(key).overused_postings());
    TokenSweep::AddUse(key, use, summary);
  }
}

// Threads of this process that do what is offered, until nothing is left or they are to stop.
class OwnWorkers {
 public:
  OwnWorkers(WorkBoard& board, uint64_t run, const RunAtHand& at_hand, const WorkRoom& room,
             size_t threads) {
    for (size_t i = 0; i < threads; ++i) {
      threads_.emplace_back([this, &board, run, &at_hand, room] {
        while (!stop_) {
          const std::optional<TakenWork> taken = board.Take({"", run, {}}, kBetweenLooks);
          if (taken.has_value()) {
            board.End(taken->attempt, PerformWork(at_hand, *taken, room, stop_));
          }
        }
      });
    }
  }
  ~OwnWorkers() {
    stop_ = true;
    for (std::thread& thread : threads_) thread.join();
  }
  OwnWorkers(const OwnWorkers&) = delete;
  OwnWorkers& operator=(const OwnWorkers&) = delete;

 private:
  std::atomic<bool> stop_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace

SharedRun::SharedRun(WorkBoard& board, std::unique_ptr<OwnedSharedIndex> index,
                     const WorkLimits& limits, std::filesystem::path folder)
    : board_(board),
      index_(std::move(index)),
      limits_(limits),
      folder_(std::move(folder)),
      number_(board.NewNumber()) {}

SharedRun::~SharedRun() = default;

absl::Status SharedRun::PutRanks(const RecordOrder& order) {
  const uint64_t attempt = board_.NewNumber();
  ExchangeWriter writer(*index_, attempt);
  const absl::Span<const uint32_t> ranks(order.ranks());
  for (size_t at = 0; at < ranks.size(); at += kRanksInBlock) {
    BL_RETURN_IF_ERROR(writer.Add(Kind::kRanks, 0, EncodeRanks(ranks.subspan(at, kRanksInBlock))));
  }
  BL_RETURN_IF_ERROR(writer.Flush());
  description_->set_rank_attempt(attempt);
  description_->set_rank_blocks((ranks.size() + kRanksInBlock - 1) / kRanksInBlock);
  return absl::OkStatus();
}

absl::Status SharedRun::Describe(const SharedRunInput& input, const CandidateLimit& limit) {
  v1::RunToShare& told = *description_;
  told.set_plan(input.plan.text());
  told.mutable_sites()->Assign(input.order.sites().begin(), input.order.sites().end());
  for (const auto& dataset : input.datasets) {
    v1::RunToShare::Dataset& out = *told.add_datasets();
    out.set_number(dataset.dataset_number());
    out.set_site(input.order.SiteOf(dataset.dataset_number()));
    out.set_records(input.order.RecordsOf(dataset.dataset_number()));
  }
  const uint32_t records = input.order.record_count();
  told.set_records(records);
  const auto& first_ranks = input.order.first_ranks();
  told.mutable_first_ranks()->Assign(first_ranks.begin(), first_ranks.end());
  told.mutable_decoy_ends()->Assign(input.decoys.ends().begin(), input.decoys.ends().end());
  told.mutable_only_with()->Assign(input.only_with.begin(), input.only_with.end());
  told.set_parts(static_cast<uint32_t>(
      std::clamp(uint64_t{records} / kRecordsInPart, kLeastParts, kMostParts)));
  told.set_most_candidates(limit.limit());
  told.set_only_pairs_with_rule(input.only_pairs_with_rule);
  *told.mutable_index() = index_->Access();
  return PutRanks(input.order);
}

std::vector<WorkPiece> SharedRun::Ranges(uint64_t postings) const {
  const std::vector<StoredToken> borders = index_->Borders();
  const uint64_t ranges = std::clamp(postings / kPostingsInRange / borders.size(),
                                     kLeastRangesOfShard, kMostRangesOfShard);
  std::vector<WorkPiece> pieces;
  for (size_t shard = 0; shard < borders.size(); ++shard) {
    const bool last_shard = shard + 1 == borders.size();
    const uint64_t begin = borders[shard].High();
    const uint64_t end =
        last_shard ? std::numeric_limits<uint64_t>::max() : borders[shard + 1].High();
    const uint64_t width = (end - begin) / ranges;
    for (uint64_t i = 0; i < ranges; ++i) {
      const bool last = i + 1 == ranges;
      const StoredToken first = i == 0 ? borders[shard] : TokenWith(begin + i * width);
      std::optional<StoredToken> after;
      if (!last) {
        after = TokenWith(begin + (i + 1) * width);
      } else if (!last_shard) {
        after = borders[shard + 1];
      }
      pieces.push_back({RangeOf(first, after), shard});
    }
  }
  return pieces;
}

absl::Status SharedRun::Do(std::vector<WorkPiece> pieces, const RunControl& control,
                           const char* stage,
                           const std::function<absl::Status(const WorkBoard::Offer::Done&)>& take) {
  const size_t count = pieces.size();
  size_t taken = 0;
  WorkBoard::Offer offer(board_, number_, description_, std::move(pieces));
  const size_t threads = std::max<size_t>(1, limits_.threads);
  const OwnWorkers own(board_, number_, *at_hand_, {folder_, limits_.memory_budget / 3 / threads},
                       threads);
  while (!offer.finished()) {
    BL_RETURN_IF_ERROR(control.Check());
    control.progress(stage, static_cast<double>(taken) / static_cast<double>(count));
    BL_ASSIGN_OR_RETURN(const auto done, offer.Next(kBetweenLooks));
    if (!done.has_value()) continue;
    BL_RETURN_IF_ERROR(take(*done));
    ++taken;
  }
  counts_.pieces += count;
  counts_.by_workers += offer.counts().by_workers;
  counts_.taken_over += offer.counts().taken_over;
  return absl::OkStatus();
}

absl::Status SharedRun::Sweep(const SharedRunInput& input, const RunControl& control,
                              CandidateLimit* limit, RecordReach* reach, v1::RunSummary* summary) {
  BL_RETURN_IF_ERROR(Describe(input, *limit));
  at_hand_ = std::make_unique<const RunAtHand>(RunAtHand{
      input.plan, input.table, input.levels, input.order, input.decoys, *description_, *index_});
  uint64_t postings = 0;
  for (const auto& dataset : input.datasets) postings += dataset.postings();
  std::vector<WorkPiece> ranges = Ranges(postings);
  CandidateCounts candidates(input.order.sites().size(), input.plan.match_keys().size());
  swept_.resize(ranges.size());
  sweep_attempts_.resize(ranges.size());
  const auto take = [&](const WorkBoard::Offer::Done& done) -> absl::Status {
    const v1::SweepCounts& counts = done.report.sweep();
    if (!FitsRun(counts, input)) return DoesNotFit("counts");
    AddCandidates(counts, &candidates);
    if (!limit->Add(counts.candidates()).ok()) {
      return limit->Explain(candidates, input.order.sites(), input.plan);
    }
    if (static_cast<size_t>(counts.candidate_blocks_size()) != parts()) return DoesNotFit("counts");
    counts_.candidates += counts.candidates();
    AddUses(counts, input.plan, summary);
    for (const uint32_t dataset : counts.datasets_with_overused()) {
      if (input.order.Has(dataset)) reach->ShareOverusedOf(dataset);
    }
    swept_[done.piece] = counts;
    sweep_attempts_[done.piece] = done.attempt;
    return absl::OkStatus();
  };
  BL_RETURN_IF_ERROR(Do(std::move(ranges), control, "sweep", take));
  return ReadReach(input.order.record_count(), reach);
}

template <typename Count>
uint64_t SharedRun::SumOf(Count count) const {
  uint64_t sum = 0;
  for (const v1::SweepCounts& counts : swept_) sum += count(counts);
  return sum;
}

absl::Status SharedRun::ReadReach(uint64_t records, RecordReach* reach) const {
  const auto read = [&](uint32_t part, uint64_t blocks, absl::FunctionRef<void(uint32_t)> mark) {
    return index_->Read(Kind::kReach, part, sweep_attempts_, blocks, [&](absl::string_view bytes) {
      return DecodeRankSet(bytes, records, mark);
    });
  };
  BL_RETURN_IF_ERROR(read(kUsedReach,
                          SumOf([](const auto& counts) { return counts.used_reach_blocks(); }),
                          [&](uint32_t rank) { reach->ShareUsed(rank); }));
  return read(kOverusedReach,
              SumOf([](const auto& counts) { return counts.overused_reach_blocks(); }),
              [&](uint32_t rank) { reach->ShareOverused(rank); });
}

absl::Status SharedRun::WriteTokenUses(RowFileWriter<TokenUseRow>* writer) {
  // Ranges are in the order of tokens.
  std::optional<TokenUseRow> before;
  return index_->Read(
      Kind::kTokenUses, 0, sweep_attempts_,
      SumOf([](const auto& counts) { return counts.token_use_blocks(); }),
      [&](absl::string_view bytes) {
        return ForEachRow<TokenUseRow>(bytes, [&](const TokenUseRow& row) -> absl::Status {
          if (before.has_value() &&
              std::tie(row.token, row.match_key) <= std::tie(before->token, before->match_key)) {
            return DoesNotFit("uses of tokens");
          }
          before = row;
          return writer->Append(row);
        });
      });
}

bool SharedRun::FitsPart(const ScoredPairRow& pair, size_t part) const {
  if (pair.left >= pair.right || pair.right >= description_->records() ||
      PartOf(pair.left, parts(), description_->records()) != part ||
      !Fits(pair.pattern, at_hand_->levels)) {
    return false;
  }
  const v1::LinkagePlan& plan = at_hand_->plan.proto();
  const bool of_one_site =
      at_hand_->order.SiteOfRank(pair.left) == at_hand_->order.SiteOfRank(pair.right);
  if (of_one_site && !plan.entity_rules().within_site_duplicates()) return false;
  const bool rule_fits = pair.rule == ScoredPairRow::kNoRule ? !description_->only_pairs_with_rule()
                                                             : pair.rule < plan.match_rules_size();
  return rule_fits && (pair.match_keys >> at_hand_->plan.match_keys().size()).none();
}

absl::Status SharedRun::ReadPart(size_t part, const WorkBoard::Offer::Done& done,
                                 KeepPair keep) const {
  std::pair<uint32_t, uint32_t> before(0, 0);
  return index_->Read(Kind::kPairs, static_cast<uint32_t>(part), {&done.attempt, 1},
                      done.report.pairs().blocks(), [&](absl::string_view bytes) {
                        return ForEachRow<ScoredPairRow>(
                            bytes, [&](const ScoredPairRow& pair) -> absl::Status {
                              const std::pair<uint32_t, uint32_t> ranks(pair.left, pair.right);
                              if (ranks <= before || !FitsPart(pair, part))
                                return DoesNotFit("pairs");
                              before = ranks;
                              return keep(pair);
                            });
                      });
}

absl::Status SharedRun::ReadDecoys(size_t part, const WorkBoard::Offer::Done& done,
                                   PairTally* tally) const {
  return index_->Read(Kind::kDecoys, static_cast<uint32_t>(part), {&done.attempt, 1},
                      done.report.pairs().decoy_blocks(), [&](absl::string_view bytes) {
                        return DecodePatternCounts(bytes,
                                                   [&](const PatternCount& decoys) -> absl::Status {
                                                     if (!Fits(decoys.first, at_hand_->levels)) {
                                                       return DoesNotFit("pairs within sites");
                                                     }
                                                     tally->decoys[decoys.first] += decoys.second;
                                                     return absl::OkStatus();
                                                   });
                      });
}

absl::Status SharedRun::CollectPairs(const RunControl& control, TakePart take, PairTally* tally) {
  std::vector<WorkPiece> pieces;
  std::vector<size_t> part_of;  // of the pieces
  for (size_t part = 0; part < parts(); ++part) {
    v1::PairWork work;
    work.set_part(static_cast<uint32_t>(part));
    for (size_t i = 0; i < swept_.size(); ++i) {
      const uint32_t blocks = swept_[i].candidate_blocks(static_cast<int>(part));
      if (blocks == 0) continue;
      work.add_attempts(sweep_attempts_[i]);
      work.set_blocks(work.blocks() + blocks);
    }
    if (work.blocks() == 0) {
      BL_RETURN_IF_ERROR(take(part, [](KeepPair) { return absl::OkStatus(); }));
      continue;
    }
    part_of.push_back(part);
    pieces.push_back({std::move(work)});
  }
  return Do(std::move(pieces), control, "rules",
            [&](const WorkBoard::Offer::Done& done) -> absl::Status {
              tally->pairs += done.report.pairs().pairs();
              const size_t part = part_of[done.piece];
              BL_RETURN_IF_ERROR(ReadDecoys(part, done, tally));
              return take(part, [&](KeepPair keep) { return ReadPart(part, done, keep); });
            });
}

}  // namespace blindlink::resolver
