#include "resolver/indexfile/index_transfer.h"

#include <map>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kBatchSize = size_t{1} << 16;

// Writes postings in batches.
class Batches {
 public:
  explicit Batches(DatasetWriter& writer) : writer_(writer), batch_(writer.NewBatch()) {}

  absl::Status Add(absl::Span<const Posting> postings) {
    for (const Posting& posting : postings) {
      batch_->Add(posting);
      if (++count_ >= kBatchSize) BL_RETURN_IF_ERROR(Flush());
    }
    return absl::OkStatus();
  }
  absl::Status Flush() {
    if (std::exchange(count_, 0) == 0) return absl::OkStatus();
    return writer_.AddBatch(std::exchange(batch_, writer_.NewBatch()));
  }

 private:
  DatasetWriter& writer_;
  std::unique_ptr<PostingBatch> batch_;
  size_t count_ = 0;
};

absl::StatusOr<DatasetSum> Write(IndexFileReader& file, const storage::v1::CommittedDataset& row,
                                 TokenIndex& index, Step step) {
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<DatasetWriter> writer,
                      index.BeginDataset(row.dataset_number(), /*scratch=*/{}));
  Batches batches(*writer);
  BL_ASSIGN_OR_RETURN(const DatasetSum sum,
                      file.ReadDataset(
                          [&](absl::Span<const RecordPseudonym> records) -> absl::Status {
                            for (const RecordPseudonym& record : records) {
                              BL_RETURN_IF_ERROR(writer->AddRecord(record));
                            }
                            return step(0);
                          },
                          [&](absl::Span<const Posting> postings) -> absl::Status {
                            BL_RETURN_IF_ERROR(batches.Add(postings));
                            return step(postings.size());
                          }));
  BL_RETURN_IF_ERROR(batches.Flush());
  BL_RETURN_IF_ERROR(writer->Commit(row));
  return sum;
}

absl::StatusOr<DatasetSum> Check(IndexFileReader& file, Step step) {
  return file.ReadDataset(
      [&](absl::Span<const RecordPseudonym>) { return step(0); },
      [&](absl::Span<const Posting> postings) { return step(postings.size()); });
}

// The rows of the index's datasets, which must all be in the file.
absl::StatusOr<std::map<uint32_t, std::string>> RowsThere(const IndexFileReader& file,
                                                          const TokenIndex& index) {
  std::map<uint32_t, std::string> expected;
  for (const auto& row : file.datasets()) {
    expected[row.dataset_number()] = row.SerializeAsString();
  }
  BL_ASSIGN_OR_RETURN(const auto there, index.Datasets());
  std::map<uint32_t, std::string> rows;
  for (const auto& row : there) {
    const auto found = expected.find(row.dataset_number());
    if (found == expected.end() || found->second != row.SerializeAsString()) {
      return absl::AlreadyExistsError(absl::StrCat("the index to import into has a dataset number ",
                                                   row.dataset_number(),
                                                   " that is not the file's"));
    }
    rows.insert(*found);
  }
  return rows;
}

}  // namespace

absl::StatusOr<std::vector<DatasetSum>> ExportDatasets(
    const TokenIndex& index, const std::vector<storage::v1::CommittedDataset>& datasets,
    IndexFileWriter& file, Step step) {
  std::vector<DatasetSum> sums;
  for (const auto& dataset : datasets) {
    BL_RETURN_IF_ERROR(ReadDataset(
        index, dataset.dataset_number(),
        [&](absl::Span<const RecordPseudonym> records) -> absl::Status {
          BL_RETURN_IF_ERROR(file.Add(records));
          return step(0);
        },
        [&](absl::Span<const Posting> postings) -> absl::Status {
          BL_RETURN_IF_ERROR(file.Add(postings));
          return step(postings.size());
        }));
    BL_ASSIGN_OR_RETURN(sums.emplace_back(), file.EndDataset());
  }
  return sums;
}

absl::StatusOr<std::vector<DatasetSum>> ImportDatasets(IndexFileReader& file, TokenIndex& index,
                                                       Step step) {
  BL_ASSIGN_OR_RETURN(const auto there, RowsThere(file, index));
  std::vector<DatasetSum> sums;
  for (const storage::v1::CommittedDataset& row : file.datasets()) {
    const uint32_t number = row.dataset_number();
    const bool was_there = there.contains(number);
    BL_ASSIGN_OR_RETURN(sums.emplace_back(),
                        was_there ? Check(file, step) : Write(file, row, index, step));
    BL_ASSIGN_OR_RETURN(const DatasetSum written, SumOf(index, number, step));
    if (written == sums.back()) continue;
    const std::string what =
        absl::StrCat("dataset number ", number, " has ", written.records, " records and ",
                     written.postings, " postings in the index, and in the file ",
                     sums.back().records, " and ", sums.back().postings);
    if (was_there) return absl::AlreadyExistsError(absl::StrCat("another ", what));
    return absl::DataLossError(
        absl::StrCat(what, ", or others: the index does not give back what was written"));
  }
  BL_RETURN_IF_ERROR(file.Finish());
  return sums;
}

absl::StatusOr<std::vector<DatasetSum>> CheckDatasets(IndexFileReader& file, Step step) {
  std::vector<DatasetSum> sums;
  for (size_t i = 0; i < file.datasets().size(); ++i) {
    BL_ASSIGN_OR_RETURN(sums.emplace_back(), Check(file, step));
  }
  BL_RETURN_IF_ERROR(file.Finish());
  return sums;
}

}  // namespace blindlink::resolver
