#include "agent/input/record_builder.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "agent/standardize/address/address_text.h"
#include "agent/standardize/date_parts.h"
#include "agent/standardize/full_name.h"
#include "agent/standardize/name_words.h"
#include "agent/standardize/text/text.h"
#include "agent/standardize/text/written_text.h"

namespace blindlink::agent {
namespace {

// False if the field is full.
bool AddDistinct(std::string text, RawTexts* values) {
  if (std::find(values->begin(), values->end(), text) != values->end()) return true;
  if (values->size() >= RecordBuilder::kMaxValuesPerField) return false;
  values->push_back(std::move(text));
  return true;
}

// Whether a cell holds a word for nothing, so that it must not become part of a text.
bool SaysNothing(v1::Standardizer standardizer, absl::string_view text) {
  if (text.empty()) return true;
  // No such word begins with a digit, and few are long.
  constexpr size_t kLongest = 24;
  if (absl::ascii_isdigit(text[0]) || text.size() > kLongest) return false;
  std::string folded;
  return FoldText(text, &folded) && IsNothing(folded) &&
         !IsWrittenAsName(standardizer, text, folded);
}

size_t CountWords(absl::string_view name) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(name, absl::ByAnyChar(" ,"), absl::SkipEmpty());
  return words.size();
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
      address_line2_(plan.FindField("address_line2")),
      date_of_birth_(plan.FindField("date_of_birth")),
      ssn_(plan.FindField("ssn")),
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
  // A part that the plan also uses as a field. AddAddresses fills the second line.
  const std::optional<size_t> field = plan_.FindField(role);
  if (targets->back().kind == Target::kPart && field.has_value() && field != street_address_ &&
      field != address_line2_) {
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
      {"birth_year", kBirthYear},
      {"birth_month", kBirthMonth},
      {"birth_day", kBirthDay},
      {"ssn_last4", kSsnLast4},
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
  repaired_.clear();
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
          AddPart(static_cast<Part>(target.index), cell.text, &record);
          break;
      }
    }
  }
  AddFullNames(&record);
  AddAddresses(&record);
  AddSuffix(&record);
  AddBirthDate(&record);
  AddLastFour(&record);
  return record;
}

std::optional<size_t> RecordBuilder::FieldOf(Part part) const {
  switch (part) {
    case kFullName:
      return last_name_;
    case kLine2:
      return address_line2_.has_value() ? address_line2_ : street_address_;
    case kBirthYear:
    case kBirthMonth:
    case kBirthDay:
      return date_of_birth_;
    case kSsnLast4:
      return ssn_;
    default:
      return street_address_;
  }
}

void RecordBuilder::AddPart(Part part, absl::string_view cell, RawRecord* record) {
  const bool digits = part != kFullName && part != kStreetName && part != kStreetAddress;
  std::string buffer;
  const RepairedText repaired = RepairText(cell, digits, &buffer);
  const std::optional<size_t> field = FieldOf(part);
  if (SaysNothing(part == kFullName ? v1::SURNAME : v1::STREET_ADDRESS, repaired.text)) {
    if (field.has_value()) record->changes.push_back({*field, ValueChange::kNoValueWord});
    return;
  }
  for (const ValueChange change :
       {ValueChange::kWebText, ValueChange::kTextMarker, ValueChange::kNumberFormat}) {
    if (field.has_value() && repaired.changes.Has(change)) {
      record->changes.push_back({*field, change});
    }
  }
  const bool rewritten = repaired.text.data() == buffer.data();
  parts_[part].push_back(rewritten ? repaired_.emplace_back(repaired.text) : repaired.text);
}

void RecordBuilder::AddFullNames(RawRecord* record) {
  for (const absl::string_view text : parts_[kFullName]) {
    const FullName name = SplitFullName(text);
    AddToField(first_name_, name.first, record);
    AddToField(middle_name_, name.middle, record);
    AddToField(last_name_, name.last, record);
    AddToField(suffix_, name.suffix, record);
    const size_t kept = CountWords(name.first) + CountWords(name.middle) + CountWords(name.last) +
                        CountWords(name.suffix);
    if (last_name_.has_value() && kept < CountWords(text)) {
      record->changes.push_back({*last_name_, ValueChange::kTitleOrDegree});
    }
  }
}

void RecordBuilder::AddSuffix(RawRecord* record) {
  if (!suffix_.has_value() || !last_name_.has_value() || !record->values[*suffix_].empty()) return;
  for (const std::string& name : record->values[*last_name_]) {
    AddToField(suffix_, SuffixOf(name), record);
  }
}

void RecordBuilder::AddAddresses(RawRecord* record) {
  size_t count = 0;
  for (const Part part : {kStreetName, kStreetAddress, kPoBox, kLine2}) {
    count = std::max(count, parts_[part].size());
  }
  for (size_t i = 0; i < count; ++i) {
    AddressColumns columns{At(parts_[kHouseNumber], i),   At(parts_[kStreetName], i),
                           At(parts_[kStreetAddress], i), At(parts_[kUnit], i),
                           At(parts_[kPoBox], i),         At(parts_[kLine2], i)};
    if (StreetIsInSecondLine(columns)) {
      std::swap(columns.street_address, columns.line2);
      if (street_address_.has_value()) {
        record->changes.push_back({*street_address_, ValueChange::kSecondLine});
      }
    }
    AddToField(street_address_, ComposeAddress(columns), record);
    AddToField(address_line2_, columns.line2, record);
  }
}

void RecordBuilder::AddBirthDate(RawRecord* record) {
  if (!date_of_birth_.has_value() || !record->values[*date_of_birth_].empty()) return;
  for (size_t i = 0; i < parts_[kBirthYear].size(); ++i) {
    AddToField(
        date_of_birth_,
        ComposeDate(parts_[kBirthYear][i], At(parts_[kBirthMonth], i), At(parts_[kBirthDay], i)),
        record);
    record->changes.push_back({*date_of_birth_, ValueChange::kFromParts});
  }
}

void RecordBuilder::AddLastFour(RawRecord* record) {
  if (!ssn_.has_value() || !record->values[*ssn_].empty()) return;
  for (const absl::string_view digits : parts_[kSsnLast4]) {
    const size_t zeros = digits.size() < 4 ? 4 - digits.size() : 0;  // lost in a spreadsheet
    AddToField(ssn_, absl::StrCat("XXX-XX-", std::string(zeros, '0'), digits), record);
  }
}

void RecordBuilder::AddToField(std::optional<size_t> field, absl::string_view text,
                               RawRecord* record) {
  if (field.has_value() && !text.empty()) AddDistinct(std::string(text), &record->values[*field]);
}

size_t RecordBuilder::Merge(RawRecord&& from, RawRecord* into) {
  size_t dropped = 0;
  into->row_count += from.row_count;
  into->changes.insert(into->changes.end(), from.changes.begin(), from.changes.end());
  for (size_t field = 0; field < into->values.size(); ++field) {
    for (std::string& text : from.values[field]) {
      if (!AddDistinct(std::move(text), &into->values[field])) ++dropped;
    }
  }
  return dropped;
}

}  // namespace blindlink::agent
