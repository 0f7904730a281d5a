#include "resolver/index/rocksdb/failed_writes.h"

#include <atomic>
#include <cstdint>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "common/base/status_macros.h"
#include "resolver/index/rocksdb/no_log.h"
#include "resolver/index/rocksdb/rocksdb_status.h"
#include "rocksdb/listener.h"

namespace blindlink::resolver {

// How many times a MANIFEST failed, and how many of those a later MANIFEST has made good.
struct FailedWrites::Doubt {
  bool IsOpen() const { return failed != settled; }

  std::atomic<uint64_t> failed = 0;
  std::atomic<uint64_t> settled = 0;
};

class FailedWrites::ManifestListener : public rocksdb::EventListener {
 public:
  explicit ManifestListener(std::shared_ptr<Doubt> doubt) : doubt_(std::move(doubt)) {}

  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override {
    if (reason != rocksdb::BackgroundErrorReason::kManifestWrite &&
        reason != rocksdb::BackgroundErrorReason::kManifestWriteNoWAL) {
      return;
    }
    ++doubt_->failed;
    if (error->IsNoSpace()) *error = rocksdb::Status::OK();
  }

 private:
  const std::shared_ptr<Doubt> doubt_;
};

// RocksDB tells the listener that a MANIFEST could not be written before it deletes the files of
// the change that failed.
class FailedWrites::KeepingFileSystem : public rocksdb::FileSystemWrapper {
 public:
  KeepingFileSystem(const std::shared_ptr<rocksdb::FileSystem>& files, std::shared_ptr<Doubt> doubt)
      : FileSystemWrapper(files), doubt_(std::move(doubt)) {}

  const char* Name() const override { return "KeepingFileSystem"; }

  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (doubt_->IsOpen() && absl::EndsWith(name, ".sst")) return rocksdb::IOStatus::OK();
    return FileSystemWrapper::DeleteFile(name, options, debug);
  }

 private:
  const std::shared_ptr<Doubt> doubt_;
};

FailedWrites::FailedWrites(const std::shared_ptr<rocksdb::FileSystem>& files)
    : doubt_(std::make_shared<Doubt>()),
      env_(rocksdb::NewCompositeEnv(std::make_shared<KeepingFileSystem>(files, doubt_))) {}

FailedWrites::~FailedWrites() = default;

void FailedWrites::SetUp(rocksdb::DBOptions* options) {
  options->env = env_.get();
  options->info_log = std::make_shared<NoLog>();
  options->listeners.push_back(std::make_shared<ManifestListener>(doubt_));
}

absl::Status FailedWrites::GoOn(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* any_family) {
  constexpr char kWhat[] = "write to the token index again";
  const std::lock_guard lock(mutex_);
  BL_RETURN_IF_ERROR(FromRocksDb(db.Resume(), kWhat));
  if (!doubt_->IsOpen()) return absl::OkStatus();
  const uint64_t failed = doubt_->failed;
  BL_RETURN_IF_ERROR(BeginManifest(db, any_family, kWhat));
  doubt_->settled = failed;
  // RocksDB stops deleting when a MANIFEST fails; this deletes what no MANIFEST names.
  absl::Status deleting = FromRocksDb(db.EnableFileDeletions(/*force=*/true), kWhat);
  if (!deleting.ok()) ++doubt_->failed;  // the next call tries again
  return deleting;
}

absl::Status BeginManifest(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* any_family,
                           const char* what) {
  return FromRocksDb(db.SetOptions(any_family, {{"disable_auto_compactions", "false"}}), what);
}

}  // namespace blindlink::resolver
