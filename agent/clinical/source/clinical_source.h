#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "agent/clinical/source/clinical_file.h"
#include "agent/clinical/source/clinical_rejects.h"
#include "agent/clinical/source/clinical_row.h"
#include "agent/clinical/source/column_plan.h"
#include "agent/clinical/source/fhir_claims.h"

namespace blindlink::agent {

struct ClinicalOptions {
  // Files, folders (their files, not those of inner folders), or TABLE=FILE, which says what a CSV
  // file is: "drugs=rx2019.csv".
  std::vector<std::string> inputs = {};
  // column_plan.h: "diagnoses.name=DX_TEXT,persons.education=EDU". In FHIR,
  // "persons.person=SYSTEM" says which identifier of a patient is the person's id.
  std::string columns = {};
  // Columns of persons that are taken by their name, beside those that every shape's layout knows.
  std::vector<std::string> person_columns = {};
  DateOrder date_order = DateOrder::kMonthDayYear;
};

// A site's clinical data in any of the shapes of layout.h, as rows of one model (clinical_row.h).
// Files may be plain, gzip or zstd. Several shapes may be mixed, if their ids are the same.
//
// Memory: 60 to 150 bytes a visit and about 100 a person, never a table. Not thread-safe.
class ClinicalSource {
 public:
  // Recognizes every file by its headers, its FHIR resources and its name. INVALID_ARGUMENT, in
  // words that say what to do: no file is recognized, a stated file cannot be what it is stated to
  // be, a stated column is not there. Errors of reading files as in common/base/files.h.
  static absl::StatusOr<std::unique_ptr<ClinicalSource>> Open(const ClinicalOptions& options);

  // What was understood; unrecognized files are among them.
  absl::Span<const ClinicalFile> files() const { return files_; }
  // A table for people: file, table, and what each column means. Names columns, never values.
  std::string DescribeFiles() const;

  // Called for every row read: how many so far, and which share of all files (0 to 1).
  using OnProgress = std::function<absl::Status(uint64_t rows, double share)>;

  // Reads everything once: persons, then visits, diagnoses, procedures, drugs, enrolment; of
  // Medicare's claims, each visit with what belongs to it. Rows that cannot be used go to
  // `rejects`, and the rest goes on. Errors: those of reading files, of `sink` and of `progress`;
  // INVALID_ARGUMENT if no row was usable. Call it once.
  absl::Status ReadAll(ClinicalRejects& rejects, const ClinicalSink& sink,
                       const OnProgress& progress = nullptr);

 private:
  ClinicalSource() = default;

  absl::Status AddInput(const std::string& input);
  absl::Status AddFolder(const std::string& folder);
  absl::Status AddFile(const std::string& path, std::optional<ClinicalTable> table);
  // Recognizes a file that is no FHIR and has no signature by its name and headers.
  absl::Status RecognizeCsv(std::optional<ClinicalTable> table, ClinicalFile* file) const;
  absl::Status Plan(ClinicalFile* file) const;
  absl::Status CheckAny() const;
  absl::Status Read(ClinicalFile* file, ReadingContext* context, FhirClaims* claims) const;
  // FHIR's claims of encounters that are no visits, once all visits were read.
  void RejectLostClaims(const FhirClaims& claims, const RowGate& gate, ClinicalRejects& rejects);
  std::vector<size_t> ReadingOrder() const;
  // Puts Medicare's beneficiaries of the last year first, since the first row of a person counts,
  // and those of a file without deaths last. They begin at `first`.
  void OrderBeneficiaries(size_t first, std::vector<size_t>* order) const;

  ClinicalOptions options_;
  StatedColumns stated_;
  std::vector<ClinicalFile> files_;
};

}  // namespace blindlink::agent
