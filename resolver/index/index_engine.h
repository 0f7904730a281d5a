#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/crypto/bound_cipher.h"
#include "resolver/index/token_index.h"

namespace blindlink::resolver {

// What an index is opened with.
struct IndexToOpen {
  std::filesystem::path folder;  // the index's own, in the project's
  std::string project;
  // Of evidence, and of whatever else leaves the resolver; the same whenever the index is opened.
  std::shared_ptr<const BoundCipher> cipher;
  uint32_t max_evidence = 0;  // bytes that a token can have
};

// Where the resolver keeps its token indexes: on its own disk or on a cluster. Thread-safe.
class IndexEngine {
 public:
  virtual ~IndexEngine() = default;

  // Opens an index, or makes it. FAILED_PRECONDITION if another engine made it.
  virtual absl::StatusOr<std::unique_ptr<TokenIndex>> Open(const IndexToOpen& index) const = 0;
  // Removes an index, its folder too, whatever state it is in; it must be closed. Needs no key.
  // Does nothing if there is none. After an error, call it again.
  virtual absl::Status Remove(const std::filesystem::path& folder) const = 0;
  // Bytes of the resolver's own disk that a copy of the index needs.
  virtual uint64_t LocalBytes(const std::filesystem::path& folder) const = 0;
  // Whether postings are on the resolver's own disk.
  virtual bool IsLocal() const = 0;
  // The closed index may be opened once from wherever its folder will have been moved to. Durable
  // when it returns.
  virtual absl::Status AllowMove(const std::filesystem::path& folder) const = 0;
};

// "cluster.pb" in the folder of an index: it is on a cluster (cluster_storage.proto).
inline constexpr char kClusterIndexFile[] = "cluster.pb";

}  // namespace blindlink::resolver
