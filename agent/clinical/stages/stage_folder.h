#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/clinical/stages/stage_file.h"
#include "common/base/fd.h"
#include "common/crypto/hmac_sha256.h"

namespace blindlink::agent {

// What a run was made of: names for people ("the inputs") with digests.
using StageOrigin = std::vector<std::pair<std::string, std::string>>;

// The folder in which a run keeps the results of its stages until it has finished. One process at a
// time has it. Not thread-safe.
class StageFolder {
 public:
  // Makes the folder, mode 0700, or opens what an interrupted run left. Results of another origin,
  // or damaged ones, are removed. FAILED_PRECONDITION if another process has the folder. Other
  // errors are those of common/base/files.h.
  static absl::StatusOr<StageFolder> Open(std::filesystem::path folder, const HmacSha256& key,
                                          const StageOrigin& origin);

  // Why results were removed, in words; empty if none were.
  const std::string& removed() const { return removed_; }
  bool Has(absl::string_view stage) const;
  absl::StatusOr<std::unique_ptr<StageReader>> Read(absl::string_view stage) const;
  absl::StatusOr<std::unique_ptr<StageWriter>> Write(absl::string_view stage) const;
  // Removes a result that no later stage needs.
  void Drop(absl::string_view stage) const;
  // Removes everything, with the folder.
  absl::Status Remove();

 private:
  StageFolder(std::filesystem::path folder, const HmacSha256& key, std::string origin)
      : folder_(std::move(folder)), key_(key), origin_(std::move(origin)) {}
  absl::Status Lock();
  absl::Status RemoveOthers(const StageOrigin& origin);
  std::filesystem::path FileOf(absl::string_view stage) const;

  std::filesystem::path folder_;
  HmacSha256 key_;
  std::string origin_;
  std::string removed_;
  UniqueFd lock_;
};

}  // namespace blindlink::agent
