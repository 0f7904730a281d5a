#include "agent/commands/key_epochs.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "common/base/hex.h"

namespace blindlink::agent {
namespace {

std::string Bound(absl::string_view id, absl::string_view bound_by) {
  return absl::StrCat(HexEncode(id), ", bound by ", bound_by);
}

// The project's token keys, one in a line.
std::string DescribeProject(const v1::KeyExchangeState& state) {
  std::string text =
      state.token_key_id().empty()
          ? "The project has no token key yet: it is bound once all sites hold the same.\n"
          : absl::StrCat("The project's token key is ",
                         Bound(state.token_key_id(), state.token_key_bound_by()), ".\n");
  if (!state.has_next()) return text;
  absl::StrAppend(&text, "It is being replaced: epoch ", state.epoch(), " has that key, and epoch ",
                  state.epoch() + 1, " ",
                  state.next().id().empty() ? "none yet: it is bound once all sites hold the same"
                                            : Bound(state.next().id(), state.next().bound_by()),
                  ".\n");
  return text;
}

// How the key that a site states compares with the one that is at hand.
std::string Compare(const v1::SiteKeyState& site, const std::string& project,
                    const TokenKey& token_key, const v1::KeyExchangeState& state) {
  const std::string id = token_key.KeyId(project);
  if (site.token_key_id() != id) {
    // Not another key for the same use if it is that of the other epoch.
    const uint32_t epoch = EpochOf(state, id);
    const bool is_of_other_epoch =
        epoch != 0 && site.token_key_epoch() != 0 && site.token_key_epoch() != epoch;
    return is_of_other_epoch ? "" : ", ANOTHER key than this site's";
  }
  const bool proved = site.token_key_proof() == token_key.ProofOf(project, site.site());
  return proved ? ", the same key" : ", the same id WITHOUT PROOF of the key";
}

std::string DescribeSite(const v1::SiteKeyState& site, const std::string& project,
                         const TokenKey* token_key, const v1::KeyExchangeState& state) {
  std::string text = site.token_key_id().empty() ? "none" : HexEncode(site.token_key_id());
  if (!site.token_key_id().empty()) {
    if (state.has_next() && site.token_key_epoch() != 0) {
      absl::StrAppend(&text, " (epoch ", site.token_key_epoch(), ")");
    }
    if (token_key != nullptr) text += Compare(site, project, *token_key, state);
  } else if (site.exchange_key().empty()) {
    text += "; no exchange key published";
  }
  if (site.envelopes_from_size() > 0) {
    absl::StrAppend(&text, "; an envelope waits from ", absl::StrJoin(site.envelopes_from(), ", "));
  }
  return text;
}

}  // namespace

uint32_t EpochOf(const v1::KeyExchangeState& state, absl::string_view token_key_id) {
  if (state.token_key_id().empty() || state.token_key_id() == token_key_id) return state.epoch();
  const bool is_next =
      state.has_next() && (state.next().id().empty() || state.next().id() == token_key_id);
  return is_next ? state.epoch() + 1 : 0;
}

absl::Status CheckBelongs(const v1::KeyExchangeState& state, absl::string_view token_key_id,
                          absl::string_view what) {
  if (EpochOf(state, token_key_id) != 0) return absl::OkStatus();
  const std::string next = state.has_next()
                               ? absl::StrCat(" and the one of its new epoch is ",
                                              Bound(state.next().id(), state.next().bound_by()))
                               : "";
  const absl::string_view remedy =
      state.has_next() ? ""
                       : ". If it is to replace the project's key, the coordinator must first open "
                         "an epoch for it (project rotate)";
  return absl::FailedPreconditionError(absl::StrCat(
      what, " has the id ", HexEncode(token_key_id), ", but the project's token key is ",
      Bound(state.token_key_id(), state.token_key_bound_by()), next,
      ": tokens of different keys never meet", remedy));
}

std::vector<std::string> SitesThatNeed(const v1::KeyExchangeState& state,
                                       absl::string_view own_site, absl::string_view token_key_id) {
  const uint32_t epoch = EpochOf(state, token_key_id);
  std::vector<std::string> sites;
  for (const v1::SiteKeyState& site : state.sites()) {
    const bool needs = site.token_key_id() != token_key_id && site.token_key_epoch() <= epoch;
    if (needs && !site.exchange_key().empty() && site.site() != own_site) {
      sites.push_back(site.site());
    }
  }
  return sites;
}

std::string DescribeTokenKeys(const v1::KeyExchangeState& state, const std::string& project,
                              const TokenKey* token_key) {
  std::string text = absl::StrFormat("%-24s token key\n", "site");
  for (const v1::SiteKeyState& site : state.sites()) {
    absl::StrAppendFormat(&text, "%-24s %s\n", site.site(),
                          DescribeSite(site, project, token_key, state));
  }
  return text + DescribeProject(state);
}

}  // namespace blindlink::agent
