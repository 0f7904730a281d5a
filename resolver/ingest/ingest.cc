#include "resolver/ingest/ingest.h"

#include <algorithm>
#include <future>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/strip.h"
#include "common/base/disk_room.h"
#include "common/base/status_macros.h"
#include "resolver/extsort/range_sorter.h"
#include "resolver/ingest/seal.h"
#include "resolver/ingest/segment.h"
#include "resolver/ingest/sorted_posting.h"

namespace blindlink::resolver {
namespace {

using Segments = std::vector<std::unique_ptr<Segment>>;

constexpr absl::string_view kPartName = "postings-";
constexpr absl::string_view kPartEnding = ".sst";

// The file with the postings of the ranges before `end` that no earlier part has.
std::filesystem::path PartFile(const std::filesystem::path& folder, size_t end) {
  return folder / absl::StrFormat("%s%04d%s", kPartName, end, kPartEnding);
}

// What earlier attempts wrote: the parts, and how many ranges they have.
struct Parts {
  std::vector<std::filesystem::path> files;
  size_t ranges = 0;
};

Parts FindParts(const std::filesystem::path& folder) {
  std::vector<size_t> ends;
  std::error_code ignored;
  for (const auto& entry : std::filesystem::directory_iterator(folder, ignored)) {
    const std::string name = entry.path().filename();
    absl::string_view end = name;
    size_t number = 0;
    if (absl::ConsumePrefix(&end, kPartName) && absl::ConsumeSuffix(&end, kPartEnding) &&
        absl::SimpleAtoi(end, &number)) {
      ends.push_back(number);
    }
  }
  std::sort(ends.begin(), ends.end());
  Parts parts;
  for (const size_t end : ends) parts.files.push_back(PartFile(folder, end));
  if (!ends.empty()) parts.ranges = ends.back();
  return parts;
}

// The postings of one segment.
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

// Opening an upload cuts off what is damaged, so what was committed may no longer be there.
absl::Status CheckNothingIsMissing(const Segments& segments, const v1::UploadCounts& committed) {
  uint64_t records = 0;
  uint64_t tokens = 0;
  for (const auto& segment : segments) {
    records += segment->about().records();
    tokens += segment->Postings();
  }
  if (records == committed.records() && tokens == committed.tokens()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("the stored blocks hold ", records, " records and ",
                                          tokens, " tokens, committed were ", committed.records(),
                                          " and ", committed.tokens(),
                                          ": discard the upload and have the site send it again"));
}

// Writes what the segments hold into the index, for one bound on the width of evidence.
template <size_t evidence_size>
class Ingest {
 public:
  using Sorted = SortedPosting<evidence_size>;

  Ingest(Upload& upload, const Segments& segments, const std::filesystem::path& temporary_folder,
         const WorkLimits& limits, const std::atomic<bool>& cancel, DatasetWriter* writer)
      : upload_(upload),
        segments_(segments),
        number_(upload.dataset_number()),
        cancel_(cancel),
        writer_(*writer),
        sorter_(temporary_folder, limits, kSegmentRanges, SourcesOf(segments)) {}

  absl::Status Run(size_t ranges_done) {
    BL_RETURN_IF_ERROR(CheckSegments());
    for (size_t range = 0; range < ranges_done; ++range) tokens_ += sorter_.CountIn(range);
    BeginRelease(ranges_done);
    BL_RETURN_IF_ERROR(WriteRecords());
    BL_RETURN_IF_ERROR(WritePostings(ranges_done));
    return writer_.Commit(upload_.Dataset());
  }

 private:
  using Sorter = RangeSorter<Sorted>;

  static typename Sorter::Sources SourcesOf(const Segments& segments) {
    typename Sorter::Sources sources;
    for (const auto& segment : segments) {
      sources.push_back(std::make_unique<SegmentSource<Sorted>>(segment.get()));
    }
    return sources;
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
        [this](std::unique_ptr<PostingBatch> batch) { return writer_.AddBatch(std::move(batch)); },
        [this, done = first](size_t end) mutable -> absl::Status {
          for (; done < end; ++done) tokens_ += sorter_.CountIn(done);
          upload_.SetTokensIngested(tokens_);
          if (!writer_.PartIsFull()) return absl::OkStatus();
          BL_RETURN_IF_ERROR(writer_.EndPart(PartFile(upload_.folder(), end)));
          BeginRelease(end);
          return absl::OkStatus();
        });
  }

  // Beside the work, which would wait a tenth of its time for it.
  void BeginRelease(size_t end) {
    if (releasing_.valid()) releasing_.get();
    releasing_ = std::async(std::launch::async, [this, end] {
      for (const auto& segment : segments_) segment->Release(end);
    });
  }

  Upload& upload_;
  const Segments& segments_;
  const uint32_t number_;
  const std::atomic<bool>& cancel_;
  DatasetWriter& writer_;
  uint64_t tokens_ = 0;
  Sorter sorter_;
  std::future<void> releasing_;  // its end is waited for when this goes
};

// Bytes of disk that are needed besides what the upload has there.
uint64_t DiskFor(const v1::UploadInfo& upload, const std::filesystem::path& folder,
                 const WorkLimits& limits, size_t posting_bytes) {
  const uint64_t postings = upload.tokens() * posting_bytes;
  const uint64_t records = upload.records() * RecordPseudonym::kSize;
  // The last log, and then what a part holds, is given back when what takes its place is there.
  return records +
         (CanGiveBack(folder) ? std::min(postings, kPartBytes + limits.memory_budget) : postings);
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
                  absl::StrCat("taking in dataset ", info.manifest().dataset())));
    BL_RETURN_IF_ERROR(SealLogs(upload, key, limits.threads, cancel));
    BL_ASSIGN_OR_RETURN(const Segments segments, OpenSegments(upload));
    BL_RETURN_IF_ERROR(CheckNothingIsMissing(segments, info.counts()));
    const Parts parts = FindParts(upload.folder());
    BL_ASSIGN_OR_RETURN(const std::unique_ptr<DatasetWriter> writer,
                        index.BeginDataset(upload.dataset_number(), parts.files));
    return Ingest<size>(upload, segments, temporary_folder, limits, cancel, writer.get())
        .Run(parts.ranges);
  });
}

}  // namespace blindlink::resolver
