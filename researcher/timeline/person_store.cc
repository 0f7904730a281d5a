#include "researcher/timeline/person_store.h"

#include <algorithm>
#include <cstring>
#include <tuple>

#include "common/base/status_macros.h"

namespace blindlink::researcher {
namespace {

// Before each content in the file.
struct Header {
  EntityId entity;
  RecordPseudonym record;
  uint32_t site;
  uint32_t reserved;
  uint64_t size;
};
static_assert(sizeof(Header) == 48);

bool Before(const RecordRows& a, const RecordRows& b) {
  return std::tie(a.entity, a.site, a.record) < std::tie(b.entity, b.site, b.record);
}

}  // namespace

absl::StatusOr<std::unique_ptr<PersonStore>> PersonStore::Create(
    const std::filesystem::path& folder, std::vector<EntityId> blocks, size_t parts,
    uint64_t memory) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<RunFile> file, RunFile::Create(folder));
  return std::unique_ptr<PersonStore>(
      new PersonStore(std::move(file), std::move(blocks), parts, memory));
}

PersonStore::PersonStore(std::unique_ptr<RunFile> file, std::vector<EntityId> blocks, size_t parts,
                         uint64_t memory)
    : blocks_(std::move(blocks)),
      buffer_size_(std::clamp<uint64_t>(memory / parts, 4 << 10, 1 << 20)),
      file_(std::move(file)) {
  for (size_t i = 0; i < parts; ++i) parts_.push_back(std::make_unique<Part>());
}

size_t PersonStore::BlockOf(const EntityId& entity) const {
  const auto after = std::upper_bound(blocks_.begin(), blocks_.end(), entity);
  return after == blocks_.begin() ? 0 : static_cast<size_t>(after - blocks_.begin()) - 1;
}

absl::Status PersonStore::Add(const RecordRows& rows) {
  const size_t blocks = std::max<size_t>(1, blocks_.size());
  Part& part = *parts_[BlockOf(rows.entity) * parts_.size() / blocks];
  const Header header{rows.entity, rows.record, rows.site, 0, rows.content.size()};
  const std::lock_guard lock(part.mutex);
  part.pending.append(reinterpret_cast<const char*>(&header), sizeof(header));
  part.pending.append(rows.content.data(), rows.content.size());
  return part.pending.size() < buffer_size_ ? absl::OkStatus() : Write(&part);
}

absl::Status PersonStore::Write(Part* part) {
  const std::lock_guard lock(file_mutex_);
  part->pieces.emplace_back(file_->size(), part->pending.size());
  part->size += part->pending.size();
  absl::Status written = file_->Append(part->pending.data(), part->pending.size());
  // A part that had an unusually long record gives its memory back.
  if (part->pending.capacity() > 4 * buffer_size_) std::string().swap(part->pending);
  part->pending.clear();
  return written;
}

absl::Status PersonStore::Finish() {
  for (const auto& part : parts_) {
    if (!part->pending.empty()) BL_RETURN_IF_ERROR(Write(part.get()));
    std::string().swap(part->pending);
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<RecordRows>> PersonStore::Read(size_t part, std::string* memory) const {
  const Part& source = *parts_[part];
  memory->resize(source.size);
  size_t at = 0;
  for (const auto& [offset, size] : source.pieces) {
    BL_RETURN_IF_ERROR(file_->ReadAt(offset, memory->data() + at, size));
    at += size;
  }
  std::vector<RecordRows> records;
  for (at = 0; at < memory->size();) {
    Header header;
    std::memcpy(&header, memory->data() + at, sizeof(header));
    at += sizeof(header);
    records.push_back({header.entity, header.site, header.record,
                       absl::string_view(memory->data() + at, header.size)});
    at += header.size;
  }
  std::sort(records.begin(), records.end(), Before);
  return records;
}

}  // namespace blindlink::researcher
