#pragma once

#include <bit>
#include <bitset>
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "common/base/byte_order.h"
#include "common/base/bytes16.h"
#include "common/plan/match_key_layout.h"
#include "common/score/band.h"

namespace blindlink::resolver {

// Names of the result files in the folder of a run.
inline constexpr char kRecordsFile[] = "records.rows";
inline constexpr char kPairsFile[] = "pairs.rows";
inline constexpr char kEntitiesFile[] = "entities.rows";
inline constexpr char kConsideredFile[] = "considered.rows";
// Only if something had been decided in the project when the run was started.
inline constexpr char kDecidedFile[] = "decided.rows";
// What the score knew (StoredScoreModel); not with runs that rules decide.
inline constexpr char kScoreFile[] = "score.pb";
// Only if the entity map leaves out records that are alone.
inline constexpr char kListedFile[] = "listed.rows";
// How the run used tokens (TokenUseRow), and its entity ids (entity_rows.h); not with runs of
// earlier releases.
inline constexpr char kTokenUseFile[] = "token_use.rows";
inline constexpr char kEntityIdsFile[] = "entity_ids.rows";
inline constexpr char kEntityEventsFile[] = "entity_events.rows";
inline constexpr const char* kResultFiles[] = {
    kRecordsFile,  kPairsFile,     kEntitiesFile,     kConsideredFile, kScoreFile,
    kTokenUseFile, kEntityIdsFile, kEntityEventsFile, kListedFile,     kDecidedFile};

// The rows of a run's result files: fixed widths, numbers big-endian
// (docs/formats/resolver_storage.md). Records are numbered by rank: their position in the order of
// site name, then pseudonym, which no order of uploads changes.

// records.rows: the record of each rank.
struct RecordRow {
  static constexpr size_t kSize = 18;
  uint16_t site = 0;  // index into StoredRun.sites
  RecordPseudonym record;

  void Encode(uint8_t* out) const {
    out[0] = static_cast<uint8_t>(site >> 8);
    out[1] = static_cast<uint8_t>(site);
    std::memcpy(out + 2, record.bytes.data(), RecordPseudonym::kSize);
  }
  static RecordRow Decode(const uint8_t* in) {
    return {static_cast<uint16_t>(in[0] << 8 | in[1]), RecordPseudonym::FromBytes(in + 2)};
  }
};

// PairRow::rule holds this + the band if the score decided.
inline constexpr uint16_t kFirstBand = 0xff00;
// PairRow::rule of a pair that people linked, and its name.
inline constexpr uint16_t kDecidedRule = 0xff80;
inline constexpr char kDecidedRuleName[] = "decided";

// Most plans have fewer than 64 match keys, and shifts of a whole set are slow.
inline void StoreMatchKeys(MatchKeySet keys, uint8_t* out) {
  constexpr MatchKeySet kWord(~uint64_t{0});
  for (size_t i = 0; i < kMaxMatchKeys; i += 64) {
    const uint64_t word = (keys & kWord).to_ullong();
    StoreLittleEndian64(word, out + i / 8);
    keys ^= MatchKeySet(word);
    if (keys.any()) keys >>= 64;
  }
}
inline MatchKeySet LoadMatchKeys(const uint8_t* in) {
  MatchKeySet keys(LoadLittleEndian64(in));
  for (size_t i = 64; i < kMaxMatchKeys; i += 64) {
    const uint64_t word = LoadLittleEndian64(in + i / 8);
    if (word != 0) keys |= MatchKeySet(word) << i;
  }
  return keys;
}

// pairs.rows, in the order of left, right.
struct PairRow {
  static constexpr size_t kSize = 4 + 4 + 2 + 8 + kMaxMatchKeys / 8;
  uint32_t left = 0;  // rank; less than right
  uint32_t right = 0;
  uint16_t rule = 0;  // index into the plan's match_rules, or kFirstBand + Band
  double score = 0;
  MatchKeySet match_keys;

