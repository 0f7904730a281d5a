#pragma once

#include "blindlink/v1/overview_service.pb.h"
#include "google/protobuf/repeated_ptr_field.h"
#include "resolver/console/html.h"

namespace blindlink::resolver {

// Drawings in SVG and shaded tables. Each also stands as a table of numbers. Thread-safe.

// How many pairs have each score, on a logarithmic scale, and where the threshold is.
Html ScoreChart(const v1::RunOverview& overview);
// How many entities each two sites share.
Html OverlapMatrix(const v1::RunOverview& overview);

}  // namespace blindlink::resolver
