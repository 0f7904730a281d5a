// Any bytes as a key file, and as a key under a passphrase: refused, or a key of the right size
// that is written and read again.
#include <stdlib.h>
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/files.h"
#include "common/crypto/key_file.h"
#include "common/crypto/passphrase_seal.h"

namespace {

using namespace blindlink;  // NOLINT(google-build-using-namespace)

constexpr char kHead[] = "blindlink-token-key-v1\n";

// A folder in memory.
const std::filesystem::path& Folder() {
  static const std::filesystem::path& folder = *new std::filesystem::path([] {
    std::string name = "/dev/shm/key_file_fuzzer_XXXXXX";
    if (mkdtemp(name.data()) == nullptr) std::abort();
    return name;
  }());
  return folder;
}

void CheckAsFile(const std::string& text) {
  // An enciphered key would ask for a passphrase.
  if (absl::StrContains(text, "scrypt-aes-256-gcm")) return;
  if (!WriteFileAtomically(Folder() / "key", text, 0600).ok()) std::abort();
  const auto key = ReadKeyFile(Folder() / "key", kHead, "make another");
  if (!key.ok()) {
    if (!absl::IsInvalidArgument(key.status()) && !absl::IsFailedPrecondition(key.status())) {
      std::abort();
    }
    return;
  }
  if (!IsRandomKey(*key)) std::abort();
  unlink((Folder() / "again").c_str());
  if (!WriteKeyFile(Folder() / "again", kHead, *key).ok()) std::abort();
  if (!ReadKeyFile(Folder() / "again", kHead, "").ok()) std::abort();
}

// With costs that a fuzzer can pay.
void CheckAsLine(const std::string& text) {
  const SecretBytes passphrase = SecretBytes::OfSize(12);
  const auto opened =
      OpenUnderPassphrase(absl::StrCat("scrypt-aes-256-gcm 1 1 1 ", text), passphrase, "aad");
  if (opened.ok()) std::abort();  // nobody guesses a tag
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string text(reinterpret_cast<const char*>(data), size);
  CheckAsFile(text);
  CheckAsLine(text);
  return 0;
}
