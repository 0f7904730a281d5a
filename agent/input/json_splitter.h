#pragma once

#include <cstddef>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "common/csv/input_buffer.h"

namespace blindlink::agent {

// Finds the objects of a file of JSON documents, one after another and over any number of lines,
// without holding more than one of them: those at the top or, where a document has an array "entry"
// (a FHIR Bundle), the objects in this array instead. Does not check that they are JSON. Not
// thread-safe.
class JsonSplitter {
 public:
  explicit JsonSplitter(InputBuffer buffer) : buffer_(std::move(buffer)) {}

  enum class Found {
    kText,
    kTooLong,        // an object of more than kMaxRowBytes, which is skipped
    kCutOff,         // the file ends within an object
    kCutOffBetween,  // the file ends within a document, but within no object
    kEnd,
  };
  // The next object; `text` is valid until the next call. Errors are those of reading the file.
  absl::StatusOr<Found> Next(absl::string_view* text);

  double ShareRead() const { return buffer_.ShareRead(); }

 private:
  enum class Event { kNone, kBegin, kEntries, kEnd };
  // What the next character means.
  Event Step(char c);
  Found AtEnd();

  InputBuffer buffer_;
  size_t position_ = 0;      // in buffer_.unread(): the next character to look at
  bool collecting_ = false;  // an object begins at the front of the buffer
  size_t depth_ = 0;         // how many objects and arrays are open
  bool in_entries_ = false;
  bool in_string_ = false;
  bool escaped_ = false;  // the next character of a string is escaped
  std::string member_;    // the last string of a document itself, cut to what matters
};

}  // namespace blindlink::agent
