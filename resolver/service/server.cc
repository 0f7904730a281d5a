#include "resolver/service/server.h"

#include <chrono>
#include <ctime>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/certificate.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "resolver/service/tls_self_test.h"

namespace blindlink::resolver {
namespace {

constexpr int kHandshakeTimeoutMs = 10'000;
constexpr int kKeepaliveMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;
constexpr int kMinPingIntervalMs = 30'000;
// A connection that stays open forever would keep its certificate accepted forever.
constexpr int kMaxConnectionAgeMs = 3'600'000;
constexpr int kMaxConnectionAgeGraceMs = 3'600'000;
constexpr int kMaxThreads = 256;
constexpr auto kShutdownGrace = std::chrono::seconds(10);

absl::StatusOr<std::shared_ptr<grpc::ServerCredentials>> ReadCredentials(
    const config::v1::ResolverConfig& config) {
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  BL_ASSIGN_OR_RETURN(options.pem_root_certs, ReadFile(config.client_ca_file()));
  BL_ASSIGN_OR_RETURN(const std::string certificate, ReadFile(config.certificate_file()));
  BL_ASSIGN_OR_RETURN(const std::string key, ReadPrivateFile(config.private_key_file()));
  const int64_t now = time(nullptr);
  BL_RETURN_IF_ERROR(CheckCertificateFile(options.pem_root_certs, config.client_ca_file(), now));
  BL_RETURN_IF_ERROR(CheckCertificateFile(certificate, config.certificate_file(), now));
  BL_RETURN_IF_ERROR(CheckKeyFits(certificate, key, config.private_key_file()));
  options.pem_key_cert_pairs.push_back({key, certificate});
  return grpc::SslServerCredentials(options);
}

void SetLimits(const config::v1::ResolverConfig& config, grpc::ServerBuilder* builder) {
  builder->AddChannelArgument("grpc.server_handshake_timeout_ms", kHandshakeTimeoutMs);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONCURRENT_STREAMS,
                              static_cast<int>(config.max_concurrent_streams()));
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs);
  builder->AddChannelArgument(GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs);
  builder->AddChannelArgument(GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS,
                              kMinPingIntervalMs);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_MS, kMaxConnectionAgeMs);
  builder->AddChannelArgument(GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, kMaxConnectionAgeGraceMs);
  builder->AddChannelArgument(GRPC_ARG_ALLOW_REUSEPORT, 0);
  builder->SetMaxReceiveMessageSize(static_cast<int>(config.max_message_kib()) * 1024);
  grpc::ResourceQuota quota("blindlink-resolver");
  quota.Resize(config.grpc_memory_mib() << 20);
  quota.SetMaxThreads(kMaxThreads);
  builder->SetResourceQuota(quota);
}

}  // namespace

Server::Server(ClientList& clients, ProjectStore& store)
    : gate_(clients),
      project_service_(gate_, store),
      upload_service_(gate_, store),
      linkage_service_(gate_, store),
      result_service_(gate_, store) {}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const config::v1::ResolverConfig& config,
                                                      ClientList& clients, ProjectStore& store) {
  std::unique_ptr<Server> server(new Server(clients, store));
  BL_RETURN_IF_ERROR(server->Listen(config));
  BL_RETURN_IF_ERROR(CheckDialWithoutCertificateFails(server->port()));
  return server;
}

absl::Status Server::CheckCertificates(const config::v1::ResolverConfig& config) {
  return ReadCredentials(config).status();
}

absl::Status Server::Listen(const config::v1::ResolverConfig& config) {
  BL_ASSIGN_OR_RETURN(const auto credentials, ReadCredentials(config));
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  SetLimits(config, &builder);
  builder.AddListeningPort(config.listen(), credentials, &port_);
  builder.RegisterService(&project_service_);
  builder.RegisterService(&upload_service_);
  builder.RegisterService(&linkage_service_);
  builder.RegisterService(&result_service_);
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port_ == 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", config.listen(),
                     ": the address is in use, or not one of this machine's"));
  }
  return absl::OkStatus();
}

Server::~Server() {
  if (server_ == nullptr) return;
  server_->Shutdown(std::chrono::system_clock::now() + kShutdownGrace);
  server_->Wait();
}

}  // namespace blindlink::resolver
