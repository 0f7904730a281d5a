#include "agent/clinical/release/person_mask.h"

#include <algorithm>
#include <optional>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "agent/clinical/dates/zip3.h"
#include "common/base/hex.h"

namespace blindlink::agent {
namespace {

using C = ReleaseColumn;
constexpr size_t kIdBytes = 8;

std::string Id(const HmacSha256& key, absl::string_view kind, absl::string_view text) {
  // No id of a source has a NUL.
  const auto digest = key.Digest16(absl::StrCat(kind, absl::string_view("\0", 1), text));
  return HexEncode({reinterpret_cast<const char*>(digest.data()), kIdBytes});
}

// Capitals without dots and blanks.
std::string PlainCode(absl::string_view code) {
  std::string out;
  for (const char c : code) {
    if (c != '.' && !absl::ascii_isspace(c)) out.push_back(absl::ascii_toupper(c));
  }
  return out;
}

size_t IndexOf(ClinicalTable table) { return static_cast<size_t>(table); }

}  // namespace

std::string ReleaseIds::OfVisit(absl::string_view visit) const {
  return visit.empty() ? "" : Id(site_key_, "visit", visit);
}

std::string ReleaseIds::OfProvider(absl::string_view provider) const {
  return provider.empty() ? "" : Id(site_key_, "provider", provider);
}

std::string ReleaseIds::OfControlNumber(absl::string_view number) const {
  std::string plain;
  for (const char c : number) {
    if (absl::ascii_isalnum(c)) plain.push_back(absl::ascii_toupper(c));
  }
  return plain.empty() ? "" : Id(shared_key_, "control number", plain);
}

void MaskCounts::Add(const MaskCounts& other) {
  for (size_t i = 0; i < read.size(); ++i) {
    read[i] += other.read[i];
    released[i] += other.released[i];
    out_of_window[i] += other.out_of_window[i];
  }
  era_codes += other.era_codes;
  deaths_out_of_window += other.deaths_out_of_window;
  oldest += other.oldest;
}

bool PersonMask::MaskVisit(const ClinicalRow& row, int days, ReleaseRow* out) const {
  const std::optional<absl::CivilDay> start = dates_.Shift(*row.start, days);
  const std::optional<absl::CivilDay> end = dates_.Shift(row.end.value_or(*row.start), days);
  if (!start.has_value() || !end.has_value()) return false;
  (*out)[C::kVisit] = ids_.OfVisit(row.visit);
  (*out)[C::kReceipt] = ids_.OfControlNumber(row.control_number);
  (*out)[C::kStart] = dates_.Text(*start);
  (*out)[C::kEnd] = row.end.has_value() ? dates_.Text(*end) : "";
  (*out)[C::kSetting] = row.setting;
  (*out)[C::kPayer] = row.payer;
  (*out)[C::kProvider] = ids_.OfProvider(row.provider);
  (*out)[C::kAmount] = row.amount;
  return true;
}

bool PersonMask::MaskEvent(const ClinicalRow& row, int days, MaskCounts* counts,
                           ReleaseRow* out) const {
  const std::optional<absl::CivilDay> day = dates_.Shift(*row.start, days);
  if (!day.has_value()) {
    ++counts->out_of_window[IndexOf(row.table)];
    return false;
  }
  const std::string code = PlainCode(row.code);
  if (dates_.RevealsEra(row.code_system, code)) {
    ++counts->era_codes;
    return false;
  }
  (*out)[C::kVisit] = ids_.OfVisit(row.visit);
  (*out)[C::kSeq] = row.seq > 0 ? absl::StrCat(row.seq) : "";
  (*out)[C::kStart] = dates_.Text(*day);
  (*out)[C::kCode] = code;
  (*out)[C::kCodeSystem] = row.code_system;
  (*out)[C::kAmount] = row.amount;
  if (row.table != ClinicalTable::kDiagnoses) return true;
  (*out)[C::kCertainty] = row.certainty;
  (*out)[C::kName] = row.name;
  return true;
}

bool PersonMask::MaskPeriod(const ClinicalRow& row, int days, ReleaseRow* out) const {
  const absl::CivilDay start = std::max(*row.start + days, dates_.window_first());
  const absl::CivilDay end =
      row.end.has_value() ? std::min(*row.end + days, dates_.window_last()) : dates_.window_last();
  if (start > end) return false;
  (*out)[C::kStart] = dates_.PeriodText(start);
  (*out)[C::kEnd] = dates_.PeriodText(end);
  (*out)[C::kPayer] = row.payer;
  return true;
}

void PersonMask::MaskDemographics(const ClinicalRow& row, int days, MaskCounts* counts,
                                  MaskedPerson* person) const {
  for (const auto& [name, value] : row.further) person->values[name] = value;
  person->values["sex"] = row.sex;
  person->values["zip3"] = Zip3(row.zip);
  std::optional<absl::CivilDay> birth = row.birth;
  if (!birth.has_value() && row.birth_year.has_value()) {
    birth = absl::CivilDay(*row.birth_year, 7, 1);
  }
  if (birth.has_value()) {
    const int year = dates_.BirthYear(*birth + days);
    counts->oldest += year > (*birth + days).year() ? 1 : 0;
    person->values["birth_year"] = absl::StrCat(year);
  }
  if (!row.death.has_value()) return;
  const std::optional<absl::CivilDay> death = dates_.Shift(*row.death, days);
  if (!death.has_value()) ++counts->deaths_out_of_window;
  person->death = death.has_value() ? dates_.Text(*death) : "";
}

MaskedPerson PersonMask::Mask(absl::Span<const ClinicalRow> rows, int days,
                              MaskCounts* counts) const {
  MaskedPerson person;
  std::set<absl::string_view> left_out;  // visits
  const auto mask = [&](const ClinicalRow& row) {
    ++counts->read[IndexOf(row.table)];
    ReleaseRow out;
    out.table = row.table;
    out.seq = row.seq;
    bool released = true;
    switch (row.table) {
      case ClinicalTable::kPersons:
        MaskDemographics(row, days, counts, &person);
        ++counts->released[IndexOf(row.table)];
        return;
      case ClinicalTable::kVisits:
        released = MaskVisit(row, days, &out);
        if (!released) left_out.insert(row.visit);
        break;
      case ClinicalTable::kEnrolment:
        released = MaskPeriod(row, days, &out);
        break;
      default:
        if (MaskEvent(row, days, counts, &out)) break;
        return;  // counted
    }
    ++(released ? counts->released : counts->out_of_window)[IndexOf(row.table)];
    if (released) person.rows.push_back(std::move(out));
  };
  for (const ClinicalRow& row : rows) {
    if (row.table == ClinicalTable::kVisits) mask(row);
  }
  for (const ClinicalRow& row : rows) {
    if (row.table == ClinicalTable::kVisits) continue;
    if (left_out.count(row.visit) > 0 && !row.visit.empty()) {
      ++counts->read[IndexOf(row.table)];
      ++counts->out_of_window[IndexOf(row.table)];
    } else {
      mask(row);
    }
  }
  std::sort(person.rows.begin(), person.rows.end());
  return person;
}

}  // namespace blindlink::agent
