#pragma once

#include <cstddef>
#include <string>

#include "absl/strings/string_view.h"
#include "agent/input/input_record.h"

namespace blindlink::agent {

// Records as bytes, for temporary files that the same process reads back: no format of its own.
// Thread-safe.

// Appends all of `record` but its pseudonym to `out`.
void AppendRecord(const RawRecord& record, std::string* out);

// The record that AppendRecord made `bytes` of; it has `fields` fields.
RawRecord DecodeRecord(absl::string_view bytes, size_t fields);

}  // namespace blindlink::agent
