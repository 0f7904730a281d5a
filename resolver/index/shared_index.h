#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "blindlink/v1/work_service.pb.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// A block of bytes that those who work on one run give each other through the engine.
struct ExchangeBlock {
  enum class Kind : uint8_t {
    kRanks = 1,       // of the records of the run's datasets
    kCandidates = 2,  // of one part
    kTokenUses = 3,   // that one sweep noted
    kReach = 4,       // how records share the tokens of one sweep
    kPairs = 5,       // of one part
    kDecoys = 6,      // of one part: how many have which pattern
  };

  Kind kind;
  uint32_t part = 0;  // of the candidates, or which set of ranks; otherwise 0
  std::string bytes;  // compressed and enciphered on the way
};

// A token index as those see it who work on one run of it, on whatever machine: the postings of the
// run's datasets, and an exchange of blocks. Blocks belong to an attempt at some piece of work;
// whoever reads names the attempts that count, so what a killed worker left, or two workers did
// twice, does no harm. Errors are those of TokenIndex. Thread-safe.
class SharedIndex {
 public:
  virtual ~SharedIndex() = default;

  // As TokenIndex::Postings, of the run's datasets only.
  virtual absl::StatusOr<std::unique_ptr<Cursor<Posting>>> Postings(
      const PostingQuery& query) const = 0;
  // The first token of each shard, in order.
  virtual std::vector<StoredToken> Borders() const = 0;

  // Adds blocks of an attempt after those that it has. All are there when it returns OK.
  //   first: how many blocks the attempt had before; each number is used once
  virtual absl::Status Put(uint64_t attempt, uint64_t first,
                           std::vector<ExchangeBlock> blocks) const = 0;
  // Calls `handle(bytes)` for each block of this kind, part and these attempts: attempt by attempt
  // as they are given, in the order of Put. DATA_LOSS if one is damaged, or if there are not as
  // many as `expected`.
  virtual absl::Status Read(ExchangeBlock::Kind kind, uint32_t part,
                            absl::Span<const uint64_t> attempts, uint64_t expected,
                            absl::FunctionRef<absl::Status(absl::string_view)> handle) const = 0;
};

// The same, as the resolver sees it. Removes the blocks on destruction, as far as the engine
// answers; the next run removes what is left.
class OwnedSharedIndex : public SharedIndex {
 public:
  // With which a worker opens it.
  virtual v1::IndexAccess Access() const = 0;
};

}  // namespace blindlink::resolver
