#include "resolver/project/project_parties.h"

#include <algorithm>
#include <set>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"
#include "resolver/storage/stored_message.h"

namespace blindlink::resolver {
namespace {

// RecordRow has two bytes for the site.
constexpr int kMaxSites = 1000;
constexpr int kMaxResearchers = 1000;
constexpr size_t kTokenKeyIdSize = 8;

template <typename Names>
bool Contains(const Names& names, absl::string_view name) {
  return std::find(names.begin(), names.end(), name) != names.end();
}

absl::Status CheckNames(const v1::CreateProjectRequest& request) {
  if (request.sites().empty()) {
    return absl::InvalidArgumentError("a project needs at least one site");
  }
  if (request.sites_size() > kMaxSites) {
    return absl::InvalidArgumentError(absl::StrCat("a project has at most ", kMaxSites, " sites"));
  }
  std::set<std::string> sites;
  for (const std::string& site : request.sites()) {
    BL_RETURN_IF_ERROR(CheckName("site", site));
    if (!sites.insert(site).second) {
      return absl::InvalidArgumentError(absl::StrCat("site ", site, " is named twice"));
    }
  }
  for (const std::string& researcher : request.researchers()) {
    BL_RETURN_IF_ERROR(CheckName("researcher", researcher));
  }
  return absl::OkStatus();
}

absl::Status CheckCensus(const v1::CreateProjectRequest& request) {
  std::set<std::string> named;
  for (const v1::SiteCensus& census : request.site_census()) {
    if (!Contains(request.sites(), census.site()) || census.records() == 0) {
      return absl::InvalidArgumentError(
          "site census: expected SITE=RECORDS, a site of the project and a number above 0");
    }
    if (!named.insert(census.site()).second) {
      return absl::InvalidArgumentError(
          absl::StrCat("site census: site ", census.site(), " is named twice"));
    }
  }
  return absl::OkStatus();
}

// The one party that the request names: "site" or "researcher", and its name.
struct NewParty {
  absl::string_view role;
  std::string name;
};

absl::StatusOr<NewParty> PartyOf(const v1::AddPartyRequest& request) {
  if (request.site().empty() == request.researcher().empty()) {
    return absl::InvalidArgumentError("name one party to add: a site or a researcher");
  }
  const NewParty party = request.researcher().empty()
                             ? NewParty{"site", request.site()}
                             : NewParty{"researcher", request.researcher()};
  BL_RETURN_IF_ERROR(CheckName(party.role, party.name));
  if (request.census_records() != 0 && party.role != "site") {
    return absl::InvalidArgumentError("a census is of a site: a researcher sends no records");
  }
  if (request.confirm() != party.name) {
    return absl::InvalidArgumentError(
        absl::StrCat("a party that has joined cannot be taken out again: confirm it by giving the ",
                     party.role, "'s name once more"));
  }
  return party;
}

absl::Status CheckJoins(const NewParty& party,
                        const google::protobuf::RepeatedPtrField<std::string>& present, int most,
                        const std::string& project) {
  if (Contains(present, party.name)) {
    return absl::AlreadyExistsError(
        absl::StrCat(party.role, " ", party.name, " takes part in project ", project, " already"));
  }
  if (present.size() < most) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "project ", project, " has ", present.size(), " ", party.role,
      "s, which is the most that a project can have: create another project for further ones"));
}

}  // namespace

absl::Status CheckParties(const v1::CreateProjectRequest& request) {
  BL_RETURN_IF_ERROR(CheckNames(request));
  if (!request.token_key_id().empty() && request.token_key_id().size() != kTokenKeyIdSize) {
    return absl::InvalidArgumentError(
        "the token key id must be 16 hexadecimal digits, as blindlink-agent prints it");
  }
  return CheckCensus(request);
}

bool ProjectParties::HasSite(absl::string_view site) const {
  const std::lock_guard lock(mutex_);
  return Contains(stored_.sites(), site);
}

bool ProjectParties::HasResearcher(absl::string_view researcher) const {
  const std::lock_guard lock(mutex_);
  return Contains(stored_.researchers(), researcher);
}

std::vector<std::string> ProjectParties::sites() const {
  const std::lock_guard lock(mutex_);
  return {stored_.sites().begin(), stored_.sites().end()};
}

SiteList ProjectParties::site_list() const {
  return [this] { return sites(); };
}

std::optional<uint64_t> ProjectParties::CensusOf(absl::string_view site) const {
  const std::lock_guard lock(mutex_);
  for (const v1::SiteCensus& census : stored_.site_census()) {
    if (census.site() == site) return census.records();
  }
  return std::nullopt;
}

storage::v1::StoredProject ProjectParties::stored() const {
  const std::lock_guard lock(mutex_);
  return stored_;
}

absl::Status ProjectParties::Add(const v1::AddPartyRequest& request, int64_t now) {
  BL_ASSIGN_OR_RETURN(const NewParty party, PartyOf(request));
  const bool is_site = party.role == "site";
  const std::lock_guard one_at_a_time(adding_);
  storage::v1::StoredProject changed = stored();
  auto& present = is_site ? *changed.mutable_sites() : *changed.mutable_researchers();
  BL_RETURN_IF_ERROR(
      CheckJoins(party, present, is_site ? kMaxSites : kMaxResearchers, changed.name()));
  *present.Add() = party.name;
  if (request.census_records() != 0) {
    v1::SiteCensus& census = *changed.add_site_census();
    census.set_site(party.name);
    census.set_records(request.census_records());
  }
  v1::JoinedParty& joined = *changed.add_joined();
  (is_site ? *joined.mutable_site() : *joined.mutable_researcher()) = party.name;
  joined.set_unix_seconds(now);
  BL_RETURN_IF_ERROR(WriteStored(file_, changed));
  const std::lock_guard lock(mutex_);
  stored_ = std::move(changed);
  return absl::OkStatus();
}

}  // namespace blindlink::resolver
