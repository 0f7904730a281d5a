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

// The corrections, by number, that have taken records out of the dataset since it had `number`.
std::vector<uint32_t> CorrectionsSince(uint32_t number,
                                       const storage::v1::CommittedDataset& dataset);

// Whether the dataset has had no number up to `newest`; 0: none came after.
bool CameAfter(uint32_t newest, const storage::v1::CommittedDataset& dataset);

// Whether the dataset takes the place of the other one: it is a replacement of that one or of all
// those of its site that have its token key.
bool TakesThePlaceOf(const v1::UploadManifest& other, const v1::UploadManifest& dataset);

}  // namespace blindlink::resolver
