// Any bytes as the words that people have told: refused with the line, or read; a key passes only
// with its own words.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/string_view.h"
#include "agent/keys/confirmed_words.h"
#include "common/crypto/sha256.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  using namespace blindlink;         // NOLINT(google-build-using-namespace)
  using namespace blindlink::agent;  // NOLINT(google-build-using-namespace)
  static const ExchangePublicKey& key = *new ExchangePublicKey(
      ExchangeKey::FromSeed(SecretBytes(absl::MakeConstSpan(Sha256Of("north")))).public_key());
  const absl::string_view text(reinterpret_cast<const char*>(data), size);
  const auto confirmed = ConfirmedWords::Parse(text);
  if (!confirmed.ok()) {
    if (!absl::StartsWith(confirmed.status().message(), "line ")) std::abort();
    return 0;
  }
  if (!confirmed->Check("north", key).ok()) return 0;
  const std::string words = key.Words("north");
  const std::string last = words.substr(words.rfind(' ') + 1);
  if (!absl::StrContains(absl::AsciiStrToLower(text), last)) std::abort();
  return 0;
}
