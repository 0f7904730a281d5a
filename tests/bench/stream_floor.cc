#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/rpc/client.h"
#include "grpcpp/server.h"
#include "grpcpp/server_builder.h"
#include "tests/bench/floors.h"
#include "tests/support/test_certs.h"

namespace blindlink {
namespace {

constexpr int kMessages = 8000;
constexpr size_t kMessageBytes = size_t{64} << 10;

// Receives blocks and discards them.
class Sink : public v1::Upload::Service {
 public:
  grpc::Status UploadBlocks(grpc::ServerContext*,
                            grpc::ServerReader<v1::UploadBlockRequest>* blocks,
                            v1::UploadPosition* position) override {
    v1::UploadBlockRequest request;
    uint64_t seen = 0;
    while (blocks->Read(&request)) ++seen;
    position->set_next_sequence(seen);
    return grpc::Status::OK;
  }
};

absl::StatusOr<std::unique_ptr<grpc::Server>> Serve(const TestCerts& certs, Sink& sink, int* port) {
  grpc::SslServerCredentialsOptions options(
      GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  BL_ASSIGN_OR_RETURN(options.pem_root_certs, ReadFile(certs.Ca()));
  BL_ASSIGN_OR_RETURN(const std::string certificate, ReadFile(certs.Cert("resolver")));
  BL_ASSIGN_OR_RETURN(const std::string key, ReadFile(certs.Key("resolver")));
  options.pem_key_cert_pairs.push_back({key, certificate});
  grpc::ServerBuilder builder;
  builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(options), port);
  builder.RegisterService(&sink);
  std::unique_ptr<grpc::Server> server = builder.BuildAndStart();
  if (server == nullptr) return absl::InternalError("cannot start the server of the stream");
  return server;
}

grpc::Status Send(v1::Upload::Stub& stub) {
  v1::UploadBlockRequest request;
  request.mutable_block()->set_record_ids(std::string(kMessageBytes, 'x'));
  grpc::ClientContext context;
  v1::UploadPosition position;
  const auto writer = stub.UploadBlocks(&context, &position);
  for (int i = 0; i < kMessages && writer->Write(request); ++i) {
  }
  writer->WritesDone();
  return writer->Finish();
}

}  // namespace

absl::StatusOr<double> StreamFloor() {
  const TestCerts certs({"site/floor"});
  Sink sink;
  int port = 0;
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<grpc::Server> server, Serve(certs, sink, &port));
  ConnectionFlags flags;
  flags.resolver = absl::StrCat("127.0.0.1:", port);
  flags.cert = certs.Cert("site/floor");
  flags.key = certs.Key("site/floor");
  flags.ca = certs.Ca();
  BL_ASSIGN_OR_RETURN(const std::shared_ptr<grpc::Channel> channel, Connect(flags));
  const auto stub = v1::Upload::NewStub(channel);
  grpc::Status status;
  const double seconds = ShortestSeconds([&] {
    if (status.ok()) status = Send(*stub);
  });
  server->Shutdown();
  if (!status.ok()) return absl::InternalError(absl::StrCat("stream: ", status.error_message()));
  return seconds / (double{kMessages} * kMessageBytes);
}

}  // namespace blindlink
