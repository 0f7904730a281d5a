#include "resolver/service/handshake_log.h"

#include <atomic>
#include <mutex>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/telemetry/log.h"
#include "grpc/grpc.h"
#include "grpc/support/log.h"
#include "resolver/service/log_throttle.h"

namespace blindlink::resolver {
namespace {

constexpr double kLinesPerSecond = 10;
constexpr double kBurst = 200;

std::atomic<int> g_tests{0};
std::atomic<uint64_t> g_refused{0};

// Whose data this thread has read last. gRPC continues a handshake in the thread that reads.
std::string& LastPeer() {
  thread_local std::string peer = "unknown";
  return peer;
}

LogThrottle& Throttle() {
  static auto* throttle = new LogThrottle(kLinesPerSecond, kBurst);
  return *throttle;
}

struct Listener {
  std::mutex mutex;
  NoteHandshake note;
};

// Never destroyed: gRPC's threads may outlive main.
Listener& TheListener() {
  static auto* listener = new Listener;
  return *listener;
}

void LogStrangersLine(const std::string& line) {
  if (const auto unlogged = Throttle().Take()) spdlog::warn("{} unlogged={}", line, *unlogged);
}

// "READ 0x55 (peer=ipv4:10.0.0.7:4711) error=OK"
bool NotePeer(absl::string_view message) {
  if (!absl::ConsumePrefix(&message, "READ ")) return false;
  const size_t begin = message.find("(peer=");
  const size_t end = message.find(") error=");
  if (begin == message.npos || end == message.npos) return false;
  LastPeer() = std::string(message.substr(begin + 6, end - begin - 6));
  return true;
}

// "Handshake failed with fatal error SSL_ERROR_SSL: error:0A0000C7:SSL routines::<reason>."
bool NoteRefusedHandshake(absl::string_view message) {
  if (!absl::ConsumePrefix(&message, "Handshake failed with fatal error ")) return false;
  if (const size_t at = message.rfind("::"); at != message.npos) message.remove_prefix(at + 2);
  absl::ConsumeSuffix(&message, ".");
  LogRefusedHandshake(nullptr, message);
  return true;
}

void TakeLine(gpr_log_func_args* line) {
  const absl::string_view message = line->message;
  if (NotePeer(message) || line->severity != GPR_LOG_SEVERITY_ERROR || g_tests > 0) return;
  if (!NoteRefusedHandshake(message)) {
    LogStrangersLine(absl::StrCat("event=grpc-error why=", LogQuote(message)));
  }
}

}  // namespace

void TakeOverGrpcLog() {
  // Tracers can only be set in an initialized library; it stays so until the process ends.
  grpc_init();
  gpr_set_log_function(&TakeLine);
  gpr_set_log_verbosity(GPR_LOG_SEVERITY_INFO);
  grpc_tracer_set_enabled("tcp", 1);
}

void LogRefusedHandshake(const Identity* client, absl::string_view why) {
  const uint64_t refused = ++g_refused;
  LogStrangersLine(absl::StrCat("event=tls-handshake-refused peer=", LastPeer(), " ",
                                client == nullptr ? "party=-" : LogTextOf(*client),
                                " why=", LogQuote(why), " refused=", refused));
  const std::lock_guard lock(TheListener().mutex);
  if (TheListener().note) TheListener().note(client, why);
}

void SetHandshakePeer(absl::string_view peer) { LastPeer() = std::string(peer); }

void NoteRefusedHandshakesIn(NoteHandshake note) {
  const std::lock_guard lock(TheListener().mutex);
  TheListener().note = std::move(note);
}

uint64_t RefusedHandshakes() { return g_refused; }

HandshakeTestGuard::HandshakeTestGuard() { ++g_tests; }
HandshakeTestGuard::~HandshakeTestGuard() { --g_tests; }

}  // namespace blindlink::resolver
