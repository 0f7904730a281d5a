#include "resolver/console/tls_context.h"

#include <sys/mman.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/status_macros.h"
#include "common/telemetry/log.h"

namespace blindlink::resolver {
namespace {

// A file in memory, which OpenSSL reads by its name.
class MemoryFile {
 public:
  static absl::StatusOr<MemoryFile> Of(absl::string_view content) {
    MemoryFile file;
    file.fd_ = UniqueFd(memfd_create("blindlink-console", MFD_CLOEXEC));
    if (!file.fd_.is_open()) return ErrnoStatus(errno, "create", "a file in memory");
    BL_RETURN_IF_ERROR(WriteAll(file.fd_.get(), content, "a file in memory"));
    return file;
  }
  std::string name() const { return absl::StrCat("/proc/self/fd/", fd_.get()); }

 private:
  UniqueFd fd_;
};

absl::StatusOr<std::shared_ptr<SSL_CTX>> Make(const CertificateFiles& files) {
  BL_ASSIGN_OR_RETURN(const MemoryFile identity,
                      MemoryFile::Of(absl::StrCat(files.certificate, "\n", files.key)));
  BL_ASSIGN_OR_RETURN(const MemoryFile roots, MemoryFile::Of(files.client_ca));
  std::shared_ptr<SSL_CTX> context(SSL_CTX_new(TLS_server_method()), &SSL_CTX_free);
  SSL_CTX* ctx = context.get();
  const bool good =
      ctx != nullptr && SSL_CTX_set_min_proto_version(ctx, TLS1_3_VERSION) == 1 &&
      SSL_CTX_use_certificate_chain_file(ctx, identity.name().c_str()) == 1 &&
      SSL_CTX_use_PrivateKey_file(ctx, identity.name().c_str(), SSL_FILETYPE_PEM) == 1 &&
      SSL_CTX_check_private_key(ctx) == 1 &&
      SSL_CTX_load_verify_locations(ctx, roots.name().c_str(), nullptr) == 1 &&
      SSL_CTX_set_num_tickets(ctx, 0) == 1;
  if (!good) return absl::InternalError("OpenSSL cannot use the certificates");
  SSL_CTX_set_client_CA_list(ctx, SSL_load_client_CA_file(roots.name().c_str()));
  SSL_CTX_set_session_cache_mode(ctx, SSL_SESS_CACHE_OFF);
  SSL_CTX_set_verify(ctx, SSL_VERIFY_PEER | SSL_VERIFY_FAIL_IF_NO_PEER_CERT, nullptr);
  return context;
}

}  // namespace

absl::StatusOr<std::shared_ptr<SSL_CTX>> TlsContext::Current() {
  CertificateFiles files = certificates_.InUse();
  const std::lock_guard lock(mutex_);
  if (context_ != nullptr && files == made_of_) return context_;
  absl::StatusOr<std::shared_ptr<SSL_CTX>> made = Make(files);
  if (!made.ok()) {
    if (context_ == nullptr) return made.status();
    spdlog::error("event=console-certificates-not-used why={}", LogQuote(made.status().message()));
    made = context_;
  }
  made_of_ = std::move(files);
  context_ = *made;
  return context_;
}

}  // namespace blindlink::resolver
