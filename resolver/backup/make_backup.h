#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace blindlink::resolver {

struct BackupRequest {
  // Of the resolver's configuration.
  std::filesystem::path data_directory;
  std::filesystem::path keys_directory;
  std::filesystem::path audit_key_directory;  // empty: in the data directory
  // Folders that do not exist yet, outside of these.
  std::filesystem::path out;
  std::filesystem::path keys_out;  // empty: no keys are copied
};

struct BackupReport {
  uint64_t files = 0;
  uint64_t linked = 0;  // of these, second names of files of the index
  uint64_t bytes = 0;
  uint64_t keys = 0;
  bool was_running = false;            // a resolver was using the data directory
  std::chrono::microseconds halted{};  // how long it was halted
  uint64_t audit_entries = 0;          // in the log, which was checked
  std::vector<std::string> left_out;   // in words
};

// Makes a backup of the data directory, of one moment, also while a resolver uses it: that is
// halted while its files are noted (ADR 32). Everything that was acknowledged before the call is in
// it. Shows progress on standard error. Under the names `out` and `keys_out` there is nothing until
// all of it is on disk. Errors as of HaltedProcess, TakeSnapshot and BackupFolder; DATA_LOSS if the
// index or the audit log is damaged; FAILED_PRECONDITION if this is not the resolver's user.
absl::StatusOr<BackupReport> MakeBackup(const BackupRequest& request);

}  // namespace blindlink::resolver
