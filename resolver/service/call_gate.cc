#include "resolver/service/call_gate.h"

#include <algorithm>
#include <ctime>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/names.h"
#include "common/rpc/audited_calls.h"
#include "common/telemetry/log.h"
#include "grpcpp/security/auth_context.h"
#include "resolver/authz/method_table.h"

namespace blindlink::resolver {
namespace {

// Far longer than any message of ours.
constexpr size_t kLongestReason = 2000;

absl::Status CannotWriteLog() {
  return absl::UnavailableError(
      "the resolver cannot write its log, and therefore takes no calls: ask the resolver's "
      "operator to make room on its disk");
}

v1::AuditEntry EntryOf(v1::AuditKind kind) {
  v1::AuditEntry entry;
  entry.set_kind(kind);
  return entry;
}

}  // namespace

std::string CallGate::WithoutPaths(absl::string_view text) const {
  constexpr absl::string_view kEndsPath = " :,;\"'\n";
  std::string out;
  const std::string& folder = options_.data_directory;
  while (!folder.empty()) {
    const size_t at = text.find(folder);
    if (at == text.npos) break;
    absl::StrAppend(&out, text.substr(0, at), "the resolver's disk");
    text.remove_prefix(at + folder.size());
    text.remove_prefix(std::min(text.find_first_of(kEndsPath), text.size()));
  }
  return absl::StrCat(out, text);
}

absl::StatusOr<uint64_t> CallGate::Audit(v1::AuditEntry entry) {
  absl::StatusOr<uint64_t> index = audit_.Append(std::move(entry));
  if (index.ok()) return index;
  spdlog::error("event=audit-log-not-written why={}", LogQuote(index.status().message()));
  return CannotWriteLog();
}

absl::Status CallGate::AnswerSelfCall() {
  if (!audit_.writable() && !Audit(EntryOf(v1::LOG_WRITABLE_AGAIN)).ok()) {
    return absl::InternalError("the audit log cannot be written");
  }
  if (log_is_broken_ && !LogBegin("event=log-writable-again").ok()) {
    return absl::InternalError("the log cannot be written");
  }
  return absl::PermissionDeniedError("the resolver's own call");
}

void CallGate::WarnOfExpiry(const Identity& identity) {
  const int64_t now = time(nullptr);
  if (!expiry_warnings_.IsDue(identity.fingerprint, identity.not_after, now)) return;
  spdlog::warn("event=client-certificate-expires-soon {} days={}", LogTextOf(identity),
               DaysLeft(identity.not_after, now));
}

absl::Status CallGate::LogBegin(absl::string_view line) {
  const absl::Status logged = LogOrFail(line);
  log_is_broken_ = !logged.ok();
  return logged.ok() ? logged : CannotWriteLog();
}

void CallGate::LogAnswer(const std::string& line, const absl::Status& status) {
  const std::string code = absl::StatusCodeToString(status.code());
  if (status.ok()) {
    spdlog::info("event=call-answered {} code={}", line, code);
    return;
  }
  const std::string why = LogQuote(status.message().substr(0, kLongestReason));
  spdlog::warn("event=call-answered {} code={} why={}", line, code, why);
}

void CallGate::LogBusy(const std::string& line, const absl::Status& status,
                       const Identity& caller) {
  refusals_.NoteCallOverLimit(caller);
  const auto unlogged = busy_lines_.Take();
  if (!unlogged) return;
  spdlog::warn("event=call-answered {} code={} why={} unlogged={}", line,
               absl::StatusCodeToString(status.code()), LogQuote(status.message()), *unlogged);
}

Call::Call(CallGate& gate, grpc::ServerContext& context, const char* method)
    : gate_(gate),
      context_(context),
      method_(method),
      peer_(context.peer()),
      active_(gate.active_) {}

absl::Status Call::SetSubject(const CallSubject& subject) {
  const std::pair<absl::string_view, absl::string_view> names[] = {
      {"project", subject.project},
      {"run", subject.run},
      {"site", subject.site},
      {"dataset", subject.dataset},
      {"grant", subject.grant},
      {"researcher", subject.researcher},
      {"sent-despite-audit", subject.despite_audit}};
  absl::Status all_good;
  for (const auto& [kind, name] : names) {
    if (name.empty()) continue;
    const absl::Status good = CheckName(kind, name);
    const absl::string_view safe = good.ok() ? name : "(no-name)";
    absl::StrAppend(&subject_, " ", kind, "=", safe);
    v1::AuditObject& object = *objects_.add_objects();
    object.set_kind(std::string(kind));
    object.set_name(std::string(safe));
    all_good.Update(good);
  }
  return all_good;
}

absl::Status Call::Identify() {
  if (const auto client = gate_.on_behalf_.Find(context_)) {
    peer_ = client->peer;
    BL_ASSIGN_OR_RETURN(identity_, ReadIdentity(client->certificate));
    return absl::OkStatus();
  }
  const auto auth = context_.auth_context();
  const std::vector<grpc::string_ref> pem = auth->FindPropertyValues("x509_pem_cert");
  if (!auth->IsPeerAuthenticated() || pem.size() != 1) {
    return absl::UnauthenticatedError("a client certificate is required");
  }
  BL_ASSIGN_OR_RETURN(identity_, ReadIdentity({pem[0].data(), pem[0].size()}));
  return absl::OkStatus();
}

absl::Status Call::CheckStillAllowed() const {
  BL_RETURN_IF_ERROR(CheckNotExpired(*identity_, time(nullptr)));
  return gate_.clients_.CheckListed(*identity_);
}

bool Call::IsOwn() const {
  return identity_ && identity_->fingerprint == gate_.options_.own_fingerprint;
}

absl::Status Call::Admit() {
  const absl::Status identified = Identify();
  if (IsOwn()) return gate_.AnswerSelfCall();
  number_ = ++gate_.calls_;
  BL_RETURN_IF_ERROR(identified);
  BL_ASSIGN_OR_RETURN(slot_, gate_.limits_.BeginCall(SpiffeUriOf(identity_->party)));
  BL_RETURN_IF_ERROR(CheckStillAllowed());
  gate_.WarnOfExpiry(*identity_);
  if (MayCall(identity_->party.role, method_)) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("a ", NameOf(identity_->party.role), " may not call ", method_));
}

