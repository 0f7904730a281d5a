// blindlink-audit-bench: what an entry of the audit log costs a call. Calls a resolver over mutual
// TLS from several callers at once, in turns: the health service, whose calls are not entered, and
// Audit/GetHead, which waits for its entry to be on the disk. Prints calls per second of both and
// their ratio, and the resolver's user time for a call of each.
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>
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

// User time of all threads of a process (proc(5), /proc/PID/stat), in seconds.
double UserSeconds(pid_t pid) {
  std::ifstream file("/proc/" + std::to_string(pid) + "/stat");
  std::string line;
  std::getline(file, line);
  std::istringstream fields(line.substr(line.rfind(')') + 1));
  std::string skipped;
  for (int field = 3; field < 14; ++field) fields >> skipped;
  double ticks = 0;
  fields >> ticks;
  return ticks / static_cast<double>(sysconf(_SC_CLK_TCK));
}

// Calls of one kind, and what they cost the resolver.
struct Cost {
  const char* method;
  uint64_t calls = 0;
  double user_seconds = 0;

  void Turn(const Channels& channels, int callers, double seconds, pid_t resolver) {
    const double before = UserSeconds(resolver);
    calls += CallsIn(channels, callers, method, seconds);
    user_seconds += UserSeconds(resolver) - before;
  }
  double Microseconds() const { return 1e6 * user_seconds / static_cast<double>(calls); }
};

void Measure(double seconds) {
  TestNetwork::Options options;
  options.more_configuration =
      "max_calls_per_party: 1000 max_calls_per_party_per_second: 1000000 "
      "max_connections_per_party_per_minute: 10000";
  TestNetwork network(options);
  const pid_t resolver = network.resolver().pid();
  printf("%8s %22s %18s %6s %23s %15s\n", "callers", "without an entry, /s", "with an entry, /s",
         "ratio", "without, user us a call", "with, user us");
  for (const int callers : kCallers) {
    const Channels channels = Connections(network, callers);
    Cost without{kNotEntered};
    Cost with{kEntered};
    for (int turn = 0; turn < kTurns; ++turn) {
      without.Turn(channels, callers, seconds, resolver);
      with.Turn(channels, callers, seconds, resolver);
    }
    printf("%8d %22.0f %18.0f %6.2f %23.0f %15.0f\n", callers,
           static_cast<double>(without.calls) / seconds / kTurns,
           static_cast<double>(with.calls) / seconds / kTurns,
           static_cast<double>(with.calls) / static_cast<double>(without.calls),
           without.Microseconds(), with.Microseconds());
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
