#pragma once

#include <vector>

#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "common/drift/dataset_measures.h"

namespace blindlink::resolver {

// What the site counted when it committed the dataset, whatever has been withdrawn from it since.
CountedDataset AsCommitted(const storage::v1::CommittedDataset& dataset);

// The same of several, in the order of their commits. Those of an earlier release, whose time is
// not known, come first, in the order in which they came into the index.
std::vector<CountedDataset> InOrderOfCommit(std::vector<storage::v1::CommittedDataset> datasets);

}  // namespace blindlink::resolver
