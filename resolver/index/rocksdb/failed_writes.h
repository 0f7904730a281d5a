#pragma once

#include <memory>
#include <mutex>

#include "absl/status/status.h"
#include "rocksdb/db.h"
#include "rocksdb/env.h"
#include "rocksdb/file_system.h"
#include "rocksdb/options.h"

namespace blindlink::resolver {

// What keeps an index whole, and its process alive, when RocksDB (7.8) cannot write, as on a full
// disk. A change of the index is one edit in its MANIFEST. If writing that fails, the edit may be
// on disk or not, and the caller is told that the change failed; so
// - the files of the change stay until a new MANIFEST is written, which has the change no more:
//   RocksDB would delete them at once, and a process that ended then would leave an index that
//   names files which are not there;
// - RocksDB does not stop because the disk is full: after DB::Resume 7.8 takes itself for stopped
//   still, and an assertion ends the process at the next ingest;
// - it has no file LOG, after a failed write to which an assertion ends the process at the next
//   line. What it says there comes back as a status too, and may hold tokens.
class FailedWrites {
 public:
  // `files`: what the database is on.
  explicit FailedWrites(const std::shared_ptr<rocksdb::FileSystem>& files);
  ~FailedWrites();
  FailedWrites(const FailedWrites&) = delete;
  FailedWrites& operator=(const FailedWrites&) = delete;

  // Prepares options to open a database with; this must outlive it.
  void SetUp(rocksdb::DBOptions* options);

  // To be called before each change, and before what was removed must be gone. Whatever failed
  // before, the index takes changes again, and files of failed ones go; the status says if it
  // cannot. Thread-safe.
  absl::Status GoOn(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* any_family);

 private:
  struct Doubt;
  class ManifestListener;
  class KeepingFileSystem;

  std::mutex mutex_;
  const std::shared_ptr<Doubt> doubt_;  // shared with what RocksDB calls
  const std::unique_ptr<rocksdb::Env> env_;
};

// A change of nothing. If max_manifest_file_size is 0, it begins a new MANIFEST.
absl::Status BeginManifest(rocksdb::DB& db, rocksdb::ColumnFamilyHandle* any_family,
                           const char* what);

}  // namespace blindlink::resolver
