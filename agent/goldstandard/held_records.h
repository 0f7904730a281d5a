#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/compare/record_comparison.h"
#include "agent/goldstandard/block_index.h"
#include "agent/goldstandard/candidate_file.h"
#include "agent/goldstandard/prepared_record.h"

namespace blindlink::agent {

// The records held in memory, site by site, each site's in the order of RunSitePass. About 2 KB a
// record. Filled by one thread; immutable after Finish, so threads may then share it.
class HeldRecords {
 public:
  // Records added from now on belong to the next site.
  void BeginSite() { first_of_site_.push_back(static_cast<uint32_t>(records_.size())); }
  void Add(PreparedRecord record);
  void Finish(size_t max_block);

  uint32_t FirstOf(size_t site) const { return first_of_site_[site]; }
  uint32_t size() const { return static_cast<uint32_t>(records_.size()); }
  const std::string& id(uint32_t record) const { return records_[record].id; }
  const ComparableRecord& values(uint32_t record) const { return records_[record].values; }
  const BlockIndex& blocks() const { return blocks_; }

  // Compares a record with the held records that share a block with it: those of earlier sites and,
  // with `within_site`, those in earlier rows of its own site. `found` is a buffer.
  std::vector<CandidatePair> Compare(const RecordComparison& comparison, size_t site,
                                     bool within_site, const PreparedRecord& record,
                                     std::vector<uint32_t>* found) const;

 private:
  struct Held {
    std::string id;
    uint64_t row;
    ComparableRecord values;
  };

  // The first held record not to be compared with a record of this site and row.
  uint32_t EndFor(size_t site, bool within_site, uint64_t row) const;

  std::vector<Held> records_;
  std::vector<uint32_t> first_of_site_;
  BlockIndex blocks_;
};

}  // namespace blindlink::agent
