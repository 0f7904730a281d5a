#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "blindlink/v1/audit_service.pb.h"
#include "resolver/audit/entry_file.h"
#include "resolver/audit/head_file.h"
#include "resolver/audit/log_check.h"

namespace blindlink::resolver {

// The audit log of a data directory, or of a copy of one, for reading only: also while a resolver
// writes it. Needs no private key. Thread-safe.
class StoredLog {
 public:
  // NOT_FOUND; DATA_LOSS if the beginning of the log or its newest head is damaged.
  static absl::StatusOr<StoredLog> Open(const std::filesystem::path& data_directory);

  // The public key, hexadecimal.
  std::string Key() const;
  const v1::AuditHead& head() const { return *head_.newest(); }

  // Checks all entries, as CheckLog does.
  absl::StatusOr<CheckedLog> Walk(const VisitEntry& visit) const;
  // Also against the heads and receipts of witnesses. DATA_LOSS names what differs.
  absl::StatusOr<CheckedLog> Verify(const std::vector<v1::AuditWitness>& witnesses) const;
  // The newest head and the receipt of an entry under it: an AuditReceipts as JSON. OUT_OF_RANGE.
  absl::StatusOr<std::string> ProofAsJson(uint64_t index) const;

 private:
  StoredLog(EntryFile file, HeadFile head) : file_(std::move(file)), head_(std::move(head)) {}
  absl::StatusOr<CheckedLog> Check(const std::vector<v1::AuditHead>& witnessed,
                                   const VisitEntry& visit) const;

  EntryFile file_;
  HeadFile head_;  // has a newest one
};

}  // namespace blindlink::resolver
