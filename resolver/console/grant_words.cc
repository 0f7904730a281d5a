#include "resolver/console/grant_words.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "resolver/console/states.h"
#include "resolver/console/widgets.h"

namespace blindlink::resolver {
namespace {

std::string SitesText(const v1::AccessRequest& request) {
  std::string text;
  for (const v1::SitePair& pair : request.site_pairs()) {
    absl::StrAppend(&text, text.empty() ? "" : ", ", pair.left(), " with ", pair.right());
  }
  return text.empty() ? "all sites" : text;
}

std::string RowsText(const v1::Grant& grant) {
  if (grant.match_pairs() == 0 && grant.entity_map_rows() == 0) return "";
  return absl::StrCat(CountText(grant.match_pairs()), " match pairs, ",
                      CountText(grant.entity_map_rows()), " rows of the entity map");
}

}  // namespace

Html RequestOf(const v1::Grant& grant) {
  const v1::AccessRequest& asked = grant.request();
  return PlainFacts(
      {{"Researcher", grant.researcher()},
       {"Gives", WordsFor(asked.level()),
        asked.site_pseudonyms() ? "with the sites' own pseudonyms: files of two such grants can be "
                                  "joined"
                                : "with pseudonyms of this grant alone"},
       {"Run", asked.run()},
       {"Sites", SitesText(asked)},
       {"Purpose", asked.purpose()},
       {"Legal basis", asked.legal_basis()},
       {"Necessity", asked.rubric().necessity()},
       {"Proportionality", asked.rubric().proportionality()},
       {"Harm", asked.rubric().harm()},
       {"Sites may turn pseudonyms back", asked.relink() ? "yes, with its approval token" : "no"},
       {"Requested", TimeText(grant.requested_unix_seconds())},
       {"Ends", TimeText(asked.expires_unix_seconds())},
       {"Rows", RowsText(grant)}});
}

}  // namespace blindlink::resolver
