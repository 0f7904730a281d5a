#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/v1/upload_service.grpc.pb.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "tests/support/test_network.h"

namespace blindlink {

// One connection of a party that means harm. Nothing is checked on this side. Not thread-safe.
class HostileClient {
 public:
  HostileClient(TestNetwork& network, const std::string& party);
  ~HostileClient();

  const std::shared_ptr<grpc::Channel>& channel() const { return channel_; }

  // Sends a message of so many MiB of zeros, compressed to a thousandth of that.
  absl::Status Bomb(int mib, grpc_compression_algorithm algorithm);
  // The same as the first message of a stream.
  absl::Status BombInStream(int mib);

  // Opens streams that send nothing.
  void OpenSilentStreams(int count);
  // Waits until the resolver has ended each of them; what it said.
  std::vector<absl::Status> AwaitEnds();

  // Opens streams and resets each at once.
  void ResetStreams(int count);

  // Begins an upload of nothing with this name.
  absl::Status BeginUpload(const std::string& project, const std::string& dataset);

  // Whether the health service says SERVING.
  absl::StatusOr<bool> Health();

 private:
  struct Stream {
    grpc::ClientContext context;
    v1::UploadPosition position;
    std::unique_ptr<grpc::ClientWriter<v1::UploadBlockRequest>> writer;
  };

  const std::shared_ptr<grpc::Channel> channel_;
  const std::unique_ptr<v1::Upload::Stub> stub_;
  std::vector<std::unique_ptr<Stream>> streams_;
};

// A TCP connection to "127.0.0.1:PORT" that speaks no TLS. -1 if it is refused.
int ConnectPlainly(const std::string& address);

}  // namespace blindlink
