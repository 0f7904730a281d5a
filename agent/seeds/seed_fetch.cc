#include "agent/seeds/seed_fetch.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/clinical/dates/shift_seeds.h"
#include "common/base/names.h"
#include "common/base/partial_file.h"
#include "common/base/status_macros.h"
#include "common/rpc/status.h"
#include "common/telemetry/progress.h"
#include "grpcpp/client_context.h"

namespace blindlink::agent {
namespace {

// What an earlier fetch left for the project; nothing if it cannot be read: it is replaced.
std::optional<ShiftSeeds> ReadEarlier(const SeedRequest& request) {
  absl::StatusOr<ShiftSeeds> seeds = ShiftSeeds::Read(request.file);
  if (!seeds.ok() || seeds->project() != request.project) return std::nullopt;
  return *std::move(seeds);
}

// Takes chunks until all records of the run have come.
class SeedFetch {
 public:
  SeedFetch(std::string project, std::unique_ptr<PartialFile> file,
            const std::optional<ShiftSeeds>& earlier)
      : project_(std::move(project)), file_(std::move(file)), earlier_(earlier) {}

  bool whole() const { return promised_.has_value() && fetched_.records == *promised_; }
  const FetchedSeeds& fetched() const { return fetched_; }

  // One stream, from the next record on.
  absl::Status Get(v1::Result::StubInterface& stub, const SeedRequest& request, Backoff* backoff) {
    v1::GetRowsRequest rows;
    rows.set_project(request.project);
    rows.set_run(fetched_.run.empty() ? request.run : fetched_.run);
    rows.set_first_row(fetched_.records);
    grpc::ClientContext context;
    const auto reader = stub.GetShiftSeeds(&context, rows);
    v1::ShiftSeedChunk chunk;
    absl::Status taken;
    while (reader->Read(&chunk)) {
      if (!taken.ok()) continue;
      taken = Take(chunk);
      if (taken.ok() && chunk.seeds_size() > 0) backoff->Progressed();
      if (!taken.ok()) context.TryCancel();
    }
    const absl::Status end = FromGrpc(reader->Finish());
    return taken.ok() ? end : taken;
  }

  absl::StatusOr<FetchedSeeds> Finish() {
    if (!whole()) return absl::DataLossError("the resolver sent fewer records than it promised");
    progress_.Finish();
    BL_RETURN_IF_ERROR(file_->Finish());
    return fetched_;
  }

 private:
  absl::Status Take(const v1::ShiftSeedChunk& chunk) {
    std::string text;
    if (!promised_.has_value()) {
      fetched_.run = chunk.run();
      promised_ = chunk.records();
      BL_RETURN_IF_ERROR(CheckName("run", chunk.run()));
      text = ShiftSeeds::Header(project_, chunk.run(), chunk.records());
    }
    for (const v1::ShiftSeed& seed : chunk.seeds()) BL_RETURN_IF_ERROR(Add(seed, &text));
    if (fetched_.records > *promised_) {
      return absl::DataLossError("the resolver sends more records than it promised");
    }
    progress_.Set(fetched_.records, *promised_ == 0 ? 1
                                                    : static_cast<double>(fetched_.records) /
                                                          static_cast<double>(*promised_));
    return file_->Append(text);
  }

  absl::Status Add(const v1::ShiftSeed& seed, std::string* text) {
    if (seed.record().size() != RecordPseudonym::kSize) {
      return absl::DataLossError("the resolver sends what is no record");
    }
    const auto record =
        RecordPseudonym::FromBytes(reinterpret_cast<const uint8_t*>(seed.record().data()));
    ShiftSeeds::AppendRow({record, seed.seed()}, text);
    ++fetched_.records;
    const auto before = earlier_.has_value() ? earlier_->Of(record) : std::nullopt;
    fetched_.moved += before.has_value() && *before != seed.seed() ? 1 : 0;
    return absl::OkStatus();
  }

  const std::string project_;
  const std::unique_ptr<PartialFile> file_;
  const std::optional<ShiftSeeds>& earlier_;
  FetchedSeeds fetched_;
  std::optional<uint64_t> promised_;
  Progress progress_{"fetching", "records", 0};
};

}  // namespace

absl::StatusOr<FetchedSeeds> FetchSeeds(v1::Result::StubInterface& stub,
                                        const SeedRequest& request) {
  const std::optional<ShiftSeeds> earlier = ReadEarlier(request);
  BL_ASSIGN_OR_RETURN(std::unique_ptr<PartialFile> file, PartialFile::Create(request.file));
  SeedFetch fetch(request.project, std::move(file), earlier);
  Backoff backoff(request.backoff);
  while (!fetch.whole()) {
    absl::Status status = fetch.Get(stub, request, &backoff);
    if (status.ok()) break;
    if (!absl::IsUnavailable(status) || !backoff.Wait()) return status;
  }
  return fetch.Finish();
}

}  // namespace blindlink::agent
