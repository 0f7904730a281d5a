#include "resolver/indexfile/index_file_reader.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/byte_order.h"
#include "common/base/status_macros.h"
#include "resolver/index/rocksdb/posting_page.h"

namespace blindlink::resolver {
namespace {

constexpr absl::string_view kMagicOfAnyVersion = "BLINDEX";

std::vector<RecordPseudonym> RecordsIn(absl::string_view content) {
  std::vector<RecordPseudonym> records;
  for (size_t at = 0; at < content.size(); at += RecordPseudonym::kSize) {
    records.push_back(RecordPseudonym::FromBytes(content.data() + at));
  }
  return records;
}

}  // namespace

absl::StatusOr<std::unique_ptr<IndexFileReader>> IndexFileReader::Open(
    const std::filesystem::path& path) {
  BL_ASSIGN_OR_RETURN(UniqueFd fd, OpenFd(path, O_RDONLY));
  struct stat about {};
  if (fstat(fd.get(), &about) != 0) return ErrnoStatus(errno, "examine", path);
  std::unique_ptr<IndexFileReader> reader(
      new IndexFileReader(path, std::move(fd), static_cast<uint64_t>(about.st_size)));
  BL_RETURN_IF_ERROR(reader->ReadHead());
  return reader;
}

absl::Status IndexFileReader::Damaged(absl::string_view how) const {
  return absl::DataLossError(absl::StrCat(path_.string(), " is damaged at byte ", block_at_, ": ",
                                          how, "; copy it again, or export again"));
}

absl::StatusOr<std::string> IndexFileReader::Take(size_t size) {
  if (size > size_ - at_) return Damaged("it is cut off");
  std::string bytes(size, '\0');
  BL_RETURN_IF_ERROR(ReadAt(fd_.get(), at_, bytes.data(), size, path_));
  at_ += size;
  return bytes;
}

absl::StatusOr<size_t> IndexFileReader::TakeSize(size_t largest) {
  BL_ASSIGN_OR_RETURN(const std::string bytes, Take(sizeof(uint32_t)));
  const size_t size = LoadBigEndian32(reinterpret_cast<const uint8_t*>(bytes.data()));
  if (size > largest) return Damaged("its bytes have changed");
  return size;
}

absl::Status IndexFileReader::ReadHead() {
  const absl::StatusOr<std::string> magic = Take(kIndexFileMagic.size());
  if (!magic.ok() || !absl::StartsWith(*magic, kMagicOfAnyVersion)) {
    return absl::InvalidArgumentError(
        absl::StrCat(path_.string(), " is not a file that  project export  wrote"));
  }
  if (*magic != kIndexFileMagic) {
    return absl::InvalidArgumentError(
        absl::StrCat(path_.string(),
                     " was written by another release: use that release, or export "
                     "again with this one"));
  }
  BL_ASSIGN_OR_RETURN(const size_t size, TakeSize(kMaxIndexFileHead));
  BL_ASSIGN_OR_RETURN(head_bytes_, Take(size));
  if (!head_.ParseFromString(head_bytes_) || head_.file_id().size() != kIndexFileIdSize) {
    return Damaged("its bytes have changed");
  }
  return absl::OkStatus();
}

absl::StatusOr<IndexFileReader::Block> IndexFileReader::TakeBlock() {
  block_at_ = at_;
  BL_ASSIGN_OR_RETURN(const size_t size, TakeSize(kMaxIndexFileBlock));
  BL_ASSIGN_OR_RETURN(const std::string sealed, Take(size));
  const std::optional<std::string> text = sealer_->Open(blocks_++, sealed);
  if (!text.has_value() || text->empty()) return Damaged("its bytes have changed");
  return Block{static_cast<IndexFileBlock>(text->front()), text->substr(1)};
}

absl::Status IndexFileReader::Unlock(const BoundCipher& cipher) {
  sealer_ = std::make_unique<BlockSealer>(IndexFileKey(cipher, head_bytes_));
  BL_ASSIGN_OR_RETURN(const Block block, TakeBlock());
  storage::v1::StoredIndexFileContents contents;
  if (block.kind != IndexFileBlock::kContents || !contents.ParseFromString(block.content)) {
    return Damaged("it does not begin with its datasets");
  }
  datasets_.assign(contents.datasets().begin(), contents.datasets().end());
  return absl::OkStatus();
}

absl::StatusOr<DatasetSum> IndexFileReader::ReadDataset(TakeRecords records,
                                                        TakePostings postings) {
  if (current_ >= datasets_.size()) return absl::InternalError("an index file has no such dataset");
  const uint32_t number = datasets_[current_++].dataset_number();
  DatasetSummer summer;
  std::vector<Posting> page;
  while (true) {
    BL_ASSIGN_OR_RETURN(const Block block, TakeBlock());
    if (block.kind == IndexFileBlock::kRecords &&
        block.content.size() % RecordPseudonym::kSize == 0) {
      const std::vector<RecordPseudonym> some = RecordsIn(block.content);
      summer.Add(absl::MakeConstSpan(some));
      BL_RETURN_IF_ERROR(records(some));
    } else if (block.kind == IndexFileBlock::kPostings &&
               DecodePostingPage(number, block.content, &page)) {
      summer.Add(absl::MakeConstSpan(page));
      BL_RETURN_IF_ERROR(postings(page));
    } else if (block.kind == IndexFileBlock::kSum) {
      const DatasetSum sum = summer.Finish();
      BL_RETURN_IF_ERROR(CheckSum(block.content, number, sum));
      return sum;
    } else {
      return Damaged("it has something else than records and postings there");
    }
  }
}

absl::Status IndexFileReader::CheckSum(absl::string_view content, uint32_t dataset,
                                       const DatasetSum& sum) const {
  storage::v1::StoredIndexFileSum stored;
  if (stored.ParseFromString(std::string(content)) &&
      stored.SerializeAsString() == StoredSum(dataset, sum).SerializeAsString()) {
    return absl::OkStatus();
  }
  return Damaged(absl::StrCat("dataset number ", dataset, " is not what was written"));
}

absl::Status IndexFileReader::Finish() {
  BL_ASSIGN_OR_RETURN(const Block block, TakeBlock());
  block_at_ = at_;
  if (current_ != datasets_.size() || block.kind != IndexFileBlock::kEnd || at_ != size_) {
    return Damaged("it does not end where it should");
  }
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
