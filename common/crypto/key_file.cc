#include "common/crypto/key_file.h"

#include <bitset>
#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/random.h"

namespace blindlink {
namespace {

bool IsWeak(const SecretBytes& key) {
  std::bitset<256> distinct;
  for (const uint8_t byte : key.Reveal()) distinct.set(byte);
  return distinct.count() < kMinDistinctBytes;
}

}  // namespace

absl::Status GenerateKeyFile(const std::filesystem::path& file, absl::string_view head) {
  const SecretBytes key = RandomBytes(kKeySize);
  const absl::Span<const uint8_t> bytes = key.Reveal();
  std::string hex = HexEncode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  std::string content = absl::StrCat(head, hex, "\n");
  absl::Status written = WriteNewFile(file, content, 0600);
  WipeMemory(hex.data(), hex.size());
  WipeMemory(content.data(), content.size());
  return written;
}

absl::StatusOr<SecretBytes> ReadKeyFile(const std::filesystem::path& file, absl::string_view head,
                                        absl::string_view remedy) {
  BL_ASSIGN_OR_RETURN(std::string content, ReadPrivateFile(file));
  absl::string_view hex = content;
  const bool has_head = absl::ConsumePrefix(&hex, head);
  absl::ConsumeSuffix(&hex, "\n");
  std::optional<std::string> bytes = has_head ? HexDecode(hex) : std::nullopt;
  WipeMemory(content.data(), content.size());
  if (!bytes || bytes->size() != kKeySize) {
    return absl::InvalidArgumentError(
        absl::StrCat(file.string(), " holds no key of this kind; ", remedy));
  }
  SecretBytes key(
      absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(bytes->data()), bytes->size()));
  WipeMemory(bytes->data(), bytes->size());
  if (IsWeak(key)) {
    return absl::InvalidArgumentError(
        absl::StrCat(file.string(), " holds a weak key, which is not random; ", remedy));
  }
  return key;
}

}  // namespace blindlink
