#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/types/span.h"
#include "common/base/run_file.h"
#include "common/base/status_macros.h"
#include "resolver/extsort/external_sorter.h"
#include "resolver/extsort/prefix_order.h"
#include "resolver/extsort/work_limits.h"

namespace blindlink {

// Sorts more values than fit in memory whose first 64 bits are spread evenly, as keyed hashes are
// (distribution sort, Knuth TAOCP 5.2.5): each value goes at once to one of many ranges of those
// bits; then one range after the other is sorted in memory and worked on, by several threads ahead
// of who takes the results. A value is written once and read once, and no merge follows. T is
// trivially copyable and has operator< over every member; Prefix(), its first 64 bits: a < b
// implies a.Prefix()
// <= b.Prefix(); and SameKey(T), which holds for neighbours that the work must see together.
//
// A range that is much larger than the others, because very many values have the same beginning, is
// sorted outside memory (ExternalSorter). Uses about limits.memory_budget bytes, and on disk at
// most the size of all values, less from range to range, in nameless files. Errors are those of
// RunFile; after one the sorter is of no more use.
template <typename T>
class PartitionSorter {
 public:
  // Consecutive values of the whole order.
  class Slice {
   public:
    // Calls `visit(const T&)` for each in order.
    template <typename Visit>
    void ForEach(Visit visit) const;

   private:
    friend class PartitionSorter;
    std::vector<T> values_;
    std::vector<PrefixEntry> order_;  // empty: they are in order
  };

 private:
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  // `expected_values`: about how many will come.
  PartitionSorter(std::filesystem::path folder, const WorkLimits& limits, uint64_t expected_values)
      : folder_(std::move(folder)),
        threads_(std::max<size_t>(1, limits.threads)),
        range_budget_(std::max<uint64_t>(1, limits.memory_budget / 2 / (threads_ + 1))),
        ranges_(RangeCount(expected_values, range_budget_)),
        buffer_capacity_(std::max<uint64_t>(
            kMinBuffer, limits.memory_budget / 2 / ranges_.size() / sizeof(T))) {}

  // In any order, fewer than 2^32 at once. Thread-safe.
  absl::Status Add(absl::Span<const T> values) {
    std::vector<uint32_t> ends(ranges_.size() + 1);
    for (const T& value : values) ++ends[RangeOf(value) + 1];
    for (size_t i = 1; i < ends.size(); ++i) ends[i] += ends[i - 1];
    std::vector<uint32_t> by_range(values.size());
    for (uint32_t i = 0; i < values.size(); ++i) by_range[ends[RangeOf(values[i])]++] = i;
    for (size_t i = 0, begin = 0; i < ranges_.size(); begin = ends[i++]) {
      BL_RETURN_IF_ERROR(AddTo(&ranges_[i], values,
                               absl::MakeConstSpan(by_range).subspan(begin, ends[i] - begin)));
    }
    return absl::OkStatus();
  }

  // No more values. Calls `work(const Slice&)`, which returns absl::StatusOr<R>, for slice after
  // slice in any thread, and with each result, in the order of the values, `take(R&&)` in this one,
  // which returns absl::Status. Once.
  template <typename Work, typename Take>
  absl::Status InOrder(Work work, Take take) {
    using Result = std::invoke_result_t<Work&, const Slice&>;
    std::deque<std::future<absl::StatusOr<Part<Result>>>> ahead;
    for (size_t next = 0; next < ranges_.size() || !ahead.empty();) {
      while (next < ranges_.size() && ahead.size() < threads_) {
        ahead.push_back(std::async(
            std::launch::async,
            [this, &work, range = &ranges_[next++]]() -> absl::StatusOr<Part<Result>> {
              Part<Result> part;
              BL_ASSIGN_OR_RETURN(Slice slice, SortRange(std::move(*range), &part.merged));
              if (part.merged == nullptr) part.result.emplace(work(slice));
              return part;
            }));
      }
      BL_ASSIGN_OR_RETURN(Part<Result> part, ahead.front().get());
      ahead.pop_front();
      if (part.merged != nullptr) {
        BL_RETURN_IF_ERROR(WorkThrough(part.merged.get(), work, take));
        continue;
      }
      BL_RETURN_IF_ERROR(part.result->status());
      BL_RETURN_IF_ERROR(take(**std::move(part.result)));
    }
    return absl::OkStatus();
  }

 private:
  static constexpr uint64_t kMinBuffer = 64;
  // Of a value that is being sorted and worked on; its result is taken for about as large.
  static constexpr uint64_t kBytesInWork = 2 * sizeof(T) + sizeof(PrefixEntry);
  static constexpr uint64_t kMaxRanges = 512;

  struct Range {
    std::mutex mutex;
    std::vector<T> buffer;
    std::unique_ptr<RunFile> file;  // null: all is in the buffer
  };
  // Either is there.
  template <typename Result>
  struct Part {
    std::optional<Result> result;
    std::unique_ptr<ExternalSorter<T>> merged;  // of a range that is too large for memory
  };

