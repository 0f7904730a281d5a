#include "common/crypto/self_signed.h"

#include <openssl/bio.h>
#include <openssl/ec.h>
#include <openssl/ec_key.h>
#include <openssl/evp.h>
#include <openssl/mem.h>
#include <openssl/nid.h>
#include <openssl/pem.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

namespace blindlink {
namespace {

constexpr long kFiveYears = 5L * 365 * 86400;
constexpr long kX509Version3 = 2;

bssl::UniquePtr<EVP_PKEY> NewKey() {
  bssl::UniquePtr<EC_KEY> ec(EC_KEY_new_by_curve_name(NID_X9_62_prime256v1));
  bssl::UniquePtr<EVP_PKEY> key(EVP_PKEY_new());
  if (!ec || !key || !EC_KEY_generate_key(ec.get())) return nullptr;
  EC_KEY_set_asn1_flag(ec.get(), OPENSSL_EC_NAMED_CURVE);
  return EVP_PKEY_set1_EC_KEY(key.get(), ec.get()) ? std::move(key) : nullptr;
}

bool AddExtension(X509* certificate, int nid, const std::string& value) {
  X509V3_CTX context;
  X509V3_set_ctx(&context, certificate, certificate, nullptr, nullptr, 0);
  const bssl::UniquePtr<X509_EXTENSION> extension(
      X509V3_EXT_nconf_nid(nullptr, &context, nid, value.c_str()));
  return extension && X509_add_ext(certificate, extension.get(), -1);
}

bool NameAndDate(X509* certificate) {
  X509_NAME* name = X509_get_subject_name(certificate);
  const auto* text = reinterpret_cast<const uint8_t*>("blindlink");
  return X509_set_version(certificate, kX509Version3) &&
         ASN1_INTEGER_set(X509_get_serialNumber(certificate), 1) &&
         X509_gmtime_adj(X509_getm_notBefore(certificate), -kFiveYears) &&
         X509_gmtime_adj(X509_getm_notAfter(certificate), kFiveYears) &&
         X509_NAME_add_entry_by_txt(name, "CN", MBSTRING_ASC, text, -1, -1, 0) &&
         X509_set_issuer_name(certificate, name);
}

bssl::UniquePtr<X509> NewCertificate(EVP_PKEY* key, const std::string& uri) {
  bssl::UniquePtr<X509> certificate(X509_new());
  const bool made = certificate && NameAndDate(certificate.get()) &&
                    X509_set_pubkey(certificate.get(), key) &&
                    AddExtension(certificate.get(), NID_basic_constraints, "critical,CA:FALSE") &&
                    AddExtension(certificate.get(), NID_ext_key_usage, "clientAuth") &&
                    AddExtension(certificate.get(), NID_subject_alt_name, "URI:" + uri) &&
                    X509_sign(certificate.get(), key, EVP_sha256());
  return made ? std::move(certificate) : nullptr;
}

std::string ContentOf(BIO* bio) {
  const uint8_t* data = nullptr;
  size_t size = 0;
  BIO_mem_contents(bio, &data, &size);
  return std::string(reinterpret_cast<const char*>(data), size);
}

}  // namespace

absl::StatusOr<SelfSigned> MakeSelfSigned(const std::string& uri) {
  const bssl::UniquePtr<EVP_PKEY> key = NewKey();
  const bssl::UniquePtr<X509> certificate = key ? NewCertificate(key.get(), uri) : nullptr;
  const bssl::UniquePtr<BIO> certificate_pem(BIO_new(BIO_s_mem()));
  const bssl::UniquePtr<BIO> key_pem(BIO_new(BIO_s_mem()));
  if (!certificate || !certificate_pem || !key_pem ||
      !PEM_write_bio_X509(certificate_pem.get(), certificate.get()) ||
      !PEM_write_bio_PrivateKey(key_pem.get(), key.get(), nullptr, nullptr, 0, nullptr, nullptr)) {
    return absl::InternalError("a certificate could not be made");
  }
  return SelfSigned{ContentOf(certificate_pem.get()), ContentOf(key_pem.get())};
}

}  // namespace blindlink
