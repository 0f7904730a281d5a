#include "agent/input/open_input.h"

#include <algorithm>
#include <deque>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "agent/input/date_columns.h"
#include "agent/input/open_rows.h"
#include "agent/input/record_builder.h"
#include "agent/input/row_reader.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

// How much is inspected before the first record is returned.
constexpr size_t kSampleRows = 2000;
constexpr size_t kSampleBytes = size_t{8} << 20;

// A row that owns its texts.
struct SampleRow {
  uint64_t number;
  std::vector<std::pair<size_t, std::string>> cells;
};

SampleRow KeepRow(const Row& row) {
  SampleRow kept{row.number, {}};
  kept.cells.reserve(row.cells.size());
  for (const RowCell& cell : row.cells)
    kept.cells.emplace_back(cell.column, std::string(cell.text));
  return kept;
}

absl::StatusOr<std::deque<SampleRow>> ReadSample(RowReader* reader) {
  std::deque<SampleRow> sample;
  size_t bytes = 0;
  Row row;
  while (sample.size() < kSampleRows && bytes < kSampleBytes) {
    BL_ASSIGN_OR_RETURN(const bool more, reader->Next(&row));
    if (!more) break;
    sample.push_back(KeepRow(row));
    for (const RowCell& cell : row.cells) bytes += cell.text.size();
  }
  return sample;
}

absl::Status NoUsableRow(uint64_t rows, const RejectLog& rejects) {
  return absl::InvalidArgumentError(
      absl::StrCat("none of ", rows, " rows is usable: ", rejects.Summary()));
}

// Prefixes errors with the path, which the readers do not know.
absl::Status Name(const std::string& path, const absl::Status& status) {
  if (status.ok() || absl::StrContains(status.message(), path)) return status;
  return absl::Status(status.code(), absl::StrCat(path, ": ", status.message()));
}

class MappedRecordSource : public RecordSource {
 public:
  MappedRecordSource(const InputOptions& options, const Plan& plan, RejectLog* rejects,
                     ColumnMapping mapping, std::unique_ptr<RowReader> reader,
                     std::deque<SampleRow> sample)
      : path_(options.path),
        plan_(plan),
        rejects_(rejects),
        mapping_(std::move(mapping)),
        reader_(std::move(reader)),
        sample_(std::move(sample)),
        builder_(plan, mapping_, reader_->columns().size()) {}

  absl::StatusOr<std::optional<RawRecord>> Next() override {
    absl::StatusOr<std::optional<RawRecord>> record = NextRecord();
    if (!record.ok()) return Name(path_, record.status());
    return record;
  }

  double ShareRead() const override { return reader_->ShareRead(); }

 private:
  absl::StatusOr<std::optional<RawRecord>> NextRecord() {
    BL_ASSIGN_OR_RETURN(std::optional<RawRecord> record, NextRow());
    BL_RETURN_IF_ERROR(CheckRejects());
    // A file that has only unusable rows is the wrong file, however short it is.
    if (!record.has_value() && !any_record_) return NoUsableRow(reader_->rows_read(), *rejects_);
    any_record_ = true;
    return record;
  }

  // Builds the next row that has a record id.
  absl::StatusOr<std::optional<RawRecord>> NextRow() {
    while (true) {
      BL_ASSIGN_OR_RETURN(const bool more, FetchRow());
      if (!more) return std::optional<RawRecord>();
      while (builder_.column_count() < reader_->columns().size()) AddLateColumn();
      RawRecord record = builder_.Build(row_);
      if (!record.record_id.empty()) return std::optional<RawRecord>(std::move(record));
      rejects_->Add({row_.number, "", "no-record-id"}, /*whole_row=*/true);
      BL_RETURN_IF_ERROR(CheckRejects());
    }
  }

  // Fills row_, first from the sample, then from the file.
  absl::StatusOr<bool> FetchRow() {
    if (sample_.empty()) return reader_->Next(&row_);
    sampled_ = std::move(sample_.front());
    sample_.pop_front();
    row_.number = sampled_.number;
    row_.cells.clear();
    for (const auto& [column, text] : sampled_.cells) row_.cells.push_back({column, text});
    return true;
  }

  void AddLateColumn() {
    const std::string& header = reader_->columns()[builder_.column_count()];
    const std::optional<std::string> role = RoleOfLateColumn(mapping_, header, plan_);
    if (role.has_value()) mapping_.columns.push_back({*role, builder_.column_count(), header});
    builder_.AddColumn(role);
  }

  absl::Status CheckRejects() {
    const uint64_t rejected = rejects_->rejected_rows();
    if (rejected == rejected_seen_) return absl::OkStatus();
    rejected_seen_ = rejected;
    return rejects_->CheckShare(reader_->rows_read(), plan_.proto().limits());
  }

  const std::string path_;
  const Plan& plan_;
  RejectLog* const rejects_;
  ColumnMapping mapping_;
  std::unique_ptr<RowReader> reader_;
  std::deque<SampleRow> sample_;
  RecordBuilder builder_;
  Row row_;
  SampleRow sampled_;
  bool any_record_ = false;
  uint64_t rejected_seen_ = 0;
};

