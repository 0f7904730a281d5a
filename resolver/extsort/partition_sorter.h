#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <filesystem>
#include <future>
#include <memory>
#include <mutex>
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
// bits; then one range after the other is sorted in memory, by several threads ahead of the reader.
// A value is written once and read once, and no merge follows. T is trivially copyable and has
// operator< over every member and Prefix(), its first 64 bits: a < b implies a.Prefix() <=
// b.Prefix().
//
// A range that is much larger than the others, because very many values have the same beginning, is
// sorted outside memory (ExternalSorter). Uses about limits.memory_budget bytes, and on disk at
// most the size of all values, less from range to range, in nameless files. Errors are those of
// RunFile; after one the sorter is of no more use.
template <typename T>
class PartitionSorter {
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

  // In any order. Thread-safe.
  absl::Status Add(absl::Span<const T> values) {
    std::vector<uint32_t> ends(ranges_.size() + 1);
    for (const T& value : values) ++ends[RangeOf(value) + 1];
    for (size_t i = 1; i < ends.size(); ++i) ends[i] += ends[i - 1];
    std::vector<T> grouped(values.size());
    for (const T& value : values) grouped[ends[RangeOf(value)]++] = value;
    for (size_t i = 0, begin = 0; i < ranges_.size(); begin = ends[i++]) {
      BL_RETURN_IF_ERROR(
          AddTo(&ranges_[i], absl::MakeConstSpan(grouped).subspan(begin, ends[i] - begin)));
    }
    return absl::OkStatus();
  }

  // No more values: calls `visit(const T&)`, which returns absl::Status, for each in order, in this
  // thread. Once.
  template <typename Visit>
  absl::Status ForEachInOrder(Visit visit) {
    std::deque<std::future<absl::StatusOr<SortedRange>>> ahead;
    for (size_t next = 0; next < ranges_.size() || !ahead.empty();) {
      while (next < ranges_.size() && ahead.size() < threads_) {
        ahead.push_back(std::async(std::launch::async, [this, range = &ranges_[next++]] {
          return SortRange(std::move(*range));
        }));
      }
      BL_ASSIGN_OR_RETURN(const SortedRange sorted, ahead.front().get());
      ahead.pop_front();
      BL_RETURN_IF_ERROR(VisitRange(sorted, visit));
    }
    return absl::OkStatus();
  }

 private:
  static constexpr uint64_t kMinBuffer = 64;
  static constexpr uint64_t kMaxRanges = 512;

  struct Range {
    std::mutex mutex;
    std::vector<T> buffer;
    std::unique_ptr<RunFile> file;  // null: all is in the buffer
  };
  // Either is used.
  struct SortedRange {
    std::vector<T> values;
    std::vector<PrefixEntry> order;
    std::unique_ptr<ExternalSorter<T>> merged;
  };

  static uint64_t RangeCount(uint64_t values, uint64_t range_budget) {
    const uint64_t bytes = values * (sizeof(T) + sizeof(PrefixEntry));
    return std::clamp<uint64_t>(bytes / range_budget + 1, 1, kMaxRanges);
  }
  size_t RangeOf(const T& value) const {
    return static_cast<size_t>((value.Prefix() >> 32) * ranges_.size() >> 32);
  }

  absl::Status AddTo(Range* range, absl::Span<const T> values) {
    if (values.empty()) return absl::OkStatus();
    const std::lock_guard lock(range->mutex);
    if (range->buffer.size() + values.size() > buffer_capacity_) {
      if (range->file == nullptr) {
        BL_ASSIGN_OR_RETURN(range->file, RunFile::Create(folder_));
      }
      BL_RETURN_IF_ERROR(Spill(range->buffer, range->file.get()));
      range->buffer.clear();
      if (values.size() > buffer_capacity_) return Spill(values, range->file.get());
    }
    if (range->buffer.capacity() == 0) range->buffer.reserve(buffer_capacity_);
    range->buffer.insert(range->buffer.end(), values.begin(), values.end());
    return absl::OkStatus();
  }
  static absl::Status Spill(absl::Span<const T> values, RunFile* file) {
    return file->Append(values.data(), values.size() * sizeof(T));
  }

  absl::StatusOr<SortedRange> SortRange(Range&& range) const {
    SortedRange sorted;
    const uint64_t filed = range.file == nullptr ? 0 : range.file->size() / sizeof(T);
    if (filed * (sizeof(T) + sizeof(PrefixEntry)) > 2 * range_budget_) {
      BL_RETURN_IF_ERROR(SortOutsideMemory(range, filed, &sorted));
      return sorted;
    }
    sorted.values = std::move(range.buffer);
    const size_t buffered = sorted.values.size();
    sorted.values.resize(buffered + filed);
    if (filed > 0) {
      BL_RETURN_IF_ERROR(range.file->ReadAt(0, sorted.values.data() + buffered, filed * sizeof(T)));
      range.file.reset();  // its room on disk is free again
    }
    sorted.order = OrderByPrefix<T>(sorted.values);
    return sorted;
  }

  absl::Status SortOutsideMemory(Range& range, uint64_t filed, SortedRange* sorted) const {
    sorted->merged = std::make_unique<ExternalSorter<T>>(folder_, range_budget_ / 2);
    for (const T& value : range.buffer) BL_RETURN_IF_ERROR(sorted->merged->Add(value));
    constexpr uint64_t kBatch = 4096;
    std::vector<T> batch;
    for (uint64_t at = 0; at < filed; at += kBatch) {
      batch.resize(std::min(kBatch, filed - at));
      BL_RETURN_IF_ERROR(
          range.file->ReadAt(at * sizeof(T), batch.data(), batch.size() * sizeof(T)));
      for (const T& value : batch) BL_RETURN_IF_ERROR(sorted->merged->Add(value));
    }
    range.file.reset();
    std::vector<T>().swap(range.buffer);
    return sorted->merged->Sort();
  }

  template <typename Visit>
  static absl::Status VisitRange(const SortedRange& sorted, Visit& visit) {
    constexpr size_t kAhead = 16;
    const std::vector<PrefixEntry>& order = sorted.order;
    for (size_t i = 0; i < order.size(); ++i) {
      // They lie anywhere: without this each would be waited for.
      if (i + kAhead < order.size()) {
        __builtin_prefetch(&sorted.values[order[i + kAhead].index]);
      }
      BL_RETURN_IF_ERROR(visit(sorted.values[order[i].index]));
    }
    while (sorted.merged != nullptr) {
      BL_ASSIGN_OR_RETURN(const T* next, sorted.merged->Next());
      if (next == nullptr) break;
      BL_RETURN_IF_ERROR(visit(*next));
    }
    return absl::OkStatus();
  }

  const std::filesystem::path folder_;
  const size_t threads_;
  const uint64_t range_budget_;  // bytes of one range that is being sorted
  std::vector<Range> ranges_;
  const uint64_t buffer_capacity_;  // values
};

}  // namespace blindlink
