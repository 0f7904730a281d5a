#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/v1/audit_service.pb.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"
#include "common/rpc/status.h"
#include "grpcpp/server_context.h"
#include "resolver/audit/audit_log.h"
#include "resolver/authz/client_list.h"
#include "resolver/authz/identity.h"
#include "resolver/project/project_store.h"
#include "resolver/service/active_calls.h"
#include "resolver/service/expiry_warnings.h"
#include "resolver/service/log_throttle.h"
#include "resolver/service/on_behalf.h"
#include "resolver/service/party_limits.h"
#include "resolver/service/refusal_audit.h"
#include "resolver/service/stream_watch.h"

namespace blindlink::resolver {

// What a call is about, in the caller's words. Empty: the method has no such thing, or means all.
struct CallSubject {
  absl::string_view project = {};
  absl::string_view run = {};
  absl::string_view site = {};
  absl::string_view dataset = {};
  absl::string_view grant = {};
  absl::string_view researcher = {};  // who is to take part
  // Of the reason why a site sends tokens that its audit has warned of: the beginning of its
  // digest.
  absl::string_view despite_audit = {};
};

class Call;

// Every call of every service passes through this gate. It identifies the caller, checks whether
// the caller is still allowed, may call the method and stays within its limits, and writes the
// audit trail, both to the audit log (resolver/audit) and as lines of the log: one entry before a
// call has any effect (without which it is refused), one with its outcome. The caller is told the
// entry's index in the trailing metadata (kAuditEntryKey in common/rpc/audited_calls.h). (gRPC's
// interceptors cannot refuse a call.) Thread-safe.
class CallGate {
 public:
  struct Options {
    // Calls with this certificate are the resolver's own (self_call.h). They are always denied.
    Sha256Digest own_fingerprint{};
    std::chrono::milliseconds first_message;
    std::chrono::milliseconds idle_stream;
    uint32_t messages_between_checks = 1;
    // Errors that name a path in this folder name "the resolver's disk" instead.
    std::string data_directory;
  };
  // The references must outlive the gate.
  CallGate(Options options, ClientList& clients, PartyLimits& limits, AuditLog& audit,
           RefusalAudit& refusals)
      : options_(std::move(options)),
        clients_(clients),
        limits_(limits),
        audit_(audit),
        refusals_(refusals) {}

  // Calls `handle(const Party&)`, which returns absl::Status, if the caller is allowed to. `method`
  // as in method_table.h.
  template <typename Handle>
  grpc::Status Pass(grpc::ServerContext& context, const char* method, const CallSubject& subject,
                    Handle handle);

  // The same for a stream: `handle(Call&)` must call Call::Begin before any effect, and
  // Call::SetSubject before that if the subject comes only with the first message.
  template <typename Handle>
  grpc::Status PassStream(grpc::ServerContext& context, const char* method,
                          const CallSubject& subject, Handle handle);

  // Whether all calls that have begun until now are over, to be asked repeatedly. The gate must
  // outlive the function.
  std::function<bool()> CallsUntilNow() {
    return [this, now = active_.Last()] { return active_.AllEndedUntil(now); };
  }

  // Whoever looks at projects without being a call keeps them, as a call does, while this exists.
  ActiveCalls::Entry KeepProjects() { return ActiveCalls::Entry(active_); }

  // Since the start.
  struct Counts {
    uint64_t calls = 0;
    uint64_t refused = 0;     // each with an entry of the audit log
    uint64_t over_limit = 0;  // the party was over its limits
  };
  Counts counts() const { return {calls_, refused_, over_limit_}; }

  // For whoever makes calls on behalf of clients that it has authenticated.
  const OnBehalf& on_behalf() const { return on_behalf_; }

  // `text` with the paths of the resolver's files left out.
  std::string WithoutPaths(absl::string_view text) const;

 private:
  friend class Call;

  // What the resolver's own call is told: PERMISSION_DENIED if all is well, INTERNAL if the log
  // cannot be written.
  absl::Status AnswerSelfCall();
  // Writes an entry of the audit log and returns its index. UNAVAILABLE if that fails.
  absl::StatusOr<uint64_t> Audit(v1::AuditEntry entry);
  // Writes a line of the log. UNAVAILABLE if that fails.
  absl::Status LogBegin(absl::string_view line);
  void LogAnswer(const std::string& line, const absl::Status& status);
  // The same for a call over the party's limits: some are counted only, in both logs.
  void LogBusy(const std::string& line, const absl::Status& status, const Identity& caller);
  // Warns daily of a client's certificate that ends soon.
  void WarnOfExpiry(const Identity& identity);

