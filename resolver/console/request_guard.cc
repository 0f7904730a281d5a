#include "resolver/console/request_guard.h"

#include "absl/strings/str_cat.h"
#include "common/base/hex.h"
#include "common/crypto/constant_time.h"
#include "common/crypto/random.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kKeyBytes = 32;

absl::Status FromElsewhere() {
  return absl::PermissionDeniedError(
      "this change was not sent by a page of this console, or the resolver was restarted since the "
      "page was opened: nothing was done. Open the page again and repeat it there");
}

}  // namespace

RequestGuard::RequestGuard() : key_(RandomBytes(kKeyBytes).Reveal()) {}

std::string RequestGuard::TokenFor(const Sha256Digest& fingerprint) const {
  return HexEncode(AsView(key_.Digest(AsView(fingerprint))));
}

std::string RequestGuard::MarkFor(const Sha256Digest& fingerprint, uint64_t entry) const {
  return HexEncode(AsView(key_.Digest(absl::StrCat(AsView(fingerprint), " entry ", entry))));
}

bool RequestGuard::IsMarkFor(const Sha256Digest& fingerprint, uint64_t entry,
                             absl::string_view mark) const {
  return ConstantTimeEquals(mark, MarkFor(fingerprint, entry));
}

absl::Status RequestGuard::Check(const Sha256Digest& fingerprint, const Sent& sent) const {
  if (!ConstantTimeEquals(sent.token, TokenFor(fingerprint))) return FromElsewhere();
  if (!sent.fetch_site.empty() && sent.fetch_site != "same-origin") return FromElsewhere();
  if (!sent.origin.empty() && sent.origin != absl::StrCat("https://", sent.host)) {
    return FromElsewhere();
  }
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
