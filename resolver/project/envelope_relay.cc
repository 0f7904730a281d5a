#include "resolver/project/envelope_relay.h"

#include <algorithm>
#include <map>
#include <set>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/hex.h"
#include "common/base/status_macros.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

using storage::v1::StoredKeyEnvelope;
using storage::v1::StoredKeyExchange;
using storage::v1::StoredSiteKeys;

constexpr size_t kExchangeKeySize = 64;
constexpr size_t kTokenKeyIdSize = 8;
constexpr size_t kProofSize = 32;

// Null if the project has no such site.
StoredSiteKeys* Find(StoredKeyExchange& exchange, absl::string_view site) {
  const auto found =
      std::find_if(exchange.mutable_sites()->begin(), exchange.mutable_sites()->end(),
                   [&](const StoredSiteKeys& row) { return row.site() == site; });
  return found == exchange.mutable_sites()->end() ? nullptr : &*found;
}

absl::Status NoSuchSite(absl::string_view site) {
  return absl::NotFoundError(absl::StrCat("the project has no site ", site));
}

void DropEnvelopesOf(absl::string_view sender, StoredSiteKeys* recipient) {
  auto& waiting = *recipient->mutable_envelopes();
  waiting.erase(
      std::remove_if(waiting.begin(), waiting.end(),
                     [&](const StoredKeyEnvelope& one) { return one.sender() == sender; }),
      waiting.end());
}

absl::Status CheckRecipient(const v1::OutgoingKeyEnvelope& envelope, absl::string_view sender,
                            const StoredSiteKeys* recipient) {
  if (envelope.envelope().empty() ||
      envelope.envelope().size() > EnvelopeRelay::kMaxEnvelopeBytes) {
    return absl::InvalidArgumentError(
        absl::StrCat("an envelope has 1 to ", EnvelopeRelay::kMaxEnvelopeBytes, " bytes"));
  }
  if (recipient == nullptr) return NoSuchSite(envelope.recipient());
  if (recipient->site() == sender) {
    return absl::InvalidArgumentError("a site needs no envelope for itself");
  }
  if (recipient->exchange_key().empty()) {
    return absl::FailedPreconditionError(absl::StrCat(
        "site ", recipient->site(), " has published no exchange key: it runs  keys publish"));
  }
  return absl::OkStatus();
}

// Leaves the envelope for its recipient in `exchange`.
absl::Status Leave(const v1::OutgoingKeyEnvelope& outgoing, absl::string_view sender,
                   StoredKeyExchange* exchange) {
  StoredSiteKeys* const recipient = Find(*exchange, outgoing.recipient());
  BL_RETURN_IF_ERROR(CheckRecipient(outgoing, sender, recipient));
  DropEnvelopesOf(sender, recipient);
  if (recipient->envelopes_size() >= EnvelopeRelay::kMaxWaitingEnvelopes) {
    std::vector<std::string> senders;
    for (const auto& waiting : recipient->envelopes()) senders.push_back(waiting.sender());
    return absl::FailedPreconditionError(absl::StrCat(
        recipient->envelopes_size(), " envelopes wait for site ", recipient->site(),
        " already, of ", absl::StrJoin(senders, ", "), ": it must receive one of them first"));
  }
  StoredKeyEnvelope& envelope = *recipient->add_envelopes();
  envelope.set_sender(std::string(sender));
  envelope.set_envelope(outgoing.envelope());
  return absl::OkStatus();
}

// The one key that all sites state they hold; empty if they do not.
std::string KeyOfAllSites(const StoredKeyExchange& exchange) {
  std::set<std::string> ids;
  for (const StoredSiteKeys& site : exchange.sites()) ids.insert(site.token_key_id());
  return ids.size() == 1 ? *ids.begin() : "";
}

absl::Status AnotherKey(absl::string_view site, const std::string& id,
                        const std::vector<ProjectNotes::Epoch>& epochs) {
  std::vector<std::string> bound;
  bound.reserve(epochs.size());
  for (const ProjectNotes::Epoch& epoch : epochs) {
    bound.push_back(
        absl::StrCat(HexEncode(epoch.token_key.id), " (bound by ", epoch.token_key.bound_by, ")"));
  }
  return absl::FailedPreconditionError(absl::StrCat(
      "site ", site, " holds another token key, ", HexEncode(id), ", than the project's, ",
      absl::StrJoin(bound, " and "),
      ": it needs the project's key from a site that holds it (keys seal, keys receive). A key "
      "that is to replace it counts once the coordinator has opened an epoch (project rotate)"));
}

// What the site has published and stated, without a key that is retired.
v1::SiteKeyState StateOf(const StoredSiteKeys& row, const ProjectNotes& notes) {
  v1::SiteKeyState site;
  site.set_site(row.site());
  site.set_exchange_key(row.exchange_key());
  if (!row.token_key_id().empty() && !notes.IsRetired(row.token_key_id())) {
    site.set_token_key_id(row.token_key_id());
    site.set_token_key_proof(row.token_key_proof());
    site.set_token_key_epoch(notes.EpochOf(row.token_key_id()));
  }
  for (const StoredKeyEnvelope& envelope : row.envelopes()) {
    site.add_envelopes_from(envelope.sender());
  }
  return site;
}

}  // namespace

absl::StatusOr<std::unique_ptr<EnvelopeRelay>> EnvelopeRelay::Open(
    const std::filesystem::path& file, SiteList sites, ProjectNotes& notes) {
  std::unique_ptr<EnvelopeRelay> relay(new EnvelopeRelay(file, std::move(sites), notes));
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    BL_RETURN_IF_ERROR(ReadStored(
        file, "restore it from a backup, or remove it: the sites then publish their keys again",
        &relay->stored_));
  }
  return relay;
}

