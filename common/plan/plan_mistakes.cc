#include "common/plan/plan_mistakes.h"

#include "absl/strings/str_cat.h"

namespace blindlink {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::TextFormat;

// Where the index-th value of `field` is written; line and column are -1 if it is not.
TextFormat::ParseLocation LocationOf(const PlanPlace& place, const char* field, int index) {
  if (place.locations == nullptr) return {};
  const FieldDescriptor* descriptor = place.type->FindFieldByName(field);
  return place.locations->GetLocation(descriptor, descriptor->is_repeated() ? index : -1);
}

}  // namespace

PlanPlace PlanPlace::Nested(const char* field, int index) const {
  const FieldDescriptor* descriptor = type->FindFieldByName(field);
  const bool repeated = descriptor->is_repeated();
  return {
      locations != nullptr ? locations->GetTreeForNested(descriptor, repeated ? index : -1)
                           : nullptr,
      descriptor->message_type(),
      repeated ? absl::StrCat(path, field, "[", index + 1, "].") : absl::StrCat(path, field, ".")};
}

void PlanMistakes::Add(const PlanPlace& place, const char* field, absl::string_view message,
                       int index) {
  const TextFormat::ParseLocation at = LocationOf(place, field, index);
  AddError(at.line, at.column, absl::StrCat(place.path, field, ": ", message));
}

void PlanMistakes::AddNested(const PlanPlace& parent, const char* field, int index,
                             const char* leaf, absl::string_view message) {
  const PlanPlace place = parent.Nested(field, index);
  TextFormat::ParseLocation at = LocationOf(place, leaf, /*index=*/0);
  if (at.line < 0) at = LocationOf(parent, field, index);
  AddError(at.line, at.column, absl::StrCat(place.path, leaf, ": ", message));
}

void PlanMistakes::AddError(int line, google::protobuf::io::ColumnNumber column,
                            const std::string& message) {
  mistakes_.push_back({line + 1, column + 1, message});
}

void PlanMistakes::AddWarning(int line, google::protobuf::io::ColumnNumber column,
                              const std::string& message) {
  AddError(line, column, message);
}

}  // namespace blindlink
