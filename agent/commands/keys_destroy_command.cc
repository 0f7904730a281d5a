#include <cstdio>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "agent/commands/commands.h"
#include "agent/keys/destroyed_keys.h"
#include "agent/keys/destruction_statement.h"
#include "agent/keys/token_key.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "common/base/trusted_file.h"
#include "common/cli/name_check.h"
#include "common/cli/passphrase_flag.h"
#include "common/crypto/certificate.h"
#include "common/crypto/key_file.h"

namespace blindlink::agent {
namespace {

struct DestroyFlags {
  std::string token_key;
  std::string project;
  std::string site;
  std::string state;
  std::string certificate;
  std::string key;
  std::string check;
  std::string ca;
};

// A statement with everything but the key, signed once to find out that it can be.
absl::StatusOr<DestructionStatement> PrepareStatement(const DestroyFlags& flags,
                                                      const std::string& signing_key) {
  DestructionStatement statement;
  statement.project = flags.project;
  statement.site = flags.site;
  statement.destroyed = time(nullptr);
  statement.path_digest = PathDigest(flags.token_key);
  BL_ASSIGN_OR_RETURN(statement.certificates, ReadFile(flags.certificate));
  BL_RETURN_IF_ERROR(
      CheckCertificateFile(statement.certificates, flags.certificate, statement.destroyed));
  BL_RETURN_IF_ERROR(CheckKeyFits(statement.certificates, signing_key, flags.key));
  BL_RETURN_IF_ERROR(statement.Sign(signing_key));
  BL_RETURN_IF_ERROR(statement.CheckSignedBySite());
  return statement;
}

// The id of the key in the file; if an interrupted destruction has removed it, the one noted.
absl::StatusOr<std::string> KeyIdOf(const DestroyFlags& flags, const DestroyedKeys& destroyed) {
  const absl::StatusOr<TokenKey> key = TokenKey::Read(flags.token_key);
  if (key.ok()) return key->KeyId(flags.project);
  absl::StatusOr<std::string> noted = destroyed.KeyIdNotedFor(flags.project, flags.token_key);
  // A file that is there was half overwritten if it was noted; if not, its own error is clearer.
  std::error_code ignored;
  if (!noted.ok() && std::filesystem::exists(flags.token_key, ignored)) return key.status();
  return noted;
}

absl::Status Destroy(const DestroyFlags& flags) {
  BL_ASSIGN_OR_RETURN(const std::string signing_key, ReadPrivateFile(flags.key));
  BL_ASSIGN_OR_RETURN(DestructionStatement statement, PrepareStatement(flags, signing_key));
  const DestroyedKeys destroyed(flags.state);
  BL_ASSIGN_OR_RETURN(statement.key_id, KeyIdOf(flags, destroyed));
  BL_RETURN_IF_ERROR(destroyed.Note(flags.project, statement.key_id, flags.token_key));
  absl::Status removed = DestroyKeyFile(flags.token_key);
  if (!removed.ok() && !absl::IsNotFound(removed)) return removed;
  BL_RETURN_IF_ERROR(statement.Sign(signing_key));
  BL_ASSIGN_OR_RETURN(const std::filesystem::path file, destroyed.Keep(statement));
  printf(
      "Overwrote and removed %s. The agent makes nothing more with the key %s of project %s.\n"
      "Statement: %s\n"
      "Copies elsewhere are not destroyed: those of the other sites, backups, snapshots, and old "
      "blocks of an SSD or of a file system that journals data or copies on write.\n",
      flags.token_key.c_str(), HexEncode(statement.key_id).c_str(), flags.project.c_str(),
      file.c_str());
  return absl::OkStatus();
}

absl::Status CheckStatement(const DestroyFlags& flags) {
  BL_ASSIGN_OR_RETURN(const std::string text, ReadFile(flags.check));
  BL_ASSIGN_OR_RETURN(const std::string ca, ReadTrustedFile(flags.ca));
  const absl::StatusOr<DestructionStatement> statement = DestructionStatement::Parse(text);
  const absl::Status checked = statement.ok() ? statement->Check(ca) : statement.status();
  if (!checked.ok()) {
    return absl::InvalidArgumentError(absl::StrCat(flags.check, ": ", checked.message()));
  }
  printf("Site %s states that it destroyed the token key %s of project %s at %s.\n",
         statement->site.c_str(), HexEncode(statement->key_id).c_str(), statement->project.c_str(),
         absl::FormatTime(absl::RFC3339_sec, absl::FromUnixSeconds(statement->destroyed),
                          absl::UTCTimeZone())
             .c_str());
  return absl::OkStatus();
}

}  // namespace

Command AddKeysDestroyCommand(CLI::App& group) {
  CLI::App* command = group.add_subcommand(
      "destroy", "Destroy a token key, state so under signature, and refuse it from then on");
  auto flags = std::make_shared<DestroyFlags>();
  CLI::Option* token_key =
      command->add_option("--token-key", flags->token_key, "The file to overwrite and remove");
  CLI::Option* project =
      command->add_option("--project", flags->project, "The project")->check(IsName());
  CLI::Option* site =
      command->add_option("--site", flags->site, "Name of this site, as in its certificate")
          ->check(IsName());
  CLI::Option* state = command->add_option("--state", flags->state,
                                           "This site's folder, which remembers the key's id");
  CLI::Option* certificate =
      command->add_option("--cert", flags->certificate, "This site's certificate (PEM)");
  CLI::Option* key =
      command->add_option("--key", flags->key, "Its private key, which signs (PEM, mode 0600)");
  CLI::Option* check = command->add_option(
      "--check", flags->check, "Destroy nothing: check the statement of a site in this file");
  CLI::Option* ca = command->add_option("--ca", flags->ca, "CA of the sites' certificates (PEM)");
  AddPassphraseFlag(*command);
  check->needs(ca)->excludes(token_key);
  token_key->needs(project)->needs(site)->needs(state)->needs(certificate)->needs(key);
  command->require_option(1, 0);
  command->footer(
      "Examples:\n"
      "  blindlink-agent keys destroy --token-key token.key --project flu --site general \\\n"
      "      --state state --cert general.pem --key general.key\n"
      "  blindlink-agent keys destroy --check state/destroyed-keys/flu.0123456789abcdef.statement "
      "\\\n      --ca ca.pem");
  return {command, [flags]() -> absl::Status {
            if (!flags->check.empty()) return CheckStatement(*flags);
            if (!flags->token_key.empty()) return Destroy(*flags);
            return absl::InvalidArgumentError("state --token-key or --check");
          }};
}

}  // namespace blindlink::agent
