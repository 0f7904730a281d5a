#pragma once

#include <memory>

#include "absl/status/statusor.h"
#include "blindlink/config/v1/resolver_config.pb.h"
#include "resolver/index/index_engine.h"
#include "resolver/work/run_at_hand.h"

namespace blindlink::resolver {

// The engine that a checked configuration chooses: RocksDB unless it names a cluster. Reads the
// password file (errors of ReadPrivateFile), but does not call the cluster.
absl::StatusOr<std::shared_ptr<const IndexEngine>> MakeIndexEngine(
    const config::v1::IndexConfig& config);

// How a worker opens what a run shares with it, on the cluster of a checked configuration. Errors
// as above, at once; those of OpenSharedIndex when it is called.
absl::StatusOr<LearnedRun::OpenIndex> MakeSharedIndexOpener(
    const config::v1::ClickHouseIndex& config);

}  // namespace blindlink::resolver
