#include "resolver/service/certificate_watch.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <chrono>
#include <ctime>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/base/trusted_file.h"
#include "common/crypto/certificate.h"
#include "common/telemetry/log.h"
#include "resolver/service/expiry_warnings.h"

namespace blindlink::resolver {
namespace {

constexpr unsigned kSecondsBetweenGrpcReads = 1;
constexpr auto kBetweenWarnings = std::chrono::hours(24);

// Makes `fd` stand for a new file in memory with this content, in one step for whoever opens it by
// its name.
absl::Status Replace(UniqueFd* fd, absl::string_view content) {
  UniqueFd file(memfd_create("blindlink-certificates", MFD_CLOEXEC));
  if (!file.is_open()) return ErrnoStatus(errno, "create", "a file in memory");
  BL_RETURN_IF_ERROR(WriteAll(file.get(), content, "a file in memory"));
  if (!fd->is_open()) {
    *fd = std::move(file);
  } else if (dup3(file.get(), fd->get(), O_CLOEXEC) < 0) {
    return ErrnoStatus(errno, "replace", "a file in memory");
  }
  return absl::OkStatus();
}

std::string NameOf(const UniqueFd& fd) { return absl::StrCat("/proc/self/fd/", fd.get()); }

void WarnIfSoon(const std::string& file, const std::string& pem) {
  const auto facts = ReadCertificate(pem);
  const int64_t now = time(nullptr);
  if (!facts.ok() || !ExpiresSoon(facts->not_after, now)) return;
  spdlog::warn(
      "event=certificate-expires-soon file={} days={} what_to_do=\"have a new one issued "
      "and replace the file; no restart is needed\"",
      LogQuote(file), DaysLeft(facts->not_after, now));
}

}  // namespace

absl::StatusOr<CertificateFiles> ReadCertificateFiles(const config::v1::ResolverConfig& config) {
  CertificateFiles files;
  BL_ASSIGN_OR_RETURN(files.client_ca, ReadTrustedFile(config.client_ca_file()));
  BL_ASSIGN_OR_RETURN(files.certificate, ReadTrustedFile(config.certificate_file()));
  BL_ASSIGN_OR_RETURN(files.key, ReadPrivateFile(config.private_key_file()));
  const int64_t now = time(nullptr);
  BL_RETURN_IF_ERROR(CheckCertificateFile(files.client_ca, config.client_ca_file(), now));
  BL_RETURN_IF_ERROR(CheckCertificateFile(files.certificate, config.certificate_file(), now));
  BL_RETURN_IF_ERROR(CheckKeyFits(files.certificate, files.key, config.private_key_file()));
  return files;
}

absl::StatusOr<std::unique_ptr<CertificateWatch>> CertificateWatch::Start(
    const config::v1::ResolverConfig& config, const SelfSigned& own) {
  BL_ASSIGN_OR_RETURN(const CertificateFiles files, ReadCertificateFiles(config));
  std::unique_ptr<CertificateWatch> watch(new CertificateWatch(config, own.certificate));
  BL_RETURN_IF_ERROR(watch->Use(files));
  watch->thread_ = std::thread([raw = watch.get()] { raw->Run(); });
  return watch;
}

CertificateWatch::~CertificateWatch() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  if (thread_.joinable()) thread_.join();
}

absl::Status CertificateWatch::Use(const CertificateFiles& files) {
  // One file for key and certificate: gRPC takes from it what it looks for.
  BL_RETURN_IF_ERROR(Replace(&identity_, absl::StrCat(files.certificate, "\n", files.key)));
  BL_RETURN_IF_ERROR(Replace(&roots_, absl::StrCat(files.client_ca, "\n", own_certificate_)));
  const std::lock_guard lock(mutex_);
  certificate_before_ = std::exchange(files_, files).certificate;
  return absl::OkStatus();
}

void CertificateWatch::Run() {
  WarnOfExpiry();
  auto warned = std::chrono::steady_clock::now();
  std::unique_lock lock(mutex_);
  const std::chrono::milliseconds pause(config_.certificate_check_ms());
  while (!changed_.wait_for(lock, pause, [this] { return ending_; })) {
    lock.unlock();
    Look();
    if (std::chrono::steady_clock::now() - warned > kBetweenWarnings) {
      WarnOfExpiry();
      warned = std::chrono::steady_clock::now();
    }
    lock.lock();
  }
}

void CertificateWatch::Look() {
  const absl::StatusOr<CertificateFiles> now = ReadCertificateFiles(config_);
  if (now.ok() && *now == files_) {
    why_not_.clear();
    return;
  }
  const absl::Status used = now.ok() ? Use(*now) : now.status();
  if (used.ok()) {
    spdlog::info("event=certificates-reloaded");
    WarnOfExpiry();
  } else if (why_not_ != used.message()) {
    spdlog::error("event=certificates-not-reloaded why={} in_use=\"those read before\"",
                  LogQuote(used.message()));
  }
  why_not_ = std::string(used.message());
}

void CertificateWatch::WarnOfExpiry() const {
  WarnIfSoon(config_.certificate_file(), files_.certificate);
  WarnIfSoon(config_.client_ca_file(), files_.client_ca);
}

std::shared_ptr<grpc::experimental::CertificateProviderInterface> CertificateWatch::Provider()
    const {
  return std::make_shared<grpc::experimental::FileWatcherCertificateProvider>(
      NameOf(identity_), NameOf(identity_), NameOf(roots_), kSecondsBetweenGrpcReads);
}

CertificateFiles CertificateWatch::InUse() const {
  const std::lock_guard lock(mutex_);
  return files_;
}

std::vector<std::string> CertificateWatch::Shown() const {
  const std::lock_guard lock(mutex_);
  return {files_.certificate, certificate_before_};
}

}  // namespace blindlink::resolver
