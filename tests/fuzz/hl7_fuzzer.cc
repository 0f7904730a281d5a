// Any bytes as HL7 v2 messages: every PID segment gives a row or is rejected and counted, and every
// cell is UTF-8 without NUL.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/time/civil_time.h"
#include "agent/input/hl7_reader.h"
#include "common/csv/byte_source.h"
#include "common/csv/text_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace blindlink;         // NOLINT(google-build-using-namespace)
  using namespace blindlink::agent;  // NOLINT(google-build-using-namespace)
  InputBuffer buffer(MakeMemorySource(std::string(reinterpret_cast<const char*>(data), size)));
  if (!buffer.BeginText().ok()) return 0;
  RejectLog rejects;
  Hl7Reader reader(std::move(buffer), absl::CivilDay(2024, 6, 30), &rejects);
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
