#include "resolver/ingest/ingest.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "resolver/extsort/external_sorter.h"

namespace blindlink {
namespace {

absl::Status AddRecords(const v1::TokenBlock& block, DatasetWriter* writer) {
  for (size_t at = 0; at < block.record_ids().size(); at += RecordPseudonym::kSize) {
    BL_RETURN_IF_ERROR(
        writer->AddRecord(RecordPseudonym::FromBytes(block.record_ids().data() + at)));
  }
  return absl::OkStatus();
}

absl::Status AddPostings(const v1::TokenBlock& block, uint32_t number, const IndexKey& key,
                         ExternalSorter<Posting>* sorter) {
  Posting posting;
  posting.dataset = number;
  for (const v1::TokenColumn& column : block.columns()) {
    posting.match_key = static_cast<uint8_t>(column.match_key());
    for (int i = 0; i < column.records_size(); ++i) {
      posting.token =
          key.StoredToken(column.tokens().data() + static_cast<size_t>(i) * Token::kSize);
      posting.record = static_cast<uint32_t>(block.first_record()) + column.records(i);
      posting.form = static_cast<uint8_t>(column.forms()[static_cast<size_t>(i)]);
      BL_RETURN_IF_ERROR(sorter->Add(posting));
    }
  }
  return absl::OkStatus();
}

// Opening an upload cuts off what is damaged, so what was committed may no longer be there.
absl::Status CheckNothingIsMissing(const Upload& upload, uint64_t records, uint64_t tokens) {
  const v1::UploadCounts counts = upload.Info().counts();
  if (records == counts.records() && tokens == counts.tokens()) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("the stored blocks hold ", records, " records and ",
                                          tokens, " tokens, committed were ", counts.records(),
                                          " and ", counts.tokens(),
                                          ": discard the upload and have the site send it again"));
}

absl::Status WritePostings(ExternalSorter<Posting>* sorter, const std::atomic<bool>& cancel,
                           DatasetWriter* writer) {
  BL_RETURN_IF_ERROR(sorter->Sort());
  std::optional<Posting> previous;
  while (!cancel) {
    BL_ASSIGN_OR_RETURN(const Posting* next, sorter->Next());
    if (next == nullptr) return absl::OkStatus();
    if (previous == *next) continue;
    previous = *next;
    BL_RETURN_IF_ERROR(writer->AddPosting(*next));
  }
  return absl::CancelledError("the resolver is stopping");
}

}  // namespace

absl::Status IngestUpload(Upload& upload, uint32_t number, const IndexKey& key, TokenIndex& index,
                          const std::filesystem::path& temporary_folder, uint64_t memory_budget,
                          const std::atomic<bool>& cancel) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<DatasetWriter> writer, index.BeginDataset(number));
  ExternalSorter<Posting> sorter(temporary_folder, memory_budget);
  uint64_t records = 0;
  BL_RETURN_IF_ERROR(ReadBlocks(upload.blocks_file(), [&](const v1::TokenBlock& block) {
    if (cancel) return absl::CancelledError("the resolver is stopping");
    BL_RETURN_IF_ERROR(AddRecords(block, writer.get()));
    records += block.record_ids().size() / RecordPseudonym::kSize;
    BL_RETURN_IF_ERROR(AddPostings(block, number, key, &sorter));
    upload.SetTokensIngested(sorter.count());
    return absl::OkStatus();
  }));
  BL_RETURN_IF_ERROR(CheckNothingIsMissing(upload, records, sorter.count()));
  BL_RETURN_IF_ERROR(WritePostings(&sorter, cancel, writer.get()));
  return writer->Commit(upload.Dataset(number));
}

}  // namespace blindlink
