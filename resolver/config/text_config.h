#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace blindlink::resolver {

// What is wrong with a configuration.
class ConfigErrors : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override;
  void Add(absl::string_view message) { errors_.emplace_back(message); }
  // INVALID_ARGUMENT with all of them, or OK.
  absl::Status StatusFor(const std::filesystem::path& file) const;

 private:
  std::vector<std::string> errors_;
};

// Reads protobuf text, the content of `file`, into a message. If it is one, calls
// `complete(Message*, ConfigErrors*)`, which fills in what is missing and adds what is wrong.
template <typename Message, typename Complete>
absl::StatusOr<Message> ParseTextConfig(const std::string& text, const std::filesystem::path& file,
                                        Complete complete) {
  Message config;
  ConfigErrors errors;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  if (parser.ParseFromString(text, &config)) complete(&config, &errors);
  if (absl::Status wrong = errors.StatusFor(file); !wrong.ok()) return wrong;
  return config;
}

}  // namespace blindlink::resolver
