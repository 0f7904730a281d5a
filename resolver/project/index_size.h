#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "blindlink/storage/v1/resolver_storage.pb.h"
#include "common/plan/plan.h"

namespace blindlink::resolver {

// About how many bytes of these datasets the index holds (docs/formats/index_keys.md): the tokens,
// by what the sites counted, their evidence codes and the pseudonyms.
uint64_t EstimateIndexBytes(const Plan& plan,
                            const std::vector<storage::v1::CommittedDataset>& datasets);

// How many bytes of memory there are for this program, its files in the page cache included: those
// of the machine or, if that is less, the limit of its control group (memory.max of cgroup v2).
uint64_t MemoryOfMachine();

// In words, why reading so many bytes of the index will take long; none if they fit in the memory,
// so that they are read from the disk once at most.
std::optional<std::string> NoticeOfSlowReading(uint64_t index_bytes, uint64_t memory);

}  // namespace blindlink::resolver
