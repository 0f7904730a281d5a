#include "resolver/linkage/met_tokens.h"

#include <algorithm>
#include <atomic>
#include <type_traits>

#include "common/base/status_macros.h"
#include "resolver/index/overused_token.h"
#include "resolver/linkage/in_threads.h"
#include "resolver/linkage/token_ranges.h"

namespace blindlink::resolver {
namespace {

static_assert(std::is_trivially_copyable_v<Posting>);

// Reads postings in the order in which they were written.
class FileCursor : public Cursor<Posting> {
 public:
  explicit FileCursor(const RunFile& file) : file_(file) {}

  absl::StatusOr<absl::Span<const Posting>> Next() override {
    constexpr uint64_t kBatch = 4096;
    batch_.resize(std::min(kBatch, (file_.size() - read_) / sizeof(Posting)));
    BL_RETURN_IF_ERROR(file_.ReadAt(read_, batch_.data(), batch_.size() * sizeof(Posting)));
    read_ += batch_.size() * sizeof(Posting);
    return absl::MakeConstSpan(batch_);
  }

 private:
  const RunFile& file_;
  uint64_t read_ = 0;
  std::vector<Posting> batch_;
};

absl::Status UnknownRecord() {
  return absl::DataLossError("the token index names a record that its dataset does not have");
}

}  // namespace

absl::StatusOr<MetTokens> MetTokens::Gather(
    const TokenIndex& index, const PostingQuery& query,
    const std::vector<storage::v1::CommittedDataset>& datasets,
    const std::filesystem::path& temporary_folder, const WorkLimits& limits,
    const RunControl& control) {
  MetTokens met;
  met.records_ = std::make_unique<RecordMarks>(datasets);
  const std::vector<uint32_t>& only_with = query.only_with;
  for (const auto& dataset : datasets) {
    const uint32_t number = dataset.dataset_number();
    if (std::find(only_with.begin(), only_with.end(), number) == only_with.end()) continue;
    for (uint32_t record = 0; record < dataset.records(); ++record) {
      met.records_->Set(number, record);
    }
  }
  for (size_t i = 0; i < RangeCount(limits.threads); ++i) {
    BL_ASSIGN_OR_RETURN(met.files_.emplace_back(), RunFile::Create(temporary_folder));
  }
  // Cursors that wait for a disk leave the processors to others.
  BL_ASSIGN_OR_RETURN(const size_t cursors, index.CursorsAtOnce(query, limits.threads));
  std::atomic<uint64_t> postings = 0;
  // Of 2^32 tokens that begin alike: how many each range has behind it. All ranges may be read at
  // once, so that none ends long before the others.
  std::vector<std::atomic<uint64_t>> behind(met.files_.size());
  const auto gather = [&](size_t, size_t number) -> absl::Status {
    const TokenRange range = RangeOf(number, met.files_.size());
    PostingQuery part = query;
    part.first = range.first;
    part.end = range.end;
    part.cursors = cursors;
    const uint64_t first = range.first.High() >> 32;
    const uint64_t end = range.end.has_value() ? range.end->High() >> 32 : uint64_t{1} << 32;
    BL_ASSIGN_OR_RETURN(const auto cursor, index.Postings(part));
    while (true) {
      BL_RETURN_IF_ERROR(control.Check());
      BL_ASSIGN_OR_RETURN(const absl::Span<const Posting> batch, cursor->Next());
      if (batch.empty()) break;
      for (const Posting& posting : batch) {
        if (IsOverused(posting) || IsMark(posting)) continue;
        if (!met.records_->Set(posting.dataset, posting.record)) return UnknownRecord();
      }
      postings += batch.size();
      behind[number] = (batch.back().token.High() >> 32) - first;
      BL_RETURN_IF_ERROR(met.files_[number]->Append(batch.data(), batch.size() * sizeof(Posting)));
    }
    behind[number] = end - first;
    return absl::OkStatus();
  };
  const auto share = [&behind] {
    uint64_t all = 0;
    for (const std::atomic<uint64_t>& of_range : behind) all += of_range;
    return static_cast<double>(all) / static_cast<double>(uint64_t{1} << 32);
  };
  BL_RETURN_IF_ERROR(InThreads(std::min(cursors, met.files_.size()), met.files_.size(), control,
                               "records", share, gather));
  met.postings_ = postings;
  return met;
}

std::unique_ptr<Cursor<Posting>> MetTokens::Postings(size_t range) const {
  return std::make_unique<FileCursor>(*files_[range]);
}

}  // namespace blindlink::resolver
