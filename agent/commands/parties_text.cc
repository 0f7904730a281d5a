#include "agent/commands/parties_text.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/access/grant_text.h"

namespace blindlink::agent {
namespace {

// When a party of this name joined, as `name_of` reads it; 0: with the project.
template <typename NameOf>
int64_t TimeOfJoining(const v1::ProjectInfo& project, const std::string& name, NameOf name_of) {
  for (const v1::JoinedParty& joined : project.joined()) {
    if (name_of(joined) == name) return joined.unix_seconds();
  }
  return 0;
}

template <typename NameOf>
std::string Listed(const v1::ProjectInfo& project,
                   const google::protobuf::RepeatedPtrField<std::string>& names,
                   int64_t newest_commit, NameOf name_of) {
  std::vector<std::string> words;
  for (const std::string& name : names) {
    const int64_t joined = TimeOfJoining(project, name, name_of);
    // Within one second nobody knows which came first: better told once too often.
    const bool is_new = newest_commit > 0 && joined >= newest_commit;
    words.push_back(joined == 0
                        ? name
                        : absl::StrCat(name, " (joined ", TimeText(joined),
                                       is_new ? ", after this site's newest dataset" : "", ")"));
  }
  return words.empty() ? "none" : absl::StrJoin(words, ", ");
}

}  // namespace

std::string PartiesText(const v1::ProjectInfo& project, int64_t newest_commit) {
  const auto site = [](const v1::JoinedParty& one) { return one.site(); };
  const auto researcher = [](const v1::JoinedParty& one) { return one.researcher(); };
  return absl::StrCat("sites        ", Listed(project, project.sites(), newest_commit, site),
                      "\nresearchers  ",
                      Listed(project, project.researchers(), newest_commit, researcher), "\n");
}

std::string JoinedNote(const v1::ProjectInfo& project) {
  if (project.joined().empty()) return "";
  std::vector<std::string> words;
  for (const v1::JoinedParty& joined : project.joined()) {
    words.push_back(absl::StrCat(joined.site().empty() ? "researcher " : "site ",
                                 joined.site().empty() ? joined.researcher() : joined.site(),
                                 " on ", TimeText(joined.unix_seconds())));
  }
  return absl::StrCat("note: joined project ", project.name(),
                      " after it was created: ", absl::StrJoin(words, ", "), "\n");
}

}  // namespace blindlink::agent
