#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/v1/audit_service.pb.h"
#include "common/crypto/ed25519.h"
#include "resolver/audit/audit_tree.h"
#include "resolver/audit/entry_file.h"
#include "resolver/audit/head_file.h"

namespace blindlink::resolver {

// Where the log and the key that signs its heads are.
struct AuditFolders {
  std::filesystem::path log;  // files `entries` and `head`
  std::filesystem::path key;  // file `signing.key`

  static AuditFolders In(const std::filesystem::path& data_directory) {
    return {data_directory / "audit", data_directory / "audit-key"};
  }
  std::filesystem::path entries() const { return log / "entries"; }
  std::filesystem::path head() const { return log / "head"; }
  std::filesystem::path signing_key() const { return key / "signing.key"; }
};

// The resolver's audit log: an append-only list of entries under a Merkle tree with signed heads
// (docs/formats/audit_log.md). One thread writes; what several callers append at about the same
// time becomes durable together. Thread-safe.
class AuditLog {
 public:
  // Opens the log, or makes it and its key if there is none, and compares it with its newest head.
  // What was being written when the process was killed is cut off; DATA_LOSS names anything else
  // that differs, and says what to do. FAILED_PRECONDITION if another process has the log.
  static absl::StatusOr<std::unique_ptr<AuditLog>> Open(const AuditFolders& folders);
  // Writes what is still to be written.
  ~AuditLog();
  AuditLog(const AuditLog&) = delete;
  AuditLog& operator=(const AuditLog&) = delete;

  // Gives the entry its index and time, and returns the index once the entry is on disk and the
  // head covers it. Any error means that it is not in the log, or that the head could not be
  // written: the caller must then have no effect.
  absl::StatusOr<uint64_t> Append(v1::AuditEntry entry);
  // The same without waiting. The entry is written as soon as the disk takes it.
  void AppendLater(v1::AuditEntry entry);
  // Whether the last attempt to write succeeded.
  bool writable() const;

  v1::AuditHead Head() const;
  const Ed25519PublicKey& public_key() const { return signer_.public_key(); }
  // OUT_OF_RANGE for sizes and entries that the log does not have.
  absl::StatusOr<v1::AuditProof> Consistency(uint64_t from, uint64_t to) const;
  absl::StatusOr<v1::AuditReceipt> ReceiptOf(uint64_t index, uint64_t size) const;
  // The serialized entries [begin, end), at most AuditTree::kChunk of them.
  absl::StatusOr<std::vector<std::string>> Entries(uint64_t begin, uint64_t end) const;

 private:
  // An entry to be written, and where its caller waits, if it does.
  struct Ticket {
    bool done = false;
    absl::Status status;
    uint64_t index = 0;
  };
  struct Pending {
    v1::AuditEntry entry;
    Ticket* ticket = nullptr;
  };

  AuditLog(EntryFile entries, HeadFile head, const SecretBytes& seed)
      : signer_(seed), entries_(std::move(entries)), head_(std::move(head)) {}

  void Note(uint64_t index, uint64_t offset, const std::string& entry);
  void Push(v1::AuditEntry entry, Ticket* ticket);
  bool HasWork() const;
  void Run();
  absl::Status Write(std::deque<Pending>& batch);
  void SyncHeadNowAndThen();
  void Finish(std::deque<Pending> batch, const absl::Status& status);
  CompleteSubtree Subtrees() const;
  absl::Status CheckSize(uint64_t size) const;

  const Ed25519Signer signer_;
  const EntryFile entries_;
  HeadFile head_;  // of the writing thread
  AuditTree tree_;
  uint64_t end_ = EntryFile::kHeadBytes;  // of the writing thread
  std::chrono::steady_clock::time_point head_synced_{};

  mutable std::mutex mutex_;
  std::condition_variable work_;
  std::condition_variable finished_;
  std::deque<Pending> pending_;
  size_t waiting_ = 0;  // of the pending ones, those with a ticket
  bool broken_ = false;
  bool ending_ = false;
  v1::AuditHead newest_;
  std::vector<uint64_t> chunk_offsets_;  // of every kChunk-th entry
  std::thread thread_;                   // last: runs as long as the rest exists
};

}  // namespace blindlink::resolver
