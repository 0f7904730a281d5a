#include "resolver/ingest/ingest.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <deque>
#include <future>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/disk_room.h"
#include "common/base/status_macros.h"
#include "resolver/extsort/partition_sorter.h"

namespace blindlink {
namespace {

// A posting while it is sorted, with no more room for evidence than the plan needs.
template <size_t evidence_size>
struct SortedPosting {
  StoredToken token;
  uint8_t match_key;
  uint8_t form;
  uint32_t record;
  uint8_t size;  // bytes of evidence in use
  std::array<uint8_t, evidence_size> evidence;

  uint64_t Prefix() const { return token.High(); }
  bool SameKey(const SortedPosting& other) const {
    return token == other.token && match_key == other.match_key && record == other.record &&
           form == other.form;
  }
  Posting OfDataset(uint32_t dataset) const {
    Posting posting{token, match_key, dataset, record, form, {}};
    posting.evidence.size = size;
    std::memcpy(posting.evidence.bytes.data(), evidence.data(), evidence_size);
    return posting;
  }
  friend bool operator<(const SortedPosting& a, const SortedPosting& b) {
    if (a.token != b.token) return a.token < b.token;
    if (a.match_key != b.match_key) return a.match_key < b.match_key;
    if (a.record != b.record) return a.record < b.record;
    if (a.form != b.form) return a.form < b.form;
    return a.evidence < b.evidence;
  }
};

size_t TokensIn(const v1::TokenBlock& block) {
  size_t tokens = 0;
  for (const v1::TokenColumn& column : block.columns()) {
    tokens += static_cast<size_t>(column.records_size());
  }
  return tokens;
}

// One ingest, for one bound on the width of evidence.
template <size_t evidence_size>
class Ingest {
 public:
  Ingest(uint32_t number, const IndexKey& key, const std::filesystem::path& temporary_folder,
         const WorkLimits& limits, uint64_t tokens, const std::atomic<bool>& cancel,
         DatasetWriter* writer)
      : number_(number),
        key_(key),
        threads_(limits.threads),
        cancel_(cancel),
        writer_(*writer),
        sorter_(temporary_folder, limits, tokens) {}

  // Bytes on disk that this many tokens and records take at most: while they are sorted, of which
  // nothing is left when they are in the index.
  static uint64_t DiskFor(uint64_t tokens, uint64_t records, const WorkLimits& limits) {
    const uint64_t sorted = tokens * sizeof(Sorted);
    const uint64_t indexed = tokens * (sizeof(Sorted) - kSavedByPages);
    return records * RecordPseudonym::kSize +
           (sorted > limits.memory_budget / 2 ? sorted : indexed);
  }

  absl::Status Run(Upload& upload) {
    BL_RETURN_IF_ERROR(ReadAll(upload));
    BL_RETURN_IF_ERROR(CheckNothingIsMissing(upload.Info().counts()));
    BL_RETURN_IF_ERROR(WritePostings());
    return writer_.Commit(upload.Dataset(number_));
  }

 private:
  using Sorted = SortedPosting<evidence_size>;
  static constexpr uint64_t kSavedByPages = 7;  // of the bytes of a posting in memory

  // What is left to do of a block whose postings are in the sorter.
  struct TakenBlock {
    std::string record_ids;
    size_t tokens;
  };

  // One thread reads the blocks' bytes, others check them, key the tokens and sort them.
  absl::Status ReadAll(Upload& upload) {
    const std::filesystem::path file = upload.blocks_file();
    std::deque<std::future<absl::StatusOr<TakenBlock>>> under_way;
    const auto finish_one = [&]() -> absl::Status {
      const absl::StatusOr<TakenBlock> block = under_way.front().get();
      under_way.pop_front();
      BL_RETURN_IF_ERROR(block.status());
      BL_RETURN_IF_ERROR(AddRecords(block->record_ids));
      tokens_ += block->tokens;
      upload.SetTokensIngested(tokens_);
      return absl::OkStatus();
    };
    BL_RETURN_IF_ERROR(ReadBlocks(file, [&](std::string& serialized) -> absl::Status {
      if (cancel_) return absl::CancelledError("the resolver is stopping");
      if (under_way.size() > threads_) BL_RETURN_IF_ERROR(finish_one());
      under_way.push_back(std::async(
          std::launch::async,
          [this, &file, serialized = std::move(serialized)]() -> absl::StatusOr<TakenBlock> {
            BL_ASSIGN_OR_RETURN(const v1::TokenBlock block, ParseBlock(serialized, file));
            BL_RETURN_IF_ERROR(AddPostings(block));
            return TakenBlock{block.record_ids(), TokensIn(block)};
          }));
      return absl::OkStatus();
    }));
    while (!under_way.empty()) BL_RETURN_IF_ERROR(finish_one());
    return absl::OkStatus();
  }

