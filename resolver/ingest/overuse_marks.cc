#include "resolver/ingest/overuse_marks.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "resolver/index/overused_token.h"

namespace blindlink::resolver {

absl::Status OveruseMarks::Save(const std::filesystem::path& file) const {
  std::string bytes(bits_.size() * sizeof(uint64_t), '\0');
  for (size_t i = 0; i < bits_.size(); ++i) {
    const uint64_t word = bits_[i];
    std::memcpy(bytes.data() + i * sizeof word, &word, sizeof word);
  }
  return WriteFileAtomically(file, bytes, 0600);
}

void OveruseMarks::Load(const std::filesystem::path& file) {
  const absl::StatusOr<std::string> bytes = ReadFile(file);
  if (!bytes.ok() || bytes->size() != bits_.size() * sizeof(uint64_t)) return;
  for (size_t i = 0; i < bits_.size(); ++i) {
    uint64_t word;
    std::memcpy(&word, bytes->data() + i * sizeof word, sizeof word);
    bits_[i] |= word;
  }
}

absl::Status OveruseMarks::Write(uint32_t dataset, DatasetWriter* writer) const {
  constexpr size_t kWordsPerBatch = 1 << 14;  // a million records
  for (size_t first = 0; first < bits_.size(); first += kWordsPerBatch) {
    std::unique_ptr<PostingBatch> batch = writer->NewBatch();
    for (size_t i = first; i < std::min(first + kWordsPerBatch, bits_.size()); ++i) {
      for (uint64_t word = bits_[i]; word != 0; word &= word - 1) {
        const auto bit = static_cast<uint32_t>(std::countr_zero(word));
        batch->Add(MarkOf(dataset, static_cast<uint32_t>(i * 64) + bit));
      }
    }
    BL_RETURN_IF_ERROR(writer->AddBatch(std::move(batch)));
  }
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
