#include <algorithm>
#include <array>
#include <memory>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "rocksdb/db.h"
#include "rocksdb/sst_file_writer.h"
#include "rocksdb/table.h"
#include "tests/bench/floors.h"

namespace blindlink {
namespace {

constexpr size_t kPostings = 4'000'000;
using Key = std::array<char, 26>;

// As large as a posting in memory, and ordered by all of its members.
struct Item {
  std::array<uint64_t, 4> words;
  friend bool operator<(const Item& a, const Item& b) { return a.words < b.words; }
};

double SortFloor() {
  std::mt19937_64 random(1);
  std::vector<Item> items(kPostings);
  const double filling = ShortestSeconds([&] {
    for (Item& item : items) item.words = {random(), random(), random(), random()};
  });
  const double both = ShortestSeconds([&] {
    for (Item& item : items) item.words = {random(), random(), random(), random()};
    std::sort(items.begin(), items.end());
  });
  return (both - filling) / kPostings;
}

// Random, like tokens, and in the order of their bytes.
std::vector<Key> SortedKeys() {
  std::mt19937_64 random(2);
  std::vector<Key> keys(kPostings);
  for (Key& key : keys) {
    for (char& byte : key) byte = static_cast<char>(random());
  }
  std::sort(keys.begin(), keys.end(), [](const Key& a, const Key& b) {
    return rocksdb::Slice(a.data(), a.size()).compare({b.data(), b.size()}) < 0;
  });
  return keys;
}

rocksdb::Options StoreOptions() {
  rocksdb::Options options;
  options.create_if_missing = true;
  options.compression = rocksdb::kNoCompression;
  rocksdb::BlockBasedTableOptions table;
  table.block_size = size_t{32} << 10;
  options.table_factory.reset(rocksdb::NewBlockBasedTableFactory(table));
  return options;
}

rocksdb::Status WriteFile(const std::vector<Key>& keys, const std::string& path) {
  rocksdb::SstFileWriter writer(rocksdb::EnvOptions(), StoreOptions());
  rocksdb::Status status = writer.Open(path);
  for (size_t i = 0; status.ok() && i < keys.size(); ++i) {
    status = writer.Put({keys[i].data(), keys[i].size()}, {});
  }
  return status.ok() ? writer.Finish() : status;
}

rocksdb::Status Scan(rocksdb::DB& db, uint64_t* seen) {
  rocksdb::ReadOptions options;
  options.readahead_size = size_t{4} << 20;
  options.fill_cache = false;
  const std::unique_ptr<rocksdb::Iterator> at(db.NewIterator(options));
  for (at->SeekToFirst(); at->Valid(); at->Next()) *seen += at->key().size();
  return at->status();
}

absl::Status Failed(const rocksdb::Status& status) {
  return absl::InternalError(absl::StrCat("cannot measure the store's floor: ", status.ToString()));
}

}  // namespace

absl::StatusOr<StoreFloors> MeasureStoreFloors(const std::filesystem::path& folder) {
  StoreFloors floors{SortFloor(), 0, 0};
  const std::vector<Key> keys = SortedKeys();
  const std::string file = folder / "floor.sst", store = folder / "floor.db";
  rocksdb::Status status;
  floors.write_seconds = ShortestSeconds([&] {
                           if (status.ok()) status = WriteFile(keys, file);
                         }) /
                         kPostings;
  if (!status.ok()) return Failed(status);
  rocksdb::DB* opened = nullptr;
  status = rocksdb::DB::Open(StoreOptions(), store, &opened);
  if (!status.ok()) return Failed(status);
  const std::unique_ptr<rocksdb::DB> db(opened);
  status = db->IngestExternalFile({file}, {});
  uint64_t seen = 0;
  floors.scan_seconds = ShortestSeconds([&] {
                          if (status.ok()) status = Scan(*db, &seen);
                        }) /
                        kPostings;
  if (!status.ok() || seen == 0) return Failed(status);
  return floors;
}

}  // namespace blindlink
