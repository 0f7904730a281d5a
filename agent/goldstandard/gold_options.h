#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "agent/goldstandard/site_pass.h"
#include "blindlink/v1/plan.pb.h"

namespace blindlink::agent {

struct GoldOptions {
  // If there is one site, its duplicates are sought. If there are several, pairs across sites, and
  // within a site if the plan's entity rules say so.
  std::vector<SiteInput> sites;
  std::string pairs_out;     // docs/formats/result_files.md, with the sites' own record ids
  std::string entities_out;  // empty: no entity map
  v1::Scoring scoring;       // how the threshold is chosen
  size_t threads = 1;
  const std::atomic<bool>* cancel = nullptr;
  // `activity` is a literal.
  std::function<void(const char* activity, uint64_t records, double share)> progress = nullptr;
};

}  // namespace blindlink::agent
