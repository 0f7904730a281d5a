// blindlink-audit-bench: what an entry of the audit log costs a call. Calls a resolver over mutual
// TLS from several callers at once, in turns: the health service, whose calls are not entered, and
// Audit/GetHead, which waits for its entry to be on the disk. Prints calls per second of both and
// their ratio.
#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/numbers.h"
#include "common/rpc/client.h"
#include "grpcpp/channel.h"
#include "grpcpp/client_context.h"
#include "grpcpp/impl/codegen/client_unary_call.h"
#include "grpcpp/support/byte_buffer.h"
#include "tests/support/test_network.h"

namespace blindlink {
namespace {

using Channels = std::vector<std::shared_ptr<grpc::Channel>>;

constexpr char kNotEntered[] = "/grpc.health.v1.Health/Check";
constexpr char kEntered[] = "/blindlink.v1.Audit/GetHead";
constexpr int kCallers[] = {1, 4, 16, 64};
constexpr int kTurns = 5;

bool Call(grpc::Channel& channel, const char* method) {
  const grpc::internal::RpcMethod rpc(method, grpc::internal::RpcMethod::NORMAL_RPC);
  grpc::ClientContext context;
  const grpc::Slice nothing;  // both requests are empty messages
  const grpc::ByteBuffer request(&nothing, 1);
  grpc::ByteBuffer response;
  return grpc::internal::BlockingUnaryCall(&channel, rpc, &context, request, &response).ok();
}

// Calls that `callers` threads, each on a channel of its own, make in so many seconds.
uint64_t CallsIn(const Channels& channels, int callers, const char* method, double seconds) {
  std::atomic<uint64_t> calls = 0;
  std::atomic<bool> failed = false;
  const auto end = std::chrono::steady_clock::now() + std::chrono::duration<double>(seconds);
  std::vector<std::thread> threads;
  for (int i = 0; i < callers; ++i) {
    threads.emplace_back([&, i] {
      while (std::chrono::steady_clock::now() < end) {
        if (!Call(*channels[static_cast<size_t>(i)], method)) failed = true;
        ++calls;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  if (!failed) return calls;
  fprintf(stderr, "%s failed\n", method);
  exit(1);
}

Channels Connections(const TestNetwork& network, int count) {
  const std::vector<std::string> flags = network.ConnectionFlags("coordinator/center");
  Channels channels;
  for (int i = 0; i < count; ++i) {
    channels.push_back(Connect({flags[1], flags[3], flags[5], flags[7]}).value());
    if (!Call(*channels.back(), kNotEntered)) exit(1);
  }
  return channels;
}

void Measure(double seconds) {
  TestNetwork::Options options;
  options.more_configuration =
      "max_calls_per_party: 1000 max_calls_per_party_per_second: 1000000 "
      "max_connections_per_party_per_minute: 10000";
  const TestNetwork network(options);
  printf("%8s %22s %18s %10s\n", "callers", "without an entry, /s", "with an entry, /s", "ratio");
  for (const int callers : kCallers) {
    const Channels channels = Connections(network, callers);
    uint64_t without = 0;
    uint64_t with = 0;
    for (int turn = 0; turn < kTurns; ++turn) {
      without += CallsIn(channels, callers, kNotEntered, seconds);
      with += CallsIn(channels, callers, kEntered, seconds);
    }
    printf("%8d %22.0f %18.0f %10.2f\n", callers, static_cast<double>(without) / seconds / kTurns,
           static_cast<double>(with) / seconds / kTurns,
           static_cast<double>(with) / static_cast<double>(without));
    fflush(stdout);
  }
}

}  // namespace
}  // namespace blindlink

int main(int argc, char** argv) {
  double seconds = 1;
  if (argc > 2 || (argc == 2 && !absl::SimpleAtod(argv[1], &seconds))) {
    fprintf(stderr, "usage: blindlink-audit-bench [SECONDS OF A TURN, 1]\n");
    return 2;
  }
  blindlink::Measure(seconds);
  return 0;
}
