#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "agent/input/hl7_segment.h"
#include "agent/input/reject_log.h"
#include "agent/input/row_cells.h"
#include "agent/input/row_reader.h"
#include "agent/input/text_encoding.h"
#include "common/csv/input_buffer.h"

namespace blindlink::agent {

// Reads the PID segments of HL7 v2 messages, alone or in batches (FHS, BHS), with or without the
// frames of MLLP: one row for each, whose number is that of the segment in the file. Segments end
// with CR, LF or both. What a PID segment gives is in hl7_person.h. Rejects rows as
//   bad-encoding-characters  MSH-2 (or a PID segment before any MSH: no-msh)
//   unknown-character-set    MSH-18 names one other than ASCII, UTF-8 and ISO 8859-1
//   broken-segment           no segment follows: a line break stands within
//   truncated-message        the file ends within the segment, or right after it without its end
//   segment-too-long, not-utf8, nul-byte
// and notes merge-not-interpreted (ADT^A40 and the like: the row is used, and numbers that were
// merged away remain people of their own), deletion-not-interpreted (A29), batch-count (BTS-1) and
// batch-not-ended. Values are noted as hl7_person.h says.
class Hl7Reader : public RowReader {
 public:
  // `buffer` has begun its text. `rejects` must outlive the reader.
  Hl7Reader(InputBuffer buffer, absl::CivilDay today, RejectLog* rejects)
      : buffer_(std::move(buffer)), today_(today), rejects_(rejects) {}

  // Whether a file begins as messages do.
  static bool Recognizes(absl::string_view head);

  const std::vector<std::string>& columns() const override { return cells_.columns(); }
  absl::StatusOr<bool> Next(Row* row) override;
  uint64_t rows_read() const override { return rows_read_; }
  double ShareRead() const override { return buffer_.ShareRead(); }

 private:
  // How the text of a segment ends.
  enum class End { kLine, kFile, kTooLong };
  // Finds the next segment, which then is segment_; false at the end of the file.
  absl::StatusOr<bool> NextSegment();
  // Consumes what is left of a line.
  absl::Status SkipRest();
  void BeginMessage();
  void NoteEvent(absl::string_view type);
  void EndBatch();
  // Reads segment_, a PID segment. False if the row is rejected.
  absl::StatusOr<bool> TakePerson(Row* row);
  // Why the row cannot be read, and the field that says so; null if it can.
  absl::StatusOr<const char*> WhyNot(absl::string_view* field);
  void Note(absl::string_view field, const char* reason, bool whole_row = false);

  InputBuffer buffer_;
  const absl::CivilDay today_;
  RejectLog* const rejects_;
  RowCells cells_;
  TextEncoding encoding_;
  std::string segment_;
  End end_ = End::kLine;
  uint64_t segments_ = 0;
  uint64_t rows_read_ = 0;
  // Of the current message.
  std::optional<Hl7Separators> separators_;
  const char* message_fault_ = "no-msh";
  absl::string_view fault_field_ = "MSH";
  bool latin1_ = false;
  // Of the current batch.
  bool in_batch_ = false;
  uint64_t messages_ = 0;
};

}  // namespace blindlink::agent
