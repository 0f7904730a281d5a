#pragma once

#include <string>

#include "blindlink/v1/access_service.pb.h"
#include "resolver/access/grant_rules.h"

namespace blindlink::resolver {

inline constexpr int64_t kNow = 1'800'000'000;
inline constexpr int64_t kDay = 86400;

inline v1::AccessRequest SampleRequest(v1::AccessLevel level = v1::ACCESS_PAIRS) {
  v1::AccessRequest request;
  request.set_project("flu");
  request.set_run("run-000001");
  request.set_purpose("How many vaccinated people fall ill.");
  request.set_legal_basis("Decision 12 of the board.");
  request.mutable_rubric()->set_necessity("Counts cannot answer it.");
  request.mutable_rubric()->set_proportionality("It saves lives.");
  request.mutable_rubric()->set_harm("Little: no names, one user.");
  request.set_expires_unix_seconds(kNow + 30 * kDay);
  request.set_level(level);
  return request;
}

// A person with a certificate of their own; `certificate` tells apart several of one person.
inline Person PersonNamed(const std::string& name, uint8_t certificate = 0) {
  Person person{name, {}};
  for (size_t i = 0; i < name.size() && i < 31; ++i) {
    person.fingerprint[i] = static_cast<uint8_t>(name[i]);
  }
  person.fingerprint[31] = certificate;
  return person;
}

inline constexpr char kReason[] = "As the board decided.";

}  // namespace blindlink::resolver
