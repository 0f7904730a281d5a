#include "common/rpc/tls_policy.h"

#include <dlfcn.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "common/base/fd.h"
#include "common/base/status_macros.h"

namespace blindlink {
namespace {

// MinProtocol would be the usual way, but gRPC later sets the minimum to TLS 1.2. It does not
// change which protocols are switched off.
constexpr absl::string_view kConfiguration = R"(openssl_conf = blindlink
[blindlink]
ssl_conf = ssl
[ssl]
system_default = tls
[tls]
Protocol = -SSLv3, -TLSv1, -TLSv1.1, -TLSv1.2
NumTickets = 0
)";

// SSL_OP_NO_SSLv3, _TLSv1, _TLSv1_2, _TLSv1_1 of OpenSSL 3.
constexpr uint64_t kOlderProtocolsOff = uint64_t{0xF} << 25;
constexpr uint64_t kTls13Off = uint64_t{1} << 29;

// A function of gRPC's libssl by its exported name. The headers in this tree are BoringSSL's.
template <typename F>
F* Symbol(const char* name) {
  return reinterpret_cast<F*>(dlsym(RTLD_DEFAULT, name));
}

// OpenSSL reads its configuration once, when something first uses it. That may have been before
// main: Debian's libcpp-httplib does so as it is loaded. Read again, the section on TLS replaces
// the one before.
absl::Status LoadConfiguration(const std::string& file) {
  auto* load = Symbol<int(const char*, const char*, unsigned long)>("CONF_modules_load_file");
  if (load == nullptr || load(file.c_str(), nullptr, 0) != 1) {
    return absl::InternalError("TLS policy: OpenSSL cannot read its configuration");
  }
  return absl::OkStatus();
}

absl::Status CheckTookEffect() {
  auto* method = Symbol<const void*()>("TLS_method");
  auto* new_context = Symbol<void*(const void*)>("SSL_CTX_new");
  auto* options_of = Symbol<uint64_t(const void*)>("SSL_CTX_get_options");
  auto* tickets_of = Symbol<size_t(const void*)>("SSL_CTX_get_num_tickets");
  auto* free_context = Symbol<void(void*)>("SSL_CTX_free");
  if (!method || !new_context || !options_of || !tickets_of || !free_context) {
    return absl::InternalError("TLS policy: OpenSSL's libssl is not in this process");
  }
  void* context = new_context(method());
  if (context == nullptr) return absl::InternalError("TLS policy: OpenSSL cannot make a context");
  const absl::Cleanup freer = [&] { free_context(context); };
  const uint64_t options = options_of(context);
  if ((options & kOlderProtocolsOff) != kOlderProtocolsOff || (options & kTls13Off) != 0) {
    return absl::InternalError("TLS policy: TLS 1.2 and older could not be switched off");
  }
  if (tickets_of(context) != 0) {
    return absl::InternalError("TLS policy: session tickets could not be switched off");
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status RequireTls13Only() {
  const UniqueFd fd(memfd_create("blindlink-openssl-configuration", MFD_CLOEXEC));
  if (!fd.is_open()) return ErrnoStatus(errno, "create", "an in-memory file");
  BL_RETURN_IF_ERROR(WriteAll(fd.get(), kConfiguration, "an in-memory file"));
  const char* before = getenv("OPENSSL_CONF");
  const std::optional<std::string> kept =
      before ? std::optional<std::string>(before) : std::nullopt;
  const std::string file = absl::StrCat("/proc/self/fd/", fd.get());
  setenv("OPENSSL_CONF", file.c_str(), 1);
  absl::Status took_effect = LoadConfiguration(file);
  if (took_effect.ok()) took_effect = CheckTookEffect();
  if (kept) {
    setenv("OPENSSL_CONF", kept->c_str(), 1);
  } else {
    unsetenv("OPENSSL_CONF");
  }
  return took_effect;
}

}  // namespace blindlink
