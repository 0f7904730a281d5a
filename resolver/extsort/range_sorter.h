#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/status_macros.h"
#include "common/extsort/external_sorter.h"
#include "resolver/extsort/in_order.h"
#include "resolver/extsort/prefix_order.h"
#include "resolver/extsort/work_limits.h"

namespace blindlink::resolver {

// Some of the values that a RangeSorter sorts, spread over ranges: all values of a range come
// before all values of the next, and within a range they may have any order. Thread-safe.
template <typename T>
class RangeSource {
 public:
  virtual ~RangeSource() = default;
  virtual uint64_t CountIn(size_t range) const = 0;
  // Appends the values of ranges [begin, end) to `*values`.
  virtual absl::Status AppendTo(std::vector<T>* values, size_t begin, size_t end) const = 0;
};

// Sorts more values than fit in memory, provided that they have already been spread over ranges
// (distribution sort, Knuth TAOCP 5.2.5). Several threads read as many ranges as fit from all
// sources, sort them in memory and work on them, ahead of the caller that takes the results. Each
// value is read once, and nothing is merged afterwards.
//
// T must be trivially copyable and have: operator<, which compares every member; Prefix(), its
// first 64 bits, so that a < b implies a.Prefix() <= b.Prefix(); and SameKey(const T&), true for
// neighbours that one call of the work must see together.
//
// A range that does not fit in memory, because very many values begin with the same bits, is sorted
// by an ExternalSorter in `folder`. Uses about limits.memory_budget / 2 bytes, plus the size of one
// source's share of one range. Errors are those of the sources and of RunFile; after an error the
// sorter must not be used again.
template <typename T>
class RangeSorter {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  using Sources = std::vector<std::unique_ptr<RangeSource<T>>>;

  // Consecutive values of the sorted sequence.
  class Slice {
   public:
    // Calls `visit(const T&)` for each value in order.
    template <typename Visit>
    void ForEach(Visit visit) const;
    // Neighbours of equal range may be in several slices, if a range does not fit in memory. Such
    // slices come one after the other, in one thread, and the last one says so; it may be empty.
    bool is_piece() const { return is_piece_; }
    bool is_last_piece() const { return is_last_piece_; }

   private:
    friend class RangeSorter;
    std::vector<T> values_;
    std::vector<PrefixEntry> order_;  // empty if values_ is sorted
    bool is_piece_ = false;
    bool is_last_piece_ = false;
  };

  RangeSorter(std::filesystem::path folder, const WorkLimits& limits, size_t ranges,
              Sources sources)
      : folder_(std::move(folder)),
        threads_(std::max<size_t>(1, limits.threads)),
        budget_(std::max<uint64_t>(1, limits.memory_budget / 2 / (threads_ + 1))),
        sources_(std::move(sources)),
        counts_(ranges) {
    for (size_t range = 0; range < ranges; ++range) {
      for (const auto& source : sources_) counts_[range] += source->CountIn(range);
    }
  }

  uint64_t CountIn(size_t range) const { return counts_[range]; }

  // Sorts the values of the ranges from `first` on. May be called once.
  //   work(const Slice&)
  //     Returns absl::StatusOr<R>. Called for every slice, by several threads at the same time and
  //     in no particular order.
  //   take(R&&)
  //     Returns absl::Status. Called with each result, in the order of the values, by the thread
  //     that called InOrder.
  //   ended(size_t end)
  //     Returns absl::Status. Called by the same thread when all results of the ranges before `end`
  //     have been taken.
  template <typename Work, typename Take, typename Ended>
  absl::Status InOrder(size_t first, Work work, Take take, Ended ended) {
    using Result = std::invoke_result_t<Work&, const Slice&>;
    std::vector<size_t> ends;
    for (size_t at = first; at < counts_.size(); at = ends.back()) ends.push_back(EndOfGroup(at));
    const auto work_on_group = [&](size_t group) -> absl::StatusOr<Part<Result>> {
      const size_t begin = group == 0 ? first : ends[group - 1];
      Part<Result> part;
      part.end = ends[group];
      if (WorkOn(begin, part.end) > 2 * budget_) {
        BL_ASSIGN_OR_RETURN(part.merged, SortOutsideMemory(begin, part.end));
        return part;
      }
      BL_ASSIGN_OR_RETURN(const Slice slice, Sort(begin, part.end));
      part.result.emplace(work(slice));
      return part;
    };
    return WorkInOrder(threads_, ends.size(), work_on_group,
                       [&](Part<Result> part) -> absl::Status {
                         if (part.merged != nullptr) {
                           BL_RETURN_IF_ERROR(WorkThrough(part.merged.get(), work, take));
                         } else {
                           BL_RETURN_IF_ERROR(part.result->status());
                           BL_RETURN_IF_ERROR(take(**std::move(part.result)));
                         }
                         return ended(part.end);
                       });
  }

