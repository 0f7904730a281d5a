#include "resolver/index/clickhouse/https_client.h"

#include <curl/curl.h>
#include <poll.h>

#include <chrono>
#include <cstring>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

using Clock = std::chrono::steady_clock;

constexpr long kBufferBytes = 512 * 1024;

// Of a request in progress.
struct Progress {
  explicit Progress(std::chrono::milliseconds stall) : stall_timeout(stall) {}

  void Note() { last_byte = Clock::now(); }

  const std::chrono::milliseconds stall_timeout;
  Clock::time_point last_byte = Clock::now();
  curl_off_t bytes = 0;
  bool stalled = false;
  bool too_long = false;
  std::string body;
};

// The body of a request, as libcurl asks for it.
class Upload {
 public:
  explicit Upload(absl::Span<const absl::string_view> pieces) : pieces_(pieces) {}

  curl_off_t size() const {
    curl_off_t sum = 0;
    for (const absl::string_view piece : pieces_) sum += static_cast<curl_off_t>(piece.size());
    return sum;
  }
  size_t Read(char* to, size_t room) {
    size_t copied = 0;
    while (copied < room && next_ < pieces_.size()) {
      const absl::string_view some = pieces_[next_].substr(offset_, room - copied);
      std::memcpy(to + copied, some.data(), some.size());
      copied += some.size();
      offset_ += some.size();
      if (offset_ == pieces_[next_].size()) {
        ++next_;
        offset_ = 0;
      }
    }
    return copied;
  }
  void Restart() { next_ = offset_ = 0; }

 private:
  const absl::Span<const absl::string_view> pieces_;
  size_t next_ = 0;  // the piece
  size_t offset_ = 0;
};

size_t OnUpload(char* to, size_t size, size_t count, void* of) {
  return static_cast<Upload*>(of)->Read(to, size * count);
}

// Where a connection that was kept turns out to be closed, libcurl begins again on another one.
int OnRewind(void* of, curl_off_t offset, int origin) {
  if (offset != 0 || origin != SEEK_SET) return CURL_SEEKFUNC_CANTSEEK;
  static_cast<Upload*>(of)->Restart();
  return CURL_SEEKFUNC_OK;
}

size_t OnBody(char* data, size_t, size_t size, void* of) {
  Progress& progress = *static_cast<Progress*>(of);
  progress.Note();
  if (progress.body.size() + size > HttpsClient::kLongestReply) {
    progress.too_long = true;
    return 0;
  }
  progress.body.append(data, size);
  return size;
}

// Servers send headers while a query is in progress.
size_t OnHeader(char*, size_t, size_t size, void* of) {
  static_cast<Progress*>(of)->Note();
  return size;
}

// libcurl calls this at least once a second. Its own limit of the speed does not end a request that
// does not move at all soon enough.
int OnProgress(void* of, curl_off_t, curl_off_t received, curl_off_t, curl_off_t sent) {
  Progress& progress = *static_cast<Progress*>(of);
  if (received + sent != progress.bytes) {
    progress.bytes = received + sent;
    progress.Note();
  }
  progress.stalled = Clock::now() - progress.last_byte > progress.stall_timeout;
  return progress.stalled ? 1 : 0;
}

// With TLS 1.3 a refused certificate shows only when the answer is read.
bool IsTlsAlert(const std::string& why) {
  return absl::StrContains(why, "alert") && !absl::StrContains(why, "close notify");
}

// Keeps the alert in what libcurl says while it works.
int OnWords(CURL*, curl_infotype type, char* words, size_t size, void* alert) {
  const std::string line(words, size);
  if (type == CURLINFO_TEXT && IsTlsAlert(line)) {
    *static_cast<std::string*>(alert) = std::string(absl::StripTrailingAsciiWhitespace(line));
  }
  return 0;
}

