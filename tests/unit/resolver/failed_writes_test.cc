#include "resolver/index/rocksdb/failed_writes.h"

#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "gtest/gtest.h"
#include "rocksdb/file_system.h"
#include "rocksdb/sst_file_writer.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

constexpr int kEnough = 1000;

// A disk with room for some more MANIFESTs, and some more that are made the current one; the next
// one after those fails, the latter once its name is on disk.
class FullDisk : public rocksdb::FileSystemWrapper {
 public:
  FullDisk() : FileSystemWrapper(rocksdb::FileSystem::Default()) {}

  const char* Name() const override { return "FullDisk"; }

  rocksdb::IOStatus NewWritableFile(const std::string& name, const rocksdb::FileOptions& options,
                                    std::unique_ptr<rocksdb::FSWritableFile>* file,
                                    rocksdb::IODebugContext* debug) override {
    if (name.find("MANIFEST-") != std::string::npos && manifests.fetch_sub(1) <= 0) {
      return NoRoom();
    }
    return FileSystemWrapper::NewWritableFile(name, options, file, debug);
  }

  rocksdb::IOStatus NewDirectory(const std::string& name, const rocksdb::IOOptions& options,
                                 std::unique_ptr<rocksdb::FSDirectory>* folder,
                                 rocksdb::IODebugContext* debug) override {
    std::unique_ptr<rocksdb::FSDirectory> made;
    const rocksdb::IOStatus status = FileSystemWrapper::NewDirectory(name, options, &made, debug);
    if (status.ok()) *folder = std::make_unique<Folder>(std::move(made), *this);
    return status;
  }

  void MakeRoom() { manifests = currents = kEnough; }

  std::atomic<int> manifests = kEnough;
  std::atomic<int> currents = kEnough;

 private:
  static rocksdb::IOStatus NoRoom() { return rocksdb::IOStatus::NoSpace("the disk is full"); }

  class Folder : public rocksdb::FSDirectory {
   public:
    Folder(std::unique_ptr<rocksdb::FSDirectory> folder, FullDisk& disk)
        : folder_(std::move(folder)), disk_(disk) {}

    rocksdb::IOStatus Fsync(const rocksdb::IOOptions& options,
                            rocksdb::IODebugContext* debug) override {
      return folder_->Fsync(options, debug);
    }
    rocksdb::IOStatus FsyncWithDirOptions(const rocksdb::IOOptions& options,
                                          rocksdb::IODebugContext* debug,
                                          const rocksdb::DirFsyncOptions& why) override {
      if (why.reason == rocksdb::DirFsyncOptions::kFileRenamed &&
          disk_.currents.fetch_sub(1) <= 0) {
        return NoRoom();
      }
      return folder_->FsyncWithDirOptions(options, debug, why);
    }
    rocksdb::IOStatus Close(const rocksdb::IOOptions& options,
                            rocksdb::IODebugContext* debug) override {
      return folder_->Close(options, debug);
    }

   private:
    const std::unique_ptr<rocksdb::FSDirectory> folder_;
    FullDisk& disk_;
  };
};

class FailedWritesTest : public testing::Test {
 protected:
  FailedWritesTest() : disk_(std::make_shared<FullDisk>()), failed_(disk_) { db_ = Open(Place()); }

  std::filesystem::path Place() const { return folder_ / "db"; }

  std::unique_ptr<rocksdb::DB> Open(const std::filesystem::path& place) {
    rocksdb::Options options;
    options.create_if_missing = true;
    options.max_manifest_file_size = 0;
    failed_.SetUp(&options);
    rocksdb::DB* db = nullptr;
    const rocksdb::Status opened = rocksdb::DB::Open(options, place.string(), &db);
    EXPECT_TRUE(opened.ok()) << opened.ToString();
    return std::unique_ptr<rocksdb::DB>(db);
  }

  rocksdb::Status Add(const std::string& key) {
    const std::string file = (folder_ / absl::StrCat(key, ".sst")).string();
    rocksdb::SstFileWriter writer({}, {});
    EXPECT_TRUE(writer.Open(file).ok());
    EXPECT_TRUE(writer.Put(key, "value").ok());
    EXPECT_TRUE(writer.Finish().ok());
    rocksdb::IngestExternalFileOptions options;
    options.move_files = true;
    options.write_global_seqno = false;
    return db_->IngestExternalFile({file}, options);
  }

  // What a process finds that starts after this one was killed now.
  void ExpectItOpensAfterAKill() {
    const std::filesystem::path copy = folder_ / "copy";
    std::filesystem::remove_all(copy);
    std::filesystem::copy(Place(), copy);
    disk_->MakeRoom();
    const std::unique_ptr<rocksdb::DB> db = Open(copy);
    ASSERT_NE(db, nullptr);
    std::string value;
    EXPECT_TRUE(db->Get({}, "first", &value).ok());
  }

  absl::Status GoOn() { return failed_.GoOn(*db_, db_->DefaultColumnFamily()); }

  size_t Tables() const {
    size_t tables = 0;
    for (const auto& entry : std::filesystem::directory_iterator(Place())) {
      tables += entry.path().extension() == ".sst" ? 1 : 0;
    }
    return tables;
  }

  TemporaryFolder folder_;
  std::shared_ptr<FullDisk> disk_;
  FailedWrites failed_;
  std::unique_ptr<rocksdb::DB> db_;
};

// To add a file changes the MANIFEST twice: its number is taken, then it belongs to the database.
constexpr int kChanges = 2;

TEST_F(FailedWritesTest, AnIndexWhoseChangeMayBeOnDiskOrNotOpensAfterAKill) {
  ASSERT_TRUE(Add("first").ok());
  for (int room = 0; room < kChanges; ++room) {
    for (std::atomic<int>* of : {&disk_->manifests, &disk_->currents}) {
      *of = room;
      EXPECT_FALSE(Add("second").ok());
      ExpectItOpensAfterAKill();
      ASSERT_TRUE(GoOn().ok());
    }
  }
}

TEST_F(FailedWritesTest, TheSameProcessGoesOnOnceThereIsRoomAndKeepsNothingOfTheChange) {
  ASSERT_TRUE(Add("first").ok());
  for (int room = 0; room < kChanges; ++room) {
    for (std::atomic<int>* of : {&disk_->manifests, &disk_->currents}) {
      *of = room;
      EXPECT_FALSE(Add("second").ok());
      disk_->MakeRoom();
      ASSERT_TRUE(GoOn().ok());
      std::string value;
      EXPECT_TRUE(db_->Get({}, "second", &value).IsNotFound());
      EXPECT_EQ(Tables(), 1);
    }
  }
  EXPECT_TRUE(Add("second").ok());
  EXPECT_EQ(Tables(), 2);
}

TEST_F(FailedWritesTest, WhileThereIsNoRoomAfterAChangeInDoubtItSaysSo) {
  disk_->currents = 1;
  EXPECT_FALSE(Add("first").ok());
  EXPECT_FALSE(GoOn().ok());
  EXPECT_FALSE(GoOn().ok());
  disk_->MakeRoom();
  EXPECT_TRUE(GoOn().ok());
  EXPECT_TRUE(Add("first").ok());
}

}  // namespace
}  // namespace blindlink::resolver
