#include "agent/clinical/release/release_row.h"

#include <array>
#include <tuple>

#include "common/base/byte_order.h"
#include "common/base/encoding.h"

namespace blindlink::agent {
namespace {

using C = ReleaseColumn;

uint32_t TakeNumber(absl::string_view* bytes) {
  const uint32_t number = LoadBigEndian32(reinterpret_cast<const uint8_t*>(bytes->data()));
  bytes->remove_prefix(sizeof(number));
  return number;
}

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

bool operator<(const ReleaseRow& a, const ReleaseRow& b) {
  const auto key = [](const ReleaseRow& row) {
    return std::tie(row.table, row[C::kStart], row[C::kVisit], row.seq, row[C::kEnd],
                    row[C::kCode]);
  };
  return key(a) < key(b);
}

void AppendReleaseRow(const ReleaseRow& row, std::string* out) {
  out->push_back(static_cast<char>(row.table));
  AppendNumber32(row.seq, out);
  for (const std::string& text : row.texts) AppendText32(text, out);
}

ReleaseRow DecodeReleaseRow(absl::string_view bytes) {
  ReleaseRow row;
  row.table = static_cast<ClinicalTable>(bytes.front());
  bytes.remove_prefix(1);
  row.seq = TakeNumber(&bytes);
  for (std::string& text : row.texts) {
    const uint32_t size = TakeNumber(&bytes);
    text.assign(bytes.data(), size);
    bytes.remove_prefix(size);
  }
  return row;
}

}  // namespace blindlink::agent
