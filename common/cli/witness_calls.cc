#include "common/cli/witness_calls.h"

#include <cstdio>
#include <cstdlib>
#include <memory>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
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
                                                uint64_t known_size) {
  v1::GetAuditReceiptRequest request;
  request.set_known_size(known_size);
  for (const AuditedCall& call : made.calls) request.add_entries(call.entry);
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

// Only once the calls were made, so that nothing here keeps a command from its work.
absl::Status CompareAndKeep(const std::string& program, const AuditedCalls::Made& made,
                            const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(Witness witness, Witness::Read(file));
  BL_ASSIGN_OR_RETURN(const std::string pem, ReadFile(made.flags.cert));
  BL_ASSIGN_OR_RETURN(const CertificateFacts own, ReadCertificate(pem));
  const auto answer = FetchReceipts(made, witness.known_size());
  if (absl::IsNotFound(answer.status()) || absl::IsDataLoss(answer.status())) {
    return absl::DataLossError(
        absl::StrCat("the resolver cannot show the calls of this command in its audit log: ",
                     answer.status().message(), ". Tell the other parties of the project"));
  }
  if (!answer.ok()) {
    PrintNote(program, "the resolver gave no receipts for this command's calls", answer.status());
    return absl::OkStatus();
  }
  absl::Status taken = CheckKey(made.flags.audit_key, answer->head());
  if (taken.ok()) taken = witness.Take(*answer, made.calls, own.fingerprint);
  if (!taken.ok()) return Alarm(taken, witness, *answer, file);
  if (const absl::Status saved = witness.Save(made.flags.resolver); !saved.ok()) {
    PrintNote(program, "what was seen of the resolver's audit log is not kept", saved);
  }
  return absl::OkStatus();
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
  if (made.channel == nullptr || made.calls.empty() || made.flags.witness == "none") {
    return absl::OkStatus();
  }
  const auto file = WitnessFile(made.flags);
  if (file.ok()) return CompareAndKeep(program, made, *file);
  PrintNote(program, "what was seen of the resolver's audit log is not kept", file.status());
  return absl::OkStatus();
}

}  // namespace blindlink