StoredKeyExchange EnvelopeRelay::WithAllSites() const {
  std::map<std::string, const StoredSiteKeys*> stored;
  for (const StoredSiteKeys& row : stored_.sites()) stored.emplace(row.site(), &row);
  const std::vector<std::string> sites = sites_();
  StoredKeyExchange all;
  for (const std::string& name : std::set<std::string>(sites.begin(), sites.end())) {
    StoredSiteKeys& row = *all.add_sites();
    if (const auto before = stored.find(name); before != stored.end()) row = *before->second;
    row.set_site(name);
  }
  return all;
}

absl::Status EnvelopeRelay::Save(StoredKeyExchange changed) {
  BL_RETURN_IF_ERROR(WriteStored(file_, changed));
  stored_ = std::move(changed);
  return absl::OkStatus();
}

absl::Status EnvelopeRelay::Publish(absl::string_view site,
                                    const v1::PublishExchangeKeyRequest& request) {
  if (request.exchange_key().size() != kExchangeKeySize) {
    return absl::InvalidArgumentError(
        absl::StrCat("an exchange key has ", kExchangeKeySize, " bytes"));
  }
  const std::lock_guard lock(mutex_);
  StoredKeyExchange changed = WithAllSites();
  StoredSiteKeys* const row = Find(changed, site);
  if (row == nullptr) return NoSuchSite(site);
  if (row->exchange_key() == request.exchange_key()) return absl::OkStatus();
  if (!row->exchange_key().empty() && !request.replace()) {
    return absl::AlreadyExistsError(absl::StrCat(
        "site ", site,
        " has published another exchange key already. If that key is lost, replace "
        "it (--replace) and tell the other sites the new words; if nobody at the site published "
        "it, its certificate is in other hands: revoke it"));
  }
  row->set_exchange_key(request.exchange_key());
  row->clear_token_key_id();
  row->clear_token_key_proof();
  row->clear_envelopes();
  for (StoredSiteKeys& other : *changed.mutable_sites()) DropEnvelopesOf(site, &other);
  return Save(std::move(changed));
}

absl::Status EnvelopeRelay::Send(absl::string_view sender,
                                 const v1::SendKeyEnvelopesRequest& request) {
  const std::lock_guard lock(mutex_);
  StoredKeyExchange changed = WithAllSites();
  StoredSiteKeys* const row = Find(changed, sender);
  if (row == nullptr) return NoSuchSite(sender);
  if (row->exchange_key().empty()) {
    return absl::FailedPreconditionError(
        absl::StrCat("site ", sender, " has published no exchange key: run  keys publish  first"));
  }
  for (const v1::OutgoingKeyEnvelope& envelope : request.envelopes()) {
    BL_RETURN_IF_ERROR(Leave(envelope, sender, &changed));
  }
  return Save(std::move(changed));
}

v1::ReceiveKeyEnvelopesResponse EnvelopeRelay::Waiting(absl::string_view site) const {
  const std::lock_guard lock(mutex_);
  v1::ReceiveKeyEnvelopesResponse response;
  for (const StoredSiteKeys& row : stored_.sites()) {
    if (row.site() != site) continue;
    for (const StoredKeyEnvelope& envelope : row.envelopes()) {
      auto& waiting = *response.add_envelopes();
      waiting.set_sender(envelope.sender());
      waiting.set_envelope(envelope.envelope());
    }
  }
  return response;
}

absl::Status EnvelopeRelay::Confirm(absl::string_view site,
                                    const v1::ConfirmTokenKeyRequest& request) {
  if (request.token_key_id().size() != kTokenKeyIdSize ||
      request.token_key_proof().size() != kProofSize) {
    return absl::InvalidArgumentError("a token key id has 8 bytes, and its proof 32");
  }
  const std::lock_guard lock(mutex_);
  const uint32_t epoch = notes_.EpochOf(request.token_key_id());
  if (epoch == 0) return AnotherKey(site, request.token_key_id(), notes_.epochs());
  StoredKeyExchange changed = WithAllSites();
  StoredSiteKeys* const row = Find(changed, site);
  if (row == nullptr) return NoSuchSite(site);
  // A site that uses the old epoch's key once more has not lost the new one's.
  const bool holds_newer =
      !row->token_key_id().empty() && notes_.EpochOf(row->token_key_id()) > epoch;
  if (holds_newer) return absl::OkStatus();
  row->set_token_key_id(request.token_key_id());
  row->set_token_key_proof(request.token_key_proof());
  // Those of a site that states the old epoch's key may hold the new one's.
  if (epoch == notes_.epochs().back().number) row->clear_envelopes();
  const std::string agreed = KeyOfAllSites(changed);
  if (!agreed.empty()) {
    BL_RETURN_IF_ERROR(notes_.BindTokenKey(agreed, "the agreement of all sites"));
  }
  return Save(std::move(changed));
}

v1::KeyExchangeState EnvelopeRelay::State() const {
  const std::lock_guard lock(mutex_);
  const std::vector<ProjectNotes::Epoch> epochs = notes_.epochs();
  v1::KeyExchangeState state;
  state.set_epoch(epochs[0].number);
  state.set_token_key_id(epochs[0].token_key.id);
  state.set_token_key_bound_by(epochs[0].token_key.bound_by);
  if (epochs.size() > 1) {
    state.mutable_next()->set_id(epochs[1].token_key.id);
    state.mutable_next()->set_bound_by(epochs[1].token_key.bound_by);
  }
  const StoredKeyExchange all = WithAllSites();
  for (const StoredSiteKeys& row : all.sites()) *state.add_sites() = StateOf(row, notes_);
  return state;
}

}  // namespace blindlink::resolver
