#include "agent/pipeline/record_batch.h"

#include <optional>
#include <utility>

#include "agent/pipeline/record_map.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

// A batch ends once it has this many bytes, so that rows of the greatest length the reader allows
// do not fill memory.
constexpr size_t kMaxBatchBytes = size_t{4} << 20;

size_t BytesOf(const RawRecord& record) {
  size_t bytes = record.record_id.size();
  for (const RawTexts& texts : record.values) {
    for (const std::string& text : texts) bytes += text.size();
  }
  return bytes;
}

void AddFindings(const AddressFindings& record, AddressFindings* batch) {
  batch->Count(record);
  batch->changes.insert(batch->changes.end(), record.changes.begin(), record.changes.end());
}

}  // namespace

absl::StatusOr<RecordBatch> ReadBatch(RecordSource& source) {
  RecordBatch batch;
  batch.records.reserve(TokenBlockBuilder::kMaxRecords);
  size_t bytes = 0;
  while (batch.records.size() < TokenBlockBuilder::kMaxRecords && bytes < kMaxBatchBytes) {
    BL_ASSIGN_OR_RETURN(std::optional<RawRecord> record, source.Next());
    if (!record.has_value()) break;
    bytes += BytesOf(*record);
    batch.records.push_back(*std::move(record));
  }
  batch.share_read = source.ShareRead();
  return batch;
}

BatchTokenizer::BatchTokenizer(const TokenizerSetup& setup, const Additions& additions,
                               const ObliviousTokens* oblivious, const ValueMarks* marks)
    : setup_(setup),
      additions_(additions),
      oblivious_(oblivious),
      marks_(marks),
      tokenizer_(setup),
      builder_(setup.plan, &setup.evidence) {}

absl::StatusOr<TokenizedBatch> BatchTokenizer::Tokenize(const RecordBatch& batch) {
  TokenizedBatch result;
  result.share_read = batch.share_read;
  result.match_keys.resize(setup_.recipe.match_keys.size());
  const std::vector<FakeRecords::Fake> fakes =
      additions_.fakes.Among(batch.first_record, batch.records);
  auto fake = fakes.begin();
  for (const RawRecord& record : batch.records) {
    for (; fake != fakes.end() && fake->pseudonym < record.pseudonym; ++fake) {
      AddFake(*fake, batch.records[fake->model], &result);
    }
    AddRecord(record, &result);
  }
  for (; fake != fakes.end(); ++fake) AddFake(*fake, batch.records[fake->model], &result);
  BL_RETURN_IF_ERROR(AddWaiting(&result));
  if (builder_.record_count() > 0) result.blocks.push_back(builder_.Build());
  return result;
}

void BatchTokenizer::AddRecord(const RawRecord& record, TokenizedBatch* result) {
  result->rows += record.row_count;
  tokens_.clear();
  tokenizer_.Tokenize(record, &tokens_, &result->unused);
  AddFindings(tokenizer_.address_findings(), &result->addresses);
  if (marks_ != nullptr) marks_->Append(tokenizer_.values(), &result->marks);
  RecordMap::AppendRow(record.record_id, record.pseudonym, &result->map_rows);
  if (!setup_.plan.evidence().empty()) {
    result->chance.Add(record.pseudonym, tokenizer_.evidence_values());
  }
  AddOrWait(record.pseudonym, /*fake=*/false, tokenizer_.evidence_values(), result);
}

void BatchTokenizer::AddFake(const FakeRecords::Fake& fake, const RawRecord& model,
                             TokenizedBatch* result) {
  ++result->rows;
  ++result->added.fake_records;
  tokens_.clear();
  unused_of_model_.clear();
  tokenizer_.Tokenize(model, &tokens_, &unused_of_model_);
  std::vector<uint64_t> evidence_values = tokenizer_.evidence_values();
  additions_.fakes.Disguise(fake, &tokens_, &evidence_values);
  if (marks_ != nullptr) marks_->AppendNone(&result->marks);
  AddOrWait(fake.pseudonym, /*fake=*/true, evidence_values, result);
}

void BatchTokenizer::AddOrWait(const RecordPseudonym& record, bool fake,
                               const std::vector<uint64_t>& evidence_values,
                               TokenizedBatch* result) {
  if (oblivious_ == nullptr) return AddToBlock(record, evidence_values, result);
  Waiting waiting{record, fake, tokens_, evidence_values, {}};
  for (const MadeToken& made : tokens_) waiting.evidence_seeds.push_back(made.token);
  waiting_.push_back(std::move(waiting));
}

absl::Status BatchTokenizer::AddWaiting(TokenizedBatch* result) {
  if (waiting_.empty()) return absl::OkStatus();
  BL_RETURN_IF_ERROR(MakeOblivious());
  for (Waiting& waiting : waiting_) {
    tokens_ = std::move(waiting.tokens);
    evidence_seeds_ = std::move(waiting.evidence_seeds);
    AddToBlock(waiting.record, waiting.evidence_values, result);
  }
  waiting_.clear();
  evidence_seeds_.clear();
  return absl::OkStatus();
}

// The tokens of fakes are drawn, not made of values: the key server could not make them any better.
absl::Status BatchTokenizer::MakeOblivious() {
  const std::vector<MatchKeyLayout>& match_keys = setup_.plan.match_keys();
  std::vector<Token> hashes;
  for (const Waiting& waiting : waiting_) {
    if (waiting.fake) continue;
    for (const MadeToken& made : waiting.tokens) {
      if (match_keys[made.match_key].oblivious) hashes.push_back(made.token);
    }
  }
  BL_ASSIGN_OR_RETURN(const std::vector<ObliviousTokens::Made> all, oblivious_->Make(hashes));
  auto next = all.begin();
  for (Waiting& waiting : waiting_) {
    if (waiting.fake) continue;
    for (size_t i = 0; i < waiting.tokens.size(); ++i) {
      if (!match_keys[waiting.tokens[i].match_key].oblivious) continue;
      waiting.tokens[i].token = next->token;
      waiting.evidence_seeds[i] = next->evidence_seed;
      ++next;
    }
  }
  return absl::OkStatus();
}

void BatchTokenizer::AddToBlock(const RecordPseudonym& record,
                                const std::vector<uint64_t>& evidence_values,
                                TokenizedBatch* result) {
  ++result->records;
  result->added.padding_tokens += additions_.padding.Pad(record, &tokens_);
  if (!evidence_seeds_.empty()) {
    for (size_t i = evidence_seeds_.size(); i < tokens_.size(); ++i) {
      evidence_seeds_.push_back(tokens_[i].token);
    }
  }
  Count(result);
  if (!builder_.HasRoomFor(tokens_.size())) result->blocks.push_back(builder_.Build());
  builder_.Add(record, tokens_, evidence_values, evidence_seeds_);
}

void BatchTokenizer::Count(TokenizedBatch* result) {
  record_tokens_.assign(result->match_keys.size(), 0);
  for (const MadeToken& made : tokens_) ++record_tokens_[made.match_key];
  for (size_t i = 0; i < record_tokens_.size(); ++i) {
    result->match_keys[i].tokens += record_tokens_[i];
    if (record_tokens_[i] == 0) ++result->match_keys[i].records_without;
  }
}

}  // namespace blindlink::agent
