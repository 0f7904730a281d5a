#pragma once

#include "resolver/index/index_engine.h"

namespace blindlink::resolver {

// Token indexes on RocksDB, on the resolver's own disk: the default.
class RocksDbEngine : public IndexEngine {
 public:
  absl::StatusOr<std::unique_ptr<TokenIndex>> Open(const IndexToOpen& index) const override;
  absl::Status Remove(const std::filesystem::path& folder) const override;
  uint64_t LocalBytes(const std::filesystem::path& folder) const override;
  bool IsLocal() const override { return true; }
  absl::Status AllowMove(const std::filesystem::path&) const override { return absl::OkStatus(); }
};

}  // namespace blindlink::resolver
