// Any bytes as a Parquet file: it is refused, or gives rows until its end or an error. Only the
// first rows are read, since a few bytes can say of a value that it is there two thousand million
// times.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "common/parquet/parquet_table.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace blindlink;  // NOLINT(google-build-using-namespace)
  constexpr uint64_t kRows = 2'000;
  const auto table = ParquetTable::Open(
      RandomAccessOfBytes(std::string(reinterpret_cast<const char*>(data), size)), "fuzzed");
  if (!table.ok()) return 0;
  const size_t columns = (*table)->columns().size();
  std::vector<std::string> row;
  while ((*table)->rows_read() < kRows) {
    const auto more = (*table)->Next(&row);
    if (!more.ok()) return 0;
    if (!*more) {
      if ((*table)->rows_read() != (*table)->rows()) abort();
      return 0;
    }
    if (row.size() != columns) abort();
  }
  return 0;
}
