#include "agent/keys/confirmed_words.h"

#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"

namespace blindlink::agent {

absl::StatusOr<ConfirmedWords> ConfirmedWords::Parse(absl::string_view text) {
  ConfirmedWords confirmed;
  size_t number = 0;
  for (const absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    std::vector<std::string> words =
        absl::StrSplit(absl::AsciiStrToLower(line), absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
    if (words.empty() || words[0][0] == '#') continue;
    const std::string site = words[0];
    words.erase(words.begin());
    const std::string where = absl::StrCat("line ", number);
    if (!CheckName("site", site).ok()) {
      return absl::InvalidArgumentError(absl::StrCat(where, " does not begin with a site's name"));
    }
    if (words.size() != ExchangePublicKey::kWords) {
      return absl::InvalidArgumentError(absl::StrCat(where, " has ", words.size(),
                                                     " words after the site's name instead of ",
                                                     ExchangePublicKey::kWords));
    }
    if (!confirmed.words_.emplace(site, absl::StrJoin(words, " ")).second) {
      return absl::InvalidArgumentError(absl::StrCat(where, " names site ", site, " again"));
    }
  }
  return confirmed;
}

absl::StatusOr<ConfirmedWords> ConfirmedWords::Read(const std::filesystem::path& file) {
  BL_ASSIGN_OR_RETURN(const std::string text, ReadFile(file));
  absl::StatusOr<ConfirmedWords> confirmed = Parse(text);
  if (confirmed.ok()) return confirmed;
  return absl::InvalidArgumentError(
      absl::StrCat(file.string(), ": ", confirmed.status().message()));
}

absl::Status ConfirmedWords::Check(const std::string& site, const ExchangePublicKey& key) const {
  const auto found = words_.find(site);
  if (found == words_.end()) {
    return absl::FailedPreconditionError(
        absl::StrCat("the words of site ", site,
                     " are not confirmed: ask a person there for them, "
                     "not over the resolver, and add them to --confirmed"));
  }
  const std::string words = key.Words(site);
  if (found->second == words) return absl::OkStatus();
  return absl::PermissionDeniedError(absl::StrCat(
      "the resolver gives another key for site ", site,
      " than the one whose words were "
      "confirmed.\n  confirmed: ",
      found->second, "\n  resolver:  ", words,
      "\nEither the words were noted wrongly or the site has made a new key since: ask there "
      "again. "
      "If neither is so, somebody exchanges keys on the way: stop, and tell the other sites"));
}

}  // namespace blindlink::agent
