#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/v1/audit_service.pb.h"
#include "common/base/fd.h"
#include "common/crypto/sha256.h"

namespace blindlink {

// A call that this party has made, and the entry in the audit log that the resolver says it is.
struct AuditedCall {
  uint64_t entry = 0;
  std::string method;  // "/blindlink.v1.Upload/CommitUpload"
};

// What a party keeps of the resolver's audit log, in a file of its own (JSON, mode 0600): the
// newest heads and the receipts of its own calls. A resolver that takes back or changes anything it
// once showed is found by comparing. Not thread-safe; whoever reads, takes and saves holds the
// lock, so that of two programs at once neither undoes what the other has seen.
class Witness {
 public:
  // Waits until no other program has the file's lock, FILE.lock, and takes it until the result is
  // destroyed. Makes the folder.
  static absl::StatusOr<UniqueFd> Lock(const std::filesystem::path& file);
  // A file that does not exist is a witness who has seen nothing. DATA_LOSS if the file is damaged.
  static absl::StatusOr<Witness> Read(std::filesystem::path file);
  // The content of such a file; `name` is for the message. DATA_LOSS if it is damaged, or a head in
  // it is not signed by its key.
  static absl::StatusOr<v1::AuditWitness> Parse(absl::string_view json, const std::string& name);

  // Entries in the newest head; 0 if none has been seen.
  uint64_t known_size() const;
  const v1::AuditWitness& seen() const { return seen_; }

  // Checks the answer to GetReceipt for `calls` and known_size(): the head is signed, by the same
  // key as before; its log continues the one before; it has all `calls`, by the certificate with
  // `fingerprint`. Then the answer becomes part of what was seen. DATA_LOSS says in words what the
  // resolver has done; nothing is taken over then.
  absl::Status Take(const v1::AuditReceipts& answer, const std::vector<AuditedCall>& calls,
                    const Sha256Digest& fingerprint);
  // Notes that the resolver has answered calls and not shown its log, for the reason `why`.
  // DATA_LOSS if it has not shown it for longer than kLongestNotShown: no failure of a network
  // lasts so long while calls are answered.
  static constexpr auto kLongestNotShown = std::chrono::hours(1);
  absl::Status NoteNotShown(absl::string_view why, int64_t now_ms);
  // Writes the file. `resolver` is where the log was seen, for people.
  absl::Status Save(const std::string& resolver);
  // Keeps an answer that was not taken beside the file, as evidence. Returns where.
  absl::StatusOr<std::filesystem::path> SaveContradiction(const v1::AuditReceipts& answer) const;

 private:
  explicit Witness(std::filesystem::path file) : file_(std::move(file)) {}

  std::filesystem::path file_;
  v1::AuditWitness seen_;
};

}  // namespace blindlink
