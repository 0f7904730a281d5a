#pragma once

#include <algorithm>
#include <cstddef>
#include <functional>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/input/input_record.h"
#include "agent/pipeline/in_order.h"
#include "agent/pipeline/record_batch.h"
#include "common/base/bounded_queue.h"

namespace blindlink::agent {

// Reads batches of records in one thread, processes them in other threads, and returns the results,
// or a worker's error in place of one, in input order. At most a few batches per thread are under
// way, so memory is bounded. Next() must be called from one thread. The destructor waits for all
// threads, including the reading one, which may be waiting for more input from a pipe.
template <typename Result>
class BatchPipeline {
 public:
  // What one thread does with a batch. Each thread makes its own when it starts.
  using Worker = std::function<absl::StatusOr<Result>(const RecordBatch&)>;

  // `source` must outlive the pipeline.
  BatchPipeline(RecordSource& source, size_t threads, std::function<Worker()> make_worker)
      : source_(source),
        make_worker_(std::move(make_worker)),
        capacity_(std::max<size_t>(threads, 1) * kBatchesPerThread + 1),
        batches_(capacity_),
        results_(capacity_) {
    threads_.emplace_back([this] { Read(); });
    for (size_t i = 0; i < std::max<size_t>(threads, 1); ++i) {
      threads_.emplace_back([this] { Work(); });
    }
  }

  ~BatchPipeline() {
    batches_.Close();
    results_.Stop();
    for (std::thread& thread : threads_) thread.join();
  }

  // Nothing at the end. An error of the source is returned in place of the batch that could not be
  // read.
  std::optional<absl::StatusOr<Result>> Next() { return results_.Take(); }

 private:
  static constexpr size_t kBatchesPerThread = 3;

  void Read() {
    uint64_t records_read = 0;
    while (const std::optional<uint64_t> number = results_.Begin()) {
      absl::StatusOr<RecordBatch> batch = ReadBatch(source_);
      if (!batch.ok() || batch->records.empty()) {
        results_.Put(*number, batch.ok() ? absl::StatusOr<Result>(Result())
                                         : absl::StatusOr<Result>(batch.status()));
        break;
      }
      batch->number = *number;
      batch->first_record = records_read;
      records_read += batch->records.size();
      if (!batches_.Push(*std::move(batch))) break;
    }
    results_.End();
    batches_.Close();
  }

  void Work() {
    const Worker worker = make_worker_();
    while (const std::optional<RecordBatch> batch = batches_.Pop()) {
      results_.Put(batch->number, worker(*batch));
    }
  }

  RecordSource& source_;
  const std::function<Worker()> make_worker_;
  const size_t capacity_;
  BoundedQueue<RecordBatch> batches_;
  InOrder<absl::StatusOr<Result>> results_;
  std::vector<std::thread> threads_;
};

}  // namespace blindlink::agent