absl::Status StatusOf(CURLcode code, const char* details, const Progress& progress) {
  const std::string why = *details != '\0' ? details : curl_easy_strerror(code);
  if (progress.stalled) {
    return absl::UnavailableError(
        absl::StrFormat("has not sent or taken a byte for %d ms", progress.stall_timeout.count()));
  }
  if (progress.too_long) return absl::ResourceExhaustedError("the answer is too long");
  switch (code) {
    case CURLE_PEER_FAILED_VERIFICATION:
      return absl::UnauthenticatedError(absl::StrCat(
          "its certificate is refused (", why,
          "): see that ca_file signed it and that it names the host of the configuration"));
    case CURLE_SSL_CERTPROBLEM:
    case CURLE_SSL_CACERT_BADFILE:
    case CURLE_SSL_CIPHER:
    case CURLE_URL_MALFORMAT:
      return absl::FailedPreconditionError(absl::StrCat(
          "a request cannot be made (", why,
          "): see ca_file, certificate_file, private_key_file and endpoint of the configuration"));
    default:
      if (IsTlsAlert(why)) {
        return absl::UnauthenticatedError(absl::StrCat(
            "refuses the resolver's certificate (", why,
            "): see certificate_file of the configuration and the CA that the server has"));
      }
      return absl::UnavailableError(why);
  }
}

// libcurl asks for this once, before other threads use it.
void InitializeCurl() {
  static const CURLcode kInitialized = curl_global_init(CURL_GLOBAL_DEFAULT);
  static_cast<void>(kInitialized);
}

}  // namespace

struct HttpsClient::Connection {
  Connection() : handle(curl_easy_init()) {}
  ~Connection() {
    curl_easy_cleanup(handle);
    curl_slist_free_all(headers);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void AddHeader(absl::string_view name, absl::string_view value) {
    std::string line = absl::StrCat(name, ": ", value);
    headers = curl_slist_append(headers, line.c_str());
    WipeMemory(line.data(), line.size());
  }

  CURL* handle;
  curl_slist* headers = nullptr;
  char error[CURL_ERROR_SIZE] = {};
};

HttpsClient::HttpsClient(const ClickHouseOptions& options, const ClickHouseServer& server)
    : options_(options),
      address_(absl::StrCat(
          "https://",
          absl::StrContains(server.host, ':') ? absl::StrCat("[", server.host, "]") : server.host,
          ":", server.port, "/")) {
  InitializeCurl();
}

HttpsClient::~HttpsClient() = default;

std::unique_ptr<HttpsClient::Connection> HttpsClient::Take() const {
  {
    const std::lock_guard lock(mutex_);
    if (!idle_.empty()) {
      std::unique_ptr<Connection> connection = std::move(idle_.back());
      idle_.pop_back();
      return connection;
    }
  }
  return Make();
}

std::unique_ptr<HttpsClient::Connection> HttpsClient::Make() const {
  auto connection = std::make_unique<Connection>();
  CURL* const handle = connection->handle;
  if (handle == nullptr) return nullptr;
  const auto password = options_.password.Reveal();
  connection->AddHeader("X-ClickHouse-User", options_.user);
  connection->AddHeader("X-ClickHouse-Key",
                        {reinterpret_cast<const char*>(password.data()), password.size()});
  connection->AddHeader("Content-Type", "application/octet-stream");
  // Without it, libcurl waits for leave to send a long body.
  connection->headers = curl_slist_append(connection->headers, "Expect:");
  curl_easy_setopt(handle, CURLOPT_HTTPHEADER, connection->headers);
  curl_easy_setopt(handle, CURLOPT_ERRORBUFFER, connection->error);
  curl_easy_setopt(handle, CURLOPT_PROTOCOLS_STR, "https");
  curl_easy_setopt(handle, CURLOPT_PROXY, "");  // whatever the environment says
  curl_easy_setopt(handle, CURLOPT_SSLVERSION, static_cast<long>(CURL_SSLVERSION_TLSv1_2));
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYPEER, 1L);
  curl_easy_setopt(handle, CURLOPT_SSL_VERIFYHOST, 2L);
  curl_easy_setopt(handle, CURLOPT_CAPATH, nullptr);
  curl_easy_setopt(handle, CURLOPT_CAINFO, options_.ca_file.c_str());
  curl_easy_setopt(handle, CURLOPT_SSLCERT, options_.certificate_file.c_str());
  curl_easy_setopt(handle, CURLOPT_SSLKEY, options_.private_key_file.c_str());
  curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl_easy_setopt(handle, CURLOPT_TCP_KEEPALIVE, 1L);
  curl_easy_setopt(handle, CURLOPT_BUFFERSIZE, kBufferBytes);
  curl_easy_setopt(handle, CURLOPT_UPLOAD_BUFFERSIZE, kBufferBytes);
  curl_easy_setopt(handle, CURLOPT_CONNECTTIMEOUT_MS,
                   static_cast<long>(options_.connect_timeout.count()));
  curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, static_cast<long>(options_.request_timeout.count()));
  curl_easy_setopt(handle, CURLOPT_READFUNCTION, OnUpload);
  curl_easy_setopt(handle, CURLOPT_SEEKFUNCTION, OnRewind);
  curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, OnBody);
  curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, OnHeader);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl_easy_setopt(handle, CURLOPT_XFERINFOFUNCTION, OnProgress);
  curl_easy_setopt(handle, CURLOPT_POST, 1L);
  return connection;
}

