#include "resolver/results/run_overview.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <vector>

#include "common/base/status_macros.h"
#include "resolver/results/result_files.h"
#include "resolver/results/result_rows.h"
#include "resolver/results/row_file.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kBins = 20;
constexpr uint64_t kRowsAtOnce = 4096;

struct Counts {
  std::array<uint64_t, kBins> matched{};
  std::array<uint64_t, kBins> other{};
};

bool IsMatch(PairOutcome outcome) {
  return outcome == PairOutcome::kMatched || outcome == PairOutcome::kMatchedByEntity ||
         outcome == PairOutcome::kMatchedApart || outcome == PairOutcome::kMatchedByDecision;
}

void Count(const ConsideredPairRow& row, Counts* counts) {
  if (!(row.score >= 0 && row.score <= 1)) return;  // no run writes such a row
  const size_t bin = std::min(kBins - 1, static_cast<size_t>(row.score * kBins + 1e-9));
  ++(IsMatch(row.outcome) ? counts->matched : counts->other)[bin];
}

// Every `step`-th piece of the file, where step is the least with which few enough rows are read.
absl::StatusOr<Counts> CountScores(const RowFileReader<ConsideredPairRow>& rows, uint32_t step) {
  Counts counts;
  for (uint64_t first = 0; first < rows.rows(); first += kRowsAtOnce * step) {
    BL_ASSIGN_OR_RETURN(const std::vector<ConsideredPairRow> piece, rows.Read(first, kRowsAtOnce));
    for (const ConsideredPairRow& row : piece) Count(row, &counts);
  }
  return counts;
}

absl::Status AddScores(const std::filesystem::path& folder, const storage::v1::StoredRun& run,
                       v1::RunOverview* overview) {
  const bool kept = std::any_of(
      run.files().begin(), run.files().end(),
      [](const storage::v1::StoredResultFile& file) { return file.name() == kConsideredFile; });
  if (!kept) return absl::OkStatus();
  BL_ASSIGN_OR_RETURN(const auto rows,
                      RowFileReader<ConsideredPairRow>::Open(folder / kConsideredFile));
  BL_RETURN_IF_ERROR(CheckResultFile(run, kConsideredFile, *rows, /*with_digest=*/false));
  const auto step = static_cast<uint32_t>(1 + rows->rows() / (kMostPairsRead + 1));
  overview->set_sampled(step);
  BL_ASSIGN_OR_RETURN(const Counts counts, CountScores(*rows, step));
  for (size_t bin = 0; bin < kBins; ++bin) {
    v1::ScoreBin& out = *overview->add_scores();
    out.set_from(static_cast<double>(bin) / kBins);
    out.set_matched(counts.matched[bin] * step);
    out.set_other(counts.other[bin] * step);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<v1::RunOverview> OverviewOf(const std::filesystem::path& folder,
                                           const storage::v1::StoredRun& run,
                                           const RunResult& result) {
  v1::RunOverview overview;
  overview.set_project(run.run().project());
  overview.set_run(run.run().run());
  overview.set_min_score(run.run().summary().score().min_score());
  if (run.run().summary().has_score()) BL_RETURN_IF_ERROR(AddScores(folder, run, &overview));
  v1::OverlapResponse overlap = result.Overlap();
  overview.mutable_overlap()->Swap(overlap.mutable_cells());
  overview.set_suppressed_up_to(overlap.suppressed_up_to());
  return overview;
}

}  // namespace blindlink::resolver
