#include "resolver/service/refusal_audit.h"

#include <chrono>
#include <string>
#include <utility>
#include <vector>

#include "common/crypto/sha256.h"
#include "resolver/service/handshake_log.h"

namespace blindlink::resolver {

RefusalAudit::RefusalAudit(AuditLog& audit) : audit_(audit), thread_([this] { Run(); }) {
  NoteRefusedHandshakesIn(
      [this](const Identity* client, absl::string_view reason) { NoteHandshake(client, reason); });
}

RefusalAudit::~RefusalAudit() {
  NoteRefusedHandshakesIn(nullptr);
  {
    const std::lock_guard lock(mutex_);
    ending_ = true;
  }
  changed_.notify_one();
  thread_.join();
  for (v1::AuditEntry& entry : tally_.TakeAll()) audit_.AppendLater(std::move(entry));
}

void RefusalAudit::NoteHandshake(const Identity* client, absl::string_view reason) {
  RefusalTally::Kind kind{v1::HANDSHAKES_REFUSED, std::string(reason), "", ""};
  if (client != nullptr) {
    kind.party = SpiffeUriOf(client->party);
    kind.fingerprint = std::string(AsView(client->fingerprint));
  }
  Note(std::move(kind));
}

void RefusalAudit::NoteCallOverLimit(const Identity& client) {
  Note({v1::CALLS_OVER_LIMIT, "", SpiffeUriOf(client.party),
        std::string(AsView(client.fingerprint))});
}

void RefusalAudit::Note(RefusalTally::Kind kind) {
  const std::lock_guard lock(mutex_);
  tally_.Count(std::move(kind));
  EnterDue();
  changed_.notify_one();
}

// With the lock held. Entries of a log that cannot be written would only fill the memory.
void RefusalAudit::EnterDue() {
  if (!audit_.writable()) return;
  for (v1::AuditEntry& entry : tally_.TakeDue(std::chrono::steady_clock::now())) {
    audit_.AppendLater(std::move(entry));
  }
}

void RefusalAudit::Run() {
  std::unique_lock lock(mutex_);
  while (!ending_) {
    changed_.wait(lock, [this] { return ending_ || tally_.HasCounted(); });
    changed_.wait_for(lock, std::chrono::seconds(1), [this] { return ending_; });
    EnterDue();
  }
}

}  // namespace blindlink::resolver
