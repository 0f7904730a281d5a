#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "agent/input/reject_log.h"
#include "agent/input/row_cells.h"
#include "agent/input/row_reader.h"
#include "agent/input/row_spool.h"
#include "agent/input/table_folder.h"

namespace blindlink::agent {

// Reads the people of a PCORnet CDM (v6.1): PRIVATE_DEMOGRAPHIC, DEMOGRAPHIC and
// PRIVATE_ADDRESS_HISTORY (or LDS_ADDRESS_HISTORY), each a CSV file, told by their columns and
// joined by PATID (row_spool.h, which bounds the memory). One row for each person, in no order that
// says anything; its number is that of the person's row in PRIVATE_DEMOGRAPHIC, or in DEMOGRAPHIC.
// Of several addresses the current one at home counts: not ended, in use, preferred, physical, the
// one that began last.
//
// Rejects rows as no-patid, second-row-of-person and person-unknown (an address of nobody), and
// notes differs-between-tables (PRIVATE_DEMOGRAPHIC counts), not-in-private-demographic,
// no-current-address and unreadable-period; columns are named after their file. Not thread-safe.
class PcornetReader : public RowReader {
 public:
  struct Tables {
    const Table* identity = nullptr;  // PRIVATE_DEMOGRAPHIC
    const Table* demographic = nullptr;
    const Table* addresses = nullptr;
  };
  // Which of the files are these tables; nullopt if none has identities. INVALID_ARGUMENT if
  // several files are the same table.
  static absl::StatusOr<std::optional<Tables>> Find(const std::vector<Table>& tables);

  // Reads all tables. `scratch` is the folder of the temporary file; `rejects` must outlive the
  // reader. Errors are those of reading the files and of RowSpool.
  static absl::StatusOr<std::unique_ptr<RowReader>> Open(const Tables& tables,
                                                         std::filesystem::path scratch,
                                                         absl::CivilDay today, RejectLog* rejects);

  const std::vector<std::string>& columns() const override { return cells_.columns(); }
  absl::StatusOr<bool> Next(Row* row) override;
  uint64_t rows_read() const override { return rows_; }
  double ShareRead() const override;

 private:
  enum Part : size_t { kIdentity, kDemographic, kAddresses };
  static constexpr size_t kParts = 3;

  PcornetReader(const Tables& tables, std::filesystem::path scratch, absl::CivilDay today,
                RejectLog* rejects);

  absl::Status ReadPart(Part part);
  // Puts a person together of all rows with their PATID. False if there is no such person.
  bool Compose(const std::vector<SpooledRow>& rows);
  // The only row of a table; null if there is none. Rejects further ones.
  const SpooledRow* OnlyRow(const std::vector<SpooledRow>& rows, Part part);
  void AddPerson(const SpooledRow& row);
  void AddAddress(const std::vector<SpooledRow>& rows, const SpooledRow& person);
  // The address that counts; null if none does.
  const SpooledRow* CurrentAddress(const std::vector<SpooledRow>& rows);
  absl::string_view Cell(const SpooledRow& row, absl::string_view header) const;
  void Note(const SpooledRow& row, absl::string_view column, const char* reason,
            bool whole_row = false);

  std::vector<std::optional<Table>> tables_;
  const absl::CivilDay today_;
  RejectLog* const rejects_;
  RowSpool spool_;
  RowCells cells_;
  uint64_t rows_ = 0;
  uint64_t rows_done_ = 0;
};

}  // namespace blindlink::agent
