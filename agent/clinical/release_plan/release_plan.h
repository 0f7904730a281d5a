#pragma once

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/v1/release_plan.pb.h"
#include "common/crypto/sha256.h"

namespace blindlink::agent {

// A release plan that has been read and completely checked (proto/blindlink/v1/release_plan.proto).
// Immutable, so threads may share it.
class ReleasePlan {
 public:
  // Reads protobuf text. INVALID_ARGUMENT lists the mistakes, one per line, as
  // "<line>:<column>: <path of the field>: <what is wrong and what to write instead>". What stands
  // in the plan is checked; what a command needs beyond that (products, dates, quasi-identifiers),
  // the command asks for.
  static absl::StatusOr<ReleasePlan> Parse(absl::string_view text);
  // Reads a file. Errors of ReadFile, and those of Parse with the file's name before each line.
  static absl::StatusOr<ReleasePlan> Load(const std::filesystem::path& file);

  // With every default filled in.
  const v1::ReleasePlan& proto() const { return proto_; }
  const std::string& text() const { return text_; }
  // SHA-256 of the exact text.
  const Sha256Digest& digest() const { return digest_; }
  // The path of a file that the plan names, which is beside it.
  std::filesystem::path Beside(const std::string& name) const { return folder_ / name; }

 private:
  ReleasePlan() = default;

  v1::ReleasePlan proto_;
  std::string text_;
  std::filesystem::path folder_;
  Sha256Digest digest_{};
};

}  // namespace blindlink::agent
