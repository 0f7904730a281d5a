#pragma once

#include "blindlink/v1/access_service.pb.h"
#include "blindlink/v1/linkage_service.pb.h"
#include "blindlink/v1/upload_service.pb.h"
#include "resolver/console/html.h"

namespace blindlink::resolver {

// States as words that stand out, with their progress. Thread-safe.
Html UploadStateOf(const v1::UploadInfo& upload);
Html RunStateOf(const v1::LinkageRun& run);
Html GrantStateOf(v1::GrantState state);
// "counts", "match pairs", "entity map".
const char* WordsFor(v1::AccessLevel level);

}  // namespace blindlink::resolver
