#pragma once

#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "resolver/index/clickhouse/clickhouse_options.h"

namespace blindlink::resolver {

struct HttpReply {
  int code = 0;
  std::string body;
};

// Posts requests to one server over HTTPS with a client certificate; connections are kept and used
// again. The server's certificate must name the host and be signed by the CA of the options. User
// and password go in headers, so they are in no address. Thread-safe.
class HttpsClient {
 public:
  // `options` must outlive it.
  HttpsClient(const ClickHouseOptions& options, const ClickHouseServer& server);
  ~HttpsClient();
  HttpsClient(const HttpsClient&) = delete;
  HttpsClient& operator=(const HttpsClient&) = delete;

  // `parameters` are those of the address, escaped (Escape); the body is sent piece by piece,
  // without a copy of the whole. Whatever the server answers is OK, whole. Otherwise, without
  // naming the server: UNAVAILABLE if it cannot be reached, does not answer, stalls or breaks off;
  // UNAUTHENTICATED if one of the two certificates is refused; FAILED_PRECONDITION if a file of the
  // options cannot be used; RESOURCE_EXHAUSTED if the answer is longer than kLongestReply. After
  // UNAVAILABLE the request may or may not have had an effect.
  absl::StatusOr<HttpReply> Post(const std::string& parameters,
                                 absl::Span<const absl::string_view> body) const;

  static std::string Escape(absl::string_view text);

  static constexpr size_t kLongestReply = size_t{2} << 30;

 private:
  struct Connection;
  std::unique_ptr<Connection> Make() const;
  std::unique_ptr<Connection> Take() const;
  absl::Status WhyClosed() const;
  void GiveBack(std::unique_ptr<Connection> connection) const;

  const ClickHouseOptions& options_;
  const std::string address_;
  mutable std::mutex mutex_;
  mutable std::vector<std::unique_ptr<Connection>> idle_;
};

}  // namespace blindlink::resolver
