#include "agent/goldstandard/clear_text_linkage.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <limits>
#include <memory>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/goldstandard/candidate_file.h"
#include "agent/goldstandard/gold_results.h"
#include "agent/goldstandard/held_records.h"
#include "agent/goldstandard/pair_scores.h"
#include "agent/goldstandard/stranger_sample.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {
namespace {

// The size of an input that is not a file, so that it comes last and is read once.
constexpr uint64_t kUnknownSize = std::numeric_limits<uint64_t>::max();

uint64_t SizeOf(const SiteInput& site) {
  std::error_code error;
  const auto size = std::filesystem::file_size(site.input.path, error);
  return error ? kUnknownSize : size;  // opening it will report the error
}

bool IsWithinSite(const Plan& plan, const GoldOptions& options) {
  return options.sites.size() == 1 || plan.proto().entity_rules().within_site_duplicates();
}

absl::Status Check(const Plan& plan, const GoldOptions& options) {
  if (options.sites.empty()) return absl::InvalidArgumentError("no site is given");
  std::set<std::string> names;
  int pipes = 0;
  for (const SiteInput& site : options.sites) {
    if (!names.insert(site.name).second) {
      return absl::InvalidArgumentError(absl::StrCat("site ", site.name, " is given twice"));
    }
    if (site.input.path == "-") ++pipes;
  }
  if (pipes > 1 || (pipes == 1 && IsWithinSite(plan, options))) {
    return absl::InvalidArgumentError(
        "standard input can be read only once: use a file to find duplicates within a site, or for "
        "the second site");
  }
  return absl::OkStatus();
}

class ClearTextLinkage {
 public:
  ClearTextLinkage(const Plan& plan, const GoldOptions& options)
      : plan_(plan),
        options_(options),
        within_site_(IsWithinSite(plan, options)),
        sites_(options.sites),
        comparison_(plan),
        sample_(options.sites.size(), within_site_),
        scores_(comparison_) {
    std::stable_sort(sites_.begin(), sites_.end(),
                     [](const SiteInput& a, const SiteInput& b) { return SizeOf(a) < SizeOf(b); });
    held_sites_ = within_site_ ? sites_.size() : sites_.size() - 1;
  }

  absl::StatusOr<GoldReport> Run() {
    const auto start = std::chrono::steady_clock::now();
    const std::filesystem::path folder =
        std::filesystem::absolute(options_.pairs_out).parent_path();
    BL_ASSIGN_OR_RETURN(candidates_, CandidateFile::Create(folder));
    report_.sites.resize(sites_.size());
    for (size_t site = 0; site < held_sites_; ++site) BL_RETURN_IF_ERROR(Hold(site));
    held_.Finish(plan_.proto().limits().max_records_per_token());
    for (size_t site = within_site_ ? 0 : 1; site < sites_.size(); ++site) {
      BL_RETURN_IF_ERROR(Compare(site));
    }
    BL_RETURN_IF_ERROR(candidates_->Finish());
    BL_RETURN_IF_ERROR(Score());
    BL_RETURN_IF_ERROR(
        WriteGoldResults({options_, plan_, sites_, held_, *candidates_, scores_}, &report_));
    Count();
    report_.seconds =
        std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
    return report_;
  }

 private:
  SitePass PassOf(size_t site, const char* activity) const {
    SitePass pass{.plan = plan_, .comparison = comparison_, .site = sites_[site]};
    pass.site_number = site;
    pass.within_site = within_site_;
    pass.threads = options_.threads;
    pass.cancel = options_.cancel;
    if (options_.progress != nullptr) {
      pass.progress = [this, activity](uint64_t records, double share) {
        options_.progress(activity, records, share);
      };
    }
    return pass;
  }

  absl::Status Hold(size_t site) {
    held_.BeginSite();
    report_.sites[site] = {sites_[site].name, /*held=*/true, {}};
    return RunSitePass(PassOf(site, "reading"), &report_.sites[site].counts,
                       [&](PreparedRecord record, const std::vector<CandidatePair>&) {
                         sample_.Offer(site, record.id, record.values);
                         scores_.AddHeld(record.values);
                         held_.Add(std::move(record));
                         return absl::OkStatus();
                       });
  }

  absl::Status Compare(size_t site) {
    const bool is_held = site < held_sites_;
    const bool is_largest = site + 1 == sites_.size();
    SitePass pass = PassOf(site, "comparing");
    pass.held = &held_;
    uint64_t number = is_held ? held_.FirstOf(site) : held_.size();
    report_.sites[site] = {sites_[site].name, is_held, {}};
    return RunSitePass(pass, &report_.sites[site].counts,
                       [&](PreparedRecord record, std::vector<CandidatePair> pairs) {
                         if (!is_held) sample_.Offer(site, record.id, record.values);
                         if (is_largest) scores_.AddOfLargest(record.values);
                         return Keep(is_held, number++, std::move(record.id), std::move(pairs));
                       });
  }

  // The entity map needs the ids of all records that are not held.
  absl::Status Keep(bool is_held, uint64_t number, std::string id,
                    std::vector<CandidatePair> pairs) {
    if (number >= std::numeric_limits<uint32_t>::max()) {
      return absl::InvalidArgumentError("there are more than 4 294 967 294 records");
    }
    if (is_held && pairs.empty()) return absl::OkStatus();
    return candidates_->Append(
        {static_cast<uint32_t>(number), is_held ? "" : std::move(id), std::move(pairs)});
  }

  absl::Status Score() {
    if (options_.progress != nullptr) options_.progress("weighing", candidates_->rows(), -1);
    double records = 0;
    for (const GoldReport::Site& site : report_.sites) {
      const auto of_site = static_cast<double>(site.counts.records);
      report_.comparisons += records * of_site;
      if (within_site_) report_.comparisons += of_site * (of_site - 1) / 2;
      records += of_site;
    }
    return scores_.Fit(held_, *candidates_, sample_.Measure(comparison_), report_.comparisons,
                       records, options_.scoring, &report_);
  }

  void Count() {
    report_.candidate_pairs = candidates_->pairs();
    for (size_t kind = 0; kind < BlockingKeys().size(); ++kind) {
      const BlockIndex::LeftOut& left_out = held_.blocks().left_out()[kind];
      if (left_out.blocks == 0) continue;
      report_.left_out.push_back({BlockingKeys()[kind].name, left_out.blocks, left_out.largest});
    }
  }

  const Plan& plan_;
  const GoldOptions& options_;
  const bool within_site_;
  std::vector<SiteInput> sites_;  // the largest last
  size_t held_sites_;
  const RecordComparison comparison_;
  HeldRecords held_;
  StrangerSample sample_;
  PairScores scores_;
  std::unique_ptr<CandidateFile> candidates_;
  GoldReport report_;
};

}  // namespace

absl::StatusOr<GoldReport> LinkClearText(const Plan& plan, const GoldOptions& options) {
  BL_RETURN_IF_ERROR(Check(plan, options));
  return ClearTextLinkage(plan, options).Run();
}

}  // namespace blindlink::agent
