#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/config/v1/resolver_config.pb.h"
#include "common/base/fd.h"
#include "common/crypto/self_signed.h"
#include "grpcpp/security/tls_certificate_provider.h"

namespace blindlink::resolver {

// The resolver's certificate, its key and the clients' CA, as PEM; checked as
// common/crypto/certificate.h does.
struct CertificateFiles {
  std::string certificate;
  std::string key;
  std::string client_ca;

  friend bool operator==(const CertificateFiles&, const CertificateFiles&) = default;
};
absl::StatusOr<CertificateFiles> ReadCertificateFiles(const config::v1::ResolverConfig& config);

// Keeps the listener's certificates as they are in the files: reads these now and then, and if they
// have changed and fit together, new connections get them. Files that do not fit are logged, and
// the ones before stay in use. Also warns in the log, at the start and then daily, 30 days before a
// certificate ends. Thread-safe.
class CertificateWatch {
 public:
  // `own` is accepted as a client's certificate too. The errors of ReadCertificateFiles.
  static absl::StatusOr<std::unique_ptr<CertificateWatch>> Start(
      const config::v1::ResolverConfig& config, const SelfSigned& own);
  ~CertificateWatch();
  CertificateWatch(const CertificateWatch&) = delete;
  CertificateWatch& operator=(const CertificateWatch&) = delete;

  // Gives gRPC the certificates. They stay valid as long as this object exists.
  std::shared_ptr<grpc::experimental::CertificateProviderInterface> Provider() const;
  // Those in use, for another listener of this process.
  CertificateFiles InUse() const;
  // The certificates that the listener may show: the one in use and the one before.
  std::vector<std::string> Shown() const;

 private:
  CertificateWatch(const config::v1::ResolverConfig& config, std::string own_certificate)
      : config_(config), own_certificate_(std::move(own_certificate)) {}

  absl::Status Use(const CertificateFiles& files);
  void Run();
  void Look();
  void WarnOfExpiry() const;

  const config::v1::ResolverConfig config_;
  const std::string own_certificate_;
  // Files in memory, which gRPC reads by their names under /proc/self/fd. Each is replaced as a
  // whole, so that gRPC never reads the certificate of one pair and the key of another.
  UniqueFd identity_;
  UniqueFd roots_;
  std::string why_not_;  // the newest files are not in use; of the thread

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  CertificateFiles files_;
  std::string certificate_before_;
  bool ending_ = false;
  std::thread thread_;
};

}  // namespace blindlink::resolver
