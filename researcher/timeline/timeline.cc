#include "researcher/timeline/timeline.h"

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <memory>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/status_macros.h"
#include "common/telemetry/progress.h"
#include "researcher/timeline/entity_records.h"
#include "researcher/timeline/event_rows.h"
#include "researcher/timeline/extract.h"
#include "researcher/timeline/gather.h"
#include "researcher/timeline/map_check.h"
#include "researcher/timeline/part_maker.h"
#include "researcher/timeline/person_rows.h"
#include "researcher/timeline/person_store.h"
#include "researcher/timeline/timeline_files.h"
#include "researcher/timeline/turns.h"

namespace blindlink::researcher {
namespace {

// Bytes that a row and its share of what surrounds it take in the temporary file.
constexpr uint64_t kBytesInStore = 96;
// Of the bytes of a part in the store: what a thread needs to make it, with its text and output.
constexpr uint64_t kWorkPerByte = 5;

class TimelineBuilder {
 public:
  explicit TimelineBuilder(const TimelineRequest& request)
      : request_(request), threads_(std::max<size_t>(1, request.threads)) {}

  absl::StatusOr<TimelineOutcome> Build() {
    BL_ASSIGN_OR_RETURN(extracts_, ReadExtracts(request_.extract_folders));
    warnings_ = DictionaryWarnings(extracts_);
    BL_RETURN_IF_ERROR(CheckEntityMap(request_.entities_file, extracts_, &warnings_));
    BL_RETURN_IF_ERROR(CheckAllFiles());
    BL_RETURN_IF_ERROR(Gather());
    return Write();
  }

 private:
  std::filesystem::path Scratch() const {
    if (!request_.scratch.empty()) return request_.scratch;
    const std::filesystem::path folder = std::filesystem::path(request_.out_file).parent_path();
    return folder.empty() ? "." : folder;
  }

  absl::Status CheckAllFiles() const {
    uint64_t bytes = 0;
    for (const Extract& extract : extracts_) {
      for (const auto& file : extract.files) bytes += file.has_value() ? file->bytes : 0;
    }
    Progress progress("checking", "bytes", bytes, request_.show_progress);
    absl::Status status = CheckFiles(extracts_, [&](uint64_t read) { progress.Set(read); });
    progress.Finish();
    return status;
  }

  uint64_t TotalRows() const {
    uint64_t rows = 0;
    for (const Extract& extract : extracts_) rows += extract.rows();
    return rows;
  }

  size_t PartsFor(const EntityRecords& map) const {
    const uint64_t bytes = (TotalRows() + map.records()) * kBytesInStore;
    const uint64_t of_part = std::max<uint64_t>(1, request_.memory / threads_ / kWorkPerByte);
    return std::clamp<uint64_t>(bytes / of_part + 1, 1, std::max<size_t>(1, map.blocks().size()));
  }

  // Brings together what belongs to one person.
  absl::Status Gather() {
    std::vector<std::string> names;
    for (const Extract& extract : extracts_) names.push_back(extract.site);
    BL_ASSIGN_OR_RETURN(EntityRecords map, EntityRecords::Read(request_.entities_file, names,
                                                               Scratch(), request_.memory / 4));
    sites_ = map.sites();
    tables_.resize(sites_.size());
    for (size_t i = 0; i < extracts_.size(); ++i) {
      BL_ASSIGN_OR_RETURN(tables_[i], OpenTables(extracts_[i]));
    }
    BL_ASSIGN_OR_RETURN(
        store_, PersonStore::Create(Scratch(), map.blocks(), PartsFor(map), request_.memory / 4));
    BL_RETURN_IF_ERROR(GatherSites(&map));
    BL_RETURN_IF_ERROR(GatherOthers(map.OtherRecords(), store_.get()));
    return store_->Finish();
  }

  absl::Status GatherSites(EntityRecords* map) {
    Progress progress("reading", "rows", TotalRows(), request_.show_progress);
    std::atomic<uint64_t> rows = 0;
    std::atomic<uint64_t> unlinked = 0;
    absl::Status status = ForEachPiece(
        extracts_.size(), std::min(threads_, extracts_.size()),
        [&](size_t, size_t site) -> absl::Status {
          BL_ASSIGN_OR_RETURN(const GatherCounts counts,
                              GatherSite(static_cast<uint32_t>(site), extracts_[site],
                                         &tables_[site], map->RecordsOf(site), store_.get(),
                                         [&](uint64_t more) { progress.Set(rows += more); }));
          unlinked += counts.unlinked;
          return absl::OkStatus();
        });
    progress.Finish();
    unlinked_ = unlinked;
    return status;
  }

