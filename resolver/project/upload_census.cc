#include <optional>

#include "absl/strings/str_cat.h"
#include "common/plan/fake_records.h"
#include "resolver/linkage/run_fakes.h"
#include "resolver/project/upload_register.h"
#include "resolver/project/visible_datasets.h"

// How many records a site may have: what UploadRegister checks of a census. Datasets of two token
// keys never meet, and while a key is replaced a site has its records under both: so each key
// counts for itself.

namespace blindlink::resolver {
namespace {

absl::Status BeyondCensus(absl::string_view site, uint64_t census) {
  return absl::FailedPreconditionError(absl::StrCat(
      "site ", site, " sends more than the ", census,
      " records that it declared for this project: discard uploads, have datasets withdrawn that "
      "new ones replace, or ask the coordinator, who states the census when a project is created"));
}

}  // namespace

absl::Status UploadRegister::CheckCensus(absl::string_view site, absl::string_view dataset) const {
  const std::optional<uint64_t> census = parts_.census_of(site);
  if (!census.has_value()) return absl::OkStatus();
  const std::lock_guard lock(mutex_);
  const auto found = open_.find(Name{site, dataset});
  if (found == open_.end()) return absl::OkStatus();
  const v1::UploadManifest& manifest = found->second->manifest();
  const uint32_t fakes = parts_.plan.proto().fakes_per_1000_records();
  uint64_t records = RealAmong(found->second->Info().records(), fakes);
  // What a correction adds to is known once it is in the index: CheckCensusWith.
  const bool is_correction = manifest.kind() == v1::CORRECTION;
  for (const auto& [name, open] : open_) {
    if (is_correction || name.first != site || open == found->second) continue;
    if (open->manifest().token_key_id() != manifest.token_key_id()) continue;
    records += RealAmong(open->Info().records(), fakes);
  }
  for (const auto& [name, committed] : committed_) {
    if (is_correction || name.first != site || parts_.notes.IsWithdrawn(committed)) continue;
    const v1::UploadManifest& other = committed.manifest();
    if (other.token_key_id() != manifest.token_key_id()) continue;
    if (!TakesThePlaceOf(other, manifest)) records += RealRecords(parts_.plan, committed);
  }
  return records <= *census ? absl::OkStatus() : BeyondCensus(site, *census);
}

absl::Status UploadRegister::CheckCensusWith(
    const storage::v1::CommittedDataset& correction,
    const std::vector<storage::v1::CommittedDataset>& others) const {
  const std::string& site = correction.manifest().site();
  const std::optional<uint64_t> census = parts_.census_of(site);
  if (!census.has_value()) return absl::OkStatus();
  uint64_t records = RealRecords(parts_.plan, correction);
  for (const auto& other : others) {
    if (!parts_.notes.IsWithdrawn(other)) records += RealRecords(parts_.plan, other);
  }
  return records <= *census ? absl::OkStatus() : BeyondCensus(site, *census);
}

}  // namespace blindlink::resolver
