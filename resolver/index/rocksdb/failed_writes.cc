#include "resolver/index/rocksdb/failed_writes.h"

#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "common/base/status_macros.h"
#include "resolver/index/rocksdb/rocksdb_status.h"
#include "rocksdb/listener.h"

namespace blindlink::resolver {
namespace {

using Doubt = std::shared_ptr<std::atomic<bool>>;

class NoLog : public rocksdb::Logger {
 public:
  using rocksdb::Logger::Logv;
  void Logv(const char*, va_list) override {}
};

class ManifestListener : public rocksdb::EventListener {
 public:
  explicit ManifestListener(Doubt in_doubt) : in_doubt_(std::move(in_doubt)) {}

  void OnBackgroundError(rocksdb::BackgroundErrorReason reason, rocksdb::Status* error) override {
    if (reason != rocksdb::BackgroundErrorReason::kManifestWrite &&
        reason != rocksdb::BackgroundErrorReason::kManifestWriteNoWAL) {
      return;
    }
    *in_doubt_ = true;
    if (error->IsNoSpace()) *error = rocksdb::Status::OK();
  }

 private:
  const Doubt in_doubt_;
};

// RocksDB tells the listener that a MANIFEST could not be written before it deletes the files of
// the change that failed.
class KeepingFileSystem : public rocksdb::FileSystemWrapper {
 public:
  KeepingFileSystem(const std::shared_ptr<rocksdb::FileSystem>& files, Doubt in_doubt)
      : FileSystemWrapper(files), in_doubt_(std::move(in_doubt)) {}

  const char* Name() const override { return "KeepingFileSystem"; }

  rocksdb::IOStatus DeleteFile(const std::string& name, const rocksdb::IOOptions& options,
                               rocksdb::IODebugContext* debug) override {
    if (*in_doubt_ && absl::EndsWith(name, ".sst")) return rocksdb::IOStatus::OK();
    return FileSystemWrapper::DeleteFile(name, options, debug);
  }

 private:
  const Doubt in_doubt_;
};

}  // namespace

FailedWrites::FailedWrites(const std::shared_ptr<rocksdb::FileSystem>& files)
    : manifest_in_doubt_(std::make_shared<std::atomic<bool>>(false)),
      env_(rocksdb::NewCompositeEnv(
          std::make_shared<KeepingFileSystem>(files, manifest_in_doubt_))) {}

FailedWrites::~FailedWrites() = default;

void FailedWrites::SetUp(rocksdb::DBOptions* options) {
  options->env = env_.get();
  options->info_log = std::make_shared<NoLog>();
  options->listeners.push_back(std::make_shared<ManifestListener>(manifest_in_doubt_));
}

absl::Status FailedWrites::GoOn(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* any_family) {
  constexpr char kWhat[] = "write to the token index again";
  BL_RETURN_IF_ERROR(FromRocksDb(db.Resume(), kWhat));
  if (!*manifest_in_doubt_) return absl::OkStatus();
  BL_RETURN_IF_ERROR(BeginManifest(db, any_family, kWhat));
  *manifest_in_doubt_ = false;
  // RocksDB stops deleting when a MANIFEST fails; this deletes what no MANIFEST names.
  return FromRocksDb(db.EnableFileDeletions(/*force=*/true), kWhat);
}

absl::Status BeginManifest(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* any_family,
                           const char* what) {
  return FromRocksDb(db.SetOptions(any_family, {{"disable_auto_compactions", "false"}}), what);
}

}  // namespace blindlink::resolver
