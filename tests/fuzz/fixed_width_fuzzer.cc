// Any bytes as a layout and, after an empty line, as a file of fixed width: a layout is read or
// refused, every line then gives a row or is rejected and counted, and every cell is UTF-8 without
// NUL.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "absl/strings/string_view.h"
#include "agent/input/fixed_width_reader.h"
#include "common/csv/byte_source.h"
#include "common/csv/text_check.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace blindlink;         // NOLINT(google-build-using-namespace)
  using namespace blindlink::agent;  // NOLINT(google-build-using-namespace)
  const absl::string_view all(reinterpret_cast<const char*>(data), size);
  const size_t end = all.find("\n\n");
  auto layout = ParseFixedWidthLayout(all.substr(0, end));
  if (!layout.ok()) return 0;
  const absl::string_view text = end == absl::string_view::npos ? "" : all.substr(end + 2);
  InputBuffer buffer(MakeMemorySource(std::string(text)));
  if (!buffer.BeginText().ok()) return 0;
  RejectLog rejects;
  const auto reader = FixedWidthReader::Open(*std::move(layout), std::move(buffer), &rejects);
  if (!reader.ok()) abort();
  Row row;
  uint64_t rows = 0;
  while (true) {
    const auto more = (*reader)->Next(&row);
    if (!more.ok()) abort();
    if (!*more) break;
    ++rows;
    for (const RowCell& cell : row.cells) {
      if (cell.column >= (*reader)->columns().size()) abort();
      if (WhyNotUsable(cell.text) != nullptr) abort();
    }
  }
  if (rows + rejects.rejected_rows() != (*reader)->rows_read()) abort();
  return 0;
}
