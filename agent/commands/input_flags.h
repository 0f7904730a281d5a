#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "agent/address_reference/address_reference.h"
#include "agent/input/open_input.h"
#include "common/plan/plan.h"

namespace CLI {
class App;
}

namespace blindlink::agent {

// How a command gets records.
struct InputFlags {
  std::string input;
  std::string columns;
  std::string delimiter;
  std::string date_order;
  std::string address_reference;

  InputOptions ToOptions() const;
};

// For CLI::Validator: what is wrong with a name of a project, site or dataset, empty if nothing is.
std::string WhyNoName(const std::string& name);

// Adds --input (required), --columns, --delimiter, --date-order, --address-reference. `flags` must
// outlive `app`.
void AddInputFlags(CLI::App& app, InputFlags* flags);

// Reads and checks a plan file. FAILED_PRECONDITION if it asks for another standardizer than this
// agent's; otherwise errors as Plan::Parse and common/base/files.h.
absl::StatusOr<Plan> LoadPlan(const std::string& path);
// The same for a plan's text from elsewhere; `name` is for messages.
absl::StatusOr<Plan> ParsePlanText(const std::string& text, const std::string& name);

// The file of --address-reference, with notes and progress on standard error; null if none is
// given. Errors as AddressReference::Read.
absl::StatusOr<std::unique_ptr<AddressReference>> LoadAddressReference(const InputFlags& flags);

// "note: ..." on standard error, one a line.
void PrintNotes(const OpenedInput& input);

}  // namespace blindlink::agent
