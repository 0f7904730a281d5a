#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace blindlink {

// A disk that a test fills at a chosen call of another program, by a library that is loaded into it
// (full_disk.c): every call that needs room under `folder` then fails with ENOSPC. Thread-safe.
class FullDisk {
 public:
  // `state` is a new file outside `folder`. The disk has room at first.
  FullDisk(const std::filesystem::path& state, std::filesystem::path folder);
  ~FullDisk();
  FullDisk(const FullDisk&) = delete;
  FullDisk& operator=(const FullDisk&) = delete;

  // What goes before argv[0] to run a program on this disk.
  std::vector<std::string> Prefix() const;

  // Calls that needed room so far, of all programs.
  uint64_t calls() const { return shared_->calls; }
  // Calls that found the disk full.
  uint64_t refused() const { return shared_->refused; }
  // After `calls` more calls the disk is full.
  void FillAfter(uint64_t calls) { shared_->full_from = shared_->calls + calls; }
  void MakeRoom() { shared_->full_from = ~uint64_t{0}; }

 private:
  // As in full_disk.c.
  struct Shared {
    std::atomic<uint64_t> calls;
    std::atomic<uint64_t> full_from;
    std::atomic<uint64_t> refused;
  };

  const std::filesystem::path state_;
  const std::filesystem::path folder_;
  Shared* shared_;
};

}  // namespace blindlink
