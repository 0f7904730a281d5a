#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/clinical/codes/code_book.h"
#include "agent/clinical/codes/code_map.h"
#include "agent/clinical/dates/shift_seeds.h"
#include "agent/clinical/release/release_manifest.h"
#include "agent/clinical/release/release_parts.h"
#include "agent/clinical/release_plan/release_plan.h"
#include "agent/clinical/source/clinical_source.h"
#include "agent/clinical/stages/stage_folder.h"
#include "agent/clinical/terms/term_matcher.h"
#include "agent/keys/token_key.h"

namespace blindlink::agent {

struct DeidentifyFlags {
  ClinicalOptions source;
  std::string date_order;
  std::string release;
  std::string out;
  std::string project;
  std::string site;
  std::string dataset;
  std::string token_key;
  std::filesystem::path state;
  std::string seeds;
  bool alone = false;
  std::string terms;
  std::string codes;
  std::string code_map;
  std::string survey;
  bool dry_run = false;

  // What stays at the site, beside its other files: PROJECT.SITE.DATASET.ending.
  std::filesystem::path OwnFile(absl::string_view ending) const;
};

// Everything that is opened before the first row is read, so that a mistake costs no time.
struct DeidentifyInputs {
  std::unique_ptr<TokenKey> token_key;
  std::unique_ptr<RecordKey> record_key;
  std::optional<ReleasePlan> plan;
  std::optional<ShiftSeeds> seeds;
  // Not moved: the matcher refers to the dictionary.
  std::unique_ptr<TermDictionary> dictionary;
  std::unique_ptr<TermMatcher> matcher;
  std::optional<CodeBook> codes;
  std::optional<CodeMap> code_map;
  std::unique_ptr<ClinicalSource> source;
};

// Errors say which file is wrong and what to do.
absl::StatusOr<DeidentifyInputs> OpenInputs(const DeidentifyFlags& flags);

// The stages' view of the inputs. Both arguments must outlive it.
absl::StatusOr<ReleaseParts> MakeParts(const DeidentifyFlags& flags,
                                       const DeidentifyInputs& inputs);

// Where the release comes from, without its steps. Reads every input file once; `read` is told how
// many bytes each piece has, and an error of it ends the reading.
absl::StatusOr<ReleaseManifest> MakeManifest(
    const DeidentifyFlags& flags, const DeidentifyInputs& inputs,
    const std::function<absl::Status(uint64_t bytes)>& read);

// What the result of a stage depends on.
absl::StatusOr<StageOrigin> OriginOf(const DeidentifyFlags& flags, const DeidentifyInputs& inputs,
                                     const ReleaseManifest& manifest);

}  // namespace blindlink::agent
