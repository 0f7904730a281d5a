#pragma once

#include <array>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/clinical/codes/code_book.h"
#include "agent/clinical/codes/code_check.h"
#include "agent/clinical/codes/code_generalizer.h"
#include "agent/clinical/codes/code_map.h"
#include "agent/clinical/codes/code_survey.h"
#include "agent/clinical/dates/date_mask.h"
#include "agent/clinical/dates/date_shift.h"
#include "agent/clinical/dates/shift_seeds.h"
#include "agent/clinical/release/diagnosis_standard.h"
#include "agent/clinical/release/era_guard.h"
#include "agent/clinical/release/person_mask.h"
#include "agent/clinical/release/release_manifest.h"
#include "agent/clinical/sort/person_grouper.h"
#include "agent/clinical/source/clinical_row.h"
#include "agent/pipeline/sorted_spool.h"
#include "agent/risk/person_table.h"
#include "blindlink/v1/release_plan.pb.h"
#include "common/base/bytes16.h"

namespace blindlink::agent {

// The stages between a site's rows and its extracts, in the order of the functions. What a stage
// holds of people beyond its memory goes to nameless, enciphered files. The result depends on the
// rows and the plan, never on the order of the rows. Not thread-safe.
//
//   Take every row; Mask; then RecodePersons has the persons' table; WriteExtracts.
class Deidentifier {
 public:
  struct Parts {
    v1::ReleasePlan plan;           // checked, with its defaults
    std::filesystem::path scratch;  // for temporary files
    // What the linkage calls a person of this site.
    std::function<RecordPseudonym(absl::string_view person)> pseudonym_of;
    // Null: dates are shifted as no other site shifts them.
    const ShiftSeeds* seeds = nullptr;
    DateShift shift;
    DateMask dates;
    ReleaseIds ids;
    const TermMatcher* terms = nullptr;
    const CodeBook* codes = nullptr;  // null: codes are not checked and must have no rule
    const CodeMap* code_map = nullptr;
    // If not null it gets every code in place of being made coarser, and there are no extracts.
    CodeSurveyor* surveyor = nullptr;
  };
  // Called now and then: persons so far, and the share of the work.
  using OnPersons = std::function<void(uint64_t persons, double share)>;

  // INVALID_ARGUMENT and FAILED_PRECONDITION as CodeGeneralizer::Create. What the parts point to
  // must outlive it.
  static absl::StatusOr<std::unique_ptr<Deidentifier>> Create(Parts parts);

  // The next row of the source. Errors are those of SortedSpool.
  absl::Status Take(const ClinicalRow& row);
  // Masks the dates and ids of all persons and counts their codes. Call it once, after the last
  // row.
  absl::Status Mask(const OnPersons& progress);

  // For the search of groups, as they are after masking: the quasi-identifiers, then the sensitive
  // columns of the plan's targets. One row a person, in the order of their pseudonyms.
  // INVALID_ARGUMENT if the plan names a column that no person has.
  absl::StatusOr<PersonTable> PersonsToRecode() const;

  // Writes the plan's data products under `folder`, with the columns of `recoded` in the table
  // of persons, which has the rows of PersonsToRecode. All products get their names at the end, or
  // none does.
  absl::StatusOr<std::vector<WrittenTable>> WriteExtracts(const std::filesystem::path& folder,
                                                          const PersonTable& recoded,
                                                          const ReleaseManifest& manifest,
                                                          const OnPersons& progress);

  // What was done so far, with counts.
  std::vector<ReleaseStep> Steps() const;
  // Persons that the run behind the seeds did not have; left out.
  uint64_t persons_without_seed() const { return persons_without_seed_; }
  // What the code book says of the codes of the source; empty without one.
  std::string CodeCheckText() const { return check_.has_value() ? check_->ToText() : ""; }
  // What was left of the codes; empty without a code book.
  std::vector<CodeUtility> Utility() const;

 private:
  struct Person {
    RecordPseudonym record;
    std::map<std::string, std::string> values;
    std::string death;
  };

  explicit Deidentifier(Parts parts);
  absl::Status MaskPerson(const RecordPseudonym& record, absl::Span<const ClinicalRow> rows);
  // Whether the code is of a system that the code book, the plan or everybody knows, and looks like
  // a code.
  bool IsReleasable(const ReleaseRow& row) const;
  void CountCodes(uint64_t number, MaskedPerson* person);
  void CountName(uint64_t number, const std::string& name);
  TableColumn ColumnOf(const std::string& name) const;
  absl::Status WritePersons(const PersonTable& recoded, ExtractWriter* writer) const;
  absl::Status WriteRows(absl::Span<const std::unique_ptr<ExtractWriter>> writers,
                         const OnPersons& progress);
  void Generalize(uint64_t number, ReleaseRow* row);

  const Parts parts_;
  const PersonMask mask_;
  DiagnosisStandard diagnoses_;
  std::optional<EraGuard> era_;
  std::optional<CodeCheck> check_;
  std::unique_ptr<CodeGeneralizer> generalizer_;  // null: without a code book
  PersonGrouper grouper_;
  SortedSpool masked_;
  std::vector<Person> persons_;
  MaskCounts counts_;
  uint64_t rows_ = 0;
  uint64_t persons_without_seed_ = 0;
  struct NamePersons {
    uint64_t last = 0;
    uint32_t count = 0;
  };
  absl::flat_hash_map<std::string, NamePersons> names_;  // standard names of diseases
  uint32_t min_name_persons_ = 11;
  absl::flat_hash_set<uint64_t> numbers_;
  uint64_t further_records_ = 0;
  uint64_t unknown_systems_ = 0;
  uint64_t coarser_codes_ = 0;
  uint64_t blanked_codes_ = 0;
};

std::vector<v1::CodeRule> RulesOf(const v1::ReleasePlan& plan);

}  // namespace blindlink::agent
