#include "agent/risk/local_recoding.h"

#include <algorithm>
#include <atomic>
#include <numeric>
#include <thread>
#include <utility>

#include "agent/risk/group_builder.h"
#include "agent/risk/group_tally.h"
#include "agent/risk/row_partition.h"

namespace blindlink::agent {
namespace {

// Rows among whose groups the homeless ones of a part may look for a place.
constexpr size_t kDistrictRows = 32768;
// For large k, parts are larger.
constexpr uint32_t kGroupsPerPart = 8;

// Runs work(i, t) for all i < count, where t is the number of the thread.
template <typename Work>
void ForEach(size_t count, size_t thread_count, const Work& work) {
  std::atomic<size_t> next = 0;
  const auto run = [&](size_t t) {
    for (size_t i = next++; i < count; i = next++) work(i, t);
  };
  std::vector<std::thread> threads;
  for (size_t t = 1; t < thread_count; ++t) threads.emplace_back(run, t);
  run(0);
  for (std::thread& thread : threads) thread.join();
}

void Append(const Grouping& more, Grouping* all) {
  all->rows.insert(all->rows.end(), more.rows.begin(), more.rows.end());
  all->sizes.insert(all->sizes.end(), more.sizes.begin(), more.sizes.end());
}

// Neighbouring parts, as far as they are grouped.
struct District {
  Grouping groups;
  std::vector<uint32_t> homeless;
};

class Recoder {
 public:
  Recoder(const RecodingProblem& problem, const LocalRecodingOptions& options) {
    for (int i = 0; i < std::max(1, options.threads); ++i) builders_.emplace_back(problem);
  }

  Grouping Run(const Grouping& parts, const std::function<void(double)>& progress) {
    std::vector<size_t> begins(parts.sizes.size());
    std::exclusive_scan(parts.sizes.begin(), parts.sizes.end(), begins.begin(), size_t{0});
    std::vector<District> grouped(parts.sizes.size());
    ForEach(grouped.size(), builders_.size(), [&](size_t i, size_t t) {
      const absl::Span<const uint32_t> rows(&parts.rows[begins[i]], parts.sizes[i]);
      grouped[i].groups = builders_[t].Build(rows, &grouped[i].homeless);
      if (t == 0 && progress) {
        progress(static_cast<double>(i) / static_cast<double>(grouped.size()));
      }
    });
    std::vector<District> districts = Join(grouped);
    ForEach(districts.size(), builders_.size(), [&](size_t i, size_t t) {
      District& it = districts[i];
      if (!it.homeless.empty()) it.groups = builders_[t].Settle(it.groups, it.homeless);
    });
    Grouping all;
    for (const District& district : districts) Append(district.groups, &all);
    return all;
  }

 private:
  static std::vector<District> Join(const std::vector<District>& grouped) {
    std::vector<District> districts;
    size_t rows = kDistrictRows;
    for (const District& part : grouped) {
      const size_t more = part.groups.rows.size() + part.homeless.size();
      if (rows + more > kDistrictRows) {
        districts.emplace_back();
        rows = 0;
      }
      rows += more;
      Append(part.groups, &districts.back().groups);
      std::vector<uint32_t>& homeless = districts.back().homeless;
      homeless.insert(homeless.end(), part.homeless.begin(), part.homeless.end());
    }
    return districts;
  }

  std::vector<GroupBuilder> builders_;  // one per thread
};

}  // namespace

absl::StatusOr<Grouping> RecodeLocally(const RecodingProblem& problem,
                                       const LocalRecodingOptions& options,
                                       const std::function<void(double)>& progress) {
  std::vector<uint32_t> all(problem.row_count);
  std::iota(all.begin(), all.end(), 0);
  GroupTally tally(problem);
  if (!MayStand(problem, all, &tally)) {
    return absl::FailedPreconditionError(
        "even all rows as one group break the plan's targets: the table has fewer rows than k, or "
        "a sensitive column has fewer values than are asked; lower the targets");
  }
  return Recoder(problem, options)
      .Run(PartitionRows(problem, std::max(options.part, kGroupsPerPart * problem.k)), progress);
}

}  // namespace blindlink::agent