  absl::StatusOr<TimelineOutcome> Write() {
    const QuasiIdentifiers quasi_identifiers(tables_);
    BL_ASSIGN_OR_RETURN(std::unique_ptr<TimelineFiles> files,
                        TimelineFiles::Create(request_, PersonsHeader(quasi_identifiers.names())));
    ExternalSorter<ProfileDigest> digests(Scratch(), request_.memory / 16);
    TimelineOutcome outcome(sites_.size());
    outcome.quasi_identifiers = quasi_identifiers.names();
    BL_RETURN_IF_ERROR(WriteParts(quasi_identifiers, files.get(), &digests, &outcome));
    BL_ASSIGN_OR_RETURN(outcome.risk, MeasureRisk(&digests, K()));
    Describe(&outcome);
    BL_RETURN_IF_ERROR(files->Finish(extracts_, outcome));
    return outcome;
  }

  absl::Status WriteParts(const QuasiIdentifiers& quasi_identifiers, TimelineFiles* files,
                          ExternalSorter<ProfileDigest>* digests, TimelineOutcome* outcome) {
    const PartSettings settings{&tables_, &sites_, &quasi_identifiers,
                                IsCompressed(request_.out_file), files->wants_text()};
    const size_t threads = std::min(threads_, store_->parts());
    std::vector<std::unique_ptr<PartMaker>> makers;
    while (makers.size() < threads) makers.push_back(std::make_unique<PartMaker>(settings));
    Progress progress("writing", "rows", TotalRows(), request_.show_progress);
    Turns turns;
    absl::Status status = ForEachPiece(store_->parts(), threads, [&](size_t thread, size_t part) {
      absl::StatusOr<PartOutput> made = makers[thread]->Make(*store_, part);
      if (!made.ok()) turns.Fail(made.status());
      return turns.Take(part, [&]() -> absl::Status {
        for (const ProfileDigest& digest : made->digests) {
          BL_RETURN_IF_ERROR(digests->Add(digest));
        }
        outcome->rows += made->rows;
        progress.Set(outcome->rows);
        return files->Append(*made);
      });
    });
    if (status.ok()) progress.SetTotal(outcome->rows);
    progress.Finish();
    for (const auto& maker : makers) outcome->summary.Merge(maker->summary());
    return status;
  }

  uint64_t K() const {
    uint64_t k = request_.k;
    for (const Extract& extract : extracts_) {
      if (request_.k == 0) k = std::max(k, extract.k);
    }
    return k == 0 ? kDefaultK : k;
  }

  // Where the rows come from, and what is not as it should be.
  void Describe(TimelineOutcome* outcome) {
    const Extract& first = extracts_.front();
    outcome->project = first.project;
    outcome->run = first.run;
    outcome->plan_name = first.plan_name;
    outcome->plan_version = first.plan_version;
    outcome->plan_digest = first.plan_digest;
    outcome->site_names = sites_;
    outcome->sites_without_extract.assign(
        sites_.begin() + static_cast<std::ptrdiff_t>(extracts_.size()), sites_.end());
    outcome->unlinked = unlinked_;
    outcome->warnings = warnings_;
    AddWarnings(outcome);
  }

  static void AddWarnings(TimelineOutcome* outcome) {
    std::vector<std::string>& warnings = outcome->warnings;
    const TimelineSummary& summary = outcome->summary;
    const auto warn = [&](uint64_t count, absl::string_view one, absl::string_view several) {
      if (count > 0) warnings.push_back(absl::StrCat(count, " ", count == 1 ? one : several));
    };
    if (!outcome->sites_without_extract.empty()) {
      warnings.push_back(absl::StrCat("no extract of ",
                                      absl::StrJoin(outcome->sites_without_extract, ", "),
                                      ": their events are missing"));
    }
    warn(outcome->unlinked,
         "record of the extracts is not in the entity map, and is a person of its own",
         "records of the extracts are not in the entity map; each is a person of its own");
    const std::string groups =
        absl::StrCat("in groups of fewer than ", outcome->risk.k,
                     " once the sites' tables meet (smallest: ", outcome->risk.smallest,
                     "): each site's release alone does not protect them");
    warn(outcome->risk.persons_below, "person is " + groups, "persons are " + groups);
    warn(summary.undated, "event has no date and comes first",
         "events have no date and come first");
    warn(summary.end_before_start, "event ends before it starts", "events end before they start");
    warn(summary.deaths_differ, "person has different days of death at different sites",
         "persons have different days of death at different sites");
  }

  const TimelineRequest& request_;
  const size_t threads_;
  std::vector<Extract> extracts_;
  std::vector<std::string> sites_;  // those of the extracts first
  std::vector<SiteTables> tables_;  // by site
  std::unique_ptr<PersonStore> store_;
  uint64_t unlinked_ = 0;
  std::vector<std::string> warnings_;
};

}  // namespace

absl::StatusOr<TimelineOutcome> BuildTimeline(const TimelineRequest& request) {
  return TimelineBuilder(request).Build();
}

}  // namespace blindlink::researcher
