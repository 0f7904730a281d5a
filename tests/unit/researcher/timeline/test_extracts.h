#pragma once

#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "common/base/files.h"
#include "common/base/hex.h"
#include "common/base/json_writer.h"
#include "common/crypto/sha256.h"
#include "common/csv/csv_row.h"
#include "tests/support/temporary_folder.h"

namespace blindlink::researcher {

// 32 hexadecimal digits that begin with `begin`.
inline std::string Id(const std::string& begin) {
  return begin + std::string(32 - begin.size(), '0');
}

// Small invented extracts and entity maps in a temporary folder. Files are not compressed: readers
// look at the content, not the name.
class TestExtracts {
 public:
  struct Plan {
    std::string project = "asthma";
    std::string run = "run-1";
    std::string plan_digest = "abcd";
    std::string key_id = "0123";
    std::map<std::string, std::string> dictionaries = {};  // SHA-256 by file
  };

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }
  const std::filesystem::path& folder() const { return folder_.path(); }

  // `tables`: text by name, with its header.
  std::string Extract(const std::string& site, const std::map<std::string, std::string>& tables,
                      const Plan& plan) const {
    const std::string folder = Path(site);
    std::filesystem::create_directories(folder);
    JsonWriter json;
    json.BeginObject().Key("format").Number(uint64_t{1}).Key("product").Text("core");
    json.Key("project").Text(plan.project).Key("run").Text(plan.run).Key("site").Text(site);
    json.Key("dataset").Text("claims").Key("key_id").Text(plan.key_id);
    json.Key("plan").BeginObject().Key("name").Text("asthma").Key("version").Number(uint64_t{2});
    json.Key("digest").Text(plan.plan_digest).EndObject();
    json.Key("dictionaries").BeginArray();
    for (const auto& [file, digest] : plan.dictionaries) {
      json.BeginObject().Key("file").Text(file).Key("sha256").Text(digest).EndObject();
    }
    json.EndArray().Key("files").BeginArray();
    for (const auto& [table, text] : tables) {
      const std::string name = table + ".csv.zst";
      EXPECT_TRUE(WriteFileAtomically(absl::StrCat(folder, "/", name), text).ok());
      json.BeginObject().Key("file").Text(name).Key("table").Text(table);
      json.Key("rows").Number(RowsIn(text) - 1);
      json.Key("bytes").Number(static_cast<uint64_t>(text.size()));
      json.Key("sha256").Text(HexEncode(AsView(Sha256Of(text)))).EndObject();
    }
    json.EndArray().EndObject();
    EXPECT_TRUE(WriteFileAtomically(folder + "/manifest.json", json.Finish()).ok());
    return folder;
  }
  std::string Extract(const std::string& site,
                      const std::map<std::string, std::string>& tables) const {
    return Extract(site, tables, Plan());
  }

  // `rows`: "entity,site,record" with short ids.
  std::string EntityMap(const std::vector<std::string>& rows) const {
    std::string text = "entity,site,record\n";
    for (const std::string& row : rows) {
      const std::vector<std::string> parts = absl::StrSplit(row, ',');
      absl::StrAppend(&text, Id(parts[0]), ",", parts[1], ",", Id(parts[2]), "\n");
    }
    EXPECT_TRUE(WriteFileAtomically(Path("entities.csv"), text).ok());
    return Path("entities.csv");
  }

 private:
  // With the header; a line break within quotes ends no row.
  static uint64_t RowsIn(absl::string_view text) {
    uint64_t rows = 0;
    for (; !text.empty(); ++rows) {
      text.remove_prefix(MeasureCsvRow(text, CsvDialect{',', false}, /*at_end=*/true).size);
    }
    return rows;
  }

  TemporaryFolder folder_;
};

inline constexpr char kVisitsHeader[] =
    "record,visit,receipt,start,end,setting,payer,provider,amount\n";
inline constexpr char kDiagnosesHeader[] =
    "record,visit,seq,date,code,code_system,certainty,name\n";

}  // namespace blindlink::researcher
