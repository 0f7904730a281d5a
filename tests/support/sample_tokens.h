#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "blindlink/v1/token_block.pb.h"
#include "blindlink/v1/upload_service.pb.h"
#include "common/base/bytes16.h"
#include "common/plan/plan.h"
#include "resolver/index/stored_token.h"

namespace blindlink {

// Small plans, blocks and manifests for tests, with readable names in place of random bytes.

// Match keys "name-dob" (id 1; form code 1 is the nickname root) and "last-dob" (id 2). Rules in
// order: "exact" FULL 0.9, "nickname" FULL 0.8, both by name-dob; "last" PARTIAL 0.5 by last-dob.
// `rest` is appended to the plan's text: entity rules, limits.
std::string TinyPlanText(absl::string_view rest = "");
Plan TinyPlan(absl::string_view rest = "");
inline constexpr uint8_t kNameDob = 1;
inline constexpr uint8_t kLastDob = 2;
inline constexpr uint8_t kNicknameForm = 1;

// A name of at most 16 characters, padded with zeros.
Token TokenNamed(absl::string_view name);
// At most 10.
resolver::StoredToken StoredTokenNamed(absl::string_view name);
RecordPseudonym RecordNamed(absl::string_view name);

struct SampleToken {
  std::string token;
  uint8_t match_key = kNameDob;
  uint8_t form = 0;
};
struct SampleRecord {
  std::string name;
  std::vector<SampleToken> tokens;
};

// A valid block of these records, with its checksum.
v1::TokenBlock BlockOf(uint64_t sequence, uint64_t first_record,
                       const std::vector<SampleRecord>& records);

// The manifest an agent with the right plan and key would send.
v1::UploadManifest ManifestFor(const Plan& plan, absl::string_view site, absl::string_view dataset);

// The commit an agent would send after these blocks.
v1::CommitUploadRequest CommitOf(absl::string_view dataset,
                                 const std::vector<v1::TokenBlock>& blocks);

}  // namespace blindlink
