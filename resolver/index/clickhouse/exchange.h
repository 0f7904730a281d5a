#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "common/base/secret_bytes.h"
#include "resolver/index/clickhouse/cluster.h"
#include "resolver/index/clickhouse/exchange_cipher.h"
#include "resolver/index/shared_index.h"

namespace blindlink::resolver {

// The blocks of one run in the tables of the exchange. Block n of attempt a is on shard (a + n)
// modulo their number: whatever its kind, so the many blocks of one part, which one worker reads,
// and the few that every worker reads are spread evenly, and a reader asks every shard.
// Thread-safe.
class Exchange {
 public:
  // `servers` must outlive it. `key`: see ExchangeCipher.
  Exchange(const IndexServers& servers, uint64_t run, SecretBytes key)
      : servers_(servers), run_(run), cipher_(std::move(key)) {}

  // As in SharedIndex.
  absl::Status Put(uint64_t attempt, uint64_t first, std::vector<ExchangeBlock> blocks) const;
  absl::Status Read(ExchangeBlock::Kind kind, uint32_t part, absl::Span<const uint64_t> attempts,
                    uint64_t expected,
                    absl::FunctionRef<absl::Status(absl::string_view)> handle) const;
  // Removes all blocks, as far as the servers answer.
  void Remove() const;

  uint64_t run() const { return run_; }
  const SecretBytes& key() const { return cipher_.key(); }

 private:
  // A block that a shard says it has.
  struct Listed {
    size_t turn = 0;  // of its attempt, among those to be read
    uint64_t attempt = 0;
    uint32_t number = 0;
    uint32_t bytes = 0;

    friend bool operator<(const Listed& a, const Listed& b) {
      return a.turn != b.turn ? a.turn < b.turn : a.number < b.number;
    }
    friend bool operator==(const Listed& a, const Listed& b) {
      return a.turn == b.turn && a.number == b.number;
    }
  };

  const Shard& ShardOf(uint64_t attempt, uint64_t number) const;
  // Those of these attempts, in order, each once.
  absl::StatusOr<std::vector<Listed>> List(const std::string& of_part,
                                           absl::Span<const uint64_t> attempts) const;
  // Those that one shard has, in any order; `turns` by attempt.
  absl::Status ListOf(const Shard& shard, const std::string& of_part,
                      absl::Span<const uint64_t> attempts, const std::map<uint64_t, size_t>& turns,
                      std::vector<Listed>* listed) const;
  absl::Status ReadPage(ExchangeBlock::Kind kind, uint32_t part, const std::string& of_part,
                        absl::Span<const Listed> page,
                        absl::FunctionRef<absl::Status(absl::string_view)> handle) const;

  const IndexServers& servers_;
  const uint64_t run_;
  const ExchangeCipher cipher_;
};

}  // namespace blindlink::resolver
