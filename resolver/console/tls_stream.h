#pragma once

#include <httplib.h>
#include <openssl/ssl.h>

#include <atomic>
#include <chrono>
#include <memory>
#include <string>

#include "common/base/fd.h"

namespace blindlink::resolver {

// One TLS connection as cpp-httplib wants it, with limits that a slow or talkative peer cannot
// stretch: each phase has a deadline for all of it and a number of bytes. Not thread-safe but for
// Interrupt().
class TlsStream final : public httplib::Stream {
 public:
  using Clock = std::chrono::steady_clock;

  // `stopping` ends every wait within a moment.
  TlsStream(UniqueFd socket, std::shared_ptr<SSL_CTX> context, const std::atomic<bool>& stopping);
  ~TlsStream() override;

  // What may be read, and until when anything may be done, from now on.
  void Limit(Clock::time_point deadline, size_t bytes_to_read);
  // Ends the connection, also while another thread uses it.
  void Interrupt();
  // The TLS handshake. False: it failed, or took too long.
  bool Handshake();
  // The peer's certificate in PEM form; empty if it has shown none.
  std::string PeerCertificate() const;
  // "ip:port" of the peer.
  std::string Peer() const;
  // Waits for the first byte of another request.
  bool WaitForRequest();

  bool is_readable() const override { return true; }
  bool is_writable() const override { return true; }
  ssize_t read(char* to, size_t size) override;
  ssize_t write(const char* from, size_t size) override;
  void get_remote_ip_and_port(std::string& ip, int& port) const override;
  void get_local_ip_and_port(std::string& ip, int& port) const override;
  socket_t socket() const override { return socket_.get(); }

 private:
  // Waits until OpenSSL can go on after it returned `result`. False: it cannot, or not in time.
  bool WaitToGoOn(int result);
  bool WaitFor(short events);

  const UniqueFd socket_;
  const std::shared_ptr<SSL_CTX> context_;
  const std::atomic<bool>& stopping_;
  SSL* ssl_ = nullptr;
  bool established_ = false;
  Clock::time_point deadline_{};
  size_t bytes_left_ = 0;
};

}  // namespace blindlink::resolver
