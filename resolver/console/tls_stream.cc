#include "resolver/console/tls_stream.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <openssl/err.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace blindlink::resolver {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kLongestWait{100};  // before looking whether the process stops
constexpr size_t kPemColumns = 64;

std::string PemOf(absl::string_view der) {
  const std::string base64 = absl::Base64Escape(der);
  std::string pem = "-----BEGIN CERTIFICATE-----\n";
  for (size_t at = 0; at < base64.size(); at += kPemColumns) {
    absl::StrAppend(&pem, base64.substr(at, kPemColumns), "\n");
  }
  return pem + "-----END CERTIFICATE-----\n";
}

using NameOfSocket = int (*)(int, sockaddr*, socklen_t*);

void ReadName(int socket, NameOfSocket name_of, std::string* ip, int* port) {
  sockaddr_storage address{};
  socklen_t size = sizeof(address);
  char text[INET6_ADDRSTRLEN] = "";
  if (name_of(socket, reinterpret_cast<sockaddr*>(&address), &size) != 0) return;
  if (address.ss_family == AF_INET) {
    const auto& v4 = reinterpret_cast<const sockaddr_in&>(address);
    inet_ntop(AF_INET, &v4.sin_addr, text, sizeof(text));
    *port = ntohs(v4.sin_port);
  } else if (address.ss_family == AF_INET6) {
    const auto& v6 = reinterpret_cast<const sockaddr_in6&>(address);
    inet_ntop(AF_INET6, &v6.sin6_addr, text, sizeof(text));
    *port = ntohs(v6.sin6_port);
  }
  *ip = text;
}

}  // namespace

TlsStream::TlsStream(UniqueFd socket, std::shared_ptr<SSL_CTX> context,
                     const std::atomic<bool>& stopping)
    : socket_(std::move(socket)),
      context_(std::move(context)),
      stopping_(stopping),
      ssl_(SSL_new(context_.get())) {
  fcntl(socket_.get(), F_SETFL, fcntl(socket_.get(), F_GETFL) | O_NONBLOCK);
  if (ssl_ != nullptr && SSL_set_fd(ssl_, socket_.get()) != 1) {
    SSL_free(ssl_);
    ssl_ = nullptr;
  }
}

TlsStream::~TlsStream() {
  if (ssl_ == nullptr) return;
  if (established_) SSL_shutdown(ssl_);  // says goodbye once, and does not wait
  SSL_free(ssl_);
}

void TlsStream::Interrupt() { shutdown(socket_.get(), SHUT_RDWR); }

void TlsStream::Limit(Clock::time_point deadline, size_t bytes_to_read) {
  deadline_ = deadline;
  bytes_left_ = bytes_to_read;
}

bool TlsStream::WaitFor(short events) {
  while (!stopping_) {
    const auto left = std::chrono::duration_cast<milliseconds>(deadline_ - Clock::now());
    if (left <= milliseconds(0)) return false;
    pollfd waiting{socket_.get(), events, 0};
    const int ready = poll(&waiting, 1, static_cast<int>(std::min(left, kLongestWait).count() + 1));
    if (ready > 0) return true;
    if (ready < 0 && errno != EINTR) return false;
  }
  return false;
}

bool TlsStream::WaitToGoOn(int result) {
  if (Clock::now() > deadline_) return false;
  switch (SSL_get_error(ssl_, result)) {
    case SSL_ERROR_WANT_READ:
      return WaitFor(POLLIN);
    case SSL_ERROR_WANT_WRITE:
      return WaitFor(POLLOUT);
    default:
      return false;
  }
}

bool TlsStream::Handshake() {
  if (ssl_ == nullptr) return false;
  while (true) {
    ERR_clear_error();  // SSL_get_error looks at it
    const int result = SSL_accept(ssl_);
    if (result == 1) return established_ = true;
    if (!WaitToGoOn(result)) return false;
  }
}

std::string TlsStream::PeerCertificate() const {
  const X509* certificate = SSL_get0_peer_certificate(ssl_);
  if (certificate == nullptr) return "";
  const int size = i2d_X509(certificate, nullptr);
  if (size <= 0) return "";
  std::vector<unsigned char> der(static_cast<size_t>(size));
  unsigned char* end = der.data();
  i2d_X509(certificate, &end);
  return PemOf({reinterpret_cast<const char*>(der.data()), der.size()});
}

std::string TlsStream::Peer() const {
  std::string ip;
  int port = 0;
  get_remote_ip_and_port(ip, port);
  return absl::StrCat("console:", ip, ":", port);
}

bool TlsStream::WaitForRequest() { return SSL_pending(ssl_) > 0 || WaitFor(POLLIN); }

ssize_t TlsStream::read(char* to, size_t size) {
  if (bytes_left_ == 0) return -1;
  size = std::min(size, bytes_left_);
  while (true) {
    size_t got = 0;
    ERR_clear_error();  // SSL_get_error looks at it
    const int result = SSL_read_ex(ssl_, to, size, &got);
    if (result == 1) {
      bytes_left_ -= got;
      return static_cast<ssize_t>(got);
    }
    if (SSL_get_error(ssl_, result) == SSL_ERROR_ZERO_RETURN) return 0;
    if (!WaitToGoOn(result)) return -1;
  }
}

ssize_t TlsStream::write(const char* from, size_t size) {
  while (true) {
    size_t put = 0;
    ERR_clear_error();  // SSL_get_error looks at it
    const int result = SSL_write_ex(ssl_, from, size, &put);
    if (result == 1) return static_cast<ssize_t>(put);
    if (!WaitToGoOn(result)) return -1;
  }
}

void TlsStream::get_remote_ip_and_port(std::string& ip, int& port) const {
  ReadName(socket_.get(), &getpeername, &ip, &port);
}

void TlsStream::get_local_ip_and_port(std::string& ip, int& port) const {
  ReadName(socket_.get(), &getsockname, &ip, &port);
}

}  // namespace blindlink::resolver
