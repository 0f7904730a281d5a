#pragma once

#include <string>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message.h"

namespace blindlink {

// How every command that prints a list or a report also gives it to programs: --json FILE writes
// it to a file as well, --json - writes it to standard output instead.

// Adds --json to `command`. `what` names what is written, as "the list".
CLI::Option* AddJsonFlag(CLI::App& command, const std::string& what, std::string* file);

// Whether standard output has the text for people. `file` is what --json says; empty without it.
bool PrintsText(absl::string_view file);

// Prints `text`, and writes `json` where `file` says. `mode`: of the file, as in open(2).
absl::Status PrintReport(const std::string& text, const std::string& json, const std::string& file,
                         int mode = 0600);

// An answer of the resolver as JSON, with the names of its .proto file and every field. Bytes are
// in base64.
absl::StatusOr<std::string> AnswerAsJson(const google::protobuf::Message& answer);

// Both.
absl::Status PrintAnswer(const std::string& text, const google::protobuf::Message& answer,
                         const std::string& file);

}  // namespace blindlink