  static uint64_t RangeCount(uint64_t values, uint64_t range_budget) {
    const uint64_t bytes = values * kBytesInWork;
    return std::clamp<uint64_t>(bytes / range_budget + 1, 1, kMaxRanges);
  }
  size_t RangeOf(const T& value) const {
    return static_cast<size_t>((value.Prefix() >> 32) * ranges_.size() >> 32);
  }

  // Those of `values` that `which` names.
  absl::Status AddTo(Range* range, absl::Span<const T> values, absl::Span<const uint32_t> which) {
    if (which.empty()) return absl::OkStatus();
    const std::lock_guard lock(range->mutex);
    range->buffer.reserve(buffer_capacity_);
    for (const uint32_t i : which) {
      if (range->buffer.size() == buffer_capacity_) BL_RETURN_IF_ERROR(Spill(range));
      range->buffer.push_back(values[i]);
    }
    return absl::OkStatus();
  }
  absl::Status Spill(Range* range) {
    if (range->file == nullptr) {
      BL_ASSIGN_OR_RETURN(range->file, RunFile::Create(folder_));
    }
    BL_RETURN_IF_ERROR(range->file->Append(range->buffer.data(), range->buffer.size() * sizeof(T)));
    range->buffer.clear();
    return absl::OkStatus();
  }

  // A range that is too large goes to `*merged`, and the slice is empty.
  absl::StatusOr<Slice> SortRange(Range&& range, std::unique_ptr<ExternalSorter<T>>* merged) const {
    Slice slice;
    const uint64_t filed = range.file == nullptr ? 0 : range.file->size() / sizeof(T);
    if (filed * kBytesInWork > 2 * range_budget_) {
      BL_ASSIGN_OR_RETURN(*merged, SortOutsideMemory(range, filed));
      return slice;
    }
    slice.values_ = std::move(range.buffer);
    const size_t buffered = slice.values_.size();
    slice.values_.resize(buffered + filed);
    if (filed > 0) {
      BL_RETURN_IF_ERROR(range.file->ReadAt(0, slice.values_.data() + buffered, filed * sizeof(T)));
      range.file.reset();  // its room on disk is free again
    }
    slice.order_ = OrderByPrefix<T>(slice.values_);
    return slice;
  }

  absl::StatusOr<std::unique_ptr<ExternalSorter<T>>> SortOutsideMemory(Range& range,
                                                                       uint64_t filed) const {
    auto merged = std::make_unique<ExternalSorter<T>>(folder_, range_budget_ / 2);
    for (const T& value : range.buffer) BL_RETURN_IF_ERROR(merged->Add(value));
    constexpr uint64_t kBatch = 4096;
    std::vector<T> batch;
    for (uint64_t at = 0; at < filed; at += kBatch) {
      batch.resize(std::min(kBatch, filed - at));
      BL_RETURN_IF_ERROR(
          range.file->ReadAt(at * sizeof(T), batch.data(), batch.size() * sizeof(T)));
      for (const T& value : batch) BL_RETURN_IF_ERROR(merged->Add(value));
    }
    range.file.reset();
    std::vector<T>().swap(range.buffer);
    BL_RETURN_IF_ERROR(merged->Sort());
    return merged;
  }

  template <typename Work, typename Take>
  static absl::Status WorkThrough(ExternalSorter<T>* merged, Work& work, Take& take) {
    constexpr size_t kSlice = size_t{1} << 16;
    Slice slice;
    const auto work_on_slice = [&]() -> absl::Status {
      auto result = work(slice);
      slice.values_.clear();
      BL_RETURN_IF_ERROR(result.status());
      return take(*std::move(result));
    };
    while (true) {
      BL_ASSIGN_OR_RETURN(const T* next, merged->Next());
      if (next == nullptr) break;
      if (slice.values_.size() >= kSlice && !slice.values_.back().SameKey(*next)) {
        BL_RETURN_IF_ERROR(work_on_slice());
      }
      slice.values_.push_back(*next);
    }
    return slice.values_.empty() ? absl::OkStatus() : work_on_slice();
  }

  const std::filesystem::path folder_;
  const size_t threads_;
  const uint64_t range_budget_;  // bytes of one range that is being sorted
  std::vector<Range> ranges_;
  const uint64_t buffer_capacity_;  // values
};

template <typename T>
template <typename Visit>
void PartitionSorter<T>::Slice::ForEach(Visit visit) const {
  constexpr size_t kAhead = 16;
  if (order_.empty()) {
    for (const T& value : values_) visit(value);
  }
  for (size_t i = 0; i < order_.size(); ++i) {
    // They lie anywhere: without this each would be waited for.
    if (i + kAhead < order_.size()) {
      const char* ahead = reinterpret_cast<const char*>(&values_[order_[i + kAhead].index]);
      __builtin_prefetch(ahead);
      __builtin_prefetch(ahead + sizeof(T) - 1);
    }
    visit(values_[order_[i].index]);
  }
}

}  // namespace blindlink
