// Any messages of sites, one after another, while epochs open and end: the relay refuses them or
// stays within its limits, and is read again as it was. The first byte of each says which call and
// which site; the next two, how many bytes its message has.
#include <stdlib.h>

#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "resolver/project/envelope_relay.h"

namespace {

using namespace blindlink::resolver;  // NOLINT(google-build-using-namespace)
namespace v1 = blindlink::v1;

const std::vector<std::string>& Sites() {
  static const auto& sites = *new std::vector<std::string>{"east", "north", "south", "west"};
  return sites;
}

struct Relay {
  std::unique_ptr<ProjectNotes> notes;
  std::unique_ptr<EnvelopeRelay> relay;
};

Relay Open(const std::filesystem::path& folder) {
  Relay opened;
  opened.notes = *ProjectNotes::Open(folder / "notes.pb");
  opened.relay = *EnvelopeRelay::Open(folder / "key_exchange.pb", Sites, *opened.notes);
  return opened;
}

template <typename Request>
Request Parse(const uint8_t* data, size_t size) {
  Request request;
  if (!request.ParseFromArray(data, static_cast<int>(size))) request.Clear();
  return request;
}

void Call(const Relay& opened, uint8_t what, const uint8_t* data, size_t size) {
  EnvelopeRelay& relay = *opened.relay;
  const std::string& site = Sites()[what >> 6];
  switch (what % 8) {
    case 0:
      relay.Publish(site, Parse<v1::PublishExchangeKeyRequest>(data, size)).IgnoreError();
      break;
    case 1:
      relay.Send(site, Parse<v1::SendKeyEnvelopesRequest>(data, size)).IgnoreError();
      break;
    case 2:
      opened.notes->OpenEpoch({reinterpret_cast<const char*>(data), size}, false, 1).IgnoreError();
      break;
    case 3:
      opened.notes->RetireEpoch().IgnoreError();
      break;
    default:
      relay.Confirm(site, Parse<v1::ConfirmTokenKeyRequest>(data, size)).IgnoreError();
  }
}

void CheckLimits(const EnvelopeRelay& relay) {
  for (const std::string& site : Sites()) {
    const v1::ReceiveKeyEnvelopesResponse waiting = relay.Waiting(site);
    if (waiting.envelopes_size() > EnvelopeRelay::kMaxWaitingEnvelopes) std::abort();
    for (const auto& one : waiting.envelopes()) {
      if (one.envelope().size() > EnvelopeRelay::kMaxEnvelopeBytes) std::abort();
    }
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  std::string folder = "/dev/shm/envelope_relay_fuzzer_XXXXXX";
  if (mkdtemp(folder.data()) == nullptr) std::abort();
  std::string before;
  {
    const Relay opened = Open(folder);
    while (size >= 3) {
      const size_t length = std::min<size_t>(data[1] + 256u * data[2], size - 3);
      Call(opened, data[0], data + 3, length);
      data += 3 + length;
      size -= 3 + length;
    }
    CheckLimits(*opened.relay);
    before = opened.relay->State().SerializeAsString();
  }
  if (Open(folder).relay->State().SerializeAsString() != before) std::abort();
  std::filesystem::remove_all(folder);
  return 0;
}
