#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/string_view.h"
#include "blindlink/v1/audit_service.pb.h"

namespace blindlink::resolver {

// Counts refusals of which not each is an entry of its own by their kind, and says when the audit
// log gets an entry of them: the first of a kind at once, then one a minute, which says how many
// there were. So each is in the log, and ten thousand of one kind are two entries. Not thread-safe.
class RefusalTally {
 public:
  using Time = std::chrono::steady_clock::time_point;
  static constexpr auto kBetweenEntries = std::chrono::minutes(1);
  // Kinds beyond this number, within a minute, are counted as one.
  static constexpr size_t kMaxKinds = 100;
  static constexpr absl::string_view kOtherReasons = "other reasons";

  struct Kind {
    v1::AuditKind what = v1::HANDSHAKES_REFUSED;  // or CALLS_OVER_LIMIT
    std::string reason;
    std::string party;        // SPIFFE URI, if the certificate is one of the CA
    std::string fingerprint;  // of that certificate, 32 bytes

    bool operator<(const Kind& other) const {
      return std::tie(what, reason, party, fingerprint) <
             std::tie(other.what, other.reason, other.party, other.fingerprint);
    }
  };

  void Count(Kind kind);
  // The entries that are to be written now. Forgets what it returns.
  std::vector<v1::AuditEntry> TakeDue(Time now);
  // The entries of all that is counted, due or not.
  std::vector<v1::AuditEntry> TakeAll();
  // Whether something is counted that no entry says yet.
  bool HasCounted() const;

 private:
  struct Counted {
    uint64_t count = 0;
    Time next_entry{};  // none before
  };
  std::map<Kind, Counted> kinds_;
};

}  // namespace blindlink::resolver
