#include "resolver/project/epoch_register.h"

#include <algorithm>
#include <ctime>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "common/telemetry/log.h"
#include "resolver/project/visible_datasets.h"

namespace blindlink::resolver {
namespace {

constexpr size_t kTokenKeyIdSize = 8;
constexpr int64_t kUntilNextAttempt = 60;

}  // namespace

absl::Status EpochRegister::Open(const v1::OpenEpochRequest& request, int64_t now) {
  if (!request.token_key_id().empty() && request.token_key_id().size() != kTokenKeyIdSize) {
    return absl::InvalidArgumentError(
        "the token key id must be 16 hexadecimal digits, as blindlink-agent key-id prints it");
  }
  return parts_.notes.OpenEpoch(request.token_key_id(), request.retire_when_complete(), now);
}

EpochRegister::Datasets EpochRegister::DatasetsOf(uint32_t epoch, const Datasets& committed) const {
  Datasets datasets;
  for (const auto& dataset : committed) {
    const bool counts = parts_.notes.EpochOf(dataset.manifest().token_key_id()) == epoch &&
                        !parts_.notes.IsWithdrawn(dataset);
    if (counts) datasets.push_back(dataset);
  }
  return datasets;
}

std::vector<std::string> EpochRegister::SitesWithout(const Datasets& datasets) const {
  std::vector<std::string> without;
  for (const std::string& site : parts_.sites()) {
    const bool has = std::any_of(datasets.begin(), datasets.end(), [&site](const auto& dataset) {
      return dataset.manifest().site() == site;
    });
    if (!has) without.push_back(site);
  }
  return without;
}

absl::Status EpochRegister::BindAgreedKey(const Datasets& committed) {
  std::map<std::string, Datasets> by_key;
  for (const auto& dataset : DatasetsOf(parts_.notes.epochs().back().number, committed)) {
    by_key[dataset.manifest().token_key_id()].push_back(dataset);
  }
  for (const auto& [key, datasets] : by_key) {
    if (SitesWithout(datasets).empty()) {
      return parts_.notes.BindTokenKey(key, "the datasets of all sites");
    }
  }
  return absl::OkStatus();
}

absl::Status EpochRegister::Retire(bool partial) {
  const std::vector<ProjectNotes::Epoch> epochs = parts_.notes.epochs();
  if (epochs.size() == 2) {
    BL_ASSIGN_OR_RETURN(const Datasets committed, VisibleDatasets(parts_.index, parts_.notes));
    BL_RETURN_IF_ERROR(BindAgreedKey(committed));
    const auto without = SitesWithout(DatasetsOf(epochs[1].number, committed));
    if (!without.empty() && !partial) {
      return absl::FailedPreconditionError(
          absl::StrCat("nothing is committed in epoch ", epochs[1].number, " yet by ",
                       absl::StrJoin(without, ", "),
                       ": wait for these sites, or go on without their records with --partial"));
    }
  }
  BL_RETURN_IF_ERROR(parts_.notes.RetireEpoch());
  spdlog::info("event=epoch-retired project={} epoch={}", parts_.project, epochs[0].number);
  parts_.uploads.DiscardRetired();
  EnqueueRemoval();
  return absl::OkStatus();
}

absl::Status EpochRegister::RetireComplete() {
  const std::vector<ProjectNotes::Epoch> epochs = parts_.notes.epochs();
  if (epochs.size() < 2 || !epochs[1].retire_when_complete) return absl::OkStatus();
  BL_ASSIGN_OR_RETURN(const Datasets committed, VisibleDatasets(parts_.index, parts_.notes));
  BL_RETURN_IF_ERROR(BindAgreedKey(committed));
  const bool is_bound = !parts_.notes.epochs().back().token_key.id.empty();
  const bool is_complete = SitesWithout(DatasetsOf(epochs[1].number, committed)).empty();
  if (!is_bound || !is_complete) return absl::OkStatus();
  if (parts_.enter) {
    BL_RETURN_IF_ERROR(parts_.enter(v1::EPOCH_ENDED, {{"epoch", absl::StrCat(epochs[0].number)}}));
  }
  // It was complete, even if another site has joined since.
  return Retire(/*partial=*/true);
}

void EpochRegister::RetireIfComplete() {
  if (const absl::Status retired = RetireComplete(); !retired.ok()) {
    retry_at_ = time(nullptr) + kUntilNextAttempt;
    spdlog::error("event=epoch-not-retired project={} why={}", parts_.project,
                  LogQuote(retired.message()));
  }
  // The ingest that has just ended may have been of the old epoch.
  EnqueueRemoval();
}

void EpochRegister::RetryFailed(int64_t now) {
  const int64_t retry_at = retry_at_;
  if (retry_at == 0 || now < retry_at) return;
  retry_at_ = 0;
  parts_.worker.Enqueue([this] { RetireIfComplete(); });
}

void EpochRegister::EnqueueRemoval() {
  parts_.worker.Enqueue([this] {
    if (const absl::Status removed = parts_.uploads.RemoveRetired(); !removed.ok()) {
      spdlog::error("event=datasets-not-removed project={} why={}", parts_.project,
                    LogQuote(removed.message()));
    }
  });
}

absl::Status EpochRegister::Describe(v1::ProjectKeys* keys) const {
  BL_ASSIGN_OR_RETURN(const Datasets committed, VisibleDatasets(parts_.index, parts_.notes));
  for (const ProjectNotes::Epoch& epoch : parts_.notes.epochs()) {
    const Datasets datasets = DatasetsOf(epoch.number, committed);
    v1::Epoch& described = *keys->add_epochs();
    described.set_number(epoch.number);
    described.set_token_key_id(epoch.token_key.id);
    described.set_bound_by(epoch.token_key.bound_by);
    described.set_datasets(static_cast<uint32_t>(datasets.size()));
    for (const std::string& site : SitesWithout(datasets)) described.add_sites_without(site);
    described.set_opened_unix_seconds(epoch.opened);
    described.set_retire_when_complete(epoch.retire_when_complete);
  }
  // Those that nobody sees any more are still to be removed too.
  BL_ASSIGN_OR_RETURN(const Datasets stored, parts_.index.Datasets());
  const auto retired = std::count_if(stored.begin(), stored.end(), [this](const auto& each) {
    return parts_.notes.IsRetired(each.manifest().token_key_id());
  });
  keys->set_datasets_to_remove(static_cast<uint32_t>(retired));
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
