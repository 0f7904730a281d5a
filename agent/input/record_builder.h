#pragma once

#include <cstddef>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/input/column_mapping.h"
#include "agent/input/input_record.h"
#include "agent/input/row_reader.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// Turns rows into records by a column mapping: assigns values to plan fields, splits full names and
// joins address columns. Keeps buffers, so it is not thread-safe.
class RecordBuilder {
 public:
  // `plan` must outlive the builder.
  RecordBuilder(const Plan& plan, const ColumnMapping& mapping, size_t column_count);

  // The number of known columns. Before building a row with a further column, call AddColumn.
  size_t column_count() const { return targets_.size(); }
  // Adds the next column; it is ignored if it has no role.
  void AddColumn(const std::optional<std::string>& role);

  // Makes a record of one row. Its record_id is empty if the row has none.
  RawRecord Build(const Row& row);

  // Adds the values of another row of the same record. Returns how many were dropped because a
  // field already had kMaxValuesPerField.
  static size_t Merge(RawRecord&& from, RawRecord* into);

  // Limits the memory that a file with the same record id on every row can use.
  static constexpr size_t kMaxValuesPerField = 32;

 private:
  // The parts that fields are composed of; indices into parts_.
  enum Part : int {
    kFullName,
    kHouseNumber,
    kStreetName,
    kStreetAddress,
    kUnit,
    kPoBox,
    kLine2,
    kBirthYear,
    kBirthMonth,
    kBirthDay,
    kSsnLast4,
  };
  static constexpr int kPartCount = kSsnLast4 + 1;

  // The destination of a column's text.
  struct Target {
    enum Kind { kNowhere, kRecordId, kField, kPart } kind = kNowhere;
    size_t index = 0;  // of the plan's field, or of the Part
  };

  Target TargetOf(absl::string_view role) const;
  void AddTargets(absl::string_view role, std::vector<Target>* targets) const;
  // The field that a part is put into; nullopt if the plan has none.
  std::optional<size_t> FieldOf(Part part) const;
  // Keeps a cell for putting together, unless it says that there is nothing.
  void AddPart(Part part, absl::string_view cell, RawRecord* record);
  void AddFullNames(RawRecord* record);
  // A date of columns of year, month and day, if no column has the whole date.
  void AddBirthDate(RawRecord* record);
  // A number of which only the last four digits are known, if no column has all.
  void AddLastFour(RawRecord* record);
  void AddAddresses(RawRecord* record);
  // Takes the suffix from a last name such as "Carter Jr" if the record has none otherwise.
  void AddSuffix(RawRecord* record);
  void AddToField(std::optional<size_t> field, absl::string_view text, RawRecord* record);

  const size_t field_count_;
  const std::optional<size_t> first_name_;
  const std::optional<size_t> middle_name_;
  const std::optional<size_t> last_name_;
  const std::optional<size_t> suffix_;
  const std::optional<size_t> street_address_;
  const std::optional<size_t> address_line2_;
  const std::optional<size_t> date_of_birth_;
  const std::optional<size_t> ssn_;
  const Plan& plan_;
  // The targets by column. The user may give a column two roles.
  std::vector<std::vector<Target>> targets_;
  std::vector<absl::string_view> parts_[kPartCount];
  std::deque<std::string> repaired_;  // texts of parts_ that differ from the cells
};

}  // namespace blindlink::agent