absl::Status Call::Begin() {
  const absl::StatusOr<uint64_t> index = gate_.Audit(NewEntry(v1::CALL_BEGUN));
  audit_failed_ = !index.ok();
  BL_RETURN_IF_ERROR(index.status());
  begun_ = *index;
  TellCaller(*index);
  return gate_.LogBegin(absl::StrCat("event=call-begun ", LogText()));
}

v1::AuditEntry Call::NewEntry(v1::AuditKind kind) const {
  v1::AuditEntry entry = objects_;
  entry.set_kind(kind);
  entry.set_method(method_);
  if (identity_) {
    entry.set_party(SpiffeUriOf(identity_->party));
    entry.set_fingerprint(std::string(AsView(identity_->fingerprint)));
  }
  return entry;
}

void Call::TellCaller(uint64_t entry) {
  context_.AddTrailingMetadata(kAuditEntryKey, absl::StrCat(entry));
}

absl::Status Call::AuditDenial(const absl::Status& status) {
  v1::AuditEntry entry = NewEntry(v1::CALL_DENIED);
  entry.set_code(static_cast<uint32_t>(status.code()));
  const absl::StatusOr<uint64_t> index = gate_.Audit(std::move(entry));
  BL_RETURN_IF_ERROR(index.status());
  begun_ = *index;
  TellCaller(*index);
  return status;
}