void HttpsClient::GiveBack(std::unique_ptr<Connection> connection) const {
  const std::lock_guard lock(mutex_);
  idle_.push_back(std::move(connection));
}

// With TLS 1.3 a server reads the client's certificate after the client has begun to send, and may
// close before its refusal is read. So this connects again, sends nothing, and reads: the error is
// the refusal, if there is one.
absl::Status HttpsClient::WhyClosed() const {
  constexpr std::chrono::milliseconds kPatience(1000);
  const std::unique_ptr<Connection> connection = Make();
  if (connection == nullptr) return absl::OkStatus();
  CURL* const handle = connection->handle;
  Progress progress(options_.stall_timeout);
  curl_easy_setopt(handle, CURLOPT_URL, address_.c_str());
  curl_easy_setopt(handle, CURLOPT_CONNECT_ONLY, 1L);
  curl_easy_setopt(handle, CURLOPT_NOPROGRESS, 1L);
  // The buffer for errors keeps the first one alone, which may be of a connection that is closed.
  std::string alert;
  curl_easy_setopt(handle, CURLOPT_VERBOSE, 1L);
  curl_easy_setopt(handle, CURLOPT_DEBUGFUNCTION, OnWords);
  curl_easy_setopt(handle, CURLOPT_DEBUGDATA, &alert);
  CURLcode code = curl_easy_perform(handle);
  const Clock::time_point end = Clock::now() + kPatience;
  char byte = 0;
  size_t got = 0;
  while (code == CURLE_OK || code == CURLE_AGAIN) {
    code = curl_easy_recv(handle, &byte, 1, &got);
    curl_socket_t socket = CURL_SOCKET_BAD;
    curl_easy_getinfo(handle, CURLINFO_ACTIVESOCKET, &socket);
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - Clock::now());
    pollfd readable{socket, POLLIN, 0};
    if (code == CURLE_AGAIN &&
        (left.count() <= 0 || poll(&readable, 1, static_cast<int>(left.count())) <= 0)) {
      return absl::OkStatus();
    }
    if (code == CURLE_OK) return absl::OkStatus();
  }
  return alert.empty() ? absl::OkStatus() : StatusOf(code, alert.c_str(), progress);
}

absl::StatusOr<HttpReply> HttpsClient::Post(const std::string& parameters,
                                            absl::Span<const absl::string_view> body) const {
  std::unique_ptr<Connection> connection = Take();
  if (connection == nullptr) return absl::ResourceExhaustedError("there is no memory left");
  CURL* const handle = connection->handle;
  Progress progress(options_.stall_timeout);
  Upload upload(body);
  connection->error[0] = '\0';
  curl_easy_setopt(handle, CURLOPT_URL, absl::StrCat(address_, "?", parameters).c_str());
  curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, upload.size());
  curl_easy_setopt(handle, CURLOPT_READDATA, &upload);
  curl_easy_setopt(handle, CURLOPT_SEEKDATA, &upload);
  curl_easy_setopt(handle, CURLOPT_WRITEDATA, &progress);
  curl_easy_setopt(handle, CURLOPT_HEADERDATA, &progress);
  curl_easy_setopt(handle, CURLOPT_XFERINFODATA, &progress);
  const CURLcode code = curl_easy_perform(handle);
  if (code == CURLE_SEND_ERROR) BL_RETURN_IF_ERROR(WhyClosed());
  if (code != CURLE_OK) return StatusOf(code, connection->error, progress);
  long http = 0;
  curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &http);
  GiveBack(std::move(connection));
  return HttpReply{static_cast<int>(http), std::move(progress.body)};
}

std::string HttpsClient::Escape(absl::string_view text) {
  std::string out;
  for (const char c : text) {
    if (absl::ascii_isalnum(static_cast<unsigned char>(c)) || c == '-' || c == '_' || c == '.') {
      out.push_back(c);
    } else {
      absl::StrAppendFormat(&out, "%%%02X", static_cast<unsigned char>(c));
    }
  }
  return out;
}

}  // namespace blindlink::resolver
