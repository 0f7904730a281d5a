#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "blindlink/v1/access_service.pb.h"
#include "blindlink/v1/result_service.pb.h"
#include "common/extsort/external_sorter.h"
#include "resolver/access/grant_key.h"
#include "resolver/access/grant_register.h"
#include "resolver/results/run_result.h"

namespace blindlink::resolver {

// The rows of a run that a request covers: the numbers that a grant of it gives. Reads the whole
// result unless all sites are covered.
absl::StatusOr<GrantRegister::Totals> CountGranted(const RunResult& result,
                                                   const v1::AccessRequest& request);

// A pair of records under their pseudonyms of a grant.
struct GrantedPair {
  uint16_t left_site = 0;
  uint16_t right_site = 0;
  RecordPseudonym left;
  RecordPseudonym right;
  uint16_t rule = 0;
  uint16_t score = 0;  // hundredths

  friend bool operator==(const GrantedPair&, const GrantedPair&) = default;
  // NOLINTNEXTLINE(modernize-use-nullptr): the check takes the comparison with 0 for a pointer's.
  friend auto operator<=>(const GrantedPair&, const GrantedPair&) = default;
};

// A record and its entity under their pseudonyms of a grant.
struct GrantedMember {
  uint16_t site = 0;
  RecordPseudonym record;
  EntityId entity;

  friend bool operator==(const GrantedMember&, const GrantedMember&) = default;
  // NOLINTNEXTLINE(modernize-use-nullptr): the check takes the comparison with 0 for a pointer's.
  friend auto operator<=>(const GrantedMember&, const GrantedMember&) = default;
};

// The rows of a run as a grant gives them: those of its sites, under its pseudonyms, in the order
// of sites and these pseudonyms, so that neither ids nor the order of rows join the files of two
// grants. Scores are rounded to hundredths and match keys left out, since rare ones would. The rows
// are sorted when the stream begins, in `memory` bytes and nameless files in `folder`. Result and
// key must outlive the object. Not thread-safe.
struct GrantedRowsOptions {
  const v1::AccessRequest& request;
  const GrantKey& key;
  std::filesystem::path folder;
  uint64_t memory = uint64_t{16} << 20;
};

class GrantedPairs {
 public:
  static absl::StatusOr<std::unique_ptr<GrantedPairs>> Sort(const RunResult& result,
                                                            const GrantedRowsOptions& options);
  uint64_t count() const { return rows_.count(); }
  // Leaves out `count` rows. OUT_OF_RANGE: there are fewer.
  absl::Status Skip(uint64_t count);
  // Appends at most `count` of the next rows.
  absl::Status Append(uint64_t count, v1::MatchPairChunk* chunk);

 private:
  GrantedPairs(const RunResult& result, const GrantedRowsOptions& options)
      : result_(result), rows_(options.folder, options.memory) {}
  absl::Status Fill(const GrantedRowsOptions& options);

  const RunResult& result_;
  ExternalSorter<GrantedPair> rows_;
};

class GrantedMembers {
 public:
  static absl::StatusOr<std::unique_ptr<GrantedMembers>> Sort(const RunResult& result,
                                                              const GrantedRowsOptions& options);
  uint64_t count() const { return rows_.count(); }
  absl::Status Skip(uint64_t count);
  absl::Status Append(uint64_t count, v1::EntityChunk* chunk);

 private:
  GrantedMembers(const RunResult& result, const GrantedRowsOptions& options)
      : result_(result), rows_(options.folder, options.memory) {}
  absl::Status Fill(const GrantedRowsOptions& options);

  const RunResult& result_;
  ExternalSorter<GrantedMember> rows_;
};

}  // namespace blindlink::resolver
