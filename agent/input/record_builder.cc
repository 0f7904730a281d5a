#include "agent/input/record_builder.h"

#include <algorithm>
#include <utility>

#include "agent/standardize/address/address_text.h"
#include "agent/standardize/full_name.h"

namespace blindlink::agent {
namespace {

// False if the field is full.
bool AddDistinct(std::string text, RawTexts* values) {
  if (std::find(values->begin(), values->end(), text) != values->end()) return true;
  if (values->size() >= RecordBuilder::kMaxValuesPerField) return false;
  values->push_back(std::move(text));
  return true;
}

absl::string_view At(const std::vector<absl::string_view>& texts, size_t i) {
  return i < texts.size() ? texts[i] : absl::string_view();
}

}  // namespace

RecordBuilder::RecordBuilder(const Plan& plan, const ColumnMapping& mapping, size_t column_count)
    : field_count_(plan.proto().fields_size()),
      first_name_(plan.FindField("first_name")),
      middle_name_(plan.FindField("middle_name")),
      last_name_(plan.FindField("last_name")),
      suffix_(plan.FindField("suffix")),
      street_address_(plan.FindField("street_address")),
      plan_(plan),
      targets_(column_count) {
  for (const MappedColumn& mapped : mapping.columns) {
    AddTargets(mapped.role, &targets_[mapped.column]);
  }
}

void RecordBuilder::AddColumn(const std::optional<std::string>& role) {
  targets_.emplace_back();
  if (role.has_value()) AddTargets(*role, &targets_.back());
}

void RecordBuilder::AddTargets(absl::string_view role, std::vector<Target>* targets) const {
  targets->push_back(TargetOf(role));
  // A part of an address that the plan also uses as a field.
  const std::optional<size_t> field = plan_.FindField(role);
  if (targets->back().kind == Target::kPart && field.has_value() && field != street_address_) {
    targets->push_back({Target::kField, *field});
  }
}

RecordBuilder::Target RecordBuilder::TargetOf(absl::string_view role) const {
  constexpr std::pair<absl::string_view, Part> kParts[] = {
      {"full_name", kFullName},
      {"house_number", kHouseNumber},
      {"street_name", kStreetName},
      {"street_address", kStreetAddress},
      {"unit", kUnit},
      {"po_box", kPoBox},
      {"address_line2", kLine2},
  };
  if (role == kRecordIdRole) return {Target::kRecordId};
  if (role == "maiden_name") return {Target::kField, *last_name_};
  for (const auto& [name, part] : kParts) {
    if (role == name) return {Target::kPart, static_cast<size_t>(part)};
  }
  const std::optional<size_t> field = plan_.FindField(role);
  return field.has_value() ? Target{Target::kField, *field} : Target{};
}

RawRecord RecordBuilder::Build(const Row& row) {
  RawRecord record;
  record.row = row.number;
  record.values.resize(field_count_);
  for (std::vector<absl::string_view>& part : parts_) part.clear();
  for (const RowCell& cell : row.cells) {
    if (cell.text.empty()) continue;
    for (const Target& target : targets_[cell.column]) {
      switch (target.kind) {
        case Target::kNowhere:
          break;
        case Target::kRecordId:
          if (record.record_id.empty()) record.record_id = std::string(cell.text);
          break;
        case Target::kField:
          AddToField(target.index, cell.text, &record);
          break;
        case Target::kPart:
          parts_[target.index].push_back(cell.text);
          break;
      }
    }
  }
  AddFullNames(&record);
  AddAddresses(&record);
  AddSuffix(&record);
  return record;
}

void RecordBuilder::AddFullNames(RawRecord* record) {
  for (const absl::string_view text : parts_[kFullName]) {
    const FullName name = SplitFullName(text);
    AddToField(first_name_, name.first, record);
    AddToField(middle_name_, name.middle, record);
    AddToField(last_name_, name.last, record);
    AddToField(suffix_, name.suffix, record);
  }
}

void RecordBuilder::AddSuffix(RawRecord* record) {
  if (!suffix_.has_value() || !last_name_.has_value() || !record->values[*suffix_].empty()) return;
  for (const std::string& name : record->values[*last_name_]) {
    AddToField(suffix_, SuffixOf(name), record);
  }
}

void RecordBuilder::AddAddresses(RawRecord* record) {
  const size_t count =
      std::max({parts_[kStreetName].size(), parts_[kStreetAddress].size(), parts_[kPoBox].size()});
  for (size_t i = 0; i < count; ++i) {
    AddToField(street_address_,
               ComposeAddress({At(parts_[kHouseNumber], i), At(parts_[kStreetName], i),
                               At(parts_[kStreetAddress], i), At(parts_[kUnit], i),
                               At(parts_[kPoBox], i), At(parts_[kLine2], i)}),
               record);
  }
}

void RecordBuilder::AddToField(std::optional<size_t> field, absl::string_view text,
                               RawRecord* record) {
  if (field.has_value() && !text.empty()) AddDistinct(std::string(text), &record->values[*field]);
}

size_t RecordBuilder::Merge(RawRecord&& from, RawRecord* into) {
  size_t dropped = 0;
  into->row_count += from.row_count;
  for (size_t field = 0; field < into->values.size(); ++field) {
    for (std::string& text : from.values[field]) {
      if (!AddDistinct(std::move(text), &into->values[field])) ++dropped;
    }
  }
  return dropped;
}

}  // namespace blindlink::agent
