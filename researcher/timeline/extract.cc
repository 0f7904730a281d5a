#include "researcher/timeline/extract.h"

#include <algorithm>
#include <filesystem>
#include <set>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/names.h"
#include "common/base/status_macros.h"
#include "common/crypto/sha256.h"
#include "researcher/results/checked_file.h"
#include "simdjson.h"

namespace blindlink::researcher {
namespace {

constexpr Table kTablesOfCodes[] = {Table::kDiagnoses, Table::kProcedures, Table::kDrugs};

using Json = simdjson::dom::element;

std::string TextOf(const Json& json, const char* key) {
  std::string_view text;
  return json[key].get(text) == simdjson::SUCCESS ? std::string(text) : std::string();
}

uint64_t CountOf(const Json& json, const char* key) {
  uint64_t count = 0;
  return json[key].get(count) == simdjson::SUCCESS ? count : 0;
}

absl::Status ManifestError(absl::string_view folder, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(folder, "/manifest.json ", what));
}

absl::Status AddFile(const Json& json, Extract* extract) {
  const std::string name = TextOf(json, "file");
  const std::optional<Table> table = TableNamed(TextOf(json, "table"));
  if (!table.has_value()) return absl::OkStatus();  // a table of a later release
  if (name.empty() || absl::StrContains(name, '/')) {
    return ManifestError(extract->folder, "has a file without a plain name");
  }
  std::optional<ExtractFile>& file = extract->files[static_cast<size_t>(*table)];
  if (file.has_value()) {
    return ManifestError(extract->folder, absl::StrCat("has two files of ", NameOf(*table)));
  }
  file = ExtractFile{absl::StrCat(extract->folder, "/", name), CountOf(json, "rows"),
                     CountOf(json, "bytes"), TextOf(json, "sha256")};
  std::error_code error;
  if (!std::filesystem::is_regular_file(file->path, error)) {
    return ManifestError(extract->folder, absl::StrCat("names ", name, ", which is not there"));
  }
  return absl::OkStatus();
}

absl::Status ReadPlan(const Json& json, Extract* extract) {
  Json plan;
  if (json["plan"].get(plan) != simdjson::SUCCESS) {
    return ManifestError(extract->folder, "does not name a release plan");
  }
  extract->plan_name = TextOf(plan, "name");
  extract->plan_version = CountOf(plan, "version");
  extract->plan_digest = TextOf(plan, "digest");
  if (extract->plan_digest.empty()) {
    return ManifestError(extract->folder,
                         "has no digest of its release plan, so it fits no other site's: ask the "
                         "site to make the extract again");
  }
  extract->k = std::max(CountOf(plan, "k"), CountOf(json, "k"));
  return absl::OkStatus();
}

absl::Status ReadFiles(const Json& json, Extract* extract) {
  simdjson::dom::array files;
  if (json["files"].get(files) != simdjson::SUCCESS) {
    return ManifestError(extract->folder, "does not list files");
  }
  for (const Json file : files) BL_RETURN_IF_ERROR(AddFile(file, extract));
  const bool any = std::any_of(extract->files.begin(), extract->files.end(),
                               [](const auto& file) { return file.has_value(); });
  return any ? absl::OkStatus() : ManifestError(extract->folder, "lists no table");
}

void ReadDictionaries(const Json& json, Extract* extract) {
  simdjson::dom::array files;
  if (json["dictionaries"].get(files) != simdjson::SUCCESS) return;
  for (const Json file : files) {
    extract->dictionaries.push_back({TextOf(file, "file"), TextOf(file, "sha256")});
  }
}

bool HasCodes(const Extract& extract) {
  return std::any_of(std::begin(kTablesOfCodes), std::end(kTablesOfCodes), [&](Table table) {
    return extract.files[static_cast<size_t>(table)].has_value();
  });
}

// Adds the names of what `a` has and `b` lacks.
void AddMissing(const Extract& a, const Extract& b, std::set<std::string>* names) {
  for (const DictionaryFile& one : a.dictionaries) {
    const bool found =
        std::any_of(b.dictionaries.begin(), b.dictionaries.end(),
                    [&](const DictionaryFile& other) { return other.sha256 == one.sha256; });
    if (!found) names->insert(one.file);
  }
}

absl::StatusOr<std::string> ReadManifestText(const std::string& folder) {
  absl::StatusOr<std::string> text = ReadFile(folder + "/manifest.json");
  if (absl::IsNotFound(text.status())) {
    return absl::NotFoundError(absl::StrCat(
        folder, " has no manifest.json: it is not an extract, or one that was not completed"));
  }
  return text;
}

absl::Status Differ(const Extract& a, const Extract& b, absl::string_view what,
                    absl::string_view advice) {
  return absl::FailedPreconditionError(
      absl::StrCat(a.folder, " and ", b.folder, " are of ", what, ": ", advice));
}

// Whether two sites' extracts may stand in one timeline.
absl::Status CheckTogether(const Extract& a, const Extract& b) {
  if (a.project != b.project) {
    return Differ(a, b, "different projects", "give extracts of one project");
  }
  for (const Extract* extract : {&a, &b}) {
    if (!extract->run.empty()) continue;
    return absl::FailedPreconditionError(absl::StrCat(
        extract->folder, " was made without a linkage run: its dates are shifted differently from ",
        "other sites', so it can only have a timeline of its own"));
  }
  if (a.run != b.run) return Differ(a, b, "different runs", "give extracts of one run");
  if (a.plan_digest != b.plan_digest) {
    return Differ(
        a, b, "different release plans",
        "codes and dates do not mean the same; ask the sites for one edition of the plan");
  }
  if (a.key_id != b.key_id) {
    return Differ(a, b, "different keys",
                  "dates are shifted differently and receipts cannot be compared");
  }
  if (a.site == b.site) {
    return Differ(a, b, absl::StrCat("one site, ", a.site), "give one extract of each site");
  }
  return absl::OkStatus();
}

}  // namespace

