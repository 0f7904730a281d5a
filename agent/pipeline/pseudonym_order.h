#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/input/input_record.h"
#include "agent/input/reject_log.h"
#include "agent/pipeline/contradiction.h"
#include "agent/spool/sorted_spool.h"
#include "common/base/bytes16.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// What becomes of rows that have the same record id but contradict each other (contradiction.h).
enum class ContradictingRows {
  kSplit,   // a record for each person, with pseudonyms of their own
  kKeep,    // one record nevertheless
  kRefuse,  // the run ends
};

// The reason in the reject log of a row that contradicts others with its record id.
inline constexpr char kAnotherPerson[] = "another-person";

// The people whose rows may have one record id.
inline constexpr size_t kMostPeoplePerId = 64;

// The pseudonym of a record id; `person` counts the people who share the id, from 0.
using PseudonymOf = std::function<RecordPseudonym(absl::string_view record_id, uint64_t person)>;

struct PseudonymOrderOptions {
  // For the temporary file of SortedSpool.
  std::filesystem::path folder = ".";
  ContradictingRows contradicting_rows = ContradictingRows::kSplit;
};

// Puts all records of a file in the order of their pseudonyms, which says nothing about the order
// of the file, and makes one record of all rows with the same record id, wherever they are. Sets
// RawRecord::pseudonym. People who share a record id stand where the first of them belongs.
// Rows that contradict each other are counted in the reject log, as kAnotherPerson in the field
// where they do. Not thread-safe.
class PseudonymOrder : public RecordSource {
 public:
  // `plan` and `rejects` must outlive it.
  PseudonymOrder(const Plan& plan, const StandardizeOptions& standardize, PseudonymOf pseudonym_of,
                 RejectLog& rejects, PseudonymOrderOptions options = {});

  // Reads `source` to its end; call it once, before Next. `read` is called for every row; an error
  // of it ends the reading. Other errors are those of `source` and of SortedSpool.
  absl::Status ReadAll(RecordSource& source, const std::function<absl::Status(uint64_t)>& read);

  // INVALID_ARGUMENT for rows that contradict each other, if they are refused, and for more people
  // with one record id than there can be; the errors of SortedSpool.
  absl::StatusOr<std::optional<RawRecord>> Next() override;
  // The share of the rows read that Next has returned.
  double ShareRead() const override;

 private:
  // Adds the next row of the record whose people are in people_.
  absl::Status AddRow(RawRecord row);
  // A row that contradicts all people of its record.
  absl::Status AddContradictingRow(RawRecord row, absl::string_view field);
  void Merge(RawRecord row, RawRecord* into);

  const size_t field_count_;
  const Contradiction contradiction_;
  const PseudonymOf pseudonym_of_;
  RejectLog& rejects_;
  const ContradictingRows contradicting_rows_;
  SortedSpool spool_;
  const std::vector<SortedSpool::Entry>* range_ = nullptr;
  size_t at_ = 0;                 // in *range_
  std::deque<RawRecord> people_;  // of the current record id, not returned yet
  uint64_t rows_read_ = 0;
  uint64_t rows_returned_ = 0;
};

// All records of `source` for programs that look at clear text or link it on the same machine: the
// records that tokens would be made of, in an order that is the same every time. `plan` and
// `rejects` must outlive the result. Errors are those of PseudonymOrder; CANCELLED once `cancel`,
// which may be null, is true.
absl::StatusOr<std::unique_ptr<RecordSource>> GatherRecords(
    RecordSource& source, const Plan& plan, const StandardizeOptions& standardize,
    RejectLog& rejects, const std::atomic<bool>* cancel = nullptr);

}  // namespace blindlink::agent
