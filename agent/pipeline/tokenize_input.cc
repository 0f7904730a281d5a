#include "agent/pipeline/tokenize_input.h"

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/padding/padding_trim.h"
#include "agent/pipeline/batch_pipeline.h"
#include "agent/pipeline/overuse_filter.h"
#include "agent/pipeline/record_batch.h"
#include "agent/tokenize/token_block_builder.h"
#include "common/base/status_macros.h"
#include "common/plan/oblivious_key.h"

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
    if (options_.truth != nullptr) options_.truth->Add(batch.marks);
    AddCounts(batch, &counts_);
    added_.fake_records += batch.added.fake_records;
    added_.padding_tokens += batch.added.padding_tokens;
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
  const AddedCounts& added() const { return added_; }

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
  AddedCounts added_;
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

// An input and what is made of it.
struct Job {
  RecordSource& source;
  RejectLog& rejects;
  const TokenizerSetup& setup;
  const RecordKey& record_key;
  const PipelineOptions& options;
  const Additions& additions;
  RecordMap* map;
};

absl::StatusOr<v1::UploadCounts> TokenizeAll(const Job& job, BlockSink& sink, AddedCounts* added) {
  const PipelineOptions& options = job.options;
  PseudonymOrder records(
      job.setup.plan, job.setup.standardize,
      [&](absl::string_view record_id, uint64_t person) {
        return job.record_key.PseudonymOf(options.project, options.site, record_id, person);
      },
      job.rejects, options.order);
  BL_RETURN_IF_ERROR(ReadAll(job.source, options, &records));
  Writer writer(job.setup, job.rejects, options, sink, job.map);
  BatchPipeline<TokenizedBatch> pipeline(records, options.threads, [&] {
    const auto tokenizer = std::make_shared<BatchTokenizer>(
        job.setup, job.additions, options.only_count ? nullptr : options.oblivious,
        options.truth == nullptr ? nullptr : &options.truth->marks());
    return [tokenizer](const RecordBatch& batch) { return tokenizer->Tokenize(batch); };
  });
  while (std::optional<absl::StatusOr<TokenizedBatch>> batch = pipeline.Next()) {
    if (options.cancel != nullptr && *options.cancel) return absl::CancelledError("interrupted");
    BL_RETURN_IF_ERROR(batch->status());
    const double share_read = (*batch)->share_read;
    BL_RETURN_IF_ERROR(writer.Write(**std::move(batch)));
    if (options.progress != nullptr) options.progress(writer.records(), share_read);
  }
  *added = writer.added();
  return writer.Finish();
}

// Tokens that too many records have are left out once all have been counted; then it is known how
// much padding is needed.
absl::StatusOr<v1::UploadCounts> TokenizeCapped(const Job& job, BlockSink& sink,
                                                AddedCounts* added) {
  const Plan& plan = job.setup.plan;
  PaddingTrim trim(plan, job.additions.padding, sink);
  BL_ASSIGN_OR_RETURN(
      const std::unique_ptr<OveruseFilter> filter,
      OveruseFilter::Create(plan.proto().max_records_per_token_at_site(), job.options.order.folder,
                            plan.proto().has_padding() ? trim : sink));
  BL_ASSIGN_OR_RETURN(v1::UploadCounts counts, TokenizeAll(job, *filter, added));
  BL_RETURN_IF_ERROR(filter->Finish(&counts));
  added->padding_tokens -= trim.Finish(&counts);
  return counts;
}

v1::UploadManifest ManifestOf(const Plan& plan, const PipelineOptions& options) {
  v1::UploadManifest manifest;
  manifest.set_project(options.project);
  manifest.set_site(options.site);
  manifest.set_dataset(options.dataset);
  manifest.set_token_key_id(options.token_key_id);
  manifest.set_tokenization_digest(std::string(AsView(plan.tokenization_digest())));
  return manifest;
}

}  // namespace

absl::StatusOr<v1::UploadCounts> TokenizeInput(RecordSource& source, RejectLog& rejects,
                                               const TokenizerSetup& setup,
                                               const RecordKey& record_key,
                                               const PipelineOptions& options, BlockSink& sink,
                                               RecordMap* map) {
  if (NeedsKeyServer(setup.plan.proto()) && !options.only_count && options.oblivious == nullptr) {
    return absl::FailedPreconditionError("the plan's oblivious match keys need the key server");
  }
  const Additions additions(setup.plan, setup.recipe, record_key, ManifestOf(setup.plan, options));
  const Job job{source, rejects, setup, record_key, options, additions, map};
  AddedCounts added;
  const bool capped = setup.plan.proto().max_records_per_token_at_site() > 0;
  absl::StatusOr<v1::UploadCounts> counts =
      capped ? TokenizeCapped(job, sink, &added) : TokenizeAll(job, sink, &added);
  if (options.added != nullptr) *options.added = added;
  return counts;
}

}  // namespace blindlink::agent
