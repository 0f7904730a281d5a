// Any bytes as the statement of a token key's destruction: either they are refused, or they are
// exactly the statement that was read; and nothing but the site's signature makes it valid.
#include <cstdint>
#include <cstdlib>

#include "absl/strings/string_view.h"
#include "agent/keys/destruction_statement.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using blindlink::agent::DestructionStatement;
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto statement = DestructionStatement::Parse(text);
  if (!statement.ok()) return 0;
  if (statement->Text() != text) std::abort();
  if (statement->Check("").ok()) std::abort();
  return 0;
}
