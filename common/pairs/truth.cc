#include "common/pairs/truth.h"

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/csv/csv_reader.h"
#include "common/pairs/required_fields.h"

namespace blindlink {

absl::StatusOr<Truth> Truth::Read(const std::string& path, RecordTable* records) {
  BL_ASSIGN_OR_RETURN(auto reader, CsvReader::Open(path));
  BL_ASSIGN_OR_RETURN(RequiredFields fields,
                      RequiredFields::Of(*reader, {"site", "record", "person"}));
  Truth truth;
  NameTable persons;
  NameTable sites;
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, fields.Next());
    if (!more) break;
    const uint32_t record = records->Add(fields[0], fields[1]);
    const uint32_t person = persons.Add(fields[2]);
    const std::optional<uint32_t> known = truth.PersonOf(record);
    if (known.has_value() && *known != person) {
      return fields.Error("gives a record a different person than an earlier row");
    }
    truth.Learn(record, person);
    sites.Add(fields[0]);
  }
  truth.persons_ = persons.size();
  truth.sites_ = sites.size();
  return truth;
}

void Truth::Learn(uint32_t record, uint32_t person) {
  if (record >= person_of_.size()) person_of_.resize(record + 1, kUnknown);
  if (person_of_[record] == kUnknown) ++known_;
  person_of_[record] = person;
}

std::optional<uint32_t> Truth::PersonOf(uint32_t record) const {
  if (record >= person_of_.size() || person_of_[record] == kUnknown) return std::nullopt;
  return person_of_[record];
}

uint64_t Truth::TruePairs(const RecordTable& records, PairScope scope) const {
  return TruePairs(records, scope, [](uint32_t) { return true; });
}

uint64_t Truth::TruePairs(const RecordTable& records, PairScope scope, RecordFilter keep) const {
  std::vector<GroupMember> members;
  members.reserve(known_);
  for (uint32_t record = 0; record < person_of_.size(); ++record) {
    const auto person = PersonOf(record);
    if (person.has_value() && keep(record)) members.push_back({*person, records.SiteOf(record)});
  }
  return CountPairsWithinGroups(std::move(members), scope);
}

uint64_t Truth::ComparablePairs(const RecordTable& records, PairScope scope) const {
  std::vector<GroupMember> members;
  members.reserve(known_);
  for (uint32_t record = 0; record < person_of_.size(); ++record) {
    if (PersonOf(record).has_value()) members.push_back({0, records.SiteOf(record)});
  }
  return CountPairsWithinGroups(std::move(members), scope);
}

}  // namespace blindlink
