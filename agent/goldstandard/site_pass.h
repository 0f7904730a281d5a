#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "agent/address_reference/address_reference.h"
#include "agent/compare/record_comparison.h"
#include "agent/goldstandard/candidate_file.h"
#include "agent/goldstandard/held_records.h"
#include "agent/goldstandard/prepared_record.h"
#include "agent/input/open_input.h"
#include "agent/input/reject_log.h"
#include "common/plan/plan.h"

namespace blindlink::agent {

struct SiteInput {
  std::string name;
  InputOptions input;
  // The reference for validating addresses, which must outlive the linkage. Null: no validation.
  const AddressReference* addresses = nullptr;
};

// The outcome of reading a site's file.
struct SiteCounts {
  uint64_t records = 0;
  uint64_t rejected_rows = 0;
  RejectLog::Counts rejects;
  std::vector<std::string> notes;  // how its columns were understood
};

// One reading of a site's file by several threads.
struct SitePass {
  const Plan& plan;
  const RecordComparison& comparison;
  const SiteInput& site;
  // The records to compare each record with (HeldRecords::Compare); null: none.
  const HeldRecords* held = nullptr;
  size_t site_number = 0;
  bool within_site = false;
  size_t threads = 1;
  const std::atomic<bool>* cancel = nullptr;  // may be null
  std::function<void(uint64_t records, double share)> progress = nullptr;
};

// Calls `take` with each record, in an order that is the same every time (GatherRecords), in the
// caller's thread. Errors: those of OpenInput and of the source, with the site's name, and those of
// `take`. CANCELLED.
absl::Status RunSitePass(
    const SitePass& pass, SiteCounts* counts,
    const std::function<absl::Status(PreparedRecord, std::vector<CandidatePair>)>& take);

}  // namespace blindlink::agent
