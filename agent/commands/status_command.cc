#include <algorithm>
#include <ctime>
#include <filesystem>
#include <memory>
#include <string>

#include "CLI/App.hpp"
#include "CLI/Config.hpp"
#include "CLI/Formatter.hpp"
#include "absl/strings/str_cat.h"
#include "agent/commands/commands.h"
#include "agent/commands/site_status.h"
#include "agent/upload/upload_calls.h"
#include "common/audit/witness.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/cli/connection_flags.h"
#include "common/cli/name_check.h"
#include "common/cli/report_output.h"
#include "common/cli/witness_calls.h"
#include "common/crypto/certificate.h"
#include "common/rpc/client.h"
#include "common/token_audit/resolver_audit.h"

namespace blindlink::agent {
namespace {

struct StatusFlags {
  ConnectionFlags connection;
  std::string project;
  std::string dataset;
  std::string state;
  std::string json;
};

absl::Status AddRejects(const StatusFlags& flags, SiteStatus::Dataset* dataset) {
  if (flags.state.empty()) return absl::OkStatus();
  const v1::UploadManifest& made = dataset->info.manifest();
  const std::filesystem::path file =
      std::filesystem::path(flags.state) /
      absl::StrCat(made.project(), ".", made.site(), ".", made.dataset(), ".rejects.csv");
  dataset->has_rejects_file = std::filesystem::exists(file);
  if (!dataset->has_rejects_file) return absl::OkStatus();
  BL_ASSIGN_OR_RETURN(dataset->rejects, CountRejects(file.string()));
  return absl::OkStatus();
}

absl::Status AddParties(const StatusFlags& flags, SiteStatus* status) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Project>(flags.connection));
  BL_ASSIGN_OR_RETURN(status->project, GetProject(*stub, flags.project));
  return absl::OkStatus();
}

absl::Status AddDatasets(const StatusFlags& flags, SiteStatus* status) {
  BL_ASSIGN_OR_RETURN(const auto stub, ConnectTo<v1::Upload>(flags.connection));
  BL_ASSIGN_OR_RETURN(const v1::ListUploadsResponse list, ListUploads(*stub, flags.project));
  for (const v1::UploadInfo& info : list.uploads()) {
    status->newest_commit = std::max(status->newest_commit, info.commit_unix_seconds());
    if (!flags.dataset.empty() && info.manifest().dataset() != flags.dataset) continue;
    SiteStatus::Dataset& dataset = status->datasets.emplace_back();
    dataset.info = info;
    BL_RETURN_IF_ERROR(AddRejects(flags, &dataset));
  }
  if (flags.dataset.empty() || !status->datasets.empty()) return absl::OkStatus();
  return absl::NotFoundError(
      absl::StrCat("project ", flags.project, " has no dataset ", flags.dataset, " of this site"));
}

// What this machine holds of the resolver's audit log. A site that keeps no witness has none.
absl::Status AddReceipts(const ConnectionFlags& connection, SiteStatus* status) {
  const auto file = WitnessFile(connection);
  if (!file.ok()) return absl::OkStatus();
  BL_ASSIGN_OR_RETURN(const Witness witness, Witness::Read(*file));
  status->receipts = static_cast<uint64_t>(witness.seen().receipts_size());
  status->audit_entries_seen = witness.known_size();
  return absl::OkStatus();
}

absl::Status Status(const StatusFlags& flags) {
  SiteStatus status;
  BL_RETURN_IF_ERROR(AddDatasets(flags, &status));
  BL_RETURN_IF_ERROR(AddParties(flags, &status));
  BL_RETURN_IF_ERROR(AddReceipts(flags.connection, &status));
  BL_ASSIGN_OR_RETURN(const std::string pem, ReadFile(flags.connection.cert));
  BL_ASSIGN_OR_RETURN(const CertificateFacts facts, ReadCertificate(pem));
  status.certificate_not_after = facts.not_after;
  const int64_t now = time(nullptr);
  std::string text = SiteStatusToText(status, now);
  for (const SiteStatus::Dataset& dataset : status.datasets) {
    if (flags.dataset.empty() || !dataset.info.has_audit()) continue;
    text += DescribeResolverAudit(dataset.info.audit(), dataset.info.tokens());
  }
  return PrintReport(text, SiteStatusToJson(status, now), flags.json);
}

}  // namespace

Command AddStatusCommand(CLI::App& app) {
  CLI::App* command = app.add_subcommand(
      "status", "Show this site's uploads, what was rejected and why, receipts and expiry");
  auto flags = std::make_shared<StatusFlags>();
  AddConnectionFlags(*command, &flags->connection);
  command->add_option("--project", flags->project, "Name of the project")
      ->required()
      ->check(IsName());
  command
      ->add_option("--dataset", flags->dataset,
                   "Only this dataset, and what its tokens show to the resolver")
      ->check(IsName());
  command->add_option("--state", flags->state,
                      "The site's state folder, whose rejects files say what was not used and why");
  AddJsonFlag(*command, "the status", &flags->json);
  command->footer(
      "Example:\n  blindlink-agent status --project flu --state state --resolver center:7443 \\\n"
      "      --cert general.pem --key general.key --ca ca.pem");
  return {command, [flags] { return Status(*flags); }};
}

}  // namespace blindlink::agent
