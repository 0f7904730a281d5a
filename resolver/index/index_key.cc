#include "resolver/index/index_key.h"

#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "common/base/byte_order.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/hkdf.h"
#include "common/crypto/key_file.h"
#include "common/crypto/random.h"

namespace blindlink::resolver {
namespace {

constexpr char kHead[] = "blindlink-index-key-v1\n";
constexpr char kResultsHead[] = "blindlink-results-key-v1\n";
constexpr char kRemedy[] = "restore the project's index key from a backup";

SecretBytes Derive(const SecretBytes& key, absl::string_view purpose, size_t size) {
  return HkdfSha256(key.Reveal(), "", absl::StrCat("blindlink/v1 ", purpose), size);
}

SecretBytes EntityKey(const SecretBytes& key) { return Derive(key, "entity ids", kKeySize); }
SecretBytes ShiftSeedKey(const SecretBytes& key) { return Derive(key, "shift seeds", kKeySize); }

// Wipes `bytes`.
SecretBytes TakeSecret(std::string* bytes) {
  SecretBytes secret({reinterpret_cast<const uint8_t*>(bytes->data()), bytes->size()});
  WipeMemory(bytes->data(), bytes->size());
  return secret;
}

}  // namespace

absl::Span<const StoredToken> StoredTokenMaker::Make(absl::string_view tokens) {
  static_assert(Token::kSize == Aes128::kBlockSize);
  blocks_.assign(tokens.begin(), tokens.end());
  cipher_.EncryptBlocks(absl::MakeSpan(blocks_));
  made_.clear();
  for (size_t at = 0; at < blocks_.size(); at += Token::kSize) {
    made_.push_back(StoredToken::FromBytes(blocks_.data() + at));
  }
  return made_;
}

absl::Status IndexKey::Generate(const std::filesystem::path& file) {
  return GenerateKeyFile(file, kHead);
}

absl::StatusOr<IndexKey> IndexKey::Read(const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(const SecretBytes key, ReadKeyFile(file, kHead, kRemedy));
  return IndexKey(key, EntityKey(key), ShiftSeedKey(key));
}

absl::Status IndexKey::KeepForResults(const std::filesystem::path& key_file,
                                      const std::filesystem::path& results_file) {
  BL_ASSIGN_OR_RETURN(const SecretBytes key, ReadKeyFile(key_file, kHead, kRemedy));
  std::string text = kResultsHead;
  text.reserve(256);  // so that no part of it is left behind in a shorter string
  for (const SecretBytes& kept : {EntityKey(key), ShiftSeedKey(key)}) {
    std::string hex = HexEncode({reinterpret_cast<const char*>(kept.Reveal().data()), kept.size()});
    absl::StrAppend(&text, hex, "\n");
    WipeMemory(hex.data(), hex.size());
  }
  const absl::Status written = WriteFileAtomically(results_file, text, 0600);
  WipeMemory(text.data(), text.size());
  return written;
}

absl::StatusOr<IndexKey> IndexKey::ReadForResults(const std::filesystem::path& results_file) {
  constexpr size_t kDigits = 2 * kKeySize;
  BL_ASSIGN_OR_RETURN(std::string text, ReadPrivateFile(results_file));
  const size_t head = sizeof kResultsHead - 1;
  std::optional<std::string> entities;
  std::optional<std::string> shift_seeds;
  if (text.size() == head + 2 * (kDigits + 1) && absl::StartsWith(text, kResultsHead)) {
    entities = HexDecode(absl::string_view(text).substr(head, kDigits));
    shift_seeds = HexDecode(absl::string_view(text).substr(head + kDigits + 1, kDigits));
  }
  WipeMemory(text.data(), text.size());
  if (!entities.has_value() || !shift_seeds.has_value()) {
    return absl::InvalidArgumentError(
        absl::StrCat(results_file.string(), " holds no keys of results: ", kRemedy));
  }
  IndexKey key(RandomBytes(kKeySize), TakeSecret(&*entities), TakeSecret(&*shift_seeds));
  return key;
}

IndexKey::IndexKey(const SecretBytes& key, const SecretBytes& entities,
                   const SecretBytes& shift_seeds)
    : tokens_(Derive(key, "stored tokens", Aes128::kKeySize).Reveal()),
      evidence_(std::make_shared<BoundCipher>(
          Derive(key, "stored evidence", BoundCipher::kKeySize).Reveal(),
          Derive(key, "names of stored evidence", BoundCipher::kKeySize).Reveal())),
      entities_(entities.Reveal()),
      shift_seeds_(shift_seeds.Reveal()) {
  constexpr size_t kCheckSize = 8;
  const SecretBytes check = Derive(key, "index key check", kCheckSize);
  check_.assign(check.Reveal().begin(), check.Reveal().end());
}

EntityId IndexKey::EntityIdOf(absl::string_view site, const RecordPseudonym& first_record) const {
  return EntityId{entities_.Digest16(absl::StrCat(first_record.AsView(), site))};
}

uint32_t IndexKey::ShiftSeedOf(absl::string_view site, const RecordPseudonym& first_record) const {
  static_assert((kShiftSeeds & (kShiftSeeds - 1)) == 0);
  const auto digest = shift_seeds_.Digest16(absl::StrCat(first_record.AsView(), site));
  return LoadBigEndian32(digest.data()) % kShiftSeeds;
}

}  // namespace blindlink::resolver
