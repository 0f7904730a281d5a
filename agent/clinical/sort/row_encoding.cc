#include "agent/clinical/sort/row_encoding.h"

#include <cstdint>
#include <optional>
#include <utility>

#include "absl/time/civil_time.h"
#include "common/base/compact_encoding.h"

namespace blindlink::agent {
namespace {

// Before every day that ReadDay accepts.
const absl::CivilDay kFirstDay(1800, 1, 1);

// The texts of every row, in the order in which they are written.
constexpr std::string ClinicalRow::*kTexts[] = {
    &ClinicalRow::person,  &ClinicalRow::visit,     &ClinicalRow::control_number,
    &ClinicalRow::setting, &ClinicalRow::provider,  &ClinicalRow::payer,
    &ClinicalRow::amount,  &ClinicalRow::code,      &ClinicalRow::code_system,
    &ClinicalRow::name,    &ClinicalRow::certainty, &ClinicalRow::sex,
    &ClinicalRow::zip};
constexpr std::optional<absl::CivilDay> ClinicalRow::*kDays[] = {
    &ClinicalRow::start, &ClinicalRow::end, &ClinicalRow::birth, &ClinicalRow::death};

}  // namespace

void AppendClinicalRow(const ClinicalRow& row, std::string* out) {
  AppendCompact(static_cast<uint64_t>(row.table), out);
  AppendCompact(uint64_t{row.seq}, out);
  for (const auto day : kDays) {
    const std::optional<absl::CivilDay>& value = row.*day;
    AppendCompact(value.has_value() ? static_cast<uint64_t>(*value - kFirstDay + 1) : 0, out);
  }
  AppendCompact(static_cast<uint64_t>(row.birth_year.value_or(0)), out);
  for (const auto text : kTexts) AppendCompact(row.*text, out);
  AppendCompact(uint64_t{row.further.size()}, out);
  for (const auto& [name, value] : row.further) {
    AppendCompact(name, out);
    AppendCompact(value, out);
  }
  AppendCompact(uint64_t{row.file}, out);
  AppendCompact(row.number, out);
}

ClinicalRow DecodeClinicalRow(absl::string_view bytes) {
  ClinicalRow row;
  row.table = static_cast<ClinicalTable>(TakeCompactNumber(&bytes));
  row.seq = static_cast<uint32_t>(TakeCompactNumber(&bytes));
  for (const auto day : kDays) {
    const auto number = static_cast<int64_t>(TakeCompactNumber(&bytes));
    if (number != 0) row.*day = kFirstDay + (number - 1);
  }
  const auto year = static_cast<int>(TakeCompactNumber(&bytes));
  if (year != 0) row.birth_year = year;
  for (const auto text : kTexts) row.*text = TakeCompactText(&bytes);
  for (uint64_t left = TakeCompactNumber(&bytes); left > 0; --left) {
    std::string name = TakeCompactText(&bytes);
    row.further.emplace_back(std::move(name), TakeCompactText(&bytes));
  }
  row.file = static_cast<uint32_t>(TakeCompactNumber(&bytes));
  row.number = TakeCompactNumber(&bytes);
  return row;
}

}  // namespace blindlink::agent
