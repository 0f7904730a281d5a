#include "agent/input/omop_reader.h"

#include <algorithm>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "agent/input/column_roles.h"
#include "agent/input/period.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

bool HasNames(const Table& table) {
  for (const absl::string_view role : {"last_name", "first_name", "full_name"}) {
    if (table.HasAny(FindRole(role)->headers)) return true;
  }
  return false;
}

bool IsPerson(const Table& table) {
  return table.Has("personid") && table.Has("yearofbirth") && table.Has("genderconceptid");
}

bool IsIdentity(const Table& table) {
  return table.Has("personid") && HasNames(table) && !IsPerson(table);
}

bool IsLocation(const Table& table) {
  constexpr absl::string_view kAddress[] = {"address1", "city", "zip"};
  return table.Has("locationid") && table.HasAny(kAddress) && !table.Has("personid") &&
         !table.Has("caresiteid");
}

bool IsHistory(const Table& table) {
  return table.Has("locationid") && table.Has("entityid") && table.Has("startdate");
}

// Columns of PERSON that say nothing of an identity, or are used in another way.
bool IsOtherColumn(absl::string_view header) {
  for (const absl::string_view each :
       {"personid", "personsourcevalue", "gendersourcevalue", "locationid", "providerid",
        "caresiteid", "racesourcevalue", "ethnicitysourcevalue"}) {
    if (header == each) return true;
  }
  return absl::EndsWith(header, "conceptid");
}

// OMOP writes 0 for "none" in columns of numbers.
absl::string_view IdOf(absl::string_view text) { return text == "0" ? absl::string_view() : text; }

}  // namespace

absl::StatusOr<std::optional<OmopReader::Tables>> OmopReader::Find(
    const std::vector<Table>& tables) {
  Tables found;
  BL_ASSIGN_OR_RETURN(found.person, OnlyTable(tables, "PERSON", IsPerson));
  if (found.person == nullptr) return std::optional<Tables>();
  BL_ASSIGN_OR_RETURN(found.identity, OnlyTable(tables, "tables of identities", IsIdentity));
  BL_ASSIGN_OR_RETURN(found.history, OnlyTable(tables, "LOCATION_HISTORY", IsHistory));
  BL_ASSIGN_OR_RETURN(found.location, OnlyTable(tables, "LOCATION", IsLocation));
  return std::optional<Tables>(found);
}

OmopReader::OmopReader(const Tables& tables, const std::filesystem::path& scratch,
                       absl::CivilDay today, RejectLog* rejects)
    : today_(today), rejects_(rejects), by_person_(scratch), by_location_(scratch) {
  for (const Table* table : {tables.person, tables.identity, tables.history, tables.location}) {
    tables_.push_back(table == nullptr ? std::optional<Table>() : *table);
  }
}

absl::StatusOr<std::unique_ptr<RowReader>> OmopReader::Open(const Tables& tables,
                                                            const std::filesystem::path& scratch,
                                                            absl::CivilDay today,
                                                            RejectLog* rejects) {
  auto reader = absl::WrapUnique(new OmopReader(tables, scratch, today, rejects));
  RowSpool* const by_person = &reader->by_person_;
  BL_RETURN_IF_ERROR(reader->ReadPart(kPerson, "personid", "no-person-id", by_person));
  BL_RETURN_IF_ERROR(reader->ReadPart(kIdentity, "personid", "no-person-id", by_person));
  BL_RETURN_IF_ERROR(reader->ReadPart(kHistory, "entityid", "no-person-id", by_person));
  // Before the people of a location, so that its row comes first of its group.
  BL_RETURN_IF_ERROR(
      reader->ReadPart(kLocation, "locationid", "no-location-id", &reader->by_location_));
  BL_RETURN_IF_ERROR(reader->JoinPersons());
  return reader;
}

absl::Status OmopReader::ReadPart(Part part, absl::string_view key_column, const char* no_key,
                                  RowSpool* spool) {
  if (!tables_[part].has_value()) return absl::OkStatus();
  const Table& table = *tables_[part];
  const std::optional<size_t> key = table.Find(key_column);
  const std::optional<size_t> domain = table.Find("domainid");
  return ReadTable(table, rejects_, &rows_, [&](const Row& row) {
    // The history is also that of care sites.
    if (part == kHistory && domain.has_value()) {
      const std::string of = absl::AsciiStrToLower(CellOf(row, domain));
      if (of != "person" && of != "1147314") return absl::OkStatus();
    }
    SpooledRow spooled{part, row.number, {}};
    const std::string id = CellOf(row, key);
    if (id.empty()) {
      Note(spooled, "", no_key, /*whole_row=*/true);
      return absl::OkStatus();
    }
    for (const RowCell& cell : row.cells) spooled.cells.emplace_back(cell.text);
    return spool->Add(id, spooled);
  });
}

absl::Status OmopReader::JoinPersons() {
  while (true) {
    BL_ASSIGN_OR_RETURN(const std::vector<SpooledRow> rows, by_person_.NextGroup());
    if (rows.empty()) return absl::OkStatus();
    if (rows.front().table != kPerson) {
      for (const SpooledRow& row : rows) Note(row, "", "person-unknown", /*whole_row=*/true);
      continue;
    }
    ComposePerson(rows);
    const std::string location = CurrentLocation(rows);
    Row row;
    cells_.ShowIn(&row);
    // The person's cells, each as the number of its column and its text; the location first.
    SpooledRow person{kPerson, rows.front().number, {location}};
    for (const RowCell& cell : row.cells) {
      person.cells.push_back(absl::StrCat(cell.column));
      person.cells.emplace_back(cell.text);
    }
    ++persons_;
    const std::string nowhere = absl::StrCat("person ", Cell(rows.front(), "personid"));
    BL_RETURN_IF_ERROR(by_location_.Add(location.empty() ? nowhere : location, person));
  }
}

