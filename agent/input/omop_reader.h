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

// Reads the people of an OMOP CDM (v5.3, v5.4, v6.0): PERSON, LOCATION, LOCATION_HISTORY if there
// is one, and the site's own table of identities (person_id and names; OMOP has none), each a CSV
// file, told by their columns. Joined by person_id, then by location_id (row_spool.h, which bounds
// the memory). One row for each person, in no order that says anything; its number is that of the
// person's row in PERSON. The record id is person_source_value, else person_id. An address is
// LOCATION_HISTORY's current one, or PERSON's if the history has none of the person.
//
// Rejects rows as no-person-id, no-location-id, second-row-of-person, second-row-of-location and
// person-unknown, and notes location-unknown, no-current-address and unreadable-period; columns are
// named after their file. Not thread-safe.
class OmopReader : public RowReader {
 public:
  struct Tables {
    const Table* person = nullptr;
    const Table* identity = nullptr;
    const Table* history = nullptr;
    const Table* location = nullptr;
  };
  // Which of the files are these tables; nullopt if none is PERSON. INVALID_ARGUMENT if several
  // files are the same table.
  static absl::StatusOr<std::optional<Tables>> Find(const std::vector<Table>& tables);

  // As PcornetReader::Open.
  static absl::StatusOr<std::unique_ptr<RowReader>> Open(const Tables& tables,
                                                         const std::filesystem::path& scratch,
                                                         absl::CivilDay today, RejectLog* rejects);

  const std::vector<std::string>& columns() const override { return cells_.columns(); }
  absl::StatusOr<bool> Next(Row* row) override;
  uint64_t rows_read() const override { return rows_; }
  double ShareRead() const override;

 private:
  enum Part : size_t { kPerson, kIdentity, kHistory, kLocation };

  OmopReader(const Tables& tables, const std::filesystem::path& scratch, absl::CivilDay today,
             RejectLog* rejects);

  // Adds the rows of a table to `spool`, under the key in `key_column`.
  absl::Status ReadPart(Part part, absl::string_view key_column, const char* no_key,
                        RowSpool* spool);
  // Brings together the tables with a person_id, and adds each person under their location.
  absl::Status JoinPersons();
  // Puts a person's cells together; `rows` are all rows with their person_id, that of PERSON first.
  void ComposePerson(const std::vector<SpooledRow>& rows);
  void AddPersonTable(const SpooledRow& row);
  // The id of the location that counts; empty if none does.
  std::string CurrentLocation(const std::vector<SpooledRow>& rows);
  void AddLocation(const SpooledRow& row);
  absl::string_view Cell(const SpooledRow& row, absl::string_view header) const;
  void Note(const SpooledRow& row, absl::string_view column, const char* reason,
            bool whole_row = false);

  std::vector<std::optional<Table>> tables_;
  const absl::CivilDay today_;
  RejectLog* const rejects_;
  RowSpool by_person_;
  RowSpool by_location_;
  RowCells cells_;
  // Of one location: its row, if there is one, and its people that are not returned yet.
  std::vector<SpooledRow> people_;
  std::optional<SpooledRow> location_;
  uint64_t rows_ = 0;
  uint64_t persons_ = 0;
  uint64_t persons_returned_ = 0;
};

}  // namespace blindlink::agent
