#include "resolver/storage/stored_message.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"

namespace blindlink::resolver {
namespace {

// Differs in several bits from the first byte of every message that earlier releases wrote.
constexpr absl::string_view kHead = "BLSTORE1";
// The tag of field 1, which the messages of earlier releases begin with.
constexpr char kFirstByteBefore = '\x0a';
constexpr size_t kDigestSize = std::tuple_size_v<Sha256Digest>;

}  // namespace

std::string StoredForm(const google::protobuf::MessageLite& message) {
  const std::string bytes = message.SerializeAsString();
  return absl::StrCat(kHead, AsView(Sha256Of(bytes)), bytes);
}

absl::Status WriteStored(const std::filesystem::path& file,
                         const google::protobuf::MessageLite& message) {
  return WriteFileAtomically(file, StoredForm(message), 0600);
}

absl::Status ReadStored(const std::filesystem::path& file, absl::string_view remedy,
                        google::protobuf::MessageLite* message) {
  BL_ASSIGN_OR_RETURN(const std::string content, ReadFile(file));
  if (ParseStored(content, message)) return absl::OkStatus();
  return absl::DataLossError(absl::StrCat(file.string(), " is damaged: ", remedy));
}

bool ParseStored(absl::string_view content, google::protobuf::MessageLite* message) {
  if (!absl::ConsumePrefix(&content, kHead)) {
    const bool of_an_earlier_release = !content.empty() && content[0] == kFirstByteBefore;
    return of_an_earlier_release && message->ParseFromString(std::string(content));
  }
  if (content.size() < kDigestSize) return false;
  const absl::string_view digest = content.substr(0, kDigestSize);
  content.remove_prefix(kDigestSize);
  return AsView(Sha256Of(content)) == digest && message->ParseFromString(std::string(content));
}

}  // namespace blindlink::resolver
