#include "resolver/authz/identity.h"

#include "absl/strings/str_cat.h"
#include "common/base/hex.h"
#include "common/crypto/certificate.h"

namespace blindlink::resolver {

absl::StatusOr<Identity> ReadIdentity(absl::string_view certificate_pem) {
  const absl::StatusOr<CertificateFacts> facts = ReadCertificate(certificate_pem);
  if (!facts.ok() || facts->uris.size() != 1) {
    return absl::UnauthenticatedError(
        "the client certificate must have exactly one URI, spiffe://blindlink/<role>/<name>");
  }
  absl::StatusOr<Party> party = ParseSpiffeUri(facts->uris[0]);
  if (!party.ok()) return absl::UnauthenticatedError(party.status().message());
  return Identity{*std::move(party), facts->fingerprint, facts->not_after};
}

absl::Status CheckNotExpired(const Identity& identity, int64_t now) {
  if (now <= identity.not_after) return absl::OkStatus();
  return absl::UnauthenticatedError(
      "the client certificate has expired since the connection began: have a new one issued");
}

std::string LogTextOf(const Identity& identity) {
  return absl::StrCat("party=", SpiffeUriOf(identity.party),
                      " fingerprint=", HexEncode(AsView(identity.fingerprint)));
}

}  // namespace blindlink::resolver
