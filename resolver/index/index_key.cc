#include "resolver/index/index_key.h"

#include "absl/strings/str_cat.h"
#include "common/base/byte_order.h"
#include "common/base/status_macros.h"
#include "common/crypto/hkdf.h"
#include "common/crypto/key_file.h"
#include "common/crypto/random.h"
#include "resolver/index/results_key_file.h"

namespace blindlink::resolver {
namespace {

constexpr char kHead[] = "blindlink-index-key-v1\n";
constexpr char kGenerationHead[] = "blindlink-index-generation-key-v1\n";
constexpr char kRemedy[] = "restore the project's index key from a backup";

SecretBytes Derive(const SecretBytes& key, absl::string_view purpose, size_t size) {
  return HkdfSha256(key.Reveal(), "", absl::StrCat("blindlink/v1 ", purpose), size);
}

std::string CheckOf(const SecretBytes& key) {
  constexpr size_t kCheckSize = 8;
  const SecretBytes check = Derive(key, "index key check", kCheckSize);
  return {check.Reveal().begin(), check.Reveal().end()};
}

// Enciphers the evidence of an index that was made under the key.
std::shared_ptr<const BoundCipher> EvidenceCipher(const SecretBytes& key) {
  return std::make_shared<BoundCipher>(
      Derive(key, "stored evidence", BoundCipher::kKeySize).Reveal(),
      Derive(key, "names of stored evidence", BoundCipher::kKeySize).Reveal());
}

SecretBytes EntityKey(const SecretBytes& key) { return Derive(key, "entity ids", kKeySize); }
SecretBytes ShiftSeedKey(const SecretBytes& key) { return Derive(key, "shift seeds", kKeySize); }

}  // namespace

absl::Span<const StoredToken> StoredTokenMaker::Make(absl::string_view tokens) {
  static_assert(Token::kSize == Aes128::kBlockSize);
  blocks_.assign(tokens.begin(), tokens.end());
  cipher_.EncryptBlocks(absl::MakeSpan(blocks_));
  made_.clear();
  for (size_t at = 0; at < blocks_.size(); at += Token::kSize) {
    made_.push_back(StoredToken::FromBytes(blocks_.data() + at));
  }
  if (permutation_.has_value()) permutation_->Encipher(absl::MakeSpan(made_));
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
  return WriteResultsKeys(results_file, {EntityKey(key), ShiftSeedKey(key)});
}

absl::StatusOr<IndexKey> IndexKey::ReadForResults(const std::filesystem::path& results_file) {
  BL_ASSIGN_OR_RETURN(const ResultsKeys keys, ReadResultsKeys(results_file));
  return IndexKey(RandomBytes(kKeySize), keys.entities, keys.shift_seeds);
}

void IndexKey::Use(const IndexKeyGeneration& generation) {
  tokens_.permutation_.reset();
  if (generation.permutation().has_value()) tokens_.permutation_.emplace(*generation.permutation());
  generation_ = generation.number();
}

std::filesystem::path IndexKeyGeneration::FileOf(const std::filesystem::path& file,
                                                 uint32_t generation) {
  return file.parent_path() / absl::StrCat(file.stem().string(), ".", generation, ".key");
}

absl::Status IndexKeyGeneration::Generate(const std::filesystem::path& file, uint32_t generation) {
  return GenerateKeyFile(FileOf(file, generation), kGenerationHead);
}

absl::StatusOr<IndexKeyGeneration> IndexKeyGeneration::Read(const std::filesystem::path& file,
                                                            uint32_t generation) {
  IndexKeyGeneration read;
  read.number_ = generation;
  if (generation == 0) return read;
  BL_ASSIGN_OR_RETURN(const SecretBytes key,
                      ReadKeyFile(FileOf(file, generation), kGenerationHead, kRemedy));
  read.check_ = CheckOf(key);
  read.permutation_.emplace(Derive(key, "stored tokens again", Aes128::kKeySize).Reveal());
  read.evidence_ = EvidenceCipher(key);
  return read;
}

IndexKey::IndexKey(const SecretBytes& key, const SecretBytes& entities,
                   const SecretBytes& shift_seeds)
    : tokens_(Derive(key, "stored tokens", Aes128::kKeySize).Reveal()),
      evidence_(EvidenceCipher(key)),
      entities_(entities.Reveal()),
      shift_seeds_(shift_seeds.Reveal()),
      check_(CheckOf(key)) {}

EntityId IndexKey::EntityIdOf(absl::string_view site, const RecordPseudonym& first_record) const {
  return EntityId{entities_.Digest16(absl::StrCat(first_record.AsView(), site))};
}

uint32_t IndexKey::ShiftSeedOf(absl::string_view site, const RecordPseudonym& first_record) const {
  static_assert((kShiftSeeds & (kShiftSeeds - 1)) == 0);
  const auto digest = shift_seeds_.Digest16(absl::StrCat(first_record.AsView(), site));
  return LoadBigEndian32(digest.data()) % kShiftSeeds;
}

uint32_t IndexKey::ShiftSeedOf(const EntityId& entity) const {
  return LoadBigEndian32(shift_seeds_.Digest16(entity.AsView()).data()) % kShiftSeeds;
}

}  // namespace blindlink::resolver
