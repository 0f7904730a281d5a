#include "agent/evidence/chance_sample.h"

#include <algorithm>
#include <array>
#include <future>
#include <utility>

#include "common/base/mix.h"
#include "common/score/chance_counter.h"
#include "common/score/field_levels.h"

namespace blindlink::agent {
namespace {

// Values as they would look through the codes of a token: each pair of records has its own set of
// values that share a code.
EvidenceBits CompareThroughCodes(const EvidenceLayout& layout, const std::vector<uint64_t>& left,
                                 const std::vector<uint64_t>& right, uint64_t token) {
  EvidenceLayout::Codes left_codes{};
  EvidenceLayout::Codes right_codes{};
  // Values are already hashes, so the highest bits of a random multiple suffice (Dietzfelbinger et
  // al. 1997).
  const uint64_t factor = Mix64(token) | 1;
  const auto code_of = [&](const EvidenceItem& item, uint64_t value) {
    const auto random = static_cast<uint16_t>(value * factor >> 48);
    return value == 0 ? uint8_t{0} : item.CodeOf(random);
  };
  for (size_t i = 0; i < left.size(); ++i) {
    const EvidenceItem& item = layout.items()[i];
    left_codes[i] = code_of(item, left[i]);
    right_codes[i] = code_of(item, right[i]);
  }
  return layout.CompareCodes(left_codes, right_codes);
}

}  // namespace

void ChanceSample::Add(const RecordPseudonym& record, const std::vector<uint64_t>& values) {
  if (records_.size() == kRecords && !(record < records_.front().id)) return;
  Insert({record, values});
}

void ChanceSample::Merge(ChanceSample&& other) {
  for (Record& record : other.records_) {
    if (records_.size() == kRecords && !(record < records_.front())) continue;
    Insert(std::move(record));
  }
  other.records_.clear();
}

void ChanceSample::Insert(Record record) {
  if (records_.size() == kRecords) {
    std::pop_heap(records_.begin(), records_.end());
    records_.pop_back();
  }
  records_.push_back(std::move(record));
  std::push_heap(records_.begin(), records_.end());
}

std::vector<v1::ChanceAgreement> ChanceSample::Measure(const Plan& plan, size_t threads) const {
  const EvidenceLayout& layout = plan.evidence();
  const FieldLevels levels(plan.proto(), layout);
  std::vector<Record> sample = records_;
  std::sort(sample.begin(), sample.end());
  threads = std::clamp<size_t>(threads, 1, std::max<size_t>(1, sample.size()));
  // Compares every `threads`th record with all records that come after it.
  const auto count_from = [&](size_t first) {
    ChanceCounter counter(levels.fields());
    for (size_t i = first; i < sample.size(); i += threads) {
      for (size_t j = i + 1; j < sample.size(); ++j) {
        const uint64_t token = 2 * (i * sample.size() + j);  // two seeds for each pair
        EvidenceBits bits = CompareThroughCodes(layout, sample[i].values, sample[j].values, token);
        counter.Add(levels.PatternOf(bits, /*tokens=*/1, /*name_rarity=*/0));
        bits |= CompareThroughCodes(layout, sample[i].values, sample[j].values, token + 1);
        counter.Add(levels.PatternOf(bits, /*tokens=*/2, /*name_rarity=*/0));
      }
    }
    return counter;
  };
  std::vector<std::future<ChanceCounter>> others;
  for (size_t first = 1; first < threads; ++first) {
    others.push_back(std::async(std::launch::async, count_from, first));
  }
  ChanceCounter all = count_from(0);
  for (std::future<ChanceCounter>& other : others) all.Merge(other.get());
  return all.Counts();
}

}  // namespace blindlink::agent
