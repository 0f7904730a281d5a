#include "common/crypto/passphrase.h"

#include <fcntl.h>
#include <stdlib.h>
#include <termios.h>
#include <unistd.h>

#include <algorithm>
#include <mutex>
#include <optional>

#include "absl/strings/str_cat.h"
#include "common/base/fd.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"

namespace blindlink {
namespace {

constexpr size_t kMaxPassphraseSize = 1024;

struct Source {
  std::mutex mutex;
  std::filesystem::path file;
  std::optional<SecretBytes> passphrase;
};

Source& TheSource() {
  static Source& source = *new Source;
  return source;
}

// The named file, or the credential if there is one; empty: neither.
std::filesystem::path FileOf(const Source& source) {
  if (!source.file.empty()) return source.file;
  const char* const folder = getenv("CREDENTIALS_DIRECTORY");
  if (folder == nullptr) return {};
  std::filesystem::path credential = std::filesystem::path(folder) / kPassphraseCredential;
  std::error_code ignored;
  return std::filesystem::exists(credential, ignored) ? credential : std::filesystem::path();
}

absl::StatusOr<SecretBytes> FromFile(const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(std::string content, ReadPrivateFile(file));
  const size_t size = std::min(content.find_first_of("\r\n"), content.size());
  SecretBytes passphrase(
      absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(content.data()), size));
  WipeMemory(content.data(), content.size());
  if (size > 0 && size <= kMaxPassphraseSize) return passphrase;
  return absl::InvalidArgumentError(
      absl::StrCat(file.string(), " has no passphrase in its first line"));
}

// Switches the terminal's echo off while it lives.
class NoEcho {
 public:
  explicit NoEcho(int terminal) : terminal_(terminal) {
    if (tcgetattr(terminal_, &before_) != 0) return;
    termios silent = before_;
    silent.c_lflag &= ~static_cast<tcflag_t>(ECHO);
    silent.c_lflag |= ECHONL;
    is_set_ = tcsetattr(terminal_, TCSAFLUSH, &silent) == 0;
  }
  NoEcho(const NoEcho&) = delete;
  NoEcho& operator=(const NoEcho&) = delete;
  ~NoEcho() {
    if (is_set_) tcsetattr(terminal_, TCSADRAIN, &before_);
  }

 private:
  const int terminal_;
  termios before_{};
  bool is_set_ = false;
};

// One line from the terminal, byte by byte into locked memory.
absl::StatusOr<SecretBytes> Ask(const std::string& question) {
  const UniqueFd terminal(open("/dev/tty", O_RDWR | O_CLOEXEC));
  if (!terminal.is_open()) return absl::NotFoundError("there is no terminal");
  // First the echo: an answer that comes at once must not be shown, nor lost.
  const NoEcho no_echo(terminal.get());
  BL_RETURN_IF_ERROR(WriteAll(terminal.get(), question, "/dev/tty"));
  SecretBytes typed = SecretBytes::OfSize(kMaxPassphraseSize);
  size_t size = 0;
  for (uint8_t byte = 0; size < kMaxPassphraseSize; ++size) {
    if (read(terminal.get(), &byte, 1) != 1 || byte == '\n') break;
    typed.RevealForWriting()[size] = byte;
  }
  if (size == 0) return absl::InvalidArgumentError("no passphrase was typed");
  return SecretBytes(typed.Reveal().first(size));
}

absl::Status NoSource(const std::string& wanted_for) {
  return absl::FailedPreconditionError(
      absl::StrCat(wanted_for,
                   " needs a passphrase: run the command at a terminal, name a file with "
                   "--passphrase-file, or give the service a systemd credential ",
                   kPassphraseCredential));
}

void ForgetTyped() {
  const std::lock_guard lock(TheSource().mutex);
  TheSource().passphrase.reset();
}

bool AreEqual(const SecretBytes& one, const SecretBytes& other) {
  return std::equal(one.Reveal().begin(), one.Reveal().end(), other.Reveal().begin(),
                    other.Reveal().end());
}

}  // namespace

void UsePassphraseFile(const std::filesystem::path& file) {
  const std::lock_guard lock(TheSource().mutex);
  TheSource().file = file;
}

bool HasPassphraseFile() {
  const std::lock_guard lock(TheSource().mutex);
  return !FileOf(TheSource()).empty();
}

bool HasPassphrase() {
  if (HasPassphraseFile()) return true;
  const std::lock_guard lock(TheSource().mutex);
  return TheSource().passphrase.has_value();
}

absl::StatusOr<SecretBytes> Passphrase(const std::string& wanted_for) {
  Source& source = TheSource();
  const std::lock_guard lock(source.mutex);
  if (!source.passphrase) {
    const std::filesystem::path file = FileOf(source);
    absl::StatusOr<SecretBytes> found =
        file.empty() ? Ask(absl::StrCat("Passphrase of ", wanted_for, ": ")) : FromFile(file);
    if (absl::IsNotFound(found.status()) && file.empty()) return NoSource(wanted_for);
    BL_RETURN_IF_ERROR(found.status());
    source.passphrase = *std::move(found);
  }
  return source.passphrase->Clone();
}

absl::StatusOr<SecretBytes> NewPassphrase(const std::string& wanted_for) {
  const bool is_known = HasPassphrase();
  BL_ASSIGN_OR_RETURN(SecretBytes passphrase, Passphrase(absl::StrCat(wanted_for, " (new)")));
  if (passphrase.size() < kMinPassphraseSize) {
    ForgetTyped();
    return absl::InvalidArgumentError(
        absl::StrCat("the passphrase has fewer than ", kMinPassphraseSize, " characters"));
  }
  if (is_known) return passphrase;
  BL_ASSIGN_OR_RETURN(const SecretBytes again, Ask("The same passphrase again: "));
  if (AreEqual(passphrase, again)) return passphrase;
  ForgetTyped();
  return absl::InvalidArgumentError("the two passphrases differ");
}

void ForgetPassphrase() {
  const std::lock_guard lock(TheSource().mutex);
  TheSource().file.clear();
  TheSource().passphrase.reset();
}

}  // namespace blindlink
