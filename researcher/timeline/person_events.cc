#include "researcher/timeline/person_events.h"

#include <algorithm>
#include <charconv>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "researcher/timeline/record_rows.h"

namespace blindlink::researcher {
namespace {

constexpr std::array<absl::string_view, kEventKinds> kKindNames = {
    "enrolment", "visit", "diagnosis", "procedure", "drug", "death"};

EventKind KindOf(Table table) {
  switch (table) {
    case Table::kVisits:
      return EventKind::kVisit;
    case Table::kDiagnoses:
      return EventKind::kDiagnosis;
    case Table::kProcedures:
      return EventKind::kProcedure;
    case Table::kDrugs:
      return EventKind::kDrug;
    case Table::kEnrolment:
      return EventKind::kEnrolment;
    case Table::kPersons:
      return EventKind::kDeath;
  }
  return EventKind::kVisit;
}

// A whole number in `base`; true if `text` is empty, which leaves 0.
bool ParseNumber(absl::string_view text, int base, uint64_t* number) {
  *number = 0;
  const char* end = text.data() + text.size();
  return std::from_chars(text.data(), end, *number, base).ptr == end;
}

absl::Status ColumnError(absl::string_view column, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat("column ", column, ", ", what));
}

absl::Status ReadDate(absl::string_view column, Event* event) {
  if (event->date_text.empty()) return absl::OkStatus();
  event->date = ParseEventDate(event->date_text);
  if (event->date.has_value()) return absl::OkStatus();
  return ColumnError(column, "is not a date such as 2021-03-14, 2021-03, 2021-Q1 or 2021");
}

// Enrolment before care, care before death.
uint64_t GroupOf(EventKind kind) {
  if (kind == EventKind::kEnrolment) return 0;
  return kind == EventKind::kDeath ? 2 : 1;
}

}  // namespace

absl::string_view NameOf(EventKind kind) { return kKindNames[static_cast<size_t>(kind)]; }

absl::Status PersonEvents::Load(absl::Span<const RecordRows> records) {
  records_ = records;
  unsorted_.clear();
  person_rows_.clear();
  for (uint32_t record = 0; record < records.size(); ++record) {
    absl::Status loaded;
    ForEachTable(records[record].content, [&](const RowsHeader& header, absl::string_view rows) {
      if (loaded.ok()) loaded = LoadRows(record, header.table, header.first_row, rows);
    });
    BL_RETURN_IF_ERROR(loaded);
  }
  Sort();
  return absl::OkStatus();
}

absl::Status PersonEvents::LoadRows(uint32_t record, Table table, uint64_t first_row,
                                    absl::string_view rows) {
  const uint32_t site = records_[record].site;
  const TableReader& reader = *(*sites_)[site][static_cast<size_t>(table)];
  RawRow row;
  for (uint64_t number = first_row; !rows.empty(); ++number) {
    const CsvRowExtent extent = MeasureCsvRow(rows, kTableDialect, /*at_end=*/true);
    const absl::string_view text = rows.substr(0, extent.content_size);
    row.Split(text);
    Event event;
    event.kind = KindOf(table);
    event.record = record;
    event.site = site;
    const absl::Status added =
        table == Table::kPersons ? AddDeath(reader, row, event) : AddEvent(reader, row, &event);
    if (!added.ok()) {
      return absl::InvalidArgumentError(
          absl::StrCat(reader.path(), ", row ", number, ", ", added.message()));
    }
    if (table == Table::kPersons) person_rows_.emplace_back(site, text);
    rows.remove_prefix(extent.size);
  }
  return absl::OkStatus();
}

absl::Status PersonEvents::AddEvent(const TableReader& table, const RawRow& row, Event* event) {
  const TableLayout& layout = table.layout();
  const bool has_start = layout.ColumnOf(Field::kStart) < kMaxColumns;
  event->date_text = row.Get(layout, has_start ? Field::kStart : Field::kDate);
  event->visit = row.Get(layout, Field::kVisit);
  event->seq = row.Get(layout, Field::kSeq);
  event->end = row.Get(layout, Field::kEnd);
  event->code = row.Get(layout, Field::kCode);
  event->code_system = row.Get(layout, Field::kCodeSystem);
  event->name = row.Get(layout, Field::kName);
  event->certainty = row.Get(layout, Field::kCertainty);
  event->setting = row.Get(layout, Field::kSetting);
  event->payer = row.Get(layout, Field::kPayer);
  event->amount = row.Get(layout, Field::kAmount);
  event->receipt = row.Get(layout, Field::kReceipt);
  event->provider = row.Get(layout, Field::kProvider);
  BL_RETURN_IF_ERROR(ReadDate(has_start ? "start" : "date", event));
  if (event->visit.size() > 16 || !ParseNumber(event->visit, 16, &event->visit_number)) {
    return ColumnError("visit", "is not 16 hexadecimal digits");
  }
  if (!ParseNumber(event->seq, 10, &event->seq_number) || event->seq_number >> 32 != 0) {
    return ColumnError("seq", "is not a whole number");
  }
  unsorted_.push_back(*event);
  return absl::OkStatus();
}

absl::Status PersonEvents::AddDeath(const TableReader& table, const RawRow& row, Event event) {
  event.date_text = row.Get(table.layout(), Field::kDeath);
  if (event.date_text.empty()) return absl::OkStatus();
  BL_RETURN_IF_ERROR(ReadDate("death", &event));
  unsorted_.push_back(event);
  return absl::OkStatus();
}

PersonEvents::Order PersonEvents::OrderOf(uint32_t index) const {
  const Event& event = unsorted_[index];
  // Years from 1000 on: the days fit 24 bits. Events without a date come first.
  uint64_t day = 0;
  if (event.date.has_value()) {
    day = static_cast<uint64_t>(event.date->first + (1 << 22)) << 2 |
          static_cast<uint64_t>(event.date->detail);
  }
  return {day << 34 | GroupOf(event.kind) << 32 | event.site, event.visit_number,
          static_cast<uint64_t>(event.kind) << 32 | event.seq_number, event.record, index};
}

bool PersonEvents::Before(const Order& a, const Order& b) const {
  if (a.day != b.day) return a.day < b.day;
  if (a.record != b.record) return a.record < b.record;
  if (a.visit != b.visit) return a.visit < b.visit;
  if (a.rest != b.rest) return a.rest < b.rest;
  const Event& left = unsorted_[a.index];
  const Event& right = unsorted_[b.index];
  const auto key = [](const Event& e) { return std::tie(e.code_system, e.code, e.end); };
  if (key(left) != key(right)) return key(left) < key(right);
  // The order within the table, which the site has fixed.
  return a.index < b.index;
}

void PersonEvents::Sort() {
  order_.clear();
  for (uint32_t i = 0; i < unsorted_.size(); ++i) order_.push_back(OrderOf(i));
  std::sort(order_.begin(), order_.end(),
            [this](const Order& a, const Order& b) { return Before(a, b); });
  events_.clear();
  for (const Order& order : order_) events_.push_back(unsorted_[order.index]);
}

}  // namespace blindlink::researcher
