#pragma once

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "researcher/timeline/person_events.h"

namespace blindlink::researcher {

// The columns of the timeline (docs/formats/timeline.md).
inline constexpr absl::string_view kTimelineHeader =
    "entity,date,kind,site,record,visit,seq,end,code,code_system,name,certainty,setting,payer,"
    "amount,copy_of\n";

// Appends one row for each event. `sites`: names by site.
void AppendEventRows(const PersonEvents& person, const std::vector<std::string>& sites,
                     std::string* out);

}  // namespace blindlink::researcher
