#pragma once

#include <cstdint>
#include <vector>

#include "absl/status/statusor.h"
#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "resolver/index/token_index.h"
#include "resolver/project/project_notes.h"

namespace blindlink::resolver {

// The datasets of the index that are to be seen: not those that wait for a change to be complete,
// nor those that are being removed.
absl::StatusOr<std::vector<storage::v1::CommittedDataset>> VisibleDatasets(
    const TokenIndex& index, const ProjectNotes& notes);

// The numbers that datasets have now, in the order of `numbers`: a dataset that has lost records
// since has another one. 0: it is not among `datasets`.
std::vector<uint32_t> NumbersNow(const std::vector<uint32_t>& numbers,
                                 const std::vector<storage::v1::CommittedDataset>& datasets);

}  // namespace blindlink::resolver
