#include "common/rpc/client.h"

#include <ctime>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/certificate.h"
#include "common/rpc/audited_calls.h"
#include "common/rpc/unwitnessed_channel.h"
#include "grpc/compression.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/security/credentials.h"

namespace blindlink {
namespace {

// Far above the size of the resolver's chunks. gRPC's own default is 4 MiB.
constexpr int kMaxReceiveBytes = 16 << 20;
// Reconnect quickly after the resolver restarts. By default gRPC waits up to two minutes between
// attempts to connect, and half a minute between look-ups of the address, which every new
// connection needs.
constexpr int kMaxReconnectBackoffMs = 5'000;
constexpr int kMinLookUpIntervalMs = 1'000;
// How long a connection attempt may take, TLS handshake included.
constexpr int kConnectTimeoutMs = 10'000;
constexpr int kKeepaliveMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;

bool IsLoopback(absl::string_view target) {
  return absl::StartsWith(target, "127.") || absl::StartsWith(target, "localhost:") ||
         absl::StartsWith(target, "[::1]");
}

absl::StatusOr<grpc::SslCredentialsOptions> ReadCredentials(const ConnectionFlags& flags) {
  grpc::SslCredentialsOptions options;
  BL_ASSIGN_OR_RETURN(options.pem_root_certs, ReadFile(flags.ca));
  BL_ASSIGN_OR_RETURN(options.pem_cert_chain, ReadFile(flags.cert));
  BL_ASSIGN_OR_RETURN(options.pem_private_key, ReadPrivateFile(flags.key));
  BL_RETURN_IF_ERROR(CheckCertificateFile(options.pem_root_certs, flags.ca, time(nullptr)));
  BL_RETURN_IF_ERROR(CheckCertificateFile(options.pem_cert_chain, flags.cert, time(nullptr)));
  BL_RETURN_IF_ERROR(CheckKeyFits(options.pem_cert_chain, options.pem_private_key, flags.key));
  return options;
}

// gRPC inflates a message whole before it looks at its size, so a small message could fill the
// memory.
void RefuseCompression(grpc::ChannelArguments* arguments) {
  arguments->SetInt(GRPC_COMPRESSION_CHANNEL_ENABLED_ALGORITHMS_BITSET, 1 << GRPC_COMPRESS_NONE);
  arguments->SetInt(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
}

grpc::ChannelArguments ArgumentsFor(const ConnectionFlags& flags) {
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride(flags.resolver_name);
  arguments.SetMaxReceiveMessageSize(kMaxReceiveBytes);
  arguments.SetMaxSendMessageSize(-1);  // the resolver has its own limit
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  arguments.SetInt(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  arguments.SetInt(GRPC_ARG_MAX_RECONNECT_BACKOFF_MS, kMaxReconnectBackoffMs);
  arguments.SetInt(GRPC_ARG_DNS_MIN_TIME_BETWEEN_RESOLUTIONS_MS, kMinLookUpIntervalMs);
  arguments.SetInt(GRPC_ARG_MIN_RECONNECT_BACKOFF_MS, kConnectTimeoutMs);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  RefuseCompression(&arguments);
  if (IsLoopback(flags.resolver)) arguments.SetInt(GRPC_ARG_ENABLE_HTTP_PROXY, 0);
  return arguments;
}

}  // namespace

absl::StatusOr<std::shared_ptr<grpc::Channel>> Connect(const ConnectionFlags& flags) {
  BL_ASSIGN_OR_RETURN(const grpc::SslCredentialsOptions credentials, ReadCredentials(flags));
  std::shared_ptr<grpc::Channel> channel = grpc::experimental::CreateCustomChannelWithInterceptors(
      flags.resolver, grpc::SslCredentials(credentials), ArgumentsFor(flags),
      AuditedCallInterceptors());
  AuditedCalls::OfThisProcess().NoteConnection(flags, channel);
  return channel;
}

absl::StatusOr<std::shared_ptr<grpc::Channel>> ConnectUnwitnessed(const ConnectionFlags& flags) {
  BL_ASSIGN_OR_RETURN(const grpc::SslCredentialsOptions credentials, ReadCredentials(flags));
  return grpc::CreateCustomChannel(flags.resolver, grpc::SslCredentials(credentials),
                                   ArgumentsFor(flags));
}

}  // namespace blindlink
