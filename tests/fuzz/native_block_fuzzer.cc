// Any bytes as the answer of a ClickHouse server: reading never crashes and never goes beyond the
// bytes, what was read is the same after being written and read again, and an error's code is
// found.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "resolver/index/clickhouse/native_block.h"
#include "resolver/index/clickhouse/server_error.h"
#include "resolver/index/clickhouse/sorted_rows.h"

namespace blindlink::resolver {
namespace {

constexpr uint32_t kEvidence = 33;

void Require(bool holds) {
  if (!holds) std::abort();
}

// The bytes that a block has after being written again.
std::string Rewritten(const NativeBlock& block, const std::vector<NativeType>& types) {
  std::vector<std::string> texts(types.size());
  std::vector<NativeColumn> columns;
  for (size_t i = 0; i < types.size(); ++i) {
    if (types[i].kind == NativeType::kString) {
      for (size_t row = 0; row < block.rows; ++row) {
        AppendNativeString(block.columns[i].StringAt(row), &texts[i]);
      }
      columns.push_back({"c", types[i], texts[i]});
    } else {
      columns.push_back({"c", types[i], block.columns[i].bytes()});
    }
  }
  std::string body;
  AppendNativeBlock(columns, block.rows, &body);
  return body;
}

void TryTypes(absl::string_view body, const std::vector<NativeType>& types) {
  NativeReader reader(body, types);
  for (NativeBlock block;;) {
    const size_t before = reader.rest().size();
    const auto more = reader.Next(&block);
    if (!more.ok() || !*more) break;
    Require(reader.rest().size() < before);
    const std::string written = Rewritten(block, types);
    NativeReader again(written, types);
    NativeBlock same;
    Require(again.Next(&same).value());
    Require(again.rest().empty() && Rewritten(same, types) == written);
  }
  ExceptionCodeIn(reader.rest());
  Require(!ServerError(RequestKind::kSelect, 200, reader.rest()).ok());
}

void TryRows(absl::string_view body) {
  static const std::vector<NativeType> types = SweptTypes(kEvidence);
  NativeRows answer;
  answer.body = std::string(body);
  NativeReader reader(answer.body, types);
  for (NativeBlock block;;) {
    const auto more = reader.Next(&block);
    if (!more.ok() || !*more) break;
    answer.blocks.push_back(block);
  }
  std::vector<RowKey> rows;
  if (!SortRows(answer, kEvidence, &rows)) return;
  for (size_t i = 1; i < rows.size(); ++i) Require(!(rows[i] < rows[i - 1]));
  KeepTokensOf({1, 2}, &rows);
  for (const RowKey& row : rows) Require(row.AsPosting().dataset == row.dataset());
}

}  // namespace
}  // namespace blindlink::resolver

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace blindlink::resolver;  // NOLINT(google-build-using-namespace)
  const absl::string_view body(reinterpret_cast<const char*>(data), size);
  static const std::vector<NativeType> kMixed = {kUInt32, kString, kUInt8, FixedString(3)};
  static const std::vector<NativeType> kOne = {kUInt64};
  TryTypes(body, kMixed);
  TryTypes(body, kOne);
  TryRows(body);
  return 0;
}
