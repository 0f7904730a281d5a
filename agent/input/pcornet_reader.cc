#include "agent/input/pcornet_reader.h"

#include <tuple>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/ascii.h"
#include "agent/input/period.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

constexpr absl::string_view kKey = "patid";
constexpr absl::string_view kNames[] = {"patlastname", "patfirstname"};

bool IsIdentity(const Table& table) { return table.Has(kKey) && table.HasAny(kNames); }

bool IsDemographic(const Table& table) {
  return table.Has(kKey) && table.Has("birthdate") && table.Has("sex") && !table.HasAny(kNames);
}

bool HasAddresses(const Table& table) {
  return table.Has(kKey) && table.Has("addressid") && table.Has("addresscity");
}

bool HasStreets(const Table& table) { return HasAddresses(table) && table.Has("addressstreet"); }

// PCORnet's values for what is not known.
bool IsUnknown(absl::string_view value) {
  return value == "NI" || value == "UN" || value == "OT" || value == "A";
}

constexpr int kNotLivedAt = 2;

int RankOfUse(absl::string_view use) {
  if (use == "HO") return 0;
  // Work, old or wrong, billing.
  return use == "WO" || use == "OL" || use == "BI" ? kNotLivedAt : 1;
}

}  // namespace

absl::StatusOr<std::optional<PcornetReader::Tables>> PcornetReader::Find(
    const std::vector<Table>& tables) {
  Tables found;
  BL_ASSIGN_OR_RETURN(found.identity, OnlyTable(tables, "PRIVATE_DEMOGRAPHIC", IsIdentity));
  if (found.identity == nullptr) return std::optional<Tables>();
  BL_ASSIGN_OR_RETURN(found.demographic, OnlyTable(tables, "DEMOGRAPHIC", IsDemographic));
  BL_ASSIGN_OR_RETURN(found.addresses, OnlyTable(tables, "PRIVATE_ADDRESS_HISTORY", HasStreets));
  if (found.addresses == nullptr) {
    BL_ASSIGN_OR_RETURN(found.addresses, OnlyTable(tables, "LDS_ADDRESS_HISTORY", HasAddresses));
  }
  return std::optional<Tables>(found);
}

PcornetReader::PcornetReader(const Tables& tables, std::filesystem::path scratch,
                             absl::CivilDay today, RejectLog* rejects)
    : today_(today), rejects_(rejects), spool_(std::move(scratch)) {
  for (const Table* table : {tables.identity, tables.demographic, tables.addresses}) {
    tables_.push_back(table == nullptr ? std::optional<Table>() : *table);
  }
}

absl::StatusOr<std::unique_ptr<RowReader>> PcornetReader::Open(const Tables& tables,
                                                               std::filesystem::path scratch,
                                                               absl::CivilDay today,
                                                               RejectLog* rejects) {
  auto reader = absl::WrapUnique(new PcornetReader(tables, std::move(scratch), today, rejects));
  for (const Part part : {kIdentity, kDemographic, kAddresses}) {
    BL_RETURN_IF_ERROR(reader->ReadPart(part));
  }
  return reader;
}

absl::Status PcornetReader::ReadPart(Part part) {
  if (!tables_[part].has_value()) return absl::OkStatus();
  const Table& table = *tables_[part];
  const std::optional<size_t> key = table.Find(kKey);
  return ReadTable(table, rejects_, &rows_, [&](const Row& row) {
    SpooledRow spooled{part, row.number, {}};
    const std::string id = CellOf(row, key);
    if (id.empty()) {
      Note(spooled, "", "no-patid", /*whole_row=*/true);
      return absl::OkStatus();
    }
    for (const RowCell& cell : row.cells) spooled.cells.emplace_back(cell.text);
    return spool_.Add(id, spooled);
  });
}

absl::StatusOr<bool> PcornetReader::Next(Row* row) {
  while (true) {
    BL_ASSIGN_OR_RETURN(const std::vector<SpooledRow> rows, spool_.NextGroup());
    if (rows.empty()) return false;
    rows_done_ += rows.size();
    cells_.Clear();
    if (!Compose(rows)) continue;
    row->number = rows.front().number;
    cells_.ShowIn(row);
    return true;
  }
}

double PcornetReader::ShareRead() const {
  return rows_ == 0 ? 1 : static_cast<double>(rows_done_) / static_cast<double>(rows_);
}

