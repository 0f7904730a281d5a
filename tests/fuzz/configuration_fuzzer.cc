// Any bytes as the resolver's configuration: either it is refused with a message, or every limit
// has a value.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/status/status.h"
#include "resolver/config/resolver_config.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  const auto config = blindlink::resolver::ParseResolverConfig(text, "/etc/resolver.textproto");
  const bool good = config.ok()
                        ? config->max_calls_per_party() > 0 && config->idle_stream_ms() > 0 &&
                              config->threads() > 0 && !config->allowed_clients_file().empty()
                        : config.status().code() == absl::StatusCode::kInvalidArgument &&
                              !config.status().message().empty();
  if (!good) std::abort();
  return 0;
}
