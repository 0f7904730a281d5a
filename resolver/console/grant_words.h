#pragma once

#include "blindlink/v1/access_service.pb.h"
#include "resolver/console/html.h"

namespace blindlink::resolver {

// What a researcher asks for and why, as the request says it. Thread-safe.
Html RequestOf(const v1::Grant& grant);

}  // namespace blindlink::resolver
