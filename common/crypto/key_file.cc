#include "common/crypto/key_file.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <bitset>
#include <cstdint>
#include <string>
#include <system_error>

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
#include "common/crypto/passphrase.h"
#include "common/crypto/passphrase_seal.h"
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

// Whether the line is the first of a key file.
bool IsKeyHead(absl::string_view line) {
  return absl::StartsWith(line, "blindlink-") && absl::EndsWith(line, "-key-v1") &&
         line.size() < 40;
}

// What is wrong with the first line of a key file, which is not `head`.
std::string WhyAnotherHead(absl::string_view line, absl::string_view head) {
  return IsKeyHead(line) ? absl::StrCat("holds a key of another kind, ", line, " instead of ", head)
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

// The two lines of a key file, however they end and whatever blanks were added.
struct KeyLines {
  absl::string_view head;
  absl::string_view key;
  bool goes_on = false;
};

KeyLines SplitLines(absl::string_view text) {
  absl::ConsumePrefix(&text, "\xef\xbb\xbf");
  KeyLines lines;
  lines.head = TakeLine(&text);
  lines.key = TakeLine(&text);
  lines.goes_on = !absl::StripAsciiWhitespace(text).empty();
  return lines;
}

absl::StatusOr<SecretBytes> ParseHex(absl::string_view hex) {
  if (const std::string why = WhyNoKey(hex); !why.empty()) {
    return absl::InvalidArgumentError(why);
  }
  std::string bytes = absl::HexStringToBytes(hex);
  SecretBytes key(
      absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size()));
  WipeMemory(bytes.data(), bytes.size());
  return key;
}

// The key of a file's second line. Nothing but the file's name is added to errors.
absl::StatusOr<SecretBytes> ParseKey(const std::filesystem::path& file, const KeyLines& lines) {
  if (lines.goes_on) return absl::InvalidArgumentError("goes on after its key");
  absl::StatusOr<SecretBytes> key = absl::InternalError("");
  if (IsPassphraseSealed(lines.key)) {
    BL_ASSIGN_OR_RETURN(const SecretBytes passphrase, Passphrase(file.string()));
    key = OpenUnderPassphrase(lines.key, passphrase, lines.head);
  } else {
    key = ParseHex(lines.key);
  }
  if (!key.ok() || IsRandomKey(*key)) return key;
  return absl::InvalidArgumentError("holds a weak key, which is not random");
}

absl::StatusOr<SecretBytes> ParseKeyOf(const std::filesystem::path& file, absl::string_view text,
                                       absl::string_view head) {
  const KeyLines lines = SplitLines(text);
  head = absl::StripAsciiWhitespace(head);
  if (lines.head != head) return absl::InvalidArgumentError(WhyAnotherHead(lines.head, head));
  return ParseKey(file, lines);
}

// The content of a key file that holds the key in the clear. To be wiped.
std::string ClearContent(absl::string_view head, const SecretBytes& key) {
  const absl::Span<const uint8_t> bytes = key.Reveal();
  std::string hex = HexEncode({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  std::string content = absl::StrCat(head, hex, "\n");
  WipeMemory(hex.data(), hex.size());
  return content;
}

// The content of a key file that holds the key under this process's passphrase.
absl::StatusOr<std::string> SealedContent(const std::filesystem::path& file, absl::string_view head,
                                          const SecretBytes& key) {
  head = absl::StripAsciiWhitespace(head);
  BL_ASSIGN_OR_RETURN(const SecretBytes passphrase, NewPassphrase(file.string()));
  BL_ASSIGN_OR_RETURN(const std::string line, SealUnderPassphrase(key, passphrase, head));
  return absl::StrCat(head, "\n", line, "\n");
}

// The kind and the key of a key file of any kind, which must be enciphered or must not be.
struct AnyKey {
  std::string head;
  SecretBytes key;
};

absl::StatusOr<AnyKey> ReadAnyKey(const std::filesystem::path& file, bool enciphered) {
  BL_ASSIGN_OR_RETURN(std::string content, ReadPrivateFile(file));
  const auto read = [&]() -> absl::StatusOr<AnyKey> {
    const KeyLines lines = SplitLines(content);
    if (!IsKeyHead(lines.head)) return absl::InvalidArgumentError("is no key file");
    if (IsPassphraseSealed(lines.key) != enciphered) {
      return absl::FailedPreconditionError(enciphered ? "is not under a passphrase"
                                                      : "is under a passphrase already");
    }
    BL_ASSIGN_OR_RETURN(SecretBytes key, ParseKey(file, lines));
    return AnyKey{std::string(lines.head), std::move(key)};
  };
  absl::StatusOr<AnyKey> any = read();
  WipeMemory(content.data(), content.size());
  if (any.ok()) return any;
  return absl::Status(any.status().code(),
                      absl::StrCat(file.string(), " ", any.status().message()));
}

}  // namespace

bool IsRandomKey(const SecretBytes& key) { return key.size() == kKeySize && !IsWeak(key); }

absl::Status GenerateKeyFile(const std::filesystem::path& file, absl::string_view head,
                             KeyForm form) {
  return WriteKeyFile(file, head, RandomBytes(kKeySize), form);
}

absl::Status WriteKeyFile(const std::filesystem::path& file, absl::string_view head,
                          const SecretBytes& key, KeyForm form) {
  if (form == KeyForm::kUnderPassphrase) {
    // Nobody is asked for a passphrase in vain.
    std::error_code ignored;
    if (std::filesystem::exists(file, ignored)) {
      return absl::AlreadyExistsError(absl::StrCat(file.string(), " already exists"));
    }
    BL_ASSIGN_OR_RETURN(const std::string content, SealedContent(file, head, key));
    return WriteNewFile(file, content, 0600);
  }
  std::string content = ClearContent(head, key);
  absl::Status written = WriteNewFile(file, content, 0600);
  WipeMemory(content.data(), content.size());
  return written;
}

absl::Status ProtectKeyFile(const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(const AnyKey any, ReadAnyKey(file, /*enciphered=*/false));
  BL_ASSIGN_OR_RETURN(const std::string content, SealedContent(file, any.head, any.key));
  return WriteFileAtomically(file, content, 0600);
}

absl::Status UnprotectKeyFile(const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(const AnyKey any, ReadAnyKey(file, /*enciphered=*/true));
  std::string content = ClearContent(any.head + "\n", any.key);
  absl::Status written = WriteFileAtomically(file, content, 0600);
  WipeMemory(content.data(), content.size());
  return written;
}

absl::StatusOr<SecretBytes> ReadKeyFile(const std::filesystem::path& file, absl::string_view head,
                                        absl::string_view remedy) {
  BL_ASSIGN_OR_RETURN(std::string content, ReadPrivateFile(file));
  absl::StatusOr<SecretBytes> key = ParseKeyOf(file, content, head);
  WipeMemory(content.data(), content.size());
  if (key.ok() || absl::IsFailedPrecondition(key.status())) return key;
  if (absl::IsPermissionDenied(key.status())) {
    return absl::PermissionDeniedError(absl::StrCat(file.string(), " ", key.status().message()));
  }
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
