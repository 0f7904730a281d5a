#pragma once

#include <string>

#include "absl/status/status.h"
#include "google/protobuf/message.h"

namespace blindlink::resolver {

// Writes an answer of the resolver as JSON, with the names of its .proto file and every field, to a
// file of mode 0600, or to standard output if `file` is "-".
absl::Status WriteJson(const google::protobuf::Message& answer, const std::string& file);

}  // namespace blindlink::resolver
