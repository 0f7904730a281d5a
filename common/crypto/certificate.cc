#include "common/crypto/certificate.h"

#include <openssl/bio.h>
#include <openssl/bytestring.h>
#include <openssl/evp.h>
#include <openssl/mem.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/base/status_macros.h"

namespace blindlink {
namespace {

constexpr int64_t kSecondsPerDay = 86400;

bssl::UniquePtr<X509> ParsePem(absl::string_view pem) {
  const bssl::UniquePtr<BIO> bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
  return bssl::UniquePtr<X509>(PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr));
}

// Without this, BoringSSL would ask for the password of an encrypted key on the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

int64_t UnixSeconds(const ASN1_TIME* time) {
  const bssl::UniquePtr<ASN1_TIME> epoch(ASN1_TIME_set(nullptr, 0));
  int days = 0;
  int seconds = 0;
  if (!ASN1_TIME_diff(&days, &seconds, epoch.get(), time)) return 0;
  return days * kSecondsPerDay + seconds;
}

std::vector<std::string> UrisOf(const X509* certificate) {
  std::vector<std::string> uris;
  const bssl::UniquePtr<GENERAL_NAMES> names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  if (!names) return uris;
  for (size_t i = 0; i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
    uris.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                      static_cast<size_t>(ASN1_STRING_length(uri)));
  }
  return uris;
}

std::string DateOf(int64_t unix_seconds) {
  return absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", absl::FromUnixSeconds(unix_seconds),
                          absl::UTCTimeZone());
}

}  // namespace

absl::StatusOr<CertificateFacts> ReadCertificate(absl::string_view pem) {
  const bssl::UniquePtr<X509> certificate = ParsePem(pem);
  if (!certificate) return absl::InvalidArgumentError("there is no certificate in PEM form");
  uint8_t* der = nullptr;
  const int der_size = i2d_X509(certificate.get(), &der);
  if (der_size <= 0) return absl::InvalidArgumentError("the certificate cannot be encoded");
  const bssl::UniquePtr<uint8_t> der_owner(der);
  CertificateFacts facts;
  facts.fingerprint = Sha256Of({reinterpret_cast<const char*>(der), static_cast<size_t>(der_size)});
  facts.not_before = UnixSeconds(X509_get0_notBefore(certificate.get()));
  facts.not_after = UnixSeconds(X509_get0_notAfter(certificate.get()));
  facts.uris = UrisOf(certificate.get());
  return facts;
}

absl::Status CheckCertificateFile(absl::string_view pem, const std::string& file, int64_t now) {
  const absl::StatusOr<CertificateFacts> facts = ReadCertificate(pem);
  if (!facts.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(file, ": ", facts.status().message()));
  }
  if (now > facts->not_after) {
    return absl::FailedPreconditionError(absl::StrCat(file, ": the certificate expired at ",
                                                      DateOf(facts->not_after),
                                                      "; have a new one issued"));
  }
  if (now < facts->not_before) {
    return absl::FailedPreconditionError(absl::StrCat(file, ": the certificate is valid only from ",
                                                      DateOf(facts->not_before),
                                                      "; is this machine's clock right?"));
  }
  return absl::OkStatus();
}

absl::Status CheckKeyFits(absl::string_view certificate_pem, absl::string_view key_pem,
                          const std::string& key_file) {
  const bssl::UniquePtr<X509> certificate = ParsePem(certificate_pem);
  if (!certificate) return absl::InvalidArgumentError("there is no certificate in PEM form");
  const bssl::UniquePtr<BIO> bio(BIO_new_mem_buf(key_pem.data(), static_cast<int>(key_pem.size())));
  const bssl::UniquePtr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(bio.get(), nullptr, &NoPassword, nullptr));
  if (!key) {
    return absl::InvalidArgumentError(
        absl::StrCat(key_file, ": there is no private key in PEM form without a password"));
  }
  if (X509_check_private_key(certificate.get(), key.get()) != 1) {
    return absl::FailedPreconditionError(
        absl::StrCat(key_file, ": the private key does not belong to the certificate"));
  }
  return absl::OkStatus();
}

}  // namespace blindlink
