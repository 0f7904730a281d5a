#include "agent/goldstandard/site_pass.h"

#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/address_reference/address_validator.h"
#include "agent/pipeline/batch_pipeline.h"
#include "agent/pipeline/pseudonym_order.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

struct PassedRecord {
  PreparedRecord record;
  std::vector<CandidatePair> pairs;
};

struct PassedBatch {
  std::vector<PassedRecord> records;
  double share_read = -1;
};

// The work of one thread.
class PassWorker {
 public:
  PassWorker(const SitePass& pass, const StandardizeOptions& standardize,
             const AddressValidator* addresses, RejectLog* rejects)
      : pass_(pass),
        preparer_(pass.plan, pass.comparison.plan_fields(), standardize, addresses, rejects) {}

  PassedBatch Work(const RecordBatch& batch) {
    PassedBatch passed;
    passed.share_read = batch.share_read;
    passed.records.reserve(batch.records.size());
    for (const RawRecord& raw : batch.records) {
      PassedRecord& out = passed.records.emplace_back();
      out.record = preparer_.Prepare(raw);
      if (pass_.held == nullptr) continue;
      out.pairs = pass_.held->Compare(pass_.comparison, pass_.site_number, pass_.within_site,
                                      out.record, &found_);
    }
    return passed;
  }

 private:
  const SitePass& pass_;
  RecordPreparer preparer_;
  std::vector<uint32_t> found_;
};

// Gives each record its number in the pass in place of its row: a record is compared with those of
// its site that come before it (HeldRecords), and records do not come in the order of their rows.
class NumberedRecords : public RecordSource {
 public:
  explicit NumberedRecords(std::unique_ptr<RecordSource> records) : records_(std::move(records)) {}

  absl::StatusOr<std::optional<RawRecord>> Next() override {
    BL_ASSIGN_OR_RETURN(std::optional<RawRecord> record, records_->Next());
    if (record.has_value()) record->row = ++number_;
    return record;
  }
  double ShareRead() const override { return records_->ShareRead(); }

 private:
  const std::unique_ptr<RecordSource> records_;
  uint64_t number_ = 0;
};

absl::Status NameSite(const absl::Status& status, const SiteInput& site) {
  return status.ok() ? status
                     : absl::Status(status.code(),
                                    absl::StrCat("site ", site.name, ": ", status.message()));
}

}  // namespace

absl::Status RunSitePass(
    const SitePass& pass, SiteCounts* counts,
    const std::function<absl::Status(PreparedRecord, std::vector<CandidatePair>)>& take) {
  RejectLog rejects;
  absl::StatusOr<OpenedInput> input = OpenInput(pass.site.input, pass.plan, rejects);
  if (!input.ok()) return NameSite(input.status(), pass.site);
  *counts = {};
  counts->notes = input->notes;
  std::optional<AddressValidator> validator;
  if (pass.site.addresses != nullptr) validator.emplace(*pass.site.addresses, pass.plan);
  const AddressValidator* const addresses = validator.has_value() ? &*validator : nullptr;
  auto gathered =
      GatherRecords(*input->source, pass.plan, input->standardize, rejects, pass.cancel);
  if (!gathered.ok()) return NameSite(gathered.status(), pass.site);
  NumberedRecords records(*std::move(gathered));
  BatchPipeline<PassedBatch> pipeline(records, pass.threads, [&] {
    const auto worker = std::make_shared<PassWorker>(pass, input->standardize, addresses, &rejects);
    return [worker](const RecordBatch& batch) { return worker->Work(batch); };
  });
  while (std::optional<absl::StatusOr<PassedBatch>> batch = pipeline.Next()) {
    if (pass.cancel != nullptr && *pass.cancel) return absl::CancelledError("interrupted");
    if (!batch->ok()) return NameSite(batch->status(), pass.site);
    for (PassedRecord& passed : (*batch)->records) {
      ++counts->records;
      BL_RETURN_IF_ERROR(take(std::move(passed.record), std::move(passed.pairs)));
    }
    if (pass.progress != nullptr) pass.progress(counts->records, (*batch)->share_read);
  }
  counts->rejected_rows = rejects.rejected_rows();
  counts->rejects = rejects.counts();
  return absl::OkStatus();
}

}  // namespace blindlink::agent
