#include "agent/goldstandard/gold_results.h"

#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "agent/goldstandard/gold_report.h"
#include "common/base/encoding.h"
#include "common/base/hex.h"
#include "common/base/partial_file.h"
#include "common/base/shortest_number.h"
#include "common/base/status_macros.h"
#include "common/crypto/hmac_sha256.h"
#include "common/crypto/random.h"
#include "common/csv/csv_writer.h"
#include "common/entity/entity_grower.h"
#include "common/score/band.h"

namespace blindlink::agent {
namespace {

// "first_name=close;place=exact": how well fields agree, not on what. Missing fields are left out.
std::string AgreementText(const std::vector<ScoredField>& fields, AgreementPattern pattern) {
  std::string text;
  for (size_t i = 0; i < fields.size(); ++i) {
    const size_t level = LevelIn(pattern, i);
    if (level == 0) continue;
    absl::StrAppend(&text, text.empty() ? "" : ";", fields[i].name, "=", fields[i].levels[level]);
  }
  return text;
}

class ResultWriter {
 public:
  ResultWriter(const ScoredLinkage& linkage, GoldReport* report)
      : linkage_(linkage), report_(*report) {
    for (const GoldReport::Site& site : report_.sites) {
      first_of_site_.push_back(record_count_);
      record_count_ += static_cast<uint32_t>(site.counts.records);
    }
  }

  absl::Status GrowEntities() {
    std::vector<EntityPair> joins;
    const double lowest = std::min(EntityGrower::kLowestScore, linkage_.scores.min_score());
    BL_RETURN_IF_ERROR(linkage_.candidates.ForEach([&](const CandidateRow& row) {
      for (const CandidatePair& pair : row.pairs) {
        const double score = linkage_.scores.Probability(linkage_.scores.Complete(pair));
        if (score >= lowest) joins.push_back({score, pair.held, row.record});
      }
      return absl::OkStatus();
    }));
    EntityGrower grower(
        record_count_, std::move(joins), [this](uint32_t record) { return SiteNumberOf(record); },
        Options());
    BL_RETURN_IF_ERROR(grower.Grow([](double) { return absl::OkStatus(); }));
    report_.joins_refused_by_size = grower.refused_by_size();
    report_.joins_refused_as_weak = grower.refused_as_weak();
    report_.joins_refused_by_statement = grower.refused_by_statement();
    first_ = grower.FirstRecords();
    size_.resize(record_count_);
    for (const uint32_t first : first_) {
      if (++size_[first] == 2) ++report_.entities_of_two_or_more;
    }
    return absl::OkStatus();
  }

  absl::Status WritePairs() {
    BL_ASSIGN_OR_RETURN(pairs_file_, PartialFile::Create(linkage_.options.pairs_out));
    BL_RETURN_IF_ERROR(pairs_file_->Append(
        "left_site,left_record,right_site,right_record,level,rule,score,agreement\n"));
    return linkage_.candidates.ForEach([&](const CandidateRow& row) {
      std::string lines;
      for (const CandidatePair& pair : row.pairs) AddPair(row, pair, &lines);
      return lines.empty() ? absl::OkStatus() : pairs_file_->Append(lines);
    });
  }

  absl::Status WriteEntities() {
    if (linkage_.options.entities_out.empty()) return absl::OkStatus();
    BL_ASSIGN_OR_RETURN(const auto file, PartialFile::Create(linkage_.options.entities_out));
    BL_RETURN_IF_ERROR(file->Append("entity,site,record\n"));
    const auto write = [&](uint32_t record, const std::string& id) {
      std::string line;
      const std::string entity = LinkingKeyOf(first_[record]);
      AppendCsvRow({entity, SiteOf(record), id}, &line);
      return file->Append(line);
    };
    for (uint32_t record = 0; record < linkage_.held.size(); ++record) {
      BL_RETURN_IF_ERROR(write(record, linkage_.held.id(record)));
    }
    BL_RETURN_IF_ERROR(linkage_.candidates.ForEach([&](const CandidateRow& row) {
      return row.record < linkage_.held.size() ? absl::OkStatus()
                                               : write(row.record, row.record_id);
    }));
    return file->Finish();
  }

