#include "researcher/fetch/fetch.h"

#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/telemetry/progress.h"
#include "researcher/results/manifest.h"
#include "researcher/results/result_file.h"
#include "researcher/results/result_rows.h"

namespace blindlink::researcher {
namespace {

absl::StatusOr<v1::ResultInfo> ChooseRun(ResultClient& client, const FetchRequest& request) {
  BL_ASSIGN_OR_RETURN(const std::vector<v1::ResultInfo> runs,
                      ListResults(client, request.project, request.grant, request.backoff));
  if (runs.empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("project ", request.project, " has no finished linkage run yet"));
  }
  if (request.run.empty()) return runs.back();
  for (const v1::ResultInfo& info : runs) {
    if (info.run() == request.run) return info;
  }
  return absl::NotFoundError(absl::StrCat("project ", request.project, " has no finished run ",
                                          request.run, "; the newest is ", runs.back().run()));
}

// An older run never stands in for a damaged one.
absl::StatusOr<v1::ResultInfo> PinRun(ResultClient& client, const FetchRequest& request) {
  BL_ASSIGN_OR_RETURN(v1::ResultInfo info, ChooseRun(client, request));
  if (!info.damage().empty()) return absl::DataLossError(info.damage());
  if (info.by_grant() && info.grants().empty()) {
    return absl::PermissionDeniedError(
        absl::StrCat("project ", request.project,
                     " releases its results by grant, and you have none in force for ", info.run(),
                     ": ask for one with  blindlink-researcher access request"));
  }
  if (info.grants_size() > 1) {
    return absl::FailedPreconditionError(
        absl::StrCat("several of your grants give ", info.run(),
                     ": choose one with --grant: ", absl::StrJoin(info.grants(), ", ")));
  }
  return info;
}

EntityFacts EntitiesOf(const v1::EntityReport& report) {
  EntityFacts facts;
  for (const v1::EntitySize& size : report.sizes()) {
    facts.sizes.emplace_back(size.records(), size.entities());
  }
  facts.refused_by_size = report.refused_by_size();
  facts.refused_as_weak = report.refused_as_weak();
  facts.refused_by_statement = report.refused_by_statement();
  facts.pairs_by_entity = report.pairs_by_entity();
  return facts;
}

std::string GrantOf(const v1::ResultInfo& info) {
  return info.grants().empty() ? std::string() : info.grants(0);
}

std::string TimeText(int64_t unix_seconds) {
  if (unix_seconds <= 0) return "";
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(unix_seconds),
                          absl::UTCTimeZone());
}

FetchOutcome OutcomeOf(const v1::ResultInfo& info, uint64_t rows, uint64_t earlier) {
  return {
      info.run(), rows, earlier, GrantOf(info), info.rules_version(), info.rules_version_fetched(),
      info.note()};
}

absl::Status WriteManifest(const FetchRequest& request, const std::string& kind,
                           const v1::ResultInfo& info, std::vector<std::string> columns,
                           uint64_t rows, const ResultFileFacts& facts) {
  ResultManifest manifest;
  manifest.file = std::filesystem::path(request.file).filename().string();
  manifest.kind = kind;
  manifest.project = info.project();
  manifest.run = info.run();
  manifest.plan_name = info.plan_name();
  manifest.plan_digest = HexEncode(info.plan_digest());
  for (const v1::DatasetName& dataset : info.datasets()) {
    manifest.datasets.emplace_back(dataset.site(), dataset.dataset());
  }
  manifest.run_started = TimeText(info.started_unix_seconds());
  manifest.grant = GrantOf(info);
  manifest.grant_expires = TimeText(info.grant_expires_unix_seconds());
  manifest.note = info.note();
  if (info.rules_version() > 0) {
    manifest.rules = RulesFacts{info.rules_version(), info.rules(), info.rules_version_fetched()};
  }
  if (info.has_score()) {
    const v1::ScoreReport& score = info.score();
    manifest.expected = ExpectedQuality{score.min_score(),
                                        score.expected_matches(),
                                        score.expected_ppv(),
                                        score.expected_sensitivity(),
                                        {score.warnings().begin(), score.warnings().end()},
                                        score.expected_ppv_low(),
                                        score.expected_ppv_high(),
                                        score.expected_true_pairs(),
                                        score.expected_true_pairs_low(),
                                        score.expected_true_pairs_high(),
                                        score.expected_unmet()};
  }
  if (info.has_entities()) manifest.entities = EntitiesOf(info.entities());
  manifest.columns = std::move(columns);
  manifest.rows = rows;
  manifest.bytes = facts.bytes;
  manifest.sha256 = facts.sha256;
  return WriteFileAtomically(request.file + ".manifest.json", ManifestJson(manifest), 0600);
}

