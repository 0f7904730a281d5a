#include "agent/input/hl7_reader.h"

#include <algorithm>
#include <initializer_list>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "agent/input/hl7_person.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

// The ends of segments, and the frame of MLLP around messages.
constexpr absl::string_view kBetween = "\r\n\v\x1c";

bool IsPunctuation(char c) { return absl::ascii_ispunct(static_cast<unsigned char>(c)); }

bool IsOneOf(absl::string_view text, std::initializer_list<absl::string_view> texts) {
  return std::find(texts.begin(), texts.end(), text) != texts.end();
}

// Events by which records are merged, moved, linked or unlinked.
bool IsMerge(absl::string_view event) {
  return IsOneOf(event, {"A18", "A24", "A30", "A34", "A35", "A36", "A37", "A39", "A40", "A41",
                         "A42", "A43", "A44", "A45", "A46", "A47", "A50", "A51"});
}

enum class CharacterSet { kNotStated, kUtf8, kLatin1, kUnknown };

CharacterSet CharacterSetOf(absl::string_view name) {
  const std::string upper = absl::AsciiStrToUpper(absl::StripAsciiWhitespace(name));
  if (upper.empty() || upper == "ASCII") return CharacterSet::kNotStated;
  if (IsOneOf(upper, {"UNICODE UTF-8", "UTF-8", "UNICODE"})) return CharacterSet::kUtf8;
  return IsOneOf(upper, {"8859/1", "ISO-8859-1", "WINDOWS-1252"}) ? CharacterSet::kLatin1
                                                                  : CharacterSet::kUnknown;
}

}  // namespace

bool Hl7Reader::Recognizes(absl::string_view head) {
  head.remove_prefix(std::min(head.find_first_not_of(kBetween), head.size()));
  if (head.size() < 8) return false;
  return IsOneOf(head.substr(0, 3), {"MSH", "FHS", "BHS"}) && IsPunctuation(head[3]) &&
         IsPunctuation(head[4]);
}

absl::StatusOr<bool> Hl7Reader::Next(Row* row) {
  while (true) {
    BL_ASSIGN_OR_RETURN(const bool more, NextSegment());
    if (!more) {
      if (in_batch_) Note("BTS", "batch-not-ended");
      in_batch_ = false;
      return false;
    }
    const absl::string_view name = absl::string_view(segment_).substr(0, 3);
    if (name == "MSH") BeginMessage();
    if (name == "BHS" || name == "FHS") {
      in_batch_ = true;
      messages_ = 0;
    }
    if (name == "BTS") EndBatch();
    if (name == "FTS") in_batch_ = false;
    if (name != "PID" || segment_.size() < 4 || !IsPunctuation(segment_[3])) continue;
    BL_ASSIGN_OR_RETURN(const bool taken, TakePerson(row));
    if (taken) return true;
  }
}

absl::StatusOr<bool> Hl7Reader::NextSegment() {
  BL_RETURN_IF_ERROR(buffer_.SkipAny(kBetween));
  while (true) {
    const absl::string_view text = buffer_.unread().substr(0, kMaxRowBytes);
    const size_t size = text.find_first_of("\r\n");
    const bool ends = size != absl::string_view::npos;
    if (!ends && text.size() < kMaxRowBytes && !buffer_.at_end()) {
      BL_RETURN_IF_ERROR(buffer_.Fill());
      continue;
    }
    if (text.empty()) return false;
    ++segments_;
    const bool too_long = !ends && text.size() == kMaxRowBytes;
    end_ = ends ? End::kLine : too_long ? End::kTooLong : End::kFile;
    segment_.assign(text.data(), too_long ? 4 : std::min(size, text.size()));
    // The frame of MLLP ends a message like the end of a line.
    if (const size_t frame = segment_.find('\x1c'); frame != std::string::npos) {
      segment_.resize(frame);
      end_ = End::kLine;
    }
    buffer_.Consume(std::min(size, text.size()));
    if (too_long) BL_RETURN_IF_ERROR(SkipRest());
    return true;
  }
}

