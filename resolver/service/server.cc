#include "resolver/service/server.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/crypto/certificate.h"
#include "grpc/compression.h"
#include "grpcpp/health_check_service_interface.h"
#include "grpcpp/resource_quota.h"
#include "grpcpp/security/server_credentials.h"
#include "grpcpp/server_builder.h"
#include "resolver/service/credentials.h"

namespace blindlink::resolver {
namespace {

using std::chrono::milliseconds;

constexpr int kKeepaliveMs = 60'000;
constexpr int kKeepaliveTimeoutMs = 20'000;
constexpr int kMinPingIntervalMs = 30'000;
constexpr int kMaxThreads = 256;
constexpr auto kShutdownGrace = std::chrono::seconds(10);
constexpr std::chrono::milliseconds kLeastTimeToTest = std::chrono::minutes(1);
constexpr char kOwnUri[] = "spiffe://blindlink/resolver/itself";

// A connection that stayed open forever would keep its certificate accepted forever.
void SetConnectionLimits(const config::v1::ResolverConfig& config, grpc::ServerBuilder* builder) {
  const std::pair<const char*, uint32_t> arguments[] = {
      {"grpc.server_handshake_timeout_ms", config.handshake_timeout_ms()},
      {GRPC_ARG_MAX_CONCURRENT_STREAMS, config.max_concurrent_streams()},
      {GRPC_ARG_MAX_CONNECTION_IDLE_MS, config.idle_connection_ms()},
      {GRPC_ARG_MAX_CONNECTION_AGE_MS, config.connection_age_ms()},
      {GRPC_ARG_MAX_CONNECTION_AGE_GRACE_MS, config.connection_grace_ms()},
      {GRPC_ARG_KEEPALIVE_TIME_MS, kKeepaliveMs},
      {GRPC_ARG_KEEPALIVE_TIMEOUT_MS, kKeepaliveTimeoutMs},
      {GRPC_ARG_KEEPALIVE_PERMIT_WITHOUT_CALLS, 1},
      {GRPC_ARG_HTTP2_MIN_RECV_PING_INTERVAL_WITHOUT_DATA_MS, kMinPingIntervalMs},
      {GRPC_ARG_ALLOW_REUSEPORT, 0}};
  for (const auto& [name, value] : arguments) {
    builder->AddChannelArgument(name, static_cast<int>(value));
  }
}

// gRPC inflates a compressed message whole before it looks at its size, so a small message could
// fill the memory.
void RefuseCompression(grpc::ServerBuilder* builder) {
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_DEFLATE, false);
  builder->SetCompressionAlgorithmSupportStatus(GRPC_COMPRESS_GZIP, false);
  builder->AddChannelArgument(GRPC_ARG_ENABLE_PER_MESSAGE_DECOMPRESSION, 0);
}

void SetMemoryLimits(const config::v1::ResolverConfig& config, grpc::ServerBuilder* builder) {
  builder->SetMaxReceiveMessageSize(static_cast<int>(config.max_message_kib()) * 1024);
  grpc::ResourceQuota quota("blindlink-resolver");
  quota.Resize(config.grpc_memory_mib() << 20);
  quota.SetMaxThreads(kMaxThreads);
  builder->SetResourceQuota(quota);
}

PartyLimits::Options LimitsOf(const config::v1::ResolverConfig& config) {
  return {config.max_calls_per_party(), config.max_calls_per_party_per_second(),
          config.max_connections_per_party_per_minute()};
}

CallGate::Options GateOptionsOf(const config::v1::ResolverConfig& config, const SelfSigned& own) {
  return {ReadCertificate(own.certificate)->fingerprint, milliseconds(config.first_message_ms()),
          milliseconds(config.idle_stream_ms()), config.messages_between_checks(),
          config.data_directory()};
}

}  // namespace

