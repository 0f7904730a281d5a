#include "resolver/coordinator/party_text.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/access/grant_text.h"
#include "common/base/hex.h"

namespace blindlink::resolver {
namespace {

std::string KeyText(const v1::ProjectKeys& keys, const std::string& site) {
  if (keys.epochs_size() > 1) {
    return absl::StrCat(
        "token key    two epochs are open: ", site, " needs only the key of epoch ",
        keys.epochs(1).number(),
        " (keys publish, then keys seal at a site\n             that holds it). Epoch ",
        keys.epochs(0).number(), " ends once ", site,
        " too has committed in the new one, or with --partial.\n");
  }
  if (keys.epochs().empty() || keys.epochs(0).token_key_id().empty()) {
    return absl::StrCat("token key    none is bound yet: it will be once all sites, ", site,
                        " too, state the same, or by the first run over all.\n");
  }
  return absl::StrCat("token key    ", HexEncode(keys.epochs(0).token_key_id()), " stays: ", site,
                      " runs keys publish, people compare the words, and a site that\n"
                      "             holds the key seals it to ",
                      site, " (keys seal --to ", site, "). No site sends anything again.\n");
}

std::string ReleaseText(const v1::ProjectInfo& project, const std::string& site) {
  if (project.release() == v1::RELEASE_BY_GRANT) {
    return absl::StrCat("grants       each is for one finished run and gives nothing of ", site,
                        ". A later run needs a request of its own.\n");
  }
  return absl::StrCat("release      standing: ",
                      project.researchers().empty() ? "researchers that are named"
                                                    : absl::StrJoin(project.researchers(), ", "),
                      " may fetch ", site,
                      "'s pairs of every later run;\n             nobody approves it.\n");
}

}  // namespace

std::string SiteJoinsText(const v1::ProjectInfo& project, const v1::ProjectKeys& keys,
                          const std::string& site) {
  return absl::StrCat(
      "unchanged    every dataset, run and grant.\n"
      "runs         ",
      site,
      " is in none before it has committed a dataset. Until then linkage start needs --partial\n"
      "             or names its datasets (--dataset).\n",
      KeyText(keys, site), ReleaseText(project, site), "certificate  the resolver must allow site/",
      site, " (allowed_clients).\n");
}

std::string ResearcherJoinsText(const v1::ProjectInfo& project, const std::string& researcher) {
  const std::string certificate = absl::StrCat("certificate  the resolver must allow researcher/",
                                               researcher, " (allowed_clients).\n");
  if (project.release() == v1::RELEASE_BY_GRANT) {
    return absl::StrCat("release      by grant: ", researcher,
                        " may ask for access; the grants of others do not change.\n", certificate);
  }
  return absl::StrCat("release      standing: ", researcher,
                      " may fetch the pairs and entities of every run, also of those that have\n"
                      "             finished already; nobody approves it.\n",
                      certificate);
}

std::string JoinedText(const v1::ProjectInfo& project) {
  std::string text;
  for (const v1::JoinedParty& joined : project.joined()) {
    absl::StrAppend(&text, "joined later         ", joined.site().empty() ? "researcher " : "site ",
                    joined.site().empty() ? joined.researcher() : joined.site(), ", ",
                    TimeText(joined.unix_seconds()), "\n");
  }
  return text;
}

}  // namespace blindlink::resolver
