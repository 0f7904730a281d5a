#include "keyserver/config/keyserver_config.h"

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/hex.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"
#include "common/base/trusted_file.h"
#include "common/crypto/sha256.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace blindlink::keyserver {
namespace {

class ErrorList : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int line, int column, const std::string& message) override {
    errors_.push_back(absl::StrCat(line + 1, ":", column + 1, ": ", message));
  }
  void Add(std::string message) { errors_.push_back(std::move(message)); }
  const std::vector<std::string>& errors() const { return errors_; }

 private:
  std::vector<std::string> errors_;
};

void ResolvePaths(const std::filesystem::path& folder, config::v1::KeyServerConfig* config) {
  std::vector<std::string*> paths = {
      config->mutable_state_directory(),  config->mutable_certificate_file(),
      config->mutable_private_key_file(), config->mutable_client_ca_file(),
      config->mutable_port_file(),        config->mutable_log_file(),
      config->mutable_passphrase_file()};
  for (config::v1::KeyServerProject& project : *config->mutable_projects()) {
    paths.push_back(project.mutable_key_file());
  }
  for (std::string* path : paths) {
    if (!path->empty()) *path = (folder / *path).string();
  }
}

void CheckSite(const std::string& place, const config::v1::KeyServerSite& site, ErrorList* errors) {
  if (const absl::Status name = CheckName("site", site.name()); !name.ok()) {
    errors->Add(absl::StrCat(place, "name: ", name.message()));
  }
  if (site.elements_per_day() == 0) {
    errors->Add(absl::StrCat(place,
                             "elements_per_day: is missing; how many tokens this site may ask for "
                             "in a day: its records times the oblivious tokens of each"));
  }
  if (site.certificate_sha256().empty()) {
    errors->Add(absl::StrCat(place, "certificate_sha256: is missing"));
  }
  for (const std::string& certificate : site.certificate_sha256()) {
    const std::optional<std::string> bytes = HexDecode(certificate);
    if (!bytes.has_value() || bytes->size() != Sha256Digest().size()) {
      errors->Add(absl::StrCat(place,
                               "certificate_sha256: must be the SHA-256 of a certificate, 64 "
                               "hexadecimal digits"));
    }
  }
}

void CheckProject(int index, const config::v1::KeyServerProject& project, ErrorList* errors) {
  const std::string place = absl::StrCat("projects[", index, "].");
  if (const absl::Status name = CheckName("project", project.name()); !name.ok()) {
    errors->Add(absl::StrCat(place, "name: ", name.message()));
  }
  if (project.key_file().empty()) errors->Add(absl::StrCat(place, "key_file: is missing"));
  if (project.sites().empty()) errors->Add(absl::StrCat(place, "sites: a project needs sites"));
  std::set<std::string> names;
  for (int i = 0; i < project.sites_size(); ++i) {
    const std::string site_place = absl::StrCat(place, "sites[", i, "].");
    CheckSite(site_place, project.sites(i), errors);
    if (!names.insert(project.sites(i).name()).second) {
      errors->Add(absl::StrCat(site_place, "name: is a duplicate"));
    }
  }
}

void Check(const config::v1::KeyServerConfig& config, ErrorList* errors) {
  const std::pair<const char*, const std::string*> required[] = {
      {"listen", &config.listen()},
      {"state_directory", &config.state_directory()},
      {"certificate_file", &config.certificate_file()},
      {"private_key_file", &config.private_key_file()},
      {"client_ca_file", &config.client_ca_file()}};
  for (const auto& [name, value] : required) {
    if (value->empty()) errors->Add(absl::StrCat(name, ": is missing"));
  }
  if (config.projects().empty()) errors->Add("projects: is missing");
  std::set<std::string> names;
  for (int i = 0; i < config.projects_size(); ++i) {
    CheckProject(i, config.projects(i), errors);
    if (!names.insert(config.projects(i).name()).second) {
      errors->Add(absl::StrCat("projects[", i, "].name: is a duplicate"));
    }
  }
}

}  // namespace

absl::StatusOr<config::v1::KeyServerConfig> ReadKeyServerConfig(const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(const std::string text, ReadTrustedFile(file));
  return ParseKeyServerConfig(text, file);
}

absl::StatusOr<config::v1::KeyServerConfig> ParseKeyServerConfig(
    const std::string& text, const std::filesystem::path& file) {
  config::v1::KeyServerConfig config;
  ErrorList errors;
  google::protobuf::TextFormat::Parser parser;
  parser.RecordErrorsTo(&errors);
  if (parser.ParseFromString(text, &config)) {
    ResolvePaths(std::filesystem::absolute(file).parent_path(), &config);
    Check(config, &errors);
  }
  if (errors.errors().empty()) return config;
  return absl::InvalidArgumentError(absl::StrCat("the configuration ", file.string(),
                                                 " is not valid\n  ",
                                                 absl::StrJoin(errors.errors(), "\n  ")));
}

const config::v1::KeyServerProject* FindProject(const config::v1::KeyServerConfig& config,
                                                absl::string_view name) {
  for (const config::v1::KeyServerProject& project : config.projects()) {
    if (project.name() == name) return &project;
  }
  return nullptr;
}

const config::v1::KeyServerSite* FindSite(const config::v1::KeyServerProject& project,
                                          absl::string_view name) {
  for (const config::v1::KeyServerSite& site : project.sites()) {
    if (site.name() == name) return &site;
  }
  return nullptr;
}

}  // namespace blindlink::keyserver
