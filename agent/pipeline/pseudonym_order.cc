#include "agent/pipeline/pseudonym_order.h"

#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/input/record_builder.h"
#include "agent/pipeline/record_encoding.h"
#include "common/base/status_macros.h"
#include "common/crypto/hmac_sha256.h"

namespace blindlink::agent {
namespace {

// More people do not share a record id by mistake. Bounds the comparisons of rows.

// Any key will do for an order that nobody else sees.
constexpr uint8_t kOrderKey[32] = {};

}  // namespace

PseudonymOrder::PseudonymOrder(const Plan& plan, const StandardizeOptions& standardize,
                               PseudonymOf pseudonym_of, RejectLog& rejects,
                               PseudonymOrderOptions options)
    : field_count_(static_cast<size_t>(plan.proto().fields_size())),
      contradiction_(plan, standardize),
      pseudonym_of_(std::move(pseudonym_of)),
      rejects_(rejects),
      contradicting_rows_(options.contradicting_rows),
      spool_(std::move(options.folder)) {}

absl::Status PseudonymOrder::ReadAll(RecordSource& source,
                                     const std::function<absl::Status(uint64_t)>& read) {
  std::string text;
  while (true) {
    BL_ASSIGN_OR_RETURN(const std::optional<RawRecord> row, source.Next());
    if (!row.has_value()) return absl::OkStatus();
    text.clear();
    AppendRecord(*row, &text);
    BL_RETURN_IF_ERROR(spool_.Add(pseudonym_of_(row->record_id, /*person=*/0), text));
    BL_RETURN_IF_ERROR(read(++rows_read_));
  }
}

absl::StatusOr<std::optional<RawRecord>> PseudonymOrder::Next() {
  if (people_.empty()) {
    if (range_ == nullptr || at_ == range_->size()) {
      BL_ASSIGN_OR_RETURN(range_, spool_.NextRange());
      at_ = 0;
      if (range_->empty()) return std::optional<RawRecord>();
    }
    const RecordPseudonym pseudonym = (*range_)[at_].pseudonym;
    for (; at_ < range_->size() && (*range_)[at_].pseudonym == pseudonym; ++at_) {
      ++rows_returned_;
      RawRecord row = DecodeRecord((*range_)[at_].text, field_count_);
      row.pseudonym = pseudonym;
      BL_RETURN_IF_ERROR(AddRow(std::move(row)));
    }
  }
  std::optional<RawRecord> person = std::move(people_.front());
  people_.pop_front();
  return person;
}

double PseudonymOrder::ShareRead() const {
  return rows_read_ == 0 ? 1
                         : static_cast<double>(rows_returned_) / static_cast<double>(rows_read_);
}

absl::Status PseudonymOrder::AddRow(RawRecord row) {
  std::optional<absl::string_view> field;
  for (RawRecord& person : people_) {
    const std::optional<absl::string_view> differing = contradiction_.Between(person, row);
    if (!differing.has_value()) {
      Merge(std::move(row), &person);
      return absl::OkStatus();
    }
    if (!field.has_value()) field = differing;
  }
  if (field.has_value()) return AddContradictingRow(std::move(row), *field);
  people_.push_back(std::move(row));
  return absl::OkStatus();
}

absl::Status PseudonymOrder::AddContradictingRow(RawRecord row, absl::string_view field) {
  if (people_.size() == kMostPeoplePerId) {
    return absl::InvalidArgumentError(absl::StrCat(
        "row ", row.row, " has the record id of more than ", kMostPeoplePerId,
        " other people: the column is not a record id, or the id is a placeholder; take such rows "
        "out, or state another column with --columns 'record_id=COLUMN'"));
  }
  if (contradicting_rows_ == ContradictingRows::kRefuse) {
    return absl::InvalidArgumentError(absl::StrCat(
        "rows ", people_.front().row, " and ", row.row,
        " have the same record id but are two people: they contradict each other in ", field,
        ". Correct the file, or have such rows taken as several people or as one "
        "(--contradicting-rows split or keep)"));
  }
  rejects_.Add({row.row, std::string(field), kAnotherPerson}, /*whole_row=*/false);
  if (contradicting_rows_ == ContradictingRows::kKeep) {
    Merge(std::move(row), &people_.front());
    return absl::OkStatus();
  }
  row.pseudonym = pseudonym_of_(row.record_id, people_.size());
  row.out_of_order = true;
  people_.push_back(std::move(row));
  return absl::OkStatus();
}

void PseudonymOrder::Merge(RawRecord row, RawRecord* into) {
  const uint64_t number = row.row;
  if (RecordBuilder::Merge(std::move(row), into) > 0) {
    rejects_.Add({number, "", "too-many-values"}, /*whole_row=*/false);
  }
}

absl::StatusOr<std::unique_ptr<RecordSource>> GatherRecords(RecordSource& source, const Plan& plan,
                                                            const StandardizeOptions& standardize,
                                                            RejectLog& rejects,
                                                            const std::atomic<bool>* cancel) {
  const auto hash_of = [hmac = HmacSha256(kOrderKey)](absl::string_view id, uint64_t person) {
    return RecordPseudonym{hmac.Digest16(absl::StrCat(id, person == 0 ? "" : "#", person))};
  };
  std::error_code none;
  PseudonymOrderOptions options{.folder = std::filesystem::temp_directory_path(none)};
  if (none) options.folder = ".";
  auto records = std::make_unique<PseudonymOrder>(plan, standardize, hash_of, rejects, options);
  BL_RETURN_IF_ERROR(records->ReadAll(source, [cancel](uint64_t) {
    return cancel != nullptr && *cancel ? absl::CancelledError("interrupted") : absl::OkStatus();
  }));
  return records;
}

}  // namespace blindlink::agent
