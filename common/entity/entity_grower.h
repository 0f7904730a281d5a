#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "common/entity/entity_sizes.h"

namespace blindlink {

// Two records that may be one person; sorts best first.
struct EntityPair {
  double score;
  uint32_t left;
  uint32_t right;

  friend bool operator<(const EntityPair& a, const EntityPair& b) {
    if (a.score != b.score) return a.score > b.score;
    return a.left != b.left ? a.left < b.left : a.right < b.right;
  }
};

// What people decided about two records.
struct EntityDecision {
  uint32_t left;
  uint32_t right;
  // One person; otherwise they are never in one entity, whatever chain of pairs would join them.
  bool is_link;
  // Of a link: where links contradict a decision that keeps records apart, the weakest are dropped.
  double strength = 0;
};

// What may be joined.
struct EntityOptions {
  uint32_t max_size = 50;  // records of an entity, 2 or more
  // The lowest score with which two single records are one person.
  double min_score = 0;
  // Whether scores are probabilities, and pairs that are not offered are unlikely to be one person.
  // Otherwise a pair's score only says which are best.
  bool by_probability = true;
  // Whether records of one site were compared with each other.
  bool within_site = false;
  // By site, for each of the run's: whether an entity has at most one of its records.
  std::vector<bool> one_per_person;
  // So many of the records are no people's (fakes that sites added): they have no pair, and sizes
  // are learned without them.
  uint64_t fakes = 0;
  // Constraints. Records that have no pair may occur. The order does not matter.
  std::vector<EntityDecision> decisions{};
};

// Grows entities from pairs, best first. Two single records become one if their pair reaches the
// threshold. For two entities all pairs between them are weighed: the best one's odds, less the
// more of the records that could have been compared do not support it (a pair that was not offered
// counts as none), and more or less by the sizes that entities have (EntitySizes). So a record
// joins an entity that several pairs below the threshold support, and a single pair above it does
// not make one person of two entities whose other records differ, a weak bridge. In no case does a
// pair below the band "high" join two entities of several records each.
//
// Sizes are learned by growing three times. They win back pairs below the threshold only as far as
// such pairs prove true: where relatives look alike, their pairs lead from one entity to another;
// where one person's records differ, to records that other pairs made one.
//
// Decisions of people come first (ADR 25). Links join before any pair does, the strongest first,
// whatever the scores, sizes and statements of sites say; a link that would bring two records
// together that must be apart is dropped. So of a chain of links that leads from one such record to
// the other the weakest one is dropped, and no link that need not be. Then pairs join as above, but
// never two entities that hold two records which must be apart.
//
// The result depends on the sets of pairs and decisions alone. Takes 24 bytes per pair and 22 per
// record that has one. Not thread-safe.
class EntityGrower {
 public:
  // Pairs that score less need not be offered.
  static constexpr double kLowestScore = 0.05;

  // Records are numbered 0..records-1; `site_of` returns a record's site.
  EntityGrower(uint32_t records, std::vector<EntityPair> pairs,
               absl::FunctionRef<uint16_t(uint32_t record)> site_of, EntityOptions options);

  // Call once. Calls `check` now and then with the share that is done, and returns its error.
  absl::Status Grow(absl::FunctionRef<absl::Status(double share)> check);

  // By record: the lowest record of its entity.
  std::vector<uint32_t> FirstRecords();

  // Pairs that reach the threshold but whose records are two entities: because one entity would be
  // too large, because all pairs together speak against it, or because it would have two records of
  // a site with one per person.
  uint64_t refused_by_size() const { return refused_[kSize]; }
  uint64_t refused_as_weak() const { return refused_[kWeak]; }
  uint64_t refused_by_statement() const { return refused_[kStatement]; }
  // The same, because people decided that two records of the entities are two persons.
  uint64_t refused_by_decision() const { return refused_[kDecision]; }
  // Links that were not followed, as indices into EntityOptions::decisions.
  const std::vector<size_t>& dropped_links() const { return dropped_links_; }

 private:
  enum Outcome : uint8_t { kJoined, kSize, kWeak, kStatement, kDecision, kOutcomes };
  // Two entities and what joining them would make.
  struct Union {
    EntityShape left, right, joined;
    uint64_t compared = 0;  // pairs of a record of each
    bool against_statement = false;
  };
  struct Evidence {
    double best = 0;
    double sum = 0;
  };

  void NumberRecords();
  void NumberDecisions();
  uint32_t PlaceOf(uint32_t record) const;  // in records_
  void ListPairsOfRecords();
  void StartAnew();
  void FollowLinks();
  // Whether two entities, by their roots, hold two records that must be apart.
  bool MustBeApart(uint32_t left, uint32_t right);
  bool IsApartFrom(uint32_t record, uint32_t root);
  uint32_t Find(uint32_t record);
  Outcome Offer(const EntityPair& pair);
  // How many records the entity has of each site, by site.
  std::vector<uint16_t> SitesOf(uint32_t root) const;
  Union Consider(uint32_t left, uint32_t right) const;
  bool SpeaksForOne(double score, uint32_t left, uint32_t right, const Union& both);
  Evidence WeighPairs(uint32_t left, uint32_t right);
  void Join(uint32_t left, uint32_t right);
  void LearnSizes();
  void LearnMostGain();
  void CountRefused(const std::vector<Outcome>& outcomes);

  const uint32_t record_count_;
  std::vector<EntityPair> pairs_;  // best first; records by place in records_
  const EntityOptions options_;
  std::vector<uint32_t> records_;  // those in pairs, in order; everything below is by place in it
  std::vector<uint16_t> site_;
  std::vector<uint32_t> first_pair_;  // into pairs_of_
  std::vector<uint32_t> pairs_of_;    // numbers of each record's pairs
  std::vector<uint32_t> parent_;
  std::vector<uint32_t> next_;  // a ring through each entity
  std::vector<uint32_t> size_;  // valid for roots
  // Decisions, by place: links, the strongest first, and each record with those that it must be
  // apart from, in order.
  struct Link {
    uint32_t left, right;
    size_t decision;
  };
  std::vector<Link> links_;
  std::vector<std::pair<uint32_t, uint32_t>> apart_;
  std::vector<bool> has_apart_;  // valid for roots; empty if none has
  std::vector<size_t> dropped_links_;
  // Learned from the growth before.
  std::optional<EntitySizes> sizes_;
  double most_gain_ = 0;  // by which sizes raise the log odds
  uint64_t refused_[kOutcomes] = {};
};

}  // namespace blindlink