void Call::AuditOutcome(const absl::Status& status) {
  v1::AuditEntry entry;
  entry.set_kind(v1::CALL_ANSWERED);
  entry.set_party(SpiffeUriOf(identity_->party));
  entry.set_code(static_cast<uint32_t>(status.code()));
  entry.set_begun(*begun_);
  gate_.audit_.AppendLater(std::move(entry));
}

absl::Status Call::CountMessage() {
  if (++messages_ % gate_.options_.messages_between_checks != 0) return absl::OkStatus();
  return CheckStillAllowed();
}

absl::Status Call::PeerIsSilent(std::chrono::milliseconds limit) {
  return absl::DeadlineExceededError(absl::StrCat(
      "the stream was ended: the peer neither sent nor read a message for ", limit.count(), " ms"));
}

absl::Status Call::PeerWasRevoked() const {
  BL_RETURN_IF_ERROR(CheckStillAllowed());
  return absl::UnauthenticatedError("the stream was ended: the caller was not allowed for a while");
}

grpc::Status Call::Answer(const absl::Status& outcome) {
  absl::Status status = outcome;
  if (IsOwn()) {
    // Neither in the log nor in the audit log.
  } else if (IsBusy(status) && !begun_) {
    ++gate_.over_limit_;
    gate_.LogBusy(LogText(), status, *identity_);
  } else {
    if (begun_) {
      AuditOutcome(status);
    } else if (!audit_failed_) {
      ++gate_.refused_;
      status = AuditDenial(status);
    }
    gate_.LogAnswer(LogText(), status);
  }
  if (status.ok()) return grpc::Status::OK;
  const grpc::Status answer = ToGrpc(status);
  return {answer.error_code(), gate_.WithoutPaths(answer.error_message()), answer.error_details()};
}

std::string Call::LogText() const {
  return absl::StrCat("call=", number_, " method=", method_, " ",
                      identity_ ? LogTextOf(*identity_) : "party=- fingerprint=-", " peer=", peer_,
                      subject_, begun_ ? absl::StrCat(" entry=", *begun_) : "");
}

namespace {

absl::Status NoSuchProject(absl::string_view project) {
  return absl::NotFoundError(absl::StrCat("there is no project ", project));
}

// A project that was left out: the coordinator is told why, and its parties that it is damaged.
absl::Status DamagedForCaller(const ProjectStore& store, const std::string& project,
                              const Party& caller) {
  const auto damaged = store.ListDamaged();
  const auto found = damaged.find(project);
  if (found == damaged.end()) return NoSuchProject(project);
  if (caller.role == Role::kCoordinator) return absl::DataLossError(found->second.damage);
  const auto& parties = caller.role == Role::kSite ? found->second.parties.sites()
                                                   : found->second.parties.researchers();
  if (std::find(parties.begin(), parties.end(), caller.name) == parties.end()) {
    return NoSuchProject(project);
  }
  return absl::DataLossError(absl::StrCat(
      "project ", project, " is damaged at the center and not served: tell the coordinator"));
}

}  // namespace

absl::StatusOr<Project*> FindForCaller(const ProjectStore& store, const std::string& project,
                                       const Party& caller) {
  absl::StatusOr<Project*> found = store.Find(project);
  if (absl::IsDataLoss(found.status())) return DamagedForCaller(store, project, caller);
  if (!found.ok()) return found;
  const bool takes_part =
      caller.role == Role::kCoordinator ||
      (caller.role == Role::kSite && (*found)->parties().HasSite(caller.name)) ||
      (caller.role == Role::kResearcher && (*found)->parties().HasResearcher(caller.name));
  if (!takes_part) return NoSuchProject(project);
  return found;
}

absl::Status CheckOwnSite(const Party& caller, absl::string_view site) {
  if (caller.role != Role::kSite || site.empty() || site == caller.name) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat("the certificate is of site ", caller.name, ", not of site ", site));
}

}  // namespace blindlink::resolver
