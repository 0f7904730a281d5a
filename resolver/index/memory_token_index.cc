#include "resolver/index/memory_token_index.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"

namespace blindlink::resolver {
namespace {

// Returns all values in one batch.
template <typename T>
class VectorCursor : public Cursor<T> {
 public:
  explicit VectorCursor(std::vector<T> values) : values_(std::move(values)) {}
  absl::StatusOr<absl::Span<const T>> Next() override {
    if (std::exchange(given_, true)) return absl::Span<const T>();
    return absl::MakeConstSpan(values_);
  }

 private:
  std::vector<T> values_;
  bool given_ = false;
};

}  // namespace

class MemoryTokenIndex::Writer : public DatasetWriter {
 public:
  // If `keeps_ranges` is false, no range is durable before Commit.
  Writer(MemoryTokenIndex* index, uint32_t number, bool keeps_ranges, Finished finished)
      : index_(*index),
        number_(number),
        keeps_ranges_(keeps_ranges),
        finished_ranges_(finished.ranges),
        postings_(std::move(finished.postings)),
        kept_(postings_.size()) {}

  size_t finished_ranges() const override { return finished_ranges_; }

  absl::Status AddRecord(const RecordPseudonym& record) override {
    dataset_.records.push_back(record);
    return absl::OkStatus();
  }

  std::unique_ptr<PostingBatch> NewBatch() const override { return std::make_unique<Batch>(); }

  absl::Status AddBatch(std::unique_ptr<PostingBatch> batch) override {
    for (const Posting& posting : static_cast<Batch&>(*batch).postings) {
      if (!postings_.empty() && !(postings_.back() < posting)) {
        return absl::InternalError("postings are not in order");
      }
      postings_.push_back(posting);
    }
    return absl::OkStatus();
  }

  absl::StatusOr<bool> EndRanges(size_t end) override {
    if (!keeps_ranges_) return false;
    const std::lock_guard lock(index_.mutex_);
    Finished& finished = index_.finished_[number_];
    finished.ranges = end;
    finished.postings.insert(finished.postings.end(),
                             postings_.begin() + static_cast<std::ptrdiff_t>(kept_),
                             postings_.end());
    kept_ = postings_.size();
    return true;
  }

  absl::Status Commit(const storage::v1::CommittedDataset& dataset) override {
    const std::lock_guard lock(index_.mutex_);
    dataset_.info = dataset;
    index_.datasets_[number_] = std::move(dataset_);
    index_.finished_.erase(number_);
    const auto middle = static_cast<std::ptrdiff_t>(index_.postings_.size());
    index_.postings_.insert(index_.postings_.end(), postings_.begin(), postings_.end());
    std::inplace_merge(index_.postings_.begin(), index_.postings_.begin() + middle,
                       index_.postings_.end());
    return absl::OkStatus();
  }

 private:
  struct Batch : PostingBatch {
    void Add(const Posting& posting) override { postings.push_back(posting); }
    std::vector<Posting> postings;
  };

  MemoryTokenIndex& index_;
  const uint32_t number_;
  const bool keeps_ranges_;
  const size_t finished_ranges_;
  Dataset dataset_;
  std::vector<Posting> postings_;
  size_t kept_;  // how many of postings_ are in index_.finished_
};

class MemoryTokenIndex::Shared : public OwnedSharedIndex {
 public:
  Shared(const MemoryTokenIndex& index, std::vector<uint32_t> datasets,
         std::shared_ptr<MemoryExchange> exchange)
      : index_(index), datasets_(std::move(datasets)), exchange_(std::move(exchange)) {}
  ~Shared() override { exchange_->Clear(); }
  Shared(const Shared&) = delete;
  Shared& operator=(const Shared&) = delete;

  absl::StatusOr<std::unique_ptr<Cursor<Posting>>> Postings(
      const PostingQuery& query) const override {
    PostingQuery of_run = query;
    if (of_run.datasets.empty()) of_run.datasets = datasets_;
    std::erase_if(of_run.datasets, [this](uint32_t dataset) {
      return std::find(datasets_.begin(), datasets_.end(), dataset) == datasets_.end();
    });
    if (of_run.datasets.empty()) {
      return std::make_unique<VectorCursor<Posting>>(std::vector<Posting>());
    }
    return index_.Postings(of_run);
  }

