#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "common/csv/output_file.h"
#include "researcher/timeline/joined_risk.h"
#include "researcher/timeline/person_events.h"
#include "researcher/timeline/person_store.h"
#include "researcher/timeline/summary.h"

namespace blindlink::researcher {

// What is written for one part of the persons.
struct PartOutput {
  std::string timeline;                // as it is stored
  std::string events;                  // the same as text, if it was asked for
  std::string persons;                 // text
  std::vector<ProfileDigest> digests;  // of each person's quasi-identifiers
  uint64_t rows = 0;
};

struct PartSettings {
  const std::vector<SiteTables>* tables;  // by site
  const std::vector<std::string>* sites;  // names
  const QuasiIdentifiers* quasi_identifiers;
  bool compress = true;
  bool keep_text = false;
};

// Turns the rows of a part's persons into their timeline. Each thread has its own.
class PartMaker {
 public:
  explicit PartMaker(const PartSettings& settings)
      : settings_(settings), person_(settings.tables), summary_(settings.sites->size()) {}

  // Errors are those of PersonStore::Read and PersonEvents::Load.
  absl::StatusOr<PartOutput> Make(const PersonStore& store, size_t part);
  // Of all parts made so far.
  const TimelineSummary& summary() const { return summary_; }

 private:
  absl::Status AddPerson(absl::Span<const RecordRows> records, PartOutput* output);
  // Ends a block of persons, which is one frame of the file.
  void EndBlock(PartOutput* output);

  const PartSettings settings_;
  PersonEvents person_;
  TimelineSummary summary_;
  FrameCompressor compressor_;
  std::string memory_;  // of the part
  std::string block_;   // rows
};

}  // namespace blindlink::researcher
