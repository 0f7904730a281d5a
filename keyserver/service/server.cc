#include "keyserver/service/server.h"

#include <chrono>
#include <ctime>
#include <utility>

#include "absl/memory/memory.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/certificate.h"
#include "grpc/compression.h"
#include "grpcpp/resource_quota.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "keyserver/keys/project_key.h"
#include "keyserver/service/evaluation.h"

namespace blindlink::keyserver {
namespace {

constexpr int kMaxMessageBytes = static_cast<int>(kMostElements * kOprfElementSize) + 1024;
constexpr int kMaxStreams = 16;  // of a connection
constexpr int kMaxThreads = 64;
constexpr size_t kGrpcMemory = size_t{128} << 20;
constexpr int kHandshakeTimeoutMs = 10'000;
constexpr int kIdleConnectionMs = 300'000;
constexpr int kConnectionAgeMs = 3'600'000;
constexpr int kKeepaliveMs = 60'000;
constexpr int kMinPingIntervalMs = 30'000;
constexpr auto kShutdownGrace = std::chrono::seconds(10);

absl::StatusOr<grpc::SslServerCredentialsOptions> ReadCredentials(
    const config::v1::KeyServerConfig& config) {
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  grpc::SslServerCredentialsOptions::PemKeyCertPair own;
  BL_ASSIGN_OR_RETURN(options.pem_root_certs, ReadFile(config.client_ca_file()));
  BL_ASSIGN_OR_RETURN(own.cert_chain, ReadFile(config.certificate_file()));
  BL_ASSIGN_OR_RETURN(own.private_key, ReadPrivateFile(config.private_key_file()));
  const int64_t now = time(nullptr);
  BL_RETURN_IF_ERROR(CheckCertificateFile(options.pem_root_certs, config.client_ca_file(), now));
  BL_RETURN_IF_ERROR(CheckCertificateFile(own.cert_chain, config.certificate_file(), now));
  BL_RETURN_IF_ERROR(CheckKeyFits(own.cert_chain, own.private_key, config.private_key_file()));
  options.pem_key_cert_pairs.push_back(std::move(own));
  return options;
}

void SetLimits(grpc::ServerBuilder* builder) {
  const std::pair<const char*, int> arguments[] = {
      {"grpc.server_handshake_timeout_ms", kHandshakeTimeoutMs},
      {GRPC_ARG_MAX_CONCURRENT_STREAMS, kMaxStreams},
      {GRPC_ARG_MAX_CONNECTION_IDLE_MS, kIdleConnectionMs},
      {GRPC_ARG_MAX_CONNECTION_AGE_MS, kConnectionAgeMs},
      {GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs},
      {GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kMinPingIntervalMs},
      // gRPC inflates a message whole before it looks at its size.
      {GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0},
      {GRPC_ARG_ALLOW_REUSEPORT, 0}};
  for (const auto& [name, value] : arguments) builder->AddChannelArgument(name, value);
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder->SetMaxReceiveMessageSize(kMaxMessageBytes);
  grpc::ResourceQuota quota("blindlink-keyserver");
  quota.Resize(kGrpcMemory);
  quota.SetMaxThreads(kMaxThreads);
  builder->SetResourceQuota(quota);
}

}  // namespace

Server::Server(const config::v1::KeyServerConfig& config, std::map<std::string, OprfKey> keys)
    : config_(config),
      keys_(std::move(keys)),
      counts_(config_.state_directory()),
      service_(config_, keys_, counts_) {}

absl::StatusOr<std::map<std::string, OprfKey>> Server::CheckFiles(
    const config::v1::KeyServerConfig& config) {
  BL_RETURN_IF_ERROR(ReadCredentials(config).status());
  std::map<std::string, OprfKey> keys;
  for (const config::v1::KeyServerProject& project : config.projects()) {
    BL_ASSIGN_OR_RETURN(OprfKey key, ReadProjectKey(project.key_file(), project.name()));
    keys.emplace(project.name(), std::move(key));
  }
  return keys;
}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const config::v1::KeyServerConfig& config) {
  BL_ASSIGN_OR_RETURN(auto keys, CheckFiles(config));
  BL_RETURN_IF_ERROR(MakePrivateFolder(config.state_directory()));
  auto server = absl::WrapUnique(new Server(config, std::move(keys)));
  BL_RETURN_IF_ERROR(server->Listen());
  return server;
}

absl::Status Server::Listen() {
  BL_ASSIGN_OR_RETURN(const grpc::SslServerCredentialsOptions credentials,
                      ReadCredentials(config_));
  grpc::ServerBuilder builder;
  SetLimits(&builder);
  builder.AddListeningPort(config_.listen(), grpc::SslServerCredentials(credentials), &port_);
  builder.RegisterService(&service_);
  server_ = builder.BuildAndStart();
  if (server_ != nullptr && port_ != 0) return absl::OkStatus();
  return absl::UnavailableError(
      absl::StrCat("cannot listen on ", config_.listen(),
                   ": the address is in use, or not one of this machine's"));
}

Server::~Server() {
  if (server_ == nullptr) return;
  server_->Shutdown(std::chrono::system_clock::now() + kShutdownGrace);
  server_->Wait();
}

}  // namespace blindlink::keyserver
