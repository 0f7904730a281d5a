#include "tests/integration/hostile_client.h"

#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <chrono>

#include "absl/strings/numbers.h"
#include "common/base/files.h"
#include "common/rpc/status.h"
#include "grpcpp/create_channel.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "grpcpp/security/credentials.h"

namespace blindlink {
namespace {

constexpr auto kDeadline = std::chrono::seconds(30);

void SetDeadline(grpc::ClientContext* context) {
  context->set_deadline(std::chrono::system_clock::now() + kDeadline);
}

std::shared_ptr<grpc::Channel> Dial(TestNetwork& network, const std::string& party) {
  grpc::SslCredentialsOptions options;
  options.pem_root_certs = ReadFile(network.certs().Ca()).value();
  options.pem_cert_chain = ReadFile(network.certs().Cert(party)).value();
  options.pem_private_key = ReadFile(network.certs().Key(party)).value();
  grpc::ChannelArguments arguments;
  arguments.SetSslTargetNameOverride("resolver.blindlink");
  arguments.SetMaxSendMessageSize(-1);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  // Otherwise all channels of this process would share one connection.
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  return grpc::CreateCustomChannel(network.address(), grpc::SslCredentials(options), arguments);
}

std::string Zeros(int mib) { return std::string(static_cast<size_t>(mib) << 20, '\0'); }

}  // namespace

HostileClient::HostileClient(TestNetwork& network, const std::string& party)
    : channel_(Dial(network, party)), stub_(v1::Upload::NewStub(channel_)) {}

HostileClient::~HostileClient() {
  for (const auto& stream : streams_) {
    stream->context.TryCancel();
    stream->writer->Finish().ok();  // CANCELLED by ourselves
  }
}

absl::Status HostileClient::Bomb(int mib, grpc_compression_algorithm algorithm) {
  grpc::ClientContext context;
  SetDeadline(&context);
  context.set_compression_algorithm(algorithm);
  v1::CommitUploadRequest request;
  request.set_chain(Zeros(mib));
  v1::UploadInfo info;
  return FromGrpc(stub_->CommitUpload(&context, request, &info));
}

absl::Status HostileClient::BombInStream(int mib) {
  grpc::ClientContext context;
  SetDeadline(&context);
  context.set_compression_algorithm(GRPC_COMPRESS_GZIP);
  v1::UploadPosition position;
  const auto writer = stub_->UploadBlocks(&context, &position);
  v1::UploadBlockRequest request;
  request.mutable_block()->set_record_ids(Zeros(mib));
  writer->Write(request);
  writer->WritesDone();
  return FromGrpc(writer->Finish());
}

void HostileClient::OpenSilentStreams(int count) {
  for (int i = 0; i < count; ++i) {
    auto stream = std::make_unique<Stream>();
    SetDeadline(&stream->context);
    stream->writer = stub_->UploadBlocks(&stream->context, &stream->position);
    streams_.push_back(std::move(stream));
  }
}

std::vector<absl::Status> HostileClient::AwaitEnds() {
  std::vector<absl::Status> ends;
  for (const auto& stream : streams_) ends.push_back(FromGrpc(stream->writer->Finish()));
  streams_.clear();
  return ends;
}

void HostileClient::ResetStreams(int count) {
  for (int i = 0; i < count; ++i) {
    grpc::ClientContext context;
    v1::UploadPosition position;
    const auto writer = stub_->UploadBlocks(&context, &position);
    context.TryCancel();
    writer->Finish().ok();  // CANCELLED by ourselves
  }
}

absl::Status HostileClient::BeginUpload(const std::string& project, const std::string& dataset) {
  grpc::ClientContext context;
  SetDeadline(&context);
  v1::BeginUploadRequest request;
  request.mutable_manifest()->set_project(project);
  request.mutable_manifest()->set_dataset(dataset);
  request.mutable_manifest()->set_standardizer_version("2");
  request.mutable_manifest()->set_tokenization_digest(std::string(32, 'd'));
  request.mutable_manifest()->set_token_key_id(std::string(8, 'k'));
  v1::UploadPosition position;
  return FromGrpc(stub_->BeginUpload(&context, request, &position));
}

absl::StatusOr<bool> HostileClient::Health() {
  const grpc::internal::RpcMethod method("/grpc.health.v1.Health/Check",
                                         grpc::internal::RpcMethod::NORMAL_RPC);
  grpc::ClientContext context;
  SetDeadline(&context);
  const grpc::Slice nothing;  // an empty HealthCheckRequest
  const grpc::ByteBuffer request(&nothing, 1);
  grpc::ByteBuffer response;
  const grpc::Status status =
      grpc::internal::BlockingUnaryCall(channel_.get(), method, &context, request, &response);
  if (!status.ok()) return FromGrpc(status);
  grpc::Slice slice;
  if (!response.DumpToSingleSlice(&slice).ok()) return absl::InternalError("no answer");
  // Field 1, a number: 1 is SERVING.
  return std::string(slice.begin(), slice.end()) == "\x08\x01";
}

int ConnectPlainly(const std::string& address) {
  int port = 0;
  if (!absl::SimpleAtoi(address.substr(address.find(':') + 1), &port)) return -1;
  sockaddr_in to{};
  to.sin_family = AF_INET;
  to.sin_port = htons(static_cast<uint16_t>(port));
  to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && connect(fd, reinterpret_cast<const sockaddr*>(&to), sizeof to) != 0) {
    close(fd);
    return -1;
  }
  return fd;
}

}  // namespace blindlink
