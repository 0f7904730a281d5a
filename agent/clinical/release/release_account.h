#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/clinical/codes/code_utility.h"
#include "agent/clinical/release/care_change.h"
#include "agent/clinical/release/diagnosis_standard.h"
#include "agent/clinical/release/person_mask.h"
#include "agent/clinical/release/release_manifest.h"

namespace blindlink::agent {

// How many rows and persons the stages concerned.
struct ReleaseCounts {
  uint64_t bad_codes = 0;  // that the code book calls a problem
  uint64_t unknown_systems = 0;
  DiagnosisStandard::Counts names;
  uint64_t persons_without_seed = 0;
  uint64_t further_records = 0;
  MaskCounts masked;
  uint64_t era_codes_made_coarser = 0;
  uint64_t coarser_codes = 0;
  uint64_t blanked_codes = 0;
};

// What was done so far. Each stage adds its own; the account is kept with the stage's result.
struct ReleaseAccount {
  ReleaseCounts counts;
  std::string code_check;          // of the source's codes, for people; empty without a code book
  std::vector<CodeUtility> codes;  // what was left of them
  CareChange care;

  // In order, with counts.
  std::vector<ReleaseStep> Steps() const;
};

// An account as bytes for the same program, and back; Decode expects what Encode made.
std::string EncodeAccount(const ReleaseAccount& account);
ReleaseAccount DecodeAccount(absl::string_view bytes);

}  // namespace blindlink::agent
