#include "resolver/linkage/increment.h"

#include <algorithm>
#include <set>

#include "common/base/status_macros.h"
#include "resolver/results/faint_pairs.h"
#include "resolver/results/record_merge.h"
#include "resolver/results/result_files.h"

namespace blindlink::resolver {
namespace {

bool HasFile(const storage::v1::StoredRun& run, const char* name) {
  return std::any_of(
      run.files().begin(), run.files().end(),
      [&](const storage::v1::StoredResultFile& file) { return file.name() == name; });
}

}  // namespace

absl::StatusOr<std::unique_ptr<const Increment>> Increment::Prepare(
    const EarlierRun& earlier, const std::vector<storage::v1::CommittedDataset>& datasets,
    const RecordOrder& order, const std::filesystem::path& records_file, uint32_t generation) {
  const bool kept = HasFile(earlier.run, kRecordsFile) && HasFile(earlier.run, kConsideredFile) &&
                    HasFile(earlier.run, kFaintFile) && HasFile(earlier.run, kTokenUseFile);
  if (!kept || earlier.run.only_with_numbers_size() > 0) return nullptr;
  std::unique_ptr<Increment> increment(new Increment);
  BL_RETURN_IF_ERROR(increment->OpenFiles(earlier));
  BL_ASSIGN_OR_RETURN(const TokenUseRow head, increment->token_uses_->ReadOne(0));
  if (head.token != TokenUseRow::OfGeneration(generation).token) return nullptr;
  increment->changed_.resize(order.record_count());
  increment->MarkChanged(earlier, datasets, order);
  BL_RETURN_IF_ERROR(increment->MapRanks(earlier, order, records_file));
  return increment;
}

absl::Status Increment::OpenFiles(const EarlierRun& earlier) {
  BL_ASSIGN_OR_RETURN(old_records_, RowFileReader<RecordRow>::Open(earlier.folder / kRecordsFile));
  BL_ASSIGN_OR_RETURN(considered_,
                      RowFileReader<ConsideredPairRow>::Open(earlier.folder / kConsideredFile));
  BL_ASSIGN_OR_RETURN(faint_, RowFileReader<ScoredPairRow>::Open(earlier.folder / kFaintFile));
  BL_RETURN_IF_ERROR(CheckResultFile(earlier.run, kFaintFile, *faint_, true));
  BL_ASSIGN_OR_RETURN(token_uses_,
                      RowFileReader<TokenUseRow>::Open(earlier.folder / kTokenUseFile));
  BL_RETURN_IF_ERROR(CheckResultFile(earlier.run, kRecordsFile, *old_records_, true));
  BL_RETURN_IF_ERROR(CheckResultFile(earlier.run, kConsideredFile, *considered_, true));
  return CheckResultFile(earlier.run, kTokenUseFile, *token_uses_, true);
}

void Increment::MarkChanged(const EarlierRun& earlier,
                            const std::vector<storage::v1::CommittedDataset>& datasets,
                            const RecordOrder& order) {
  const std::set<uint32_t> known(earlier.numbers.begin(), earlier.numbers.end());
  std::set<uint32_t> present;
  for (const auto& dataset : datasets) {
    const uint32_t number = dataset.dataset_number();
    present.insert(number);
    if (known.contains(number)) continue;
    for (uint32_t record = 0; record < dataset.records(); ++record) {
      changed_[order.RankOf(number, record)] = true;
    }
  }
  // A dataset that is gone may have had any record of its site, with other tokens.
  std::set<std::string> sites;
  for (size_t i = 0; i < earlier.numbers.size(); ++i) {
    if (present.contains(earlier.numbers[i])) continue;
    sites.insert(earlier.run.run().datasets(static_cast<int>(i)).site());
  }
  for (size_t site = 0; site < order.sites().size(); ++site) {
    if (!sites.contains(order.sites()[site])) continue;
    std::fill(changed_.begin() + order.FirstRankOf(site),
              changed_.begin() + order.FirstRankOf(site + 1), true);
  }
}

absl::Status Increment::MapRanks(const EarlierRun& earlier, const RecordOrder& order,
                                 const std::filesystem::path& records_file) {
  BL_ASSIGN_OR_RETURN(const auto records, RowFileReader<RecordRow>::Open(records_file));
  const Sites old_sites(earlier.run.sites().begin(), earlier.run.sites().end());
  new_rank_.assign(old_records_->rows(), kGone);
  return MergeRecords<RecordRow, RecordRow>(
      {old_records_.get(), old_sites}, {records.get(), order.sites()},
      [&](const MergedRecord<RecordRow, RecordRow>& merged) {
        if (merged.left != nullptr && merged.right != nullptr) {
          new_rank_[merged.left_number] = merged.right_number;
        } else if (merged.right != nullptr) {
          changed_[merged.right_number] = true;
        }
        return absl::OkStatus();
      });
}

}  // namespace blindlink::resolver
