#include "agent/pipeline/tokenize_input.h"

#include <algorithm>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "agent/pipeline/in_order.h"
#include "agent/pipeline/record_batch.h"
#include "agent/tokenize/token_block_builder.h"
#include "common/base/bounded_queue.h"
#include "common/base/status_macros.h"

namespace blindlink {
namespace {

constexpr size_t kBatchesPerThread = 3;

// The threads of one run and what is between them.
class Pipeline {
 public:
  Pipeline(RecordSource& source, const TokenizerSetup& setup, const RecordKey& record_key,
           const PipelineOptions& options)
      : source_(source),
        setup_(setup),
        record_key_(record_key),
        options_(options),
        capacity_(std::max<size_t>(options.threads, 1) * kBatchesPerThread + 1),
        batches_(capacity_),
        results_(capacity_) {
    threads_.emplace_back([this] { Read(); });
    for (size_t i = 0; i < std::max<size_t>(options.threads, 1); ++i) {
      threads_.emplace_back([this] { Work(); });
    }
  }

  ~Pipeline() {
    batches_.Close();
    results_.Stop();
    for (std::thread& thread : threads_) thread.join();
  }

  // Nothing at the end. An error takes the place of the batch that could not be read.
  std::optional<absl::StatusOr<TokenizedBatch>> Next() { return results_.Take(); }

 private:
  void Read() {
    while (const std::optional<uint64_t> number = results_.Begin()) {
      absl::StatusOr<RecordBatch> batch = ReadBatch(source_);
      if (!batch.ok() || batch->records.empty()) {
        results_.Put(*number, batch.ok() ? absl::StatusOr<TokenizedBatch>(TokenizedBatch())
                                         : absl::StatusOr<TokenizedBatch>(batch.status()));
        break;
      }
      batch->number = *number;
      if (!batches_.Push(*std::move(batch))) break;
    }
    results_.End();
    batches_.Close();
  }

  void Work() {
    BatchTokenizer tokenizer(setup_, record_key_, options_.project, options_.site);
    while (const std::optional<RecordBatch> batch = batches_.Pop()) {
      results_.Put(batch->number, tokenizer.Tokenize(*batch));
    }
  }

  RecordSource& source_;
  const TokenizerSetup& setup_;
  const RecordKey& record_key_;
  const PipelineOptions& options_;
  const size_t capacity_;
  BoundedQueue<RecordBatch> batches_;
  InOrder<absl::StatusOr<TokenizedBatch>> results_;
  std::vector<std::thread> threads_;
};

void AddCounts(const TokenizedBatch& batch, v1::UploadCounts* counts) {
  counts->set_rows(counts->rows() + batch.rows);
  counts->set_records(counts->records() + batch.records);
  for (size_t i = 0; i < batch.match_keys.size(); ++i) {
    v1::MatchKeyCounts* match_key = counts->mutable_match_keys(static_cast<int>(i));
    match_key->set_tokens(match_key->tokens() + batch.match_keys[i].tokens);
    match_key->set_records_without(match_key->records_without() +
                                   batch.match_keys[i].records_without);
    counts->set_tokens(counts->tokens() + batch.match_keys[i].tokens);
  }
}

// The last stage: one batch after the other, in order.
class Writer {
 public:
  Writer(const TokenizerSetup& setup, RejectLog& rejects, const PipelineOptions& options,
         BlockSink& sink, RecordMap* map)
      : setup_(setup), rejects_(rejects), options_(options), sink_(sink), map_(map) {
    for (const MatchKeyRecipe& match_key : setup.recipe.match_keys) {
      counts_.add_match_keys()->set_match_key(match_key.id);
    }
  }

  absl::Status Write(TokenizedBatch batch) {
    for (const UnusedValue& value : batch.unused) {
      const v1::Field& field = setup_.plan.proto().fields(static_cast<int>(value.field));
      rejects_.Add({value.row, field.name(), value.reason}, /*whole_row=*/false);
    }
    for (v1::TokenBlock& block : batch.blocks) {
      SealBlock(sequence_++, first_record_, &block);
      first_record_ += block.record_ids().size() / RecordPseudonym::kSize;
      BL_RETURN_IF_ERROR(sink_.Write(block));
    }
    AddCounts(batch, &counts_);
    BL_RETURN_IF_ERROR(WriteFindings(batch.addresses));
    chance_.Merge(std::move(batch.chance));
    return map_ == nullptr ? absl::OkStatus() : map_->Append(batch.map_rows);
  }

  absl::StatusOr<v1::UploadCounts> Finish() {
    counts_.set_rejected_rows(rejects_.rejected_rows());
    counts_.set_rows(counts_.rows() + counts_.rejected_rows());
    if (!chance_.empty()) {
      const std::vector<v1::ChanceAgreement> chance = chance_.Measure(setup_.plan);
      counts_.mutable_chance()->Assign(chance.begin(), chance.end());
    }
    if (map_ != nullptr) BL_RETURN_IF_ERROR(map_->Finish());
    if (options_.address_changes != nullptr) {
      BL_RETURN_IF_ERROR(options_.address_changes->Finish());
    }
    return counts_;
  }

  uint64_t records() const { return counts_.records(); }

 private:
  absl::Status WriteFindings(const AddressFindings& findings) {
    if (options_.addresses != nullptr) options_.addresses->Count(findings);
    if (options_.address_changes == nullptr) return absl::OkStatus();
    for (const AddressChange& change : findings.changes) {
      const v1::Field& field = setup_.plan.proto().fields(static_cast<int>(change.field));
      BL_RETURN_IF_ERROR(options_.address_changes->Add(change, field.name()));
    }
    return absl::OkStatus();
  }

  const TokenizerSetup& setup_;
  RejectLog& rejects_;
  const PipelineOptions& options_;
  BlockSink& sink_;
  RecordMap* const map_;
  v1::UploadCounts counts_;
  ChanceSample chance_;
  uint64_t sequence_ = 0;
  uint64_t first_record_ = 0;
};

}  // namespace

absl::StatusOr<v1::UploadCounts> TokenizeInput(RecordSource& source, RejectLog& rejects,
                                               const TokenizerSetup& setup,
                                               const RecordKey& record_key,
                                               const PipelineOptions& options, BlockSink& sink,
                                               RecordMap* map) {
  Writer writer(setup, rejects, options, sink, map);
  Pipeline pipeline(source, setup, record_key, options);
  while (std::optional<absl::StatusOr<TokenizedBatch>> batch = pipeline.Next()) {
    if (options.cancel != nullptr && *options.cancel) return absl::CancelledError("interrupted");
    BL_RETURN_IF_ERROR(batch->status());
    const double share_read = (*batch)->share_read;
    BL_RETURN_IF_ERROR(writer.Write(**std::move(batch)));
    if (options.progress != nullptr) options.progress(writer.records(), share_read);
  }
  return writer.Finish();
}

}  // namespace blindlink
