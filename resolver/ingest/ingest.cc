#include "resolver/ingest/ingest.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "resolver/extsort/external_sorter.h"

namespace blindlink {
namespace {

// A posting while it is sorted, with no more room for evidence than the plan needs.
template <size_t evidence_size>
struct SortedPosting {
  StoredToken token;
  uint32_t dataset;
  uint32_t record;
  uint8_t match_key;
  uint8_t form;
  uint8_t size;  // bytes of evidence in use
  std::array<uint8_t, evidence_size> evidence;

  bool SameKey(const SortedPosting& other) const {
    return token == other.token && match_key == other.match_key && dataset == other.dataset &&
           record == other.record && form == other.form;
  }
  friend bool operator<(const SortedPosting& a, const SortedPosting& b) {
    if (a.token != b.token) return a.token < b.token;
    if (a.match_key != b.match_key) return a.match_key < b.match_key;
    if (a.dataset != b.dataset) return a.dataset < b.dataset;
    if (a.record != b.record) return a.record < b.record;
    if (a.form != b.form) return a.form < b.form;
    return a.evidence < b.evidence;
  }

  Posting ToPosting() const {
    Posting posting{token, match_key, dataset, record, form};
    std::copy(evidence.begin(), evidence.begin() + size, posting.evidence.bytes.begin());
    posting.evidence.size = size;
    return posting;
  }
};

// One ingest, for one bound on the width of evidence.
template <size_t evidence_size>
class Ingest {
 public:
  Ingest(uint32_t number, const IndexKey& key, const std::filesystem::path& temporary_folder,
         uint64_t memory_budget, const std::atomic<bool>& cancel, DatasetWriter* writer)
      : number_(number),
        key_(key),
        cancel_(cancel),
        writer_(*writer),
        sorter_(temporary_folder, memory_budget) {}

  absl::Status Run(Upload& upload) {
    BL_RETURN_IF_ERROR(ReadBlocks(upload.blocks_file(), [&](const v1::TokenBlock& block) {
      if (cancel_) return absl::CancelledError("the resolver is stopping");
      BL_RETURN_IF_ERROR(AddRecords(block));
      records_ += block.record_ids().size() / RecordPseudonym::kSize;
      BL_RETURN_IF_ERROR(AddPostings(block));
      upload.SetTokensIngested(sorter_.count());
      return absl::OkStatus();
    }));
    BL_RETURN_IF_ERROR(CheckNothingIsMissing(upload.Info().counts()));
    BL_RETURN_IF_ERROR(WritePostings());
    return writer_.Commit(upload.Dataset(number_));
  }

 private:
  using Sorted = SortedPosting<evidence_size>;

  absl::Status AddRecords(const v1::TokenBlock& block) {
    for (size_t at = 0; at < block.record_ids().size(); at += RecordPseudonym::kSize) {
      BL_RETURN_IF_ERROR(
          writer_.AddRecord(RecordPseudonym::FromBytes(block.record_ids().data() + at)));
    }
    return absl::OkStatus();
  }

  absl::Status AddPostings(const v1::TokenBlock& block) {
    Sorted posting{};
    posting.dataset = number_;
    for (const v1::TokenColumn& column : block.columns()) {
      if (column.records().empty()) continue;
      const auto count = static_cast<size_t>(column.records_size());
      const size_t width = column.evidence().size() / count;
      if (width > evidence_size) return absl::InternalError("evidence is wider than the plan says");
      posting.match_key = static_cast<uint8_t>(column.match_key());
      posting.size = static_cast<uint8_t>(width);
      posting.evidence = {};
      for (size_t i = 0; i < count; ++i) {
        posting.token = key_.Keyed(column.tokens().data() + i * Token::kSize);
        posting.record =
            static_cast<uint32_t>(block.first_record()) + column.records(static_cast<int>(i));
        posting.form = static_cast<uint8_t>(column.forms()[i]);
        std::memcpy(posting.evidence.data(), column.evidence().data() + i * width, width);
        BL_RETURN_IF_ERROR(sorter_.Add(posting));
      }
    }
    return absl::OkStatus();
  }

  // Opening an upload cuts off what is damaged, so what was committed may no longer be there.
  absl::Status CheckNothingIsMissing(const v1::UploadCounts& committed) const {
    if (records_ == committed.records() && sorter_.count() == committed.tokens()) {
      return absl::OkStatus();
    }
    return absl::DataLossError(
        absl::StrCat("the stored blocks hold ", records_, " records and ", sorter_.count(),
                     " tokens, committed were ", committed.records(), " and ", committed.tokens(),
                     ": discard the upload and have the site send it again"));
  }

  absl::Status WritePostings() {
    BL_RETURN_IF_ERROR(sorter_.Sort());
    std::optional<Sorted> previous;
    while (!cancel_) {
      BL_ASSIGN_OR_RETURN(const Sorted* next, sorter_.Next());
      if (next == nullptr) return absl::OkStatus();
      if (previous && previous->SameKey(*next)) continue;
      previous = *next;
      BL_RETURN_IF_ERROR(writer_.AddPosting(next->ToPosting()));
    }
    return absl::CancelledError("the resolver is stopping");
  }

  const uint32_t number_;
  const IndexKey& key_;
  const std::atomic<bool>& cancel_;
  DatasetWriter& writer_;
  uint64_t records_ = 0;
  ExternalSorter<Sorted> sorter_;
};

}  // namespace

absl::Status IngestUpload(Upload& upload, uint32_t number, const IndexKey& key, TokenIndex& index,
                          const std::filesystem::path& temporary_folder, uint64_t memory_budget,
                          const std::atomic<bool>& cancel) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<DatasetWriter> writer, index.BeginDataset(number));
  const size_t evidence = upload.MaxEvidenceWidth();
  const auto run = [&]<size_t size>() {
    return Ingest<size>(number, key, temporary_folder, memory_budget, cancel, writer.get())
        .Run(upload);
  };
  if (evidence <= 1) return run.template operator()<1>();  // as large as with none
  if (evidence <= 24) return run.template operator()<24>();
  if (evidence <= 48) return run.template operator()<48>();
  return run.template operator()<EvidenceCodes::kMaxSize>();
}

}  // namespace blindlink
