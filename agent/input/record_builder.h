#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "agent/input/column_mapping.h"
#include "agent/input/input_record.h"
#include "agent/input/row_reader.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

// Turns rows into records by a column mapping: values to their plan fields, full names taken apart,
// address columns put together. Not thread-safe (it keeps scratch space).
class RecordBuilder {
 public:
  // `plan` must outlive the builder.
  RecordBuilder(const Plan& plan, const ColumnMapping& mapping, size_t column_count);

  // The number of columns known; a row with a later one needs AddColumn first.
  size_t column_count() const { return targets_.size(); }
  // The next column; without a role it is ignored.
  void AddColumn(const std::optional<std::string>& role);

  // A record of this one row. Its record_id is empty if the row has none.
  RawRecord Build(const Row& row);

  // Takes over the values of a further row of the same record. Returns how many were dropped
  // because a field had kMaxValuesPerField already.
  static size_t Merge(RawRecord&& from, RawRecord* into);

  // Bounds what a file with one record id on every row can do.
  static constexpr size_t kMaxValuesPerField = 32;

 private:
  // What is composed, by position in parts_.
  enum Part : int { kFullName, kHouseNumber, kStreetName, kStreetAddress, kUnit, kPoBox, kLine2 };
  static constexpr int kPartCount = kLine2 + 1;

  // Where a column's text goes.
  struct Target {
    enum Kind { kNowhere, kRecordId, kField, kPart } kind = kNowhere;
    size_t index = 0;  // of the plan field, or the Part
  };

  Target TargetOf(absl::string_view role) const;
  void AddTargets(absl::string_view role, std::vector<Target>* targets) const;
  void AddFullNames(RawRecord* record);
  void AddAddresses(RawRecord* record);
  // Of "Carter Jr", where there is no column for it or nothing in it.
  void AddSuffix(RawRecord* record);
  void AddToField(std::optional<size_t> field, absl::string_view text, RawRecord* record);

  const size_t field_count_;
  const std::optional<size_t> first_name_;
  const std::optional<size_t> middle_name_;
  const std::optional<size_t> last_name_;
  const std::optional<size_t> suffix_;
  const std::optional<size_t> street_address_;
  const Plan& plan_;
  // A column may have two roles if the user says so.
  std::vector<std::vector<Target>> targets_;
  std::vector<absl::string_view> parts_[kPartCount];
};

}  // namespace blindlink::agent
