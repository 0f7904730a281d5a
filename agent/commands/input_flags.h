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

// The flags by which a command reads records.
struct InputFlags {
  std::string input;
  std::string columns;
  std::string delimiter;
  std::string date_order;
  std::string phone_country;
  std::string address_reference;
  std::string format;
  std::string layout;

  InputOptions ToOptions() const;
};

// Adds --input (required), --input-format, --layout, --columns, --delimiter, --date-order,
// --phone-country, --address-reference. `flags` must outlive `app`.
void AddInputFlags(CLI::App& app, InputFlags* flags);

// Reads and checks a plan file. FAILED_PRECONDITION if the plan needs another standardizer version
// than this agent's; other errors as Plan::Parse and common/base/files.h.
absl::StatusOr<Plan> LoadPlan(const std::string& path);
// The same for the text of a plan from elsewhere; `name` is for messages.
absl::StatusOr<Plan> ParsePlanText(const std::string& text, const std::string& name);

// Reads the file of --address-reference, with notes and progress on standard error; null without
// that flag. Errors as AddressReference::Read.
absl::StatusOr<std::unique_ptr<AddressReference>> LoadAddressReference(const InputFlags& flags);

// Prints the notes to standard error, one "note: ..." per line.
void PrintNotes(const OpenedInput& input);

}  // namespace blindlink::agent