Server::Server(const config::v1::ResolverConfig& config, SelfSigned own, ClientList& clients,
               ProjectStore& store, AuditLog& audit)
    : own_(std::move(own)),
      limits_(LimitsOf(config)),
      refusals_(audit),
      gate_(GateOptionsOf(config, own_), clients, limits_, audit, refusals_),
      audit_service_(gate_, audit),
      project_service_(gate_, store, config.max_projects()),
      upload_service_(gate_, store,
                      {config.max_datasets_per_site(), uint64_t{config.max_mib_per_site()} << 20}),
      linkage_service_(gate_, store),
      key_rotation_service_(gate_, store),
      explanation_service_(gate_, store),
      result_service_(gate_, store),
      key_exchange_service_(gate_, store),
      access_service_(gate_, store),
      retention_service_(gate_, store),
      withdrawal_service_(gate_, store, audit),
      entity_change_service_(gate_, store),
      review_service_(gate_, store),
      board_(store.work_board()),
      work_service_(gate_, board_),
      health_({config.data_directory(), clients, store, audit, gate_}),
      overview_service_(gate_, store, health_),
      retention_clock_(store, gate_, audit) {}

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const config::v1::ResolverConfig& config,
                                                      ClientList& clients, ProjectStore& store,
                                                      AuditLog& audit, std::function<void()> dead) {
  BL_ASSIGN_OR_RETURN(SelfSigned own, MakeSelfSigned(kOwnUri));
  std::unique_ptr<Server> server(new Server(config, std::move(own), clients, store, audit));
  BL_RETURN_IF_ERROR(server->Listen(config, clients));
  const absl::Status tested = server->Test(config);
  // A full disk is then told as what it is.
  if (!tested.ok() && !audit.writable()) {
    v1::AuditEntry entry;
    entry.set_kind(v1::LOG_WRITABLE_AGAIN);
    BL_RETURN_IF_ERROR(audit.Append(std::move(entry)).status());
  }
  BL_RETURN_IF_ERROR(tested);
  server->StartWatchdog(config, std::move(dead));
  return server;
}

absl::Status Server::CheckCertificates(const config::v1::ResolverConfig& config) {
  return ReadCertificateFiles(config).status();
}

absl::Status Server::Listen(const config::v1::ResolverConfig& config, ClientList& clients) {
  BL_ASSIGN_OR_RETURN(certificates_, CertificateWatch::Start(config, own_));
  health_.Watch(certificates_.get());
  grpc::EnableDefaultHealthCheckService(true);
  grpc::ServerBuilder builder;
  SetConnectionLimits(config, &builder);
  RefuseCompression(&builder);
  SetMemoryLimits(config, &builder);
  builder.AddListeningPort(config.listen(),
                           MakeServerCredentials(*certificates_, own_, clients, limits_), &port_);
  builder.RegisterService(&audit_service_);
  builder.RegisterService(&project_service_);
  builder.RegisterService(&upload_service_);
  builder.RegisterService(&linkage_service_);
  builder.RegisterService(&key_rotation_service_);
  builder.RegisterService(&explanation_service_);
  builder.RegisterService(&result_service_);
  builder.RegisterService(&key_exchange_service_);
  builder.RegisterService(&access_service_);
  builder.RegisterService(&retention_service_);
  builder.RegisterService(&withdrawal_service_);
  builder.RegisterService(&entity_change_service_);
  builder.RegisterService(&review_service_);
  builder.RegisterService(&overview_service_);
  builder.RegisterService(&work_service_);
  server_ = builder.BuildAndStart();
  if (server_ == nullptr || port_ == 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot listen on ", config.listen(),
                     ": the address is in use, or not one of this machine's"));
  }
  host_and_port_ = OwnAddress(config.listen(), port_);
  return absl::OkStatus();
}

std::shared_ptr<grpc::Channel> Server::InProcessChannel() {
  return server_->InProcessChannel(grpc::ChannelArguments());
}

SelfAddress Server::Address() const { return {host_and_port_, certificates_->Shown()}; }

absl::Status Server::Test(const config::v1::ResolverConfig& config) {
  // A busy machine may need long for its first handshakes, and nobody waits for an answer yet.
  const milliseconds timeout =
      std::max(milliseconds(config.watchdog_timeout_ms()), kLeastTimeToTest);
  BL_RETURN_IF_ERROR(CheckCallWithoutCertificateFails(Address(), timeout));
  absl::Status answered = CheckSelfCallIsAnswered(Address(), own_, timeout);
  if (answered.ok()) return answered;
  return absl::InternalError(absl::StrCat("self-test: the resolver does not answer itself at ",
                                          host_and_port_, ": ", answered.ToString()));
}

void Server::StartWatchdog(const config::v1::ResolverConfig& config, std::function<void()> dead) {
  const milliseconds timeout(config.watchdog_timeout_ms());
  watchdog_ = std::make_unique<Watchdog>(Watchdog::Options{
      milliseconds(config.watchdog_interval_ms()), static_cast<int>(config.watchdog_failures()),
      [this, timeout] { return CheckSelfCallIsAnswered(Address(), own_, timeout); },
      [this](bool healthy) { server_->GetHealthCheckService()->SetServingStatus(healthy); },
      std::move(dead)});
}

Server::~Server() {
  watchdog_.reset();
  if (server_ == nullptr) return;
  board_.Close();
  server_->Shutdown(std::chrono::system_clock::now() + kShutdownGrace);
  server_->Wait();
}

}  // namespace blindlink::resolver
