#include "resolver/index/index_key.h"

#include "absl/strings/str_cat.h"
#include "common/base/byte_order.h"
#include "common/base/status_macros.h"
#include "common/crypto/hkdf.h"
#include "common/crypto/key_file.h"

namespace blindlink::resolver {
namespace {

constexpr char kHead[] = "blindlink-index-key-v1\n";

SecretBytes Derive(const SecretBytes& key, absl::string_view purpose, size_t size) {
  return HkdfSha256(key.Reveal(), "", absl::StrCat("blindlink/v1 ", purpose), size);
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
  BL_ASSIGN_OR_RETURN(const SecretBytes key,
                      ReadKeyFile(file, kHead, "restore the project's index key from a backup"));
  return IndexKey(key);
}

IndexKey::IndexKey(const SecretBytes& key)
    : tokens_(Derive(key, "stored tokens", Aes128::kKeySize).Reveal()),
      entities_(Derive(key, "entity ids", kKeySize).Reveal()),
      shift_seeds_(Derive(key, "shift seeds", kKeySize).Reveal()) {
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
