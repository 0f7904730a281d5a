#include "agent/padding/padding_trim.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "agent/tokenize/token_block_builder.h"
#include "common/base/bytes16.h"

namespace blindlink::agent {
namespace {

// A record of a block in one column.
struct InColumn {
  std::vector<Token> slots;                     // the tokens of its padding
  std::vector<std::optional<size_t>> entry_of;  // by slot
  std::vector<uint8_t> forms;                   // of its other tokens
};

std::optional<size_t> SlotOf(const InColumn& record, const Token& token) {
  const auto found = std::find(record.slots.begin(), record.slots.end(), token);
  if (found == record.slots.end()) return std::nullopt;
  return static_cast<size_t>(found - record.slots.begin());
}

}  // namespace

PaddingTrim::PaddingTrim(const Plan& plan, const TokenPadding& padding, BlockSink& next)
    : plan_(plan), padding_(padding), next_(next), removed_(plan.match_keys().size()) {}

std::vector<bool> PaddingTrim::TooMany(const v1::TokenBlock& block, const v1::TokenColumn& column,
                                       size_t match_key) {
  const size_t slots = padding_.SlotCount(match_key);
  std::vector<InColumn> records(block.record_ids().size() / RecordPseudonym::kSize);
  for (size_t i = 0; i < records.size(); ++i) {
    const auto pseudonym =
        RecordPseudonym::FromBytes(block.record_ids().data() + i * RecordPseudonym::kSize);
    for (size_t slot = 0; slot < slots; ++slot) {
      records[i].slots.push_back(padding_.TokenOf(pseudonym, match_key, slot));
    }
    records[i].entry_of.resize(slots);
  }
  const auto entries = static_cast<size_t>(column.records_size());
  for (size_t i = 0; i < entries; ++i) {
    InColumn& record = records[column.records(static_cast<int>(i))];
    const auto slot = SlotOf(record, Token::FromBytes(column.tokens().data() + i * Token::kSize));
    if (slot.has_value()) {
      record.entry_of[*slot] = i;
    } else {
      record.forms.push_back(static_cast<uint8_t>(column.forms()[i]));
    }
  }
  std::vector<bool> too_many(entries, false);
  for (InColumn& record : records) {
    for (const size_t slot : padding_.SlotsFor(match_key, record.forms)) {
      record.entry_of[slot].reset();
    }
    for (const std::optional<size_t>& entry : record.entry_of) {
      if (!entry.has_value()) continue;
      too_many[*entry] = true;
      ++removed_[match_key];
    }
  }
  return too_many;
}

absl::Status PaddingTrim::Write(v1::TokenBlock block) {
  for (v1::TokenColumn& column : *block.mutable_columns()) {
    const MatchKeyLayout* layout = plan_.FindMatchKey(column.match_key());
    const auto match_key = static_cast<size_t>(layout - plan_.match_keys().data());
    column = WithoutEntries(column, TooMany(block, column, match_key));
  }
  SealBlock(block.sequence(), block.first_record(), &block);
  return next_.Write(std::move(block));
}

uint64_t PaddingTrim::Finish(v1::UploadCounts* counts) const {
  uint64_t removed = 0;
  for (v1::MatchKeyCounts& of_key : *counts->mutable_match_keys()) {
    const MatchKeyLayout* layout = plan_.FindMatchKey(of_key.match_key());
    const uint64_t of_it = removed_[static_cast<size_t>(layout - plan_.match_keys().data())];
    of_key.set_tokens(of_key.tokens() - of_it);
    removed += of_it;
  }
  counts->set_tokens(counts->tokens() - removed);
  return removed;
}

}  // namespace blindlink::agent
