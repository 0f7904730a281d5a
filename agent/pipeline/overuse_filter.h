#pragma once

#include <compare>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <tuple>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "agent/blocks/block_sink.h"
#include "blindlink/v1/token_block.pb.h"
#include "common/base/run_file.h"
#include "common/extsort/external_sorter.h"

namespace blindlink::agent {

// Leaves out of a dataset's blocks the tokens that more than `most_records` of its records have: a
// token that many share joins strangers (LinkagePlan.max_records_per_token_at_site). Records stay,
// also those without any token left. Exact but for tokens that agree in their first eight bytes,
// which count as one.
//
// It takes all blocks before it passes on the first: they wait in a nameless file in `folder`, as
// large as the token file. Memory: `memory_budget` bytes, whatever the number of tokens. Not
// thread-safe.
class OveruseFilter : public BlockSink {
 public:
  static constexpr uint64_t kMemoryBudget = uint64_t{128} << 20;

  // `next` must outlive the filter. RESOURCE_EXHAUSTED, also of Write and Finish, if the disk is
  // full; other errors are those of `next`.
  static absl::StatusOr<std::unique_ptr<OveruseFilter>> Create(
      uint32_t most_records, const std::filesystem::path& folder, BlockSink& next,
      uint64_t memory_budget = kMemoryBudget);

  absl::Status Write(v1::TokenBlock block) override;
  // Passes on all blocks, sealed again, and takes what is left out from `counts`, which must be
  // those of the blocks, and sets counts->overused_tokens. Call once, at the end.
  absl::Status Finish(v1::UploadCounts* counts);

 private:
  struct Place {
    uint64_t block;
    uint32_t column;
    uint32_t entry;
    // NOLINTNEXTLINE(modernize-use-nullptr): the check takes the comparison with 0 for a pointer's.
    friend auto operator<=>(const Place&, const Place&) = default;
  };
  struct Seen {
    uint64_t token;
    uint32_t match_key;
    Place place;
    bool SharesTokenWith(const Seen& other) const {
      return match_key == other.match_key && token == other.token;
    }
    friend bool operator<(const Seen& a, const Seen& b) {
      return std::tie(a.match_key, a.token, a.place) < std::tie(b.match_key, b.token, b.place);
    }
  };

  OveruseFilter(uint32_t most_records, std::unique_ptr<RunFile> blocks,
                const std::filesystem::path& folder, uint64_t memory_budget, BlockSink& next);
  // Sorts the places of overused tokens.
  absl::Status FindOverused();
  absl::StatusOr<v1::TokenBlock> ReadBlock(size_t number) const;
  // Removes the entries of the block that FindOverused found.
  absl::Status Filter(uint64_t number, v1::TokenBlock* block, v1::UploadCounts* counts);

  const uint32_t most_records_;
  BlockSink& next_;
  const std::unique_ptr<RunFile> blocks_;
  std::vector<uint64_t> ends_;  // of each block in the file
  ExternalSorter<Seen> seen_;
  ExternalSorter<Place> overused_;
  const Place* place_ = nullptr;  // of overused_: the next to leave out
};

}  // namespace blindlink::agent
