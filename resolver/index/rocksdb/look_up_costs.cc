#include "resolver/index/rocksdb/look_up_costs.h"

#include "resolver/index/rocksdb/disk_speed.h"
#include "resolver/index/rocksdb/resident_share.h"
#include "resolver/index/rocksdb/rocksdb_dataset_writer.h"

namespace blindlink::resolver {
namespace {

// On a disk whose speed is not known.
constexpr double kPostingsPerLookUp = 4096;
// Smaller indexes have too few large files.
constexpr uint64_t kLeastMeasured = uint64_t{256} << 20;
// The pages that are not cost a look-up on the disk each.
constexpr double kInMemory = 0.98;

}  // namespace

bool LookUpCosts::InMemory() const { return ResidentShare(Files()) >= kInMemory; }

bool LookUpCosts::Pay(const Choice& choice, Place* place) const {
  const double for_each =
      static_cast<double>(choice.postings) / static_cast<double>(choice.look_ups);
  if (for_each <= kLeastPostingsPerLookUp) return false;
  if (for_each > kMostPostingsPerLookUp || place->InMemory()) return true;
  // What was measured is the speed of many reads at once.
  const bool many = choice.cursors >= kReadsAtOnce / 2;
  return for_each > (many ? OnDisk(choice.all_postings) : kPostingsPerLookUp);
}

double LookUpCosts::OnDisk(uint64_t all_postings) const {
  const std::lock_guard lock(measuring_);
  if (on_disk_.has_value()) return *on_disk_;
  const std::vector<std::filesystem::path> files = Files();
  uint64_t bytes = 0;
  for (const std::filesystem::path& file : files) {
    std::error_code error;
    const uintmax_t size = std::filesystem::file_size(file, error);
    if (!error) bytes += size;
  }
  if (bytes < kLeastMeasured) return kPostingsPerLookUp;  // but it may grow
  const std::optional<DiskSpeed> speed = MeasureDisk(files);
  on_disk_ =
      speed.has_value() ? PostingsPerLookUp(*speed, bytes, all_postings) : kPostingsPerLookUp;
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
