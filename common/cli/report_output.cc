#include "common/cli/report_output.h"

#include <stdio.h>

#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "google/protobuf/util/json_util.h"

namespace blindlink {

CLI::Option* AddJsonFlag(CLI::App& command, const std::string& what, std::string* file) {
  return command.add_option(
      "--json", *file,
      absl::StrCat("Also write ", what, " as JSON to this file; - prints nothing else"));
}

bool PrintsText(absl::string_view file) { return file != "-"; }

absl::Status PrintReport(const std::string& text, const std::string& json, const std::string& file,
                         int mode) {
  fputs(PrintsText(file) ? text.c_str() : json.c_str(), stdout);
  if (file.empty() || file == "-") return absl::OkStatus();
  return WriteFileAtomically(file, json, mode);
}

absl::StatusOr<std::string> AnswerAsJson(const google::protobuf::Message& answer) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(answer, &json, options).ok()) {
    return absl::InternalError("the answer cannot be written as JSON");
  }
  return json;
}

absl::Status PrintAnswer(const std::string& text, const google::protobuf::Message& answer,
                         const std::string& file) {
  BL_ASSIGN_OR_RETURN(const std::string json, AnswerAsJson(answer));
  return PrintReport(text, json, file);
}

}  // namespace blindlink