bool PcornetReader::Compose(const std::vector<SpooledRow>& rows) {
  // The rows come table by table, as they were added.
  const SpooledRow* const identity = OnlyRow(rows, kIdentity);
  const SpooledRow* const demographic = OnlyRow(rows, kDemographic);
  if (identity == nullptr && demographic == nullptr) {
    for (const SpooledRow& row : rows) Note(row, "", "person-unknown", /*whole_row=*/true);
    return false;
  }
  if (identity != nullptr) AddPerson(*identity);
  if (identity == nullptr) Note(*demographic, "PATID", "not-in-private-demographic");
  if (demographic != nullptr) AddPerson(*demographic);
  AddAddress(rows, identity != nullptr ? *identity : *demographic);
  return true;
}

const SpooledRow* PcornetReader::OnlyRow(const std::vector<SpooledRow>& rows, Part part) {
  const SpooledRow* found = nullptr;
  for (const SpooledRow& row : rows) {
    if (row.table != part) continue;
    if (found != nullptr) Note(row, "", "second-row-of-person", /*whole_row=*/true);
    if (found == nullptr) found = &row;
  }
  return found;
}

void PcornetReader::AddPerson(const SpooledRow& row) {
  const Table& table = *tables_[row.table];
  for (size_t i = 0; i < table.headers.size() && i < row.cells.size(); ++i) {
    const absl::string_view value = absl::StripAsciiWhitespace(row.cells[i]);
    if (value.empty() || (table.normalized[i] == "sex" && IsUnknown(value))) continue;
    // The same column stands in both tables under the same name.
    const absl::string_view other = cells_.Get(table.headers[i]);
    if (other.empty()) {
      cells_.Add(table.headers[i], value);
    } else if (other != value) {
      Note(row, table.headers[i], "differs-between-tables");
    }
  }
}

const SpooledRow* PcornetReader::CurrentAddress(const std::vector<SpooledRow>& rows) {
  // What comes first counts; of two beginnings, the later one.
  using Order = std::tuple<int, bool, bool, int64_t>;
  const SpooledRow* best = nullptr;
  Order best_order;
  for (const SpooledRow& row : rows) {
    if (row.table != kAddresses) continue;
    const absl::string_view start = Cell(row, "addressperiodstart");
    const PeriodState state = StateOf(start, Cell(row, "addressperiodend"), today_);
    if (state == PeriodState::kUnreadable) Note(row, "ADDRESS_PERIOD", "unreadable-period");
    const int use = RankOfUse(Cell(row, "addressuse"));
    const bool past = state == PeriodState::kEnded || state == PeriodState::kNotBegun;
    if (past || use == kNotLivedAt) continue;
    const std::optional<WrittenTime> begun = ReadTime(start);
    const int64_t days = begun.has_value() ? begun->first - absl::CivilDay(1, 1, 1) : 0;
    const Order order = {use, Cell(row, "addresspreferred") != "Y",
                         Cell(row, "addresstype") == "PO", -days};
    if (best != nullptr && order >= best_order) continue;
    best = &row;
    best_order = order;
  }
  return best;
}

void PcornetReader::AddAddress(const std::vector<SpooledRow>& rows, const SpooledRow& person) {
  const SpooledRow* const address = CurrentAddress(rows);
  if (address == nullptr) {
    if (rows.back().table == kAddresses) Note(person, "PATID", "no-current-address");
    return;
  }
  cells_.Add("ADDRESS_STREET", Cell(*address, "addressstreet"));
  cells_.Add("ADDRESS_DETAIL", Cell(*address, "addressdetail"));
  cells_.Add("ADDRESS_CITY", Cell(*address, "addresscity"));
  cells_.Add("ADDRESS_STATE", Cell(*address, "addressstate"));
  const absl::string_view zip9 = Cell(*address, "addresszip9");
  cells_.Add("ADDRESS_ZIP", zip9.empty() ? Cell(*address, "addresszip5") : zip9);
}

absl::string_view PcornetReader::Cell(const SpooledRow& row, absl::string_view header) const {
  const std::optional<size_t> column = tables_[row.table]->Find(header);
  if (!column.has_value() || *column >= row.cells.size()) return {};
  return absl::StripAsciiWhitespace(row.cells[*column]);
}

void PcornetReader::Note(const SpooledRow& row, absl::string_view column, const char* reason,
                         bool whole_row) {
  TableRejects(tables_[row.table]->file, rejects_)
      .Add({row.number, std::string(column), reason}, whole_row);
}

}  // namespace blindlink::agent
