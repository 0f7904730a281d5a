#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/input/reject_log.h"
#include "agent/input/text_encoding.h"
#include "common/csv/input_buffer.h"
#include "simdjson.h"

namespace blindlink::agent {

// Reads JSON Lines as objects: one object a line, blank lines are skipped. Lines are rejected as
// row-too-long, malformed-json, not-an-object or not-utf8; one in Windows-1252 is converted and
// noted as read-as-windows-1252. Not thread-safe.
class JsonObjects {
 public:
  // `rejects` must outlive it.
  JsonObjects(InputBuffer buffer, RejectLog* rejects)
      : buffer_(std::move(buffer)), rejects_(rejects) {}

  // The next object that is not rejected, valid until the next call; false at the end. Errors are
  // those of reading the file.
  absl::StatusOr<bool> Next(simdjson::dom::object* object);
  // Rejects the current object after all.
  void Reject(const char* reason);

  // The number of lines so far that are not blank, including rejected ones.
  uint64_t rows_read() const { return rows_read_; }
  double ShareRead() const { return buffer_.ShareRead(); }

 private:
  // Consumes the next line that is not blank; false at the end. Rejects lines that are too long.
  absl::StatusOr<bool> NextLine(absl::string_view* line);
  // The reason if `line` is no object, else null.
  const char* Parse(absl::string_view line, simdjson::dom::object* object);

  InputBuffer buffer_;
  RejectLog* rejects_;
  simdjson::dom::parser parser_;
  std::string converted_;  // the current line, if it was in Windows-1252
  TextEncoding encoding_;
  uint64_t rows_read_ = 0;
};

}  // namespace blindlink::agent
