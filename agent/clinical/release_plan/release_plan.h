#pragma once

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/v1/release_plan.pb.h"
#include "common/crypto/sha256.h"

namespace blindlink::agent {

// A release plan that has been read and completely checked. Immutable, so threads may share it.
class ReleasePlan {
 public:
  // Reads protobuf text (docs/release-plan.md). INVALID_ARGUMENT lists the mistakes, one per line,
  // as
  // "<line>:<column>: <path of the field>: <what is wrong and what to write instead>".
  static absl::StatusOr<ReleasePlan> Parse(absl::string_view text);
  // The same for a file. Errors as in common/base/files.h.
  static absl::StatusOr<ReleasePlan> Load(const std::filesystem::path& file);

  // With every default filled in.
  const v1::ReleasePlan& proto() const { return proto_; }
  // SHA-256 of the exact text.
  const Sha256Digest& digest() const { return digest_; }
  // The path of a file that the plan names, which is beside it.
  std::filesystem::path Beside(const std::string& name) const { return folder_ / name; }

 private:
  ReleasePlan() = default;

  v1::ReleasePlan proto_;
  Sha256Digest digest_{};
  std::filesystem::path folder_;
};

}  // namespace blindlink::agent
