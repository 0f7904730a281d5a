// Any bytes as the list of clients: either it is refused with the line, or each client in it has a
// party's URI.
#include <cstdint>
#include <cstdlib>

#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "resolver/authz/client_list.h"
#include "resolver/authz/spiffe.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace blindlink::resolver;  // NOLINT(google-build-using-namespace)
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto clients = ClientList::Parse(text, "clients.txt");
  if (!clients.ok()) {
    if (!absl::StartsWith(clients.status().message(), "clients.txt:")) std::abort();
    return 0;
  }
  for (const auto& [fingerprint, party] : *clients) {
    if (ParseSpiffeUri(SpiffeUriOf(party)).value() != party) std::abort();
  }
  return 0;
}
