#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "blindlink/storage/v1/key_exchange_storage.pb.h"
#include "blindlink/v1/key_exchange_service.pb.h"
#include "resolver/project/project_notes.h"
#include "resolver/project/project_parties.h"

namespace blindlink::resolver {

// The resolver's part in the exchange of a project's token key: keeps the sites' public keys, and
// each envelope until its recipient states that it holds the token key of the newest epoch. It
// cannot open envelopes, and does not look into them. All of it is in one small file; a change is
// durable when a function returns, and after an error nothing in it has changed. Errors are those
// of key_exchange_service.proto. Thread-safe.
class EnvelopeRelay {
 public:
  // More than one of ours ever has.
  static constexpr size_t kMaxEnvelopeBytes = 1024;
  // That wait for one site, each from another sender.
  static constexpr int kMaxWaitingEnvelopes = 8;

  // A file that does not exist is an exchange that has not begun. DATA_LOSS if it is damaged.
  // `notes` must outlive the relay.
  static absl::StatusOr<std::unique_ptr<EnvelopeRelay>> Open(const std::filesystem::path& file,
                                                             SiteList sites, ProjectNotes& notes);

  // `site` and `sender` must be sites of the project. A site that joined later is one of "all
  // sites" from then on; a key that is bound by then stays bound.
  absl::Status Publish(absl::string_view site, const v1::PublishExchangeKeyRequest& request);
  absl::Status Send(absl::string_view sender, const v1::SendKeyEnvelopesRequest& request);
  v1::ReceiveKeyEnvelopesResponse Waiting(absl::string_view site) const;
  // Binds the key in the notes first if with this site all state the same: after an error it may be
  // bound, while the site counts as one that has not stated it yet and its envelopes still wait.
  absl::Status Confirm(absl::string_view site, const v1::ConfirmTokenKeyRequest& request);
  v1::KeyExchangeState State() const;

 private:
  EnvelopeRelay(std::filesystem::path file, SiteList sites, ProjectNotes& notes)
      : file_(std::move(file)), sites_(std::move(sites)), notes_(notes) {}
  // What is stored, with a row for every site of the project, by name. With the lock held.
  storage::v1::StoredKeyExchange WithAllSites() const;
  absl::Status Save(storage::v1::StoredKeyExchange changed);

  const std::filesystem::path file_;
  const SiteList sites_;
  ProjectNotes& notes_;
  mutable std::mutex mutex_;
  storage::v1::StoredKeyExchange stored_;  // a site that joined since has no row yet
};

}  // namespace blindlink::resolver
