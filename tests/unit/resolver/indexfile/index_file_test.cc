// Tests the writer and the reader of index files (docs/formats/index_file.md).
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "resolver/index/memory_token_index.h"
#include "resolver/indexfile/index_transfer.h"
#include "tests/support/sample_tokens.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::resolver {
namespace {

using testing::HasSubstr;
using testing::Not;

BoundCipher CipherNamed(uint8_t name) {
  return BoundCipher(std::vector<uint8_t>(BoundCipher::kKeySize, name),
                     std::vector<uint8_t>(BoundCipher::kKeySize, 2));
}

absl::Status GoOn(uint64_t) { return absl::OkStatus(); }

class IndexFile : public testing::Test {
 protected:
  IndexFile() {
    for (const uint32_t number : {1, 2}) {
      auto writer = index_.BeginDataset(number, {}).value();
      EXPECT_TRUE(writer->AddRecord(RecordNamed("pseudonym-anna")).ok());
      auto batch = writer->NewBatch();
      for (const char* token : {"token-one", "token-two"}) {
        Posting posting{StoredTokenNamed(token), 1, number, 0, 0, {}};
        posting.evidence.size = 12;
        std::copy_n("evidence-abc", 12, posting.evidence.bytes.data());
        batch->Add(posting);
      }
      EXPECT_TRUE(writer->AddBatch(std::move(batch)).ok());
      storage::v1::CommittedDataset row;
      row.set_dataset_number(number);
      row.mutable_manifest()->set_dataset("claims-of-spring");
      EXPECT_TRUE(writer->Commit(row).ok());
    }
    Write(file_);
    bytes_ = ReadFile(file_).value();
  }

  void Write(const std::filesystem::path& file) {
    storage::v1::StoredIndexFileHead head;
    head.set_project("flu");
    const auto datasets = index_.Datasets().value();
    auto writer = IndexFileWriter::Create(file, head, CipherNamed(1), datasets).value();
    EXPECT_TRUE(ExportDatasets(index_, datasets, *writer, GoOn).ok());
    const auto size = writer->Finish();
    ASSERT_TRUE(size.ok()) << size.status();
    EXPECT_EQ(*size, std::filesystem::file_size(file));
  }

  // Reads a file of these bytes to its end.
  absl::Status Check(const std::string& bytes, const BoundCipher& cipher = CipherNamed(1)) {
    const std::filesystem::path file = folder_ / "checked";
    std::ofstream(file, std::ios::binary) << bytes;
    auto reader = IndexFileReader::Open(file);
    if (!reader.ok()) return reader.status();
    absl::Status status = (*reader)->Unlock(cipher);
    if (status.ok()) status = CheckDatasets(**reader, GoOn).status();
    return status;
  }

  const TemporaryFolder folder_;
  MemoryTokenIndex index_;
  const std::filesystem::path file_ = folder_ / "flu.blindex";
  std::string bytes_;
};

TEST_F(IndexFile, IsReadAsItWasWritten) {
  EXPECT_TRUE(Check(bytes_).ok()) << Check(bytes_);
  const auto reader = IndexFileReader::Open(file_).value();
  EXPECT_EQ(reader->head().project(), "flu");
  EXPECT_EQ(reader->size(), bytes_.size());
}

TEST_F(IndexFile, IsForItsOwnerOnly) {
  EXPECT_EQ(std::filesystem::status(file_).permissions(),
            std::filesystem::perms::owner_read | std::filesystem::perms::owner_write);
}

TEST_F(IndexFile, HoldsNothingReadableButWhatItIsOf) {
  EXPECT_THAT(bytes_, HasSubstr("flu"));
  for (const char* secret : {"token-one", "token-two", "pseudonym", "evidence", "claims"}) {
    EXPECT_THAT(bytes_, Not(HasSubstr(secret)));
  }
}

TEST_F(IndexFile, ASecondFileOfTheSameIndexIsUnlikeTheFirst) {
  Write(folder_ / "second");
  const std::string second = ReadFile(folder_ / "second").value();
  ASSERT_EQ(second.size(), bytes_.size());
  size_t same = 0;
  for (size_t i = 0; i < second.size(); ++i) same += second[i] == bytes_[i] ? 1 : 0;
  EXPECT_LT(same, bytes_.size() / 4);
}

TEST_F(IndexFile, CutOffAnywhereItIsRefused) {
  for (size_t size = 0; size < bytes_.size(); ++size) {
    const absl::Status status = Check(bytes_.substr(0, size));
    EXPECT_TRUE(absl::IsDataLoss(status) || absl::IsInvalidArgument(status)) << size << status;
  }
  const absl::Status status = Check(bytes_.substr(0, bytes_.size() - 30));
  EXPECT_THAT(status.message(), HasSubstr("cut off"));
  EXPECT_THAT(status.message(), HasSubstr("at byte "));
}

TEST_F(IndexFile, AFlippedBitAnywhereIsRefused) {
  for (size_t at = 0; at < bytes_.size(); ++at) {
    std::string bytes = bytes_;
    bytes[at] = static_cast<char>(bytes[at] ^ (1 << (at % 8)));
    const absl::Status status = Check(bytes);
    EXPECT_TRUE(absl::IsDataLoss(status) || absl::IsInvalidArgument(status)) << at << status;
  }
}

TEST_F(IndexFile, BytesAfterItsEndAreRefused) {
  EXPECT_TRUE(absl::IsDataLoss(Check(bytes_ + "x"))) << Check(bytes_ + "x");
}

TEST_F(IndexFile, IsNotReadWithAnotherKey) {
  EXPECT_TRUE(absl::IsDataLoss(Check(bytes_, CipherNamed(3))));
}

TEST_F(IndexFile, OfAnotherReleaseOrOfAnotherKindItSaysSo) {
  std::string later = bytes_;
  later[7] = '2';
  EXPECT_TRUE(absl::IsInvalidArgument(Check(later)));
  EXPECT_THAT(Check(later).message(), HasSubstr("another release"));
  EXPECT_THAT(Check("site,record\n").message(), HasSubstr("is not a file that"));
}

TEST_F(IndexFile, UnfinishedItLeavesNothing) {
  storage::v1::StoredIndexFileHead head;
  const auto datasets = index_.Datasets().value();
  auto writer = IndexFileWriter::Create(folder_ / "no", head, CipherNamed(1), datasets).value();
  EXPECT_FALSE(writer->Finish().ok()) << "datasets are missing";
  writer.reset();
  EXPECT_FALSE(std::filesystem::exists(folder_ / "no"));
  EXPECT_FALSE(std::filesystem::exists(folder_ / "no.partial"));
}

}  // namespace
}  // namespace blindlink::resolver
