#pragma once

#include <string>

#include "resolver/console/exchange.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {

// The pair that a request's address names: its page, and the requests about it. Thread-safe.

inline std::string AddressOfPair(const Exchange& exchange) {
  return Path({"projects", exchange.Name("project"), "review", exchange.Name("run"),
               exchange.Name("left_site"), exchange.Name("left"), exchange.Name("right_site"),
               exchange.Name("right")});
}

// Fills in whatever names a pair of a run: requests of several kinds.
template <typename Request>
Request PairOf(const Exchange& exchange) {
  Request request;
  request.set_project(exchange.Name("project"));
  request.set_run(exchange.Name("run"));
  request.mutable_left()->set_site(exchange.Name("left_site"));
  request.mutable_left()->set_record(exchange.Name("left"));
  request.mutable_right()->set_site(exchange.Name("right_site"));
  request.mutable_right()->set_record(exchange.Name("right"));
  return request;
}

}  // namespace blindlink::resolver
