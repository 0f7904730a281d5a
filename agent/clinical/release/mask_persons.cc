#include "agent/clinical/release/mask_persons.h"

#include <algorithm>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "agent/clinical/codes/code_text.h"
#include "agent/clinical/release/era_guard.h"
#include "agent/clinical/release/masked_person.h"
#include "agent/clinical/release/person_care.h"
#include "agent/clinical/sort/person_grouper.h"
#include "common/base/byte_order.h"
#include "common/base/compact_encoding.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"

namespace blindlink::agent {
namespace {

using C = ReleaseColumn;

// A person's number for counting. Records of one person at this site, which are born on one day and
// have one seed, count once: 10 bits of seed and a birthday are seldom another person's. Without a
// birthday the seed alone decides, so that nobody counts twice. Without seeds the pseudonym does.
uint64_t NumberOf(const RecordPseudonym& record, std::optional<uint32_t> seed,
                  absl::Span<const ClinicalRow> rows) {
  if (!seed.has_value()) return LoadBigEndian64(record.bytes.data());
  std::string known = absl::StrCat(*seed);
  for (const ClinicalRow& row : rows) {
    if (row.table != ClinicalTable::kPersons || !row.birth.has_value()) continue;
    absl::StrAppend(&known, " ", absl::FormatCivilTime(*row.birth), " ", row.sex);
    break;
  }
  const Sha256Digest digest = Sha256Of(known);
  return LoadBigEndian64(digest.data());
}

// Systems of codes that are public, whether or not the code book has a list of them.
bool IsUsualSystem(absl::string_view system) {
  static constexpr absl::string_view kUsual[] = {
      "ICD-10-CM", "ICD-10-PCS", "ICD-10", "ICD-9-CM", "ICD-9-PCS", "HCPCS",   "CPT",      "MS-DRG",
      "NDC",       "ATC",        "RxNorm", "CVX",      "LOINC",     "revenue", "SNOMED CT"};
  return std::find(std::begin(kUsual), std::end(kUsual), system) != std::end(kUsual);
}

constexpr size_t kLongestCode = 16;

class Masking {
 public:
  Masking(const ReleaseParts& parts, ReleaseCounts* counts)
      : parts_(parts),
        mask_(parts.dates, parts.ids),
        complications_(parts.plan, parts.codes),
        counts_(counts) {
    if (parts.codes == nullptr) return;
    era_ = std::make_unique<EraGuard>(*parts.codes, parts.plan.dates().first_day(),
                                      parts.plan.dates().last_day());
  }

  // Nothing if the linkage run does not have the person.
  std::optional<NumberedPerson> Mask(const RecordPseudonym& record,
                                     absl::Span<const ClinicalRow> rows) {
    std::optional<uint32_t> seed;
    if (parts_.seeds != nullptr) {
      seed = parts_.seeds->Of(record);
      if (!seed.has_value()) {
        ++counts_->persons_without_seed;
        return std::nullopt;
      }
    }
    const int days = seed.has_value() ? parts_.shift.DaysOf(*seed) : parts_.shift.DaysOf(record);
    NumberedPerson person{record, NumberOf(record, seed, rows),
                          mask_.Mask(rows, days, &counts_->masked), CareOf(rows, &complications_)};
    if (!numbers_.insert(person.number).second) ++counts_->further_records;
    for (ReleaseRow& row : person.masked.rows) GuardCode(&row);
    if (era_ != nullptr) counts_->era_codes_made_coarser = era_->changed();
    return person;
  }

 private:
  // Whether the code is of a system that the code book, the plan or everybody knows, and looks like
  // a code.
  bool IsReleasable(const ReleaseRow& row) const {
    const std::string system = CanonicalSystem(row[C::kCodeSystem]);
    const auto named = [&](const v1::CodeRule& rule) {
      return CanonicalSystem(rule.code_system()) == system;
    };
    const bool known = parts_.codes->Has(system) || IsUsualSystem(system) ||
                       std::any_of(parts_.plan.codes().begin(), parts_.plan.codes().end(), named);
    const std::string& code = row[C::kCode];
    return known && code.size() <= kLongestCode &&
           std::all_of(code.begin(), code.end(), [](unsigned char c) {
             return absl::ascii_isalnum(c) || c == '-' || c == '_' || c == '/';
           });
  }

  void GuardCode(ReleaseRow* row) {
    if (era_ == nullptr || !HasCode(row->table) || (*row)[C::kCode].empty()) return;
    if (!IsReleasable(*row)) {
      ++counts_->unknown_systems;
      (*row)[C::kCode].clear();
      (*row)[C::kName].clear();
      return;
    }
    const std::string& safe = era_->Safe((*row)[C::kCodeSystem], (*row)[C::kCode]);
    // Otherwise the name would say what the code no longer does.
    if (safe != (*row)[C::kCode]) (*row)[C::kName].clear();
    (*row)[C::kCode] = safe;
  }

  const ReleaseParts& parts_;
  const PersonMask mask_;
  Complications complications_;
  ReleaseCounts* const counts_;
  std::unique_ptr<EraGuard> era_;  // null without a code book
  absl::flat_hash_set<uint64_t> numbers_;
};

std::vector<ClinicalRow> RowsOf(absl::string_view entry) {
  std::vector<absl::string_view> rows;
  while (!entry.empty()) rows.push_back(TakeCompactView(&entry));
  return RowsInOrder(rows);
}

}  // namespace

absl::Status MaskPersons(const ReleaseParts& parts, StageReader* rows, StageWriter* out,
                         ReleaseAccount* account, const OnPersons& progress) {
  Masking masking(parts, &account->counts);
  uint64_t persons = 0;
  std::string bytes;
  while (true) {
    BL_ASSIGN_OR_RETURN(const std::optional<absl::string_view> entry, rows->Next());
    if (!entry.has_value()) break;
    const std::optional<NumberedPerson> person = masking.Mask(
        RecordPseudonym::FromBytes(entry->data()), RowsOf(entry->substr(RecordPseudonym::kSize)));
    if (!person.has_value()) continue;
    bytes.clear();
    AppendPerson(*person, &bytes);
    BL_RETURN_IF_ERROR(out->Add(bytes));
    BL_RETURN_IF_ERROR(progress(++persons, rows->ShareRead()));
  }
  if (persons == 0 && account->counts.persons_without_seed > 0) {
    return absl::FailedPreconditionError(
        "the linkage run has none of these persons: are --site, --state and --seeds of one site, "
        "and the record ids those that were linked?");
  }
  return out->Finish(EncodeAccount(*account));
}

}  // namespace blindlink::agent
