#include "resolver/project/envelope_relay.h"

#include <algorithm>
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
                        const ProjectNotes::TokenKey& bound) {
  return absl::FailedPreconditionError(absl::StrCat(
      "site ", site, " holds another token key, ", HexEncode(id), ", than the project's, ",
      HexEncode(bound.id), " (bound by ", bound.bound_by,
      "): it needs the project's key from a site that holds it (keys seal, keys receive)"));
}

}  // namespace

absl::StatusOr<std::unique_ptr<EnvelopeRelay>> EnvelopeRelay::Open(
    const std::filesystem::path& file, const std::vector<std::string>& sites, ProjectNotes& notes) {
  std::unique_ptr<EnvelopeRelay> relay(new EnvelopeRelay(file, notes));
  StoredKeyExchange read;
  std::error_code ignored;
  if (std::filesystem::exists(file, ignored)) {
    BL_RETURN_IF_ERROR(ReadStored(
        file, "restore it from a backup, or remove it: the sites then publish their keys again",
        &read));
  }
  for (const std::string& name : std::set<std::string>(sites.begin(), sites.end())) {
    StoredSiteKeys& row = *relay->stored_.add_sites();
    if (const StoredSiteKeys* const before = Find(read, name)) row = *before;
    row.set_site(name);
  }
  return relay;
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
  StoredKeyExchange changed = stored_;
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
  row->clear_envelopes();
  for (StoredSiteKeys& other : *changed.mutable_sites()) DropEnvelopesOf(site, &other);
  return Save(std::move(changed));
}

absl::Status EnvelopeRelay::Send(absl::string_view sender,
                                 const v1::SendKeyEnvelopesRequest& request) {
  const std::lock_guard lock(mutex_);
  StoredKeyExchange changed = stored_;
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
  if (notes_.EpochOf(request.token_key_id()) == 0) {
    return AnotherKey(site, request.token_key_id(), notes_.token_key());
  }
  StoredKeyExchange changed = stored_;
  StoredSiteKeys* const row = Find(changed, site);
  if (row == nullptr) return NoSuchSite(site);
  row->set_token_key_id(request.token_key_id());
  row->set_token_key_proof(request.token_key_proof());
  row->clear_envelopes();
  BL_RETURN_IF_ERROR(Save(std::move(changed)));
  const std::string agreed = KeyOfAllSites(stored_);
  if (agreed.empty()) return absl::OkStatus();
  return notes_.BindTokenKey(agreed, "the agreement of all sites");
}

v1::KeyExchangeState EnvelopeRelay::State() const {
  const std::lock_guard lock(mutex_);
  const ProjectNotes::TokenKey bound = notes_.token_key();
  v1::KeyExchangeState state;
  state.set_token_key_id(bound.id);
  state.set_token_key_bound_by(bound.bound_by);
  for (const StoredSiteKeys& row : stored_.sites()) {
    v1::SiteKeyState& site = *state.add_sites();
    site.set_site(row.site());
    site.set_exchange_key(row.exchange_key());
    site.set_token_key_id(row.token_key_id());
    site.set_token_key_proof(row.token_key_proof());
    for (const StoredKeyEnvelope& envelope : row.envelopes()) {
      site.add_envelopes_from(envelope.sender());
    }
  }
  return state;
}

}  // namespace blindlink::resolver
