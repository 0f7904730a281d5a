#include "common/cli/witness_calls.h"

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "absl/types/span.h"
#include "blindlink/v1/audit_service.grpc.pb.h"
#include "common/audit/witness.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/certificate.h"
#include "common/crypto/sha256.h"
#include "common/rpc/audited_calls.h"
#include "common/rpc/unary_call.h"

namespace blindlink {
namespace {

constexpr auto kDeadline = std::chrono::seconds(20);
constexpr size_t kReceiptsAtATime = 64;  // as GetReceipt gives

void PrintNote(const std::string& program, absl::string_view what, const absl::Status& why) {
  fprintf(stderr, "%s: note: %s: %s\n", program.c_str(), std::string(what).c_str(),
          std::string(why.message()).c_str());
}

absl::StatusOr<std::filesystem::path> StateFolder() {
  if (const char* state = getenv("XDG_STATE_HOME"); state != nullptr && *state != '\0') {
    return std::filesystem::path(state);
  }
  if (const char* home = getenv("HOME"); home != nullptr && *home != '\0') {
    return std::filesystem::path(home) / ".local/state";
  }
  return absl::NotFoundError("this user has no home folder: use --witness FILE");
}

absl::StatusOr<v1::AuditReceipts> FetchReceipts(const AuditedCalls::Made& made,
                                                absl::Span<const AuditedCall> calls,
                                                uint64_t known_size) {
  v1::GetAuditReceiptRequest request;
  request.set_known_size(known_size);
  for (const AuditedCall& call : calls) request.add_entries(call.entry);
  const auto stub = v1::Audit::NewStub(made.channel);
  return UnaryCall(*stub, &v1::Audit::Stub::GetReceipt, request, {.deadline = kDeadline});
}

absl::Status CheckKey(const std::string& wanted, const v1::AuditHead& head) {
  if (wanted.empty() || HexEncode(head.public_key()) == absl::AsciiStrToLower(wanted))
    return absl::OkStatus();
  return absl::DataLossError(absl::StrCat("the resolver's audit log is of key ",
                                          HexEncode(head.public_key()),
                                          ", which is not the one of --audit-key"));
}

absl::Status Alarm(const absl::Status& found, const Witness& witness,
                   const v1::AuditReceipts& answer, const std::filesystem::path& file) {
  const auto kept = witness.SaveContradiction(answer);
  return absl::DataLossError(
      absl::StrCat(found.message(),
                   ". What this command did stands, but the resolver's audit log cannot be "
                   "trusted: tell the other "
                   "parties of the project, and keep ",
                   file.string(), kept.ok() ? absl::StrCat(" and ", kept->string()) : "",
                   " as evidence. Once it is explained, move these files away"));
}

// The log was not shown: an alarm if it must be there, otherwise a note.
absl::Status NotShown(const std::string& program, const absl::Status& why, Witness* witness) {
  const bool is_known = witness->known_size() > 0;
  if (absl::IsNotFound(why) || absl::IsDataLoss(why) || (is_known && absl::IsUnimplemented(why))) {
    return absl::DataLossError(absl::StrCat(
        "the resolver cannot show the calls of this command in its audit log: ", why.message(),
        ". Tell the other parties of the project"));
  }
  PrintNote(program, "the resolver gave no receipts for this command's calls", why);
  if (!is_known) return absl::OkStatus();
  return witness->NoteNotShown(why.message(), absl::ToUnixMillis(absl::Now()));
}

// The head, and the receipts of all calls, as many at a time as the resolver gives.
absl::Status TakeReceipts(const std::string& program, const AuditedCalls::Made& made,
                          const Sha256Digest& fingerprint, const std::filesystem::path& file,
                          Witness* witness) {
  const absl::Span<const AuditedCall> all = made.calls;
  size_t taken = 0;
  do {
    const absl::Span<const AuditedCall> calls = all.subspan(taken, kReceiptsAtATime);
    const auto answer = FetchReceipts(made, calls, witness->known_size());
    if (!answer.ok()) return NotShown(program, answer.status(), witness);
    absl::Status good = CheckKey(made.flags.audit_key, answer->head());
    const std::vector<AuditedCall> wanted(calls.begin(), calls.end());
    if (good.ok()) good = witness->Take(*answer, wanted, fingerprint);
    if (!good.ok()) return Alarm(good, *witness, *answer, file);
    taken += calls.size();
  } while (taken < all.size());
  return absl::OkStatus();
}

// A resolver that has an audit log must not answer as if it had none.
absl::Status CheckAllHaveEntries(const AuditedCalls::Made& made, const Witness& witness) {
  if (made.without_entry.empty() || witness.known_size() == 0) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      "the resolver has an audit log, but did not say which entries of it ",
      made.without_entry.size(), " calls of this command are, one of them ", made.without_entry[0],
      ": they may not be in it. Tell the other parties of the project"));
}

// Only once the calls were made, so that nothing here keeps a command from its work.
absl::Status CompareAndKeep(const std::string& program, const AuditedCalls::Made& made,
                            const std::filesystem::path& file) {
  const auto lock = Witness::Lock(file);
  BL_ASSIGN_OR_RETURN(Witness witness, Witness::Read(file));
  BL_ASSIGN_OR_RETURN(const std::string pem, ReadFile(made.flags.cert));
  BL_ASSIGN_OR_RETURN(const CertificateFacts own, ReadCertificate(pem));
  BL_RETURN_IF_ERROR(TakeReceipts(program, made, own.fingerprint, file, &witness));
  const bool has_seen = witness.known_size() > 0;
  const absl::Status saved =
      lock.ok() && has_seen ? witness.Save(made.flags.resolver) : lock.status();
  if (!saved.ok()) {
    PrintNote(program, "what was seen of the resolver's audit log is not kept", saved);
  }
  return CheckAllHaveEntries(made, witness);
}

}  // namespace

absl::StatusOr<std::filesystem::path> WitnessFile(const ConnectionFlags& flags) {
  if (flags.witness == "none") return absl::NotFoundError("--witness none");
  if (!flags.witness.empty()) return std::filesystem::path(flags.witness);
  BL_ASSIGN_OR_RETURN(const std::filesystem::path state, StateFolder());
  BL_ASSIGN_OR_RETURN(const std::string ca, ReadFile(flags.ca));
  std::string name = flags.resolver;
  for (char& c : name) {
    if (!absl::ascii_isalnum(static_cast<unsigned char>(c)) && c != '.' && c != '-') c = '_';
  }
  // Another CA is another center: nobody expects it to continue the log of this one.
  absl::StrAppend(&name, "-", HexEncode(AsView(Sha256Of(ca))).substr(0, 16), ".json");
  return state / "blindlink" / "witness" / name;
}

absl::Status WitnessCalls(const std::string& program) {
  const AuditedCalls::Made made = AuditedCalls::OfThisProcess().Take();
  const bool has_called = made.answered || !made.calls.empty();
  if (made.channel == nullptr || !has_called || made.flags.witness == "none") {
    return absl::OkStatus();
  }
  const auto file = WitnessFile(made.flags);
  if (file.ok()) return CompareAndKeep(program, made, *file);
  PrintNote(program, "what was seen of the resolver's audit log is not kept", file.status());
  return absl::OkStatus();
}

}  // namespace blindlink
