#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "CLI/App.hpp"
#include "absl/status/status.h"
#include "agent/commands/risk_inputs.h"

namespace blindlink::agent {

// Of `risk --items`: how well sets of codes hide a person.
struct ItemFlags {
  std::string file;
  std::string person;
  std::string item;
  uint32_t m = 2;
  uint32_t k = 5;
};
void AddItemFlags(CLI::App& command, ItemFlags* flags);
// Prints one line per number of items, from 1 to m; `json` as in PrintReport.
absl::Status PrintItemRisk(const ItemFlags& flags, const std::string& json);

// Of `risk --count`: small tables of counts.
struct CountFlags {
  std::vector<std::string> columns;
  std::string epsilon;
  std::string budget;
  std::string budget_limit;
};
// Returns --count.
CLI::Option* AddCountFlags(CLI::App& command, CountFlags* flags);
// Prints a table as CSV: counts with small ones hidden, or noisy counts if epsilon is given.
absl::Status PrintCounts(const CountFlags& flags, const RiskInputs& inputs);

}  // namespace blindlink::agent
