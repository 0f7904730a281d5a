#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "agent/input/json_splitter.h"
#include "agent/input/reject_log.h"
#include "agent/input/text_encoding.h"
#include "common/csv/input_buffer.h"
#include "simdjson.h"

namespace blindlink::agent {

// The resources of a file of FHIR: NDJSON, whose lines are resources or Bundles, or resources and
// Bundles that are written over any number of lines, one after another. A Bundle of any size is
// read entry by entry. Rejects resources as malformed-json, not-an-object, not-utf8, row-too-long
// (more than 16 MiB), and truncated, if the file ends within one; the rest is read all the same.
// Not thread-safe.
class FhirDocuments {
 public:
  // `buffer` has begun its text. `rejects` must outlive the object.
  static absl::StatusOr<std::unique_ptr<FhirDocuments>> Open(InputBuffer buffer,
                                                             RejectLog* rejects);

  // The next resource, valid until the next call; false at the end. Errors are those of reading the
  // file.
  absl::StatusOr<bool> Next(simdjson::dom::object* resource);
  // Rejects the current resource after all.
  void Reject(const char* reason);

  // The number of the current resource, from 1, also counting what was rejected.
  uint64_t number() const { return number_; }
  uint64_t rejected() const { return rejected_; }
  double ShareRead() const;

 private:
  explicit FhirDocuments(RejectLog* rejects) : rejects_(rejects) {}

  // Finds the next line or document that was not rejected; false at the end.
  absl::StatusOr<bool> NextText(absl::string_view* text);
  absl::StatusOr<bool> NextLine(absl::string_view* text);
  absl::StatusOr<bool> NextDocument(absl::string_view* text);
  // Parses `text`. The reason if it is no object, else null.
  const char* Parse(absl::string_view text, simdjson::dom::object* object);
  // Appends the resource, or the resources of the entries, to waiting_.
  void Unpack(const simdjson::dom::object& object, int depth);

  RejectLog* const rejects_;
  std::optional<InputBuffer> lines_;       // of NDJSON
  std::optional<JsonSplitter> documents_;  // otherwise
  TextEncoding encoding_;
  std::string converted_;  // the current text, if it was in Windows-1252
  simdjson::dom::parser parser_;
  std::vector<simdjson::dom::object> waiting_;  // resources of the current text, the next one last
  uint64_t number_ = 0;
  uint64_t rejected_ = 0;
};

}  // namespace blindlink::agent
