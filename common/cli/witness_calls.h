#pragma once

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "common/rpc/client.h"

namespace blindlink {

// Fetches from the resolver the receipts of all calls that this process has made
// (common/rpc/audited_calls.h) and compares its audit log with what this party has seen of it
// before, which it then keeps; also if the calls only looked. DATA_LOSS if the log is not what it
// was or has not got these calls, or if a resolver that has an audit log did not say which entries
// they are: what the calls did stands, and the message says what to do. If the receipts cannot be
// fetched or kept, a note of `program` on standard error says so, and the result is OK, but
// DATA_LOSS once that has lasted (Witness::NoteNotShown).
absl::Status WitnessCalls(const std::string& program);

// Where what was seen is kept. NOT_FOUND if it is to be kept nowhere.
absl::StatusOr<std::filesystem::path> WitnessFile(const ConnectionFlags& flags);

}  // namespace blindlink
