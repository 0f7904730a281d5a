#include "agent/keys/token_key.h"

#include "common/base/encoding.h"
#include "common/base/status_macros.h"
#include "common/crypto/aes128.h"
#include "common/crypto/hkdf.h"
#include "common/crypto/passphrase.h"
#include "common/crypto/random.h"
#include "common/crypto/sha256.h"

namespace blindlink::agent {
namespace {

constexpr char kTokenKeyHead[] = "blindlink-token-key-v1\n";
constexpr char kRecordKeyHead[] = "blindlink-record-key-v1\n";

}  // namespace

absl::Status TokenKey::Generate(const std::filesystem::path& file, KeyForm form) {
  return GenerateKeyFile(file, kTokenKeyHead, form);
}

absl::StatusOr<TokenKey> TokenKey::Read(const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(SecretBytes key,
                      ReadKeyFile(file, kTokenKeyHead,
                                  "take the project's key again from a site that holds it (keys "
                                  "seal there, keys receive here): tokens of another key meet "
                                  "nobody's"));
  return TokenKey(std::move(key));
}

absl::StatusOr<TokenKey> TokenKey::FromSealed(SecretBytes key) {
  if (IsRandomKey(key)) return TokenKey(std::move(key));
  return absl::InvalidArgumentError("not a token key");
}

absl::Status TokenKey::Write(const std::filesystem::path& file, KeyForm form) const {
  return WriteKeyFile(file, kTokenKeyHead, key_, form);
}

TokenKey TokenKey::OfPublishedVectors() {
  return TokenKey(SecretBytes(absl::MakeConstSpan(Sha256Of("blindlink published vectors"))));
}

TokenKey TokenKey::Random() { return TokenKey(RandomBytes(kKeySize)); }

TokenHash TokenKey::DeriveTokenHash(v1::TokenScheme scheme, absl::string_view project,
                                    absl::string_view standardizer_version,
                                    const MatchKeyLayout& match_key) const {
  const bool is_chacha20 = scheme == v1::CHACHA20_SHA256;
  std::string info = is_chacha20 ? "blindlink/v1 ChaCha20" : "blindlink/v1";
  AppendText32(project, &info);
  AppendText32(standardizer_version, &info);
  info += match_key.canonical_definition;
  const SecretBytes key = HkdfSha256(key_.Reveal(), "", info, kKeySize);
  return is_chacha20 ? TokenHash::ChaCha20Sha256(key) : TokenHash::Hmac(key);
}

SecretBytes TokenKey::DeriveEvidenceKey(absl::string_view project,
                                        absl::string_view standardizer_version,
                                        const EvidenceLayout& evidence) const {
  std::string info = "blindlink/v1 evidence";
  AppendText32(project, &info);
  AppendText32(standardizer_version, &info);
  info += evidence.canonical_definition();
  return HkdfSha256(key_.Reveal(), "", info, Aes128::kKeySize);
}

HmacSha256 TokenKey::DeriveReleaseKey(absl::string_view project, absl::string_view purpose) const {
  std::string info = "blindlink/v1 release";
  AppendText32(project, &info);
  AppendText32(purpose, &info);
  return HmacSha256(HkdfSha256(key_.Reveal(), "", info, kKeySize).Reveal());
}

std::string TokenKey::KeyId(absl::string_view project) const {
  std::string info = "blindlink/v1 key id";
  AppendText32(project, &info);
  const HmacSha256 check(HkdfSha256(key_.Reveal(), "", info, kKeySize).Reveal());
  return std::string(AsView(check.Digest("key id")).substr(0, 8));
}

std::string TokenKey::ProofOf(absl::string_view project, absl::string_view site) const {
  std::string info = "blindlink/v1 key proof";
  AppendText32(project, &info);
  const HmacSha256 proof(HkdfSha256(key_.Reveal(), "", info, kKeySize).Reveal());
  std::string message;
  AppendText32(site, &message);
  return std::string(AsView(proof.Digest(message)));
}

absl::StatusOr<RecordKey> RecordKey::ReadOrGenerate(const std::filesystem::path& file,
                                                    bool* generated) {
  const KeyForm form = HasPassphrase() ? KeyForm::kUnderPassphrase : KeyForm::kClear;
  absl::Status made = GenerateKeyFile(file, kRecordKeyHead, form);
  if (!made.ok() && !absl::IsAlreadyExists(made)) return made;
  if (generated != nullptr) *generated = made.ok();
  BL_ASSIGN_OR_RETURN(const SecretBytes key,
                      ReadKeyFile(file, kRecordKeyHead,
                                  "restore it from a backup, or name an empty --state folder to "
                                  "start with a new key and new pseudonyms"));
  return RecordKey(key);
}

RecordPseudonym RecordKey::PseudonymOf(absl::string_view project, absl::string_view site,
                                       absl::string_view record_id, uint64_t person) const {
  std::string message;
  AppendText32(project, &message);
  AppendText32(site, &message);
  message.append(record_id.data(), record_id.size());
  if (person > 0) {
    message.push_back('\0');
    AppendNumber64(person, &message);
  }
  return RecordPseudonym{hmac_.Digest16(message)};
}

HmacSha256 RecordKey::Derive(absl::string_view project, absl::string_view site,
                             absl::string_view purpose) const {
  std::string message;
  AppendText32(project, &message);
  AppendText32(site, &message);
  message.push_back('\0');  // no record id begins with it
  message.append(purpose.data(), purpose.size());
  return HmacSha256(hmac_.Digest(message));
}

HmacSha256 RecordKey::DerivePaddingKey(const v1::UploadManifest& manifest) const {
  std::string purpose = "padding";
  AppendText32(manifest.dataset(), &purpose);
  AppendText32(manifest.token_key_id(), &purpose);
  AppendText32(manifest.tokenization_digest(), &purpose);
  return Derive(manifest.project(), manifest.site(), purpose);
}

HmacSha256 RecordKey::DeriveFakesKey(const v1::UploadManifest& manifest) const {
  std::string purpose = "fakes";
  AppendText32(manifest.dataset(), &purpose);
  return Derive(manifest.project(), manifest.site(), purpose);
}

HmacSha256 RecordKey::DeriveFakeMarkKey(absl::string_view project, absl::string_view site) const {
  return Derive(project, site, "fake mark");
}

HmacSha256 RecordKey::DeriveReleaseKey(absl::string_view project, absl::string_view site) const {
  return Derive(project, site, "release");
}

}  // namespace blindlink::agent
