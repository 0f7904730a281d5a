#include "common/crypto/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/types/span.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/random.h"

namespace blindlink {
namespace {

size_t DistinctCount(absl::Span<const uint8_t> bytes) {
  std::bitset<256> distinct;
  for (const uint8_t byte : bytes) distinct.set(byte);
  return distinct.count();
}

// Whether the key was typed or counted rather than drawn: few distinct bytes, few distinct steps
// from byte to byte (00 01 02 ...), or nothing but printable characters.
bool IsWeak(const SecretBytes& key) {
  const absl::Span<const uint8_t> bytes = key.Reveal();
  SecretBytes steps = SecretBytes::OfSize(bytes.size() - 1);
  for (size_t i = 0; i + 1 < bytes.size(); ++i) {
    steps.RevealForWriting()[i] = static_cast<uint8_t>(bytes[i + 1] - bytes[i]);
  }
  const bool is_text = std::all_of(bytes.begin(), bytes.end(),
                                   [](uint8_t byte) { return absl::ascii_isprint(byte); });
  return is_text || DistinctCount(bytes) < kMinDistinctBytes ||
         DistinctCount(steps.Reveal()) < kMinDistinctBytes;
}

// Takes the next line that is not blank, without the blanks around it; empty at the end.
absl::string_view TakeLine(absl::string_view* text) {
  *text = absl::StripLeadingAsciiWhitespace(*text);
  const absl::string_view line = text->substr(0, text->find_first_of("\r\n"));
  text->remove_prefix(line.size());
  return absl::StripAsciiWhitespace(line);
}

// What is wrong with the first line of a key file, which is not `head`.
std::string WhyAnotherHead(absl::string_view line, absl::string_view head) {
  const bool is_head =
      absl::StartsWith(line, "blindlink-") && absl::EndsWith(line, "-key-v1") && line.size() < 40;
  return is_head ? absl::StrCat("holds a key of another kind, ", line, " instead of ", head)
                 : absl::StrCat("holds no key of this kind: its first line is not ", head);
}

// What is wrong with the digits of a key; empty if nothing is.
std::string WhyNoKey(absl::string_view hex) {
  const bool digits = std::all_of(hex.begin(), hex.end(), [](char c) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(c));
  });
  if (!digits) return "has a character in its key that is no hexadecimal digit";
  if (hex.size() == 2 * kKeySize) return "";
  return absl::StrCat("has a key of ", hex.size(), " hexadecimal digits instead of ", 2 * kKeySize,
                      ": it was cut off, or something was added");
}

// The key in the text of a key file, however lines end and whatever blanks were added.
absl::StatusOr<SecretBytes> ParseKey(absl::string_view text, absl::string_view head) {
  absl::ConsumePrefix(&text, "\xef\xbb\xbf");
  head = absl::StripAsciiWhitespace(head);
  if (const absl::string_view line = TakeLine(&text); line != head) {
    return absl::InvalidArgumentError(WhyAnotherHead(line, head));
  }
  const absl::string_view hex = TakeLine(&text);
  if (!absl::StripAsciiWhitespace(text).empty()) {
    return absl::InvalidArgumentError("goes on after its key");
  }
  if (const std::string why = WhyNoKey(hex); !why.empty()) {
    return absl::InvalidArgumentError(why);
  }
  std::string bytes = absl::HexStringToBytes(hex);
  SecretBytes key(
      absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()));
  WipeMemory(bytes.data(), bytes.size());
  if (IsWeak(key)) return absl::InvalidArgumentError("holds a weak key, which is not random");
  return key;
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
  absl::StatusOr<SecretBytes> key = ParseKey(content, head);
  WipeMemory(content.data(), content.size());
  if (key.ok()) return key;
  return absl::InvalidArgumentError(
      absl::StrCat(file.string(), " ", key.status().message(), "; ", remedy));
}

absl::Status DestroyKeyFile(const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(const UniqueFd fd, OpenFd(file, O_WRONLY | O_NOFOLLOW));
  struct stat info {};
  if (fstat(fd.get(), &info) != 0) return ErrnoStatus(errno, "examine", file);
  if (!S_ISREG(info.st_mode)) {
    return absl::FailedPreconditionError(absl::StrCat(file.string(), " is not a regular file"));
  }
  const SecretBytes noise = RandomBytes(static_cast<size_t>(info.st_size));
  BL_RETURN_IF_ERROR(WriteAll(
      fd.get(), {reinterpret_cast<const char*>(noise.Reveal().data()), noise.size()}, file));
  if (fsync(fd.get()) != 0) return ErrnoStatus(errno, "overwrite", file);
  if (unlink(file.c_str()) != 0) return ErrnoStatus(errno, "remove", file);
  return SyncFolder(file.has_parent_path() ? file.parent_path() : ".");
}

}  // namespace blindlink
