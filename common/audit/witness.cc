#include "common/audit/witness.h"

#include <fcntl.h>
#include <sys/file.h>

#include <cerrno>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "common/audit/audit_head.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/json_util.h"

namespace blindlink {
namespace {

constexpr int kMostHeads = 100;
constexpr int kMostReceipts = 50;

absl::Status IsDamaged(const std::string& name) {
  return absl::DataLossError(absl::StrCat(
      name,
      " is not a whole witness file: move it away, and from then on the resolver's audit log "
      "is compared with what it is now"));
}

absl::StatusOr<std::string> JsonOf(const google::protobuf::Message& message) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(message, &json, options).ok()) {
    return absl::InternalError("a witness cannot be written as JSON");
  }
  return json;
}

// Whether the receipt is of this party's own call.
bool IsOf(const v1::AuditReceipt& receipt, const AuditedCall& call,
          const Sha256Digest& fingerprint) {
  v1::AuditEntry entry;
  return receipt.index() == call.entry && entry.ParseFromString(receipt.entry()) &&
         entry.method() == call.method && entry.fingerprint() == AsView(fingerprint);
}

absl::Status CheckReceipts(const v1::AuditReceipts& answer, const std::vector<AuditedCall>& calls,
                           const Sha256Digest& fingerprint) {
  for (size_t i = 0; i < calls.size(); ++i) {
    const auto n = static_cast<int>(i);
    if (n < answer.receipts_size() && IsOf(answer.receipts(n), calls[i], fingerprint) &&
        IsInLogOf(answer.head(), answer.receipts(n))) {
      continue;
    }
    return absl::DataLossError(
        absl::StrCat("the resolver cannot show that its audit log has this call: ", calls[i].method,
                     ", which it said is entry ", calls[i].entry));
  }
  return absl::OkStatus();
}

template <typename Repeated>
void KeepNewest(int most, Repeated* list) {
  if (list->size() > most) list->DeleteSubrange(0, list->size() - most);
}

}  // namespace

absl::StatusOr<v1::AuditWitness> Witness::Parse(absl::string_view json, const std::string& name) {
  v1::AuditWitness seen;
  if (!google::protobuf::util::JsonStringToMessage(std::string(json), &seen).ok()) {
    return IsDamaged(name);
  }
  for (const v1::AuditHead& head : seen.heads()) {
    if (!CheckHead(head).ok()) return IsDamaged(name);
  }
  return seen;
}

absl::StatusOr<UniqueFd> Witness::Lock(const std::filesystem::path& file) {
  const std::filesystem::path path = file.string() + ".lock";
  BL_RETURN_IF_ERROR(MakePrivateFolder(file.parent_path()));
  BL_ASSIGN_OR_RETURN(UniqueFd lock, OpenFd(path, O_RDWR | O_CREAT | O_NOFOLLOW));
  while (flock(lock.get(), LOCK_EX) != 0) {
    if (errno != EINTR) return ErrnoStatus(errno, "lock", path);
  }
  return lock;
}

absl::StatusOr<Witness> Witness::Read(std::filesystem::path file) {
  Witness witness(std::move(file));
  const absl::StatusOr<std::string> json = ReadFile(witness.file_);
  if (absl::IsNotFound(json.status())) return witness;
  BL_RETURN_IF_ERROR(json.status());
  BL_ASSIGN_OR_RETURN(witness.seen_, Parse(*json, witness.file_.string()));
  return witness;
}

uint64_t Witness::known_size() const {
  return seen_.heads().empty() ? 0 : seen_.heads().rbegin()->size();
}

absl::Status Witness::Take(const v1::AuditReceipts& answer, const std::vector<AuditedCall>& calls,
                           const Sha256Digest& fingerprint) {
  BL_RETURN_IF_ERROR(CheckHead(answer.head()));
  if (!seen_.heads().empty()) {
    BL_RETURN_IF_ERROR(
        CheckContinues(*seen_.heads().rbegin(), answer.head(), answer.consistency()));
  }
  BL_RETURN_IF_ERROR(CheckReceipts(answer, calls, fingerprint));
  if (seen_.heads().empty() || answer.head().size() > known_size()) {
    *seen_.add_heads() = answer.head();
  }
  seen_.clear_not_shown_since_ms();
  seen_.mutable_receipts()->MergeFrom(answer.receipts());
  KeepNewest(kMostHeads, seen_.mutable_heads());
  KeepNewest(kMostReceipts, seen_.mutable_receipts());
  return absl::OkStatus();
}

absl::Status Witness::NoteNotShown(absl::string_view why, int64_t now_ms) {
  const int64_t since = seen_.not_shown_since_ms();
  if (since == 0 || since > now_ms) {
    seen_.set_not_shown_since_ms(now_ms);
    return absl::OkStatus();
  }
  constexpr int64_t kLongest = std::chrono::milliseconds(kLongestNotShown).count();
  if (now_ms - since <= kLongest) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(
      "the resolver has answered commands since ",
      absl::FormatTime("%Y-%m-%d %H:%M:%S UTC", absl::FromUnixMillis(since), absl::UTCTimeZone()),
      ", but has not shown its audit log since then: ", why));
}

absl::Status Witness::Save(const std::string& resolver) {
  seen_.set_resolver(resolver);
  BL_ASSIGN_OR_RETURN(const std::string json, JsonOf(seen_));
  BL_RETURN_IF_ERROR(MakePrivateFolder(file_.parent_path()));
  return WriteFileAtomically(file_, json, 0600);
}

absl::StatusOr<std::filesystem::path> Witness::SaveContradiction(
    const v1::AuditReceipts& answer) const {
  std::filesystem::path path = file_.string() + ".contradiction.json";
  BL_ASSIGN_OR_RETURN(const std::string json, JsonOf(answer));
  BL_RETURN_IF_ERROR(WriteFileAtomically(path, json, 0600));
  return path;
}

}  // namespace blindlink