void OmopReader::ComposePerson(const std::vector<SpooledRow>& rows) {
  cells_.Clear();
  const SpooledRow& person = rows.front();
  const absl::string_view source = Cell(person, "personsourcevalue");
  cells_.Add("record_id", source.empty() ? Cell(person, "personid") : source);
  const SpooledRow* identity = nullptr;
  for (const SpooledRow& row : rows) {
    if (row.table == kHistory || &row == &person) continue;
    if (row.table == kPerson || identity != nullptr) {
      Note(row, "", "second-row-of-person", /*whole_row=*/true);
      continue;
    }
    identity = &row;
    const Table& table = *tables_[kIdentity];
    for (size_t i = 0; i < table.headers.size() && i < row.cells.size(); ++i) {
      if (table.normalized[i] != "personid") cells_.Add(table.headers[i], row.cells[i]);
    }
  }
  AddPersonTable(person);
}

void OmopReader::AddPersonTable(const SpooledRow& row) {
  const Table& table = *tables_[kPerson];
  // Where the day is not known, birth_datetime is what the standard has sites make up.
  const bool has_parts = table.Has("dayofbirth") && !Cell(row, "yearofbirth").empty();
  for (size_t i = 0; i < table.headers.size() && i < row.cells.size(); ++i) {
    const std::string& header = table.normalized[i];
    if (IsOtherColumn(header) || (header == "birthdatetime" && has_parts)) continue;
    if (cells_.Get(table.headers[i]).empty()) cells_.Add(table.headers[i], row.cells[i]);
  }
  if (!cells_.Get("sex").empty()) return;
  const absl::string_view concept_id = Cell(row, "genderconceptid");
  if (concept_id == "8507") return cells_.Add("sex", "M");
  if (concept_id == "8532") return cells_.Add("sex", "F");
  cells_.Add("sex", Cell(row, "gendersourcevalue"));
}

std::string OmopReader::CurrentLocation(const std::vector<SpooledRow>& rows) {
  std::string best;
  absl::CivilDay best_start;
  bool any = false;
  for (const SpooledRow& row : rows) {
    if (row.table != kHistory) continue;
    any = true;
    const absl::string_view start = Cell(row, "startdate");
    const PeriodState state = StateOf(start, Cell(row, "enddate"), today_);
    if (state == PeriodState::kUnreadable) Note(row, "start_date", "unreadable-period");
    if (state == PeriodState::kEnded || state == PeriodState::kNotBegun) continue;
    const std::optional<WrittenTime> begun = ReadTime(start);
    const absl::CivilDay first = begun.has_value() ? begun->first : absl::CivilDay(1, 1, 1);
    if (!best.empty() && first <= best_start) continue;
    best = std::string(IdOf(Cell(row, "locationid")));
    best_start = first;
  }
  if (!any) return std::string(IdOf(Cell(rows.front(), "locationid")));
  if (best.empty()) Note(rows.front(), "location_id", "no-current-address");
  return best;
}

absl::StatusOr<bool> OmopReader::Next(Row* row) {
  while (people_.empty()) {
    BL_ASSIGN_OR_RETURN(people_, by_location_.NextGroup());
    if (people_.empty()) return false;
    location_.reset();
    const auto first_person =
        std::find_if(people_.begin(), people_.end(),
                     [](const SpooledRow& each) { return each.table == kPerson; });
    if (first_person != people_.begin()) location_ = std::move(people_.front());
    for (auto each = people_.begin(); each != first_person; ++each) {
      if (each != people_.begin()) Note(*each, "", "second-row-of-location", /*whole_row=*/true);
    }
    people_.erase(people_.begin(), first_person);
    std::reverse(people_.begin(), people_.end());
  }
  const SpooledRow person = std::move(people_.back());
  people_.pop_back();
  ++persons_returned_;
  row->number = person.number;
  cells_.Clear();
  for (size_t i = 1; i + 1 < person.cells.size(); i += 2) {
    size_t column = 0;
    if (absl::SimpleAtoi(person.cells[i], &column)) {
      cells_.Add(cells_.columns()[column], person.cells[i + 1]);
    }
  }
  const bool lives_somewhere = !person.cells[0].empty();
  if (location_.has_value()) AddLocation(*location_);
  if (!location_.has_value() && lives_somewhere) Note(person, "location_id", "location-unknown");
  cells_.ShowIn(row);
  return true;
}

void OmopReader::AddLocation(const SpooledRow& row) {
  const Table& table = *tables_[kLocation];
  for (size_t i = 0; i < table.headers.size() && i < row.cells.size(); ++i) {
    const std::string& header = table.normalized[i];
    if (header == "locationid" || absl::EndsWith(header, "conceptid")) continue;
    cells_.Add(table.headers[i], row.cells[i]);
  }
}

double OmopReader::ShareRead() const {
  return persons_ == 0 ? 1 : static_cast<double>(persons_returned_) / static_cast<double>(persons_);
}

absl::string_view OmopReader::Cell(const SpooledRow& row, absl::string_view header) const {
  const std::optional<size_t> column = tables_[row.table]->Find(header);
  if (!column.has_value() || *column >= row.cells.size()) return {};
  return absl::StripAsciiWhitespace(row.cells[*column]);
}

void OmopReader::Note(const SpooledRow& row, absl::string_view column, const char* reason,
                      bool whole_row) {
  TableRejects(tables_[row.table]->file, rejects_)
      .Add({row.number, std::string(column), reason}, whole_row);
}

}  // namespace blindlink::agent
