#include "resolver/access/grant_key.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "common/base/status_macros.h"
#include "common/crypto/hkdf.h"
#include "common/crypto/key_file.h"

namespace blindlink::resolver {
namespace {

constexpr char kHead[] = "blindlink-grant-key-v1\n";
constexpr char kEntities[] = "entities";

// A site's name has no blank, so this is no other purpose's.
std::string RecordsOf(absl::string_view site) { return absl::StrCat("records ", site); }

}  // namespace

absl::Status GrantKey::Generate(const std::filesystem::path& file) {
  return GenerateKeyFile(file, kHead);
}

absl::StatusOr<GrantKey> GrantKey::Read(const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(SecretBytes key,
                      ReadKeyFile(file, kHead, "restore the grant's key from a backup"));
  return GrantKey(std::move(key));
}

SecretBytes GrantKey::Derive(absl::string_view purpose) const {
  return HkdfSha256(key_.Reveal(), "", absl::StrCat("blindlink/v1 grant ", purpose),
                    Aes128::kKeySize);
}

Aes128& GrantKey::Pseudonyms::CipherFor(absl::string_view purpose) {
  const auto found = ciphers_.find(purpose);
  if (found != ciphers_.end()) return found->second;
  return ciphers_.emplace(std::string(purpose), Aes128(key_.Derive(purpose).Reveal()))
      .first->second;
}

RecordPseudonym GrantKey::Pseudonyms::OfRecord(absl::string_view site,
                                               const RecordPseudonym& record) {
  RecordPseudonym pseudonym = record;
  CipherFor(RecordsOf(site)).EncryptBlocks(absl::MakeSpan(pseudonym.bytes));
  return pseudonym;
}

EntityId GrantKey::Pseudonyms::OfEntity(const EntityId& entity) {
  EntityId pseudonym = entity;
  CipherFor(kEntities).EncryptBlocks(absl::MakeSpan(pseudonym.bytes));
  return pseudonym;
}

RecordPseudonym GrantKey::RecordOf(absl::string_view site, const RecordPseudonym& pseudonym) const {
  return {Aes128::DecryptBlock(Derive(RecordsOf(site)).Reveal(), pseudonym.bytes)};
}

}  // namespace blindlink::resolver
