#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

#include "absl/status/statusor.h"
#include "agent/synthetic/history_model.h"

namespace blindlink::agent {

// Writes claims.csv and diagnoses.csv of synthetic persons S0000001, S0000002, ... to `folder`, in
// the columns that ReadVisits reads. Returns how many visits there are.
absl::StatusOr<uint64_t> WriteHistories(const std::filesystem::path& folder,
                                        const std::vector<History>& histories,
                                        const SynthesisSpec& spec, const HistoryModel& model);

}  // namespace blindlink::agent
