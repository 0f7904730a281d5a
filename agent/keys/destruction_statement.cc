#include "agent/keys/destruction_statement.h"

#include <system_error>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/time.h"
#include "common/base/hex.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"
#include "common/crypto/certificate.h"
#include "common/crypto/sha256.h"
#include "common/crypto/signature.h"

namespace blindlink::agent {
namespace {

constexpr absl::string_view kHead = "blindlink-key-destruction-v1\n";
constexpr size_t kMostBytes = size_t{64} << 10;

std::string TimeText(int64_t unix_seconds) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixSeconds(unix_seconds),
                          absl::UTCTimeZone());
}

// Takes the line "name: value"; empty if it is not the next one.
std::string TakeValue(absl::string_view name, absl::string_view* text) {
  if (!absl::ConsumePrefix(text, absl::StrCat(name, ": "))) return "";
  std::string value(text->substr(0, text->find('\n')));
  text->remove_prefix(value.size());
  absl::ConsumePrefix(text, "\n");
  return value;
}

std::string FromBase64(const std::string& text) {
  std::string bytes;
  return absl::Base64Unescape(text, &bytes) ? bytes : "";
}

int64_t FromTimeText(const std::string& text) {
  absl::Time time;
  std::string ignored;
  return absl::ParseTime(absl::RFC3339_sec, text, &time, &ignored) ? absl::ToUnixSeconds(time) : 0;
}

}  // namespace

std::string DestructionStatement::SignedText() const {
  return absl::StrCat(kHead, "project: ", project, "\nsite: ", site,
                      "\nkey id: ", HexEncode(key_id), "\ndestroyed: ", TimeText(destroyed),
                      "\npath sha-256: ", HexEncode(path_digest),
                      "\ncertificates: ", absl::Base64Escape(certificates), "\n");
}

absl::Status DestructionStatement::Sign(absl::string_view key_pem) {
  BL_ASSIGN_OR_RETURN(signature, SignMessage(key_pem, SignedText()));
  return absl::OkStatus();
}

std::string DestructionStatement::Text() const {
  return absl::StrCat(SignedText(), "signature: ", absl::Base64Escape(signature), "\n");
}

absl::StatusOr<DestructionStatement> DestructionStatement::Parse(absl::string_view text) {
  absl::Status refused =
      absl::InvalidArgumentError("holds no statement of a key's destruction, or a changed one");
  if (text.size() > kMostBytes) return refused;
  absl::string_view rest = text;
  if (!absl::ConsumePrefix(&rest, kHead)) return refused;
  DestructionStatement statement;
  statement.project = TakeValue("project", &rest);
  statement.site = TakeValue("site", &rest);
  statement.key_id = HexDecode(TakeValue("key id", &rest)).value_or("");
  statement.destroyed = FromTimeText(TakeValue("destroyed", &rest));
  statement.path_digest = HexDecode(TakeValue("path sha-256", &rest)).value_or("");
  statement.certificates = FromBase64(TakeValue("certificates", &rest));
  statement.signature = FromBase64(TakeValue("signature", &rest));
  const bool is_whole = CheckName("project", statement.project).ok() &&
                        CheckName("site", statement.site).ok() && statement.key_id.size() == 8;
  // What is signed is what is shown: nothing is left over or written in another way.
  if (!is_whole || statement.Text() != text) return refused;
  return statement;
}

absl::Status DestructionStatement::CheckSignedBySite() const {
  BL_RETURN_IF_ERROR(VerifySignature(certificates, SignedText(), signature));
  BL_ASSIGN_OR_RETURN(const CertificateFacts facts, ReadCertificate(certificates));
  if (facts.uris != std::vector<std::string>{absl::StrCat("spiffe://blindlink/site/", site)}) {
    return absl::InvalidArgumentError(
        absl::StrCat("the statement is signed by another party than site ", site));
  }
  return absl::OkStatus();
}

absl::Status DestructionStatement::Check(absl::string_view ca_pem) const {
  BL_RETURN_IF_ERROR(CheckSignedBySite());
  return VerifyIssuedBy(certificates, ca_pem, destroyed);
}

std::string PathDigest(const std::filesystem::path& file) {
  std::error_code ignored;
  return std::string(AsView(Sha256Of(std::filesystem::absolute(file, ignored).string())));
}

}  // namespace blindlink::agent
