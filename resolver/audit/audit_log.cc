#include "resolver/audit/audit_log.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "common/audit/audit_head.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/key_file.h"
#include "common/telemetry/log.h"
#include "resolver/audit/log_check.h"

namespace blindlink::resolver {
namespace {

constexpr char kKeyHead[] = "blindlink-audit-key-v1\n";
constexpr auto kBetweenHeadSyncs = std::chrono::seconds(1);

constexpr char kWhatToDo[] =
    ". The resolver does not start: its audit log is not as it was signed. Keep a copy of the "
    "folder as evidence, ask sites and researchers for their witness files, and run  "
    "blindlink-resolver audit verify  (docs/operations.md, Audit log)";

int64_t NowMs() { return absl::ToUnixMillis(absl::Now()); }

absl::Status Damaged(absl::string_view what) {
  return absl::DataLossError(absl::StrCat(what, kWhatToDo));
}

absl::StatusOr<SecretBytes> ReadSigningKey(const AuditFolders& folders) {
  return ReadKeyFile(folders.signing_key(), kKeyHead,
                     "restore the audit log's key from a backup: without it the log cannot go on");
}

absl::StatusOr<bool> Exists(const std::filesystem::path& path) {
  std::error_code error;
  const bool exists = std::filesystem::exists(path, error);
  if (error) return ErrnoStatus(error.value(), "look for", path);
  return exists;
}

// Makes the log in an order that can be taken up again after a crash: a log without entries and
// without a key has never been used.
absl::Status Create(const AuditFolders& folders) {
  BL_RETURN_IF_ERROR(MakePrivateFolder(folders.log));
  BL_RETURN_IF_ERROR(MakePrivateFolder(folders.key));
  const std::filesystem::path making = folders.key / "signing.key.new";
  std::error_code ignored;
  std::filesystem::remove(making, ignored);
  BL_RETURN_IF_ERROR(GenerateKeyFile(making, kKeyHead));
  BL_ASSIGN_OR_RETURN(const SecretBytes seed, ReadKeyFile(making, kKeyHead, "start again"));
  const Ed25519Signer signer(seed);
  BL_RETURN_IF_ERROR(EntryFile::Create(folders.entries(), signer.public_key()));
  BL_RETURN_IF_ERROR(HeadFile::Create(folders.head(), SignHead(signer, 0, NowMs(), EmptyRoot())));
  std::error_code error;
  std::filesystem::rename(making, folders.signing_key(), error);
  if (error) return ErrnoStatus(error.value(), "rename", making);
  return SyncFolder(folders.key);
}

// Whether the log has never been used: it is not there, or was being made.
absl::StatusOr<bool> IsNew(const AuditFolders& folders) {
  BL_ASSIGN_OR_RETURN(const bool has_key, Exists(folders.signing_key()));
  BL_ASSIGN_OR_RETURN(const bool has_entries, Exists(folders.entries()));
  if (!has_entries && !has_key) return true;
  if (has_key && !has_entries) {
    return Damaged(absl::StrCat(folders.entries().string(), ": the audit log is gone, but its key ",
                                folders.signing_key().string(), " is there"));
  }
  if (has_key) return false;
  BL_ASSIGN_OR_RETURN(const EntryFile file, EntryFile::Open(folders.entries(), true));
  BL_ASSIGN_OR_RETURN(const uint64_t size, file.Size());
  if (size == EntryFile::kHeadBytes) return true;
  return Damaged(absl::StrCat(folders.signing_key().string(),
                              ": the key of the audit log is gone: restore it from a backup"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<AuditLog>> AuditLog::Open(const AuditFolders& folders) {
  BL_ASSIGN_OR_RETURN(const bool is_new, IsNew(folders));
  if (is_new) BL_RETURN_IF_ERROR(Create(folders));
  absl::StatusOr<EntryFile> entries = EntryFile::Open(folders.entries(), false);
  if (absl::IsDataLoss(entries.status())) return Damaged(entries.status().message());
  BL_RETURN_IF_ERROR(entries.status());
  BL_RETURN_IF_ERROR(entries->Lock());
  absl::StatusOr<HeadFile> head = HeadFile::Open(folders.head(), false);
  if (absl::IsNotFound(head.status()) || (head.ok() && !head->newest())) {
    return Damaged(absl::StrCat(folders.head().string(),
                                ": the newest head of the audit log is gone or damaged"));
  }
  BL_RETURN_IF_ERROR(head.status());
  BL_ASSIGN_OR_RETURN(const SecretBytes seed, ReadSigningKey(folders));
  std::unique_ptr<AuditLog> log(new AuditLog(*std::move(entries), *std::move(head), seed));
  if (log->public_key() != log->entries_.key()) {
    return Damaged(absl::StrCat(folders.signing_key().string(), " is not the key of the log in ",
                                folders.log.string()));
  }
  log->newest_ = *log->head_.newest();
  const auto checked = CheckLog(log->entries_, log->newest_, {},
                                [&](uint64_t index, uint64_t offset, const std::string& entry) {
                                  log->Note(index, offset, entry);
                                  return absl::OkStatus();
                                });
  if (absl::IsDataLoss(checked.status())) return Damaged(checked.status().message());
  BL_RETURN_IF_ERROR(checked.status());
  if (const absl::Status whole = log->head_.CheckPlaces(checked->entries); !whole.ok()) {
    return Damaged(whole.message());
  }
  if (checked->torn_bytes > 0) {
    spdlog::warn("event=audit-log-end-cut bytes={} entries={}", checked->torn_bytes,
                 checked->entries);
    BL_RETURN_IF_ERROR(log->entries_.CutTo(checked->end));
  }
  log->end_ = checked->end;
  log->thread_ = std::thread([raw = log.get()] { raw->Run(); });
  return log;
}

AuditLog::~AuditLog() {
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  work_.notify_one();
  if (thread_.joinable()) thread_.join();
}

void AuditLog::Note(uint64_t index, uint64_t offset, const std::string& entry) {
  if (index % AuditTree::kChunk == 0) {
    const std::lock_guard lock(mutex_);
    chunk_offsets_.push_back(offset);
  }
  tree_.Append(LeafHash(entry));
}

// --- appending -----------------------------------------------------------------------------------

absl::StatusOr<uint64_t> AuditLog::Append(v1::AuditEntry entry) {
  Ticket ticket;
  Push(std::move(entry), &ticket);
  std::unique_lock lock(mutex_);
  finished_.wait(lock, [&] { return ticket.done; });
  if (!ticket.status.ok()) return ticket.status;
  return ticket.index;
}

void AuditLog::AppendLater(v1::AuditEntry entry) { Push(std::move(entry), nullptr); }

void AuditLog::Push(v1::AuditEntry entry, Ticket* ticket) {
  entry.set_time_ms(NowMs());
  const std::lock_guard lock(mutex_);
  pending_.push_back({std::move(entry), ticket});
  if (ticket != nullptr) ++waiting_;
  work_.notify_one();
}

bool AuditLog::writable() const {
  const std::lock_guard lock(mutex_);
  return !broken_;
}

// After an error it waits for somebody who needs an entry written, rather than try again and again.
bool AuditLog::HasWork() const { return waiting_ > 0 || (!broken_ && !pending_.empty()); }

void AuditLog::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [&] { return ending_ || HasWork(); });
    if (pending_.empty() || (ending_ && broken_)) break;
    std::deque<Pending> batch = std::exchange(pending_, {});
    waiting_ = 0;
    lock.unlock();
    const absl::Status status = Write(batch);
    lock.lock();
    Finish(std::move(batch), status);
    lock.unlock();
    SyncHeadNowAndThen();
    lock.lock();
  }
  lock.unlock();
  (void)head_.Sync();
}

absl::Status AuditLog::Write(std::deque<Pending>& batch) {
  std::vector<std::string> serialized;
  std::string framed;
  uint64_t index = tree_.size();
  for (Pending& one : batch) {
    one.entry.set_index(index++);
    serialized.push_back(one.entry.SerializeAsString());
    EntryFile::AppendFramed(serialized.back(), &framed);
  }
  BL_RETURN_IF_ERROR(entries_.AppendAt(end_, framed));
  for (const std::string& entry : serialized) {
    Note(tree_.size(), end_, entry);
    end_ = EntryFile::After(end_, entry.size());
  }
  v1::AuditHead head = SignHead(signer_, tree_.size(), NowMs(), tree_.Root());
  absl::Status written = head_.Write(head);
  for (Pending& one : batch) {
    if (one.ticket != nullptr) one.ticket->index = one.entry.index();
    one.entry.Clear();  // it is in the log, whatever becomes of the head
  }
  const std::lock_guard lock(mutex_);
  newest_ = std::move(head);
  return written;
}

void AuditLog::Finish(std::deque<Pending> batch, const absl::Status& status) {
  broken_ = !status.ok();
  std::deque<Pending> again;
  for (Pending& one : batch) {
    if (one.ticket != nullptr) {
      one.ticket->status = status;
      one.ticket->done = true;
    } else if (!status.ok() && one.entry.kind() != v1::AUDIT_KIND_UNSPECIFIED) {
      again.push_back(std::move(one));
    }
  }
  pending_.insert(pending_.begin(), std::make_move_iterator(again.begin()),
                  std::make_move_iterator(again.end()));
  finished_.notify_all();
}

// A power cut may leave an older head than the entries, but never a newer one.
void AuditLog::SyncHeadNowAndThen() {
  const auto now = std::chrono::steady_clock::now();
  if (now - head_synced_ < kBetweenHeadSyncs) return;
  if (head_.Sync().ok()) head_synced_ = now;
}

// --- reading -------------------------------------------------------------------------------------

v1::AuditHead AuditLog::Head() const {
  const std::lock_guard lock(mutex_);
  return newest_;
}

absl::Status AuditLog::CheckSize(uint64_t size) const {
  const uint64_t entries = Head().size();
  if (size <= entries) return absl::OkStatus();
  return absl::OutOfRangeError(absl::StrCat("the audit log has ", entries, " entries"));
}

absl::StatusOr<std::vector<std::string>> AuditLog::Entries(uint64_t begin, uint64_t end) const {
  BL_RETURN_IF_ERROR(CheckSize(end));
  std::vector<std::string> entries;
  if (begin >= end) return entries;
  const uint64_t chunk = begin / AuditTree::kChunk;
  uint64_t offset = 0;
  {
    const std::lock_guard lock(mutex_);
    offset = chunk_offsets_.at(chunk);
  }
  BL_ASSIGN_OR_RETURN(const uint64_t size, entries_.Size());
  bool is_cut = false;
  for (uint64_t index = chunk * AuditTree::kChunk; index < end; ++index) {
    BL_ASSIGN_OR_RETURN(std::optional<std::string> entry, entries_.ReadAt(offset, size, &is_cut));
    if (!entry) {
      return absl::DataLossError(absl::StrCat("entry ", index, " of the audit log is damaged"));
    }
    offset = EntryFile::After(offset, entry->size());
    if (index >= begin) entries.push_back(*std::move(entry));
  }
  return entries;
}

CompleteSubtree AuditLog::Subtrees() const {
  return tree_.Subtrees(
      [this](uint64_t begin, uint64_t end) -> absl::StatusOr<std::vector<Sha256Digest>> {
        BL_ASSIGN_OR_RETURN(const std::vector<std::string> entries,
                            Entries(begin, std::min(end, Head().size())));
        std::vector<Sha256Digest> leaves;
        leaves.reserve(entries.size());
        for (const std::string& entry : entries) leaves.push_back(LeafHash(entry));
        return leaves;
      });
}

absl::StatusOr<v1::AuditProof> AuditLog::Consistency(uint64_t from, uint64_t to) const {
  BL_RETURN_IF_ERROR(CheckSize(to));
  BL_ASSIGN_OR_RETURN(const std::vector<Sha256Digest> hashes,
                      ConsistencyProof(from, to, Subtrees()));
  return ProofOf(hashes);
}

absl::StatusOr<v1::AuditReceipt> AuditLog::ReceiptOf(uint64_t index, uint64_t size) const {
  if (index >= size) return absl::OutOfRangeError("the audit log has no such entry");
  BL_RETURN_IF_ERROR(CheckSize(size));
  BL_ASSIGN_OR_RETURN(const std::vector<std::string> entries, Entries(index, index + 1));
  BL_ASSIGN_OR_RETURN(const std::vector<Sha256Digest> hashes,
                      InclusionProof(index, size, Subtrees()));
  v1::AuditReceipt receipt;
  receipt.set_index(index);
  receipt.set_entry(entries[0]);
  receipt.set_size(size);
  *receipt.mutable_proof() = ProofOf(hashes);
  return receipt;
}

}  // namespace blindlink::resolver
