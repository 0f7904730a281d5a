#include "resolver/index/rocksdb/unused_tables.h"

#include <memory>
#include <set>
#include <string>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/status_macros.h"
#include "resolver/index/rocksdb/no_log.h"
#include "resolver/index/rocksdb/rocksdb_status.h"
#include "rocksdb/db.h"

namespace blindlink::resolver {
namespace {

// A file that is missing is an input/output error to RocksDB.
absl::Status FromOpening(const rocksdb::Status& status, const std::filesystem::path& folder) {
  if (status.ok()) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat("the token index in ", folder.string(), " is not whole: ", status.ToString()));
}

absl::StatusOr<std::set<std::string>> TablesInUse(const std::filesystem::path& folder) {
  rocksdb::Options options;
  options.info_log = std::make_shared<NoLog>();
  options.max_open_files = 256;  // a command may have few descriptors
  std::vector<std::string> names;
  BL_RETURN_IF_ERROR(
      FromOpening(rocksdb::DB::ListColumnFamilies(options, folder.string(), &names), folder));
  std::vector<rocksdb::ColumnFamilyDescriptor> families;
  families.reserve(names.size());
  for (const std::string& name : names) {
    families.emplace_back(name, rocksdb::ColumnFamilyOptions());
  }
  std::vector<rocksdb::ColumnFamilyHandle*> handles;
  rocksdb::DB* opened = nullptr;
  BL_RETURN_IF_ERROR(FromOpening(
      rocksdb::DB::OpenForReadOnly(options, folder.string(), families, &handles, &opened), folder));
  const std::unique_ptr<rocksdb::DB> db(opened);
  std::vector<rocksdb::LiveFileMetaData> live;
  db->GetLiveFilesMetaData(&live);
  for (rocksdb::ColumnFamilyHandle* handle : handles) db->DestroyColumnFamilyHandle(handle);
  std::set<std::string> tables;
  for (const rocksdb::LiveFileMetaData& file : live) tables.insert(file.name.substr(1));
  return tables;
}

}  // namespace

absl::StatusOr<std::vector<std::filesystem::path>> UnusedTables(
    const std::filesystem::path& rocksdb_folder) {
  BL_ASSIGN_OR_RETURN(const std::set<std::string> in_use, TablesInUse(rocksdb_folder));
  std::vector<std::filesystem::path> unused;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(rocksdb_folder, error)) {
    const std::filesystem::path name = entry.path().filename();
    if (name.extension() == ".sst" && !in_use.contains(name)) unused.push_back(entry.path());
  }
  if (error) return ErrnoStatus(error.value(), "read", rocksdb_folder);
  return unused;
}

}  // namespace blindlink::resolver
