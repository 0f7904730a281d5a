#include "resolver/linkage/linkage_run.h"

#include <algorithm>
#include <atomic>
#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/types/span.h"
#include "common/base/status_macros.h"
#include "resolver/index/overused_token.h"
#include "resolver/linkage/candidate_limit.h"
#include "resolver/linkage/candidate_parts.h"
#include "resolver/linkage/decoys.h"
#include "resolver/linkage/match_pairs.h"
#include "resolver/linkage/met_tokens.h"
#include "resolver/linkage/overlap.h"
#include "resolver/linkage/population_check.h"
#include "resolver/linkage/record_order.h"
#include "resolver/linkage/record_reach.h"
#include "resolver/linkage/run_entities.h"
#include "resolver/linkage/token_ranges.h"
#include "resolver/linkage/token_sweep.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_file.h"

namespace blindlink::resolver {
namespace {

// Finishes a result file and notes it in the run.
template <typename Row>
absl::Status FinishFile(const char* name, RowFileWriter<Row>* writer, storage::v1::StoredRun* run) {
  BL_RETURN_IF_ERROR(writer->Finish());
  storage::v1::StoredResultFile& file = *run->add_files();
  file.set_name(name);
  file.set_bytes(writer->rows() * Row::kSize);
  file.set_sha256(std::string(AsView(writer->Digest())));
  return absl::OkStatus();
}

// If records of one site are not compared with each other, each pair has a record outside the
// largest site. If the other sites are small in comparison, returns their datasets: tokens that
// none of them has need not be read. Otherwise returns none.
std::vector<uint32_t> SmallBesideTheLargest(const LinkageInput& input) {
  // Looking up a token costs more than reading one in order.
  constexpr uint64_t kTimesSmaller = 4;
  if (input.plan.proto().entity_rules().within_site_duplicates()) return {};
  std::map<std::string, uint64_t> by_site;
  uint64_t all = 0;
  for (const auto& dataset : input.datasets) {
    by_site[dataset.manifest().site()] += dataset.postings();
    all += dataset.postings();
  }
  const auto largest =
      std::max_element(by_site.begin(), by_site.end(),
                       [](const auto& a, const auto& b) { return a.second < b.second; });
  if (by_site.empty() || largest->second / kTimesSmaller < all - largest->second) return {};
  std::vector<uint32_t> others;
  for (const auto& dataset : input.datasets) {
    if (dataset.manifest().site() != largest->first) others.push_back(dataset.dataset_number());
  }
  return others;
}

// The sites all of whose tokens are read: not the largest, if its tokens are looked up, nor those
// with datasets outside only_with, if that is not empty.
Decoys ChooseDecoys(const LinkageInput& input, const RecordOrder& order) {
  const v1::LinkagePlan& plan = input.plan.proto();
  if (plan.scoring().decision() == v1::BY_RULES || plan.entity_rules().within_site_duplicates()) {
    return {};
  }
  std::vector<uint32_t> read = input.only_with;
  if (read.empty()) read = SmallBesideTheLargest(input);
  std::vector<bool> sites(order.sites().size(), true);
  for (const auto& dataset : input.datasets) {
    const bool is_read =
        read.empty() || std::find(read.begin(), read.end(), dataset.dataset_number()) != read.end();
    if (!is_read) sites[order.SiteOf(dataset.dataset_number())] = false;
  }
  return Decoys(order, sites);
}

uint32_t HighestNumber(const std::vector<storage::v1::CommittedDataset>& datasets) {
  uint32_t highest = 0;
  for (const auto& dataset : datasets) highest = std::max(highest, dataset.dataset_number());
  return highest;
}

// The records that have over-used tokens of which the index has only the number, if those of their
// dataset are shared with others at all: which record shares which is not known any more.
absl::Status ReadMarks(const LinkageInput& input, const RecordOrder& order, RecordReach* reach) {
  PostingQuery query;
  query.first = TokenOfMarks();
  for (const auto& dataset : input.datasets) {
    if (!reach->SharesOverusedOf(dataset.dataset_number())) continue;
    query.datasets = {dataset.dataset_number()};
    BL_ASSIGN_OR_RETURN(const auto cursor, input.index.Postings(query));
    while (true) {
      BL_ASSIGN_OR_RETURN(const absl::Span<const Posting> marks, cursor->Next());
      if (marks.empty()) break;
      for (const Posting& mark : marks) {
        if (!IsMark(mark) || !order.HasRecord(mark.dataset, mark.record)) continue;
        reach->ShareOverused(order.RankOf(mark.dataset, mark.record));
      }
    }
  }
  return absl::OkStatus();
}

// Sweeps all postings of the run's datasets that may meet, or only those in `met` unless it is
// null.
absl::Status SweepTokens(const LinkageInput& input, const MeetingTable& table,
                         const RecordOrder& order, const Decoys& decoys, const MetTokens* met,
                         const std::filesystem::path& folder, const RunControl& control,
                         CandidateParts* candidates, v1::RunSummary* summary) {
  PostingQuery all;
  all.only_with = SmallBesideTheLargest(input);
  for (const auto& dataset : input.datasets) all.datasets.push_back(dataset.dataset_number());
  struct Worker {
    TokenSweep sweep;
    CandidateParts candidates;
  };
  RecordReach reach(order.record_count(), HighestNumber(input.datasets) + 1);
  const size_t threads = input.limits.threads;
  BL_ASSIGN_OR_RETURN(CandidateLimit limit,
                      CandidateLimit::Foresee(folder, order.record_count(), input.limits));
  std::vector<std::unique_ptr<Worker>> workers;
  for (size_t i = 0; i < threads; ++i) {
    workers.push_back(std::unique_ptr<Worker>(
        new Worker{TokenSweep(input.plan, table, order, input.only_with, decoys, {&limit, &reach}),
                   {folder, input.limits.memory_budget / 3 / threads, candidates->size(),
                    order.record_count()}}));
  }
  std::atomic<size_t> ranges = 0;
  const auto share = [&] {
    return static_cast<double>(ranges) / static_cast<double>(RangeCount(threads));
  };
  const absl::Status swept = ForEachTokenRange(
      threads, control, "sweep", share,
      [&](size_t thread, const TokenRange& range) -> absl::Status {
        std::unique_ptr<Cursor<Posting>> postings;
        if (met != nullptr) {
          postings = met->Postings(range.number);
        } else {
          PostingQuery part = all;
          part.first = range.first;
          part.end = range.end;
          BL_ASSIGN_OR_RETURN(postings, input.index.Postings(part));
        }
        Worker& worker = *workers[thread];
        BL_RETURN_IF_ERROR(worker.sweep.Run(postings.get(), control, &worker.candidates));
        ++ranges;
        return absl::OkStatus();
      });
  if (limit.reached()) {
    CandidateCounts counts(order.sites().size(), input.plan.match_keys().size());
    for (const auto& worker : workers) counts.Add(worker->sweep.candidates());
    return limit.Explain(counts, order.sites(), input.plan);
  }
  BL_RETURN_IF_ERROR(swept);
  for (const auto& worker : workers) {
    worker->sweep.Fill(summary);
    BL_RETURN_IF_ERROR(candidates->Take(std::move(worker->candidates)));
  }
  if (met == nullptr) BL_RETURN_IF_ERROR(ReadMarks(input, order, &reach));
  summary->set_records_only_overused(reach.CountOnlyOverused());
  if (met == nullptr) {  // counts all postings, even those that were not read
    summary->set_postings(0);
    for (const auto& dataset : input.datasets) {
      summary->set_postings(summary->postings() + dataset.postings());
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::unique_ptr<MetTokens>> GatherMetTokens(const LinkageInput& input,
                                                           const std::filesystem::path& folder,
                                                           const RunControl& control) {
  if (input.only_with.empty()) return nullptr;
  PostingQuery query;
  query.only_with = input.only_with;
  for (const auto& dataset : input.datasets) query.datasets.push_back(dataset.dataset_number());
  BL_ASSIGN_OR_RETURN(MetTokens met, MetTokens::Gather(input.index, query, input.datasets, folder,
                                                       input.limits, control));
  return std::make_unique<MetTokens>(std::move(met));
}

absl::Status WriteDecided(const DecidedPairs& decided, const std::filesystem::path& folder,
                          storage::v1::StoredRun* run) {
  decided.Fill(run->mutable_run()->mutable_decisions());
  BL_ASSIGN_OR_RETURN(const auto rows,
                      RowFileWriter<DecidedRow>::Create(folder / kDecidedFile, WithDigest::kYes));
  for (const DecidedRow& row : decided.rows()) BL_RETURN_IF_ERROR(rows->Append(row));
  return FinishFile(kDecidedFile, rows.get(), run);
}

// Sweeps, decides which pairs match, and grows entities. Returns for each record the lowest rank in
// its entity.
absl::StatusOr<std::vector<uint32_t>> LinkRecords(
    const LinkageInput& input, const MeetingTable& table, const RecordOrder& order,
    std::unique_ptr<MetTokens> met, const std::filesystem::path& folder, const RunControl& control,
    storage::v1::StoredRun* run) {
  v1::RunSummary* const summary = run->mutable_run()->mutable_summary();
  const Decoys decoys = ChooseDecoys(input, order);
  auto candidates = std::make_unique<CandidateParts>(folder, input.limits.memory_budget / 3,
                                                     CandidateParts::PartCount(input.limits),
                                                     order.record_count());
  BL_RETURN_IF_ERROR(SweepTokens(input, table, order, decoys, met.get(), folder, control,
                                 candidates.get(), summary));
  met.reset();
  BL_ASSIGN_OR_RETURN(const auto records, RowFileReader<RecordRow>::Open(folder / kRecordsFile));
  BL_ASSIGN_OR_RETURN(DecidedPairs decided, DecidedPairs::Find(input.decisions, order, *records));
  BL_ASSIGN_OR_RETURN(const auto pairs,
                      RowFileWriter<PairRow>::Create(folder / kPairsFile, WithDigest::kYes));
  BL_ASSIGN_OR_RETURN(const auto considered, RowFileWriter<ConsideredPairRow>::Create(
                                                 folder / kConsideredFile, WithDigest::kYes));
  BL_ASSIGN_OR_RETURN(std::vector<uint32_t> first,
                      DecidePairs({input.plan, table, order, input.datasets, folder,
                                   input.only_with, input.limits.threads, decoys, decided},
                                  std::move(candidates), control,
                                  {*pairs, *considered, folder / kScoreFile}, summary));
  BL_RETURN_IF_ERROR(FinishFile(kPairsFile, pairs.get(), run));
  BL_RETURN_IF_ERROR(FinishFile(kConsideredFile, considered.get(), run));
  if (!input.decisions.empty()) BL_RETURN_IF_ERROR(WriteDecided(decided, folder, run));
  if (summary->has_score()) WarnOfOddPopulations(input.plan, input.datasets, summary);
  return first;
}

}  // namespace

uint64_t DiskOfRun(const std::vector<storage::v1::CommittedDataset>& datasets,
                   const WorkLimits& limits) {
  uint64_t records = 0;
  for (const auto& dataset : datasets) records += dataset.records();
  const uint64_t result =
      records * (RecordRow::kSize + EntityRow::kSize + PairRow::kSize + ConsideredPairRow::kSize);
  const uint64_t sorted = records * (sizeof(Candidate) + ScoredPairRow::kSize);
  return result + (sorted > limits.memory_budget ? sorted : 0);
}

absl::Status RunLinkage(const LinkageInput& input, const std::filesystem::path& folder,
                        const RunControl& control, storage::v1::StoredRun* run) {
  v1::RunSummary& summary = *run->mutable_run()->mutable_summary();
  summary.Clear();
  run->mutable_run()->clear_decisions();
  run->clear_files();
  BL_ASSIGN_OR_RETURN(const MeetingTable table, MeetingTable::Make(input.plan));

  control.progress("records", 0);
  BL_ASSIGN_OR_RETURN(std::unique_ptr<MetTokens> met, GatherMetTokens(input, folder, control));
  BL_ASSIGN_OR_RETURN(const auto records,
                      RowFileWriter<RecordRow>::Create(folder / kRecordsFile, WithDigest::kYes));
  BL_ASSIGN_OR_RETURN(
      const RecordOrder order,
      RecordOrder::Make(input.index, input.datasets, folder, input.limits.memory_budget,
                        records.get(), control, met == nullptr ? nullptr : &met->records()));
  BL_RETURN_IF_ERROR(FinishFile(kRecordsFile, records.get(), run));
  summary.set_records(order.record_count());

  BL_ASSIGN_OR_RETURN(const std::vector<uint32_t> first,
                      LinkRecords(input, table, order, std::move(met), folder, control, run));

  control.progress("publish", 0);
  BL_ASSIGN_OR_RETURN(const auto entities,
                      RowFileWriter<EntityRow>::Create(folder / kEntitiesFile, WithDigest::kYes));
  BL_RETURN_IF_ERROR(WriteEntities(first, entities.get(), run->mutable_run()->mutable_summary()));
  BL_RETURN_IF_ERROR(FinishFile(kEntitiesFile, entities.get(), run));
  BL_ASSIGN_OR_RETURN(const auto record_rows,
                      RowFileReader<RecordRow>::Open(folder / kRecordsFile));
  BL_ASSIGN_OR_RETURN(const auto overlap, CountOverlap(first, *record_rows, order.sites(), folder,
                                                       input.limits.memory_budget, control));
  run->mutable_sites()->Assign(order.sites().begin(), order.sites().end());
  run->set_entity_map_rows(order.record_count());
  run->mutable_overlap()->Assign(overlap.begin(), overlap.end());
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
