#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/base/fd.h"

namespace blindlink::researcher {

// The source of a file's rows. A file started from one source is never continued from another.
struct ResultSource {
  std::string kind;
  std::string project;
  std::string run;
  std::string grant = {};  // empty: none

  friend bool operator==(const ResultSource&, const ResultSource&) = default;
};

// A finished file, as its manifest describes it.
struct ResultFileFacts {
  uint64_t bytes = 0;
  std::string sha256;  // hexadecimal
};

// A result file that grows row by row and survives an interruption. It is named FILE.partial until
// Finish() renames it; FILE.partial.json records how many of its rows and bytes are durable, and
// their source. Opening the same file for the same source again continues from there, even after a
// kill. A file whose name ends in .zst is compressed, and each checkpoint ends a zstd frame. Mode
// 0600. "-" is standard output: plain, without any of the above.
//
// Errors: as common/base/files.h; FAILED_PRECONDITION: another process is writing this file. Not
// thread-safe.
class ResultFile {
 public:
  // `header` is the first line, including its line end.
  static absl::StatusOr<std::unique_ptr<ResultFile>> Open(const std::string& path,
                                                          const ResultSource& source,
                                                          absl::string_view header);
  ~ResultFile();
  ResultFile(const ResultFile&) = delete;
  ResultFile& operator=(const ResultFile&) = delete;

  // Rows so far, including those of an earlier attempt: the row to ask the resolver for next.
  uint64_t rows() const { return rows_; }
  bool is_standard_output() const { return standard_output_; }

  // `text` must consist of exactly `rows` complete rows. After an error every further call returns
  // it: the rows since the last checkpoint are not recorded, and are fetched again.
  absl::Status Append(absl::string_view text, uint64_t rows);
  // Makes all rows so far durable and records the position. Append calls it from time to time.
  absl::Status Checkpoint();
  // Writes the last checkpoint and gives the file its name. Nothing may be appended afterwards.
  absl::StatusOr<ResultFileFacts> Finish();

 private:
  class Compressor;

  ResultFile(std::string path, ResultSource source);
  absl::Status OpenPartial(absl::string_view header);
  // The rows and bytes that an earlier attempt left; zeros if there is nothing to continue.
  void ReadPosition();
  absl::Status Write(absl::string_view bytes);
  std::string PartialPath() const { return path_ + ".partial"; }
  std::string NameForErrors() const { return standard_output_ ? "standard output" : PartialPath(); }
  std::string PositionPath() const { return path_ + ".partial.json"; }

  const std::string path_;
  const ResultSource source_;
  const bool standard_output_;
  std::unique_ptr<Compressor> compressor_;  // null: plain
  UniqueFd fd_;
  uint64_t rows_ = 0;
  uint64_t bytes_ = 0;
  uint64_t unsafe_bytes_ = 0;  // appended since the last checkpoint, uncompressed
  absl::Status status_;        // of the first write that failed
};

}  // namespace blindlink::researcher
