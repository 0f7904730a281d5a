#pragma once

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/message_lite.h"

namespace blindlink::resolver {

// A message in a file of its own, with a checksum (docs/formats/resolver_storage.md).

// The bytes of such a file.
std::string StoredForm(const google::protobuf::MessageLite& message);

// The file holds either its old content or all of the new, even after a power cut. Mode 0600.
// RESOURCE_EXHAUSTED when the disk is full.
absl::Status WriteStored(const std::filesystem::path& file,
                         const google::protobuf::MessageLite& message);

// DATA_LOSS, ending in `remedy`, if not every byte is as it was written. Also reads the files of
// earlier releases, which have no checksum. Otherwise the errors of ReadFile.
absl::Status ReadStored(const std::filesystem::path& file, absl::string_view remedy,
                        google::protobuf::MessageLite* message);

// The content of such a file. False if it is damaged.
bool ParseStored(absl::string_view content, google::protobuf::MessageLite* message);

}  // namespace blindlink::resolver
