#include "resolver/linkage/linkage_run.h"

#include <algorithm>
#include <atomic>
#include <future>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/types/span.h"
#include "common/base/in_thread.h"
#include "common/base/status_macros.h"
#include "common/entity/entity_grower.h"
#include "common/score/field_levels.h"
#include "resolver/index/overused_token.h"
#include "resolver/linkage/candidate_limit.h"
#include "resolver/linkage/candidate_parts.h"
#include "resolver/linkage/decoys.h"
#include "resolver/linkage/kept_model.h"
#include "resolver/linkage/match_pairs.h"
#include "resolver/linkage/met_tokens.h"
#include "resolver/linkage/overlap.h"
#include "resolver/linkage/population_check.h"
#include "resolver/linkage/rank_marks.h"
#include "resolver/linkage/record_order.h"
#include "resolver/linkage/record_reach.h"
#include "resolver/linkage/run_entities.h"
#include "resolver/linkage/run_fakes.h"
#include "resolver/linkage/token_ranges.h"
#include "resolver/linkage/token_sweep.h"
#include "resolver/linkage/token_use.h"
#include "resolver/results/faint_pairs.h"
#include "resolver/results/result_files.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_file.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

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
Decoys ChooseDecoys(const LinkageInput& input, const RecordOrder& order, const RunFakes& fakes) {
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
  return Decoys(order, sites, fakes);
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

// What the sweeps of a run share.
struct SweepInput {
  const LinkageInput& input;
  const MeetingTable& table;
  const RecordOrder& order;
  const Decoys& decoys;
  const std::filesystem::path& folder;
  const RunControl& control;
};

// What only a pass over all postings tells.
absl::Status FillOfAll(const SweepInput& in, RecordReach* reach, v1::RunSummary* summary) {
  BL_RETURN_IF_ERROR(ReadMarks(in.input, in.order, reach));
  summary->set_records_only_overused(reach->CountOnlyOverused());
  summary->set_postings(0);  // counts all postings, even those that were not read
  for (const auto& dataset : in.input.datasets) {
    summary->set_postings(summary->postings() + dataset.postings());
  }
  return absl::OkStatus();
}

// One pass over the postings of the run's datasets that may meet, or only over those in `met`
// unless it is null.
class Sweep {
 public:
  Sweep(const SweepInput& in, const MetTokens* met, CandidateParts* candidates)
      : in_(in),
        met_(met),
        candidates_(*candidates),
        reach_(in.order.record_count(), HighestNumber(in.input.datasets) + 1) {}

  // `uses` gets how each range uses its tokens, unless it is null; `earlier` is how the run that
  // this one starts from used them.
  absl::Status Run(const CompareOnly& compare, TokenUses* uses,
                   const RowFileReader<TokenUseRow>* earlier) {
    const LinkageInput& input = in_.input;
    const size_t threads = input.limits.threads;
    BL_ASSIGN_OR_RETURN(
        CandidateLimit limit,
        CandidateLimit::Foresee(in_.folder, in_.order.record_count(), input.limits));
    for (size_t i = 0; i < threads; ++i) {
      workers_.push_back(std::unique_ptr<Worker>(
          new Worker{TokenSweep(input.plan, in_.table, in_.order, input.only_with, in_.decoys,
                                {&limit, &reach_, compare}),
                     {in_.folder, input.limits.memory_budget / 3 / threads, candidates_.size(),
                      in_.order.record_count()}}));
    }
    const absl::Status swept = SweepRanges(uses, earlier);
    if (limit.reached()) {
      CandidateCounts counts(in_.order.sites().size(), input.plan.match_keys().size());
      for (const auto& worker : workers_) counts.Add(worker->sweep.candidates());
      return limit.Explain(counts, in_.order.sites(), input.plan);
    }
    BL_RETURN_IF_ERROR(swept);
    for (const auto& worker : workers_) {
      BL_RETURN_IF_ERROR(candidates_.Take(std::move(worker->candidates)));
    }
    return absl::OkStatus();
  }

  absl::Status Fill(v1::RunSummary* summary) {
    for (const auto& worker : workers_) worker->sweep.Fill(summary);
    if (met_ == nullptr) return FillOfAll(in_, &reach_, summary);
    summary->set_records_only_overused(reach_.CountOnlyOverused());
    return absl::OkStatus();
  }

 private:
  struct Worker {
    TokenSweep sweep;
    CandidateParts candidates;
  };

  absl::Status SweepRanges(TokenUses* uses, const RowFileReader<TokenUseRow>* earlier) {
    PostingQuery all;
    all.only_with = SmallBesideTheLargest(in_.input);
    for (const auto& dataset : in_.input.datasets) all.datasets.push_back(dataset.dataset_number());
    const size_t threads = in_.input.limits.threads;
    std::atomic<size_t> ranges = 0;
    const auto share = [&] {
      return static_cast<double>(ranges) / static_cast<double>(RangeCount(threads));
    };
    return ForEachTokenRange(
        threads, in_.control, "sweep", share,
        [&](size_t thread, const TokenRange& range) -> absl::Status {
          std::unique_ptr<Cursor<Posting>> postings;
          if (met_ != nullptr) {
            postings = met_->Postings(range.number);
          } else {
            PostingQuery part = all;
            part.first = range.first;
            part.end = range.end;
            BL_ASSIGN_OR_RETURN(postings, in_.input.index.Postings(part));
          }
          Worker& worker = *workers_[thread];
          std::optional<TokenUseLog> log;
          if (uses != nullptr) log.emplace(uses->Of(range.number), earlier);
          BL_RETURN_IF_ERROR(worker.sweep.Run(postings.get(), in_.control, &worker.candidates,
                                              log.has_value() ? &*log : nullptr));
          ++ranges;
          return absl::OkStatus();
        });
  }

  const SweepInput& in_;
  const MetTokens* const met_;
  CandidateParts& candidates_;
  RecordReach reach_;
  std::vector<std::unique_ptr<Worker>> workers_;
};

// Finds the candidates of a run that starts from an earlier one. Returns, by rank, the records all
// of whose pairs are candidates now.
absl::StatusOr<std::vector<bool>> SweepChanged(const SweepInput& in, const Increment& increment,
                                               TokenUses* uses, CandidateParts* candidates,
                                               v1::RunSummary* summary) {
  std::vector<bool> compared = increment.changed();
  RankMarks crossed(in.order.record_count());
  Sweep sweep(in, nullptr, candidates);
  BL_RETURN_IF_ERROR(sweep.Run({&compared, nullptr, &crossed}, uses, &increment.token_uses()));
  BL_RETURN_IF_ERROR(sweep.Fill(summary));
  if (crossed.any()) {
    const std::vector<bool> also = crossed.Take();
    Sweep again(in, nullptr, candidates);
    BL_RETURN_IF_ERROR(again.Run({&also, &compared, nullptr}, nullptr, nullptr));
    for (size_t rank = 0; rank < also.size(); ++rank) {
      if (also[rank]) compared[rank] = true;
    }
  }
  summary->set_records_compared(
      static_cast<uint64_t>(std::count(compared.begin(), compared.end(), true)));
  return compared;
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

// The model of the run that decides this one; none if that is not another one's, or rules decide.
absl::StatusOr<std::optional<KeptModel>> ModelOf(const LinkageInput& input) {
  if (input.earlier == nullptr || input.plan.proto().scoring().decision() == v1::BY_RULES) {
    return std::nullopt;
  }
  storage::v1::StoredScoreModel stored;
  BL_RETURN_IF_ERROR(ReadStored(input.earlier->folder / kScoreFile,
                                "start a run with a model of its own", &stored));
  const FieldLevels levels(input.plan.proto(), input.plan.evidence());
  const v1::LinkageRun& run = input.earlier->run.run();
  BL_ASSIGN_OR_RETURN(KeptModel model, KeptModel::Restore(levels.fields(), std::move(stored),
                                                          run.summary().score(), run.run()));
  return model;
}

// Null if the run must compare everything. Below the lowest score that is kept, the earlier run's
// pairs are not known.
absl::StatusOr<std::unique_ptr<const Increment>> IncrementOf(const LinkageInput& input,
                                                             const RecordOrder& order,
                                                             const std::optional<KeptModel>& model,
                                                             const std::filesystem::path& folder) {
  if (input.earlier == nullptr || !input.earlier->increment) return nullptr;
  if (model.has_value() && model->min_score() < EntityGrower::kLowestScore) return nullptr;
  return Increment::Prepare(*input.earlier, input.datasets, order, folder / kRecordsFile,
                            input.index_generation);
}

// `write` appends the uses of tokens to a RowFileWriter.
template <typename Write>
absl::Status WriteTokenUses(const LinkageInput& input, const std::filesystem::path& folder,
                            storage::v1::StoredRun* run, Write write) {
  BL_ASSIGN_OR_RETURN(const auto writer,
                      RowFileWriter<TokenUseRow>::Create(folder / kTokenUseFile, WithDigest::kYes));
  BL_RETURN_IF_ERROR(writer->Append(TokenUseRow::OfGeneration(input.index_generation)));
  BL_RETURN_IF_ERROR(write(writer.get()));
  return FinishResultFile(kTokenUseFile, writer.get(), run);
}

// Sweeps all tokens with workers on other machines.
absl::Status SweepWithOthers(const SweepInput& in, const FieldLevels& levels,
                             v1::RunSummary* summary) {
  const LinkageInput& input = in.input;
  BL_ASSIGN_OR_RETURN(CandidateLimit limit,
                      CandidateLimit::Foresee(in.folder, in.order.record_count(), input.limits));
  RecordReach reach(in.order.record_count(), HighestNumber(input.datasets) + 1);
  BL_RETURN_IF_ERROR(input.sharing->Sweep(
      {input.plan, in.table, levels, in.order, in.decoys, input.datasets,
       SmallBesideTheLargest(input), input.plan.proto().scoring().decision() == v1::BY_RULES},
      in.control, &limit, &reach, summary));
  return FillOfAll(in, &reach, summary);
}

absl::Status WriteDecided(const DecidedPairs& decided, const std::filesystem::path& folder,
                          storage::v1::StoredRun* run) {
  decided.Fill(run->mutable_run()->mutable_decisions());
  BL_ASSIGN_OR_RETURN(const auto rows,
                      RowFileWriter<DecidedRow>::Create(folder / kDecidedFile, WithDigest::kYes));
  for (const DecidedRow& row : decided.rows()) BL_RETURN_IF_ERROR(rows->Append(row));
  return FinishResultFile(kDecidedFile, rows.get(), run);
}

// Decides which pairs match, and grows entities. Returns for each record the lowest rank in its
// entity.
absl::StatusOr<std::vector<uint32_t>> Decide(const DecisionInput& decision,
                                             std::unique_ptr<CandidateParts> candidates,
                                             const std::filesystem::path& folder,
                                             const RunControl& control,
                                             storage::v1::StoredRun* run) {
  v1::RunSummary* const summary = run->mutable_run()->mutable_summary();
  BL_ASSIGN_OR_RETURN(const auto pairs,
                      RowFileWriter<PairRow>::Create(folder / kPairsFile, WithDigest::kYes));
  BL_ASSIGN_OR_RETURN(const auto considered, RowFileWriter<ConsideredPairRow>::Create(
                                                 folder / kConsideredFile, WithDigest::kYes));
  BL_ASSIGN_OR_RETURN(const auto faint,
                      RowFileWriter<ScoredPairRow>::Create(folder / kFaintFile, WithDigest::kYes));
  BL_ASSIGN_OR_RETURN(std::vector<uint32_t> first,
                      DecidePairs(decision, std::move(candidates), control,
                                  {*pairs, *considered, *faint, folder / kScoreFile}, summary));
  BL_RETURN_IF_ERROR(FinishResultFile(kFaintFile, faint.get(), run));
  BL_RETURN_IF_ERROR(FinishResultFile(kPairsFile, pairs.get(), run));
  BL_RETURN_IF_ERROR(FinishResultFile(kConsideredFile, considered.get(), run));
  if (summary->has_score()) WarnOfOddPopulations(decision.plan, decision.datasets, summary);
  return first;
}

// Sweeps and decides. Returns as Decide.
absl::StatusOr<std::vector<uint32_t>> LinkRecords(
    const LinkageInput& input, const MeetingTable& table, const RecordOrder& order,
    const RunFakes& fakes, std::unique_ptr<MetTokens> met, const std::filesystem::path& folder,
    const RunControl& control, storage::v1::StoredRun* run) {
  v1::RunSummary* const summary = run->mutable_run()->mutable_summary();
  BL_ASSIGN_OR_RETURN(const std::optional<KeptModel> model, ModelOf(input));
  BL_ASSIGN_OR_RETURN(const auto increment, IncrementOf(input, order, model, folder));
  run->mutable_run()->set_incremental(increment != nullptr);
  const Decoys decoys = model.has_value() ? Decoys() : ChooseDecoys(input, order, fakes);
  const FieldLevels levels(input.plan.proto(), input.plan.evidence());
  // A run that compares little is done sooner here.
  RunSharing* const sharing = increment == nullptr && met == nullptr ? input.sharing : nullptr;
  std::unique_ptr<CandidateParts> candidates;
  if (sharing == nullptr) {
    candidates = std::make_unique<CandidateParts>(folder, input.limits.memory_budget / 3,
                                                  CandidateParts::PartCount(input.limits),
                                                  order.record_count());
  }
  const SweepInput sweeps{input, table, order, decoys, folder, control};
  BL_ASSIGN_OR_RETURN(TokenUses uses, TokenUses::Create(folder, RangeCount(input.limits.threads)));
  std::vector<bool> compared;
  if (sharing != nullptr) {
    BL_RETURN_IF_ERROR(SweepWithOthers(sweeps, levels, summary));
  } else if (increment != nullptr) {
    BL_ASSIGN_OR_RETURN(compared,
                        SweepChanged(sweeps, *increment, &uses, candidates.get(), summary));
  } else {
    Sweep sweep(sweeps, met.get(), candidates.get());
    BL_RETURN_IF_ERROR(sweep.Run({}, met == nullptr ? &uses : nullptr, nullptr));
    BL_RETURN_IF_ERROR(sweep.Fill(summary));
  }
  if (met == nullptr) {
    BL_RETURN_IF_ERROR(WriteTokenUses(input, folder, run, [&](RowFileWriter<TokenUseRow>* writer) {
      return sharing != nullptr ? sharing->WriteTokenUses(writer) : uses.WriteTo(writer);
    }));
  }
  // Giving files back takes the system a while; the destructor waits.
  const std::future<void> closing = InThread([&met] { met.reset(); });
  std::optional<EarlierPairs> earlier;
  if (increment != nullptr) earlier.emplace(EarlierPairs{*increment, compared});
  BL_ASSIGN_OR_RETURN(const auto records, RowFileReader<RecordRow>::Open(folder / kRecordsFile));
  BL_ASSIGN_OR_RETURN(DecidedPairs decided, DecidedPairs::Find(input.decisions, order, *records));
  BL_ASSIGN_OR_RETURN(
      std::vector<uint32_t> first,
      Decide({input.plan, table, order, input.datasets, folder, input.only_with,
              input.limits.threads, decoys, decided, model.has_value() ? &*model : nullptr,
              earlier.has_value() ? &*earlier : nullptr, fakes.all(), sharing},
             std::move(candidates), folder, control, run));
  if (!input.decisions.empty()) BL_RETURN_IF_ERROR(WriteDecided(decided, folder, run));
  return first;
}

// Which records the entity map has: all; or, where some of those that are alone are fakes, those
// that are not alone. Returns their number.
absl::StatusOr<uint64_t> ListRecords(const Plan& plan, const std::vector<uint32_t>& first,
                                     const std::filesystem::path& folder,
                                     storage::v1::StoredRun* run) {
  if (plan.proto().fakes_per_1000_records() == 0) return first.size();
  BL_ASSIGN_OR_RETURN(const auto listed,
                      RowFileWriter<ListedRow>::Create(folder / kListedFile, WithDigest::kYes));
  BL_RETURN_IF_ERROR(WriteListed(first, listed.get()));
  BL_RETURN_IF_ERROR(FinishResultFile(kListedFile, listed.get(), run));
  return listed->rows();
}

}  // namespace

uint64_t DiskOfRun(const std::vector<storage::v1::CommittedDataset>& datasets,
                   const WorkLimits& limits) {
  uint64_t records = 0;
  for (const auto& dataset : datasets) records += dataset.records();
  const uint64_t result =  // with entity ids and their register
      records * (RecordRow::kSize + EntityRow::kSize + PairRow::kSize + ConsideredPairRow::kSize +
                 ScoredPairRow::kSize + 2 * EntityId::kSize + RecordRow::kSize);
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
                        records.get(), control, met == nullptr ? nullptr : &met->records(),
                        input.limits.threads));
  BL_RETURN_IF_ERROR(FinishResultFile(kRecordsFile, records.get(), run));
  const RunFakes fakes(input.plan, input.datasets, input.only_with, order);
  summary.set_records(order.record_count() - fakes.all());

  BL_ASSIGN_OR_RETURN(
      const std::vector<uint32_t> first,
      LinkRecords(input, table, order, fakes, std::move(met), folder, control, run));

  control.progress("publish", 0);
  BL_ASSIGN_OR_RETURN(const auto entities,
                      RowFileWriter<EntityRow>::Create(folder / kEntitiesFile, WithDigest::kYes));
  BL_RETURN_IF_ERROR(
      WriteEntities(first, fakes.all(), entities.get(), run->mutable_run()->mutable_summary()));
  BL_RETURN_IF_ERROR(FinishResultFile(kEntitiesFile, entities.get(), run));
  BL_ASSIGN_OR_RETURN(const uint64_t listed, ListRecords(input.plan, first, folder, run));
  BL_ASSIGN_OR_RETURN(const auto record_rows,
                      RowFileReader<RecordRow>::Open(folder / kRecordsFile));
  BL_ASSIGN_OR_RETURN(const auto overlap,
                      CountOverlap(first, *record_rows, order.sites(), fakes, folder,
                                   input.limits.memory_budget, control));
  run->mutable_sites()->Assign(order.sites().begin(), order.sites().end());
  run->set_entity_map_rows(listed);
  run->mutable_overlap()->Assign(overlap.begin(), overlap.end());
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
