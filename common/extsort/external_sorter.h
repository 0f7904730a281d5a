#pragma once

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <iterator>
#include <memory>
#include <type_traits>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/base/run_file.h"
#include "common/base/status_macros.h"

namespace blindlink {

// Sorts more values than fit in memory (external merge sort, Knuth TAOCP 5.4): it fills a buffer,
// sorts it, writes it to disk as a run, and finally merges the runs. T must be trivially copyable
// and have operator<. Values that compare equal come out in no particular order, so operator<
// should compare every member.
//
//   ExternalSorter<Posting> sorter(folder, 512 << 20);
//   for (...) BL_RETURN_IF_ERROR(sorter.Add(posting));
//   BL_RETURN_IF_ERROR(sorter.Sort());
//   while (true) {
//     BL_ASSIGN_OR_RETURN(const Posting* next, sorter.Next());
//     if (next == nullptr) break;
//   }
//
// Uses about `memory_budget` bytes of memory, and on disk at most the size of all values, in one
// nameless file. Errors are those of RunFile; after an error the sorter must not be used again. Not
// thread-safe.
template <typename T>
class ExternalSorter {
  static_assert(std::is_trivially_copyable_v<T>);

 public:
  ExternalSorter(std::filesystem::path folder, uint64_t memory_budget)
      : folder_(std::move(folder)),
        capacity_(std::max<uint64_t>(kMinCapacity, memory_budget / sizeof(T))) {}

  absl::Status Add(const T& value) {
    if (buffer_.size() == capacity_) BL_RETURN_IF_ERROR(Spill());
    // Reserves everything at once: growing by copying would take one and a half times the budget,
    // and memory costs nothing until it is written to.
    if (buffer_.capacity() < capacity_) buffer_.reserve(capacity_);
    buffer_.push_back(value);
    ++count_;
    return absl::OkStatus();
  }

  // Adds the values of `other`. Neither sorter may have been sorted; `other` must not be used
  // again.
  absl::Status Take(ExternalSorter&& other) {
    count_ += other.count_ - other.buffer_.size();
    std::move(other.runs_.begin(), other.runs_.end(), std::back_inserter(runs_));
    for (const T& value : other.buffer_) BL_RETURN_IF_ERROR(Add(value));
    std::vector<T>().swap(other.buffer_);
    return absl::OkStatus();
  }

  // Call once, after the last value was added and before Next.
  absl::Status Sort() {
    if (runs_.empty()) {
      std::sort(buffer_.begin(), buffer_.end());
      return absl::OkStatus();
    }
    BL_RETURN_IF_ERROR(Spill());
    std::vector<T>().swap(buffer_);  // "= {}" would keep its memory
    const uint64_t per_run = std::max<uint64_t>(kMinCapacity, capacity_ / runs_.size());
    for (size_t i = 0; i < runs_.size(); ++i) {
      runs_[i].window_capacity = per_run;
      BL_RETURN_IF_ERROR(Refill(&runs_[i]));
      heap_.push_back(i);
    }
    std::make_heap(heap_.begin(), heap_.end(), LaterRun{&runs_});
    return absl::OkStatus();
  }

  // Returns the next value in order, or null at the end. Valid until the next call.
  absl::StatusOr<const T*> Next() {
    if (runs_.empty()) {
      return at_ < buffer_.size() ? &buffer_[at_++] : static_cast<const T*>(nullptr);
    }
    if (heap_.empty()) return static_cast<const T*>(nullptr);
    const LaterRun later{&runs_};
    std::pop_heap(heap_.begin(), heap_.end(), later);
    Run& run = runs_[heap_.back()];
    current_ = run.window[run.at++];
    if (run.at == run.window.size()) BL_RETURN_IF_ERROR(Refill(&run));
    if (run.window.empty()) {
      heap_.pop_back();
    } else {
      std::push_heap(heap_.begin(), heap_.end(), later);
    }
    return &current_;
  }

  uint64_t count() const { return count_; }
  size_t runs() const { return runs_.size(); }

 private:
  static constexpr uint64_t kMinCapacity = 1024;

  struct Run {
    std::shared_ptr<RunFile> file;
    uint64_t at_byte;  // where the next window begins in the file
    uint64_t end;      // where the run ends in the file
    uint64_t window_capacity = 0;
    std::vector<T> window{};
    size_t at = 0;
  };
  struct LaterRun {
    const std::vector<Run>* runs;
    bool operator()(size_t a, size_t b) const {
      const Run& left = (*runs)[a];
      const Run& right = (*runs)[b];
      return right.window[right.at] < left.window[left.at];
    }
  };

  absl::Status Spill() {
    if (buffer_.empty()) return absl::OkStatus();
    std::sort(buffer_.begin(), buffer_.end());
    if (file_ == nullptr) {
      BL_ASSIGN_OR_RETURN(file_, RunFile::Create(folder_));
    }
    const uint64_t begin = file_->size();
    BL_RETURN_IF_ERROR(file_->Append(buffer_.data(), buffer_.size() * sizeof(T)));
    runs_.push_back({file_, begin, file_->size()});
    buffer_.clear();
    return absl::OkStatus();
  }

  // Reads the run's next window; an empty one means that the run has ended.
  static absl::Status Refill(Run* run) {
    const uint64_t left = (run->end - run->at_byte) / sizeof(T);
    run->window.resize(std::min(left, run->window_capacity));
    run->at = 0;
    const uint64_t bytes = run->window.size() * sizeof(T);
    BL_RETURN_IF_ERROR(run->file->ReadAt(run->at_byte, run->window.data(), bytes));
    run->at_byte += bytes;
    return absl::OkStatus();
  }

  const std::filesystem::path folder_;
  const uint64_t capacity_;
  std::vector<T> buffer_;
  size_t at_ = 0;
  std::shared_ptr<RunFile> file_;  // of the runs of this sorter; null if there are none yet
  std::vector<Run> runs_;
  std::vector<size_t> heap_;
  T current_{};
  uint64_t count_ = 0;
};

}  // namespace blindlink
