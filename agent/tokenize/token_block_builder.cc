#include "agent/tokenize/token_block_builder.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <numeric>
#include <string>
#include <tuple>

#include "common/base/byte_order.h"
#include "common/tokens/token_block.h"

namespace blindlink::agent {
namespace {

// The bytes of a token, its record's ordinal and its form code.
constexpr size_t kBytesPerToken = Token::kSize + 3 + 1;

}  // namespace

TokenBlockBuilder::TokenBlockBuilder(const Plan& plan, const EvidenceCoder* coder)
    : layout_(plan.evidence()),
      bytes_per_token_(kBytesPerToken),
      entries_(plan.match_keys().size()) {
  if (coder != nullptr) coder_.emplace(*coder);
  for (size_t i = 0; i < plan.match_keys().size(); ++i) {
    match_key_ids_.push_back(plan.match_keys()[i].id);
    bytes_per_token_ = std::max(bytes_per_token_, kBytesPerToken + layout_.WidthOf(i));
  }
}

bool TokenBlockBuilder::HasRoomFor(size_t token_count) const {
  if (records_.empty()) return true;
  const size_t bytes = (records_.size() + 1) * RecordPseudonym::kSize +
                       (token_count_ + token_count) * bytes_per_token_;
  return records_.size() < kMaxRecords && bytes <= kMaxBytes;
}

void TokenBlockBuilder::Add(const RecordPseudonym& record, absl::Span<const MadeToken> tokens,
                            const std::vector<uint64_t>& evidence_values,
                            absl::Span<const Token> evidence_seeds) {
  const auto ordinal = static_cast<uint32_t>(records_.size());
  records_.push_back(record);
  if (!layout_.empty()) {
    record_tokens_.assign(evidence_seeds.begin(), evidence_seeds.end());
    if (evidence_seeds.empty()) {
      for (const MadeToken& made : tokens) record_tokens_.push_back(made.token);
    }
    coder_->SetRecord(evidence_values, record_tokens_);
  }
  for (size_t i = 0; i < tokens.size(); ++i) {
    const MadeToken& made = tokens[i];
    entries_[made.match_key].push_back(
        {made.token, ordinal, made.form_code, static_cast<uint32_t>(evidence_.size())});
    if (!layout_.empty()) coder_->AppendCodes(made.match_key, i, &evidence_);
  }
  token_count_ += tokens.size();
}

v1::TokenBlock TokenBlockBuilder::Build() {
  v1::TokenBlock block;
  RankRecords(&block);
  for (size_t i = 0; i < entries_.size(); ++i) {
    if (!entries_[i].empty()) BuildColumn(i, block.add_columns());
    entries_[i].clear();
  }
  records_.clear();
  evidence_.clear();
  token_count_ = 0;
  return block;
}

void TokenBlockBuilder::RankRecords(v1::TokenBlock* block) {
  order_.resize(records_.size());
  std::iota(order_.begin(), order_.end(), 0);
  std::stable_sort(order_.begin(), order_.end(),
                   [this](uint32_t a, uint32_t b) { return records_[a] < records_[b]; });
  ranks_.resize(records_.size());
  std::string* ids = block->mutable_record_ids();
  ids->reserve(records_.size() * RecordPseudonym::kSize);
  for (uint32_t rank = 0; rank < order_.size(); ++rank) {
    ranks_[order_[rank]] = rank;
    const absl::string_view id = records_[order_[rank]].AsView();
    ids->append(id.data(), id.size());
  }
}

void TokenBlockBuilder::BuildColumn(size_t match_key, v1::TokenColumn* column) {
  std::vector<Entry>& entries = entries_[match_key];
  for (Entry& entry : entries) entry.record = ranks_[entry.record];
  SortByToken(entries);
  column->set_match_key(match_key_ids_[match_key]);
  const size_t width = layout_.WidthOf(match_key);
  column->mutable_tokens()->resize(entries.size() * Token::kSize);
  column->mutable_records()->Resize(static_cast<int>(entries.size()), 0);
  column->mutable_forms()->resize(entries.size());
  column->mutable_evidence()->resize(entries.size() * width);
  char* token = column->mutable_tokens()->data();
  uint32_t* record = column->mutable_records()->mutable_data();
  char* form = column->mutable_forms()->data();
  char* codes = column->mutable_evidence()->data();
  for (const TokenPlace& place : by_token_) {
    const Entry& entry = *place.entry;
    std::memcpy(token, entry.token.bytes.data(), Token::kSize);
    token += Token::kSize;
    *record++ = entry.record;
    *form++ = static_cast<char>(entry.form_code);
    if (width > 0) std::memcpy(codes, evidence_.data() + entry.evidence, width);
    codes += width;
  }
}

// Tokens are evenly distributed, so few share their first byte.
void TokenBlockBuilder::SortByToken(const std::vector<Entry>& entries) {
  std::array<size_t, 257> ends{};
  for (const Entry& entry : entries) ++ends[entry.token.bytes[0] + 1];
  std::partial_sum(ends.begin(), ends.end(), ends.begin());
  by_token_.resize(entries.size());
  for (const Entry& entry : entries) {
    by_token_[ends[entry.token.bytes[0]]++] = {LoadBigEndian64(entry.token.bytes.data()), &entry};
  }
  auto begin = by_token_.begin();
  for (size_t first = 0; first < 256; ++first) {
    const auto end = by_token_.begin() + static_cast<ptrdiff_t>(ends[first]);
    std::sort(begin, end, [](const TokenPlace& a, const TokenPlace& b) {
      if (a.start != b.start) return a.start < b.start;  // nearly always decides
      const auto all_of = [](const Entry& e) { return std::tie(e.token, e.record, e.form_code); };
      return all_of(*a.entry) < all_of(*b.entry);
    });
    begin = end;
  }
}

v1::TokenColumn WithoutEntries(const v1::TokenColumn& column, const std::vector<bool>& left_out) {
  v1::TokenColumn kept;
  kept.set_match_key(column.match_key());
  const auto count = static_cast<size_t>(column.records_size());
  const size_t width = count == 0 ? 0 : column.evidence().size() / count;
  for (size_t i = 0; i < count; ++i) {
    if (left_out[i]) continue;
    kept.mutable_tokens()->append(column.tokens(), i * Token::kSize, Token::kSize);
    kept.add_records(column.records(static_cast<int>(i)));
    kept.mutable_forms()->push_back(column.forms()[i]);
    kept.mutable_evidence()->append(column.evidence(), i * width, width);
  }
  return kept;
}

void SealBlock(uint64_t sequence, uint64_t first_record, v1::TokenBlock* block) {
  block->set_sequence(sequence);
  block->set_first_record(first_record);
  block->set_crc32(ChecksumOf(*block));
}

}  // namespace blindlink::agent
