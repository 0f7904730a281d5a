#include "resolver/ingest/ingest.h"

#include <algorithm>
#include <future>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/disk_room.h"
#include "common/base/status_macros.h"
#include "resolver/extsort/range_sorter.h"
#include "resolver/ingest/ingest_audit.h"
#include "resolver/ingest/overuse_filter.h"
#include "resolver/ingest/overuse_marks.h"
#include "resolver/ingest/seal.h"
#include "resolver/ingest/segment.h"
#include "resolver/ingest/sorted_posting.h"

namespace blindlink::resolver {
namespace {

using Segments = std::vector<std::unique_ptr<Segment>>;

// About how many bytes of postings the index holds before it makes them durable. The estimate of
// the disk space relies on it.
constexpr uint64_t kMaxUndurableBytes = uint64_t{256} << 20;

// Reads the postings of one segment for the sorter.
template <typename Sorted>
class SegmentSource : public RangeSource<Sorted> {
 public:
  explicit SegmentSource(const Segment* segment) : segment_(*segment) {}
  uint64_t CountIn(size_t range) const override { return segment_.PostingsIn(range); }
  absl::Status AppendTo(std::vector<Sorted>* values, size_t begin, size_t end) const override {
    uint64_t count = 0;
    for (size_t range = begin; range < end; ++range) count += segment_.PostingsIn(range);
    const size_t before = values->size();
    values->resize(before + count);
    return segment_.ReadPostings(begin, end, values->data() + before);
  }

 private:
  const Segment& segment_;
};

absl::StatusOr<Segments> OpenSegments(const Upload& upload) {
  Segments segments;
  for (const std::filesystem::path& file : upload.Segments()) {
    BL_ASSIGN_OR_RETURN(segments.emplace_back(), Segment::Open(file));
  }
  return segments;
}

// Opening an upload cuts off damaged blocks, so some of what was committed may be missing.
absl::Status CheckNothingIsMissing(const Segments& segments, const v1::UploadCounts& committed) {
  uint64_t records = 0;
  uint64_t tokens = 0;
  for (const auto& segment : segments) {
    records += segment->about().records();
    tokens += segment->Postings();
  }
  if (records == committed.records() && tokens == committed.tokens()) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("the stored blocks hold ", records, " records and ", tokens, " tokens, but ",
                   committed.records(), " records and ", committed.tokens(),
                   " tokens were committed: discard the upload and have the site send it again"));
}

// Postings of two generations of the index key would not meet.
absl::Status CheckGeneration(const Segments& segments, const IndexKey& key) {
  for (const auto& segment : segments) {
    if (segment->about().index_key_generation() == key.generation()) continue;
    return absl::FailedPreconditionError(
        "the upload is stored under an earlier index key: its rotation has not ended. Make room on "
        "the resolver's disk if it is full, and start the resolver again");
  }
  return absl::OkStatus();
}

// Writes the contents of the segments to the index. `evidence_size` is the room for evidence in a
// posting, in bytes.
template <size_t evidence_size>
class Ingest {
 public:
  using Sorted = SortedPosting<evidence_size>;

  Ingest(Upload& upload, const Segments& segments, const std::filesystem::path& temporary_folder,
         const WorkLimits& limits, const std::atomic<bool>& cancel, DatasetWriter* writer)
      : upload_(upload),
        segments_(segments),
        number_(upload.dataset_number()),
        max_records_per_token_(upload.MaxRecordsPerToken()),
        cancel_(cancel),
        writer_(*writer),
        marks_(RecordsOf(segments)),
        sorter_(temporary_folder, limits, kSegmentRanges, SourcesOf(segments)) {
    if (upload.audited()) return;
    audit_.emplace(upload.plan(), RecordsOf(segments), limits.memory_budget / 2);
    audit_of_pieces_.emplace(&*audit_);
  }

  absl::Status Run() {
    BL_RETURN_IF_ERROR(CheckSegments());
    const size_t finished = writer_.finished_ranges();
    CountTokens(finished);
    BeginRelease(finished);
    BL_RETURN_IF_ERROR(WriteRecords());
    if (finished > 0) marks_.Load(MarksFile());
    BL_RETURN_IF_ERROR(WritePostings(finished));
    if (audit_.has_value()) BL_RETURN_IF_ERROR(upload_.KeepAudit(audit_->Finish()));
    BL_RETURN_IF_ERROR(upload_.CheckAudit());
    BL_RETURN_IF_ERROR(marks_.Write(number_, &writer_));
    return writer_.Commit(upload_.Dataset());
  }

 private:
  using Sorter = RangeSorter<Sorted>;
  using Filter = OveruseFilter<Sorted>;
  using AuditedGroups = IngestAudit::Groups<Sorted>;

  static typename Sorter::Sources SourcesOf(const Segments& segments) {
    typename Sorter::Sources sources;
    for (const auto& segment : segments) {
      sources.push_back(std::make_unique<SegmentSource<Sorted>>(segment.get()));
    }
    return sources;
  }

  static uint64_t RecordsOf(const Segments& segments) {
    uint64_t records = 0;
    for (const auto& segment : segments) records += segment->about().records();
    return records;
  }

  absl::Status CheckSegments() const {
    for (const auto& segment : segments_) {
      if (segment->about().posting_bytes() == sizeof(Sorted)) continue;
      return absl::DataLossError(
          "the upload was stored by another version of the resolver: discard it and have the site "
          "send it again");
    }
    return absl::OkStatus();
  }

