#include "resolver/service/on_behalf.h"

#include <iterator>

#include "absl/strings/str_cat.h"
#include "common/crypto/constant_time.h"
#include "common/crypto/random.h"
#include "grpcpp/security/auth_context.h"

namespace blindlink::resolver {
namespace {

constexpr char kMetadataKey[] = "blindlink-on-behalf-bin";
constexpr size_t kSecretBytes = 32;

}  // namespace

OnBehalf::OnBehalf() : secret_(RandomBytes(kSecretBytes)) {}

absl::string_view OnBehalf::secret() const {
  return {reinterpret_cast<const char*>(secret_.Reveal().data()), secret_.size()};
}

// secret, address, NUL, certificate
void OnBehalf::Attach(const OnBehalfOf& who, grpc::ClientContext* context) const {
  context->AddMetadata(
      kMetadataKey, absl::StrCat(secret(), who.peer, absl::string_view("\0", 1), who.certificate));
}

std::optional<OnBehalfOf> OnBehalf::Find(const grpc::ServerContext& context) const {
  const auto [first, last] = context.client_metadata().equal_range(kMetadataKey);
  if (first == last || std::next(first) != last) return std::nullopt;
  absl::string_view value(first->second.data(), first->second.size());
  if (value.size() < kSecretBytes) return std::nullopt;
  if (!ConstantTimeEquals(value.substr(0, kSecretBytes), secret())) return std::nullopt;
  // Whoever comes over the network has a certificate of its own, and speaks for itself.
  if (context.auth_context()->IsPeerAuthenticated()) return std::nullopt;
  value.remove_prefix(kSecretBytes);
  const size_t end = value.find('\0');
  if (end == value.npos) return std::nullopt;
  return OnBehalfOf{std::string(value.substr(end + 1)), std::string(value.substr(0, end))};
}

}  // namespace blindlink::resolver
