#include "resolver/access/grant_register.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "common/base/files.h"
#include "common/base/status_macros.h"
#include "common/crypto/constant_time.h"
#include "common/crypto/random.h"
#include "common/crypto/sha256.h"
#include "common/telemetry/log.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

constexpr char kGrantFile[] = "grant.pb";
constexpr size_t kTokenBytes = 32;
constexpr size_t kMaxOpenRequests = 20;
// Of one researcher, in a day and in all.
constexpr size_t kMaxRequestsPerDay = 100;
constexpr size_t kMaxRequests = 1000;
constexpr int64_t kDaySeconds = 86400;
constexpr size_t kPageBytes = size_t{1} << 20;
constexpr int kTicksUntilCut = 2;

absl::Status NoSuchGrant(absl::string_view grant) {
  return absl::NotFoundError(absl::StrCat("there is no grant ", grant));
}

absl::Status NotInForce(const v1::Grant& grant, v1::GrantState state) {
  std::string why = NameOf(state);
  if (state == v1::GRANT_REQUESTED) {
    why =
        absl::StrCat("requested: ", grant.decisions_size(), " of 2 coordinators have approved it");
  }
  return absl::PermissionDeniedError(absl::StrCat(grant.grant(), " is not in force: it is ", why));
}

absl::Status CheckLevel(const v1::Grant& grant, v1::AccessLevel level) {
  if (grant.request().level() >= level) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat(grant.grant(), " does not give that: its level is ",
                   grant.request().level() == v1::ACCESS_COUNTS ? "counts" : "pairs",
                   "; ask for a grant of another level"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<GrantRegister>> GrantRegister::Open(
    const std::filesystem::path& folder, const std::filesystem::path& keys_folder,
    std::string project, std::function<std::vector<std::string>()> sites) {
  BL_RETURN_IF_ERROR(MakePrivateFolder(folder));
  std::unique_ptr<GrantRegister> grants(
      new GrantRegister(folder, keys_folder, std::move(project), std::move(sites)));
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    // Without the file, the request was never acknowledged.
    if (!std::filesystem::exists(entry.path() / kGrantFile)) continue;
    BL_RETURN_IF_ERROR(grants->OpenGrant(entry.path()));
  }
  if (error) {
    return absl::UnknownError(absl::StrCat("cannot read ", folder.string(), ": ", error.message()));
  }
  return grants;
}

absl::Status GrantRegister::OpenGrant(const std::filesystem::path& folder) {
  const std::string name = folder.filename();
  Entry entry;
  BL_RETURN_IF_ERROR(ReadStored(folder / kGrantFile, "restore it from a backup", &entry.stored));
  if (entry.stored.grant().grant() != name) {
    return absl::DataLossError(
        absl::StrCat((folder / kGrantFile).string(), " is of another grant"));
  }
  if (entry.stored.grant().state() != v1::GRANT_APPROVED) {
    DestroyKey(&entry);  // of an end that was interrupted
  } else {
    BL_ASSIGN_OR_RETURN(entry.key, keys_.Read(name, folder));
  }
  grants_.emplace(name, std::move(entry));
  return absl::OkStatus();
}

absl::Status GrantRegister::Save(const storage::v1::StoredGrant& stored) const {
  return WriteStored(folder_ / stored.grant().grant() / kGrantFile, stored);
}

std::string GrantRegister::NextName() const {
  uint64_t newest = 0;
  if (!grants_.empty()) {
    const absl::string_view last = grants_.rbegin()->first;
    if (!absl::SimpleAtoi(absl::StripPrefix(last, "grant-"), &newest)) newest = grants_.size();
  }
  return absl::StrFormat("grant-%06d", newest + 1);
}

absl::Status GrantRegister::CheckOpenRequests(absl::string_view researcher, int64_t now) const {
  size_t open = 0;
  size_t recent = 0;
  size_t all = 0;
  for (const auto& [name, entry] : grants_) {
    const v1::Grant& grant = entry.stored.grant();
    if (grant.researcher() != researcher) continue;
    ++all;
    recent += grant.requested_unix_seconds() > now - kDaySeconds ? 1 : 0;
    open += StateAt(grant, now) == v1::GRANT_REQUESTED ? 1 : 0;
  }
  if (open >= kMaxOpenRequests) {
    return absl::FailedPreconditionError(absl::StrCat(
        "there are ", open, " open requests of yours: ask the coordinators to decide"));
  }
  if (recent >= kMaxRequestsPerDay || all >= kMaxRequests) {
    return absl::FailedPreconditionError(
        absl::StrCat("you have asked ", recent, " times in a day and ", all,
                     " times in all; at most ", kMaxRequestsPerDay, " and ", kMaxRequests,
                     " are allowed, so that the requests of others are read"));
  }
  return absl::OkStatus();
}

absl::StatusOr<v1::Grant> GrantRegister::Request(const v1::AccessRequest& request,
                                                 const Person& researcher, int64_t now) {
  BL_RETURN_IF_ERROR(CheckAccessRequest(request, sites_(), now));
  const std::lock_guard lock(mutex_);
  BL_RETURN_IF_ERROR(CheckOpenRequests(researcher.name, now));
  Entry entry;
  v1::Grant& grant = *entry.stored.mutable_grant();
  grant.set_project(project_);
  grant.set_grant(NextName());
  grant.set_state(v1::GRANT_REQUESTED);
  *grant.mutable_request() = request;
  grant.set_researcher(researcher.name);
  grant.set_researcher_fingerprint(std::string(AsView(researcher.fingerprint)));
  grant.set_requested_unix_seconds(now);
  BL_RETURN_IF_ERROR(MakePrivateFolder(folder_ / grant.grant()));
  BL_RETURN_IF_ERROR(Save(entry.stored));
  const std::string name = grant.grant();
  return Shown(grants_.emplace(name, std::move(entry)).first->second, now);
}

v1::Grant GrantRegister::Shown(const Entry& entry, int64_t now) const {
  v1::Grant grant = entry.stored.grant();
  grant.set_state(StateAt(grant, now));
  return grant;
}

std::vector<v1::Grant> GrantRegister::List(absl::string_view researcher, int64_t now) const {
  const std::lock_guard lock(mutex_);
  std::vector<v1::Grant> list;
  for (const auto& [name, entry] : grants_) {
    if (researcher.empty() || entry.stored.grant().researcher() == researcher) {
      list.push_back(Shown(entry, now));
    }
  }
  return list;
}

v1::ListGrantsResponse GrantRegister::Page(absl::string_view researcher, absl::string_view after,
                                           int64_t now) const {
  const std::lock_guard lock(mutex_);
  v1::ListGrantsResponse page;
  size_t bytes = 0;
  for (auto at = grants_.upper_bound(after); at != grants_.end(); ++at) {
    if (!researcher.empty() && at->second.stored.grant().researcher() != researcher) continue;
    if (bytes >= kPageBytes) {
      page.set_more(true);
      break;
    }
    v1::Grant& grant = *page.add_grants();
    grant = Shown(at->second, now);
    bytes += grant.ByteSizeLong();
  }
  return page;
}

uint64_t GrantRegister::CountOpen(int64_t now) const {
  const std::lock_guard lock(mutex_);
  return static_cast<uint64_t>(
      std::count_if(grants_.begin(), grants_.end(), [&](const auto& entry) {
        return StateAt(entry.second.stored.grant(), now) == v1::GRANT_REQUESTED;
      }));
}

absl::StatusOr<GrantRegister::Entries::const_iterator> GrantRegister::Find(
    absl::string_view grant, absl::string_view researcher) const {
  const auto found = grants_.find(grant);
  const bool known =
      found != grants_.end() &&
      (researcher.empty() || found->second.stored.grant().researcher() == researcher);
  if (!known) return NoSuchGrant(grant);
  return found;
}

absl::StatusOr<GrantRegister::Entries::iterator> GrantRegister::Find(absl::string_view grant,
                                                                     absl::string_view researcher) {
  BL_RETURN_IF_ERROR(std::as_const(*this).Find(grant, researcher).status());
  return grants_.find(grant);
}

absl::StatusOr<v1::Grant> GrantRegister::Get(absl::string_view grant, absl::string_view researcher,
                                             int64_t now) const {
  const std::lock_guard lock(mutex_);
  BL_ASSIGN_OR_RETURN(const auto found, Find(grant, researcher));
  return Shown(found->second, now);
}

// The key is made before the grant is saved as approved, and destroyed only after it is saved as
// ended: a grant in force always has its key.
absl::Status GrantRegister::Change(Entry* entry, storage::v1::StoredGrant changed) {
  const std::string& name = changed.grant().grant();
  std::shared_ptr<const GrantKey> key = entry->key;
  if (changed.grant().state() == v1::GRANT_APPROVED && key == nullptr) {
    BL_ASSIGN_OR_RETURN(key, keys_.Make(name));
  }
  BL_RETURN_IF_ERROR(Save(changed));
  entry->stored = std::move(changed);
  entry->key = std::move(key);
  if (entry->stored.grant().state() != v1::GRANT_APPROVED) DestroyKey(entry);
  return absl::OkStatus();
}

void GrantRegister::DestroyKey(Entry* entry) {
  const std::string& name = entry->stored.grant().grant();
  if (const absl::Status destroyed = keys_.Destroy(name, folder_ / name); !destroyed.ok()) {
    spdlog::error("event=grant-key-not-destroyed project={} grant={} why={}", project_, name,
                  LogQuote(destroyed.message()));
    return;
  }
  entry->key.reset();
}

void GrantRegister::EndAllUses() {
  const std::lock_guard lock(mutex_);
  for (GrantUse* use : uses_) use->ended_ = true;
}

void GrantRegister::EndUses(absl::string_view grant) {
  for (GrantUse* use : uses_) {
    if (use->grant_.grant() == grant) use->ended_ = true;
  }
}

absl::StatusOr<v1::Grant> GrantRegister::Decide(absl::string_view grant, const Person& coordinator,
                                                bool approve, absl::string_view reason,
                                                const Totals& totals, int64_t now) {
  const std::lock_guard lock(mutex_);
  BL_ASSIGN_OR_RETURN(const auto found, Find(grant, ""));
  storage::v1::StoredGrant changed = found->second.stored;
  v1::Grant& decided = *changed.mutable_grant();
  BL_RETURN_IF_ERROR(AddDecision(coordinator, approve, reason, now, &decided));
  if (decided.state() == v1::GRANT_APPROVED) {
    decided.set_match_pairs(totals.match_pairs);
    decided.set_entity_map_rows(totals.entity_map_rows);
  }
  BL_RETURN_IF_ERROR(Change(&found->second, std::move(changed)));
  return Shown(found->second, now);
}

absl::StatusOr<v1::Grant> GrantRegister::Revoke(absl::string_view grant, const Person& coordinator,
                                                absl::string_view reason, int64_t now) {
  const std::lock_guard lock(mutex_);
  BL_ASSIGN_OR_RETURN(const auto found, Find(grant, ""));
  storage::v1::StoredGrant changed = found->second.stored;
  BL_RETURN_IF_ERROR(resolver::Revoke(coordinator, reason, now, changed.mutable_grant()));
  changed.clear_relink_token_sha256();
  BL_RETURN_IF_ERROR(Change(&found->second, std::move(changed)));
  EndUses(grant);
  return Shown(found->second, now);
}

absl::StatusOr<GrantRegister::Entries::const_iterator> GrantRegister::Choose(const Wanted& wanted,
                                                                             int64_t now) const {
  if (!wanted.grant.empty()) return Find(wanted.grant, wanted.researcher);
  std::vector<std::string> serving;
  for (const auto& [name, entry] : grants_) {
    const v1::Grant& grant = entry.stored.grant();
    if (grant.researcher() == wanted.researcher && StateAt(grant, now) == v1::GRANT_APPROVED &&
        grant.request().level() >= wanted.level &&
        (wanted.run.empty() || grant.request().run() == wanted.run)) {
      serving.push_back(name);
    }
  }
  if (serving.size() == 1) return grants_.find(serving[0]);
  if (serving.empty()) {
    return absl::PermissionDeniedError(
        "this project releases its results by grant, and you have none in force that gives this: "
        "ask for one with  blindlink-researcher access request");
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "several of your grants give this: choose one with --grant: ", absl::StrJoin(serving, ", ")));
}

