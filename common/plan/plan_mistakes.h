#pragma once

#include <cstddef>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/string_view.h"
#include "blindlink/v1/plan.pb.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace blindlink {

// A mistake in a plan and where it is. Line and column count from 1; 0 if not known.
struct PlanMistake {
  int line = 0;
  int column = 0;
  std::string message;
};

// A message of the plan with its path and its location in the text.
struct PlanPlace {
  const google::protobuf::TextFormat::ParseInfoTree* locations;  // null: not written in the text
  const google::protobuf::Descriptor* type;
  std::string path;  // "match_keys[2].", empty for the plan itself

  // `locations` must outlive all places.
  static PlanPlace OfPlan(const google::protobuf::TextFormat::ParseInfoTree* locations) {
    return {locations, v1::LinkagePlan::descriptor(), ""};
  }
  // The message in `field`, the index-th one if it is repeated.
  PlanPlace Nested(const char* field, int index) const;
};

// Collects the first mistakes of a plan, those of its syntax among them. Not thread-safe.
class PlanMistakes : public google::protobuf::io::ErrorCollector {
 public:
  // Further mistakes are only counted.
  static constexpr size_t kMost = 50;

  // A mistake in `field` of `place` (its index-th value), located there; without a location if the
  // field is not written.
  void Add(const PlanPlace& place, const char* field, absl::string_view message, int index = 0);
  // A mistake in `leaf` of the index-th message in `field` of `parent`; located at the beginning of
  // that message if the leaf is not written.
  void AddNested(const PlanPlace& parent, const char* field, int index, const char* leaf,
                 absl::string_view message);

  size_t size() const { return mistakes_.size() + more_; }
  // The last one says how many more there are.
  std::vector<PlanMistake> Take();

  // Of the parser, which counts lines and columns from 0.
  void AddError(int line, google::protobuf::io::ColumnNumber column,
                const std::string& message) override;
  void AddWarning(int line, google::protobuf::io::ColumnNumber column,
                  const std::string& message) override;

 private:
  std::vector<PlanMistake> mistakes_;
  size_t more_ = 0;
};

}  // namespace blindlink