// How match pairs and entity maps differ.
struct PairRows {
  static constexpr char kKind[] = "match-pairs";
  static constexpr char kUnit[] = "pairs";
  static std::vector<std::string> Columns() { return PairColumns(); }
  static uint64_t Total(const v1::ResultInfo& info) { return info.match_pairs(); }
  static const auto& RowsOf(const v1::MatchPairChunk& chunk) { return chunk.pairs(); }
  template <typename Take>
  static absl::Status Get(ResultClient& client, const v1::ResultInfo& info, uint64_t first_row,
                          const Take& take) {
    return client.GetMatchPairs(info.project(), info.run(), GrantOf(info), first_row, take);
  }
};

struct EntityRows {
  static constexpr char kKind[] = "entity-map";
  static constexpr char kUnit[] = "records";
  static std::vector<std::string> Columns() { return EntityColumns(); }
  static uint64_t Total(const v1::ResultInfo& info) { return info.entity_map_rows(); }
  static const auto& RowsOf(const v1::EntityChunk& chunk) { return chunk.members(); }
  template <typename Take>
  static absl::Status Get(ResultClient& client, const v1::ResultInfo& info, uint64_t first_row,
                          const Take& take) {
    return client.GetEntityMap(info.project(), info.run(), GrantOf(info), first_row, take);
  }
};

// Names and pseudonyms are short: a row of a run takes about a hundred bytes.
constexpr uint64_t kMostBytesPerRow = 4096;

// What a run promised is the most that its rows may take of this disk.
absl::Status CheckPromised(const v1::ResultInfo& info, uint64_t rows, uint64_t total,
                           uint64_t rows_of_chunk, uint64_t bytes_of_chunk) {
  if (rows > total) {
    return absl::DataLossError(
        absl::StrCat(info.run(), " has ", total, " rows, and the resolver sends more of them"));
  }
  if (rows_of_chunk == 0 && rows > 0) {
    return absl::DataLossError("the resolver sends messages without a row");
  }
  if (bytes_of_chunk > rows_of_chunk * kMostBytesPerRow) {
    return absl::DataLossError("the resolver sends rows that are too long");
  }
  return absl::OkStatus();
}

// Fetches until the file holds all rows of the run.
template <typename Rows>
absl::Status FillFile(ResultClient& client, const FetchRequest& request, const v1::ResultInfo& info,
                      ResultFile* file) {
  const uint64_t total = Rows::Total(info);
  Progress progress("fetching", Rows::kUnit, total, request.show_progress);
  Backoff backoff(request.backoff);
  std::string text;
  const auto take = [&](const auto& chunk) -> absl::Status {
    text.clear();
    for (const auto& row : Rows::RowsOf(chunk)) AppendRow(row, &text);
    const auto rows = static_cast<uint64_t>(Rows::RowsOf(chunk).size());
    BL_RETURN_IF_ERROR(CheckPromised(info, file->rows() + rows, total, rows, text.size()));
    BL_RETURN_IF_ERROR(file->Append(text, rows));
    if (rows > 0) backoff.Progressed();
    progress.Set(file->rows());
    return absl::OkStatus();
  };
  // A run of which a grant shows no rows may be one of which it gives none: the resolver says so.
  bool asked = GrantOf(info).empty();
  while (file->rows() < total || !std::exchange(asked, true)) {
    absl::Status status = Rows::Get(client, info, file->rows(), take);
    if (status.ok()) break;
    if (absl::IsUnavailable(status) && backoff.Wait()) continue;
    // Keep the received rows for the next attempt, if the disk permits.
    file->Checkpoint().IgnoreError();
    return status;
  }
  progress.Set(file->rows());
  if (file->rows() == total) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(info.run(), " has ", total, " ", Rows::kUnit,
                                          ", the resolver sent ", file->rows()));
}