  absl::Status AddRecords(absl::string_view record_ids) {
    for (size_t at = 0; at < record_ids.size(); at += RecordPseudonym::kSize) {
      BL_RETURN_IF_ERROR(writer_.AddRecord(RecordPseudonym::FromBytes(record_ids.data() + at)));
      ++records_;
    }
    return absl::OkStatus();
  }

  absl::Status AddPostings(const v1::TokenBlock& block) {
    StoredTokenMaker token_maker = key_.TokenMaker();
    std::vector<Sorted> postings;
    postings.reserve(TokensIn(block));
    for (const v1::TokenColumn& column : block.columns()) {
      if (column.records().empty()) continue;
      const auto count = static_cast<size_t>(column.records_size());
      const absl::Span<const StoredToken> tokens = token_maker.Make(column.tokens());
      const size_t width = column.evidence().size() / count;
      if (width > evidence_size) return absl::InternalError("evidence is wider than the plan says");
      for (size_t i = 0; i < count; ++i) {
        Sorted& posting = postings.emplace_back();
        posting.token = tokens[i];
        posting.match_key = static_cast<uint8_t>(column.match_key());
        posting.form = static_cast<uint8_t>(column.forms()[i]);
        posting.record =
            static_cast<uint32_t>(block.first_record()) + column.records(static_cast<int>(i));
        posting.size = static_cast<uint8_t>(width);
        std::memcpy(posting.evidence.data(), column.evidence().data() + i * width, width);
      }
    }
    return sorter_.Add(postings);
  }

  // Opening an upload cuts off what is damaged, so what was committed may no longer be there.
  absl::Status CheckNothingIsMissing(const v1::UploadCounts& committed) const {
    if (records_ == committed.records() && tokens_ == committed.tokens()) {
      return absl::OkStatus();
    }
    return absl::DataLossError(
        absl::StrCat("the stored blocks hold ", records_, " records and ", tokens_,
                     " tokens, committed were ", committed.records(), " and ", committed.tokens(),
                     ": discard the upload and have the site send it again"));
  }

  absl::Status WritePostings() {
    using Slice = typename PartitionSorter<Sorted>::Slice;
    using Batch = absl::StatusOr<std::unique_ptr<PostingBatch>>;
    return sorter_.InOrder(
        [this](const Slice& slice) -> Batch {
          if (cancel_) return absl::CancelledError("the resolver is stopping");
          std::unique_ptr<PostingBatch> batch = writer_.NewBatch();
          const Sorted* previous = nullptr;
          slice.ForEach([&](const Sorted& next) {
            if (previous == nullptr || !previous->SameKey(next)) {
              batch->Add(next.OfDataset(number_));
            }
            previous = &next;
          });
          return batch;
        },
        [this](std::unique_ptr<PostingBatch> batch) { return writer_.AddBatch(std::move(batch)); });
  }

  const uint32_t number_;
  const IndexKey& key_;
  const size_t threads_;
  const std::atomic<bool>& cancel_;
  DatasetWriter& writer_;
  uint64_t records_ = 0;
  uint64_t tokens_ = 0;
  PartitionSorter<Sorted> sorter_;
};

}  // namespace

absl::Status IngestUpload(Upload& upload, uint32_t number, const IndexKey& key, TokenIndex& index,
                          const std::filesystem::path& temporary_folder, const WorkLimits& limits,
                          const std::atomic<bool>& cancel) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<DatasetWriter> writer, index.BeginDataset(number));
  const size_t evidence = upload.MaxEvidenceWidth();
  const v1::UploadInfo info = upload.Info();
  const auto run = [&]<size_t size>() -> absl::Status {
    BL_RETURN_IF_ERROR(CheckRoom(temporary_folder,
                                 Ingest<size>::DiskFor(info.tokens(), info.records(), limits),
                                 absl::StrCat("taking in dataset ", info.manifest().dataset())));
    return Ingest<size>(number, key, temporary_folder, limits, info.tokens(), cancel, writer.get())
        .Run(upload);
  };
  // So that a posting has 20, 28, ... bytes.
  if (evidence <= 3) return run.template operator()<3>();
  if (evidence <= 11) return run.template operator()<11>();
  if (evidence <= 19) return run.template operator()<19>();
  if (evidence <= 27) return run.template operator()<27>();
  if (evidence <= 35) return run.template operator()<35>();
  if (evidence <= 43) return run.template operator()<43>();
  if (evidence <= 51) return run.template operator()<51>();
  return run.template operator()<EvidenceCodes::kMaxSize>();
}

}  // namespace blindlink
