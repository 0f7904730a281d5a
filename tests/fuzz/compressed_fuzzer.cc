// Any bytes as a compressed file, gzip or zstd by the first of them: they are read to their end or
// found to be damaged, and pieces of any size give the same text.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>

#include "common/csv/decompressor.h"

namespace {

using namespace blindlink;  // NOLINT(google-build-using-namespace)

// Enough of a text that may be many times as long as the input.
constexpr size_t kEnough = size_t{16} << 20;

struct Outcome {
  bool ok = true;
  std::string text;
};

Outcome ReadIn(size_t piece, bool gzip, const std::string& bytes) {
  auto file = MakeMemorySource(bytes);
  const auto source =
      gzip ? MakeGzipSource(std::move(file), "input") : MakeZstdSource(std::move(file), "input");
  Outcome outcome;
  if (!source.ok()) abort();  // out of memory only
  std::string buffer(piece, '\0');
  while (outcome.text.size() < kEnough) {
    const auto n = (*source)->Read(buffer.data(), buffer.size());
    if (n.ok() && *n > buffer.size()) abort();
    outcome.ok = n.ok();
    if (!n.ok() || *n == 0) break;
    outcome.text.append(buffer, 0, *n);
  }
  outcome.text.resize(std::min(outcome.text.size(), kEnough));
  return outcome;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  if (size == 0) return 0;
  const std::string bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  const bool gzip = data[0] % 2 == 0;
  const Outcome large = ReadIn(size_t{1} << 16, gzip, bytes);
  const Outcome small = ReadIn(977, gzip, bytes);
  if (large.ok != small.ok || (large.ok && large.text != small.text)) abort();
  return 0;
}
