#include "common/rpc/status.h"

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace blindlink {
namespace {

// In TLS 1.3 the client's handshake ends before the server has checked the client's certificate, so
// a refusal appears as a closed connection, never as a TLS error.
absl::string_view LikelyCause(absl::string_view message) {
  if (absl::StrContains(message, "Connection refused") ||
      absl::StrContains(message, "No route to host") ||
      absl::StrContains(message, "Network is unreachable")) {
    return "nothing answers at that address: check --resolver, and that the resolver is running";
  }
  if (absl::StrContains(message, "DNS resolution failed")) {
    return "the resolver's host name cannot be found: check --resolver";
  }
  if (absl::StrContains(message, "CERTIFICATE_VERIFY_FAILED") ||
      absl::StrContains(message, "certificate verify failed")) {
    return "the resolver's certificate was not accepted: it has expired, or was not issued by the "
           "CA in "
           "--ca";
  }
  if (absl::StrContains(message, "Hostname Verification Check failed") ||
      absl::StrContains(message, "is not in peer certificate")) {
    return "the resolver's certificate is for another name: check --resolver-name";
  }
  if (absl::StrContains(message, "Ssl handshake failed") ||
      absl::StrContains(message, "SSL_ERROR")) {
    return "the TLS handshake failed: only TLS 1.3 with a certificate of the resolver's client CA "
           "is accepted";
  }
  return "the connection was closed: the resolver stopped, or it refused this certificate "
         "(expired, not issued by the resolver's client CA, or not in its list of clients); the "
         "resolver's operator can tell which";
}

// In the details of a grpc::Status, and as a payload of an absl::Status.
constexpr char kBusy[] = "blindlink/busy";
// In the details of a grpc::Status: the message is the peer's own, not gRPC's.
constexpr char kWorded[] = "blindlink/worded";

// Also what gRPC itself answers when its threads are used up.
bool SaysBusy(const grpc::Status& status) {
  return status.error_code() == grpc::StatusCode::RESOURCE_EXHAUSTED &&
         (status.error_details() == kBusy ||
          absl::StrContains(status.error_message(), "Server Threadpool Exhausted"));
}

std::string DetailsOf(const absl::Status& status) {
  if (IsBusy(status)) return kBusy;
  return absl::IsUnavailable(status) ? kWorded : "";
}

}  // namespace

absl::Status BusyError(absl::string_view message) {
  absl::Status status = absl::ResourceExhaustedError(message);
  status.SetPayload(kBusy, absl::Cord());
  return status;
}

bool IsBusy(const absl::Status& status) { return status.GetPayload(kBusy).has_value(); }

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  if (SaysBusy(status)) {
    absl::Status busy = absl::UnavailableError(
        absl::StrCat("the resolver is busy, try again later: ", status.error_message()));
    busy.SetPayload(kBusy, absl::Cord());
    return busy;
  }
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  if (code != absl::StatusCode::kUnavailable || status.error_details() == kWorded) {
    return absl::Status(code, status.error_message());
  }
  return absl::UnavailableError(
      absl::StrCat("cannot reach the resolver: ", LikelyCause(status.error_message()), " [",
                   status.error_message(), "]"));
}

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(status.message()),
                      DetailsOf(status));
}

}  // namespace blindlink