uint64_t Extract::rows() const {
  uint64_t rows = 0;
  for (const auto& file : files) rows += file.has_value() ? file->rows : 0;
  return rows;
}

absl::StatusOr<Extract> ReadExtract(const std::string& folder) {
  BL_ASSIGN_OR_RETURN(const std::string text, ReadManifestText(folder));
  simdjson::dom::parser parser;
  Json json;
  if (parser.parse(text).get(json) != simdjson::SUCCESS || !json.is_object()) {
    return ManifestError(folder, "is not JSON: the extract is damaged, fetch it again");
  }
  Extract extract;
  extract.folder = folder;
  if (CountOf(json, "format") != 1) {
    return ManifestError(folder, "is not of format 1, the only one that this release reads");
  }
  extract.product = TextOf(json, "product");
  extract.project = TextOf(json, "project");
  extract.run = TextOf(json, "run");
  extract.site = TextOf(json, "site");
  extract.dataset = TextOf(json, "dataset");
  extract.key_id = TextOf(json, "key_id");
  if (!CheckName("site", extract.site).ok()) {
    return ManifestError(folder, "has no site, or a name that no site can have");
  }
  extract.manifest_sha256 = HexEncode(AsView(Sha256Of(text)));
  BL_RETURN_IF_ERROR(ReadPlan(json, &extract));
  BL_RETURN_IF_ERROR(ReadFiles(json, &extract));
  ReadDictionaries(json, &extract);
  return extract;
}

absl::StatusOr<std::vector<Extract>> ReadExtracts(const std::vector<std::string>& folders) {
  std::vector<Extract> extracts;
  for (const std::string& folder : folders) {
    BL_ASSIGN_OR_RETURN(Extract extract, ReadExtract(folder));
    extracts.push_back(std::move(extract));
  }
  std::sort(extracts.begin(), extracts.end(),
            [](const Extract& a, const Extract& b) { return a.site < b.site; });
  for (size_t i = 1; i < extracts.size(); ++i) {
    BL_RETURN_IF_ERROR(CheckTogether(extracts[i - 1], extracts[i]));
  }
  return extracts;
}

std::vector<std::string> DictionaryWarnings(const std::vector<Extract>& extracts) {
  std::vector<std::string> warnings;
  const Extract* first = nullptr;
  for (const Extract& extract : extracts) {
    if (!HasCodes(extract)) continue;
    if (first == nullptr) first = &extract;
    std::set<std::string> names;
    AddMissing(*first, extract, &names);
    AddMissing(extract, *first, &names);
    if (names.empty()) continue;
    warnings.push_back(absl::StrCat(first->site, " and ", extract.site,
                                    " used different dictionaries (", absl::StrJoin(names, ", "),
                                    "): their codes and names may not mean the same; ask the sites "
                                    "to use the same files"));
  }
  return warnings;
}

absl::Status CheckFiles(const std::vector<Extract>& extracts,
                        const std::function<void(uint64_t)>& read) {
  uint64_t bytes = 0;
  for (const Extract& extract : extracts) {
    for (const auto& file : extract.files) {
      if (!file.has_value()) continue;
      BL_ASSIGN_OR_RETURN(const std::string digest, DigestOfFile(file->path, &bytes, read));
      if (digest != file->sha256) {
        return absl::InvalidArgumentError(
            absl::StrCat(file->path, " is not the file that ", extract.site,
                         " released (its SHA-256 is not the manifest's): fetch it again"));
      }
    }
  }
  return absl::OkStatus();
}

}  // namespace blindlink::researcher
