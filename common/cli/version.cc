#include "common/cli/version.h"

namespace blindlink {

absl::string_view Version() { return BLINDLINK_VERSION; }

}  // namespace blindlink
