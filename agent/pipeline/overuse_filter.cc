#include "agent/pipeline/overuse_filter.h"

#include <string>
#include <utility>

#include "absl/memory/memory.h"
#include "agent/tokenize/token_block_builder.h"
#include "common/base/byte_order.h"
#include "common/base/bytes16.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

void TakeFrom(uint32_t match_key, uint64_t tokens, v1::UploadCounts* counts) {
  counts->set_overused_tokens(counts->overused_tokens() + tokens);
  counts->set_tokens(counts->tokens() - tokens);
  for (v1::MatchKeyCounts& of_key : *counts->mutable_match_keys()) {
    if (of_key.match_key() == match_key) of_key.set_tokens(of_key.tokens() - tokens);
  }
}

}  // namespace

absl::StatusOr<std::unique_ptr<OveruseFilter>> OveruseFilter::Create(
    uint32_t most_records, const std::filesystem::path& folder, BlockSink& next,
    uint64_t memory_budget) {
  BL_ASSIGN_OR_RETURN(std::unique_ptr<RunFile> blocks, RunFile::Create(folder));
  return absl::WrapUnique(
      new OveruseFilter(most_records, std::move(blocks), folder, memory_budget, next));
}

OveruseFilter::OveruseFilter(uint32_t most_records, std::unique_ptr<RunFile> blocks,
                             const std::filesystem::path& folder, uint64_t memory_budget,
                             BlockSink& next)
    : most_records_(most_records),
      next_(next),
      blocks_(std::move(blocks)),
      seen_(folder, memory_budget / 2),
      overused_(folder, memory_budget / 2) {}

absl::Status OveruseFilter::Write(v1::TokenBlock block) {
  for (int column = 0; column < block.columns_size(); ++column) {
    const v1::TokenColumn& of_key = block.columns(column);
    const auto* tokens = reinterpret_cast<const uint8_t*>(of_key.tokens().data());
    for (int entry = 0; entry < of_key.records_size(); ++entry) {
      const Place place{ends_.size(), static_cast<uint32_t>(column), static_cast<uint32_t>(entry)};
      const uint64_t token = LoadBigEndian64(tokens + static_cast<size_t>(entry) * Token::kSize);
      BL_RETURN_IF_ERROR(seen_.Add({token, of_key.match_key(), place}));
    }
  }
  const std::string bytes = block.SerializeAsString();
  BL_RETURN_IF_ERROR(blocks_->Append(bytes.data(), bytes.size()));
  ends_.push_back(blocks_->size());
  return absl::OkStatus();
}

absl::Status OveruseFilter::FindOverused() {
  BL_RETURN_IF_ERROR(seen_.Sort());
  Seen first{};
  std::vector<Place> waiting;  // the places of a token that is not overused so far
  uint64_t count = 0;
  while (true) {
    BL_ASSIGN_OR_RETURN(const Seen* next, seen_.Next());
    if (next == nullptr) break;
    if (count == 0 || !first.SharesTokenWith(*next)) {
      first = *next;
      count = 0;
      waiting.clear();
    }
    waiting.push_back(next->place);
    if (++count <= most_records_) continue;
    for (const Place& place : waiting) BL_RETURN_IF_ERROR(overused_.Add(place));
    waiting.clear();
  }
  BL_RETURN_IF_ERROR(overused_.Sort());
  BL_ASSIGN_OR_RETURN(place_, overused_.Next());
  return absl::OkStatus();
}

absl::StatusOr<v1::TokenBlock> OveruseFilter::ReadBlock(size_t number) const {
  const uint64_t begin = number == 0 ? 0 : ends_[number - 1];
  std::string bytes(ends_[number] - begin, '\0');
  BL_RETURN_IF_ERROR(blocks_->ReadAt(begin, bytes.data(), bytes.size()));
  v1::TokenBlock block;
  if (!block.ParseFromString(bytes)) return absl::DataLossError("a temporary file is damaged");
  return block;
}

absl::Status OveruseFilter::Filter(uint64_t number, v1::TokenBlock* block,
                                   v1::UploadCounts* counts) {
  v1::TokenBlock filtered;
  for (int column = 0; column < block->columns_size(); ++column) {
    v1::TokenColumn& of_key = *block->mutable_columns(column);
    std::vector<bool> left_out(static_cast<size_t>(of_key.records_size()), false);
    uint64_t tokens = 0;
    while (place_ != nullptr && place_->block == number &&
           place_->column == static_cast<uint32_t>(column)) {
      left_out[place_->entry] = true;
      ++tokens;
      BL_ASSIGN_OR_RETURN(place_, overused_.Next());
    }
    TakeFrom(of_key.match_key(), tokens, counts);
    if (tokens < left_out.size()) {
      *filtered.add_columns() = tokens == 0 ? std::move(of_key) : WithoutEntries(of_key, left_out);
    }
  }
  block->mutable_columns()->Swap(filtered.mutable_columns());
  return absl::OkStatus();
}

absl::Status OveruseFilter::Finish(v1::UploadCounts* counts) {
  BL_RETURN_IF_ERROR(FindOverused());
  for (size_t number = 0; number < ends_.size(); ++number) {
    BL_ASSIGN_OR_RETURN(v1::TokenBlock block, ReadBlock(number));
    BL_RETURN_IF_ERROR(Filter(number, &block, counts));
    SealBlock(block.sequence(), block.first_record(), &block);
    BL_RETURN_IF_ERROR(next_.Write(std::move(block)));
  }
  return absl::OkStatus();
}

}  // namespace blindlink::agent