  // Must be called last, so that either all files appear or none.
  absl::Status Finish() { return pairs_file_->Finish(); }

 private:
  uint16_t SiteNumberOf(uint32_t record) const {
    const auto after = std::upper_bound(first_of_site_.begin(), first_of_site_.end(), record);
    return static_cast<uint16_t>(after - first_of_site_.begin() - 1);
  }
  const std::string& SiteOf(uint32_t record) const {
    return linkage_.sites[SiteNumberOf(record)].name;
  }

  EntityOptions Options() const {
    const v1::EntityRules& rules = linkage_.plan.proto().entity_rules();
    EntityOptions options;
    options.max_size = rules.max_entity_size();
    options.min_score = linkage_.scores.min_score();
    options.within_site = linkage_.sites.size() == 1 || rules.within_site_duplicates();
    options.one_per_person.assign(linkage_.sites.size(), rules.one_record_per_person());
    return options;
  }

  // As in a run: what one entity's records share, and what an entity too large would have held.
  bool Matches(double score, uint32_t left, uint32_t right) const {
    const uint32_t of_left = first_[left];
    const uint32_t of_right = first_[right];
    if (of_left == of_right) return true;
    const uint64_t together = uint64_t{size_[of_left]} + size_[of_right];
    return score >= linkage_.scores.min_score() &&
           together > linkage_.plan.proto().entity_rules().max_entity_size();
  }

  void AddPair(const CandidateRow& row, const CandidatePair& pair, std::string* lines) {
    const AgreementPattern pattern = linkage_.scores.Complete(pair);
    const double score = linkage_.scores.Probability(pattern);
    if (!Matches(score, pair.held, row.record)) return;
    if (score < linkage_.scores.min_score()) ++report_.pairs_by_entity;
    const Band band = BandOf(score);
    ++report_.pairs_by_band[static_cast<size_t>(band)];
    absl::string_view left_site = SiteOf(pair.held);
    absl::string_view left = linkage_.held.id(pair.held);
    absl::string_view right_site = SiteOf(row.record);
    const bool is_held = row.record < linkage_.held.size();
    absl::string_view right = is_held ? linkage_.held.id(row.record) : row.record_id;
    if (right_site < left_site) {  // as in a run's file
      std::swap(left_site, right_site);
      std::swap(left, right);
    }
    AppendCsvRow({left_site, left, right_site, right, "full", NameOf(band), ShortestNumber(score),
                  AgreementText(linkage_.scores.fields(), pattern)},
                 lines);
  }

  // A random key, the same for all records of an entity.
  std::string LinkingKeyOf(uint32_t first_record) const {
    std::string bytes;
    AppendNumber32(first_record, &bytes);
    const auto key = random_.Digest16(bytes);
    return HexEncode({reinterpret_cast<const char*>(key.data()), key.size()});
  }

  const ScoredLinkage& linkage_;
  GoldReport& report_;
  std::vector<uint32_t> first_of_site_;
  uint32_t record_count_ = 0;
  std::unique_ptr<PartialFile> pairs_file_;
  std::vector<uint32_t> first_;  // by record: the first of its entity
  std::vector<uint32_t> size_;   // by first record
  const HmacSha256 random_{RandomBytes(32).Reveal()};
};

}  // namespace

absl::Status WriteGoldResults(const ScoredLinkage& linkage, GoldReport* report) {
  ResultWriter writer(linkage, report);
  BL_RETURN_IF_ERROR(writer.GrowEntities());
  BL_RETURN_IF_ERROR(writer.WritePairs());
  BL_RETURN_IF_ERROR(writer.WriteEntities());
  return writer.Finish();
}

}  // namespace blindlink::agent
