#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "resolver/index/token_index.h"
#include "resolver/indexfile/dataset_sum.h"
#include "resolver/indexfile/index_file_reader.h"
#include "resolver/indexfile/index_file_writer.h"

namespace blindlink::resolver {

// From an index to a file and from a file to an index, dataset by dataset, in the index's own form:
// tokens stay as they are stored.

// Writes the datasets, which must be those that `file` was created with. Returns what each came to.
absl::StatusOr<std::vector<DatasetSum>> ExportDatasets(
    const TokenIndex& index, const std::vector<storage::v1::CommittedDataset>& datasets,
    IndexFileWriter& file, Step step);

// Writes all datasets of `file`, which must be unlocked, to `index`, and reads each from there
// again to compare it with the file. Datasets that an interrupted import has written are only
// compared, so that it can be repeated. Returns what each came to.
//
// DATA_LOSS if the file is damaged, or if the index gives back something else. ALREADY_EXISTS if
// the index has other datasets, or others under these numbers.
absl::StatusOr<std::vector<DatasetSum>> ImportDatasets(IndexFileReader& file, TokenIndex& index,
                                                       Step step);

// Reads all of `file` without writing anything.
absl::StatusOr<std::vector<DatasetSum>> CheckDatasets(IndexFileReader& file, Step step);

}  // namespace blindlink::resolver
