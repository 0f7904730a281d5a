#include "resolver/index/index_key.h"

#include <optional>
#include <string>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/crypto/hkdf.h"
#include "common/crypto/random.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kKeySize = 32;
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
  const SecretBytes key = RandomBytes(kKeySize);
  std::string hex =
      HexEncode({reinterpret_cast<const char*>(key.Reveal().data()), key.Reveal().size()});
  std::string content = absl::StrCat(kHead, hex, "\n");
  const absl::Status written = WriteNewFile(file, content, 0600);
  WipeMemory(hex.data(), hex.size());
  WipeMemory(content.data(), content.size());
  return written;
}

absl::StatusOr<IndexKey> IndexKey::Read(const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(std::string content, ReadPrivateFile(file));
  absl::string_view hex = content;
  const bool has_head = absl::ConsumePrefix(&hex, kHead);
  absl::ConsumeSuffix(&hex, "\n");
  std::optional<std::string> bytes = has_head ? HexDecode(hex) : std::nullopt;
  WipeMemory(content.data(), content.size());
  if (!bytes || bytes->size() != kKeySize) {
    return absl::InvalidArgumentError(absl::StrCat(file.string(), " holds no index key"));
  }
  const SecretBytes key(
      absl::MakeConstSpan(reinterpret_cast<const uint8_t*>(bytes->data()), bytes->size()));
  WipeMemory(bytes->data(), bytes->size());
  return IndexKey(key);
}

IndexKey::IndexKey(const SecretBytes& key)
    : tokens_(Derive(key, "stored tokens", Aes128::kKeySize).Reveal()),
      entities_(Derive(key, "entity ids", kKeySize).Reveal()) {}

EntityId IndexKey::EntityIdOf(absl::string_view site, const RecordPseudonym& first_record) const {
  return EntityId{entities_.Digest16(absl::StrCat(first_record.AsView(), site))};
}

}  // namespace blindlink::resolver
