#include "agent/clinical/release/masked_person.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/compact_encoding.h"

namespace blindlink::agent {

void AppendPerson(const NumberedPerson& person, std::string* out) {
  absl::StrAppend(out, person.record.AsView());
  AppendCompact(person.number, out);
  AppendCompact(uint64_t{person.masked.values.size()}, out);
  for (const auto& [name, value] : person.masked.values) {
    AppendCompact(name, out);
    AppendCompact(value, out);
  }
  AppendCompact(person.masked.death, out);
  AppendCompact(uint64_t{person.masked.rows.size()}, out);
  for (const ReleaseRow& row : person.masked.rows) AppendReleaseRow(row, out);
  AppendCare(person.care_before, out);
}

NumberedPerson DecodePerson(absl::string_view bytes) {
  NumberedPerson person;
  person.record = RecordPseudonym::FromBytes(bytes.data());
  bytes.remove_prefix(RecordPseudonym::kSize);
  person.number = TakeCompactNumber(&bytes);
  for (uint64_t left = TakeCompactNumber(&bytes); left > 0; --left) {
    std::string name = TakeCompactText(&bytes);
    person.masked.values[std::move(name)] = TakeCompactText(&bytes);
  }
  person.masked.death = TakeCompactText(&bytes);
  for (uint64_t left = TakeCompactNumber(&bytes); left > 0; --left) {
    person.masked.rows.push_back(TakeReleaseRow(&bytes));
  }
  person.care_before = TakeCare(&bytes);
  return person;
}

}  // namespace blindlink::agent