  const Options options_;
  ClientList& clients_;
  PartyLimits& limits_;
  AuditLog& audit_;
  RefusalAudit& refusals_;
  StreamWatch watch_;
  ActiveCalls active_;
  const OnBehalf on_behalf_;
  std::atomic<uint64_t> calls_{0};
  std::atomic<uint64_t> refused_{0};
  std::atomic<uint64_t> over_limit_{0};
  std::atomic<bool> log_is_broken_{false};
  LogThrottle busy_lines_{5, 50};
  ExpiryWarnings expiry_warnings_;
};

// One call on its way through the gate. Not thread-safe.
class Call {
 public:
  Call(CallGate& gate, grpc::ServerContext& context, const char* method);

  const Party& caller() const { return identity_->party; }
  const Identity& identity() const { return *identity_; }
  // Ends the call as if the peer had gone; its operation in progress returns. May be called by
  // another thread, while the call lives.
  void Cut() { context_.TryCancel(); }

  // INVALID_ARGUMENT if a name in `subject` cannot be one. From then on the log names the subject.
  absl::Status SetSubject(const CallSubject& subject);
  // Identifies the caller; UNAUTHENTICATED, PERMISSION_DENIED or BusyError if the call is refused.
  absl::Status Admit();
  // Writes the audit trail's entry and line. UNAVAILABLE if that fails: the call must then have no
  // effect.
  absl::Status Begin();

  // Runs `operation`, which reads or writes a message of the stream. DEADLINE_EXCEEDED if the peer
  // takes too long, and the errors of Admit if the caller is no longer allowed, which is checked
  // every so many messages and every second of waiting (the call is then cancelled).
  template <typename Operation>
  absl::Status Await(Operation operation) {
    const auto limit = messages_ == 0 ? gate_.options_.first_message : gate_.options_.idle_stream;
    const auto outcome = gate_.watch_.Run(
        context_, limit, [this] { return CheckStillAllowed().ok(); }, operation);
    if (outcome == StreamWatch::Outcome::kDone) return CountMessage();
    return outcome == StreamWatch::Outcome::kTooLate ? PeerIsSilent(limit) : PeerWasRevoked();
  }

  // Writes the outcome to the audit trail and makes it the answer, without paths. A refusal that
  // cannot be written becomes UNAVAILABLE.
  grpc::Status Answer(const absl::Status& status);

 private:
  absl::Status Identify();
  absl::Status CheckStillAllowed() const;
  absl::Status CountMessage();
  static absl::Status PeerIsSilent(std::chrono::milliseconds limit);
  absl::Status PeerWasRevoked() const;
  bool IsOwn() const;
  std::string LogText() const;
  v1::AuditEntry NewEntry(v1::AuditKind kind) const;
  // Writes a refusal to the audit log. UNAVAILABLE instead of `status` if that fails.
  absl::Status AuditDenial(const absl::Status& status);
  void AuditOutcome(const absl::Status& status);
  void TellCaller(uint64_t entry);

  CallGate& gate_;
  grpc::ServerContext& context_;
  const char* const method_;
  uint64_t number_ = 0;  // without gaps in the log
  std::optional<Identity> identity_;
  std::string peer_;  // the caller's address, for the log
  PartyLimits::CallSlot slot_;
  ActiveCalls::Entry active_;
  std::string subject_;            // key=value text
  v1::AuditEntry objects_;         // the same, for the audit log; nothing else of it is set
  std::optional<uint64_t> begun_;  // the entry, once Begin has written it
  bool audit_failed_ = false;      // Begin could not write it
  uint64_t messages_ = 0;
};

template <typename Handle>
grpc::Status CallGate::PassStream(grpc::ServerContext& context, const char* method,
                                  const CallSubject& subject, Handle handle) {
  Call call(*this, context, method);
  const absl::Status named = call.SetSubject(subject);
  absl::Status status = call.Admit();
  if (status.ok()) status = named;
  if (status.ok()) status = handle(call);
  return call.Answer(status);
}

template <typename Handle>
grpc::Status CallGate::Pass(grpc::ServerContext& context, const char* method,
                            const CallSubject& subject, Handle handle) {
  return PassStream(context, method, subject, [&](Call& call) -> absl::Status {
    BL_RETURN_IF_ERROR(call.Begin());
    return handle(call.caller());
  });
}

// The project, if the caller takes part in it or is a coordinator. NOT_FOUND also for an existing
// project in which the caller has no part.
absl::StatusOr<Project*> FindForCaller(const ProjectStore& store, const std::string& project,
                                       const Party& caller);

// PERMISSION_DENIED to a site that names another one. An empty name is the caller's own.
absl::Status CheckOwnSite(const Party& caller, absl::string_view site);

}  // namespace blindlink::resolver
