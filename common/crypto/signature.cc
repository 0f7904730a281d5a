#include "common/crypto/signature.h"

#include <openssl/bio.h>
#include <openssl/digest.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include <vector>

#include "absl/strings/str_cat.h"

namespace blindlink {
namespace {

bssl::UniquePtr<BIO> Read(absl::string_view pem) {
  return bssl::UniquePtr<BIO>(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

// Without this, BoringSSL would ask for the password of an encrypted key on the terminal.
int NoPassword(char*, int, int, void*) { return -1; }

std::vector<bssl::UniquePtr<X509>> CertificatesOf(absl::string_view pem) {
  const bssl::UniquePtr<BIO> bio = Read(pem);
  std::vector<bssl::UniquePtr<X509>> all;
  while (X509* next = PEM_read_bio_X509(bio.get(), nullptr, nullptr, nullptr)) {
    all.emplace_back(next);
  }
  return all;
}

// Ed25519 hashes the message itself.
const EVP_MD* DigestFor(const EVP_PKEY* key) {
  return EVP_PKEY_id(key) == EVP_PKEY_ED25519 ? nullptr : EVP_sha256();
}

const uint8_t* Data(absl::string_view bytes) {
  return reinterpret_cast<const uint8_t*>(bytes.data());
}

}  // namespace

absl::StatusOr<std::string> SignMessage(absl::string_view key_pem, absl::string_view message) {
  const bssl::UniquePtr<EVP_PKEY> key(
      PEM_read_bio_PrivateKey(Read(key_pem).get(), nullptr, &NoPassword, nullptr));
  if (!key) return absl::InvalidArgumentError("there is no private key in PEM form");
  bssl::ScopedEVP_MD_CTX context;
  size_t size = 0;
  bool ok =
      EVP_DigestSignInit(context.get(), nullptr, DigestFor(key.get()), nullptr, key.get()) == 1 &&
      EVP_DigestSign(context.get(), nullptr, &size, Data(message), message.size()) == 1;
  std::string signature(size, '\0');
  ok = ok && EVP_DigestSign(context.get(), reinterpret_cast<uint8_t*>(signature.data()), &size,
                            Data(message), message.size()) == 1;
  if (!ok) return absl::InvalidArgumentError("the private key cannot sign");
  signature.resize(size);
  return signature;
}

absl::Status VerifySignature(absl::string_view certificate_pem, absl::string_view message,
                             absl::string_view signature) {
  const auto certificates = CertificatesOf(certificate_pem);
  if (certificates.empty()) return absl::InvalidArgumentError("there is no certificate");
  const bssl::UniquePtr<EVP_PKEY> key(X509_get_pubkey(certificates[0].get()));
  if (!key) return absl::InvalidArgumentError("the certificate's public key cannot be read");
  bssl::ScopedEVP_MD_CTX context;
  const bool ok =
      EVP_DigestVerifyInit(context.get(), nullptr, DigestFor(key.get()), nullptr, key.get()) == 1 &&
      EVP_DigestVerify(context.get(), Data(signature), signature.size(), Data(message),
                       message.size()) == 1;
  if (ok) return absl::OkStatus();
  return absl::InvalidArgumentError("the signature is not one of the certificate's key");
}

absl::Status VerifyIssuedBy(absl::string_view certificate_pem, absl::string_view ca_pem,
                            int64_t at) {
  const auto certificates = CertificatesOf(certificate_pem);
  if (certificates.empty()) return absl::InvalidArgumentError("there is no certificate");
  const bssl::UniquePtr<X509_STORE> trusted(X509_STORE_new());
  for (const auto& ca : CertificatesOf(ca_pem)) X509_STORE_add_cert(trusted.get(), ca.get());
  const bssl::UniquePtr<STACK_OF(X509)> others(sk_X509_new_null());
  for (const auto& other : certificates) bssl::PushToStack(others.get(), bssl::UpRef(other));
  const bssl::UniquePtr<X509_STORE_CTX> context(X509_STORE_CTX_new());
  if (X509_STORE_CTX_init(context.get(), trusted.get(), certificates[0].get(), others.get()) != 1) {
    return absl::InvalidArgumentError("the certificate cannot be checked");
  }
  X509_STORE_CTX_set_time(context.get(), /*flags=*/0, at);
  if (X509_verify_cert(context.get()) == 1) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("the certificate is not one of this authority: ",
                   X509_verify_cert_error_string(X509_STORE_CTX_get_error(context.get()))));
}

}  // namespace blindlink
