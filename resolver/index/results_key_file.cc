#include "resolver/index/results_key_file.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/strings/string_view.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/key_file.h"
#include "common/crypto/passphrase.h"
#include "common/crypto/passphrase_seal.h"

namespace blindlink::resolver {
namespace {

constexpr absl::string_view kHead = "blindlink-results-key-v1";
constexpr absl::string_view kEntities = "blindlink-results-key-v1 entity ids";
constexpr absl::string_view kShiftSeeds = "blindlink-results-key-v1 shift seeds";

absl::StatusOr<std::string> LineOf(const SecretBytes& key, absl::string_view purpose,
                                   const std::filesystem::path& file) {
  if (!HasPassphraseFile()) {
    return HexEncode({reinterpret_cast<const char*>(key.Reveal().data()), key.size()});
  }
  BL_ASSIGN_OR_RETURN(const SecretBytes passphrase, NewPassphrase(file.string()));
  return SealUnderPassphrase(key, passphrase, purpose);
}

absl::StatusOr<SecretBytes> KeyOf(absl::string_view line, absl::string_view purpose,
                                  const std::filesystem::path& file) {
  if (IsPassphraseSealed(line)) {
    BL_ASSIGN_OR_RETURN(const SecretBytes passphrase, Passphrase(file.string()));
    return OpenUnderPassphrase(line, passphrase, purpose);
  }
  std::optional<std::string> bytes = HexDecode(line);
  if (!bytes.has_value() || bytes->size() != kKeySize) {
    return absl::InvalidArgumentError(
        "holds no keys of results: restore the project's index key from a backup");
  }
  SecretBytes key({reinterpret_cast<const uint8_t*>(bytes->data()), bytes->size()});
  WipeMemory(bytes->data(), bytes->size());
  return key;
}

absl::StatusOr<ResultsKeys> Parse(absl::string_view text, const std::filesystem::path& file) {
  std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  lines.resize(std::max<size_t>(lines.size(), 3));
  const absl::string_view entities = lines[0] == kHead ? lines[1] : "";
  BL_ASSIGN_OR_RETURN(SecretBytes of_entities, KeyOf(entities, kEntities, file));
  BL_ASSIGN_OR_RETURN(SecretBytes of_seeds, KeyOf(lines[2], kShiftSeeds, file));
  return ResultsKeys{std::move(of_entities), std::move(of_seeds)};
}

}  // namespace

absl::Status WriteResultsKeys(const std::filesystem::path& file, const ResultsKeys& keys) {
  BL_ASSIGN_OR_RETURN(std::string entities, LineOf(keys.entities, kEntities, file));
  BL_ASSIGN_OR_RETURN(std::string seeds, LineOf(keys.shift_seeds, kShiftSeeds, file));
  std::string text = absl::StrCat(kHead, "\n", entities, "\n", seeds, "\n");
  absl::Status written = WriteFileAtomically(file, text, 0600);
  for (std::string* secret : {&entities, &seeds, &text}) WipeMemory(secret->data(), secret->size());
  return written;
}

absl::StatusOr<ResultsKeys> ReadResultsKeys(const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(std::string text, ReadPrivateFile(file));
  absl::StatusOr<ResultsKeys> keys = Parse(text, file);
  const bool in_the_clear =
      !IsPassphraseSealed(absl::string_view(text).substr(std::min(text.size(), kHead.size() + 1)));
  WipeMemory(text.data(), text.size());
  if (!keys.ok()) {
    return absl::Status(keys.status().code(),
                        absl::StrCat(file.string(), " ", keys.status().message()));
  }
  if (in_the_clear && HasPassphraseFile()) BL_RETURN_IF_ERROR(WriteResultsKeys(file, *keys));
  return keys;
}

}  // namespace blindlink::resolver
