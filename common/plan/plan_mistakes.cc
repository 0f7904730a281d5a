#include "common/plan/plan_mistakes.h"

#include <algorithm>

#include "absl/strings/ascii.h"
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

// The parser quotes the plan, which may be of any length and hold anything.
std::string Printable(absl::string_view message) {
  constexpr size_t kMostBytes = 400;
  std::string out(message.substr(0, kMostBytes));
  std::replace_if(
      out.begin(), out.end(), [](unsigned char c) { return absl::ascii_iscntrl(c); }, '?');
  if (out.size() < message.size()) out += " ...";
  return out;
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
  if (mistakes_.size() == kMost) {
    ++more_;
    return;
  }
  mistakes_.push_back({line + 1, column + 1, Printable(message)});
}

std::vector<PlanMistake> PlanMistakes::Take() {
  if (more_ > 0) mistakes_.push_back({0, 0, absl::StrCat("and ", more_, " more mistakes")});
  return std::move(mistakes_);
}

void PlanMistakes::AddWarning(int line, google::protobuf::io::ColumnNumber column,
                              const std::string& message) {
  AddError(line, column, message);
}

}  // namespace blindlink