absl::StatusOr<std::unique_ptr<GrantUse>> GrantRegister::Use(const Wanted& wanted, int64_t now,
                                                             std::function<void()> cut) {
  const std::lock_guard lock(mutex_);
  BL_ASSIGN_OR_RETURN(const auto chosen, Choose(wanted, now));
  const Entry& entry = chosen->second;
  const v1::Grant& grant = entry.stored.grant();
  if (const v1::GrantState state = StateAt(grant, now); state != v1::GRANT_APPROVED) {
    return NotInForce(grant, state);
  }
  if (!wanted.run.empty() && wanted.run != grant.request().run()) {
    return absl::PermissionDeniedError(
        absl::StrCat(grant.grant(), " is for ", grant.request().run(), ", not for ", wanted.run));
  }
  BL_RETURN_IF_ERROR(CheckLevel(grant, wanted.level));
  if (entry.key == nullptr) {
    return absl::DataLossError(absl::StrCat("the key of ", grant.grant(), " is gone"));
  }
  std::unique_ptr<GrantUse> use(new GrantUse(*this, grant, entry.key, std::move(cut)));
  uses_.push_back(use.get());
  return use;
}

absl::StatusOr<SecretBytes> GrantRegister::IssueRelinkToken(absl::string_view grant, int64_t now) {
  const std::lock_guard lock(mutex_);
  BL_ASSIGN_OR_RETURN(const auto found, Find(grant, ""));
  storage::v1::StoredGrant changed = found->second.stored;
  const v1::GrantState state = StateAt(changed.grant(), now);
  if (state != v1::GRANT_APPROVED || !changed.grant().request().relink()) {
    return absl::FailedPreconditionError(absl::StrCat(
        grant, state != v1::GRANT_APPROVED ? absl::StrCat(" is ", NameOf(state))
                                           : " does not allow that pseudonyms are turned back"));
  }
  SecretBytes token = RandomBytes(kTokenBytes);
  const absl::Span<const uint8_t> bytes = token.Reveal();
  Sha256 digest;
  digest.Update({reinterpret_cast<const char*>(bytes.data()), bytes.size()});
  changed.set_relink_token_sha256(std::string(AsView(digest.Finish())));
  BL_RETURN_IF_ERROR(Change(&found->second, std::move(changed)));
  return token;
}

