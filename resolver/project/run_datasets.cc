#include "resolver/project/run_datasets.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "resolver/project/visible_datasets.h"

namespace blindlink::resolver {
namespace {

using Datasets = std::vector<storage::v1::CommittedDataset>;

std::string NameOf(const v1::UploadManifest& manifest) {
  return absl::StrCat(manifest.site(), "/", manifest.dataset());
}

absl::StatusOr<Datasets> Named(const v1::StartLinkageRequest& request, const Datasets& committed,
                               const ProjectNotes& notes) {
  Datasets datasets;
  std::set<uint32_t> numbers;
  for (const v1::DatasetName& name : request.datasets()) {
    BL_ASSIGN_OR_RETURN(storage::v1::CommittedDataset dataset, FindDataset(name, committed));
    if (notes.IsWithdrawn(dataset)) {
      return absl::FailedPreconditionError(
          absl::StrCat("dataset ", NameOf(dataset.manifest()), " is withdrawn: leave it out"));
    }
    if (numbers.insert(dataset.dataset_number()).second) datasets.push_back(std::move(dataset));
  }
  return datasets;
}

Datasets NotWithdrawn(Datasets datasets, const ProjectNotes& notes) {
  std::erase_if(datasets, [&](const auto& dataset) { return notes.IsWithdrawn(dataset); });
  return datasets;
}

// Of the datasets of two epochs, those of the epoch that lacks the fewest sites, the newer of two.
Datasets OfNewestCommonEpoch(const Datasets& datasets, const ProjectNotes& notes,
                             const std::vector<std::string>& sites) {
  std::map<uint32_t, Datasets> by_epoch;
  for (const auto& dataset : datasets) {
    by_epoch[notes.EpochOf(dataset.manifest().token_key_id())].push_back(dataset);
  }
  // Those of no epoch are taken along, to be complained about.
  if (by_epoch.size() < 2 || by_epoch.contains(0)) return datasets;
  const Datasets& older = by_epoch.begin()->second;
  const Datasets& newer = by_epoch.rbegin()->second;
  return SitesWithout(newer, sites).size() <= SitesWithout(older, sites).size() ? newer : older;
}

// The key id that all the datasets have. If the project has none bound, nobody's upload decides
// which is right: the coordinator leaves out those with another key.
absl::StatusOr<std::string> OneTokenKey(const Datasets& datasets, const ProjectNotes& notes) {
  std::map<std::string, std::vector<std::string>> by_key;
  for (const auto& dataset : datasets) {
    by_key[dataset.manifest().token_key_id()].push_back(NameOf(dataset.manifest()));
  }
  if (by_key.size() == 1 && notes.EpochOf(by_key.begin()->first) != 0) {
    return by_key.begin()->first;
  }
  std::string keys;
  for (const auto& [id, names] : by_key) {
    absl::StrAppend(&keys, keys.empty() ? "" : "; ", "key ", HexEncode(id), ": ",
                    absl::StrJoin(names, ", "));
  }
  for (const ProjectNotes::Epoch& epoch : notes.epochs()) {
    if (epoch.token_key.id.empty()) continue;
    absl::StrAppend(&keys, "; the project's key: ", HexEncode(epoch.token_key.id));
  }
  return absl::FailedPreconditionError(
      absl::StrCat("the datasets were made with different token keys and would never meet (", keys,
                   "): find out which key is right, then withdraw the others (upload discard) or "
                   "name the datasets of this run (--dataset)"));
}

// Visible datasets by all the numbers that they have and had.
using ByNumber = std::map<uint32_t, const storage::v1::CommittedDataset*>;

ByNumber ByAllNumbers(const Datasets& visible) {
  ByNumber by_number;
  for (const auto& dataset : visible) {
    by_number[dataset.dataset_number()] = &dataset;
    for (const uint32_t earlier : dataset.earlier_numbers()) by_number[earlier] = &dataset;
  }
  return by_number;
}

// The correction, if it may be taken into the run of these datasets; otherwise null.
const storage::v1::CommittedDataset* FindCorrection(
    uint32_t correction, const Datasets& visible, const ByNumber& by_number,
    const std::set<const storage::v1::CommittedDataset*>& of_run, const ProjectNotes& notes) {
  const auto found = by_number.find(correction);
  if (found == by_number.end() || notes.IsWithdrawn(*found->second)) return nullptr;
  for (const auto& other : visible) {
    const auto& by = other.corrected_by();
    const bool corrected = std::find(by.begin(), by.end(), correction) != by.end();
    // It has people of a dataset that the run was not to have.
    if (corrected && !of_run.contains(&other) && !notes.IsWithdrawn(other)) return nullptr;
  }
  return found->second;
}

}  // namespace

std::vector<std::string> SitesWithout(const Datasets& datasets,
                                      const std::vector<std::string>& sites) {
  std::set<std::string> with;
  for (const auto& dataset : datasets) with.insert(dataset.manifest().site());
  std::vector<std::string> without;
  for (const std::string& site : sites) {
    if (!with.contains(site)) without.push_back(site);
  }
  return without;
}

std::string WhyLeftOut(const storage::v1::CommittedDataset& dataset, const RunDatasets& chosen,
                       const ProjectNotes& notes) {
  if (notes.IsWithdrawn(dataset)) return "it is withdrawn";
  return absl::StrCat("it has the token key of epoch ",
                      notes.EpochOf(dataset.manifest().token_key_id()),
                      "; the run links those of epoch ", chosen.epoch,
                      chosen.of_all_sites ? ", in which every site has one"
                                          : ", in which at least as many sites have one");
}

absl::Status FollowChanges(const Datasets& visible, const ProjectNotes& notes,
                           google::protobuf::RepeatedField<uint32_t>* numbers,
                           google::protobuf::RepeatedPtrField<v1::DatasetName>* names) {
  const ByNumber by_number = ByAllNumbers(visible);
  std::set<const storage::v1::CommittedDataset*> of_run;
  for (const uint32_t number : *numbers) {
    const auto found = by_number.find(number);
    if (found == by_number.end()) {
      return absl::FailedPreconditionError(
          "some of the run's datasets have been removed or replaced since: start another run");
    }
    of_run.insert(found->second);
  }
  for (int i = 0; i < numbers->size(); ++i) {  // corrections join at the end, and may be corrected
    const storage::v1::CommittedDataset& dataset = *by_number.at(numbers->Get(i));
    for (const uint32_t number : CorrectionsSince(numbers->Get(i), dataset)) {
      const auto* correction = FindCorrection(number, visible, by_number, of_run, notes);
      if (correction == nullptr) {
        return absl::FailedPreconditionError(
            absl::StrCat("dataset ", NameOf(dataset.manifest()),
                         " was corrected since the run was started: start another run"));
      }
      if (!of_run.insert(correction).second) continue;
      numbers->Add(number);
      v1::DatasetName& name = *names->Add();
      name.set_site(correction->manifest().site());
      name.set_dataset(correction->manifest().dataset());
    }
    numbers->Set(i, dataset.dataset_number());
  }
  return absl::OkStatus();
}

absl::StatusOr<storage::v1::CommittedDataset> FindDataset(const v1::DatasetName& name,
                                                          const Datasets& datasets) {
  for (const auto& dataset : datasets) {
    const v1::UploadManifest& manifest = dataset.manifest();
    if (manifest.site() == name.site() && manifest.dataset() == name.dataset()) return dataset;
  }
  return absl::NotFoundError(absl::StrCat("site ", name.site(), " has committed no dataset ",
                                          name.dataset(), " of this run: see upload list"));
}

absl::StatusOr<RunDatasets> ChooseDatasets(const v1::StartLinkageRequest& request,
                                           const Datasets& committed,
                                           const std::vector<std::string>& sites,
                                           const ProjectNotes& notes) {
  RunDatasets chosen;
  if (request.datasets().empty()) {
    chosen.datasets = NotWithdrawn(committed, notes);
  } else {
    BL_ASSIGN_OR_RETURN(chosen.datasets, Named(request, committed, notes));
  }
  if (request.datasets().empty()) {
    chosen.datasets = OfNewestCommonEpoch(chosen.datasets, notes, sites);
  }
  if (chosen.datasets.empty()) {
    return absl::FailedPreconditionError("nothing is committed yet: there is nothing to link");
  }
  const std::vector<std::string> without = SitesWithout(chosen.datasets, sites);
  if (!without.empty() && !request.partial() && request.datasets().empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("nothing is committed yet by ", absl::StrJoin(without, ", "),
                     ": wait for these sites (upload list shows how far they are), or start with "
                     "--partial to link the others without them"));
  }
  chosen.of_all_sites = without.empty();
  BL_ASSIGN_OR_RETURN(chosen.token_key_id, OneTokenKey(chosen.datasets, notes));
  chosen.epoch = notes.EpochOf(chosen.token_key_id);
  return chosen;
}

}  // namespace blindlink::resolver
