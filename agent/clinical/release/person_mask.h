#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "agent/clinical/dates/date_mask.h"
#include "agent/clinical/release/release_row.h"
#include "agent/clinical/source/clinical_row.h"
#include "common/crypto/hmac_sha256.h"

namespace blindlink::agent {

// What stands for a site's ids in an extract: the first 8 bytes of an HMAC, as 16 hexadecimal
// digits. Immutable; thread-safe.
class ReleaseIds {
 public:
  // `site_key` is the site's own; `shared_key` that of all sites
  // (TokenKey::DeriveReleaseKey(project, kReceiptPurpose)).
  ReleaseIds(const HmacSha256& site_key, const HmacSha256& shared_key)
      : site_key_(site_key), shared_key_(shared_key) {}
  static constexpr char kReceiptPurpose[] = "receipt";

  std::string OfVisit(absl::string_view visit) const;
  std::string OfProvider(absl::string_view provider) const;
  // The same at every site. Case and what is neither letter nor digit make no difference. Empty for
  // an empty number.
  std::string OfControlNumber(absl::string_view number) const;

 private:
  HmacSha256 site_key_;
  HmacSha256 shared_key_;
};

// How many rows of the source became what.
struct MaskCounts {
  std::array<uint64_t, kClinicalTableNames.size()> read = {};
  std::array<uint64_t, kClinicalTableNames.size()> released = {};
  // A shift moved them out of the window.
  std::array<uint64_t, kClinicalTableNames.size()> out_of_window = {};
  uint64_t era_codes = 0;  // left out, since they would bound the shift
  uint64_t deaths_out_of_window = 0;
  uint64_t oldest = 0;  // persons whose year of birth is that of all of them

  void Add(const MaskCounts& other);
};

// A person as the table of persons has them before their quasi-identifiers become coarser.
struct MaskedPerson {
  std::map<std::string, std::string> values;  // sex, birth_year, zip3, and the source's own columns
  std::string death;                          // as released
  std::vector<ReleaseRow> rows;               // in the order of the files
};

// Masks all that a site has of one person. Visits whose first or last day leaves the window are
// left out with everything that belongs to them; enrolment is cut at the window; a day of death out
// of it is left out. Immutable; thread-safe.
class PersonMask {
 public:
  // Both must outlive it.
  PersonMask(const DateMask& dates, const ReleaseIds& ids) : dates_(dates), ids_(ids) {}

  // `rows` are all of the person, in any order; `days` by which all dates are shifted.
  MaskedPerson Mask(absl::Span<const ClinicalRow> rows, int days, MaskCounts* counts) const;

 private:
  bool MaskVisit(const ClinicalRow& row, int days, ReleaseRow* out) const;
  bool MaskEvent(const ClinicalRow& row, int days, MaskCounts* counts, ReleaseRow* out) const;
  bool MaskPeriod(const ClinicalRow& row, int days, ReleaseRow* out) const;
  void MaskDemographics(const ClinicalRow& row, int days, MaskCounts* counts,
                        MaskedPerson* person) const;

  const DateMask& dates_;
  const ReleaseIds& ids_;
};

}  // namespace blindlink::agent