  std::vector<StoredToken> Borders() const override {
    constexpr uint8_t kSecondHalf = 0x80;
    return {StoredToken{}, StoredToken{{kSecondHalf}}};
  }

  absl::Status Put(uint64_t attempt, uint64_t first,
                   std::vector<ExchangeBlock> blocks) const override {
    return exchange_->Put(attempt, first, std::move(blocks));
  }

  absl::Status Read(ExchangeBlock::Kind kind, uint32_t part, absl::Span<const uint64_t> attempts,
                    uint64_t expected,
                    absl::FunctionRef<absl::Status(absl::string_view)> handle) const override {
    return exchange_->Read(kind, part, attempts, expected, handle);
  }

  v1::IndexAccess Access() const override { return {}; }

 private:
  const MemoryTokenIndex& index_;
  const std::vector<uint32_t> datasets_;
  const std::shared_ptr<MemoryExchange> exchange_;
};

absl::StatusOr<std::unique_ptr<DatasetWriter>> MemoryTokenIndex::BeginDataset(
    uint32_t number, const std::filesystem::path& scratch) {
  const std::lock_guard lock(mutex_);
  if (datasets_.contains(number)) {
    return absl::AlreadyExistsError(
        absl::StrCat("dataset number ", number, " is already in the index"));
  }
  if (scratch.empty()) finished_.erase(number);
  const auto finished = finished_.find(number);
  return std::make_unique<Writer>(this, number, /*keeps_ranges=*/!scratch.empty(),
                                  finished == finished_.end() ? Finished() : finished->second);
}

absl::Status MemoryTokenIndex::RemoveDataset(uint32_t number) {
  const std::lock_guard lock(mutex_);
  std::erase_if(postings_, [number](const Posting& posting) { return posting.dataset == number; });
  datasets_.erase(number);
  finished_.erase(number);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<storage::v1::CommittedDataset>> MemoryTokenIndex::Datasets() const {
  const std::lock_guard lock(mutex_);
  std::vector<storage::v1::CommittedDataset> all;
  for (const auto& [number, dataset] : datasets_) all.push_back(dataset.info);
  return all;
}

absl::StatusOr<std::unique_ptr<Cursor<Posting>>> MemoryTokenIndex::Postings(
    const PostingQuery& query) const {
  const std::lock_guard lock(mutex_);
  const auto has = [](const std::vector<uint32_t>& numbers, uint32_t dataset) {
    return std::find(numbers.begin(), numbers.end(), dataset) != numbers.end();
  };
  std::vector<Posting> found;
  size_t token_begin = 0;
  bool wanted = false;
  const auto end_token = [&] {
    if (!query.only_with.empty() && !wanted) found.resize(token_begin);
    token_begin = found.size();
    wanted = false;
  };
  for (const Posting& posting : postings_) {
    if (posting.token < query.first || (query.end && posting.token >= *query.end)) continue;
    if (!query.datasets.empty() && !has(query.datasets, posting.dataset)) continue;
    if (!found.empty() && found.back().token != posting.token) end_token();
    found.push_back(posting);
    wanted = wanted || has(query.only_with, posting.dataset);
  }
  end_token();
  return std::make_unique<VectorCursor<Posting>>(std::move(found));
}

absl::StatusOr<std::unique_ptr<Cursor<RecordPseudonym>>> MemoryTokenIndex::Records(
    uint32_t dataset) const {
  const std::lock_guard lock(mutex_);
  const auto found = datasets_.find(dataset);
  return std::make_unique<VectorCursor<RecordPseudonym>>(
      found == datasets_.end() ? std::vector<RecordPseudonym>() : found->second.records);
}

absl::StatusOr<std::unique_ptr<OwnedSharedIndex>> MemoryTokenIndex::Share(
    const std::vector<uint32_t>& datasets) const {
  const std::lock_guard lock(mutex_);
  if (exchange_ != nullptr) exchange_->Clear();
  exchange_ = std::make_shared<MemoryExchange>();
  return std::make_unique<Shared>(*this, datasets, exchange_);
}

}  // namespace blindlink::resolver