bool IsDate(const Plan& plan, absl::string_view role) {
  const std::optional<size_t> field = plan.FindField(role);
  return field.has_value() && plan.proto().fields(*field).standardizer() == v1::DATE;
}

std::vector<MappedColumn> DateColumns(const Plan& plan, const ColumnMapping& mapping) {
  std::vector<MappedColumn> columns;
  for (const MappedColumn& mapped : mapping.columns) {
    if (IsDate(plan, mapped.role)) columns.push_back(mapped);
  }
  return columns;
}

// Collects the evidence of the columns from the sample. If that may mislead, reads the whole file
// once before its records are read.
absl::Status CollectDateEvidence(const InputOptions& options,
                                 const std::vector<MappedColumn>& columns,
                                 const std::deque<SampleRow>& sample, OpenedInput* input) {
  std::vector<size_t> indices;
  bool undecided = false;
  for (const MappedColumn& mapped : columns) {
    DateOrderEvidence& evidence =
        input->date_evidence.emplace_back(mapped.header, DateOrderEvidence()).second;
    for (const SampleRow& row : sample) {
      for (const auto& [column, text] : row.cells) {
        if (column == mapped.column) evidence.Add(text);
      }
    }
    indices.push_back(mapped.column);
    undecided |= evidence.IsUndecided();
  }
  if (!undecided || options.date_order.has_value()) return absl::OkStatus();
  if (!CanBeReadAgain(options.path)) {
    if (sample.size() == kSampleRows)
      input->notes.push_back(absl::StrCat("the order of day and month is guessed from the first ",
                                          sample.size(),
                                          " rows of a pipe; state it: --date-order mdy|dmy|ymd"));
    return absl::OkStatus();
  }
  BL_ASSIGN_OR_RETURN(const std::vector<DateOrderEvidence> whole,
                      ReadDateColumns(options, indices));
  for (size_t i = 0; i < whole.size(); ++i) input->date_evidence[i].second = whole[i];
  return absl::OkStatus();
}

// Chooses an order for each column. One whose dates need no order or allow several follows the
// others.
void ChooseDateOrders(const InputOptions& options, const std::vector<MappedColumn>& columns,
                      OpenedInput* input) {
  const DateOrderEvidence* deciding = nullptr;
  for (const auto& [header, evidence] : input->date_evidence) {
    if (!options.date_order.has_value()) input->notes.push_back(evidence.Describe(header));
    const bool decides =
        !evidence.NeedsNoOrder() && (deciding == nullptr || deciding->IsAmbiguous());
    if (decides) deciding = &evidence;
  }
  StandardizeOptions& standardize = input->standardize;
  if (deciding != nullptr) standardize.date_order = deciding->Best();
  standardize.date_order = options.date_order.value_or(standardize.date_order);
  for (size_t i = 0; i < columns.size(); ++i) {
    const auto& [header, evidence] = input->date_evidence[i];
    DateOrder order = standardize.date_order;
    if (!options.date_order && !evidence.NeedsNoOrder() && !evidence.IsAmbiguous()) {
      order = evidence.Best();
      // Of two columns of one field, the first decides.
      standardize.date_orders.emplace(columns[i].role, order);
    }
    if (const uint64_t against = evidence.CountAgainst(order); against > 0) {
      input->notes.push_back(absl::StrFormat(
          "dates in column \"%s\": if read as %s, %d of the dates seen are impossible", header,
          DateOrderName(order), against));
    }
  }
}

absl::StatusOr<OpenedInput> Open(const InputOptions& options, const Plan& plan,
                                 RejectLog& rejects) {
  BL_ASSIGN_OR_RETURN(OpenedRows rows, OpenRows(options, &rejects));
  std::unique_ptr<RowReader> reader = std::move(rows.reader);
  BL_ASSIGN_OR_RETURN(std::deque<SampleRow> sample, ReadSample(reader.get()));
  if (sample.empty()) return NoUsableRow(reader->rows_read(), rejects);
  OpenedInput input;
  input.standardize.phone_country = options.phone_country;
  BL_ASSIGN_OR_RETURN(input.mapping, MapColumns(reader->columns(), options.columns, plan));
  input.notes = std::move(rows.notes);
  input.notes.insert(input.notes.end(), input.mapping.notes.begin(), input.mapping.notes.end());
  for (const std::string& field : input.mapping.fields_without_column) {
    input.notes.push_back(
        absl::StrCat("no column for ", field, ": match keys that use it give no tokens"));
  }
  const std::vector<MappedColumn> dates = DateColumns(plan, input.mapping);
  BL_RETURN_IF_ERROR(CollectDateEvidence(options, dates, sample, &input));
  ChooseDateOrders(options, dates, &input);
  input.source = std::make_unique<MappedRecordSource>(options, plan, &rejects, input.mapping,
                                                      std::move(reader), std::move(sample));
  return input;
}

}  // namespace

absl::StatusOr<OpenedInput> OpenInput(const InputOptions& options, const Plan& plan,
                                      RejectLog& rejects) {
  absl::StatusOr<OpenedInput> input = Open(options, plan, rejects);
  if (!input.ok()) return Name(options.path, input.status());
  return input;
}

}  // namespace blindlink::agent
