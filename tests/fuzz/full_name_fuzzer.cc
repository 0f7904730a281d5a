// Any bytes: splitting a full name loses and invents no word.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "tests/unit/agent/standardize/full_name_words.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  if (!blindlink::agent::BrokenPromise(text).empty()) abort();
  return 0;
}
