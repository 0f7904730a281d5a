#include "agent/clinical/release/release_row.h"

#include <array>
#include <tuple>

#include "common/base/compact_encoding.h"

namespace blindlink::agent {
namespace {

using C = ReleaseColumn;

std::array<std::vector<TableColumnName>, kClinicalTableNames.size()> MakeColumns() {
  const std::vector<TableColumnName> coded = {{C::kVisit, "visit", true},
                                              {C::kSeq, "seq", true},
                                              {C::kStart, "date", true},
                                              {C::kCode, "code", true},
                                              {C::kCodeSystem, "code_system", true}};
  std::vector<TableColumnName> diagnoses = coded;
  diagnoses.push_back({C::kCertainty, "certainty", true});
  diagnoses.push_back({C::kName, "name", false});
  std::vector<TableColumnName> drugs = coded;
  drugs.push_back({C::kAmount, "amount", false});
  return {{{},
           {{C::kVisit, "visit", true},
            {C::kReceipt, "receipt", true},
            {C::kStart, "start", true},
            {C::kEnd, "end", true},
            {C::kSetting, "setting", false},
            {C::kPayer, "payer", false},
            {C::kProvider, "provider", false},
            {C::kAmount, "amount", false}},
           diagnoses,
           coded,
           drugs,
           {{C::kStart, "start", true}, {C::kEnd, "end", true}, {C::kPayer, "payer", false}}}};
}

}  // namespace

const std::vector<TableColumnName>& ColumnsOf(ClinicalTable table) {
  static const auto* const kColumns = new auto(MakeColumns());
  return (*kColumns)[static_cast<size_t>(table)];
}

bool HasCode(ClinicalTable table) {
  return table == ClinicalTable::kDiagnoses || table == ClinicalTable::kProcedures ||
         table == ClinicalTable::kDrugs;
}

bool operator<(const ReleaseRow& a, const ReleaseRow& b) {
  const auto key = [](const ReleaseRow& row) {
    return std::tie(row.table, row[C::kStart], row[C::kVisit], row.seq, row[C::kEnd],
                    row[C::kCode]);
  };
  return key(a) < key(b);
}

void AppendReleaseRow(const ReleaseRow& row, std::string* out) {
  AppendCompact(static_cast<uint64_t>(row.table), out);
  AppendCompact(uint64_t{row.seq}, out);
  for (const std::string& text : row.texts) AppendCompact(text, out);
}

ReleaseRow TakeReleaseRow(absl::string_view* bytes) {
  ReleaseRow row;
  row.table = static_cast<ClinicalTable>(TakeCompactNumber(bytes));
  row.seq = static_cast<uint32_t>(TakeCompactNumber(bytes));
  for (std::string& text : row.texts) text = TakeCompactText(bytes);
  return row;
}

}  // namespace blindlink::agent
