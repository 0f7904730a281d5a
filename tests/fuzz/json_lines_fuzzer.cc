// Any bytes as JSON Lines: every line is either read or rejected and counted, and every cell of a
// read row is UTF-8 without NUL.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "agent/input/json_lines_reader.h"
#include "common/csv/text_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace blindlink;         // NOLINT(google-build-using-namespace)
  using namespace blindlink::agent;  // NOLINT(google-build-using-namespace)
  RejectLog rejects;
  JsonLinesReader reader(
      InputBuffer(MakeMemorySource(std::string(reinterpret_cast<const char*>(data), size))),
      &rejects);
  Row row;
  uint64_t rows = 0;
  while (true) {
    const auto more = reader.Next(&row);
    if (!more.ok()) abort();
    if (!*more) break;
    ++rows;
    for (const RowCell& cell : row.cells) {
      if (cell.column >= reader.columns().size()) abort();
      if (WhyNotUsable(cell.text) != nullptr) abort();
    }
  }
  if (rows + rejects.rejected_rows() != reader.rows_read()) abort();
  return 0;
}