absl::StatusOr<GrantRegister::Relinking> GrantRegister::CheckRelink(absl::string_view grant,
                                                                    absl::string_view token,
                                                                    int64_t now) const {
  Sha256 digest;
  digest.Update(token);
  const Sha256Digest given = digest.Finish();
  const std::lock_guard lock(mutex_);
  // Sites are not told which grants there are.
  absl::Status refused = absl::PermissionDeniedError(absl::StrCat(
      "the token is not the approval token of ", grant, ", or the grant is not in force"));
  const auto found = grants_.find(grant);
  if (found == grants_.end()) return refused;
  const Entry& entry = found->second;
  const bool may = ConstantTimeEquals(AsView(given), entry.stored.relink_token_sha256()) &&
                   StateAt(entry.stored.grant(), now) == v1::GRANT_APPROVED &&
                   entry.stored.grant().request().relink() && entry.key != nullptr;
  if (!may) return refused;
  return Relinking{entry.stored.grant(), entry.key};
}

// A grant that has expired gives nothing more in any case; its key waits for the entry.
void GrantRegister::EndExpired(const std::string& name, v1::GrantState state,
                               const EnterDecision& enter, Entry* entry) {
  EndUses(name);
  if (!entry->end_entered) {
    if (!enter(v1::GRANT_ENDED, {{"grant", name}}).ok()) return;
    entry->end_entered = true;
    spdlog::info("event=grant-ended project={} grant={} state={}", project_, name, NameOf(state));
  }
  DestroyKey(entry);
}

void GrantRegister::Tick(int64_t now, const EnterDecision& enter) {
  const std::lock_guard lock(mutex_);
  for (auto& [name, entry] : grants_) {
    const v1::GrantState state = StateAt(entry.stored.grant(), now);
    if (entry.key != nullptr && state != v1::GRANT_APPROVED) EndExpired(name, state, enter, &entry);
  }
  for (GrantUse* use : uses_) {
    if (use->ended_ && ++use->ticks_since_end_ == kTicksUntilCut && use->cut_) use->cut_();
  }
}

GrantUse::~GrantUse() {
  const std::lock_guard lock(grants_.mutex_);
  grants_.uses_.remove(this);
}

absl::Status GrantUse::CheckInForce() const {
  if (!ended_) return absl::OkStatus();
  return absl::PermissionDeniedError(
      absl::StrCat(grant_.grant(), " has ended: no more of it is sent"));
}

}  // namespace blindlink::resolver