  absl::Status WriteRecords() {
    for (const auto& segment : segments_) {
      BL_ASSIGN_OR_RETURN(const std::string pseudonyms, segment->ReadPseudonyms());
      for (size_t at = 0; at < pseudonyms.size(); at += RecordPseudonym::kSize) {
        BL_RETURN_IF_ERROR(writer_.AddRecord(RecordPseudonym::FromBytes(pseudonyms.data() + at)));
      }
    }
    return absl::OkStatus();
  }

  absl::Status WritePostings(size_t first) {
    using Batch = absl::StatusOr<std::unique_ptr<PostingBatch>>;
    return sorter_.InOrder(
        first,
        [this](const typename Sorter::Slice& slice) -> Batch {
          if (cancel_) return absl::CancelledError("the resolver is stopping");
          return BatchOf(slice);
        },
        [this](std::unique_ptr<PostingBatch> batch) { return writer_.AddBatch(std::move(batch)); },
        [this](size_t end) -> absl::Status {
          CountTokens(end);
          BL_ASSIGN_OR_RETURN(const bool durable, writer_.EndRanges(end));
          if (!durable) return absl::OkStatus();
          BL_RETURN_IF_ERROR(marks_.Save(MarksFile()));
          BeginRelease(end);
          return absl::OkStatus();
        });
  }

  std::filesystem::path MarksFile() const { return upload_.folder() / "overused.marks"; }

  // The postings of a slice that belong into the index.
  std::unique_ptr<PostingBatch> BatchOf(const typename Sorter::Slice& slice) {
    std::unique_ptr<PostingBatch> batch = writer_.NewBatch();
    Filter of_slice(number_, max_records_per_token_, &marks_);
    Filter& filter = slice.is_piece() ? of_pieces_ : of_slice;
    slice.ForEach([&](const Sorted& next) { filter.Add(next, batch.get()); });
    if (!slice.is_piece() || slice.is_last_piece()) filter.End(batch.get());
    if (audit_.has_value()) Audit(slice);
    return batch;
  }

  void Audit(const typename Sorter::Slice& slice) {
    AuditedGroups of_slice(&*audit_);
    AuditedGroups& groups = slice.is_piece() ? *audit_of_pieces_ : of_slice;
    slice.ForEach([&](const Sorted& next) { groups.Add(next); });
    if (!slice.is_piece() || slice.is_last_piece()) groups.End();
  }

  // Reports the tokens of the ranges before `end` as ingested.
  void CountTokens(size_t end) {
    for (; ranges_counted_ < end; ++ranges_counted_) tokens_ += sorter_.CountIn(ranges_counted_);
    upload_.SetTokensIngested(tokens_);
  }

  // Releases the segments' space for the ranges before `end`, in another thread: otherwise the
  // ingest would spend a tenth of its time waiting for this.
  void BeginRelease(size_t end) {
    if (releasing_.valid()) releasing_.get();
    releasing_ = std::async(std::launch::async, [this, end] {
      for (const auto& segment : segments_) segment->Release(end);
    });
  }

  Upload& upload_;
  const Segments& segments_;
  const uint32_t number_;
  const uint32_t max_records_per_token_;
  const std::atomic<bool>& cancel_;
  DatasetWriter& writer_;
  uint64_t tokens_ = 0;  // of the first ranges_counted_ ranges
  size_t ranges_counted_ = 0;
  OveruseMarks marks_;
  Filter of_pieces_{number_, max_records_per_token_,
                    &marks_};                     // goes on from one piece to the next
  std::optional<IngestAudit> audit_;              // none: the upload has been audited
  std::optional<AuditedGroups> audit_of_pieces_;  // goes on from one piece to the next
  Sorter sorter_;
  std::future<void> releasing_;  // the destructor waits for it
};

// Bytes of disk needed in addition to what the upload occupies.
uint64_t DiskFor(const v1::UploadInfo& upload, const std::filesystem::path& folder,
                 const WorkLimits& limits, size_t posting_bytes) {
  const uint64_t postings = upload.tokens() * posting_bytes;
  const uint64_t records = upload.records() * RecordPseudonym::kSize;
  // The space of a log, and later of segments, is released only when the replacement is durable.
  const uint64_t twice = CanGiveBack(folder)
                             ? std::min(postings, kMaxUndurableBytes + limits.memory_budget)
                             : postings;
  return records + twice;
}

}  // namespace

absl::Status IngestUpload(Upload& upload, const IndexKey& key, TokenIndex& index,
                          const std::filesystem::path& temporary_folder, const WorkLimits& limits,
                          const std::atomic<bool>& cancel) {
  const v1::UploadInfo info = upload.Info();
  return WithEvidenceSize(upload.MaxEvidenceWidth(), [&]<size_t size>() -> absl::Status {
    BL_RETURN_IF_ERROR(
        CheckRoom(temporary_folder,
                  DiskFor(info, temporary_folder, limits, sizeof(typename Ingest<size>::Sorted)),
                  absl::StrCat("ingesting dataset ", info.manifest().dataset())));
    BL_RETURN_IF_ERROR(SealLogs(upload, key, limits.threads, cancel));
    BL_ASSIGN_OR_RETURN(const Segments segments, OpenSegments(upload));
    BL_RETURN_IF_ERROR(CheckGeneration(segments, key));
    BL_RETURN_IF_ERROR(CheckNothingIsMissing(segments, info.counts()));
    BL_ASSIGN_OR_RETURN(const std::unique_ptr<DatasetWriter> writer,
                        index.BeginDataset(upload.dataset_number(), upload.folder()));
    return Ingest<size>(upload, segments, temporary_folder, limits, cancel, writer.get()).Run();
  });
}

}  // namespace blindlink::resolver
