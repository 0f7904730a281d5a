#include "resolver/index/rocksdb/look_up_costs.h"

#include "resolver/index/rocksdb/disk_speed.h"
#include "resolver/index/rocksdb/resident_share.h"
#include "resolver/index/rocksdb/rocksdb_dataset_writer.h"

namespace blindlink::resolver {
namespace {

// On a disk whose speed is not known.
constexpr double kPostingsPerLookUp = 4096;
// The pages that are not cost a look-up on the disk each.
constexpr double kInMemory = 0.98;

}  // namespace

bool LookUpCosts::InMemory() const { return ResidentShare(Files()) >= kInMemory; }

bool LookUpCosts::Pay(uint64_t look_ups, uint64_t postings, uint64_t all_postings) const {
  const double for_each = static_cast<double>(postings) / static_cast<double>(look_ups);
  if (for_each <= kLeastPostingsPerLookUp) return false;
  return for_each > kMostPostingsPerLookUp || InMemory() || for_each > OnDisk(all_postings);
}

double LookUpCosts::OnDisk(uint64_t all_postings) const {
  const std::lock_guard lock(measuring_);
  if (on_disk_.has_value()) return *on_disk_;
  const std::vector<std::filesystem::path> files = Files();
  const std::optional<DiskSpeed> speed = MeasureDisk(files);
  if (!speed.has_value()) return kPostingsPerLookUp;  // but the index may grow
  uint64_t bytes = 0;
  std::error_code ignored;
  for (const std::filesystem::path& file : files) {
    bytes += std::filesystem::file_size(file, ignored);
  }
  on_disk_ = PostingsPerLookUp(*speed, bytes, all_postings);
  return *on_disk_;
}

std::vector<std::filesystem::path> LookUpCosts::Files() const {
  std::vector<rocksdb::LiveFileMetaData> live;
  db_->GetLiveFilesMetaData(&live);
  std::vector<std::filesystem::path> files;
  for (const rocksdb::LiveFileMetaData& file : live) {
    if (file.column_family_name == kFamilyNames[kPostingsFamily]) {
      files.push_back(std::filesystem::path(file.db_path) / file.name.substr(1));
    }
  }
  return files;
}

}  // namespace blindlink::resolver
