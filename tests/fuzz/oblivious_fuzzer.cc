// Any bytes as what a site asks the key server, as what the key server answers the agent, and as a
// file of its counts: each is refused in words or what it says is used, and nothing that is not by
// the key of the plan is accepted.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "agent/oblivious/evaluation_lanes.h"
#include "blindlink/keyserver/v1/key_server_service.pb.h"
#include "common/oprf/blinded_batch.h"
#include "common/oprf/oprf_key.h"
#include "keyserver/config/keyserver_config.h"
#include "keyserver/quota/daily_counts.h"
#include "keyserver/service/evaluation.h"

namespace blindlink {
namespace {

const OprfKey& Key() {
  static const OprfKey key = OprfKey::Derive(RandomScalar(), "fuzz");
  return key;
}

void Require(bool good) {
  if (!good) std::abort();
}

// The server's side: at most a few elements, so that an input takes little time.
void AskServer(absl::string_view elements) {
  const auto count = keyserver::CountElements(elements);
  if (!count.ok() || *count > 4) return;
  const auto reply = keyserver::Evaluate(Key(), elements);
  if (reply.ok()) {
    Require(reply->elements().size() == elements.size() && reply->public_key().size() == 32);
  } else {
    Require(absl::IsInvalidArgument(reply.status()) && !reply.status().message().empty());
  }
}

// The site's side, which has asked for one element: only the key's own answer is accepted.
void ReadReply(const std::string& bytes) {
  static const BlindedBatch batch({"one"});
  static const OprfElement right = Key().Evaluate(batch.elements())->elements[0];
  for (const uint8_t kind : {agent::kEvaluated, agent::kFailed}) {
    const auto answer = agent::ReadAnswer({kind, bytes}, 1);
    if (!answer.ok()) continue;
    const auto outputs = batch.Finalize(answer->evaluation, Key().public_key());
    Require(!outputs.ok() || answer->evaluation.elements[0] == right);
  }
}

void ReadFiles(const std::string& text) {
  const auto count = keyserver::DailyCounts::Parse(text);
  Require(!count.ok() || count->day.size() == 10);
  const auto config = keyserver::ParseKeyServerConfig(text, "/etc/keyserver.textproto");
  Require(config.ok() ? !config->projects().empty() && !config->projects(0).sites().empty()
                      : absl::IsInvalidArgument(config.status()));
}

}  // namespace
}  // namespace blindlink

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  const std::string bytes(reinterpret_cast<const char*>(data), size);
  blindlink::AskServer(bytes);
  blindlink::ReadReply(bytes);
  blindlink::ReadFiles(bytes);
  return 0;
}
