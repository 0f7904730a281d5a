#include "keyserver/service/caller.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/certificate.h"

namespace blindlink::keyserver {
namespace {

constexpr char kSiteUri[] = "spiffe://blindlink/site/";

bool IsOf(const config::v1::KeyServerSite& site, const CertificateFacts& certificate) {
  if (certificate.uris.size() != 1 || certificate.uris[0] != absl::StrCat(kSiteUri, site.name())) {
    return false;
  }
  const std::string fingerprint = HexEncode(AsView(certificate.fingerprint));
  return std::any_of(
      site.certificate_sha256().begin(), site.certificate_sha256().end(),
      [&](const std::string& listed) { return absl::AsciiStrToLower(listed) == fingerprint; });
}

}  // namespace

absl::StatusOr<const config::v1::KeyServerSite*> SiteOfCaller(
    const config::v1::KeyServerProject& project, absl::string_view certificate_pem, int64_t now) {
  const absl::StatusOr<CertificateFacts> certificate = ReadCertificate(certificate_pem);
  if (!certificate.ok()) {
    return absl::UnauthenticatedError("the client certificate cannot be read");
  }
  if (certificate->not_after < now) {
    return absl::UnauthenticatedError("the client certificate has expired: have a new one issued");
  }
  for (const config::v1::KeyServerSite& site : project.sites()) {
    if (IsOf(site, *certificate)) return &site;
  }
  return absl::PermissionDeniedError(
      absl::StrCat("this certificate is not that of a site of project ", project.name(),
                   " in the key server's list: ask its operator to add it (certificate_sha256)"));
}

}  // namespace blindlink::keyserver
