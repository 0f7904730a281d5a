#pragma once

#include <chrono>
#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/synthetic/domain.h"
#include "blindlink/v1/synthesis.pb.h"
#include "common/crypto/sha256.h"

namespace blindlink::agent {

// Groups of codes by prefix, in the order of their file. Immutable.
class CodeGroups {
 public:
  struct Group {
    std::string prefix;  // without dots, upper case
    std::string title;
  };
  explicit CodeGroups(std::vector<Group> groups);

  const std::vector<Group>& groups() const { return groups_; }
  // The index of the group with the longest prefix of `code`, groups().size() if there is none.
  uint32_t GroupOf(absl::string_view code) const;

 private:
  std::vector<Group> groups_;
  std::map<std::string, uint32_t> index_;
  size_t longest_ = 0;
};

// A spec that has been read and completely checked, with the files beside it. Immutable.
struct SynthesisSpec {
  v1::Synthesis proto;  // defaults filled in
  Sha256Digest digest{};
  std::vector<Domain> columns;
  // Only if proto.has_claims().
  CodeGroups code_groups{{}};
  std::chrono::sys_days first_day{}, last_day{};
  std::vector<size_t> person_columns;  // indexes into `columns`
};

// INVALID_ARGUMENT lists the mistakes, one a line, as "<line>:<column>: <field>: <what is wrong>";
// also the errors of reading the files.
absl::StatusOr<SynthesisSpec> LoadSynthesisSpec(const std::string& path);

}  // namespace blindlink::agent