  void Encode(uint8_t* out) const {
    StoreBigEndian32(left, out);
    StoreBigEndian32(right, out + 4);
    out[8] = static_cast<uint8_t>(rule >> 8);
    out[9] = static_cast<uint8_t>(rule);
    StoreBigEndian64(std::bit_cast<uint64_t>(score), out + 10);
    StoreMatchKeys(match_keys, out + 18);
  }
  static PairRow Decode(const uint8_t* in) {
    PairRow row;
    row.left = LoadBigEndian32(in);
    row.right = LoadBigEndian32(in + 4);
    row.rule = static_cast<uint16_t>(in[8] << 8 | in[9]);
    row.score = std::bit_cast<double>(LoadBigEndian64(in + 10));
    row.match_keys = LoadMatchKeys(in + 18);
    return row;
  }
};

// Used while a run scores: a pair with everything it shared, before the threshold is known.
struct ScoredPairRow {
  static constexpr uint16_t kNoRule = 0xffff;
  static constexpr size_t kSize = 4 + 4 + 2 + 8 + kMaxMatchKeys / 8;
  uint32_t left = 0;
  uint32_t right = 0;
  uint16_t rule = kNoRule;
  uint64_t pattern = 0;  // AgreementPattern
  MatchKeySet match_keys;

  void Encode(uint8_t* out) const {
    PairRow{left, right, rule, std::bit_cast<double>(pattern), match_keys}.Encode(out);
  }
  static ScoredPairRow Decode(const uint8_t* in) {
    const PairRow row = PairRow::Decode(in);
    return {row.left, row.right, row.rule, std::bit_cast<uint64_t>(row.score), row.match_keys};
  }
};

// What became of a pair. Values are persistent.
enum class PairOutcome : uint8_t {
  kMatched,
  kMatchedByEntity,  // below the threshold, but other pairs make one entity of its records
  kMatchedApart,     // a match pair, but one entity would have been too large
  kBelowThreshold,
  kBetterPair,     // another pair of one of its records was better, where a site has one per person
  kEntitiesApart,  // it reached the threshold, but all pairs of the two entities did not
  kNoRule,         // the plan asks for a rule, and none holds
  kMatchedByDecision,  // people linked the two records
  kApartByDecision,    // people decided that records of the two entities are two persons
  kOutcomes,
};

// considered.rows, in the order of left, right: the pairs that a run weighed, but those that were
// hopeless (EntityGrower::kLowestScore).
struct ConsideredPairRow {
  static constexpr size_t kSize = ScoredPairRow::kSize + 8 + 1;
  ScoredPairRow pair;  // with kFirstBand + Band if the score decided; kNoRule
  double score = 0;
  PairOutcome outcome = PairOutcome::kMatched;

  void Encode(uint8_t* out) const {
    pair.Encode(out);
    StoreBigEndian64(std::bit_cast<uint64_t>(score), out + ScoredPairRow::kSize);
    out[kSize - 1] = static_cast<uint8_t>(outcome);
  }
  static ConsideredPairRow Decode(const uint8_t* in) {
    return {ScoredPairRow::Decode(in),
            std::bit_cast<double>(LoadBigEndian64(in + ScoredPairRow::kSize)),
            static_cast<PairOutcome>(in[kSize - 1])};
  }
};

// What a run made of a decision. Values are persistent.
enum class DecisionEffect : uint8_t {
  kLinkFollowed,
  kLinkDropped,  // it contradicts a decision that keeps records apart
  kKeptApart,
};

// decided.rows, in the order of left, right: the decisions about records of the run.
struct DecidedRow {
  static constexpr size_t kSize = 4 + 4 + 1;
  uint32_t left = 0;
  uint32_t right = 0;
  DecisionEffect effect = DecisionEffect::kLinkFollowed;

  void Encode(uint8_t* out) const {
    StoreBigEndian32(left, out);
    StoreBigEndian32(right, out + 4);
    out[8] = static_cast<uint8_t>(effect);
  }
  static DecidedRow Decode(const uint8_t* in) {
    return {LoadBigEndian32(in), LoadBigEndian32(in + 4), static_cast<DecisionEffect>(in[8])};
  }
};

// entities.rows, by rank: the lowest rank in the record's entity.
struct EntityRow {
  static constexpr size_t kSize = 4;
  uint32_t first_record = 0;

  void Encode(uint8_t* out) const { StoreBigEndian32(first_record, out); }
  static EntityRow Decode(const uint8_t* in) { return {LoadBigEndian32(in)}; }
};

// listed.rows: the ranks that the entity map has.
struct ListedRow {
  static constexpr size_t kSize = 4;
  uint32_t rank = 0;

  void Encode(uint8_t* out) const { StoreBigEndian32(rank, out); }
  static ListedRow Decode(const uint8_t* in) { return {LoadBigEndian32(in)}; }
};

}  // namespace blindlink::resolver
