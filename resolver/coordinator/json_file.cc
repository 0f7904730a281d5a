#include "resolver/coordinator/json_file.h"

#include <stdio.h>

#include "common/base/files.h"
#include "google/protobuf/util/json_util.h"

namespace blindlink::resolver {

absl::Status WriteJson(const google::protobuf::Message& answer, const std::string& file) {
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = true;
  options.always_print_primitive_fields = true;
  options.preserve_proto_field_names = true;
  std::string json;
  if (!google::protobuf::util::MessageToJsonString(answer, &json, options).ok()) {
    return absl::InternalError("the answer cannot be written as JSON");
  }
  if (file != "-") return WriteFileAtomically(file, json, 0600);
  fputs(json.c_str(), stdout);
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
