#pragma once

#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "agent/input/json_objects.h"
#include "agent/input/row_reader.h"
#include "simdjson.h"

namespace blindlink::agent {

// Reads JSON Lines: one object per line. Scalar members are columns; an array gives several values;
// the members of a nested object are columns "outer.inner", also for objects in an array. Two rules
// serve FHIR: an inner object with the members "system" and "value" gives its value to the column
// "outer.<system>" (telecom.phone), and the lines of an "outer.line" array form one value. Rows are
// rejected as row-too-long, malformed-json, not-an-object, not-utf8 or nul-byte.
class JsonLinesReader : public RowReader {
 public:
  JsonLinesReader(InputBuffer buffer, RejectLog* rejects) : objects_(std::move(buffer), rejects) {}

  const std::vector<std::string>& columns() const override { return columns_; }
  absl::StatusOr<bool> Next(Row* row) override;
  uint64_t rows_read() const override { return objects_.rows_read(); }
  double ShareRead() const override { return objects_.ShareRead(); }

 private:
  void AddObject(const simdjson::dom::object& object, Row* row);
  void AddMember(absl::string_view name, simdjson::dom::element value, int depth, Row* row);
  void AddInnerObject(absl::string_view outer, const simdjson::dom::object& object, int depth,
                      Row* row);
  void AddScalar(absl::string_view name, simdjson::dom::element value, Row* row);
  void AddText(absl::string_view name, absl::string_view text, Row* row);

  JsonObjects objects_;
  std::vector<std::string> columns_;
  absl::flat_hash_map<std::string, size_t> column_of_;
  std::deque<std::string> made_texts_;  // the current row's texts that were composed
};

}  // namespace blindlink::agent
