#include "agent/pipeline/tokenize_input.h"

#include <memory>
#include <optional>
#include <utility>
#include <vector>

#include "agent/pipeline/batch_pipeline.h"
#include "agent/pipeline/overuse_filter.h"
#include "agent/pipeline/record_batch.h"
#include "agent/tokenize/token_block_builder.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

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
      BL_RETURN_IF_ERROR(sink_.Write(std::move(block)));
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
      const std::vector<v1::ChanceAgreement> chance =
          chance_.Measure(setup_.plan, options_.threads);
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

absl::Status ReadAll(RecordSource& source, const PipelineOptions& options,
                     PseudonymOrder* records) {
  constexpr uint64_t kRowsBetweenProgress = 1024;
  return records->ReadAll(source, [&](uint64_t rows) {
    if (rows % kRowsBetweenProgress != 0) return absl::OkStatus();
    if (options.reading != nullptr) options.reading(rows, source.ShareRead());
    return options.cancel != nullptr && *options.cancel ? absl::CancelledError("interrupted")
                                                        : absl::OkStatus();
  });
}

absl::StatusOr<v1::UploadCounts> TokenizeAll(RecordSource& source, RejectLog& rejects,
                                             const TokenizerSetup& setup,
                                             const RecordKey& record_key,
                                             const PipelineOptions& options, BlockSink& sink,
                                             RecordMap* map) {
  PseudonymOrder records(
      setup.plan, setup.standardize,
      [&](absl::string_view record_id, uint64_t person) {
        return record_key.PseudonymOf(options.project, options.site, record_id, person);
      },
      rejects, options.order);
  BL_RETURN_IF_ERROR(ReadAll(source, options, &records));
  Writer writer(setup, rejects, options, sink, map);
  BatchPipeline<TokenizedBatch> pipeline(records, options.threads, [&] {
    const auto tokenizer = std::make_shared<BatchTokenizer>(setup);
    return [tokenizer](const RecordBatch& batch) { return tokenizer->Tokenize(batch); };
  });
  while (std::optional<absl::StatusOr<TokenizedBatch>> batch = pipeline.Next()) {
    if (options.cancel != nullptr && *options.cancel) return absl::CancelledError("interrupted");
    BL_RETURN_IF_ERROR(batch->status());
    const double share_read = (*batch)->share_read;
    BL_RETURN_IF_ERROR(writer.Write(**std::move(batch)));
    if (options.progress != nullptr) options.progress(writer.records(), share_read);
  }
  return writer.Finish();
}

}  // namespace

absl::StatusOr<v1::UploadCounts> TokenizeInput(RecordSource& source, RejectLog& rejects,
                                               const TokenizerSetup& setup,
                                               const RecordKey& record_key,
                                               const PipelineOptions& options, BlockSink& sink,
                                               RecordMap* map) {
  const uint32_t most_records = setup.plan.proto().max_records_per_token_at_site();
  if (most_records == 0) {
    return TokenizeAll(source, rejects, setup, record_key, options, sink, map);
  }
  BL_ASSIGN_OR_RETURN(const std::unique_ptr<OveruseFilter> filter,
                      OveruseFilter::Create(most_records, options.order.folder, sink));
  BL_ASSIGN_OR_RETURN(v1::UploadCounts counts,
                      TokenizeAll(source, rejects, setup, record_key, options, *filter, map));
  BL_RETURN_IF_ERROR(filter->Finish(&counts));
  return counts;
}

}  // namespace blindlink::agent