absl::Status Hl7Reader::SkipRest() {
  while (true) {
    const size_t end = buffer_.unread().find_first_of("\r\n");
    buffer_.Consume(std::min(end, buffer_.unread().size()));
    if (end != absl::string_view::npos || buffer_.at_end()) return absl::OkStatus();
    BL_RETURN_IF_ERROR(buffer_.Fill());
  }
}

void Hl7Reader::BeginMessage() {
  ++messages_;
  message_fault_ = nullptr;
  separators_ = ReadHl7Separators(segment_);
  if (!separators_.has_value()) {
    message_fault_ = "bad-encoding-characters";
    fault_field_ = "MSH-2";
    return;
  }
  // MSH-1 is the separator itself, so that the pieces count from MSH-1 less.
  const std::vector<absl::string_view> fields = SplitHl7(segment_, separators_->field);
  const absl::string_view sets = Hl7Piece(fields, 17);
  const CharacterSet set = CharacterSetOf(SplitHl7(sets, separators_->repetition)[0]);
  latin1_ = set == CharacterSet::kLatin1;
  if (set == CharacterSet::kUnknown) {
    message_fault_ = "unknown-character-set";
    fault_field_ = "MSH-18";
  }
  NoteEvent(Hl7Piece(fields, 8));
}

void Hl7Reader::NoteEvent(absl::string_view type) {
  const std::vector<absl::string_view> pieces = SplitHl7(type, separators_->component);
  if (pieces[0] != "ADT") return;
  if (IsMerge(Hl7Piece(pieces, 1))) Note("MSH-9", "merge-not-interpreted");
  if (Hl7Piece(pieces, 1) == "A29") Note("MSH-9", "deletion-not-interpreted");
}

void Hl7Reader::EndBatch() {
  const char separator = segment_.size() > 3 ? segment_[3] : '|';
  uint64_t stated = 0;
  const absl::string_view count = Hl7Piece(SplitHl7(segment_, separator), 1);
  if (absl::SimpleAtoi(count, &stated) && stated != messages_) Note("BTS-1", "batch-count");
  in_batch_ = false;
}

absl::StatusOr<const char*> Hl7Reader::WhyNot(absl::string_view* field) {
  *field = "PID";
  if (end_ == End::kTooLong) return "segment-too-long";
  if (message_fault_ != nullptr) {
    *field = fault_field_;
    return message_fault_;
  }
  if (segment_[3] != separators_->field) return "bad-encoding-characters";
  // What follows tells whether the segment is whole.
  BL_RETURN_IF_ERROR(buffer_.SkipAny(kBetween));
  while (buffer_.unread().size() < 4 && !buffer_.at_end()) BL_RETURN_IF_ERROR(buffer_.Fill());
  if (buffer_.unread().empty()) return end_ == End::kFile ? "truncated-message" : nullptr;
  const absl::string_view next = buffer_.unread().substr(0, 4);
  const bool header = IsOneOf(next.substr(0, 3), {"MSH", "FHS", "BHS", "BTS", "FTS"});
  return header || IsHl7Segment(next, separators_->field) ? nullptr : "broken-segment";
}

absl::StatusOr<bool> Hl7Reader::TakePerson(Row* row) {
  row->number = segments_;
  ++rows_read_;
  absl::string_view field;
  BL_ASSIGN_OR_RETURN(const char* why_not, WhyNot(&field));
  TextKind kind;
  if (why_not == nullptr) {
    kind = encoding_.KindOf(segment_);
    // The message says what it is, even where one could not tell.
    if (kind.why_not != nullptr && latin1_ && !absl::StrContains(segment_, '\0')) {
      kind = {nullptr, /*windows_1252=*/true};
    }
    why_not = kind.why_not;
  }
  if (why_not != nullptr) {
    Note(field, why_not, /*whole_row=*/true);
    return false;
  }
  if (kind.windows_1252 && !latin1_) Note("", "read-as-windows-1252");
  cells_.Clear();
  Hl7Person person({*separators_, kind.windows_1252, today_,
                    [this](absl::string_view of, const char* reason) { Note(of, reason); }});
  person.Read(segment_, &cells_);
  cells_.ShowIn(row);
  return true;
}

void Hl7Reader::Note(absl::string_view field, const char* reason, bool whole_row) {
  rejects_->Add({segments_, std::string(field), reason}, whole_row);
}

}  // namespace blindlink::agent