 private:
  // Bytes of memory for each value that is being sorted and worked on, assuming that its share of
  // the result is about as large as the value.
  static constexpr uint64_t kBytesInWork = 2 * sizeof(T) + sizeof(PrefixEntry);

  // A group of ranges. Has either the result or, if the group is too large for memory, `merged`.
  template <typename Result>
  struct Part {
    size_t end;
    std::optional<Result> result;
    std::unique_ptr<ExternalSorter<T>> merged;
  };

  uint64_t CountIn(size_t begin, size_t end) const {
    uint64_t count = 0;
    for (size_t range = begin; range < end; ++range) count += counts_[range];
    return count;
  }
  uint64_t WorkOn(size_t begin, size_t end) const { return CountIn(begin, end) * kBytesInWork; }

  // The end of the group that begins with range `begin` and has as many further ranges as fit in
  // the budget.
  size_t EndOfGroup(size_t begin) const {
    uint64_t work = 0;
    size_t end = begin;
    do {
      work += counts_[end++] * kBytesInWork;
    } while (end < counts_.size() && work + counts_[end] * kBytesInWork <= budget_);
    return end;
  }

  absl::StatusOr<Slice> Sort(size_t begin, size_t end) const {
    Slice slice;
    slice.values_.reserve(CountIn(begin, end));
    for (const auto& source : sources_) {
      BL_RETURN_IF_ERROR(source->AppendTo(&slice.values_, begin, end));
    }
    slice.order_ = OrderByPrefix<T>(slice.values_);
    return slice;
  }

  absl::StatusOr<std::unique_ptr<ExternalSorter<T>>> SortOutsideMemory(size_t begin,
                                                                       size_t end) const {
    auto merged = std::make_unique<ExternalSorter<T>>(folder_, budget_ / 2);
    std::vector<T> values;
    for (const auto& source : sources_) {
      values.clear();
      BL_RETURN_IF_ERROR(source->AppendTo(&values, begin, end));
      for (const T& value : values) BL_RETURN_IF_ERROR(merged->Add(value));
    }
    std::vector<T>().swap(values);
    BL_RETURN_IF_ERROR(merged->Sort());
    return merged;
  }

  template <typename Work, typename Take>
  static absl::Status WorkThrough(ExternalSorter<T>* merged, Work& work, Take& take) {
    constexpr size_t kSlice = size_t{1} << 16;
    Slice slice;
    slice.is_piece_ = true;
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
    slice.is_last_piece_ = true;
    return work_on_slice();
  }

  const std::filesystem::path folder_;
  const size_t threads_;
  const uint64_t budget_;  // bytes of memory for one group of ranges
  const Sources sources_;
  std::vector<uint64_t> counts_;  // by range
};

template <typename T>
template <typename Visit>
void RangeSorter<T>::Slice::ForEach(Visit visit) const {
  constexpr size_t kAhead = 16;
  if (order_.empty()) {
    for (const T& value : values_) visit(value);
  }
  for (size_t i = 0; i < order_.size(); ++i) {
    // The values are scattered over memory: without a prefetch, each access would wait.
    if (i + kAhead < order_.size()) {
      const char* ahead = reinterpret_cast<const char*>(&values_[order_[i + kAhead].index]);
      __builtin_prefetch(ahead);
      __builtin_prefetch(ahead + sizeof(T) - 1);
    }
    visit(values_[order_[i].index]);
  }
}

}  // namespace blindlink::resolver