template <typename Rows>
absl::StatusOr<FetchOutcome> FetchRows(ResultClient& client, const FetchRequest& request) {
  BL_ASSIGN_OR_RETURN(const v1::ResultInfo info, PinRun(client, request));
  const ResultSource source{Rows::kKind, info.project(), info.run(), GrantOf(info)};
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<ResultFile> file,
                      ResultFile::Open(request.file, source, HeaderRow(Rows::Columns())));
  const uint64_t earlier = file->rows();
  BL_RETURN_IF_ERROR(FillFile<Rows>(client, request, info, file.get()));
  BL_ASSIGN_OR_RETURN(const ResultFileFacts facts, file->Finish());
  if (!file->is_standard_output()) {
    BL_RETURN_IF_ERROR(
        WriteManifest(request, Rows::kKind, info, Rows::Columns(), file->rows(), facts));
  }
  return OutcomeOf(info, file->rows(), earlier);
}

template <typename Call>
auto WithRetries(const BackoffOptions& options, const Call& call) {
  Backoff backoff(options);
  while (true) {
    auto result = call();
    if (!absl::IsUnavailable(result.status()) || !backoff.Wait()) return result;
  }
}

}  // namespace

absl::StatusOr<std::vector<v1::ResultInfo>> ListResults(ResultClient& client,
                                                        const std::string& project,
                                                        const std::string& grant,
                                                        const BackoffOptions& backoff) {
  return WithRetries(backoff, [&] { return client.ListResults(project, grant); });
}

absl::StatusOr<FetchOutcome> FetchMatchPairs(ResultClient& client, const FetchRequest& request) {
  return FetchRows<PairRows>(client, request);
}

absl::StatusOr<FetchOutcome> FetchEntityMap(ResultClient& client, const FetchRequest& request) {
  return FetchRows<EntityRows>(client, request);
}

absl::StatusOr<FetchOutcome> FetchOverlap(ResultClient& client, const FetchRequest& request) {
  BL_ASSIGN_OR_RETURN(const v1::ResultInfo info, PinRun(client, request));
  BL_ASSIGN_OR_RETURN(const v1::OverlapResponse overlap, WithRetries(request.backoff, [&] {
                        return client.GetOverlap(info.project(), info.run(), GrantOf(info));
                      }));
  const uint64_t rows = static_cast<uint64_t>(overlap.cells_size());
  std::string text;
  for (const v1::OverlapCell& cell : overlap.cells()) {
    AppendRow(cell, overlap.suppressed_up_to(), &text);
  }
  // An overlap has only a few cells: it is always written anew, never resumed.
  const ResultSource source{"overlap", info.project(), info.run(), GrantOf(info)};
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<ResultFile> file,
                      ResultFile::Open(request.file, source, HeaderRow(OverlapColumns())));
  if (file->rows() == 0) BL_RETURN_IF_ERROR(file->Append(text, rows));
  BL_ASSIGN_OR_RETURN(const ResultFileFacts facts, file->Finish());
  if (!file->is_standard_output()) {
    BL_RETURN_IF_ERROR(WriteManifest(request, "overlap", info, OverlapColumns(), rows, facts));
  }
  return OutcomeOf(info, rows, 0);
}

}  // namespace blindlink::researcher
