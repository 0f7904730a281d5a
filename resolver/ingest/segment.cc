#include "resolver/ingest/segment.h"

#include <errno.h>
#include <fcntl.h>
#include <libdeflate.h>
#include <sys/stat.h>

#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/byte_order.h"
#include "common/base/bytes16.h"
#include "common/base/disk_room.h"
#include "common/base/encoding.h"
#include "common/base/fd.h"
#include "common/base/status_macros.h"

namespace blindlink::resolver {
namespace {

constexpr uint32_t kVersion = 1;
// The file ends with the size of the preceding StoredSegment, its checksum, and these bytes.
constexpr absl::string_view kMagic = "BLSEGMNT";
constexpr size_t kTailSize = 4 + 4 + kMagic.size();

uint32_t Crc32(uint32_t so_far, absl::string_view bytes) {
  return libdeflate_crc32(so_far, bytes.data(), bytes.size());
}

absl::Status DamagedError(const std::filesystem::path& file) {
  return absl::DataLossError(absl::StrCat(
      file.string(), " is damaged: discard the upload and have the site send it again"));
}

absl::Status ReadPart(uint64_t offset, void* to, size_t size, const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFd(file, O_RDONLY));
  const absl::Status read = ReadAt(fd.get(), offset, to, size, file);
  return absl::IsDataLoss(read) ? DamagedError(file) : read;
}

bool IsWhole(const storage::v1::StoredSegment& about) {
  return about.version() == kVersion && about.posting_bytes() > 0 &&
         about.postings_size() == static_cast<int>(kSegmentRanges) &&
         about.postings_crc32_size() == static_cast<int>(kSegmentRanges);
}

}  // namespace

absl::StatusOr<std::unique_ptr<SegmentWriter>> SegmentWriter::Create(
    const std::filesystem::path& file, size_t posting_bytes, uint32_t generation) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<PartialFile> partial, PartialFile::Create(file));
  return std::unique_ptr<SegmentWriter>(
      new SegmentWriter(std::move(partial), posting_bytes, generation));
}

SegmentWriter::SegmentWriter(std::unique_ptr<PartialFile> file, size_t posting_bytes,
                             uint32_t generation)
    : file_(std::move(file)) {
  about_.set_version(kVersion);
  about_.set_posting_bytes(static_cast<uint32_t>(posting_bytes));
  about_.set_index_key_generation(generation);
  about_.mutable_postings()->Resize(kSegmentRanges, 0);
  about_.mutable_postings_crc32()->Resize(kSegmentRanges, 0);
}

absl::Status SegmentWriter::AddPostings(size_t range, absl::string_view postings) {
  const int at = static_cast<int>(range);
  about_.set_postings(
      at, about_.postings(at) + static_cast<uint32_t>(postings.size() / about_.posting_bytes()));
  about_.set_postings_crc32(at, Crc32(about_.postings_crc32(at), postings));
  return file_->Append(postings);
}

absl::Status SegmentWriter::Finish(absl::string_view pseudonyms,
                                   const std::vector<uint32_t>& block_crc32) {
  about_.mutable_block_crc32()->Assign(block_crc32.begin(), block_crc32.end());
  about_.set_records(pseudonyms.size() / RecordPseudonym::kSize);
  about_.set_records_crc32(Crc32(0, pseudonyms));
  BL_RETURN_IF_ERROR(file_->Append(pseudonyms));
  const std::string about = about_.SerializeAsString();
  std::string tail;
  AppendNumber32(static_cast<uint32_t>(about.size()), &tail);
  AppendNumber32(Crc32(0, about), &tail);
  absl::StrAppend(&tail, kMagic);
  BL_RETURN_IF_ERROR(file_->Append(about));
  BL_RETURN_IF_ERROR(file_->Append(tail));
  return file_->Finish();
}

absl::StatusOr<std::unique_ptr<Segment>> Segment::Open(const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFd(file, O_RDONLY));
  struct stat status {};
  if (fstat(fd.get(), &status) != 0) return ErrnoStatus(errno, "read", file);
  const auto size = static_cast<uint64_t>(status.st_size);
  if (size < kTailSize) return DamagedError(file);
  uint8_t tail[kTailSize];
  BL_RETURN_IF_ERROR(ReadAt(fd.get(), size - kTailSize, tail, kTailSize, file));
  const uint64_t about_size = LoadBigEndian32(tail);
  if (std::memcmp(tail + 8, kMagic.data(), kMagic.size()) != 0 || about_size > size - kTailSize) {
    return DamagedError(file);
  }
  std::string bytes(about_size, '\0');
  BL_RETURN_IF_ERROR(
      ReadAt(fd.get(), size - kTailSize - about_size, bytes.data(), bytes.size(), file));
  storage::v1::StoredSegment about;
  if (Crc32(0, bytes) != LoadBigEndian32(tail + 4) || !about.ParseFromString(bytes) ||
      !IsWhole(about)) {
    return DamagedError(file);
  }
  std::unique_ptr<Segment> segment(new Segment(file, std::move(about)));
  const uint64_t content =
      segment->offsets_.back() + segment->about_.records() * RecordPseudonym::kSize;
  if (content != size - kTailSize - about_size) return DamagedError(file);
  return segment;
}

Segment::Segment(std::filesystem::path file, storage::v1::StoredSegment about)
    : file_(std::move(file)), about_(std::move(about)), offsets_(kSegmentRanges + 1) {
  for (size_t range = 0; range < kSegmentRanges; ++range) {
    offsets_[range + 1] = offsets_[range] + uint64_t{about_.postings(static_cast<int>(range))} *
                                                about_.posting_bytes();
  }
}

absl::Status Segment::IsDamaged() const { return DamagedError(file_); }

absl::Status Segment::ReadPostings(size_t begin, size_t end, void* to) const {
  const uint64_t first = offsets_[begin];
  if (offsets_[end] == first) return absl::OkStatus();
  BL_RETURN_IF_ERROR(ReadPart(first, to, offsets_[end] - first, file_));
  const absl::string_view all(static_cast<const char*>(to), offsets_[end] - first);
  for (size_t range = begin; range < end; ++range) {
    const absl::string_view postings =
        all.substr(offsets_[range] - first, offsets_[range + 1] - offsets_[range]);
    if (Crc32(0, postings) != about_.postings_crc32(static_cast<int>(range))) return IsDamaged();
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> Segment::ReadPseudonyms() const {
  std::string pseudonyms(about_.records() * RecordPseudonym::kSize, '\0');
  BL_RETURN_IF_ERROR(ReadPart(offsets_.back(), pseudonyms.data(), pseudonyms.size(), file_));
  if (Crc32(0, pseudonyms) != about_.records_crc32()) return IsDamaged();
  return pseudonyms;
}

void Segment::Release(size_t end) const { GiveBackBeginning(file_, offsets_[end]); }

}  // namespace blindlink::resolver
