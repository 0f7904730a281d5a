#pragma once

#include <atomic>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/access_storage.pb.h"
#include "blindlink/v1/access_service.pb.h"
#include "common/base/secret_bytes.h"
#include "resolver/access/grant_key.h"
#include "resolver/access/grant_key_files.h"
#include "resolver/access/grant_rules.h"
#include "resolver/audit/own_decision.h"

namespace blindlink::resolver {

// What a grant is used for, while it lasts. Ends with the object. Thread-safe.
class GrantUse;

// All grants of a project, each in <folder>/<grant>: asked for, decided, used, ended. A change is
// durable when a function returns; after an error nothing has changed. Times are Unix seconds.
// Errors are those of access_service.proto. Thread-safe.
class GrantRegister {
 public:
  // `sites` of the project as they are when it is asked; keys are in `keys_folder`
  // (grant_key_files.h). DATA_LOSS if a grant is damaged.
  static absl::StatusOr<std::unique_ptr<GrantRegister>> Open(
      const std::filesystem::path& folder, const std::filesystem::path& keys_folder,
      std::string project, std::function<std::vector<std::string>()> sites);

  absl::StatusOr<v1::Grant> Request(const v1::AccessRequest& request, const Person& researcher,
                                    int64_t now);
  // Those of one researcher, or all if `researcher` is empty, as for Get. Oldest first.
  std::vector<v1::Grant> List(absl::string_view researcher, int64_t now) const;
  // Those after the grant `after`, as many as fit in a message.
  v1::ListGrantsResponse Page(absl::string_view researcher, absl::string_view after,
                              int64_t now) const;
  // Requests that nobody has decided about.
  uint64_t CountOpen(int64_t now) const;
  absl::StatusOr<v1::Grant> Get(absl::string_view grant, absl::string_view researcher,
                                int64_t now) const;

  // The rows that a grant gives.
  struct Totals {
    uint64_t match_pairs = 0;
    uint64_t entity_map_rows = 0;
  };
  absl::StatusOr<v1::Grant> Decide(absl::string_view grant, const Person& coordinator, bool approve,
                                   absl::string_view reason, const Totals& totals, int64_t now);
  absl::StatusOr<v1::Grant> Revoke(absl::string_view grant, const Person& coordinator,
                                   absl::string_view reason, int64_t now);

  // Begins to use a grant of the researcher for results of at least this level; `grant` and `run`
  // may be empty: then the only one that serves. PERMISSION_DENIED, or NOT_FOUND if `grant` is none
  // of the researcher's; FAILED_PRECONDITION if several serve. `cut` is called, in another thread,
  // if the use is not over some seconds after the grant's end. The register must outlive the use.
  struct Wanted {
    absl::string_view grant;
    absl::string_view run;
    absl::string_view researcher;
    v1::AccessLevel level;
  };
  absl::StatusOr<std::unique_ptr<GrantUse>> Use(const Wanted& wanted, int64_t now,
                                                std::function<void()> cut);

  // A new approval token for turning pseudonyms back; the one before it is void.
  absl::StatusOr<SecretBytes> IssueRelinkToken(absl::string_view grant, int64_t now);
  // The grant and its key, if `token` is its approval token and it is in force. PERMISSION_DENIED.
  struct Relinking {
    v1::Grant grant;
    std::shared_ptr<const GrantKey> key;
  };
  absl::StatusOr<Relinking> CheckRelink(absl::string_view grant, absl::string_view token,
                                        int64_t now) const;

  // Ends the uses of grants that have expired and destroys their keys, which it enters before as
  // GRANT_ENDED; cuts uses that are not over two calls after their end. To be called about once a
  // second.
  void Tick(int64_t now, const EnterDecision& enter);
  // Ends all uses, as if their grants had ended: the project is being destroyed.
  void EndAllUses();

 private:
  friend class GrantUse;
  struct Entry {
    storage::v1::StoredGrant stored;
    std::shared_ptr<const GrantKey> key;  // of a grant in force
    bool end_entered = false;             // in the audit log
  };
  using Entries = std::map<std::string, Entry, std::less<>>;

  GrantRegister(std::filesystem::path folder, const std::filesystem::path& keys_folder,
                std::string project, std::function<std::vector<std::string>()> sites)
      : folder_(std::move(folder)),
        keys_(keys_folder, project),
        project_(std::move(project)),
        sites_(std::move(sites)) {}

  absl::Status OpenGrant(const std::filesystem::path& folder);
  absl::Status Save(const storage::v1::StoredGrant& stored) const;
  absl::Status CheckOpenRequests(absl::string_view researcher, int64_t now) const;
  std::string NextName() const;
  // NOT_FOUND, also if the grant is another researcher's.
  absl::StatusOr<Entries::iterator> Find(absl::string_view grant, absl::string_view researcher);
  absl::StatusOr<Entries::const_iterator> Find(absl::string_view grant,
                                               absl::string_view researcher) const;
  absl::StatusOr<Entries::const_iterator> Choose(const Wanted& wanted, int64_t now) const;
  // Saves the grant as changed, and makes or destroys its key as its state says.
  absl::Status Change(Entry* entry, storage::v1::StoredGrant changed);
  void DestroyKey(Entry* entry);
  void EndExpired(const std::string& name, v1::GrantState state, const EnterDecision& enter,
                  Entry* entry);
  void EndUses(absl::string_view grant);
  v1::Grant Shown(const Entry& entry, int64_t now) const;

  const std::filesystem::path folder_;
  const GrantKeyFiles keys_;
  const std::string project_;
  const std::function<std::vector<std::string>()> sites_;
  mutable std::mutex mutex_;
  Entries grants_;
  std::list<GrantUse*> uses_;
};

class GrantUse {
 public:
  ~GrantUse();
  GrantUse(const GrantUse&) = delete;
  GrantUse& operator=(const GrantUse&) = delete;

  const v1::Grant& grant() const { return grant_; }
  const GrantKey& key() const { return *key_; }
  // PERMISSION_DENIED once the grant has ended. Cheap: ask before each message.
  absl::Status CheckInForce() const;

 private:
  friend class GrantRegister;
  GrantUse(GrantRegister& grants, v1::Grant grant, std::shared_ptr<const GrantKey> key,
           std::function<void()> cut)
      : grants_(grants), grant_(std::move(grant)), key_(std::move(key)), cut_(std::move(cut)) {}

  GrantRegister& grants_;
  const v1::Grant grant_;
  const std::shared_ptr<const GrantKey> key_;
  const std::function<void()> cut_;
  std::atomic<bool> ended_ = false;
  int ticks_since_end_ = 0;
};

}  // namespace blindlink::resolver
